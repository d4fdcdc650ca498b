"""What a database says at one moment: of its rows, of its next keys, of the migrations that made it."""

from contextlib import contextmanager

from django.apps import apps
from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder


@contextmanager
def of_one_moment(connection):
    """This will answer every question of the block as of one moment. No writer waits for it, nor it for a writer."""
    with _reading_only(connection), transaction.atomic(using=connection.alias, durable=True):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT count(*) FROM django_migrations")  # the first question fixes the moment
        yield


@contextmanager
def _reading_only(connection):
    """The site's transactions take SQLite's write lock as they begin; this one must not."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = usual


def migrations(connection):
    """This will return the applied migrations of the installed apps, in order: "app.name" each."""
    installed = {config.label for config in apps.get_app_configs()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in installed)


def next_key(connection, table):
    """This will return the key that the next row gets, or None where the database gives none.

    A key that was given once is never given again: ledger entries and histories tell rows by it. Where rows came with
    keys of their own it is the one after the greatest, whatever the database counted.
    """
    if _counted(table) is None:
        return None
    with connection.cursor() as cursor:
        least = _after_the_greatest(cursor, table)
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.model._meta.db_table])
            found = cursor.fetchone()
            return max(least, found[0] + 1) if found else least
        cursor.execute(f"SELECT last_value, is_called FROM {_sequence(cursor, table)}")
        last, is_called = cursor.fetchone()
        return max(least, last + 1 if is_called else last)


def set_next_key(connection, table, number):
    """This will let the next row get that key, or the one after the greatest where that is more."""
    name = table.model._meta.db_table
    with connection.cursor() as cursor:
        number = max(number, _after_the_greatest(cursor, table))
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
            if number > 1:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, number - 1])
        else:
            cursor.execute("SELECT setval(%s, %s, false)", [_sequence(cursor, table), number])


def _after_the_greatest(cursor, table):
    cursor.execute(f'SELECT coalesce(max("{_counted(table)}"), 0) + 1 FROM "{table.model._meta.db_table}"')
    return cursor.fetchone()[0]


def _counted(table):
    """This will return the column whose values the database counts up, or None."""
    key = table.model._meta.pk
    return key.column if key.get_internal_type().endswith("AutoField") else None


def _sequence(cursor, table):
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.model._meta.db_table}"', _counted(table)])
    return cursor.fetchone()[0]


def analyze(connection):
    """This will let the database look at the new rows, so that its first plans are no guesses."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
