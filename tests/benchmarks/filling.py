"""Fills tables with rows that the database makes of numbers, on PostgreSQL and on SQLite."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
DAYS, MONTHS = 8_000, 250


@contextmanager
def by_sets(connection):
    """This will let rows come in past foreign keys and triggers, and put everything in order after it."""
    from ledger import guards, parts

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-400000")
            cursor.execute("DROP TRIGGER IF EXISTS articles_search_insert")
            cursor.execute("DROP TABLE articles_search")  # `Index.install` makes it of what is there then
        parts.take_off(connection)
        with guards.lifted(connection):
            yield
        parts.install(connection)
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        cursor.execute("DROP INDEX articles_search_blocks")
        yield
        cursor.execute("SET session_replication_role = origin")


class Filling:
    """The one who fills: knows the dialect, and puts a default where a statement names no column."""

    def __init__(self, connection):
        self.connection, self.postgres = connection, connection.vendor == "postgresql"
        self.started = time.perf_counter()

    def run(self, statement):
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def many(self, statement, rows):
        with self.connection.cursor() as cursor:
            cursor.executemany(statement, rows)

    def insert(self, model, source, **columns):
        """This will add rows to the model's table: each column an SQL expression on `source`, the rest its default."""
        given = {}
        for field in model._meta.concrete_fields:
            if field.attname in columns:
                given[field.column] = columns[field.attname]
            elif field.primary_key:
                continue
            elif field.null:
                given[field.column] = "NULL"
            else:
                default = field.get_default()
                given[field.column] = self.literal("" if default is None else default, field)
        names = ", ".join(f'"{name}"' for name in given)
        self.run(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(map(str, given.values()))} FROM {source}'
        )

    def literal(self, value, field=None):
        if isinstance(value, bool):
            return ("TRUE" if value else "FALSE") if self.postgres else str(int(value))
        if isinstance(value, datetime):
            return f"'{value:%Y-%m-%d %H:%M:%S}{'+00' if self.postgres else ''}'"
        if isinstance(value, (list, dict)):
            return f"'{'[]' if isinstance(value, list) else '{}'}'"
        return str(value) if isinstance(value, int) else f"'{value}'"

    def plus(self, day, hours):
        """This will return the moment so many hours after the midnight of a day, as SQL."""
        if self.postgres:
            return f"(({day})::timestamp AT TIME ZONE 'UTC' + ({hours}) * interval '1 hour')"
        return f"datetime({day}, '+' || ({hours}) || ' hours')"

    def day_after(self, day, days):
        return f"(({day}) + ({days}))" if self.postgres else f"date({day}, ({days}) || ' days')"

    def say(self, what):
        print(f"{time.perf_counter() - self.started:6.0f} s  {what}", flush=True)

    def numbers(self, count):
        """This will make the tables that rows are drawn from: numbers, days and the ends of months."""
        temp = "CREATE TEMPORARY TABLE"
        self.run(f"{temp} n (i integer PRIMARY KEY)")
        self.run(
            f"INSERT INTO n WITH RECURSIVE one(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < {count}) "
            "SELECT i FROM one"
        )
        self.run(f"{temp} d (i integer PRIMARY KEY, day date)")
        first = TODAY - timedelta(days=DAYS)
        self.many("INSERT INTO d VALUES (%s, %s)", [(i, (first + timedelta(days=i)).isoformat()) for i in range(DAYS)])
        self.run(f"{temp} m (i integer PRIMARY KEY, day date)")
        self.many("INSERT INTO m VALUES (%s, %s)", [(i, day.isoformat()) for i, day in enumerate(months())])


def months():
    """This will return the last days of the months whose figures the house holds, the newest first."""
    day, found = TODAY.replace(day=1), []
    for _step in range(MONTHS):
        found.append(day - timedelta(days=1))
        day = found[-1].replace(day=1)
    return found
