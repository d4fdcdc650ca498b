"""The layer of ready pages by itself: upon small applications, with a site and clocks that the tests set."""

import gzip
import io
import os
import threading
import types

import pytest

from peacekeeping.page_cache import front, kept, pages, watch
from peacekeeping.page_cache.front import Front
from peacekeeping.page_cache.watch import Generation, Watch

TEXT = b"<p>A page of some length, so that it is worth compressing.</p>" * 20
MB = 1024 * 1024
LATER = watch.FRESH + 0.01


class Body(list):
    """A body that says whether it was closed, as a server closes it."""

    closed = False

    def close(self):
        self.closed = True


class Site:
    """An application that counts what it renders; `says` is what it answers, and `grants` whether that may be kept."""

    def __init__(self):
        self.says, self.status, self.headers, self.grants = TEXT, "200 OK", [], True
        self.asked, self.bodies = [], []
        self.during = lambda: None

    def __call__(self, environ, start_response):
        self.asked.append(dict(environ))
        self.during()
        if self.grants and kept.ASKED in environ:
            environ[kept.GRANTED] = True
        start_response(self.status, [("Content-Type", "text/html"), ("Vary", "Cookie"), *self.headers])
        self.bodies.append(Body([self.says[:10], self.says[10:]]))
        return self.bodies[-1]

    @property
    def renderings(self):
        return len(self.asked)


class Clocks:
    def __init__(self):
        self.wall, self.steady = 1_000_000.0, 50.0

    def time(self):
        return self.wall

    def monotonic(self):
        return self.steady

    def pass_by(self, seconds):
        self.wall, self.steady = self.wall + seconds, self.steady + seconds


class Database:
    """What the watch looks at: a version, the clock's next turns, and whether it answers."""

    def __init__(self, clocks):
        self.clocks, self.version, self.answers, self.looks = clocks, 1, True, 0
        self.ends = self.until_gone = clocks.wall + 3600

    def look(self, known):
        self.looks += 1
        if not self.answers:
            raise ConnectionError("away")
        now = self.clocks.wall
        if known is not None and known.version == self.version and known.holds(now):
            return known
        return Generation(self.version, now, self.ends, self.until_gone)


class WatchInHand(Watch):
    """Looks when somebody asks, in the same thread: a test says when the time passes."""

    def generation(self):
        found = self.now()
        if found is None:
            self.look()
            found = self.now()
        return found


@pytest.fixture
def clocks(monkeypatch):
    clocks = Clocks()
    for module in (front, watch):
        monkeypatch.setattr(module, "time", clocks)
    return clocks


@pytest.fixture
def database(clocks):
    return Database(clocks)


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def layer(site, database):
    layer = Front(site, limit=MB, stale_for=300, watch=None)
    layer.watch = WatchInHand(layer.pages.keep_only, look=database.look)
    return layer


def ask(layer, path="/en/", query="", method="GET", **headers):
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "here", "SERVER_PORT": "80",
        "HTTP_HOST": "here", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }  # fmt: skip
    environ = {name: value for name, value in environ.items() if value is not None}
    answer = types.SimpleNamespace()

    def start(status, headers, exc_info=None):
        answer.status, answer.all, answer.headers = int(status[:3]), headers, dict(headers)

    body = layer(environ, start)
    answer.body = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    answer.told = answer.headers.get("Cache-Status", "")
    return answer


def test_a_page_is_rendered_once_and_then_answered_from_the_layer(layer, site):
    first, second = ask(layer), ask(layer)
    assert site.renderings == 1 and site.bodies[0].closed
    assert (first.body, second.body) == (TEXT, TEXT) and first.status == second.status == 200
    assert (first.told, second.told) == ("page-cache; fwd=miss; stored", "page-cache; hit")
    assert second.headers["Cache-Control"] == "no-cache" and second.headers["Content-Type"] == "text/html"
    assert [name for name, _value in second.all].count("Vary") == 1
    assert second.headers["Vary"] == "Accept-Encoding, Cookie"


@pytest.mark.parametrize(
    "other",
    [
        {"host": "there"}, {"path": "/ru/"}, {"path": "/en/articles/"}, {"query": "page=2"}, {"x_forwarded_proto": "https"},
        {"host": None}, {"path": "/en"}, {"path": "/EN/"}, {"path": "//en/"}, {"path": "/en//"}, {"path": "/en/;x"},
        {"path": "/en/%2e"}, {"path": "/en/\n"}, {"host": "here:80"}, {"host": "here\r\nX: y"},
    ],
)  # fmt: skip
def test_no_two_addresses_share_a_page(layer, site, other):
    ask(layer)
    site.says = TEXT[::-1]
    assert ask(layer, **other).body == site.says
    assert ask(layer).body == TEXT


