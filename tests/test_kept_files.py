"""A connection to SQLite is kept from one request to the next, and never beyond the file that it has open."""

import shutil

import pytest
from django.db.utils import ConnectionHandler

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "record.sqlite3"


@pytest.fixture
def kept(file):
    """A connection as the site has it, to a file with one row."""
    settings = {"ENGINE": "ledger.backends.sqlite3", "NAME": str(file), "CONN_MAX_AGE": 3600, "AUTOCOMMIT": True}
    kept = ConnectionHandler({"default": settings})["default"]
    with kept.cursor() as cursor:
        cursor.execute("CREATE TABLE house (name)")
        cursor.execute("INSERT INTO house VALUES ('before')")
    yield kept
    kept.close()


def name(kept):
    kept.close_if_unusable_or_obsolete()  # as Django does at the beginning and the end of a request
    with kept.cursor() as cursor:
        return cursor.execute("SELECT name FROM house").fetchone()[0]


def test_a_connection_is_kept_from_one_request_to_the_next(kept):
    opened = kept.connection
    assert name(kept) == "before" and kept.connection is opened


def test_another_file_in_the_place_of_the_first_is_read_from_the_next_request_on(kept, file):
    other = file.with_name("other.sqlite3")
    shutil.copy(file, other)
    with kept.cursor() as cursor:
        cursor.execute("UPDATE house SET name = 'changed'")
    file.rename(file.with_name("before.sqlite3"))
    other.rename(file)
    assert name(kept) == "before"


def test_where_the_file_is_gone_its_connection_is_closed(kept, file):
    file.rename(file.with_name("elsewhere.sqlite3"))
    kept.close_if_unusable_or_obsolete()
    assert kept.connection is None
