"""Reads the plain text out of an edition's HTML, and knows where in the HTML each of its letters stands."""

import html
import re
from dataclasses import dataclass

from articles import tokens

_PIECE = re.compile(
    rf"(?P<token>{tokens.TOKEN.pattern})|(?P<tag><[^>]*>)|(?P<entity>&(?:#\d+|#x[0-9a-f]+|\w+);)|(?P<letter>.)",
    re.I | re.S,
)
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
            # A line broken in the source is a blank to the reader.
            add(" " if match["letter"] in "\r\n\t" else match["letter"], match.span())
    return PlainText("".join(letters), tuple(places))
