"""A worker that answers readers does not hold what only the desk and programs ask for, and has it when they ask."""

import json

import pytest
from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from ledger import paths

# As a server has it: the application, each path's answer, and what of the names is loaded after it.
WORKER = """
import io, json, sys
from peacekeeping.wsgi import application

def get(path):
    said = []
    path, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1" if path != "/stranger/" else "another.example", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
    }
    body = application(environ, lambda status, headers, _error=None: said.append((status, dict(headers))))
    list(body)
    getattr(body, "close", lambda: None)()
    return int(said[0][0][:3]), said[0][1].get("Location", "")

told = []
for path in sys.argv[2:]:
    told.append([path, *get(path), [name for name in sys.argv[1].split() if name in sys.modules]])
print(json.dumps(told))
"""
APART = (
    "articles.admin missions.admin peacekeeping.desk_urls allauth.mfa.urls cryptography reports.views ninja pydantic"
)
OF_READERS = {
    "/": 302, "/en/": 200, "/kk/articles/": 200, "/ru/missions/": 200, "/en/units/": 200, "/en/people/": 200,
    "/kk/timeline/": 200, "/ru/figures/": 200, "/en/figures/strength/": 200, "/en/search/?q=golan": 200,
    "/kk/corrections/": 200, "/ru/data/": 200, "/ru/topics/": 200, "/en/about/": 200, "/kk/figures/report/": 404, "/en/feeds/rss.xml": 200,
    "/sitemap.xml": 200, "/robots.txt": 200, "/health/live": 200, "/data/v1/datapackage.json": 200, "/data/v1/no": 404,
    "/en/nothing": 404, "/wp-login.php": 404, "/administrator/": 404, "/stranger/": 400,
}  # fmt: skip


@pytest.fixture
def worker(migrated, run_python, monkeypatch, tmp_path):
    """Asks a new worker for paths and returns [the path, its status, where it leads, what of APART is loaded] of each."""
    for name, value in {"DEBUG": "on", "LOG_LEVEL": "CRITICAL", "MEDIA_ROOT": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)

    def ask(*asked, apart=APART):
        out, err = (process := run_python("-c", WORKER, apart, *asked)).communicate(timeout=120)
        assert process.returncode == 0, err
        return json.loads(out)

    return ask


def test_a_worker_that_answers_readers_holds_neither_the_desk_nor_the_interface_for_programs(worker):
    told = worker(*OF_READERS, apart=f"{APART} psycopg2" if connection.vendor == "sqlite" else APART)
    assert {path: status for path, status, _leads, _loaded in told} == OF_READERS
    assert told[-1][-1] == [], "What none of these pages needs was loaded."


def test_who_asks_first_for_the_desk_or_the_interface_finds_it_whole(worker):
    told = worker(
        "/en/", "/api/v1/missions", "/api/v1/nothing", "/api/nothing", "/reports", "/reports/", "/admin", "/admin/",
        "/admin/login/", "/admin/factors/", "/admin/missions/person/due/", "/en/data/", "/en/",
    )  # fmt: skip
    asked = {path: (status, leads) for path, status, leads, _loaded in told}
    for path in ("/en/", "/api/v1/missions", "/admin/login/", "/en/data/"):
        assert asked[path] == (200, ""), path
    assert asked["/api/v1/nothing"][0] == asked["/api/nothing"][0] == 404
    assert asked["/admin"] == (301, "/admin/") and asked["/reports"] == (301, "/reports/")
    for path in ("/admin/", "/reports/", "/admin/factors/", "/admin/missions/person/due/"):
        assert asked[path] == (302, f"/admin/login/?next={path}"), path
    assert set(told[-1][-1]) == set(APART.split())


def test_a_path_of_the_desk_is_known_to_pages_for_readers_too():
    with override("ru"):
        assert paths.path("articles") == "/ru/articles/"
        assert paths.path("admin:index") == "/admin/" and paths.path("reports") == "/reports/"
        with pytest.raises(NoReverseMatch):
            paths.path("nowhere")
        with pytest.raises(NoReverseMatch):
            reverse("admin:index", urlconf="peacekeeping.public_urls")
