"""Every address, asked with what no link holds: queries, headers and paths that nobody wrote."""

import io
import zlib
from urllib.parse import quote, urlsplit

import pytest
from django.contrib import admin
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import given
from hypothesis import strategies as some

from peacekeeping.page_cache.front import Front
from peacekeeping.page_cache.watch import Generation, Watch
from peacekeeping.wsgi import application
from tests.fuzz import doors, long, nasty
from tests.fuzz.asking import CYRILLIC, Caller, in_time, taken_back
from tests.fuzz.scene import Scene

pytestmark = pytest.mark.django_db
PATHS = (
    "%00",
    "%ff%fe",
    "%c0%ae%c0%ae/",
    "%ed%a0%80",
    "a" * 3000,
    "..%2f..%2fetc",
    "%0d%0aX:1",
    "9" * 30,
    "%",
    "-1",
    "²",
)
PAST = "as_of=2025-10-01"


@pytest.fixture
def scene(db):
    return Scene()


def queries():
    """A query string of a few names that pages read, each with a text of the nasty ones; or one that is none."""
    pair = some.tuples(some.sampled_from(nasty.NAMES), some.sampled_from(nasty.SHORT))
    return some.one_of(some.lists(pair, min_size=1, max_size=4), some.sampled_from(sorted(nasty.QUERIES)))


def written(query):
    """This will return the query string, as a server hands it on."""
    if isinstance(query, str):
        return nasty.QUERIES[query].decode("latin-1")
    return "&".join(f"{name}={quote(nasty.TEXTS[text])}" for name, text in query)


@pytest.mark.parametrize("who", ["a stranger", "the desk"])
def test_no_query_and_no_header_breaks_a_page(scene, who):
    found = doors.all_doors(scene)
    desk = ("/admin/", "/reports/")
    chosen = [door for door in found if door.address.startswith(desk) == (who == "the desk")]
    caller = Caller(scene.chief if who == "the desk" else None)
    for _round in long.rounds():
        for door in chosen:
            ask_badly(caller, door)
            start = urlsplit(door.address).path.rstrip("/").rpartition("/")[0]
            place = zlib.crc32(door.route.encode()) % len(PATHS)
            for path in PATHS if long.MINUTES else PATHS[place : place + 1]:
                caller.ask("get", f"{start}/{path}/")
    if who == "the desk":
        filter_badly(caller)


def ask_badly(caller, door):
    @long.examples(2, door)
    @given(queries(), some.sampled_from(sorted(nasty.HEADERS)))
    def attempt(query, header):
        answer = caller.ask("get", door.address, QUERY_STRING=written(query), **nasty.HEADERS[header])
        is_page = answer.status_code == 400 and answer["Content-Type"].startswith("text/html")
        assert not is_page or answer.has_header("Content-Encoding") or CYRILLIC.search(answer.content.decode())

    attempt()


def filter_badly(caller):
    """Each filter and each name that a list offers, with each text that could stand there."""
    for noun, desk in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label):
        address = f"/admin/{noun._meta.app_label}/{noun._meta.model_name}/"
        names = [
            f"{field.name}{ending}" for field in noun._meta.fields for ending in ("", "__id__exact", "__gte", "__in")
        ]
        names += ["q", "o", "p", "_to_field", "all", "e"]
        names += [getattr(one, "parameter_name", "q") for one in desk.list_filter if isinstance(one, type)]

        ask_a_list(caller, address, names)


def ask_a_list(caller, address, names):
    @long.examples(3, address)
    @given(some.sampled_from(names), some.sampled_from(nasty.SHORT))
    def attempt(name, text):
        caller.ask("get", address, QUERY_STRING=f"{name}={quote(nasty.TEXTS[text])}")

    attempt()


def served(environ, front=application):
    """This will return the status that the whole stack of the site answers, from the WSGI server's side on."""
    base = {
        "REQUEST_METHOD": "GET", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1", "SCRIPT_NAME": "", "QUERY_STRING": "", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False, "REMOTE_ADDR": "192.0.2.9",
    }  # fmt: skip
    told = []
    body = front({**base, **environ}, lambda status, headers, exc_info=None: told.append((status, headers)))
    try:
        b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()
    status, headers = told[-1]
    assert all("\n" not in value and "\r" not in value for _name, value in headers)
    return int(status.split()[0])


@pytest.fixture
def one_transaction():
    """The test's transaction outlives each request: as in Django's own client, no request closes it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_transaction")
def test_no_request_breaks_the_layer_of_ready_pages(db, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    watch = Watch(lambda found: None)
    generation = Generation("v", 0, 2**40, 2**40)
    watch.now = watch.generation = lambda: generation
    watch.last = generation
    front = Front(getattr(application, "_application", application), limit=8 << 20, stale_for=300, watch=watch)
    paths = [
        "/ru/",
        "/ru/articles/",
        "/robots.txt",
        "/sitemap.xml",
        "/ru/\xff\xfe\x00/",
        "//ru/",
        "/ru/../ru/",
        "*",
        "",
    ]

    @long.examples(40, "front")
    @given(
        some.sampled_from(paths), queries(), some.sampled_from(sorted(nasty.HEADERS)),
        some.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "TRACE", "ПОКАЖИ".encode().decode("latin-1"), "get"]),
        some.booleans(),
    )  # fmt: skip
    def attempt(path, query, header, method, is_plain):
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, **nasty.HEADERS[header]}
        with taken_back(), in_time():
            assert served(environ | {"QUERY_STRING": "" if is_plain else written(query)}, front) < 500

    attempt()
