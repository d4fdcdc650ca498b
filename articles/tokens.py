"""What stands in double square brackets in an editor's text: a figure, photos, or another story.

Editors' text is never a template: these forms are all there is, and anything else in brackets is an error that names
itself.

    [[strength mission=UNDOF]]                       the record's value for the story's day
    [[strength mission=UNDOF on=2024-10-01]]         the record's value for another day
    [[persons_served: more than 600]]                the editor's own words, held against the record
    [[photo 1]]  [[gallery 2 3 4]]                   the photos in these places
    [[story 12]]                                     a link to story 12, while it is public in the reader's language
"""

import html
import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from articles import numbers
from missions import figures

# Possessive: a page of blanks is passed once, and not again from each of them on.
TOKEN = re.compile(r"\[\[\s*+([^\[\]<>\s](?:[^\[\]<>]{0,198}[^\[\]<>\s])?)\s*+\]\]")
PHOTOS = re.compile(r"(photo|gallery)((?: [1-9][0-9]{0,2})+)")
TAG = re.compile(r"<[^>]*>")
LONGEST_WORDS = 60
LARGEST = 2_000_000_000
STORY = re.compile(r"story ([1-9][0-9]{0,9})")


class BrokenToken(Exception):
    """A token cannot be read. The message names it and says why."""


@dataclass(frozen=True)
class FigureToken:
    """A figure of the record, for the day `on` (None: the story's). `words` are the editor's own, or empty."""

    question: figures.Question
    on: date | None = None
    words: str = ""

    def __str__(self):
        asked = f"{self.question} on={self.on}" if self.on else str(self.question)
        return f"[[{asked}: {self.words}]]" if self.words else f"[[{asked}]]"

    @property
    def number(self):
        """The `numbers.Number` that the editor's own words claim, or None where the record's value is printed."""
        return numbers.only(self.words) if self.words else None


@dataclass(frozen=True)
class PhotoPlaces:
    """The places of one photo, or of a gallery."""

    places: tuple


@dataclass(frozen=True)
class StoryLink:
    article: int


def find(body):
    """This will return the tokens of a body in reading order.

    Raises `BrokenToken` for the first that cannot be read, and for brackets that do not close.
    """
    known_as = acronyms_for(body)
    found = [read(match[1], known_as) for match in TOKEN.finditer(body)]
    rest = TOKEN.sub("", body)
    if "[[" in rest or "]]" in rest:
        rest = html.unescape(TAG.sub(" ", rest))
        start = rest.find("[[") if "[[" in rest else rest.find("]]")
        raise BrokenToken(
            _("Double square brackets do not close near “%(text)s”.") % {"text": rest[max(start - 10, 0) : start + 30]}
        )
    return found


def acronyms_for(body):
    """This will return what `figures.acronyms` does, asking the record only where a token may name a mission."""
    return figures.acronyms() if "mission" in body and TOKEN.search(body) else {}


def read(text, known_as=None):
    """This will return what the text between the brackets means, or raise `BrokenToken`.

    `known_as` is what `acronyms_for` or `figures.acronyms` returned, for who reads many.
    """
    text = " ".join(html.unescape(text).split())
    try:
        return place_of(text) or _figure(text, known_as)
    except figures.UnknownFigure as error:
        raise BrokenToken(f"[[{text}]]: {error}") from error


def place_of(text):
    """This will return the `PhotoPlaces` or `StoryLink` that the text between the brackets means, or None."""
    text = " ".join(html.unescape(text).split())
    if match := PHOTOS.fullmatch(text):
        places = tuple(int(place) for place in match[2].split())
        if match[1] == "photo" and len(places) > 1:
            raise BrokenToken(_("[[%(text)s]]: one photo has one place; several are a gallery.") % {"text": text})
        return PhotoPlaces(places)
    if match := STORY.fullmatch(text):
        return StoryLink(int(match[1]))
    return None


def places_in(body):
    """This will return the photo places that a body shows, in reading order; what cannot be read shows none."""
    places = []
    for match in TOKEN.finditer(body):
        try:
            token = place_of(match[1])
        except BrokenToken:
            continue
        places += token.places if isinstance(token, PhotoPlaces) else ()
    return places


def _figure(text, known_as):
    asked, colon, words = text.partition(":")
    parts = asked.split()
    days = [part for part in parts if part.startswith("on=")]
    question = figures.parse(" ".join(part for part in parts if part not in days), known_as)
    try:
        (on,) = [date.fromisoformat(day.removeprefix("on=")) for day in days] or [None]
    except ValueError as error:
        raise BrokenToken(_("[[%(text)s]]: the day is written on=2024-10-01, and once.") % {"text": text}) from error
    words = words.strip()
    if colon and not words:
        raise BrokenToken(_("[[%(text)s]]: the words to print are missing after the colon.") % {"text": text})
    if words:
        _check(words, text)
    return FigureToken(question, on, words)


def _check(words, text):
    """This will refuse words that cannot be held against the record: too long, or without one whole number."""
    if len(words) > LONGEST_WORDS:
        raise BrokenToken(
            _("[[%(text)s]]: what is printed has at most %(limit)s characters.")
            % {"text": text, "limit": LONGEST_WORDS}
        )
    number = numbers.only(words)
    if number is None or not isinstance(number.value, int):
        raise BrokenToken(
            _("[[%(text)s]]: “%(words)s” must hold one number that can be read, and a whole one.")
            % {"text": text, "words": words}
        )
    if number.value > LARGEST:
        raise BrokenToken(_("[[%(text)s]]: no figure of the record is that large.") % {"text": text})
