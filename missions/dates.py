"""Dates and periods in words, as far as they are known and in the reader's language; days and moments out of texts."""

import datetime
import re

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from missions.models.periods import Precision

# "since" and "until" take another case, or another word beside them, for a month and for a year than for a day.
SINCE = {
    Precision.DAY: gettext_lazy("since %(date)s"),
    Precision.MONTH: pgettext_lazy("a month", "since %(date)s"),
    Precision.YEAR: pgettext_lazy("a year", "since %(date)s"),
}
UNTIL = {
    Precision.DAY: gettext_lazy("until %(date)s"),
    Precision.MONTH: pgettext_lazy("a month", "until %(date)s"),
    Precision.YEAR: pgettext_lazy("a year", "until %(date)s"),
}


def shown(date, precision=Precision.DAY):
    """This will return a date as far as it is known: "10 April 2025", "April 2025" or "2025"; "" without one."""
    if date is None:
        return ""
    if precision == Precision.YEAR:
        return str(date.year)
    if precision == Precision.MONTH:
        return formats.date_format(date, "YEAR_MONTH_FORMAT")
    return formats.date_format(date, "DATE_FORMAT")


def shown_moment(moment):
    """This will return a moment in words, in the house's own time zone."""
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def inside(shown):
    """This will return a shown date as it stands inside a sentence: English alone writes its months large."""
    return shown if get_language() == "en" else shown[:1].lower() + shown[1:]


def shown_period(period):
    """This will return a period in words, its last day shown and not the day after: "2014 – April 2025"."""
    start = shown(period.start, period.start_precision)
    end = shown(period.last_day, period.end_precision)
    if start and end:
        return start if start == end else f"{start} – {end}"
    if start:
        return SINCE[period.start_precision] % {"date": _in_a_clause(period.start, period.start_precision)}
    if end:
        return UNTIL[period.end_precision] % {"date": _in_a_clause(period.last_day, period.end_precision)}
    return _("dates not known")


def _in_a_clause(date, precision):
    """This will return a date as it stands after a preposition: a month is declined there in Russian."""
    if precision == Precision.MONTH:
        return formats.date_format(date, formats.get_format("YEAR_MONTH_FORMAT").replace("F", "E"))
    return shown(date, precision)


def day(text):
    """This will return the day that a text names as 2025-10-23; `ValueError` for whatever else it says."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


def midnight(day):
    """This will return the moment at which a local day begins."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def moment(text):
    """This will return the moment that an ISO text names, or the end of the local day that it names.

    Raises `ValueError` where it names neither, or a moment before the first year or after the last.
    """
    found = parse_datetime(text) if len(text) > 10 else None
    if found is None:
        found = datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time.max)
    found = found if timezone.is_aware(found) else timezone.make_aware(found)
    try:
        found.astimezone(datetime.UTC)
    except OverflowError as error:
        raise ValueError(text) from error
    return found
