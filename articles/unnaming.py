"""Takes a person's name out of a text, in whatever case or script it stands there.

In a text that is about the person every form of the family name goes. In any other it goes only where the given name,
an initial or the patronymic stands beside it: hundreds bear a family name. A given name alone stays, it is nobody's.
"""

import re

from anyascii import anyascii

from articles.name_forms import fold, is_cyrillic, is_form, skeleton, spellings
from articles.naming import INVISIBLE
from ledger.redacting import MARK

_INVISIBLE = "".join(map(chr, INVISIBLE))
_WORD = re.compile(rf"[^\W\d_]+(?:[-‐‑'’ʼ{_INVISIBLE}]+[^\W\d_]+)*")
_GAP = re.compile(r"(?:\s|&nbsp;|\u00a0|\.|<[^>]*>)*")
_ADDRESS = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])")  # of a story, in a link
_TAG = re.compile(r"<[^>]*>")
_BETWEEN = re.compile(r"[\s\u00a0.]*")
BESIDE = 2  # words


class Unnaming:
    """Knows how one person was ever called, and takes that out of texts."""

    def __init__(self, names):
        self.given, self.patronymic = set(names.given), set(names.patronymic)
        self.family = {word for name in names.family for word in _parts(name)}
        for name in names.latin:
            for word in _parts(name):
                is_given = any(is_form(word, one) for one in self.given | self.patronymic)
                (self.given if is_given else self.family).add(word)
        self.numbers = [number for number in names.numbers if len(number) > 3]

    def beginnings(self):
        """This will return the beginnings of words that a text which names the person holds at least one of."""
        found = set(self.numbers)
        for word in self.family:
            found |= spellings(fold(word)[:4]) if is_cyrillic(word) else {word[:4]}
            found |= {anyascii(word)[:3], skeleton(word)[:3]} - {""}
        return tuple(sorted(found))

    def take_out(self, text, is_theirs=False):
        """This will return a text, HTML or not, without the person; `is_theirs` says that it is about them."""
        for number in self.numbers:
            text = re.sub(rf"(?i)(?<!\w){re.escape(number)}(?!\w)", MARK, text)
        for start, end in reversed(self._spans(text, is_theirs)):
            text = text[:start] + MARK + text[end:]
        return _ADDRESS.sub(lambda match: MARK if self.is_in_address(match[0], is_theirs) else match[0], text)

    def is_in_address(self, address, is_theirs=False):
        """This will say whether an address or the name of a file names the person."""
        words = re.sub(r"[\W_]+", " ", address).title()
        return bool(self._spans(words, is_theirs))

    def _spans(self, text, is_theirs):
        """This will return the [start, end] of each run of the person's names, in their order.

        What stands between tags is read on through them, what stands within one by itself.
        """
        blank = _TAG.sub(lambda tag: " " * len(tag[0]), text)
        read = [_words(blank), *(_words(text, tag.start(), tag.end()) for tag in _TAG.finditer(text))]
        found = [(words, self._families(words, text, is_theirs)) for words in read]
        is_named = is_theirs or any(beside for _read, families in found for beside in families.values())
        spans = []
        for words, families in found if is_named else ():
            gone = {place for family, beside in families.items() for place in (family, *beside)}
            if is_theirs:
                gone |= self._by_patronymic(words)
            run = []
            for place in sorted(gone):
                start, end, word = words[place]
                end += len(word) <= 2 and text[end : end + 1] == "."
                if run and _BETWEEN.fullmatch(text, run[-1][1], start):
                    run[-1][1] = end
                else:
                    run.append([start, end])
            spans += run
        return sorted(spans)

    def _families(self, words, text, is_theirs):
        """This will return {place of a family name: the places of the given names that stand beside it}."""
        return {
            place: self._beside(text, words, place)
            for place, (_start, _end, word) in enumerate(words)
            if self._is_family(word, is_theirs)
        }

    def _by_patronymic(self, words):
        """This will return the places of a given name that the patronymic follows, and of that."""
        gone = set()
        for place in range(len(words) - 1):
            if self._is(words[place][2], self.given) and self._is(words[place + 1][2], self.patronymic):
                gone |= {place, place + 1}
        return gone

    def _beside(self, text, words, place):
        """This will return the places of the given name, the patronymic and the initials that stand beside a word."""
        found = set()
        for step in (-1, 1):
            at = place
            for _turn in range(BESIDE):
                at += step
                if not 0 <= at < len(words):
                    break
                earlier, later = sorted((at, at - step))
                if not _GAP.fullmatch(text, words[earlier][1], words[later][0]) or not self._is_forename(words[at][2]):
                    break
                found.add(at)
        return found

    def _is_family(self, word, is_theirs):
        # An address or the name of a file has no capitals; a Cyrillic word without one may be any other.
        return self._is(word.capitalize() if is_theirs and not is_cyrillic(word) else word, self.family)

    def _is_forename(self, word):
        names = self.given | self.patronymic
        if len(word) <= 2 and word[0].isupper():  # an initial
            latin = skeleton(word)
            return any(fold(name)[:1] == fold(word) or (latin and skeleton(name).startswith(latin)) for name in names)
        return self._is(word, names)

    @staticmethod
    def _is(word, names):
        return word[0].isupper() and any(is_form(word, name) for name in names)


def _words(text, start=0, end=None):
    end = len(text) if end is None else end
    return [(one.start(), one.end(), one[0].translate(INVISIBLE)) for one in _WORD.finditer(text, start, end)]


def _parts(name):
    """This will return the words of a name that are long enough to be told from any other word."""
    return [word for word in _WORD.findall(name) if len(word) > 1]
