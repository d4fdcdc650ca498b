"""The order of names in a reader's alphabet, by which neither database sorts, and the two not alike."""

import unicodedata
from functools import lru_cache

# The Kazakh order holds the Russian one. Latin letters come first, so that one order serves a list of both scripts.
_ORDER = {
    letter: place
    for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя", start=1)
}


def by_name(rows, language):
    """This will return rows that have a name in the order of the language's alphabet, the older of two alike first."""
    return sorted(rows, key=lambda row: (key(row.name, language), row.pk))


def family_first(person, language):
    """This will return the name to sort a person by: family name first, of the Latin spelling its last word."""
    if language == "en" and person.name_latin:
        *given, family = person.name_latin.partition("(")[0].split() or [person.name_latin]
        return " ".join([family, *given])
    return f"{person.family_name} {person.given_name}"


@lru_cache(maxsize=5_000)
def key(text, language):
    """This will return the key that sorts `text` as a dictionary of the language does; spaces come before letters.

    Russian lists ё as е. Signs above Latin letters, hyphens and apostrophes count only between texts otherwise alike.
    """
    text = text.casefold()
    letters = text.replace("ё", "е") if language == "ru" else text
    places = []
    for letter in letters:
        if letter not in _ORDER:
            letter = unicodedata.normalize("NFD", letter)[0]
        if letter == " ":
            places.append(0)
        elif letter in _ORDER:
            places.append(_ORDER[letter])
    return tuple(places), text
