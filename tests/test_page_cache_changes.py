"""Whatever the public could see raises the site's version, and every process that serves it follows within a second."""

import contextlib
import http.client
import json
import os
import signal
import socket
import time
from datetime import date, timedelta

import psycopg2
import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import RequestFactory

from articles import bundles, claim_queue, front_page, publishing, renditions, rescheduling
from articles.models import Article, Author, Bundle, Edition, FrontPage, Photo, Section, Topic
from ledger import site_version
from ledger.admin import HouseAdmin, ReadOnlyAdmin
from ledger.models import User
from missions import clearance
from missions.models import Clearance, Milestone, Mission, MissionAlias, Unit
from missions.un_data import apply
from tests import makers
from tests.conftest import own_database
from tests.test_claims_queue import MARCH
from tests.test_nominal_rolls import ROLL
from tests.test_un_data import MISSIONS

HOUR = timedelta(hours=1)
LIST, STORY, NAMES = "/en/articles/", "/en/articles/of-a-person/", "/en/people/"
PROMISE = 1.0  # seconds within which every process serves the new state


DESK_ONLY = {User, Group}  # who works in the house; no page of the public names them
CHANGED_ON_THE_DESK = [
    noun for noun, door in admin.site._registry.items() if not isinstance(door, ReadOnlyAdmin) and noun not in DESK_ONLY
]


def row_of(noun, noon):
    """This will return a row of the noun, saved."""
    if noun is Clearance:
        return makers.golan_contingent().clearances.first()
    person, post = makers.person(), makers.golan_contingent()
    section = Section.objects.first()
    made = {
        "Country": lambda: makers.country(), "Mission": lambda: post.mission, "Deployment": lambda: post,
        "MissionAlias": lambda: MissionAlias.objects.create(acronym="FNUOD", mission=post.mission),
        "Unit": lambda: Unit.objects.create(slug="unit", kind="formed_unit", name_en="Unit"), "Person": lambda: person,
        "Tour": lambda: makers.tour(person, post, date(2024, 4, 1)), "Source": lambda: post.source,
        "Milestone": lambda: Milestone.objects.create(date=date(2024, 1, 1), title_en="Day", source=post.source),
        "Photo": lambda: makers.photo(noon), "Edition": lambda: makers.draft_story(noon),
        "FrontPage": lambda: FrontPage.objects.create(language="en", since=noon), "Section": lambda: section,
        "Topic": lambda: Topic.objects.create(slug="golan", name_en="Golan"),
        "Author": lambda: Author.objects.create(slug="author", name_en="Author"),
        "Article": lambda: Article.objects.create(working_title="Golan", section=section),
        "Bundle": lambda: Bundle.objects.create(name="Report"),
    }  # fmt: skip
    return made[noun.__name__]()


@pytest.mark.django_db
@pytest.mark.parametrize("noun", CHANGED_ON_THE_DESK, ids=lambda noun: noun.__name__)
def test_every_change_on_the_desk_of_what_the_public_could_see_raises_the_sites_version(noun, noon, editor):
    door, request = admin.site._registry[noun], RequestFactory().post("/")
    request.user = editor
    assert isinstance(door, HouseAdmin) and type(door).tell is not HouseAdmin.tell
    if noun is Clearance:
        return  # it is changed by its verbs alone, which follow below
    row = row_of(noun, noon)
    for note in (door.log_addition, door.log_change):
        before = site_version.current()
        note(request, row, [])
        assert site_version.current() > before
    if noun in (Topic, Milestone, MissionAlias, Author):  # nothing holds them: they can be deleted
        before = site_version.current()
        door.delete_queryset(request, noun.objects.all())
        assert site_version.current() > before


# Each makes what it needs, and returns the step by itself.


def an_approval(noon, editor, officer):
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    return lambda: publishing.approve(draft, by=editor, at=noon)


def a_correction(noon, editor, officer):
    following = publishing.open_next(story(noon, editor), by=makers.author(), at=noon)
    Edition.objects.filter(pk=following.pk).update(correction="We erred.", slug="moved", title="Anew")
    return lambda: publishing.approve(Edition.objects.get(pk=following.pk), by=editor, at=noon + HOUR)


def story(noon, editor, **values):
    return makers.approved_story(noon, editor, body="<p>Text.</p>", **values)


def a_withdrawal(noon, editor, officer):
    edition = story(noon, editor)
    return lambda: publishing.withdraw(edition, reason="Wrong.", by=editor, at=noon)


