"""What a result shows of its text: the words that were found, marked, and the passage where they stand thickest."""

from html import escape

from django.utils.safestring import mark_safe

LETTERS = 260  # of a passage, about
BEFORE = 70  # letters of it that stand before the first word found


def passage(text, hits):
    """This will return the part of a text where most words of the query stand, as safe HTML, or its beginning.

    `hits` are those of the text, in their order.
    """
    text = text.replace("\n", " ")
    if not hits:
        return mark_safe(escape(_cut(text, 0, LETTERS)[2]))
    first = _thickest(hits)
    start, end, shown = _cut(text, max(first[0] - BEFORE, 0), max(first[0] - BEFORE, 0) + LETTERS)
    shift = len(shown) - len(shown.lstrip("… ")) - start
    inside = [(at + shift, to + shift, places) for at, to, places in hits if at >= start and to <= end]
    return marked(shown, inside)


def _thickest(hits):
    """This will return the hit with which the passage begins that shows most words of the query, then most hits."""
    best, most, beyond = hits[0], (0, 0), 0
    for number, first in enumerate(hits):
        while beyond < len(hits) and hits[beyond][1] <= first[0] - BEFORE + LETTERS:
            beyond += 1
        inside = hits[number:beyond]
        told = len({place for _at, _to, places in inside for place in places}), len(inside)
        if told > most:
            best, most = first, told
    return best


def _cut(text, start, end):
    """This will return (start, end, the text between them), cut between words and with marks where it was cut."""
    if start > 0:
        start = text.find(" ", start) + 1
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    end = min(end, len(text))
    return start, end, f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def marked(text, hits):
    """This will return a text as safe HTML, its words that answer the query, which are its hits, marked."""
    out, place = [], 0
    for start, end, _places in hits:
        out += [escape(text[place:start]), f"<mark>{escape(text[start:end])}</mark>"]
        place = end
    return mark_safe("".join([*out, escape(text[place:])]))


def word_found(texts, seen, place):
    """This will return the shortest form, of those in these texts, that answers the query's word at this place."""
    forms = {
        text[start:end].lower() for text in texts for start, end, places in seen.hits(text) if place in places
    }  # fmt: skip
    return min(forms, key=lambda form: (len(form), form), default="")
