"""While the database is away or hangs: every address answers in time, and says so rather than that something broke."""

import json
import threading
from contextlib import closing

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.utils import ConnectionHandler

from ledger import site_version, storage
from peacekeeping import health, outages

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(client):
    """A database that refuses connections, in the place of the thread's own."""
    own = connections["default"]
    gone = own.copy()
    gone.settings_dict.update(
        NAME="/no/such/folder/x.sqlite3" if own.vendor == "sqlite" else "x", PORT="9", HOST="127.0.0.1"
    )
    gone.settings_dict["TEST"] = {}
    client.raise_request_exception = False
    connections["default"] = gone
    yield gone
    gone.close()
    connections["default"] = own


@pytest.mark.parametrize("path", ["/en/missions/", "/kk/", "/ru/search/?q=x", "/photos/1/480.webp", "/sitemap.xml"])
def test_while_the_database_is_away_readers_get_a_page_that_says_so_and_when_to_come_again(client, away, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(outages.RETRY_AFTER))
    assert answer.headers["Cache-Control"] == "no-store" and "script-src" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    assert (
        "Дерекқор жауап бермей тұр" in page
        and "База данных не отвечает" in page
        and "The database does not answer" in page
    )
    assert answer.headers["X-Request-ID"] in page and "/static/site/site.css" in page


def test_the_desk_says_so_too(client, away):
    client.cookies["sessionid"] = "a" * 32
    for path in ("/admin/", "/reports/"):
        assert client.get(path).status_code == 503
    assert client.post("/admin/login/", {"login": "x", "password": "y"}).status_code == 503


def test_programs_are_told_so_in_their_own_form(client, away):
    answer = client.get("/api/v1/missions")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == str(outages.RETRY_AFTER) and answer.headers["Cache-Control"] == "no-store"
    assert "does not answer" in json.loads(answer.content)["detail"]


def test_a_node_whose_database_is_away_lives_and_is_not_ready(client, monkeypatch):
    def refuse():
        raise OperationalError("it refused the connection")

    monkeypatch.setattr(site_version, "current", refuse)
    assert (client.get("/health/live").status_code, client.get("/health/ready").status_code) == (200, 503)
    monkeypatch.undo()
    assert client.get("/health/ready").status_code == 200


def test_a_database_that_hangs_is_told_of_in_time_and_asked_once(client, monkeypatch):
    hangs, asked = threading.Event(), []

    def hang():
        asked.append(1)
        hangs.wait(20)
        return 1

    monkeypatch.setattr(health, "PATIENCE", 0.05)
    monkeypatch.setattr(site_version, "current", hang)
    for _time in range(3):
        assert client.get("/health/ready").status_code == 503
    assert len(asked) == 1, "each question would leave a thread behind"
    hangs.set()
    health._open._is_over.wait(20)
    assert client.get("/health/ready").status_code == 200 and len(asked) == 2


def test_a_node_that_is_leaving_is_not_ready(client, settings, tmp_path):
    settings.LEAVING_FILE = tmp_path / "leaving"
    assert client.get("/health/ready").status_code == 200
    settings.LEAVING_FILE.touch()
    assert (client.get("/health/ready").status_code, client.get("/health/live").status_code) == (503, 200)


def caught(work):
    with pytest.raises(DatabaseError) as refused:
        work()
    return refused.value


def test_a_connection_that_was_refused_is_an_outage(away):
    assert outages.is_away(caught(away.ensure_connection))
    assert outages.is_away(InterfaceError("connection already closed"))
    assert not outages.is_away(ValueError("x"))


def test_a_mistake_of_ours_is_no_outage():
    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    assert not outages.is_away(caught(ask))


@pytest.mark.postgresql
def test_a_statement_that_took_too_long_is_an_outage():
    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")

    assert outages.is_away(caught(ask))


LIMITS = """
import django
django.setup()
from django.db import connection
from ledger import patience

def limits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        return cursor.fetchone()

told = [limits()]
connection.close()
import peacekeeping.wsgi
told.append(limits())
with patience.unlimited():
    told.append(limits())
told.append(limits())
print(*(" ".join(each) for each in told), sep="\\n")
"""


@pytest.mark.postgresql
def test_pages_wait_for_the_database_so_long_and_no_longer_and_commands_wait_on(run_python):
    out, err = run_python("-c", LIMITS).communicate(timeout=60)
    assert out.splitlines() == ["0 0", "30s 20s", "0 0", "30s 20s"], err


def test_a_database_whose_disk_has_no_room_is_told_from_one_that_is_away(tmp_path, away):
    """As SQLite says it itself; no disk of PostgreSQL's is filled here: its error is the driver's, by its code."""
    small = ConnectionHandler({"default": {"ENGINE": "ledger.backends.sqlite3", "NAME": str(tmp_path / "small")}})
    with closing(small["default"]) as database, database.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")
        with pytest.raises(OperationalError) as error:
            cursor.execute("CREATE TABLE house (name)")
    assert storage.is_full(error.value)
    assert storage.is_full(_of_postgresql("53100")) and not storage.is_full(_of_postgresql("57P01"))
    assert not storage.is_full(caught(away.ensure_connection))


def _of_postgresql(code):
    error = OperationalError("as Django raises it")
    error.__cause__ = type("FromTheDriver", (Exception,), {"pgcode": code})()
    return error
