"""How a word sounds, whatever alphabet it is written in: Latin spellings of Kazakh find the Cyrillic text.

The official drafts of 2018 and 2021, apostrophes, plain ASCII and Cyrillic without the Kazakh letters all come down to
one row of letters. It is what a word of a query is compared by when no text holds the word as it was typed.
"""

import re
import unicodedata

CYRILLIC = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "io", "ж": "j", "з": "z",
    "и": "i", "й": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "h", "һ": "h", "ц": "c", "ч": "4",
    "ш": "w", "щ": "w", "ъ": "", "ы": "i", "і": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
LATIN = [
    ("shch", "w"), ("sch", "w"), ("sh", "w"), ("ş", "w"), ("ś", "w"), ("š", "w"), ("ch", "4"), ("ç", "4"), ("ć", "4"),
    ("č", "4"), ("zh", "j"), ("ž", "j"), ("dzh", "j"), ("kh", "h"), ("x", "h"), ("gh", "g"), ("ts", "c"), ("q", "k"),
    ("yo", "io"), ("ý", "u"), ("y", "i"),
]  # fmt: skip
APOSTROPHES = re.compile(r"([aouyngiscz])['’ʼ`´](?=[a-zıäöüğñş]|$)")
ACCENTED = {"s": "ş", "c": "ç", "y": "ý"}


def is_latin(word):
    return bool(re.match(r"[a-zà-žı]", word))


def sound(word):
    """This will return the sound of a lower-case word."""
    if is_latin(word):
        return _latin(word, "n")
    return _squeezed("".join(CYRILLIC.get(letter, letter) for letter in word))


def sounds(word):
    """This will return the sounds that a word may have: ng may be one sound or two."""
    if is_latin(word):
        return {_latin(word, "n"), _latin(word, "ng")}
    return {sound(word)}


def _latin(word, ng):
    word = APOSTROPHES.sub(lambda match: ACCENTED.get(match[1], match[1]), word).replace("ı", "i").replace("ŋ", "n")
    for letters, one in LATIN:
        word = word.replace(letters, {"w": "\1"}.get(one, one))
    word = word.replace("w", "u").replace("\1", "w").replace("ng", ng)
    word = "".join(letter for letter in unicodedata.normalize("NFD", word) if letter.isalnum())
    return _squeezed(word)


def _squeezed(text):
    return re.sub(r"(.)\1+", r"\1", text)


# --- From Latin letters to Cyrillic ones, so that endings can be taken off ---------------------------------------

TWO = {
    "shch": "щ", "tsh": "тш", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "gh": "ғ", "ng": "ң", "ts": "ц",
    "ya": "я", "yu": "ю", "ia": "ия", "iu": "ю", "yo": "ё", "iy": "ий", "ıa": "ия", "ii": "ий", "sch": "щ",
}  # fmt: skip
ONE = {
    "ä": "ә", "á": "ә", "ə": "ә", "ö": "ө", "ó": "ө", "ü": "ү", "ú": "ү", "ū": "ұ", "ý": "у", "ğ": "ғ", "ǵ": "ғ",
    "ñ": "ң", "ń": "ң", "ŋ": "ң", "ş": "ш", "ś": "ш", "š": "ш", "ç": "ч", "ć": "ч", "č": "ч", "ž": "ж",
    "b": "б", "d": "д", "e": "е", "f": "ф", "j": "ж", "l": "л", "m": "м", "n": "н", "p": "п", "r": "р", "s": "с",
    "t": "т", "v": "в", "w": "у", "z": "з", "c": "с", "q": "қ",
}  # fmt: skip
BY_HARMONY = {
    "back": {"a": "а", "o": "о", "u": "ұ", "ı": "ы", "i": "ы", "y": "ы", "k": "к", "g": "ғ", "h": "х", "x": "х"},
    "front": {"a": "ә", "o": "ө", "u": "ү", "ı": "і", "i": "і", "y": "і", "k": "к", "g": "г", "h": "х", "x": "х"},
    "loan": {
        "ng": "нг",
        "a": "а",
        "o": "о",
        "u": "у",
        "ı": "и",
        "i": "и",
        "y": "ы",
        "k": "к",
        "g": "г",
        "h": "х",
        "x": "х",
    },
}


def cyrillic(word):
    """This will return the likeliest Cyrillic spellings of a lower-case word in Latin letters."""
    word = APOSTROPHES.sub(lambda match: {"a": "ä", "o": "ö", "u": "ü", "g": "ğ", "n": "ñ", "i": "ı"}.get(match[1])
                           or ACCENTED.get(match[1], match[1]), word)  # fmt: skip
    found = []
    for name, letters in BY_HARMONY.items():
        out, place = [], 0
        while place < len(word):
            for size in (4, 3, 2):
                if (some := word[place : place + size]) in TWO:
                    out.append(letters.get(some) or TWO[some])
                    place += size
                    break
            else:
                letter = word[place]
                after = out[-1][-1] if out else ""
                if letter in "iyı" and after and after in "аәеоөұүу":
                    out.append("й")
                elif letter == "u" and ((after and after in "аәеіыоө") or place + 1 == len(word)):
                    out.append("у")
                elif letter == "k" and name == "back":
                    out.append("қ")
                else:
                    out.append(letters.get(letter) or ONE.get(letter, letter))
                place += 1
        found.append("".join(out))
    # A word that is written with front vowels and а has both: қауіпсіздік, кітап; so has one of loan words.
    mixed = "".join("а" if letter == "ә" else letter for letter in found[1])
    return tuple(dict.fromkeys([*found, mixed]))