@pytest.mark.parametrize(
    "request_",
    [
        {"cookie": "sessionid=1"}, {"cookie": ""}, {"authorization": "Basic eA=="}, {"method": "POST"},
        {"method": "OPTIONS"}, {"method": "PURGE"}, {"query": "q=golan"}, {"query": "page=2&x=1"}, {"query": "page=0"},
        {"query": "page=01"}, {"query": "page=-1"}, {"query": "page=12345678"}, {"query": "page=%32"}, {"query": "page=2\n"},
        {"query": "as_of=2025-01-01"}, {"query": "PAGE=2"}, {"query": "page=٣"},
    ],
)  # fmt: skip
def test_what_is_of_one_person_or_of_another_question_is_neither_answered_from_the_layer_nor_kept(
    layer, site, request_
):
    for _time in range(2):
        answer = ask(layer, **request_)
        assert kept.ASKED not in site.asked[-1] and "Cache-Status" not in answer.headers
    assert site.renderings == 2 and len(layer.pages) == 0
    ask(layer)
    site.says = b"of one person"
    assert ask(layer, **request_).body == b"of one person"


@pytest.mark.parametrize(
    "path", ["/", "/admin/", "/reports/", "/photos/1/480.jpg", "/api/v1/", "/health/live", "/static/x", "/enx/", ""]
)
def test_only_public_pages_are_asked_for_to_be_kept(layer, site, path):
    ask(layer, path)
    ask(layer, path)
    assert site.renderings == 2 and len(layer.pages) == 0


def test_what_django_does_not_grant_is_passed_on_as_it_is(layer, site):
    site.grants, site.status, site.headers = False, "404 Not Found", [("Set-Cookie", "a=b")]
    for time in (1, 2):
        answer = ask(layer)
        assert (answer.status, answer.body, answer.headers["Set-Cookie"], answer.told) == (404, TEXT, "a=b", "")
        assert site.renderings == time and site.bodies[-1].closed and len(layer.pages) == 0
    assert ask(layer, method="HEAD").body == b"" and site.bodies[-1].closed


def test_a_rendering_knows_nothing_of_its_reader_but_what_the_key_holds(layer, site):
    """Else the first who asks would choose what everybody reads."""
    ask(
        layer, accept_language="ru", user_agent="x", referer="y", if_none_match="*", range="bytes=0-1", accept="text/plain",
        if_modified_since="x", x_forwarded_host="evil.example", x_forwarded_port="1", x_original_url="/admin/", te="trailers",
    )  # fmt: skip
    told = {name for name in site.asked[0] if name.startswith("HTTP_")}
    assert told == {"HTTP_HOST"} and site.asked[0]["REQUEST_METHOD"] == "GET"


def test_who_has_the_page_is_told_so_by_its_tag(layer, site):
    tag = ask(layer).headers["ETag"]
    for known in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        for encoding in ("gzip", "identity"):
            answer = ask(layer, if_none_match=known, accept_encoding=encoding)
            assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
            assert "Content-Length" not in answer.headers and answer.headers["Vary"] == "Accept-Encoding, Cookie"
    assert ask(layer, if_none_match='W/"another"').status == 200
    assert ask(layer, if_none_match="").status == 200
    site.says = TEXT + b"!"
    layer.watch._look = lambda known: Generation(2, 0, float("inf"), float("inf"))
    layer.watch.look()
    assert ask(layer, if_none_match=tag).status == 200


def test_the_first_who_asks_is_told_too_that_they_have_it(layer, site):
    tag = ask(layer).headers["ETag"]
    layer.pages.keep_only(None)
    assert ask(layer, if_none_match=tag).status == 304 and site.renderings == 2


def test_who_has_the_page_is_told_so_by_its_date_where_no_tag_is_asked_for(layer, site):
    since = "Thu, 23 Oct 2025 07:00:00 GMT"
    site.headers = [("Last-Modified", since), ("ETag", '"own"')]
    answer = ask(layer)
    assert answer.headers["Last-Modified"] == since and answer.headers["ETag"] == 'W/"own"'
    assert ask(layer, if_modified_since=since).status == 304
    assert ask(layer, if_modified_since="Thu, 23 Oct 2025 07:00:01 GMT").status == 200
    assert ask(layer, if_modified_since=since, if_none_match='"other"').status == 200
    site.headers = []
    assert ask(layer, "/ru/", if_modified_since="x").status == 200


