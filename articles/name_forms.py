"""The forms in which a name stands in a text: bent by Russian and Kazakh grammar, or written in Latin letters."""

import re
import unicodedata
from functools import lru_cache
from itertools import product

from anyascii import anyascii

KEPT = 3_000  # words and names that a process remembers for each question about them
# Kazakh letters, and those that stand for them on a Russian keyboard; Latin letters that look like Cyrillic ones.
FOLDED = str.maketrans("ёәғқңөұүһі", "еагкноуухи")
LOOKALIKES = str.maketrans("aceiopxyё", "асеіорхуё")
UNFOLDED = {
    "а": "аә", "г": "гғ", "е": "её", "и": "иі", "к": "кқ", "н": "нң", "о": "оө", "у": "уұү", "х": "хһ",
}  # fmt: skip
RUSSIAN = set(
    "а я у ю ы и е ь ом ем ой ою ей ею ью ым им ого его ому ему ую юю ая яя ые ие ый ий ых их ыми ими ам ям ами ями "
    "ах ях ии ию ия ией ием".split()
)
KAZAKH = {
    plural + case
    for plural in ("", "лар", "лер", "дар", "дер", "тар", "тер")
    for case in (
        "нын нин дын дин тын тин га ге ка ке на не ды ди ты ти ны ни н да де та те нда нде дан ден тан тен нан нен "
        "мен бен пен дики тики ники дай дей тай тей ша ше"
    ).split()
}
ENDING = re.compile(r"(?:ий|ый|ой|ая|яя|ия|ья|[аяьйеои])$")
LATIN = {
    "a": "а", "b": "б", "c": "кс", "ch": "ч", "d": "д", "e": "еэ", "f": "ф", "g": "г", "gh": "г", "h": "х", "i": "и",
    "ia": "я", "iu": "ю", "j": "жд", "k": "к", "kh": "х", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к",
    "r": "р", "s": "с", "sch": "щ", "sh": "шс", "shch": "щ", "t": "т", "ts": "ц", "u": "у", "v": "в", "w": "ву",
    "x": "х", "y": "ыийу", "ya": "я", "ye": "е", "yo": "е", "yu": "ю", "z": "з", "zh": "ж",
}  # fmt: skip
RANK = re.compile(
    r"(?:рядов|ефрейтор|сержант|старшин|прапорщик|мичман|лейтенант|капитан|майор|подполковник|полковник|генерал|адмирал|"
    r"катардаг|матрос|private$|corporal|sergeant|sgt|warrant|ensign|lieutenant|lt$|captain|capt$|major|maj$|colonel|col$|"
    r"general|gen$|admiral|cpl$|pvt$)"
)
AFTER_RANK = {
    "го",
    "ранга", "юстиции", "медицинской", "службы", "полиции", "милиции", "запаса", "в", "отставке", "ретд", "officer",
    "class", "first", "second", "third", "дарежели", "запастаги", "отставкадаги", "медицина", "кызметинин", "полиция",
    "адилет", "жауынгер", "retd", "ret",
}  # fmt: skip
PATRONYMIC = re.compile(r"(?:вич|вна|ична|улы|кызы)")


@lru_cache(maxsize=KEPT)
def fold(word):
    """This will return a word with case, ё and the Kazakh letters levelled, in one script."""
    word = unicodedata.normalize("NFC", word).casefold()
    if is_cyrillic(word):
        word = word.translate(LOOKALIKES)
    return word.translate(FOLDED)


def is_cyrillic(word):
    return any("\u0400" <= letter <= "\u04ff" for letter in word)


@lru_cache(maxsize=KEPT)
def skeleton(word):
    """This will return what the ways to write a name in Latin letters have in common: Kassymov, Qasymov, Касымов."""
    word = re.sub(r"[^a-z]", "", anyascii(unicodedata.normalize("NFC", word)).casefold())
    for pair, letter in (("shch", "sh"), ("sch", "sh"), ("dzh", "j"), ("dj", "j"), ("zh", "j"), ("kh", "h"),
                         ("gh", "g"), ("ts", "c"), ("x", "h"), ("q", "k"), ("w", "v")):  # fmt: skip
        word = word.replace(pair, letter)
    word = re.sub(r"[iy]+(?=[aeou])", "", word).replace("y", "i")
    return re.sub(r"(.)\1+", r"\1", word)


@lru_cache(maxsize=KEPT)
def _stems(name):
    """This will return the parts of a folded name that its grammatical forms begin with."""
    stems = {name}
    if ending := ENDING.search(name):
        stems |= {name[: ending.start()], name[:-1]}
    elif re.search(r"[^аеиоуыэюя][ео][^аеиоуыэюя]$", name):
        stems.add(name[:-2] + name[-1])  # Павел, Павла
    return {stem for stem in stems if len(stem) > 1}


def is_form(word, name):
    """This will say whether a word of a text is the name, in any of its cases or in Latin letters."""
    if not is_cyrillic(word) or not is_cyrillic(name):
        return bool(word) and skeleton(word) == skeleton(name) != ""
    word, name = fold(word), fold(name)
    if word == name:
        return True
    if word.startswith(name) and word[len(name) :].lstrip("-") in KAZAKH:
        return True
    return any(word.startswith(stem) and word[len(stem) :] in RUSSIAN for stem in _stems(name))


def beginnings(word):
    """This will return the folded four letters, or fewer of a short name, that a name bent into `word` begins with."""
    if not is_cyrillic(word):
        return {one[:3] for one in _cyrillic(re.sub(r"(.)\1+", r"\1", anyascii(word).casefold()))}
    word = fold(word)
    found = {word[:length] for length in (2, 3, 4)}
    if len(word) <= 6:
        found |= {(word[:-cut] + end)[:4] for cut in (1, 2, 3) for end in ("й", "ь", "а", "я") if len(word) - cut > 1}
    return {one for one in found if len(one) > 1}


@lru_cache(maxsize=KEPT)
def _cyrillic(word, letters=3):
    if not word or letters < 1:
        return frozenset({""})
    found = set()
    for size in range(1, 5):
        for letter in LATIN.get(word[:size], "") if len(word) >= size else "":
            found |= {letter + rest for rest in _cyrillic(word[size:], letters - 1)}
    return frozenset(found)


def spellings(beginning):
    """This will return the ways in which a record may write a folded beginning: its letters, its case."""
    found = {"".join(letters) for letters in product(*(UNFOLDED.get(letter, letter) for letter in beginning))}
    return {case(one) for one in found for case in (str, str.capitalize, str.upper)}
