"""The text of a story as it reads in a feed reader: without the site's styles, scripts and places within the page.

A figure prints its value and its day, a photo its credit, every address is a full one, and what had to be corrected
stands at the head.
"""

from collections import defaultdict

import nh3
from django.template.loader import render_to_string
from django.utils.translation import override

from articles import photos, rendering
from articles.feed_formats import readable
from articles.models import Claim, Correction, Edition, PhotoUse

TAGS = rendering.ALLOWED_TAGS | {"figure", "figcaption", "img", "small", "aside"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}}
BETWEEN = "\0"  # in no text: the sanitiser lets none through


def corrections_of(editions, *, language, at):
    """This will return {article id: its corrections, newest first}: one query, or none where nothing was corrected."""
    corrections = defaultdict(list)
    corrected = [edition.article_id for edition in editions if edition.is_corrected]
    for correction in Correction.objects.of_stories(corrected, language, at) if corrected else ():
        corrections[correction.edition.article_id].append(correction)
    return corrections


def of_editions(editions, corrections, *, language, at, site):
    """This will return {pk: (HTML, whether that stays as it is)} of approved editions in one language.

    What is printed never changes, but where a text leads to another story, which may come and go. `site` is its own
    address, without a last slash. It takes three queries, and one more where texts lead to other stories.
    """
    drawn = dict(_drawn(editions, corrections, language, site)) if editions else {}
    joined = BETWEEN.join(drawn.values())
    with_stories = rendering.with_stories(joined, language=language, at=at).split(BETWEEN) if drawn else ()
    return {
        edition.pk: (html, True) if html == before and not rendering.leads_to_stories(before)
        else (_clean(html, site + edition.get_absolute_url()), False)
        for (edition, before), html in zip(drawn.items(), with_stories, strict=True)
    }  # fmt: skip


def _drawn(editions, corrections, language, site):
    """This will yield (edition, its HTML, in which other stories have left their marks): three queries."""
    claims, uses = defaultdict(list), defaultdict(dict)
    for claim in Claim.objects.filter(edition__in=editions).order_by("edition", "place"):
        claims[claim.edition_id].append(claim)
    for use in PhotoUse.objects.filter(edition__in=editions, photo__isnull=False).select_related("photo"):
        uses[use.edition_id][use.place] = photos.fill(use, language)
    bodies = dict(Edition.objects.filter(pk__in=[edition.pk for edition in editions]).values_list("pk", "body"))
    for edition in editions:
        of_edition = {"claims": claims[edition.pk], "photos": uses[edition.pk], "language": language}
        with override(language):
            body = rendering.render(bodies[edition.pk], **of_edition, medium=rendering.FEED)
            above = {"lead": uses[edition.pk].get(PhotoUse.LEAD), "corrections": corrections[edition.article_id]}
            html = render_to_string("articles/feed_head.html", above) + body
            yield edition, _clean(html.replace(BETWEEN, ""), site + edition.get_absolute_url())


def _clean(html, address):
    """This will return the HTML by the feeds' own allow-list, each address in it made a full one."""
    return readable(
        nh3.clean(
            html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=rendering.ALLOWED_SCHEMES, link_rel=None,
            url_relative=("rewrite_with_base", address),
        )
    ).strip()  # fmt: skip
