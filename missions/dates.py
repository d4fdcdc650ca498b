"""Dates and periods in words: to the precision that is known, in the reader's language."""

from django.utils import formats
from django.utils.translation import gettext as _

from missions.models.periods import Precision


def shown(date, precision=Precision.DAY):
    """This will return a date as far as it is known: "10 April 2025", "April 2025" or "2025"; "" without one."""
    if date is None:
        return ""
    if precision == Precision.YEAR:
        return str(date.year)
    if precision == Precision.MONTH:
        return formats.date_format(date, "YEAR_MONTH_FORMAT")
    return formats.date_format(date, "DATE_FORMAT")


def shown_period(period):
    """This will return a period in words, its last day shown and not the day after: "2014 – April 2025"."""
    start = shown(period.start, period.start_precision)
    end = shown(period.last_day, period.end_precision)
    if start and end:
        return start if start == end else f"{start} – {end}"
    if start:
        return _("since %(date)s") % {"date": start}
    if end:
        return _("until %(date)s") % {"date": end}
    return _("dates not known")
