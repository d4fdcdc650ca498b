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


def of_editions(editions, *, language, at, site, standing):
    """This will return {pk: HTML} of approved editions in one language; `site` is its address, without a last slash.

    What is printed never changes, so it is drawn once for a state of the record (`standing`). Then it takes a query for
    the corrections, where there are any, and one for the stories that texts lead to.
    """
    if not editions:
        return {}
    corrections = defaultdict(list)
    corrected = [edition.article_id for edition in editions if edition.is_corrected]
    for correction in Correction.objects.of_stories(corrected, language, at) if corrected else ():
        corrections[correction.edition.article_id].append(correction)
    keys = {edition: ("feed", edition.pk, *(one.pk for one in corrections[edition.article_id])) for edition in editions}
    drawn = {edition: standing.get(*key) for edition, key in keys.items()}
    if missing := [edition for edition, html in drawn.items() if html is None]:
        for edition, html in _drawn(missing, corrections, language, site):
            drawn[edition] = html
            standing.keep(html, *keys[edition])
    with_stories = rendering.with_stories(BETWEEN.join(drawn.values()), language=language, at=at).split(BETWEEN)
    return {
        edition.pk: html if html == before else _clean(html, site + edition.get_absolute_url())
        for (edition, before), html in zip(drawn.items(), with_stories, strict=True)
    }


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
