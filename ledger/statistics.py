"""How large the tables are and how their values are spread, by which SQLite chooses the way of a question.

PostgreSQL finds this out by itself. SQLite must be told to, and without it takes every table for as large as any other:
a story's first hour was then looked for among all stories of its language.
"""

from django.db import connection
from django.utils import timezone

SAMPLE = 1000  # rows of each index that are looked at, so that nobody who writes waits for it
_last = {}  # the day on which this process did it last


def renew():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
            cursor.execute("ANALYZE")


def renew_once_a_day(*, at):
    day = timezone.localdate(at)
    if _last.get("day") != day:
        renew()
        _last["day"] = day
