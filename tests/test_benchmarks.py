"""What `make bench` says of its figures. No time is asserted here: times are measured by tests/benchmarks alone."""

import base64
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Claim, Edition, Section
from ledger import guards
from tests import makers
from tests.benchmarks import __main__ as bench
from tests.benchmarks import document, load, others, pages, servers, serving, stories
from tests.benchmarks.results import CannotMeasure, Gathered, Result, Run

GROUP = "Pages uncached, under gunicorn"
ARTICLE = Result(
    GROUP, "article", "SQLite", 0.16, goal=0.15, more_is_better=True, spread=(0.15, 0.17), detail="600 of 3,700"
)
HOME = replace(ARTICLE, name="home", value=0.099, goal=0.10)
MEMORY = Result("Memory of a worker", "under granian", "PostgreSQL", 163, "MB", goal=150)
WRK = """\
  Latency Distribution
     50%    3.25ms
     75%    4.10ms
     90%    5.00ms
     99%    1.20s
  5000 requests in 1.00s, 20.00MB read
{broken}Requests/sec:   5000.50
"""


def run(*results, **values):
    return Run(**{
        "day": "2025-10-23", "machine": {"Processors": "2 × Z80"}, "manner": ["By hand."], "results": list(results),
        "remarks": [], "texts": {}, **values,
    })  # fmt: skip


def written(tmp_path, *results, **values):
    document.write(run(*results, **values), tmp_path)
    return (tmp_path / "benchmarks.md").read_text(encoding="utf-8")


def test_the_document_names_every_missed_goal_and_no_other(tmp_path):
    on_postgresql = replace(HOME, column="PostgreSQL", value=0.12)
    text = written(tmp_path, ARTICLE, HOME, on_postgresql, MEMORY)
    _head, _section, rest = text.partition("## Missed goals\n\n")
    assert rest.partition("\n\n")[0].splitlines() == [
        f"- {GROUP}: home on SQLite 0.099, at least 0.100 is the goal",
        "- Memory of a worker: under granian on PostgreSQL 163 MB, at most 150 MB is the goal",
    ]
    assert "2 of the 4 goals" in text
    rows = {line.split(" | ")[0].strip("| "): line for line in text.splitlines() if line.startswith("| ")}
    assert rows["article"].endswith("| met |")
    assert rows["home"].endswith("| **missed on SQLite** |")
    assert rows["under granian"].endswith("| **missed** |")


def test_a_run_without_a_missed_goal_claims_none(tmp_path):
    text = written(tmp_path, ARTICLE)
    assert "issed" not in text
    assert "1 of the 1 goals" in text


def test_the_table_tells_the_goal_the_median_the_spread_and_what_is_behind_it(tmp_path):
    assert "| article | ≥ 0.150 | 0.160 (0.150 to 0.170) | 600 of 3,700 | met |" in written(tmp_path, ARTICLE)


def test_what_has_no_goal_is_shown_and_never_missed(tmp_path):
    text = written(tmp_path, replace(ARTICLE, goal=None, value=0.0001))
    assert "| no goal |" in text and "Missed" not in text


def test_every_table_has_its_chart_and_charts_of_earlier_runs_are_gone(tmp_path):
    charts = tmp_path / document.CHARTS
    charts.mkdir(parents=True)
    (charts / "yesterday.svg").write_text("<svg/>")
    text = written(tmp_path, ARTICLE, replace(HOME, name="home & <hearth>"), MEMORY)
    names = sorted(path.name for path in charts.iterdir())
    assert names == ["memory-of-a-worker.svg", "pages-uncached-under-gunicorn.svg"]
    for name in names:
        assert f"]({document.CHARTS}/{name})" in text
    drawn = ElementTree.parse(charts / names[1]).getroot()
    words = [one.text for one in drawn.findall(".//{*}text")]
    assert {"article", "home & <hearth>", "0.160", "0.099", "SQLite", "goal"} <= set(words)
    (missed,) = [one.text for one in drawn.findall(".//{*}text") if one.get("class") == "missed"]
    assert missed == "0.099"


def test_a_page_that_the_cache_did_not_answer_is_said_beside_its_figure(tmp_path):
    assert serving.remark("cached", [answer(""), answer("peacekeeping; fwd=miss")])
    assert serving.remark("uncached", [answer("peacekeeping; hit")])
    assert not serving.remark("cached", [answer(""), answer("peacekeeping; hit")])
    assert not serving.remark("uncached", [answer("")])
    said = replace(HOME, note=serving.remark("cached", [answer("")]))
    assert "home on SQLite: No answer bore `Cache-Status` with `hit`" in written(tmp_path, ARTICLE, said)


