"""Turns an edition's body into the HTML that readers get: sanitised, figures set, photos placed.

It is done once, at approval, and again when the record's answer to one of its claims changes; the page itself only
prints the result.
"""

import nh3
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from articles import tokens

ALLOWED_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "cite", "sup", "sub", "hr"}
ALLOWED_ATTRIBUTES = {"a": {"href"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}


def clean(html):
    """This will return `html` with only what the allow-list names; scripts vanish with their content."""
    return nh3.clean(
        html, tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, url_schemes=ALLOWED_SCHEMES, link_rel="noopener"
    )


def render(body, *, language, claims, photos):
    """This will return the body as safe HTML in `language`.

    `claims` are the edition's claims in reading order, one for each figure token; `photos` maps a place to its
    `Photo` or to None. A place without a photo prints nothing.
    """
    waiting = iter(claims)

    def one(match):
        if place := tokens.photo_place(match[1]):
            photo = photos.get(place)
            return render_to_string("articles/photo.html", {"photo": photo}) if photo else ""
        return render_to_string("articles/figure.html", {"claim": next(waiting)}).strip()

    with override(language):
        html = tokens.TOKEN.sub(one, clean(body))
    # A photo stands between paragraphs, not inside one.
    html = html.replace("<p><figure", "<figure").replace("</figure></p>", "</figure>").replace("<p></p>", "")
    return mark_safe(html)
