"""A replica answers what anybody may read, and never with less than the page must know.

In these tests the replica is another connection to the tests' database: it sees what is committed, and nothing of what
the test's own transaction has made.
"""

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, OperationalError, connections
from django.db.utils import ConnectionHandler

from ledger import site_version
from missions.models import Mission
from missions.views import missions as view
from peacekeeping import replica
from peacekeeping.page_cache import kept
from peacekeeping.page_cache.watch import Generation
from tests.fixtures.page_cache import ask

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.usefixtures("english_desk")]
MISSIONS, API = "/en/missions/", "/api/v1/missions"


def there(**other):
    parts = connections.settings["default"]
    options = {**parts["OPTIONS"], "connect_timeout": 2, "options": "-c default_transaction_read_only=on"}
    return ConnectionHandler({"default": {**parts, "CONN_MAX_AGE": 0, "OPTIONS": options, **other}})


@pytest.fixture(autouse=True)
def second(settings, monkeypatch):
    """The replica. It lags by the mission that only the primary has."""
    place = settings.MIDDLEWARE.index("peacekeeping.machines.MachinesMiddleware")
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE[:place],
        "peacekeeping.replica.ReplicaMiddleware",
        *settings.MIDDLEWARE[place:],
    ]
    second = there()
    monkeypatch.setattr(replica, "replicas", second)
    monkeypatch.setattr(replica, "_away_until", float("-inf"))
    Mission.objects.create(acronym="UNDOF", slug="undof", name_en="Observers", kind="un_peacekeeping")
    own = connections["default"]
    yield second
    assert connections["default"] is own
    second.close_all()


@pytest.fixture
def site(second, monkeypatch):
    """The site as a server calls it, within the test's own transaction."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    return get_wsgi_application()


def shows_it(site, path=MISSIONS, **asked):
    answer = ask(site, path, **{"host": "testserver", "accept_language": "en", **asked})
    assert answer.status == 200
    return b"UNDOF" in answer.body


def test_anybody_is_answered_by_the_replica_while_it_knows_the_sites_version(site):
    assert not shows_it(site) and not shows_it(site, API)


def test_who_is_signed_in_is_answered_by_the_primary(site, client, editor):
    client.force_login(editor)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert shows_it(site, cookie=cookie) and shows_it(site, "/admin/missions/mission/", cookie=cookie)


def test_a_replica_that_lags_behind_the_sites_version_answers_nothing(site):
    site_version.raise_version()
    assert shows_it(site) and shows_it(site, API)


def test_a_page_for_all_is_made_by_what_the_watch_has_seen(site):
    def seen_at(version):
        def seen(environ, start_response):
            return site({**environ, kept.SEEN: Generation(version, 0, 9e12, 9e12)}, start_response)

        return seen

    present = site_version.current()
    assert not shows_it(seen_at(present)) and shows_it(seen_at(present + 1))


def test_while_the_replica_is_away_the_primary_answers_and_nobody_waits_for_it_twice(site, monkeypatch):
    monkeypatch.setattr(replica, "replicas", there(PORT="9"))
    assert shows_it(site)
    asked = []
    monkeypatch.setattr(replica, "_take", lambda seen: asked.append(seen))
    assert shows_it(site) and asked == []


def test_what_the_replica_broke_off_the_primary_answers(site, monkeypatch, second):
    asked = []

    def breaks_off(*_args):
        asked.append(connections["default"] is second["default"])
        if asked[-1]:
            raise OperationalError("canceling statement due to conflict with recovery")

    monkeypatch.setattr(view, "_put_strength", breaks_off)
    assert shows_it(site) and asked == [True, False]


def test_nothing_is_written_on_the_replica(second):
    with pytest.raises(DatabaseError, match="read-only"), second["default"].cursor() as cursor:
        cursor.execute("INSERT INTO ledger_siteversion (id, number) VALUES (7, 7)")