def answer(cache):
    return pages.Answer("/en/", "text/html", "4", cache, b"Page")


def test_a_part_of_a_run_a_trial_and_a_busy_machine_are_said_to_be_no_more():
    assert bench.remarks(bench.read([]), 0.1) == []
    part, trial = bench.remarks(bench.read(["--only", "serving", "--databases", "SQLite", "--seconds", "1"]), 0.1)
    assert part == "Left out of this run: start, images, growth, PostgreSQL." and "trial" in trial
    (busy,) = bench.remarks(bench.read(["--hour"]), 3)
    assert "busy" in busy and bench.read(["--hour"]).load == 3600


def test_the_goals_of_pages_that_are_made_hold_under_gunicorn_and_those_of_ready_ones_where_connections_are_kept():
    assert serving.goal("home", "gunicorn", "uncached") == 0.10
    assert serving.goal("home", "gunicorn with threads", "uncached") is None
    assert serving.goal("home", "granian", "uncached") is None
    assert [serving.goal("home", server, "cached") for server in servers.SERVERS] == [None, 1.5, 2.5]
    assert serving.goal("search", "granian", "cached") is None
    assert serving.goal("RSS", "granian", "cached") == 2.5
    assert serving.goal("RSS, not compressed", "granian", "cached") is None


def test_ready_pages_are_asked_for_compressed_as_readers_do_and_the_large_ones_plain_too():
    paths = dict.fromkeys(serving.UNCACHED, "/")
    ways = {name: gzip for name, _path, gzip in serving.ways("cached", paths)}
    assert {name for name, gzip in ways.items() if not gzip} == {
        "search", "RSS, not compressed", "sitemap, not compressed"
    }  # fmt: skip
    assert set(ways) > set(serving.UNCACHED)
    assert serving.ways("uncached", paths) == [(name, "/", False) for name in paths]


def test_the_ratio_is_the_median_of_the_rounds_and_not_that_of_sums():
    bare = [load.Load(rate, 1, 2) for rate in (1000, 4000, 2000)]
    ours = [load.Load(rate, 10, 20) for rate in (100, 1000, 600)]
    result = serving.compare(bare, ours, group=GROUP, name="home", column="SQLite")
    assert (result.value, result.spread) == (0.25, (0.1, 0.3))


def test_a_slow_page_is_loaded_until_what_is_under_way_at_the_end_does_not_weigh():
    assert [serving.long_enough(5, taken) for taken in (0.001, 0.25, 60)] == [5, 20, serving.LONGEST]


