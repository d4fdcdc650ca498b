"""Days as pages write them."""

from functools import lru_cache

from django import template
from django.utils.translation import get_language

from missions import dates

register = template.Library()


@register.filter
def day(date):
    """This will write a date in the reader's language; a list of stories writes the same ones again and again."""
    return _written(date, get_language())


@lru_cache(maxsize=5_000)
def _written(date, language):
    return dates.shown(date)