def a_new_end(noon, editor, officer):
    edition, until = story(noon, editor), noon + HOUR
    return lambda: rescheduling.reschedule(
        edition, public_from=edition.public_from, public_until=until, by=editor, at=noon
    )  # fmt: skip


def bundle_of(noon, at):
    bundle = Bundle.objects.create(name="Report")
    for language in ("kk", "ru"):
        draft = makers.draft_story(noon, language, body="<p>x</p>", slug=language, article=Article.objects.first())
        bundles.put(draft, bundle, by=makers.author(), at=at)
    return bundle


def a_bundles_approval(noon, editor, officer):
    bundle = bundle_of(noon, noon)
    return lambda: bundles.approve(bundle, by=editor, at=noon)


def a_bundles_new_hour(noon, editor, officer):
    bundle = bundles.approve(bundle_of(noon, noon), by=editor, at=noon, public_from=noon + HOUR)
    return lambda: bundles.reschedule(bundle, public_from=noon + 2 * HOUR, by=editor, at=noon)


def a_bundles_end(noon, editor, officer):
    bundle = bundles.approve(bundle_of(noon, noon), by=editor, at=noon, public_from=noon + HOUR)
    return lambda: bundles.cancel(bundle, reason="Not now.", by=editor, at=noon)


def a_front_page(noon, editor, officer):
    edition = story(noon, editor)
    return lambda: front_page.lay_out("en", [edition.article_id], since=noon, by=editor, at=noon)


def a_clearance(noon, editor, officer):
    person = makers.person()
    return lambda: clearance.clear(person, "name", basis="consent", by=officer, at=noon)


def given_of(noon, officer):
    told = noon - timedelta(days=2)
    tour = makers.tour(
        makers.person(), makers.golan_contingent(), date(2024, 4, 1), casualty="injury", next_of_kin_told_at=told
    )
    clearance.clear(tour, "casualty", basis="consent", by=officer, at=noon)
    return tour.clearances.get()


def a_second_word(noon, editor, officer):
    given = given_of(noon, officer)
    return lambda: clearance.second(given, by=editor, at=noon)


def a_revocation(noon, editor, officer):
    given = given_of(noon, officer)
    return lambda: clearance.revoke(given, by=officer, at=noon)


def a_file_of_missions(noon, editor, officer, write):
    plan = apply.make_plan("missions", write("m.csv", MISSIONS))
    return lambda: apply.apply(plan, by=None, at=noon)


def a_nominal_roll(noon, editor, officer, write):
    Mission.objects.get_or_create(acronym="UNDOF", slug="undof", defaults={"name_en": "x", "kind": "un_peacekeeping"})
    makers.golan_contingent()
    plan = apply.make_plan("nominal_roll", write("roll.csv", ROLL))
    assert plan.counts["added"]
    return lambda: apply.apply(plan, by=None, at=noon)


def renditions_that_are_ready(noon, editor, officer):
    photo = makers.photo(noon)
    Photo.objects.update(renditions_at=None)
    return lambda: renditions.make(Photo.objects.get(pk=photo.pk), at=noon)


def pages_built_again(noon, editor, officer):
    story(noon, editor)
    return lambda: call_command("render_again", verbosity=0)


def figures_of_a_new_day(noon, editor, officer):
    makers.golan_contingent()
    makers.approved_story(noon, editor, body="<p>For [[years_since_first_contingent]] year it has served.</p>")
    return lambda: claim_queue.bring_to_today(at=MARCH)