def test_a_load_that_does_not_lie_as_it_should_is_begun_anew(tmp_path, monkeypatch):
    begun = tmp_path / "begun"
    program = tmp_path / "wrk"
    program.write_text(f"#!/bin/sh\necho >> {begun}\nsleep 0.5\ncat <<'END'\n{WRK.format(broken='')}END\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    fair = iter([False, False, True])
    assert load.put("http://127.0.0.1:1/", 1, is_fair=lambda: next(fair)).rate == 5000.5
    assert len(begun.read_text().splitlines()) == 3


def test_a_worker_that_holds_no_connection_is_seen():
    class OfTwo(servers.Server):
        def _workers(self):
            return [str(os.getpid()), str(idle.pid)]

    with subprocess.Popen(["sleep", "60"]) as idle, socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        one = OfTwo(f"http://127.0.0.1:{port}", os.getpid(), 0.0)
        assert one.is_shared()  # nobody has come
        with socket.create_connection(("127.0.0.1", port)), listening.accept()[0]:
            assert not one.is_shared()
        idle.kill()


def test_what_wrk_measured_is_read_in_milliseconds():
    assert load.read(WRK.format(broken=""), "/") == load.Load(5000.5, 3.25, 1200)


@pytest.mark.parametrize(
    "broken", ["  Non-2xx or 3xx responses: 12\n", "  Socket errors: connect 0, read 3, write 0, timeout 1\n"]
)
def test_figures_of_a_server_that_failed_are_refused(broken):
    with pytest.raises(CannotMeasure, match="The server is broken"):
        load.read(WRK.format(broken=broken), "/")


def test_a_machine_without_wrk_is_told_which_package_it_needs(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bench.main(["--only", "serving", "--databases", "SQLite", "--out", str(tmp_path)]) == 2
    assert "system package, `wrk`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_ends_before_it_serves_is_refused_with_what_it_left():
    line = [sys.executable, "-c", "import sys; sys.exit('The roof is missing')"]
    with (
        pytest.raises(CannotMeasure, match="The roof is missing"),
        servers.running(line, {}, "http://127.0.0.1:9", "/"),
    ):
        pass


HEAD = '<link rel="alternate" type="application/rss+xml" href="/en/feeds/rss.xml"><a href="/en/articles/">All</a>'
SITE = {
    "/en/": HEAD, "/en/articles/": '<a href="/en/articles/a-story/">A</a><a class="more" href="?page=2" rel="next">Older</a>',
    "/sitemap.xml": "<i xmlns='x'><s><loc>http://a/pages.xml</loc></s><s><loc>http://a/stories-0.xml</loc></s></i>",
}  # fmt: skip
for number in range(2, pages.OLDEST + 1):
    SITE[f"/en/articles/?page={number}"] = (
        f'<a rel="prev" href="?page=1">N</a><a rel="next" href="?page={number + 1}">O</a>'
    )


@pytest.fixture
def small_server():
    """The address of a server of `SITE`, which answers /moved/ with a redirect and everything else with 500."""

    class Small(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = SITE.get(self.path, "").encode()
            self.send_response(200 if body else 302 if self.path == "/moved/" else 500)
            self.send_header("Location", "/en/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Small) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_pages_are_found_by_the_links_of_the_site(small_server):
    found = pages.find(small_server)
    assert found["article"] == "/en/articles/a-story/"
    assert found["list, page 50"] == "/en/articles/?page=50"
    assert (found["RSS"], found["sitemap"]) == ("/en/feeds/rss.xml", "/stories-0.xml")
    assert set(found) == set(serving.UNCACHED)


def test_a_list_that_is_too_short_is_refused(small_server, monkeypatch):
    monkeypatch.setitem(SITE, "/en/articles/?page=30", "<p>The last one.</p>")
    with pytest.raises(CannotMeasure, match="page=30 has no link"):
        pages.find(small_server)


def test_a_page_that_fails_and_one_that_leads_elsewhere_are_refused(small_server):
    with pytest.raises(CannotMeasure, match="answers 500"):
        pages.fetch(small_server, "/ru/")
    with pytest.raises(CannotMeasure, match="a redirect is no page"):
        pages.fetch(small_server, "/moved/")
    line = [sys.executable, "-c", "import time; time.sleep(60)"]
    with (
        pytest.raises(CannotMeasure, match="answers 500"),
        servers.running(line, {}, small_server, "/ru/"),
    ):
        pass


def test_a_part_that_is_not_there_is_refused_by_name():
    with pytest.raises(CannotMeasure, match="nobody_wrote_it"):
        others.module("nobody_wrote_it")


def test_photos_are_held_against_the_goals_that_their_benchmark_names():
    told = {"ours": {"seconds": 0.6, "megabytes": 190}, "shared": {"seconds": 0.4}, "ratio": 1.5}
    time, memory = others.of_images({**told, "goals": {"ratio": 1.2, "megabytes": 200}})
    assert (time.value, time.is_missed, memory.value, memory.is_missed) == (1.5, True, 190, False)


def test_of_a_grown_house_every_page_over_its_goal_is_named_and_those_next_to_it():
    rows = [growing(f"/en/{number}/", 1.01 + number / 1000) for number in range(30)]
    rows += [growing(f"/ru/{number}/", 2) for number in range(20)] + [growing("figure strength", 1, large=0.08)]
    results = others.of_growth(rows, "SQLite", "Growth from 1 to 9 editions", 1.3, 0.05)
    missed = [result.name for result in results if result.is_missed]
    assert missed == [*(f"/ru/{number}/" for number in range(20)), "figure strength"]
    assert results[-1].group == "Slowest figures at 9 editions, on SQLite"
    few = others.of_growth(rows[:30], "SQLite", "Growth", 1.3, 0.05)
    assert [result.name for result in few] == [f"/en/{number}/" for number in range(29, 29 - others.MOST, -1)]


def growing(name, ratio, large=0.02):
    return {
        "name": name,
        "small": large / ratio,
        "large": large,
        "ratio": ratio,
        "is_over": ratio >= 1.3 or large >= 0.05,
    }


def test_the_bare_view_returns_the_bytes_of_the_page_without_a_query_or_a_middleware(tmp_path):
    address, text = "/en/search/?q=a", "Ә" * 100
    kept = {"": text.encode(), "gzip": b"compressed"}
    rows = [[address, "text/html; charset=utf-8", how, base64.b64encode(body).decode()] for how, body in kept.items()]
    (tmp_path / "pages.json").write_text(json.dumps(rows), encoding="utf-8")
    code = (
        "from tests.benchmarks.bare import application, settings; from django.test import RequestFactory\n"
        f"started = []; environ = RequestFactory().get({address!r}, HTTP_HOST='127.0.0.1').environ\n"
        "body = b''.join(application(environ, lambda *of: started.append(of)))\n"
        "assert len(body) == 200, body\n"
        "environ['HTTP_ACCEPT_ENCODING'] = 'gzip'\n"
        "assert list(application(environ, lambda *of: started.append(of))) == [b'compressed']\n"
        "from django.db import connections; print(started, settings.MIDDLEWARE, connections.settings['default']['ENGINE'])"
    )
    environment = {**os.environ, "BARE_PAGES": str(tmp_path / "pages.json")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=servers.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for part in (
        "'200 OK'",
        "('Content-Type', 'text/html; charset=utf-8')",
        "('Content-Length', '200')",
        "('Content-Length', '10'), ('Content-Encoding', 'gzip')",
        "[] django.db.backends.dummy",
    ):
        assert part in done.stdout


def test_the_plain_view_prints_the_story_with_one_query_and_the_usual_middlewares(tmp_path):
    code = (
        "import os, sqlite3; there = sqlite3.connect(os.environ['DATABASE_URL'].removeprefix('sqlite:///'))\n"
        "there.execute('CREATE TABLE articles_edition (id, language, slug, state, title, day, rendered)')\n"
        "for number, state in enumerate(('approved', 'draft')):\n"
        "    there.execute('INSERT INTO articles_edition VALUES (?, ?, ?, ?, ?, ?, ?)', "
        "(number, 'en', 'golan', state, f'The {state} one', '2025-10-23', '<p>Body</p>'))\n"
        "there.commit()\n"
        "from tests.benchmarks.plain import application, settings; from django.test import RequestFactory\n"
        "from django.db import connection; from django.test.utils import CaptureQueriesContext\n"
        "environ = RequestFactory().get('/en/articles/golan/', HTTP_HOST='127.0.0.1').environ\n"
        "with CaptureQueriesContext(connection) as asked:\n"
        "    body = b''.join(application(environ, lambda *of: None)).decode()\n"
        "print(len(asked), len(settings.MIDDLEWARE), 'The approved one' in body and '<p>Body</p>' in body)"
    )
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/plain.sqlite3"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=servers.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["1", "8", "True"], done.stderr


@pytest.fixture
def filled(picture, editor):
    """The moment as of which a site with one story was filled with 25 more."""
    at = timezone.now()
    makers.golan_contingent()
    article = Article.objects.create(
        working_title="Golan", section=Section.objects.get(slug="missions"), lead_photo=picture
    )
    body = "<p>Of [[strength mission=UNDOF]] one speaks.</p><p>They are peacekeepers.</p>"
    makers.approved_story(at - timedelta(days=2), editor, article=article, body=body)
    stories.fill(25, at=at)
    return at


def test_the_stories_that_fill_a_site_are_public_searchable_and_of_the_promised_size(filled, client):
    found = Edition.objects.on_shelf("en", filled)
    assert found.count() == 26
    newest = found.first()
    page = client.get(newest.get_absolute_url())
    assert page.status_code == 200 and 25_000 < len(page.content) < 35_000
    assert newest.lead.photo and Claim.objects.filter(edition=newest).count() == 1
    assert client.get(reverse("articles"), {"page": 2}, follow=True).status_code == 200
    assert b"26" in client.get(reverse("search"), {"q": "peacekeeper"}).content


def test_filling_puts_every_rule_of_the_database_back(filled):
    assert guards.check(connection) == []


def test_a_run_that_was_broken_off_is_taken_up_and_says_which_parts_it_had_before(tmp_path):
    results = [Result(GROUP, "home", "SQLite", 0.2, goal=0.1, more_is_better=True, spread=(0.1, 0.3))]

    def fail():
        raise AssertionError("measured again")

    assert Gathered(tmp_path / "kept").take("home on SQLite", lambda: results) == results
    later = Gathered(tmp_path / "kept")
    assert later.take("home on SQLite", fail) == results and later.had == ["home on SQLite"]
    assert Gathered(None).take("home on SQLite", list) == []  # who names no folder keeps nothing