def test_head_says_what_get_would_without_the_body(layer, site):
    head = ask(layer, method="HEAD")  # the first of all: what it brings is a whole page
    page = ask(layer)
    assert head.body == b"" and page.body == TEXT and site.renderings == 1
    assert site.asked[0]["REQUEST_METHOD"] == "GET"
    assert head.headers["Content-Length"] == page.headers["Content-Length"] == str(len(TEXT))
    again = ask(layer, method="HEAD", accept_encoding="gzip")
    assert again.body == b"" and again.headers["Content-Encoding"] == "gzip"


def test_both_bodies_say_the_same(layer, site):
    plain, packed = ask(layer), ask(layer, accept_encoding="br, gzip;q=0.5")
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body)
    assert packed.headers["Content-Length"] == str(len(packed.body)) and packed.headers["ETag"] == plain.headers["ETag"]
    site.says = b"short"
    assert ask(layer, "/ru/", accept_encoding="gzip").body == b"short"


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True), ("deflate, GZIP", True), ("gzip;q=1.0, br", True), ("gzip ; q=0.001", True), ("gzip;q=0", False),
        ("gzip; q=0.000, identity", False), ("identity", False), ("x-gzip-not", False), ("", False), ("br;q=0,gzip", True),
    ],
)  # fmt: skip
def test_nobody_gets_a_compression_that_they_refused(layer, accepted, is_packed):
    assert ("Content-Encoding" in ask(layer, accept_encoding=accepted).headers) == is_packed


def test_pages_stay_within_their_bytes_and_the_least_recently_asked_for_leaves_first(layer, site):
    site.says = os.urandom(40_000)
    paths = [f"/en/articles/{number}/" for number in range(30)]
    for path in paths:
        ask(layer, path)
        ask(layer, paths[0])
        assert layer.pages.size <= MB
    assert 10 <= len(layer.pages) < 30 and site.renderings == 30  # the one that is asked for again and again stayed
    assert layer.pages.size == sum(layer.pages.get(key).size for key in list(layer.pages._pages))
    before = site.renderings
    ask(layer, paths[0]), ask(layer, paths[-1])
    assert site.renderings == before
    ask(layer, paths[1])
    assert site.renderings == before + 1


