import contextlib
import json
import os
import secrets
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.template.backends import jinja2
from django.test import Client, override_settings
from django.test.signals import template_rendered
from django.utils.translation import override
from xdist.scheduler import LoadScopeScheduling

from articles.search import asking
from missions import settled, standing
from peacekeeping import public_pages
from tests import chromium, makers
from tests.house import House

ROOT = Path(__file__).resolve().parent.parent
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
    "test_restore": "backup", "test_doors": "doors",
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


@pytest.fixture
def empty_database(tmp_path):
    """The address of an empty database of the leg's own kind, for tests that run the site's commands as processes."""
    with own_database(tmp_path) as address:
        yield address


@pytest.fixture
def migrated(empty_database, django_db_setup):
    """Makes the empty database a copy of the tests' own, in a fraction of the time that migrating takes."""
    own = connections["default"]
    if own.vendor == "sqlite":
        own.connection.commit()  # migrating may have left its last transaction open
        own.connection.execute("VACUUM INTO ?", [empty_database.removeprefix("sqlite:///")])
        return
    own.close()
    name, template = empty_database.rpartition("/")[2], own.settings_dict["NAME"]
    with contextlib.closing(psycopg2.connect(empty_database.removesuffix(name) + "postgres")) as admin:
        admin.autocommit = True
        cursor = admin.cursor()
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
        cursor.execute(f"DROP DATABASE {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


@pytest.fixture
def run_python(empty_database):
    """Runs Python in a process of its own, the site's settings upon the empty database; returns the open process."""

    def run(*arguments):
        environment = {**os.environ, "DATABASE_URL": empty_database, "DJANGO_SETTINGS_MODULE": "peacekeeping.settings"}
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)], env=environment, cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return run


@pytest.fixture
def manage(run_python):
    """Runs a command of the site upon the empty database and returns what it printed; a failure fails the test."""

    def run(*arguments):
        process = run_python("manage.py", *arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    return run


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
def picture(db, noon):
    """A photo of the library, ready for readers."""
    from tests import makers

    return makers.photo(noon)


@pytest.fixture
def editor(db):
    from tests import makers

    return makers.person_of_role("editor")


@pytest.fixture
def officer(db):
    """Somebody of the records office."""
    from tests import makers

    return makers.person_of_role("records officer")


@pytest.fixture
def staff(db, client):
    """Somebody who takes reports, signed in."""
    from tests import makers

    person = makers.person_of_role("report staff")
    client.force_login(person)
    return person


@pytest.fixture
def contingent(db):
    """The contingent on the Golan, its strength of 139 cleared for the public."""
    from tests import makers

    return makers.golan_contingent()


@pytest.fixture
def alpha(db):
    """The mission that the small files of the tests are about."""
    from missions.models import Mission

    return Mission.objects.create(acronym="ALPHA", slug="alpha", name_en="First", kind="un_peacekeeping")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("house"))
    house.prepare()
    server = house.start()
    yield house
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def newsroom(house):
    """The keys of the rows that the pages of a newsroom in the middle of its day are about, by name."""
    told = house.manage("shell", "-v0", "-c", "from tests import newsroom; newsroom.print_it()")
    return json.loads(told.splitlines()[-1])


@pytest.fixture
def browser():
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


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


@pytest.fixture(scope="session")
def archive(tmp_path_factory, django_db_setup, django_db_blocker):
    """A house that was backed up and is gone, as `tests.backed_up` makes it: what was in it, and its archive."""
    from tests import backed_up

    folder = tmp_path_factory.mktemp("house")
    with django_db_blocker.unblock(), override_settings(**backed_up.folders(folder)), override("en"):
        with pytest.MonkeyPatch.context() as patch, backed_up.as_outermost():
            patch.setattr("articles.renditions.queue", lambda pk, *, at: None)
            patch.setattr("articles.share_pictures.queue", lambda pk: None)
            made = backed_up.House(folder)
            transaction.set_rollback(True)
        connections["default"].close()
    return made


@pytest.fixture
def site_folders(tmp_path, settings):
    """The folder in which a site without files would keep them."""
    from tests import backed_up

    for name, value in backed_up.folders(tmp_path).items():
        setattr(settings, name, value)
    return tmp_path


@pytest.fixture
def empty_site(db, site_folders):
    """The tests' own database, empty, and the folder of its files."""
    return site_folders


@pytest.fixture
def own_site(migrated, empty_database, site_folders, django_db_blocker):
    """The connection "own" to a database whose commits others see, with folders for its files."""
    from tests import backed_up

    usual = connections.settings["default"]
    is_file = "sqlite" in usual["ENGINE"]
    name = empty_database.removeprefix("sqlite:///") if is_file else empty_database.rpartition("/")[2]
    with django_db_blocker.unblock(), backed_up.alias("own", {**usual, "NAME": name}) as made:
        yield made
