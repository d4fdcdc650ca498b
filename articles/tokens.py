"""What stands in double square brackets in an editor's text: a figure, or the place of a photo.

Editors' text is never a template: these two forms are all there is, and anything else in brackets is an error that
names itself.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from missions import figures

TOKEN = re.compile(r"\[\[\s*([^\[\]<>]{1,200}?)\s*\]\]")
PHOTO = re.compile(r"photo ([1-9][0-9]{0,2})")


class BrokenToken(Exception):
    """A token cannot be read. The message names it and says why."""


@dataclass(frozen=True)
class PhotoPlace:
    place: int


def find(body):
    """This will return the tokens of a body in reading order, as `figures.Question` and `PhotoPlace` objects.

    Raises `BrokenToken` for the first that is neither, and for brackets that do not close.
    """
    found = []
    for match in TOKEN.finditer(body):
        found.append(read(match[1]))
    rest = TOKEN.sub("", body)
    if "[[" in rest or "]]" in rest:
        start = rest.find("[[") if "[[" in rest else rest.find("]]")
        raise BrokenToken(
            _("Double square brackets do not close near “%(text)s”.") % {"text": rest[max(start - 10, 0) : start + 30]}
        )
    return found


def read(text):
    """This will return what the text between the brackets means, or raise `BrokenToken`."""
    text = _plain(text)
    if place := photo_place(text):
        return PhotoPlace(place)
    try:
        return figures.parse(text)
    except figures.UnknownFigure as error:
        raise BrokenToken(f"[[{text}]]: {error}") from error


def photo_place(text):
    """This will return the place that the text between the brackets keeps for a photo, or None."""
    photo = PHOTO.fullmatch(_plain(text))
    return int(photo[1]) if photo else None


def _plain(text):
    return text.replace("\xa0", " ").replace("&nbsp;", " ")


def questions(body):
    """This will return the figures of a body in reading order."""
    return [token for token in find(body) if isinstance(token, figures.Question)]
