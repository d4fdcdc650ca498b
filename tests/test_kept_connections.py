"""A connection to PostgreSQL is kept from one request to the next: looked at before each, and asked only in doubt."""

import select
from contextlib import ExitStack

import pytest
from django.db import connection
from django.db.backends.postgresql import base
from django.db.utils import ConnectionHandler

from tests.faults import parts

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def open_another():
    """Opens connections as the site has them, beside the test's own."""
    with ExitStack() as stack:

        def open_one():
            opened = ConnectionHandler({"default": dict(connection.settings_dict)})["default"]
            stack.callback(opened.close)
            return opened

        yield open_one


def ask(kept):
    kept.close_if_unusable_or_obsolete()  # as Django does at the beginning and the end of a request
    with kept.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_that_stands_is_asked_nothing_beside_the_page(open_another, monkeypatch):
    kept = open_another()
    first = ask(kept)
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: pytest.fail("the server was asked"))
    assert ask(kept) == first


def test_where_the_server_ended_the_connection_the_next_request_opens_another(open_another):
    kept, other = open_another(), open_another()
    first = ask(kept)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
        parts.until(lambda: not _is_there(cursor, first), what="the end of the connection")
    assert ask(kept) != first


def test_a_connection_on_which_only_a_notice_waits_is_kept(open_another, monkeypatch):
    kept, other = open_another(), open_another()
    first = ask(kept)
    with kept.cursor() as cursor, other.cursor() as others:
        cursor.execute("LISTEN house")
        others.execute("NOTIFY house")
    parts.until(lambda: select.select([kept.connection], [], [], 0)[0], what="the notice")
    asked, usable = [], base.DatabaseWrapper.is_usable
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: asked.append(self) or usable(self))
    assert ask(kept) == first
    assert asked == [kept]


def _is_there(cursor, process):
    cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [process])
    return cursor.fetchone() is not None