STEPS = [
    an_approval, a_correction, a_withdrawal, a_new_end, a_bundles_approval, a_bundles_new_hour, a_bundles_end, a_front_page,
    a_clearance, a_second_word, a_revocation, a_file_of_missions, a_nominal_roll, renditions_that_are_ready,
    pages_built_again, figures_of_a_new_day,
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("prepare", STEPS, ids=lambda step: step.__name__)
def test_every_step_that_the_public_could_see_raises_the_sites_version(prepare, noon, editor, officer, request):
    wants = prepare.__code__.co_varnames[: prepare.__code__.co_argcount]
    step = prepare(*(request.getfixturevalue(name) for name in wants))
    before = site_version.current()
    step()
    assert site_version.current() > before


class Servers:
    """The processes of `tests.page_cache_servers`."""

    def __init__(self, process):
        self._process = process
        self._found = json.loads(process.stdout.readline() or "[]")
        assert self._found, process.stderr.read()
        self.ports, self.ids = zip(*self._found, strict=True)
        self.do("prepare")

    def do(self, step):
        """This will have a step done by a process of its own, and return the moment by which it was committed."""
        self._process.stdin.write(f"{step}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", self._process.stderr.read()
        return time.monotonic()

    def end(self):
        for child in self.ids:
            os.kill(child, signal.SIGCONT)
        self._process.stdin.close()
        self._process.wait(10)
        for stream in (self._process.stdout, self._process.stderr):
            stream.close()


@pytest.fixture
def room(tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    return room


@pytest.fixture
def empty_database(room):
    with own_database(room) as address:
        yield address


@pytest.fixture
def start(migrated, run_python, monkeypatch, tmp_path):
    """Starts so many servers upon a copy of the tests' database."""
    started = []

    def start(number):
        for name, value in {"DEBUG": "on", "PAGE_CACHE": "on", "LOG_LEVEL": "CRITICAL"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
        started.append(Servers(run_python("-m", "tests.page_cache_servers", number)))
        return started[-1]

    yield start
    for servers in started:
        servers.end()


def ask(port, path, timeout=10):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("Cache-Status", "")


def until(port, path, is_so):
    """This will ask until the answer is as it should be, and return the moment at which it was asked for."""
    for _attempt in range(200):
        began = time.monotonic()
        if is_so(*ask(port, path)):
            return began
        time.sleep(0.02)
    raise AssertionError(f"{path} stays as it was.")


def is_ready(status, body, told):
    return told == "page-cache; hit"


def test_after_each_change_every_process_serves_the_new_state_within_one_second(start):
    servers = start(4)

    def all_serve(path, is_so, since):
        for port in servers.ports:
            assert until(port, path, is_so) - since < PROMISE, path

    def warm(*paths):
        for port in servers.ports:
            for path in paths:
                until(port, path, is_ready)

    warm(LIST)
    committed = servers.do("approve")
    all_serve(LIST, lambda status, body, told: "/en/articles/written/" in body, committed)

    warm(LIST)
    stopped = servers.ids[-1]
    os.kill(stopped, signal.SIGSTOP)  # a process that stood still gives no answer of before
    committed = servers.do("withdraw")
    for port in servers.ports[:-1]:
        assert until(port, LIST, lambda status, body, told: "/en/articles/written/" not in body) - committed < PROMISE
    time.sleep(max(committed + PROMISE - time.monotonic(), 0))
    os.kill(stopped, signal.SIGCONT)
    assert "/en/articles/written/" not in ask(servers.ports[-1], LIST)[1]

    warm(STORY, NAMES)
    assert "Zhumabayev" in ask(servers.ports[0], NAMES)[1] and "Zhumabayev" in ask(servers.ports[0], STORY)[1]
    committed = servers.do("revoke")
    all_serve(STORY, lambda status, body, told: status == 410 and "Zhumabayev" not in body, committed)
    all_serve(NAMES, lambda status, body, told: "Zhumabayev" not in body, committed)


@pytest.fixture
def database(migrated, empty_database, room):
    """What takes the database away, and what brings it back."""
    if empty_database.startswith("sqlite"):
        away = room.with_name("away")
        yield lambda: room.rename(away), lambda: away.rename(room)
        return
    server, _slash, name = empty_database.rpartition("/")
    with contextlib.closing(psycopg2.connect(f"{server}/postgres")) as admin:
        admin.autocommit = True

        def allow(word):
            cursor = admin.cursor()
            cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {word}")
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

        yield lambda: allow("false"), lambda: allow("true")


def test_while_the_database_is_away_pages_stay_and_say_so_and_readiness_tells_the_truth(start, database):
    take_away, bring_back = database
    servers = start(1)
    (port,) = servers.ports
    until(port, LIST, is_ready)
    assert ask(port, "/health/live")[0] == ask(port, "/health/ready")[0] == 200
    take_away()
    until(port, LIST, lambda status, body, told: told == "page-cache; hit; detail=database-away")
    assert (ask(port, "/health/live")[0], ask(port, "/health/ready")[0]) == (200, 503)
    assert ask(port, LIST)[0] == 200 and ask(port, "/en/missions/")[0] == 500
    bring_back()
    until(port, LIST, is_ready)
    assert ask(port, "/health/ready")[0] == 200
    assert ask(port, "/en/missions/")[0] == 200
    committed = servers.do("approve")
    assert until(port, LIST, lambda status, body, told: "/en/articles/written/" in body) - committed < PROMISE


def test_a_client_who_goes_away_in_the_middle_of_a_rendering_leaves_a_page_for_the_next(start):
    (port,) = start(1).ports
    for _client in range(5):
        with socket.create_connection(("127.0.0.1", port)) as gone:
            gone.sendall(f"GET {LIST} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
    until(port, LIST, is_ready)
