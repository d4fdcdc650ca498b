"""Finds rows by parts of words, for the lists and the choices of the desk.

Django would join every table that a search reads and ask one OR of all their columns, which no index serves. Here each
word is looked for in one table at a time, by that table's index of parts (`ledger.models.parts`), and what was found in
another table comes back as the keys that rows name.
"""

import re
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.text import unescape_string_literal

from ledger import parts
from ledger.typed import quoted_words_of

MOST_OWN = 500  # keys that SQLite's index tells; what more rows hold is met soon too
MOST_KEYS = 3_000  # of another table; a word that more of its rows hold is met soon on the way through the list
HAS_PART = re.compile(r"\w{3}")  # what an index of parts finds in the middle of a word


def find(rows, fields, term):
    """This will return the rows that hold every word of `term`, each of them in any of the fields.

    A field is a name, or a path of names to another noun's. Words in quotation marks are looked for as one.
    """
    for word in quoted_words_of(term) if fields else ():
        if word.startswith(('"', "'")) and word[0] == word[-1]:
            word = unescape_string_literal(word)
        rows = rows.filter(_holding(rows.model, fields, word))
    return rows


def _holding(model, fields, word):
    """This will return the condition that a row of the model holds the word in any of the fields."""
    own, beyond = [], {}
    for field in fields:
        name, _dots, rest = field.partition("__")
        if rest:
            beyond.setdefault(name, []).append(rest)
        else:
            own.append(name)
    here = _here(model, own, word) if own else []
    return reduce(or_, [*here, *(_leading_to(model, name, rest, word) for name, rest in beyond.items())])


def _here(model, fields, word):
    """This will return the conditions of which one holds where the row has the word in one of its own columns."""
    keys = parts.keys(model, fields, word, MOST_OWN + 1)
    if keys is not None and len(keys) <= MOST_OWN:
        return [Q(pk__in=keys)]
    return [_part(name, written) for name in fields for written in _as_written(word)]


def _as_written(word):
    """This will return the ways to write the word. SQLite knows large from small letters where no index tells."""
    if connection.vendor != "sqlite" or word.isascii():
        return [word]
    return sorted({word, word.lower(), word.upper(), word.capitalize()})


def _part(name, word):
    """This will return the condition that a column holds the word: any part of one, or of two letters its beginning."""
    if HAS_PART.search(word):
        return Q(**{f"{name}__icontains": word})
    return Q(**{f"{name}__istartswith": word}) | Q(**{f"{name}__icontains": f" {word}"})


def _leading_to(model, name, fields, word):
    """This will return the condition that a row leads by the relation `name` to a row that holds the word."""
    relation = model._meta.get_field(name)
    other = relation.related_model
    # Either the row names the other one's key, or the other one names the row's.
    here, there = (name, "pk") if relation.concrete else ("pk", relation.field.name)
    found = other._base_manager.filter(_holding(other, fields, word)).order_by()
    keys = list(found.values_list(there, flat=True)[: MOST_KEYS + 1])
    if len(keys) <= MOST_KEYS:
        return Q(**{f"{here}__in": set(keys)})
    # Asked of each row on its way, and never of the whole other table at once, as an IN would be.
    return Q(IsNull(Subquery(found.filter(**{there: OuterRef(here)}).values("pk")[:1]), False))
