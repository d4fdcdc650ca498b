"""Periods and dates with a precision, shared by the nouns of the record.

Periods are half-open: `start` is the first day, `end` the first day that no longer belongs to it; an empty end
means "still so". A date that is known only to the month or the year is stored as that month's or year's first
day (for an end: the first day after it), with its precision beside it, so that sorting is right and no day is
ever invented in print.
"""

import calendar
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from missions.models.kept import KeptQuerySet


class Precision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


def days_meant(first, precision):
    """This will return (first, last) day that a date of that precision may mean: March 2024 is 1 to 31 March."""
    if precision == Precision.YEAR:
        return first, date(first.year, 12, 31)
    if precision == Precision.MONTH:
        return first, date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    return first, first


def month_end(day):
    """This will return the last day of the day's month."""
    return days_meant(day.replace(day=1), Precision.MONTH)[1]


def month_ends(first, last):
    """This will return the last day of each month from that of `first` on, up to `last`."""
    days, day = [], month_end(first)
    while day <= last:
        days.append(day)
        day = month_end(day + timedelta(days=1))
    return days


def iso_as_known(day, precision):
    """This will return a date as ISO text, cut to its precision; "" without one."""
    return day.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision, 10)] if day else ""


def coarse_date_is_first_day(field, precision_field, name):
    """This will return the constraint that a month's or a year's date is stored as its first day."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{field}__isnull": True})
        | Q(**{precision_field: Precision.DAY})
        | Q(**{precision_field: Precision.MONTH, f"{field}__day": 1})
        | Q(**{precision_field: Precision.YEAR, f"{field}__day": 1, f"{field}__month": 1}),
        violation_error_message=_("A date known to the month or year only is stored as its first day."),
    )


class PeriodQuerySet(KeptQuerySet):
    def on(self, day):
        """This will return the rows whose period holds `day`."""
        return self.filter(Q(start__isnull=True) | Q(start__lte=day), Q(end__isnull=True) | Q(end__gt=day))


def certainly_begun(day):
    """This will return the condition that a start, read at its latest, is not after `day`."""
    after = day + timedelta(days=1) if day < date.max else day
    return (
        Q(start_precision=Precision.DAY, start__lte=day)
        | Q(start_precision=Precision.MONTH, start__lt=after.replace(day=1))
        | Q(start_precision=Precision.YEAR, start__lt=date(after.year, 1, 1))
    )


class Period(models.Model):
    """An abstract half-open period [start, end), each edge with its precision."""

    start = models.DateField(_("start"), null=True, blank=True, help_text=_("The first day. Empty: not known."))
    start_precision = models.CharField(
        _("start known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    end = models.DateField(
        _("end"), null=True, blank=True, help_text=_("The first day after it ended. Empty: still so, or not known.")
    )
    end_precision = models.CharField(
        _("end known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )

    class Meta:
        abstract = True

    @property
    def start_as_known(self):
        """The start as an ISO text that shows no more than is known: 2024-03-01, 2024-03, 2024 or nothing."""
        return iso_as_known(self.start, self.start_precision)

    @property
    def last_day(self):
        """The last day of the period, or None while it goes on."""
        return self.end - timedelta(days=1) if self.end else None

    @property
    def last_day_as_known(self):
        """The last day as an ISO text that shows no more than is known, "" while the period goes on."""
        return iso_as_known(self.last_day, self.end_precision)

    def certainly_holds(self, day):
        """This will say whether every reading of this period's dates holds `day`; an empty end means "still so"."""
        begun = self.start is not None and days_meant(self.start, self.start_precision)[1] <= day
        return begun and (self.end is None or earliest_end(self.end, self.end_precision) > day)

    def may_hold(self, day):
        """This will say whether some reading of this period's dates holds `day`, as `PeriodQuerySet.on` asks."""
        return (self.start is None or self.start <= day) and (self.end is None or self.end > day)

    def certainly_outside(self, other):
        """This will say whether no reading of this period's dates lets it lie within `other`.

        A date that is known to the year or month only is given the benefit of the doubt, and so is an edge that is not
        known. The database holds the same rule in `missions.database_rules`.
        """
        if self.start and other.start and days_meant(self.start, self.start_precision)[1] < other.start:
            return True
        if self.start and other.end and self.start >= other.end:
            return True
        if self.end and other.start and self.end <= other.start:
            return True
        return bool(self.end and other.end and earliest_end(self.end, self.end_precision) > other.end)


def earliest_end(end, precision):
    """This will return the earliest day that an end may mean, which is stored as the day after its month or year."""
    if precision == Precision.DAY:
        return end
    last = end - timedelta(days=1)
    first = date(last.year, 1 if precision == Precision.YEAR else last.month, 1)
    return first + timedelta(days=1)


def period_constraints(noun, sentence):
    """This will return the constraints of a period for the model `noun`; `sentence` names the order's refusal."""
    return [
        models.CheckConstraint(
            name=f"{noun}_ends_after_it_starts",
            condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gt=F("start")),
            violation_error_message=sentence,
        ),
        coarse_date_is_first_day("start", "start_precision", f"{noun}_coarse_start_is_first_day"),
        coarse_date_is_first_day("end", "end_precision", f"{noun}_coarse_end_is_first_day"),
    ]
