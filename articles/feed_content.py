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
from articles.models import Claim, Correction, PhotoUse

TAGS = rendering.ALLOWED_TAGS | {"figure", "figcaption", "img", "small", "aside"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}}
BETWEEN = "\0"  # in no text: the sanitiser lets none through


def of_editions(editions, *, language, at, site):
    """This will return {pk: HTML} of approved editions in one language; four queries, however many there are.

    `site` is the site's own address, without a slash at its end.
    """
    if not editions:
        return {}
    claims, uses, corrections = defaultdict(list), defaultdict(dict), defaultdict(list)
    for claim in Claim.objects.filter(edition__in=editions).order_by("edition", "place"):
        claims[claim.edition_id].append(claim)
    for use in PhotoUse.objects.filter(edition__in=editions, photo__isnull=False).select_related("photo"):
        uses[use.edition_id][use.place] = photos.fill(use, language)
    for correction in Correction.objects.of_stories([edition.article_id for edition in editions], language, at):
        corrections[correction.edition.article_id].append(correction)
    with override(language):
        drawn = [
            _drawn(edition, claims[edition.pk], uses[edition.pk], corrections[edition.article_id])
            for edition in editions
        ]
    with_stories = rendering.with_stories(BETWEEN.join(drawn), language=language, at=at).split(BETWEEN)
    with override(language):
        return {
            edition.pk: _clean(html, site + edition.get_absolute_url())
            for edition, html in zip(editions, with_stories, strict=True)
        }


def _drawn(edition, claims, uses, corrections):
    body = rendering.render(
        edition.body, language=edition.language, claims=claims, photos=uses, medium=rendering.FEED
    )  # fmt: skip
    lead = uses.get(PhotoUse.LEAD)
    head = render_to_string("articles/feed_head.html", {"lead": lead, "corrections": corrections})
    return (head + body).replace(BETWEEN, "")


def _clean(html, address):
    """This will return the HTML by the feeds' own allow-list, each address in it made a full one."""
    return readable(
        nh3.clean(
            html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=rendering.ALLOWED_SCHEMES, link_rel=None,
            url_relative=("rewrite_with_base", address),
        )
    ).strip()  # fmt: skip
