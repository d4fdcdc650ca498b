"""Pages of a long list by cursor: the key of the last row that was read says where the next page begins.

A page is found by its key and not by counting, so that the thousandth costs what the first does, and a row that comes
or goes meanwhile neither repeats nor hides another.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

LARGEST = 2**63 - 1  # what a database can compare a number with
YEARS = range(2, 9999)  # what can be moved from one zone into another


class Garbled(Exception):
    """The cursor is none of this list. The message says what to do."""


@dataclass(frozen=True)
class Key:
    """One part of an order: the path to a column that is never null, its Python type, and its direction."""

    path: str
    type: type
    descending: bool = False


def page(rows, name, keys, *, cursor, limit):
    """This will return (at most `limit` of the rows after the `cursor`, the cursor of the next page or "").

    `keys` together are unique. `name` is the list's own: a cursor of another list is refused as `Garbled`.
    """
    ordered = rows.order_by(*(f"-{key.path}" if key.descending else key.path for key in keys))
    if cursor:
        ordered = ordered.filter(_after(keys, _read(cursor, name, keys)))
    found = list(ordered[: limit + 1])  # one more tells whether there is a next page
    if len(found) <= limit:
        return found, ""
    return found[:limit], _write(name, [_value(found[limit - 1], key.path) for key in keys])


def _after(keys, values):
    """This will return the condition that a row comes after the one with these values."""
    after, same = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        after |= same & Q(**{f"{key.path}__{'lt' if key.descending else 'gt'}": value})
        same &= Q(**{key.path: value})
    first = keys[0]
    # Said once more of the first key alone, which an index can be read by.
    return Q(**{f"{first.path}__{'lte' if first.descending else 'gte'}": values[0]}) & after


def _value(row, path):
    if isinstance(row, dict):
        return row[path]
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def _write(name, values):
    told = [value.isoformat() if isinstance(value, date) else value for value in values]
    text = json.dumps([name, *told], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor, name, keys):
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        said, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if said != name or len(values) != len(keys):
            raise ValueError(name)
        return [_typed(value, key.type) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Garbled("The cursor is none of this list: begin again without one.") from None


def _typed(value, kind):
    if kind is int:
        if type(value) is not int or abs(value) > LARGEST:
            raise ValueError(value)
        return value
    if type(value) is not str or "\0" in value:
        raise ValueError(value)
    if kind is str:
        return value
    read = kind.fromisoformat(value)
    if read.year not in YEARS or (kind is datetime and read.tzinfo is None):
        raise ValueError(value)
    return read