def test_a_page_too_large_to_keep_is_answered_all_the_same(layer, site):
    site.says = os.urandom(MB // 10)
    assert ask(layer).body == ask(layer).body == site.says and site.renderings == 2 and layer.pages.size == 0


def test_a_new_version_of_the_site_is_rendered_anew_and_the_pages_before_are_forgotten(layer, site, database, clocks):
    ask(layer), ask(layer, "/ru/")
    database.version, site.says = 2, b"withdrawn"
    clocks.pass_by(LATER)
    assert ask(layer).body == b"withdrawn" and len(layer.pages) == 1
    database.version = 1  # a database that was put back to an earlier state
    site.says = TEXT
    clocks.pass_by(LATER)
    assert ask(layer).body == TEXT


def test_no_look_counts_for_longer_than_it_may(layer, site, database, clocks):
    ask(layer)
    looks = database.looks
    clocks.pass_by(watch.FRESH - 0.01)
    ask(layer)
    assert database.looks == looks
    clocks.pass_by(0.02)
    ask(layer)
    assert database.looks == looks + 1 and site.renderings == 1
    assert watch.FRESH + watch.EVERY < 1


def test_the_clocks_turn_brings_a_new_rendering_without_any_look(layer, site, database, clocks):
    database.ends = clocks.wall + 0.1
    ask(layer)
    database.ends, site.says = clocks.wall + 3600, b"after"
    clocks.pass_by(0.1)
    assert ask(layer).body == b"after" and site.renderings == 2


def test_a_clock_that_is_set_back_brings_back_nothing_of_the_future(layer, site, database, clocks):
    ask(layer)
    clocks.wall, site.says = clocks.wall - 1000, b"before"
    assert ask(layer).body == b"before"


def test_a_process_that_stood_still_asks_before_it_answers(layer, site, database, clocks):
    """As after SIGSTOP and SIGCONT, or a machine that slept: the first answer is not stale."""
    ask(layer)
    database.version, site.says = 2, b"withdrawn"
    clocks.pass_by(3600)
    database.ends = database.until_gone = clocks.wall + 3600
    assert ask(layer).body == b"withdrawn"


def test_a_look_that_began_before_the_process_stood_still_does_not_count(layer, site, database, clocks):
    ask(layer)
    look = database.look

    def stopped_within(known):
        found = look(known)
        clocks.pass_by(60)
        return found

    layer.watch._look = stopped_within
    clocks.pass_by(LATER)
    layer.watch.look()
    assert layer.watch.now() is None


def test_while_the_database_is_away_pages_are_served_as_they_were_and_say_so(layer, site, database, clocks):
    ask(layer)
    database.answers, site.grants, site.status, site.says = False, False, "500 Oops", b"oops"
    clocks.pass_by(LATER)
    stale = ask(layer)
    assert (stale.status, stale.body, stale.told) == (200, TEXT, "page-cache; hit; detail=database-away")
    assert ask(layer, "/ru/").status == 500 and ask(layer, cookie="sessionid=1").status == 500
    assert ask(layer, if_none_match=stale.headers["ETag"]).status == 304
    clocks.pass_by(300)
    assert ask(layer).status == 500
    database.answers, site.grants, site.status, site.says = True, True, "200 OK", b"again"
    clocks.pass_by(watch.EVERY)
    assert ask(layer).told == "page-cache; hit" and ask(layer).body == TEXT  # nothing changed meanwhile
    database.version = 2
    clocks.pass_by(LATER)
    assert ask(layer).body == b"again"


def test_no_page_is_served_beyond_a_moment_at_which_something_must_be_gone(layer, site, database, clocks):
    database.ends, database.until_gone = clocks.wall + 10, clocks.wall + 20
    ask(layer)
    database.answers, site.says, site.grants = False, b"not from the layer", False
    clocks.pass_by(15)  # something comes meanwhile: it may wait
    assert ask(layer).told == pages.STALE
    clocks.pass_by(5)
    assert ask(layer).body == b"not from the layer"


def test_a_page_of_an_earlier_state_is_not_served_while_the_database_is_away(layer, site, database, clocks):
    ask(layer), ask(layer, "/ru/")
    database.version = 2
    clocks.pass_by(LATER)
    ask(layer)  # the layer has seen the change
    layer.pages.put(pages.Page(("here", "/kk/", "", None), Generation(1, 0, 9e9, 9e9), [], TEXT))
    database.answers, site.grants, site.says = False, False, b"not from the layer"
    clocks.pass_by(LATER)
    assert ask(layer).told == pages.STALE
    assert ask(layer, "/ru/").body == ask(layer, "/kk/").body == b"not from the layer"


def crowd(layer, number=20, **request):
    """This will let so many ask at once and return their answers, or what was raised for them."""
    answers, together = [], threading.Barrier(number)

    def one():
        together.wait()
        try:
            answers.append(ask(layer, **request))
        except Exception as error:
            answers.append(error)

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == number and not layer._flights
    return answers


def all_wait(layer, site, number):
    """This will let a rendering end only when all others of the crowd wait for it."""
    waiting, full = [], threading.Event()
    wait = front.Flight.wait

    def counted(flight):
        waiting.append(flight)
        if len(waiting) == number - 1:
            full.set()
        return wait(flight)

    def during():
        if kept.ASKED in site.asked[-1]:
            assert full.wait(20)

    site.during = during
    return counted


def test_a_crowd_on_an_expired_page_makes_one_rendering(layer, site, database, clocks, monkeypatch):
    ask(layer)
    database.version, site.says = 2, b"new"
    clocks.pass_by(LATER)
    layer.watch.look()
    monkeypatch.setattr(front.Flight, "wait", all_wait(layer, site, 20))
    answers = crowd(layer)
    assert site.renderings == 2 and {answer.body for answer in answers} == {b"new"}


def test_a_change_under_a_crowd_begins_no_second_crowd(layer, site, database, clocks, monkeypatch):
    layer.watch.look()
    counted = all_wait(layer, site, 20)
    wait_for_all = site.during

    def during():
        wait_for_all()
        database.version = 2
        layer.watch.look()

    site.during = during
    monkeypatch.setattr(front.Flight, "wait", counted)
    answers = crowd(layer)
    assert site.renderings == 1 and {answer.body for answer in answers} == {TEXT}
    assert len(layer.pages) == 0  # who comes now gets the new state
    site.during, site.says = (lambda: None), b"new"
    assert ask(layer).body == b"new"


def test_where_a_rendering_is_not_to_be_kept_each_of_the_crowd_gets_an_answer_of_their_own(layer, site, monkeypatch):
    layer.watch.look()
    site.grants, site.headers = False, [("Set-Cookie", "of=one")]
    monkeypatch.setattr(front.Flight, "wait", all_wait(layer, site, 20))
    answers = crowd(layer)
    assert site.renderings == 20 and {answer.status for answer in answers} == {200} and len(layer.pages) == 0


def test_where_a_rendering_fails_nobody_is_left_waiting(layer, site, monkeypatch):
    layer.watch.look()
    counted = all_wait(layer, site, 20)
    wait_for_all = site.during

    def during():
        if kept.ASKED in site.asked[-1]:
            wait_for_all()
            raise RuntimeError("it broke")

    site.during = during
    monkeypatch.setattr(front.Flight, "wait", counted)
    answers = crowd(layer)
    assert sum(isinstance(answer, RuntimeError) for answer in answers) == 1
    assert sum(getattr(answer, "body", b"") == TEXT for answer in answers) == 19 and len(layer.pages) == 0


def test_a_body_that_breaks_off_is_neither_kept_nor_answered_by_half(layer, site):
    class Broken(Body):
        def __iter__(self):
            yield b"half"
            raise RuntimeError("it broke")

    broken, started = Broken(), []

    def application(environ, start_response):
        environ[kept.GRANTED] = True
        start_response("200 OK", [])
        return broken

    layer._application = application
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/en/", "HTTP_HOST": "here"}
    with pytest.raises(RuntimeError):
        layer(environ, lambda *answer: started.append(answer))
    assert started == [] and broken.closed and len(layer.pages) == 0 and not layer._flights


def test_the_watch_looks_by_itself_and_tells_of_each_change_once():
    changes, version, seen = [], [1], threading.Semaphore(0)

    def look(known):
        if known is None or known.version != version[0]:
            return Generation(version[0], 0, float("inf"), float("inf"))
        return known

    def on_change(generation):
        changes.append(generation.version)
        seen.release()

    alone = Watch(on_change, look=look)
    assert alone.now() is None and alone._thread is None  # nothing begins before the first question
    assert alone.generation().version == 1 and seen.acquire(timeout=5)
    version[0] = 2
    assert seen.acquire(timeout=5) and alone.now().version == 2 and changes == [1, 2]


def test_a_watch_whose_thread_died_begins_another():
    """Else one error would leave the process without the layer for good, or with pages of yesterday."""

    def look(known):
        return known or Generation(1, 0, float("inf"), float("inf"))

    alone = Watch(lambda generation: None, look=look)
    alone._thread = threading.Thread(target=lambda: None)
    alone._thread.start()
    alone._thread.join()
    assert alone.generation().version == 1 and alone._thread.is_alive()


def test_while_a_look_hangs_only_the_first_waits_for_it(monkeypatch):
    monkeypatch.setattr(watch, "PATIENCE", 0.01)
    hangs = threading.Event()

    def look(known):
        hangs.wait(10)
        raise ConnectionError

    alone = Watch(lambda generation: None, look=look)
    assert alone.generation() is None and alone.is_away
    monkeypatch.setattr(alone, "_looked", None)  # who asks now waits for nothing
    assert alone.generation() is None
    monkeypatch.undo()
    hangs.set()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_that_forks_after_its_first_answer_watches_in_its_child_too():
    version = [1]

    def look(known):
        return known if known and known.version == version[0] else Generation(version[0], 0, 9e12, 9e12)

    site = Site()
    layer = Front(site, limit=MB, stale_for=300)
    layer.watch._look = look
    assert ask(layer).body == TEXT
    reads, writes = os.pipe()
    child = os.fork()
    if not child:  # it must not come back into the test
        try:
            site.says, version[0] = b"new", 2
            layer.watch.seen_at = float("-inf")
            os.write(writes, ask(layer).body)
        finally:
            os._exit(0)
    os.close(writes)
    os.waitpid(child, 0)
    with os.fdopen(reads, "rb") as said:
        assert said.read() == b"new"
    assert ask(layer).body == TEXT
