"""Russian words for search: each is looked for under the dictionary forms of which it may be a form."""

import mmap
import os
import re
import sys
from array import array
from functools import lru_cache

import pymorphy3
from dawg_python import wrapper

# What the dictionary does not join, or joins wrongly.
ALSO = {
    form: base
    for base, forms in {
        "голаны": "голан голанам голанами голанах голаны",
        "ливан": "ливан ливана ливану ливаном ливане",
        "человек": "люди людей людям людьми людях",
        "ребенок": "дети детей детям детьми детях",
        "год": "лет",
    }.items()
    for form in forms.split()
}
INSTEAD = {"голан", "голана"}  # no place of this name is meant
ENDINGS = frozenset("й я е ю х м ми го му ый ая ое ые ой ого ому ом ым ых ыми ую ти ю тый ро мя".split())
SURNAME = re.compile(r"..(?:[оеё]в|[иы]н)$")  # Токаев is a form of токай to the dictionary, of a word it holds
UNLIKELY = 0.02  # a reading with a smaller share of the word's uses is left out


@lru_cache(maxsize=1)
def _dictionary():
    wrapper.Dictionary.read, wrapper.Guide.read = _in_place("I", 1), _in_place("B", 2)
    return pymorphy3.MorphAnalyzer(lang="ru")


def _in_place(kind, times):
    """This will return how a part of a graph of words is read where its file lies: a worker would copy 14 MB of them.

    In the file stands a number of four bytes, then as many units of that kind, so many times.
    """

    def read(part, file):
        size = array(kind).itemsize * times * int.from_bytes(file.read(4), sys.byteorder)
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        part._units = whole[file.tell() : file.tell() + size].cast(kind)
        file.seek(size, os.SEEK_CUR)

    return read


def keys(word):
    """This will return the keys under which a lower-case Russian word without ё is looked for."""
    readings = _dictionary().parse(word)
    found = {reading.normal_form.replace("ё", "е") for reading in readings if reading.score >= UNLIKELY}
    if word in ALSO:
        found = found - INSTEAD | {ALSO[word]}
    if SURNAME.search(word):
        found.add(word)
    return frozenset(found) or frozenset({word})
