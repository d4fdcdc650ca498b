"""Turns an edition's body into the HTML that readers get: sanitised, figures set, photos placed.

It is done once, at approval, and again when the record's answer to one of its claims changes; the page itself only
prints the result.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

import nh3
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import override

from articles import tokens
from articles.models import Edition

ALLOWED_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "cite", "sup", "sub", "hr"}
ALLOWED_ATTRIBUTES = {"a": {"href"}}
INLINE_TAGS = {"strong", "em", "a", "br", "cite", "sup", "sub"}
STORY_MARK = re.compile(r"(?:<p>)?\[\[story (\d+)\]\](?:</p>)?")
ALLOWED_SCHEMES = {"http", "https", "mailto"}
IN_ADDRESSES = "/:?#@!$&'()*+,;=%~"


@dataclass(frozen=True)
class Unprintable:
    """Stands in a preview in place of a claim, and says why the figure cannot be printed."""

    reason: str


@dataclass(frozen=True)
class Medium:
    """Where a text is read: the templates of what stands in it."""

    figure: str
    photos: str


PAGE = Medium("articles/figure.html", "articles/photos.html")
FEED = Medium("articles/feed_figure.html", "articles/feed_photos.html")


def clean(html):
    """This will return `html` with only what the allow-list names; scripts vanish with their content."""
    return _clean(html, ALLOWED_TAGS)


def clean_inline(html):
    """This will return `html` with only what may stand inside one paragraph."""
    return _clean(html, INLINE_TAGS)


def _clean(html, tags):
    return nh3.clean(
        html, tags=tags, attributes=ALLOWED_ATTRIBUTES, url_schemes=ALLOWED_SCHEMES, link_rel="noopener",
        attribute_filter=_without_tokens,
    )  # fmt: skip


def _without_tokens(tag, name, value):
    """This will write a token in an address so that it is none: what it prints would end the tag that it stands in."""
    return quote(value, safe=IN_ADDRESSES) if "[[" in value or "]]" in value else value


def render(body, *, language, claims, photos, medium=PAGE):
    """This will return the body as safe HTML in `language`.

    `claims` are the edition's claims in reading order, one for each figure token (in a preview also `Unprintable`);
    `photos` maps a place to its filled `PhotoUse`. A place without a photo prints nothing: only a preview has one.
    Another story leaves a mark: `with_stories` puts it in.
    """
    waiting = iter(claims)

    def one(match):
        try:
            placed = tokens.place_of(match[1])
        except tokens.BrokenToken:
            placed = None  # only a preview comes here with one
        if isinstance(placed, tokens.StoryLink):
            return f"[[story {placed.article}]]"
        if placed:
            uses = [photos[place] for place in placed.places if place in photos]
            return _unmarked(render_to_string(medium.photos, {"uses": uses})) if uses else ""
        claim = next(waiting)
        if isinstance(claim, Unprintable):
            return format_html('<mark class="unprintable" title="{}">{}</mark>', claim.reason, match[0])
        return _unmarked(render_to_string(medium.figure, {"claim": claim}))

    with override(language):
        html = tokens.TOKEN.sub(one, clean(body))
    # A photo stands between paragraphs, not inside one.
    html = html.replace("<p><figure", "<figure").replace("</figure></p>", "</figure>")
    html = html.replace('<p><div class="gallery"', '<div class="gallery"').replace("</div></p>", "</div>")
    return mark_safe(html.replace("<p></p>", ""))


def _unmarked(html):
    """This will return a piece of the page in which a caption or a source cannot pass for the mark of a story."""
    return html.strip().replace("[[", "&#91;[")


def leads_to_stories(rendered):
    """This will say whether a rendered body has marks of stories. Looking for their pattern takes long."""
    return "[[story " in rendered


def with_stories(rendered, *, language, at):
    """This will put the stories that a rendered body leads to in their places: those in force at `at`, in one query.

    It is asked for each page, since a story that is withdrawn must lead nobody on.
    """
    if not leads_to_stories(rendered):
        return rendered
    marks = {int(number) for number in STORY_MARK.findall(rendered)}
    stories = Edition.objects.for_cards(language, at).filter(article__in=marks)
    cards = {
        edition.article_id: render_to_string("articles/related_story.html", {"edition": edition}).strip()
        for edition in stories
    }
    return mark_safe(STORY_MARK.sub(lambda mark: cards.get(int(mark[1]), ""), rendered))
