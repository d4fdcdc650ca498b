"""The weight of a candidate: where the words stand in it, how near to each other and how often, and its day."""

import re
from datetime import date

from articles.models import SearchEntry
from articles.search import words

READ = 40  # candidates whose texts are read; the others stand by title, standfirst and day alone
LETTERS = 20_000  # of a text that are read for its weight
WORD = re.compile(r"[^\W_]+")
YEAR = 365.25


def weigh(index, places, titles, leads, asked, languages, today):
    """This will return the places in the order in which they are shown: the weightiest first, then the newest.

    `titles` and `leads` are the places where the words stand in the title, or in the title and the standfirst.
    """
    first = {
        place: 3.0 * (place in titles) + 1.5 * (place in leads) + _freshness(place, today) for place in places
    }  # fmt: skip
    order = sorted(places, key=lambda place: (-first[place], -place))
    near = order[:READ]
    texts = index.texts(near)
    seen = Seen(asked, languages)
    weight = {place: first[place] + seen.weight(texts.get(place, "")) for place in near}
    return sorted(near, key=lambda place: (-weight[place], -place)) + order[READ:]


def _freshness(place, today):
    """This will return 1 for a text of today, half of it for one a year old."""
    if today is None:
        return 0.0
    age = max((today - date.fromordinal(place // SearchEntry.DAY)).days, 0)
    return 1 / (1 + age / YEAR)


class Seen:
    """Which words of a query a word of a text answers; asked once for each word, whatever the number of texts."""

    def __init__(self, asked, languages):
        self.asked, self.languages, self.known = asked, languages, {}

    def answers(self, text):
        """This will return the places, in the query, of the words that this word of a text answers."""
        found = self.known.get(text)
        if found is None:
            folded = words.fold(text)
            keys = frozenset().union(*(words.indexed(folded, language) for language in self.languages))
            found = self.known[text] = tuple(place for place, one in enumerate(self.asked) if keys & one.keys)
        return found

    def hits(self, text):
        """This will return (start, end, places in the query) of every word of a text that answers the query."""
        return [
            (match.start(), match.end(), found) for match in WORD.finditer(text) if (found := self.answers(match[0]))
        ]

    def weight(self, text):
        """This will return how much a text is about the words: how often they stand there, and how near."""
        counts, near, last, known = [0] * len(self.asked), 0.0, {}, self.known
        for number, one in enumerate(WORD.findall(text[:LETTERS])):
            found = known.get(one)
            for place in self.answers(one) if found is None else found:
                counts[place] += 1
                last[place] = number
                if len(self.asked) > 1 and len(last) == len(self.asked):
                    spread = max(last.values()) - min(last.values())
                    near = max(near, len(self.asked) / (spread + 1))
        often = sum(min(count, 5) for count in counts) / (5 * len(self.asked))
        return often + 2 * near + 2 * sum(map(bool, counts)) / len(self.asked)
