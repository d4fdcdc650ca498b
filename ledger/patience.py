"""How long the house waits for its database: a page for so many seconds and no longer, work for as long as it takes."""

from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection, connections


def limit(*, statement, lock):
    """This will give up statements after so many seconds, and waiting for a lock, on connections made from now on.

    0 is for ever. Of PostgreSQL alone: SQLite waits for its one writer as its settings say, and answers no statement
    from elsewhere. A pooler that gives each transaction another connection takes no such option: its role has them.
    """
    for parts in connections.settings.values():
        if parts["ENGINE"].endswith("postgresql") and settings.DATABASE_PREPARES:
            options = parts.setdefault("OPTIONS", {})
            ours = f"-c statement_timeout={statement}s -c lock_timeout={lock}s"
            options["options"] = f"{ours} {options.get('options', '')}".strip()


@contextmanager
def unlimited():
    """This will let what the block asks of the database take as long as it takes: for work that somebody waits for."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
    try:
        yield
    finally:
        _limit_again()


def _limit_again():
    try:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")
    except DatabaseError:  # a broken transaction takes no more statements; what began in it ends with it
        if not connection.in_atomic_block:
            connection.close()
