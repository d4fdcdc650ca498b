"""How wide the columns of a printed table are, how large its letters, and whether its page lies on its side.

It is reckoned here since typst would take twice the time and half as much memory again, if it had to find out itself.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

from reports.declared import Kind
from reports.printable import LETTERS

FONTS = Path(__file__).resolve().parent.parent / "fonts"
PLAIN, STRONG = "paper", "paper-strong"
# All lengths are points, or em where it is said.
LEFT, RIGHT = 62, 45
PORTRAIT, LANDSCAPE = 595 - LEFT - RIGHT, 841 - LEFT - RIGHT
SIZES = (9, 8.5, 8, 7.5, 7, 6.5, 6)
INSET = 4
LINE, WORD = 26, 13  # em: a longer text is broken into lines, a longer word between its letters
SPARE = 0.2  # em that a cell keeps free, for what kerning may add
NUMERIC = {Kind.INTEGER, Kind.DECIMAL}
BREAK = "\u200b"
GAPS = re.compile(r"([ \n\-–—])")  # where a line may end


@cache
def _advances(name):
    font = ImageFont.truetype(FONTS / f"{name}.ttf", 1000)
    return {letter: font.getlength(letter) / 1000 for letter in LETTERS} | {"\n": 0}


def em(text, name=PLAIN):
    """This will return how wide a text is on one line, in em."""
    return sum(map(_advances(name).__getitem__, text))


class Column:
    """A column of texts, measured: its widest line and its widest word, in em."""

    def __init__(self, kind, heading, texts):
        self.kind, self.heading = kind, heading
        self.line = self.word = 0
        self._lines = {}
        for text in set(texts):
            self._lines[text] = width = max(map(em, text.split("\n")))
            self.line = max(self.line, width)
            if width > self.word:
                self.word = max(self.word, *map(em, GAPS.split(text))) if kind == Kind.TEXT else width

    @property
    def asked(self):
        """This will return (what all of it would take, what it needs at least) in em."""
        heading = max(em(word, STRONG) for word in GAPS.split(self.heading))
        whole = max(heading, self.line) + SPARE
        if self.kind != Kind.TEXT:
            return whole, whole
        return min(whole, LINE), min(max(self.word, heading) + SPARE, WORD, whole)

    def is_one_line(self, text, room):
        return self._lines[text] + SPARE <= room and "\n" not in text

    def break_words(self, texts, room):
        """This will return the texts with a place to break after each letter of words wider than `room` em."""
        if self.word + SPARE <= room:
            return texts
        broken = {text: breakable(text, room) for text in set(texts)}
        self._lines |= {broken[text]: width for text, width in self._lines.items()}
        return [broken[text] for text in texts]


def breakable(text, room, name=PLAIN):
    """This will return a text with a place to break after each letter of words wider than `room` em."""
    return "".join(BREAK.join(part) if em(part, name) + SPARE > room else part for part in GAPS.split(text))


@dataclass(frozen=True)
class Layout:
    is_landscape: bool
    size: float
    widths: tuple

    @property
    def page(self):
        return LANDSCAPE if self.is_landscape else PORTRAIT

    @property
    def rooms(self):
        """This will return what each column has for its words, in em."""
        return [(width - 2 * INSET) / self.size for width in self.widths]


def lay_out(columns):
    """This will return the layout of a table: upright where its lines fit, else on its side in letters that fit."""
    asked = [column.asked for column in columns]
    whole, least = (sum(width) for width in zip(*asked, strict=True))
    insets = 2 * INSET * len(asked)
    for is_landscape, page, sizes in ((False, PORTRAIT, SIZES[:3]), (True, LANDSCAPE, SIZES[:4])):
        for size in sizes:
            if whole * size + insets <= page:
                return Layout(is_landscape, size, _shared(asked, size, page))
    # Lines are broken: nine tenths leave them more than their longest word.
    size = next((size for size in SIZES if least * size + insets <= LANDSCAPE * 0.9), SIZES[-1])
    return Layout(True, size, _shared(asked, size, LANDSCAPE))


def _shared(asked, size, page):
    """This will return the columns' widths, which fill the page."""
    whole = [whole * size + 2 * INSET for whole, _least in asked]
    least = [least * size + 2 * INSET for _whole, least in asked]
    if sum(whole) <= page:
        return tuple(width * page / sum(whole) for width in whole)
    spare = page - sum(least)
    if spare < 0:
        return tuple(width * page / sum(least) for width in least)
    wanted = sum(whole) - sum(least)
    return tuple(low + spare * (high - low) / wanted for high, low in zip(whole, least, strict=True))
