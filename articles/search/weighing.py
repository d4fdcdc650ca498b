"""The weight of a candidate: where the words stand in it, how near to each other and how often, and its day."""

import re
from collections import defaultdict
from functools import lru_cache

from articles.models import SearchEntry
from articles.search import words

READ = 20  # candidates whose texts are read; the others stand by title, standfirst and day alone
SHORT = 1_000  # letters, of a title or a standfirst
LETTERS = 2_000  # of a text that are read for its weight, and first for its passage
WORD = re.compile(r"[^\W_]+")
YEAR = 365.25


def weigh(index, places, titles, leads, seen, today):
    """This will return (the places in the order in which they are shown, {place: how the text begins} of those read).

    The weightiest is first, then the newest.

    `titles` and `leads` are the places where the words stand in the title, or in the title and the standfirst; `seen`
    learns what the texts that were read have of the words.
    """
    first = {
        place: 3.0 * (place in titles) + 1.5 * (place in leads) + _freshness(place // SearchEntry.DAY, today)
        for place in places
    }
    order = sorted(places, key=lambda place: (-first[place], -place))
    near = order[:READ]
    texts = index.beginnings(near, LETTERS)
    weight = {place: first[place] + seen.weight(texts.get(place, "")) for place in near}
    return sorted(near, key=lambda place: (-weight[place], -place)) + order[READ:], texts


@lru_cache(maxsize=4_000)
def _freshness(day, today):
    """This will return 1 for a text of today, half of it for one a year old; `day` is an ordinal."""
    if today is None:
        return 0.0
    age = max(today.toordinal() - day, 0)
    return 1 / (1 + age / YEAR)


def _all_of(pieces, piece):
    """This will yield where a piece stands among pieces."""
    place = -1
    for _time in range(pieces.count(piece)):
        place = pieces.index(piece, place + 1)
        yield place


@lru_cache(maxsize=60)
def _parted(text, languages):
    """This will return the pieces of a text in their order, and {key: the pieces that are found under it}.

    Pieces are words with what is written close to them, since to part these takes long. The newest texts are weighed
    for one search after the other.
    """
    pieces, under = text.split(), defaultdict(list)
    for piece in set(pieces):
        for key in _found_under(piece, languages):
            under[key].append(piece)
    return pieces, dict(under)


@lru_cache(maxsize=words.KEPT)
def _found_under(piece, languages):
    """This will return the keys under which the words in a piece of a text are found in these languages."""
    folded = map(words.fold, WORD.findall(piece))
    return frozenset().union(*(words.indexed(one, language) for one in folded for language in languages))


class Seen:
    """Which words of a query a piece of a text answers; asked once for each piece, whatever the number of texts."""

    def __init__(self, asked, languages):
        self.asked, self._languages = asked, tuple(languages)
        self._keys = frozenset().union(*(one.keys for one in asked))
        self.places = {}  # in the query, of each piece of a text that answers it
        self.forms = set()  # of these pieces the words
        self._without = set()  # texts that have none

    def _answering(self, pieces):
        """This will return those of a few pieces that answer a word of the query."""
        for piece in pieces:
            if piece not in self.places:
                keys = _found_under(piece, self._languages)
                self.places[piece] = tuple(n for n, one in enumerate(self.asked) if not keys.isdisjoint(one.keys))
        return {piece for piece in pieces if self.places[piece]}

    def _read(self, text):
        """This will return (the pieces of a text, those of them that answer the query, their words that do)."""
        pieces, under = _parted(text, self._languages)
        answering = self._answering({piece for key in self._keys & under.keys() for piece in under[key]})
        forms = self._answering(set(WORD.findall(" ".join(answering))))
        self.forms |= forms
        return pieces, answering, forms

    def hits(self, text):
        """This will return (start, end, places in the query) of every word of a text that answers the query."""
        if text in self._without:
            return []
        if len(text) > SHORT:  # to take it apart is dear: the forms that other texts had may do
            found = self._places(text, self.forms)
            if len({place for *_, places in found for place in places}) == len(self.asked):
                return found
        return self._places(text, self._read(text)[2])

    def _places(self, text, forms):
        found = []
        for form in forms:
            start = text.find(form)
            while start >= 0:
                end = start + len(form)
                if not (start and WORD.match(text[start - 1])) and not WORD.match(text[end : end + 1]):
                    found.append((start, end, self.places[form]))
                start = text.find(form, end)
        return sorted(found)

    def weight(self, text):
        """This will return how much a text's beginning is about the words: how often they stand there, and how near."""
        counts, near, last = [0] * len(self.asked), 0.0, {}
        pieces, answering, _forms = self._read(text)
        if not answering:
            self._without.add(text)
        standing = sorted((number, piece) for piece in answering for number in _all_of(pieces, piece))
        for number, piece in standing:
            for place in self.places[piece]:
                counts[place] += 1
                last[place] = number
                if len(self.asked) > 1 and len(last) == len(self.asked):
                    spread = max(last.values()) - min(last.values())
                    near = max(near, len(self.asked) / (spread + 1))
        often = sum(min(count, 5) for count in counts) / (5 * len(self.asked))
        return often + 2 * near + 2 * sum(map(bool, counts)) / len(self.asked)
