from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connections
from django.template.backends import jinja2
from django.test import Client
from django.test.signals import template_rendered
from django.utils.translation import override
from xdist.scheduler import LoadScopeScheduling

from articles.search import asking
from missions import settled, standing
from peacekeeping import public_pages
from tests import makers
from tests.house import ROOT
from tests.own_database import own_database

__all__ = ["ROOT", "own_database"]  # for whoever imports them from here
pytest_plugins = [f"tests.fixtures.{name}" for name in ("browsers", "databases", "page_cache", "reports", "rows")]
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def nothing_stands(monkeypatch):
    """Tests make rows without the verbs that raise the site's version: what was made of the record is made anew."""
    monkeypatch.setattr(standing, "MOST", 0)


@pytest.fixture(scope="session", autouse=True)
def public_pages_tell_their_context():
    """The test client keeps what a template is given; of Jinja2's templates Django does not tell it."""
    plain = jinja2.Template.render

    def render(template, context=None, request=None):
        template_rendered.send(sender=template, template=template, context=dict(context or {}))
        return plain(template, context, request)

    jinja2.Template.render = render
    yield
    jinja2.Template.render = plain


# Files whose tests share something that is dear to make: one worker runs them, one after another, and before all others.
TOGETHER = {
    "test_barriers": "barriers", "test_policy": "barriers", "test_the_whole_life": "house", "test_the_whole_path": "house",
    "test_writing_screen": "house", "test_public_site": "site", "test_races": "races", "test_backup": "backup",
    "test_restore": "backup", "test_backup_bucket": "backup", "test_doors": "doors", "test_away": "faults",
    "test_clock": "faults",
    "test_full_disk": "faults", "test_killed": "faults", "test_two_nodes": "faults", "test_replica_streams": "faults",
}  # fmt: skip


class Spread(LoadScopeScheduling):
    """Gives each test to whichever worker is free, and those of `TOGETHER` to one."""

    def _split_scope(self, nodeid):
        return TOGETHER.get(Path(nodeid.partition("::")[0]).stem, nodeid)


def pytest_collection_modifyitems(config, items):
    """What one database alone can do is no test of the other's leg: it is left out there, and not skipped."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            # It empties every table at its end, also those that a migration filled and that `migrated` copies.
            raise pytest.UsageError(f"{item.nodeid} would flush the database of the tests after it.")
    other = "postgresql" if connections.settings["default"]["ENGINE"].endswith("sqlite3") else "sqlite"
    its_own = [item for item in items if item.get_closest_marker(other)]
    items[:] = [item for item in items if not item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=its_own)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Spread(config, log)


@pytest.fixture
def shared():
    """The folder of real data files beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True)
def english():
    """Messages are in English, and no test inherits the language of the one before."""
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def no_background_work(monkeypatch, settings, tmp_path):
    """Renditions are made when a test says so (`makers.photo`), letters sent, and share pictures on the first request."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASED_LIST = tmp_path / "erased.jsonl"
    monkeypatch.setattr("articles.renditions.queue", lambda pk, *, at: None)
    monkeypatch.setattr("articles.share_pictures.queue", lambda pk: None)
    monkeypatch.setattr("ledger.letters.aside", lambda work: work())


@pytest.fixture(autouse=True)
def nothing_stands_from_before():
    """What a process keeps for a state of the record is of no other test's record, whose version is often the same.

    What it keeps with rows may follow from settings that a test before had changed.
    """
    standing._kept.clear()
    settled.forget()
    asking._there.clear()
    public_pages._head_of.cache_clear()


@pytest.fixture(autouse=True)
def who_is_signed_in_has_proved_enough(monkeypatch):
    """`force_login` signs in with everything that the house demands; tests of signing in go through its door."""
    plain = Client.force_login

    def force_login(client, user, backend=None):
        plain(client, user, backend)
        makers.prove_enough(client, user)

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """No test is about how long a password takes to hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def sends(django_capture_on_commit_callbacks):
    """Runs a block and sends the letters of what it committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def noon():
    """A fixed moment: noon of 23 October 2025 in Almaty."""
    return datetime(2025, 10, 23, 12, tzinfo=ZoneInfo("Asia/Almaty"))


@pytest.fixture
def work_off(monkeypatch):
    """Runs what `manage.py work --once` does, in this process and within the test's own transaction."""
    monkeypatch.setattr("os.setpriority", lambda *_: None)
    monkeypatch.setattr("reports.making.BEAT", 3600)  # a sign of life comes by another connection
    for command in ("reports.management.commands.work", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{command}.close_old_connections", lambda: None)
    return lambda: call_command("work", "--once")


@pytest.fixture
def write(tmp_path):
    """Writes a text into a file of that name and returns its path."""

    def to(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to


class ClosingClient(Client):
    """Closes what it got, as a server does: a file that nobody reads to its end ends its run in the test that asked."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.got = []

    def request(self, **request):
        response = super().request(**request)
        self.got.append(response)
        return response


@pytest.fixture
def client():
    client = ClosingClient()
    yield client
    for response in client.got:
        response.close()


@pytest.fixture
def ready_pictures(monkeypatch):
    """Every picture is ready for readers; whether its renditions are made is promised in test_photos."""
    monkeypatch.setattr("articles.renditions.are_made", lambda photo: True)


@pytest.fixture
def english_desk(client):
    """Pages are asked for in English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def ask(client):
    """Asks the interface for programs and returns its answer, which must be of that status."""

    def get(path, *, status=200, **query):
        response = client.get(path if path.startswith("/") else f"/api/v1/{path}", query)
        assert response.status_code == status, response.content
        return response.json()

    return get
