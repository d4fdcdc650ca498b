"""How wide the columns of a printed table are, how large its letters, and whether its page lies on its side."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from pathlib import Path

from PIL import ImageFont

from reports.declared import Kind

FONTS = Path(__file__).resolve().parent.parent / "fonts"
# All lengths are points, or em where it is said.
LEFT, RIGHT = 62, 45
PORTRAIT, LANDSCAPE = 595 - LEFT - RIGHT, 841 - LEFT - RIGHT
SIZES = (9, 8.5, 8, 7.5, 7, 6.5, 6)
INSET = 3.2
MEASURED = 12  # so many of the longest texts of a column are measured
LINE, WORD = 26, 13  # em: a text longer than that is broken into lines, a word between its letters
NUMERIC = {Kind.INTEGER, Kind.DECIMAL}
WHOLE = set(Kind) - {Kind.TEXT}  # never broken
BREAK = "\u200b"
GAPS = re.compile(r"[ \n\-–—]")  # where a line may end


@lru_cache(maxsize=2)
def _font(name):
    return ImageFont.truetype(FONTS / f"{name}.ttf", 100)


def em(text, name="paper"):
    """This will return how wide a text without line ends is, in em."""
    return _font(name).getlength(text) / 100


@dataclass
class Column:
    """What is known of a column: its kind, its heading, and the longest of its lines and words."""

    kind: Kind
    heading: str
    lines: set = field(default_factory=set)
    words: set = field(default_factory=set)

    def see(self, texts):
        """This will take in cells, keeping what may be the widest."""
        lines = {line for text in texts for line in text.split("\n")} if self.kind == Kind.TEXT else set(texts)
        self.lines = set(nlargest(MEASURED, lines | self.lines, key=len))
        if self.kind == Kind.TEXT:
            words = {word for line in lines for word in GAPS.split(line)}
            self.words = set(nlargest(MEASURED, words | self.words, key=len))

    @property
    def widest(self):
        """This will return (whole, least) in em: of the widest cell, and of what must not be broken in it."""
        heading = max((em(word, "paper-strong") for word in GAPS.split(self.heading)), default=0) + 0.1
        whole = max([heading, *(em(line[:400]) for line in self.lines)]) + 0.15
        if self.kind in WHOLE:
            return whole, whole
        word = max([0, *(em(word[:400]) for word in self.words)]) + 0.15
        return min(whole, LINE), min(max(word, heading), WORD, whole)


@dataclass(frozen=True)
class Layout:
    landscape: bool
    size: float
    widths: tuple

    @property
    def room(self):
        return LANDSCAPE if self.landscape else PORTRAIT


def lay_out(columns):
    """This will return the layout of a table: upright where its lines fit, else on its side in letters that fit."""
    asked = [column.widest for column in columns]
    for landscape, room, sizes in ((False, PORTRAIT, SIZES[:3]), (True, LANDSCAPE, SIZES[:4])):
        for size in sizes:
            if sum(whole for whole, _least in asked) * size + 2 * INSET * len(asked) <= room:
                return Layout(landscape, size, _shared(asked, size, room))
    for size in SIZES:
        if (
            sum(least for _whole, least in asked) * size + 2 * INSET * len(asked) <= LANDSCAPE * 0.9
            or size == SIZES[-1]
        ):
            return Layout(True, size, _shared(asked, size, LANDSCAPE))


def _shared(asked, size, room):
    """This will return the columns' widths, which fill `room`."""
    whole = [whole * size + 2 * INSET for whole, _least in asked]
    least = [least * size + 2 * INSET for _whole, least in asked]
    if sum(whole) <= room:
        return tuple(width * room / sum(whole) for width in whole)
    spare = room - sum(least)
    if spare < 0:
        return tuple(width * room / sum(least) for width in least)
    wanted = sum(whole) - sum(least)
    return tuple(low + spare * (high - low) / wanted for high, low in zip(whole, least, strict=True))


def breakable(text, room, name="paper"):
    """This will return a text with a place to break after each letter of those words that are wider than `room` em."""
    if len(text) * 0.45 <= room and (len(text) * 0.95 <= room or em(text.replace("\n", " "), name) <= room):
        return text
    return "".join(
        BREAK.join(part) if len(part) * 0.95 > room and (len(part) > 400 or em(part, name) > room) else part
        for part in re.split(r"([ \n\-–—])", text)
    )
