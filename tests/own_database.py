"""A database of a test's own, of the kind that its leg is run upon."""

import contextlib
import secrets

import psycopg2
from django.db import connections


@contextlib.contextmanager
def own_database(folder):
    """An empty database of the leg's own kind; a file of SQLite lies in `folder`."""
    parts = connections.settings["default"]
    if parts["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{folder / 'own.sqlite3'}"
        return
    server = {
        "user": parts["USER"],
        "password": parts["PASSWORD"],
        "host": parts["HOST"],
        "port": parts["PORT"] or 5432,
    }
    name = f"own_{secrets.token_hex(4)}"
    with contextlib.closing(psycopg2.connect(dbname="postgres", **server)) as admin:
        admin.autocommit = True
        admin.cursor().execute(f"CREATE DATABASE {name}")
        yield f"postgres://{server['user']}:{server['password']}@{server['host']}:{server['port']}/{name}"
        admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
