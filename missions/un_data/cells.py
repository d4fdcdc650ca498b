"""Single cells of the UN's files: what each must be, what is repaired and what is refused."""

import calendar
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.text import slugify
from django.utils.translation import gettext as _

from missions.un_data.plan import Refused

# Two acronyms for one mission, each pair as the UN's own files use them.
KNOWN_ALIASES = {"ONUCI": "UNOCI", "UNCPSG": "UNPSG"}


def day(text, column):
    """This will return an ISO date, None for an empty cell; anything else is refused."""
    text = text.strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("%(column)s is not a date: %(text)s") % {"column": column, "text": text[:40]}) from None


def month_end(text):
    """This will return (the last day of the month, whether the text named another of its last days).

    The files write 28 February in leap years and days that do not exist; any day from the 28th on means the end, and
    so does a month that names no day.
    """
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", text)
    if not match or not 1 <= int(match[2]) <= 12 or not int(match[1]) or int(match[3] or 0) > 31:
        raise Refused(_("%(column)s is not a date: %(text)s") % {"column": _("The month"), "text": text[:40]})
    year, month = int(match[1]), int(match[2])
    last = calendar.monthrange(year, month)[1]
    given = int(match[3] or last)
    if given < 28:
        raise Refused(_("%(text)s is not the last day of a month.") % {"text": text})
    return date(year, month, last), given != last


def decimal(text, column):
    """This will return a number written with a comma or a point, None for an empty cell."""
    text = text.strip()
    if not text:
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Refused(_("%(column)s is not a number: %(text)s") % {"column": column, "text": text[:40]})
    return number.quantize(Decimal("0.0001")) if abs(number) < 1000 else number


def count(text, column):
    """This will return a count of persons; None for an empty cell or `NA`, which say nothing rather than nought."""
    text = text.strip().rstrip("'")
    if text in ("", "NA"):
        return None
    if not re.fullmatch(r"[0-9]{1,7}(\.0+)?", text):
        raise Refused(_("%(column)s is not a number of persons: %(text)s") % {"column": column, "text": text[:40]})
    return int(text.split(".")[0])


def code(text, column):
    """This will return an acronym or code without stray characters around it, and whether any had to go."""
    clean = text.strip().strip("'’`\"*.,; ")
    if not clean:
        raise Refused(_("%(column)s is missing.") % {"column": column})
    if len(clean) > 30:
        raise Refused(_("%(column)s is too long: %(text)s") % {"column": column, "text": clean[:40]})
    return clean, clean != text


def address(acronym, taken):
    """This will return a new mission's part of its page's address; `taken` is {address: acronym} of all others."""
    slug = slugify(acronym)
    if not slug:
        raise Refused(_("The acronym has no Latin letter or digit: %(text)s") % {"text": acronym})
    if slug in taken:
        raise Refused(
            _("%(acronym)s differs from %(other)s only in characters that an address lacks.")
            % {"acronym": acronym, "other": taken[slug]}
        )
    taken[slug] = acronym
    return slug
