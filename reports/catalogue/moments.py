"""Moments of what was done in the house, for reports over a period."""

from datetime import timedelta

from django.db.models import Q

from missions import dates


def in_period(field, asked):
    """This will return the condition that the moment `field` lies in the days asked for and was known by then.

    Both days belong to the period.
    """
    within = Q(**{f"{field}__lte": asked.known_at})
    if start := asked.get("start"):
        within &= Q(**{f"{field}__gte": dates.midnight(start)})
    if end := asked.get("end"):
        within &= Q(**{f"{field}__lt": dates.midnight(end + timedelta(days=1))})
    return within
