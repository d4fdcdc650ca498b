"""How large the tables are and how their values are spread, by which SQLite chooses the way of a question.

PostgreSQL finds this out by itself. SQLite must be told to, and without it takes every table for as large as any other:
a story's first hour was then looked for among all stories of its language.
"""

from django.db import connection
from django.utils import timezone

SAMPLE = 1000  # rows of each index that are looked at, so that nobody who writes waits for it


def renew_once_a_day(*, at):
    """This will renew them, unless the file says that it was done since local midnight."""
    if connection.vendor != "sqlite":
        return
    day = timezone.localdate(at).toordinal()
    with connection.cursor() as cursor:
        if cursor.execute("PRAGMA user_version").fetchone()[0] != day:
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
            cursor.execute("ANALYZE")
            cursor.execute(f"PRAGMA user_version = {day}")
