"""The weight of a candidate: where the words stand in it, how near to each other and how often, and its day."""

import re
from datetime import date

from articles.models import SearchEntry
from articles.search import words

READ = 20  # candidates whose texts are read; the others stand by title, standfirst and day alone
SHORT = 1_000  # letters, of a title or a standfirst
LETTERS = 6_000  # of a text that are read for its weight
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
        self.asked, self.languages, self.known, self.answer_something = asked, languages, {}, set()

    def answers(self, text):
        """This will return the places, in the query, of the words that this word of a text answers."""
        found = self.known.get(text)
        if found is None:
            folded = words.fold(text)
            keys = frozenset().union(*(words.indexed(folded, language) for language in self.languages))
            found = self.known[text] = tuple(place for place, one in enumerate(self.asked) if keys & one.keys)
        return found

    def _answering(self, found):
        """This will return those of these words that answer a word of the query."""
        new = found - self.known.keys()
        self.answer_something |= {one for one in new if self.answers(one)}
        return found & self.answer_something

    def hits(self, text):
        """This will return (start, end, places in the query) of every word of a text that answers the query."""
        if len(text) > SHORT:  # to take it apart is dear: the forms that other texts had may do
            found = self._places(text, self.answer_something)
            if len({place for *_, places in found for place in places}) == len(self.asked):
                return found
        return self._places(text, self._answering(set(WORD.findall(text))))

    def _places(self, text, forms):
        found = []
        for form in forms:
            start = text.find(form)
            while start >= 0:
                end = start + len(form)
                if not (start and WORD.match(text[start - 1])) and not WORD.match(text[end : end + 1]):
                    found.append((start, end, self.known[form]))
                start = text.find(form, end)
        return sorted(found)

    def weight(self, text):
        """This will return how much a text is about the words: how often they stand there, and how near."""
        counts, near, last = [0] * len(self.asked), 0.0, {}
        found = WORD.findall(text[:LETTERS])
        answering = self._answering(set(found))
        for number, one in [(number, one) for number, one in enumerate(found) if one in answering] if answering else ():
            for place in self.known[one]:
                counts[place] += 1
                last[place] = number
                if len(self.asked) > 1 and len(last) == len(self.asked):
                    spread = max(last.values()) - min(last.values())
                    near = max(near, len(self.asked) / (spread + 1))
        often = sum(min(count, 5) for count in counts) / (5 * len(self.asked))
        return often + 2 * near + 2 * sum(map(bool, counts)) / len(self.asked)
