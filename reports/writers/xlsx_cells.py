"""The cells of a spreadsheet: each value as the XML of its cell, typed, and no text ever a formula."""

import math
import re
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.rows import CannotWrite

# The places of `xlsx_parts.STYLES` in the list of cell formats.
HEADING, DATE, MOMENT, TITLE, LABEL, WRAPPED = range(1, 7)
DAY_NOUGHT = date(1899, 12, 30)
FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
LONGEST = 32_767  # UTF-16 units in a cell
LARGEST = 10**15  # a spreadsheet's numbers have fifteen digits
REMEMBERED = 10_000  # cells of each column
SHORT = 200  # characters of a text that is worth remembering

EMPTY = "<c/>"
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
# XML has no other control characters: a spreadsheet writes them as their numbers.
_UNKNOWN_TO_XML = "\x01-\x08\x0b\x0c\x0e-\x1f"
_SPECIAL = re.compile(f"[&<>\r{_UNKNOWN_TO_XML}]")
# Where a text says itself what would be read as such a number (_x0041_), it is parted into two runs there.
_PARTING = re.compile(f"(?<=[_{_UNKNOWN_TO_XML}])(?=[xX])")
_BEYOND = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")  # no reader gives them back


class Unfit(CannotWrite):
    """A spreadsheet cannot hold the value. The message says why."""


class Cells(dict):
    """The cells of one column by their values. Most values come again and again, so that the last ones are kept."""

    def __missing__(self, value):
        made = cell(value)
        if len(made) <= SHORT:
            if len(self) >= REMEMBERED:
                self.clear()
            self[value] = made
        return made


def cell(value):
    """This will return the XML of a value's cell. Moments are in local time, for a spreadsheet knows no zones."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, (int, float, Decimal)):
        return f"<c><v>{_number(value)}</v></c>"
    if isinstance(value, datetime):
        return _moment(timezone.localtime(value).replace(tzinfo=None, microsecond=0))
    if isinstance(value, date):
        return _dated(value, (value - DAY_NOUGHT).days, DATE)
    return text(str(value))


def text(value, style=0):
    """This will return the XML of a text's cell."""
    styled = f' s="{style}"' if style else ""
    return f'<c{styled} t="inlineStr"><is>{_runs(value)}</is></c>'


def escaped(value):
    """This will return a text for XML."""
    return _SPECIAL.sub(lambda found: _SIGNS.get(found[0]) or f"_x{ord(found[0]):04X}_", value)


def _runs(value):
    if len(value) * 2 > LONGEST and len(value.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST:
        raise Unfit(_("a cell of XLSX holds 32,767 signs, and this text has more."))
    if _BEYOND.search(value):
        raise Unfit(_("XLSX cannot hold a sign of this text."))
    if "_" not in value and not _SPECIAL.search(value):
        return f'<t xml:space="preserve">{value}</t>'
    parts = [f'<t xml:space="preserve">{escaped(part)}</t>' for part in _PARTING.split(value)]
    return parts[0] if len(parts) == 1 else "".join(f"<r>{part}</r>" for part in parts)


def _number(value):
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) >= LARGEST):
        raise Unfit(_("XLSX cannot hold this number to its last digit."))
    return value


def _moment(local):
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return _dated(local, (local.date() - DAY_NOUGHT).days + seconds / 86_400, MOMENT)


def _dated(value, number, style):
    if value.year < FIRST_DAY.year or number < (FIRST_DAY - DAY_NOUGHT).days:
        return text(value.isoformat())
    return f'<c s="{style}"><v>{number}</v></c>'
