"""Turning the pages of a long list of the public site by the key of a row, and not by counting.

A page begins after the row whose key its address names, `?before=2025-10-23.1761200000000000.17`: the fiftieth costs
what the first does, a row that comes meanwhile repeats none, and the address stays with what it showed. The key says
when something was printed and nothing of a language, so that the same address stands in every language.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

PER_PAGE = 20
MOST_NUMBERS = 500  # how far an address with the number of a page, as they once were, is followed
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OLDER, NEWER = "before", "after"


class NoSuchPage(Exception):
    """The address names no key of this list."""


class AnotherAddress(Exception):
    """What was asked for has its page elsewhere: `query` is what follows the path there, "" for the first page."""

    def __init__(self, query):
        self.query = f"?{query}" if query else ""


@dataclass(frozen=True)
class Page:
    """The rows of a page, and what follows the path of the one with newer and of the one with older rows, or ""."""

    rows: list
    newer: str = ""
    older: str = ""


class Listed:
    """A list whose pages are turned: `rows` ordered by `keys`, (path, type) of each column, all downwards.

    A list that is read often gives other answers to `newest` and `older`, which are the same rows.
    """

    def __init__(self, rows, keys):
        self.rows, self.keys = rows, keys

    def shown(self, slice_):
        """This will return what a page shows of a slice of the rows."""
        return list(slice_)

    def newest(self):
        """This will return the first rows, one more than a page shows."""
        return self.shown(self.rows[: PER_PAGE + 1])

    def older(self, values):
        """This will return the rows that follow the one with these values of the keys, one more than a page shows."""
        return self.shown(self.rows.filter(beyond(self.keys, values))[: PER_PAGE + 1])

    def newer(self, values):
        """This will return the rows of the page before the one with these values, or fewer where that is the first."""
        above = self.rows.filter(beyond(self.keys, values, "gt")).order_by(*(path for path, _type in self.keys))
        found = list(above.values_list("pk", flat=True)[: PER_PAGE + 1])
        return self.shown(self.rows.filter(pk__in=found[:PER_PAGE])[:PER_PAGE]) if len(found) > PER_PAGE else []


def turn(listed, asked):
    """This will return the `Page` of a `Listed` that `asked`, the query of an address, names."""
    keys = listed.keys
    if OLDER in asked:
        return _page(listed.older(read(asked[OLDER], keys)), keys, is_first=False)
    if NEWER in asked:
        found = listed.newer(read(asked[NEWER], keys))
        if not found:
            raise AnotherAddress("")
        return _page(found, keys, is_first=False, is_last=False)
    if number := _number(asked.get("page", "1")):
        raise AnotherAddress(_place_of(number, listed.rows, keys))
    return _page(listed.newest(), keys, is_first=True)


def _page(found, keys, *, is_first, is_last=True):
    if not found and not is_first:
        raise NoSuchPage
    here = found[:PER_PAGE]
    goes_on = len(found) > PER_PAGE or not is_last
    return Page(
        here,
        "" if is_first else f"{NEWER}={written(here[0], keys)}",
        f"{OLDER}={written(here[-1], keys)}" if goes_on else "",
    )


def _number(text):
    """This will return the number of a page beyond the first, 0 for the first one."""
    try:
        number = int(text[:20])
    except ValueError:
        raise NoSuchPage from None
    if number > MOST_NUMBERS:
        raise NoSuchPage
    return number if number > 1 else 0


def _place_of(number, rows, keys):
    last = (number - 1) * PER_PAGE
    around = list(rows.values_list("pk", flat=True)[last - 1 : last + 1])
    if len(around) < 2:
        raise NoSuchPage
    return f"{OLDER}={written(rows.get(pk=around[0]), keys)}"


def beyond(keys, values, side="lt"):
    """This will return the condition that a row lies on that side of the one with these values: "lt" or "gt"."""
    further, same = Q(), Q()
    for (path, _type), value in zip(keys, values, strict=True):
        further |= same & Q(**{f"{path}__{side}": value})
        same &= Q(**{path: value})
    # Said once more of the first column alone, which an index can be read by.
    return Q(**{f"{keys[0][0]}__{side}e": values[0]}) & further


def written(row, keys):
    """This will return a row's key as it stands in an address."""
    return ".".join(_text(_value(row, path)) for path, _type in keys)


def _value(row, path):
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def _text(value):
    if isinstance(value, datetime):
        return str((value - EPOCH) // timedelta(microseconds=1))
    return value.isoformat() if isinstance(value, date) else str(value)


def read(text, keys):
    """This will return the values of a key as it stands in an address, or raise `NoSuchPage`."""
    parts = text.split(".")
    if len(text) > 80 or len(parts) != len(keys):
        raise NoSuchPage
    return [_typed(part, kind) for part, (_path, kind) in zip(parts, keys, strict=True)]


def _typed(part, kind):
    try:
        if kind is date:
            value = date.fromisoformat(part)
            if value.isoformat() != part:  # it reads other ways of writing a day too
                raise ValueError(part)
            return value
        if not (part.isascii() and part.isdecimal() and len(part) < 18):
            raise ValueError(part)
        return EPOCH + timedelta(microseconds=int(part)) if kind is datetime else int(part)
    except (ValueError, OverflowError):
        raise NoSuchPage from None
