"""Texts that come to a door without a form of their own: a row's number, a sentence, the words of a search."""

from django import forms
from django.utils.text import smart_split

MOST_LETTERS, MOST_WORDS, LONGEST_WORD = 2_000, 20, 100  # of a search; the rest of it narrows nothing down


def number_of(text):
    """This will return the number by which a row is known, or None where the text is none that a row could have."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def sentence(values, name):
    """This will return what was typed under that name, or "". NUL, which nobody types, is left out."""
    return values.get(name, "").replace("\0", "")


def words_of(term, *, split=str.split):
    """This will return the words of a search that are looked for."""
    words = list(split(term.replace("\0", " ")[:MOST_LETTERS]))
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


def quoted_words_of(term):
    """This will return them where words in quotation marks are one."""
    return words_of(term, split=smart_split)


def is_of_our_time(moment):
    """This will refuse, in a form, a moment that has no place in every time zone."""
    if not 1900 < moment.year < 9999:
        raise forms.ValidationError(forms.DateTimeField.default_error_messages["invalid"])
