"""Reads the plain text out of an edition's HTML, and knows where in the HTML each of its letters stands."""

import html
import re
from dataclasses import dataclass
from itertools import pairwise

from articles import tokens

_PIECE = re.compile(
    rf"(?P<token>{tokens.TOKEN.pattern})|(?P<tag><[^>]*>)|(?P<entity>&(?:#\d+|#x[0-9a-f]+|\w+);)|(?P<letters>[^\[<&]+|.)",
    re.I | re.S,
)
_LINE_BREAK = str.maketrans("\r\n\t", "   ")  # in the source it is a blank to the reader
_BLOCK = re.compile(r"</?(?:p|h2|h3|ul|ol|li|blockquote|br|hr)\b", re.I)
BLANK = "[…]"  # stands for a token: no letter, no number, and no end of a sentence


@dataclass(frozen=True)
class PlainText:
    """The text that a reader sees; `places[i]` is the (start, end) of `text[i]` in the HTML."""

    text: str
    places: tuple

    def in_html(self, start, end):
        """This will return the (start, end) in the HTML of `text[start:end]`."""
        return self.places[start][0], self.places[end - 1][1]


def read(body):
    """This will return the `PlainText` of a body: blocks end a line, and a token is `BLANK`."""
    letters, places = [], []

    def add(text, span):
        letters.append(text)
        places.extend([span] * len(text))

    for match in _PIECE.finditer(body):
        if match["token"]:
            add(BLANK, match.span())
        elif match["tag"]:
            if _BLOCK.match(match["tag"]):
                add("\n", match.span())
        elif match["entity"]:
            add(html.unescape(match["entity"]), match.span())
        else:
            letters.append(match["letters"].translate(_LINE_BREAK))
            places.extend(pairwise(range(match.start(), match.end() + 1)))
    return PlainText("".join(letters), tuple(places))
