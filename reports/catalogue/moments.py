"""Moments of what was done in the house, for reports over a period."""

from datetime import date, timedelta

from django.db.models import Q

from missions import dates

A_DAY = timedelta(days=1)


def in_period(field, asked):
    """This will return the condition that the moment `field` lies in the days asked for and was known by then.

    Both days belong to the period. The first and the last days that there are bound nothing: their midnights lie, by
    Greenwich, in years that there are not.
    """
    within = Q(**{f"{field}__lte": asked.known_at})
    start, end = asked.get("start"), asked.get("end")
    if start and start > date.min:
        within &= Q(**{f"{field}__gte": dates.midnight(start)})
    if end and end < date.max - A_DAY:
        within &= Q(**{f"{field}__lt": dates.midnight(end + A_DAY)})
    return within
