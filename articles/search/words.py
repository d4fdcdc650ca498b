"""The one normaliser: a text or a query to the keys under which its words are looked for, for both databases alike."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from articles.search import english, kazakh, russian

WORD = re.compile(r"[^\W_](?:[^\W_]|[\u00ad\u0300-\u036f]|(?<=[A-Za-z])['’ʼ](?=[A-Za-z]))*")
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)")
HYPHENS = "-\u2010\u2011"
CLOSING = "»”\"'’)"
# Words that a process remembers, those of twenty long texts. What stands in an archive, or what readers type, has no
# end, and a word takes 400 bytes in each function that remembers it.
KEPT = 6_000
LONGEST = 60  # letters; a longer word is cut, so that nonsense costs nothing
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[a-z\u00c0-\u024f]")
# Latin letters that look like Cyrillic ones and were typed among them.
LOOKALIKES = str.maketrans("aceiopxyh", "асеіорхуһ")
ENDS_AFTER = ("ана", "ине", "қар", "жер", "қан", "мен", "қаз", "сөз", "қат", "ет", "ал", "ел")


@dataclass(frozen=True)
class Word:
    """A word of a text: where it stands, and how it is compared."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=KEPT)
def fold(word):
    """This will return a word in lower case, ё as е, without soft hyphens and stress marks."""
    word = unicodedata.normalize("NFC", word.replace("\u00ad", "")).casefold().replace("ё", "е")
    word = "".join(letter for letter in word if not unicodedata.combining(letter))[:LONGEST]
    if CYRILLIC.search(word) and re.search("[a-z]", word) and not re.search("[b-df-gj-nq-wz]", word):
        word = word.translate(LOOKALIKES)
    return word


def read(text):
    """This will return the `Word`s of a text in their order; an ending that hangs on an abbreviation is none."""
    found, joined = [], {}
    for match in GROUPED.finditer(text):
        joined[match.start()] = match.end()
    place = 0
    for match in WORD.finditer(text):
        start, end = match.span()
        if start < place:
            continue
        if start in joined:
            end = place = joined[start]
            found.append(Word(start, end, re.sub(r"\D", "", text[start:end])))
            continue
        word = fold(match[0])
        if start > 1 and text[start - 1] in HYPHENS and _hangs(word, text[start - 2], found):
            continue
        found.append(Word(start, end, word))
    return found


def _hangs(word, before, words):
    """This will say whether a word behind a hyphen is but the ending of what stands before: БҰҰ-ның, 139-й, «Б»-тың."""
    if not words or before in HYPHENS or not (before.isalnum() or before in CLOSING):
        return False
    base = words[-1].text
    if before.isdigit():
        return word in russian.ENDINGS or is_ending(word)
    return is_ending(word) and (before in CLOSING or LATIN.match(base) is not None or len(base) <= 5)


@lru_cache(maxsize=200)
def is_ending(word):
    """This will say whether Kazakh puts these letters behind a noun, however it ends."""
    return len(word) <= 12 and any(base in kazakh.bare(base + word) for base in ENDS_AFTER)


def keys(word, language):
    """This will return the keys of a folded word in a text of this language."""
    if word.isdigit():
        return frozenset({word.lstrip("0") or "0"})
    if LATIN.match(word):
        return english.keys(word)
    if not CYRILLIC.search(word):
        return frozenset({word})
    if language == "kk":
        return kazakh.keys(word)
    return russian.keys(word)


@lru_cache(maxsize=KEPT)
def indexed(word, language):
    """This will return the keys under which a word of a text is found: its own, and others that it might be of."""
    found = keys(word, language)
    if language == "kk":
        found |= kazakh.owned(word)
        for one in found:
            if one.endswith(kazakh.VERB):
                found |= kazakh.actives(one)
    return found


def asked(word, languages):
    """This will return the keys that a word of a query asks for in texts of these languages."""
    return frozenset().union(*(keys(word, language) for language in languages))
