"""Asks the index: what a reader typed, in words; the editions that answer it, the best first.

In two steps, so that a word of sixty thousand stories costs what a rare one costs: the newest candidates come from the
index without any order but their day, and only they are weighed, in Python and so on both databases alike.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from articles.models import SearchEntry
from articles.search import kazakh, sounds, words
from articles.search.engines import ANYWHERE, LANGUAGES, LEAD, TITLE, Index, word
from articles.search.indexing import in_section, on_mission
from articles.search.weighing import Seen, weigh

LONGEST_QUERY = 300  # letters that are read of a query
MOST_WORDS = 12
MOST_TYPOS = 5  # words of a query that are looked for by their likeness
MOST_ALIKE = 4  # words that stand in for one that was not found
ENOUGH = 100  # results that are counted; beyond, the page says "more than"
FIRST = 100  # candidates of a title or a standfirst
ROUNDS = 4  # how often older candidates are asked for, where many of the newest are not in force
SLIGHT = frozenset(
    "и в во на с со к ко у о об от до из за для не по как что а но же ли мен пен бен да де та те және үшін туралы "
    "the a an of in on at to and or for by with from is are was were".split()
)
MOST_KNOWN = 50_000  # words of which a process keeps that the site's index has them
_there = set()


@dataclass(frozen=True)
class Asked:
    """A word of a query: as it was typed, and the keys of which a text must have one."""

    typed: str
    keys: frozenset
    is_replaced: bool = False


@dataclass(frozen=True)
class Question:
    """What is looked for: a text, and the bounds within which."""

    text: str
    languages: tuple = LANGUAGES
    section: int | None = None
    mission: int | None = None
    year: int | None = None

    @property
    def tags(self):
        """The tags that a text must have, beside one of the languages."""
        section = [in_section(self.section)] if self.section else []
        return section + ([on_mission(self.mission)] if self.mission else [])

    @property
    def bounds(self):
        if self.year is None:
            return {}
        first, beyond = date(self.year, 1, 1).toordinal(), date(self.year, 12, 31).toordinal() + 1
        return {"start": first * SearchEntry.DAY, "end": beyond * SearchEntry.DAY}


@dataclass
class Answer:
    """The ids of the editions that answer, best first; `is_cut` says that there are more than were looked at."""

    editions: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    is_cut: bool = False
    is_partial: bool = False  # no text has all the words: these have some
    beginnings: dict = field(default_factory=dict)  # of the first editions' texts, read to put them in their order
    seen: Seen | None = None  # what these had of the words


def search(question, *, readable, index=None, today=None, enough=ENOUGH):
    """This will return the `Answer`. `readable` takes places and returns those that may be shown; `today` is a date.

    Of a word that many texts have, the newest are looked at until `enough` of them may be shown. With more of them the
    answer begins just so, and goes on.
    """
    index = index or Index()
    asked = read(question, index)
    if not asked:
        return Answer()
    finding = Finding(index, question, readable, today, enough)
    answer = finding.all_of(asked)
    if not answer.editions and any(len(one.typed) > 3 for one in asked):
        tried = finding.with_others(asked)
        if tried != asked:
            answer = finding.all_of(tried)
            answer.asked = tried if answer.editions else asked
    if not answer.editions and len(asked) > 1:
        answer = finding.some_of(asked)
    return answer


def read(question, index):
    """This will return the words of a question, each with its keys: those the index has, or those that sound so."""
    found = {}
    for one in words.read(question.text.replace("\0", " ")[:LONGEST_QUERY]):
        found.setdefault(one.text, words.asked(one.text, question.languages))
    weighty = {typed: keys for typed, keys in found.items() if typed not in SLIGHT} or found
    weighty = dict(list(weighty.items())[:MOST_WORDS])
    spelt = {typed: _in_cyrillic(typed) for typed in weighty if "kk" in question.languages and sounds.is_latin(typed)}
    known = _known(index, set().union(*weighty.values(), *spelt.values()))
    asked, unheard = [], {}
    for typed, keys in weighty.items():
        there = keys & known | spelt.get(typed, frozenset()) & known
        if not there:
            unheard[typed] = _sounds(keys | spelt.get(typed, frozenset()))
        asked.append(Asked(typed, there or keys))
    if unheard:
        heard = index.sounding(set().union(*unheard.values()))
        for place, one in enumerate(asked):
            if keys := frozenset().union(*(heard.get(sound, ()) for sound in unheard.get(one.typed, ()))):
                asked[place] = Asked(one.typed, keys)
    return asked


def _known(index, keys):
    """This will return what `index.known` does. What a text has, or had, it had for ever: that is asked once."""
    if index.temporary:
        return index.known(keys)
    known = keys & _there
    if new := keys - known:
        if len(_there) > MOST_KNOWN:
            _there.clear()
        found = index.known(new)
        _there.update(found)
        known |= found
    return known


def _in_cyrillic(typed):
    return frozenset().union(*(kazakh.keys(one) for one in sounds.cyrillic(typed)))


def _sounds(keys):
    return set().union(*(sounds.sounds(key.rstrip(kazakh.VERB)) for key in keys)) - {""}


class Finding:
    """The candidates of one question, and their weight."""

    def __init__(self, index, question, readable, today, enough):
        self.index, self.question, self.readable, self.today = index, question, readable, today
        self.enough, self.slice = enough, enough * 6 // 5  # some of them were corrected or withdrawn since

    def _newest(self, groups, limits, **bounds):
        """This will return the newest texts that have the words in each of these places: {place: how many at most}."""
        questions = [
            ([{word(key, where) for key in group} for group in groups], limit) for where, limit in limits.items()
        ]
        asked = {"languages": self.question.languages, "tags": self.question.tags, **self.question.bounds, **bounds}
        return self.index.newest_of_each(questions, **asked)

    def all_of(self, asked):
        """This will return the answer that the texts with all these words give."""
        return self._answer([one.keys for one in asked], asked)

    def some_of(self, asked):
        """This will return the answer that the texts with any of these words give."""
        answer = self._answer([frozenset().union(*(one.keys for one in asked))], asked)
        answer.is_partial = True
        return answer

    def _answer(self, groups, asked):
        newest, titles, leads = self._newest(groups, {ANYWHERE: self.slice, TITLE: FIRST, LEAD: FIRST})
        told = {*titles, *leads}
        kept = self.readable(told.union(newest))
        places, is_cut = self._readable(groups, newest, sorted(kept.intersection(newest), reverse=True))
        if not places:
            return Answer(asked=asked)
        if is_cut:  # what is old and of the matter lies beyond the newest
            places = places + sorted(kept & told - set(places), reverse=True)
        seen = Seen(asked, self.question.languages)
        weighed, beginnings = weigh(self.index, places, set(titles), set(leads), seen, self.today)
        beginnings = {place % SearchEntry.DAY: text for place, text in beginnings.items()}
        return Answer([place % SearchEntry.DAY for place in weighed], asked, is_cut, beginnings=beginnings, seen=seen)

    def _readable(self, groups, newest, kept):
        """This will return (the places of the newest texts that may be shown, whether there may be more).

        `newest` are the first that have the words, and `kept` those of them that may be shown: where these are too few,
        older ones are asked for.
        """
        for round_ in range(1, ROUNDS + 1):
            if len(newest) < self.slice << round_ - 1:
                return kept[: self.enough + 1], len(kept) > self.enough
            if len(kept) > self.enough:
                return kept[: self.enough + 1], True
            if round_ < ROUNDS:
                (newest,) = self._newest(groups, {ANYWHERE: self.slice << round_}, end=newest[-1])
                kept = kept + sorted(self.readable(newest), reverse=True)
        return kept, True

    def _has_readable(self, groups):
        """This will say whether a text that may be shown has the words."""
        (newest,) = self._newest(groups, {ANYWHERE: self.slice})
        return bool(self._readable(groups, newest, sorted(self.readable(newest), reverse=True))[0])

    def with_others(self, asked):
        """This will return the words, each that no readable text has with those that are spelt nearly so."""
        tried, typos = [], 0
        for one in asked:
            if typos < MOST_TYPOS and len(one.typed) > 3 and not one.typed.isdigit():
                typos += 1
                if (len(asked) == 1 or not self._has_readable([one.keys])) and (near := self._near(one)):
                    one = Asked(one.typed, near, is_replaced=True)
            tried.append(one)
        return tried

    def _near(self, one):
        """This will return the keys whose sound is nearest to a word's: one slip, in a long word two."""
        from rapidfuzz.distance import OSA  # here, since most processes never meet a slip

        best, least = set(), 3
        for heard in _sounds(one.keys | _sound_of_word(one.typed)):
            reach = 1 if len(heard) < 8 else 2
            if len(heard) < 4:
                continue
            for key, sound in self.index.alike(heard, reach):
                if key in one.keys:
                    continue
                far = OSA.distance(heard, sound, score_cutoff=reach)
                if far <= reach and far < least:
                    best, least = {key}, far
                elif far <= reach and far == least:
                    best.add(key)
        # Of many, the words that are written most like it.
        nearest = sorted(best, key=lambda key: (OSA.distance(one.typed, key), key))
        return frozenset(nearest[:MOST_ALIKE])


def _sound_of_word(typed):
    return frozenset({typed}) | (_in_cyrillic(typed) if sounds.is_latin(typed) else frozenset())


def year_of(text):
    """This will return the year that a text names, None where it names none that a story could bear."""
    return int(text) if re.fullmatch(r"(?:19|20)\d\d", text) else None
