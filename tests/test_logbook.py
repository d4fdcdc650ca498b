"""The house's log: which request a line is about, and what never stands in it."""

import io
import json
import logging
import re

import pytest
from django.db import IntegrityError

from ledger import logbook
from peacekeeping import access_log, pages
from peacekeeping.page_cache.pages import HIT, STORED
from reports import background, making
from tests import taking

pytestmark = pytest.mark.django_db
HEX = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def written():
    """What is logged from now on, in the form that is asked for first."""
    kept = []

    def begin(form=logbook.JsonLines):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(form())
        logging.getLogger().addHandler(handler)
        kept.append((handler, logging.getLogger().level))
        logging.getLogger().setLevel(logging.INFO)
        return stream

    yield begin
    for handler, level in kept:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(level)


def lines(stream, logger="peacekeeping.access_log"):
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in told if line["logger"] == logger]


def test_each_answer_has_an_id_and_one_line_that_says_what_was_asked_and_by_whom(client, staff, written):
    stream = written()
    answer = client.get("/reports/")
    (line,) = lines(stream)
    assert line["request_id"] == answer.headers["X-Request-ID"] and HEX.fullmatch(line["request_id"])
    assert (line["method"], line["path"], line["status"]) == ("GET", "/reports/", 200)
    assert line["route"] and line["user"] == staff.pk and line["duration_ms"] > 0 and line["level"] == "INFO"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert staff.username not in stream.getvalue()
    client.get("/health/live")
    assert len(lines(stream)) == 1  # who watches asks every few seconds


@pytest.mark.parametrize("form", [logbook.JsonLines, logbook.TextLines])
def test_no_key_of_an_address_and_nothing_that_is_searched_for_stands_in_the_log(client, written, form):
    stream = written(form)
    for path in (
        "/en/review/SECRET/", "/kk/review/SECRET/photos/1/480/", "/admin/reset/SECRET/SECRET-SECRET/", "/en/search/?q=SECRET",
        "/en/missions/?SECRET=1", "/en/no-such-page/?email=SECRET", "/ru/review/SECRET",
    ):  # fmt: skip
        client.get(path)
    logging.getLogger("django.request").error("Internal Server Error: %s", "/en/review/SECRET/")
    logging.getLogger("x").warning("It came from https://house.example/en/search/?q=SECRET and went on.")
    refusal = 'null value\nDETAIL:  Failing row contains (1, SECRET).\nCONTEXT:  COPY x, line 1: "SECRET"'
    try:
        raise IntegrityError(refusal)
    except IntegrityError:
        logging.getLogger("x").exception("A row was refused.")
    text = stream.getvalue()
    assert "SECRET" not in text
    assert "/en/review/…" in text and "/en/search/" in text and "and went on" in text and "null value" in text


def test_a_page_of_an_error_shows_the_id_that_the_lines_about_it_carry(client, written, monkeypatch):
    def break_down(*_args, **_kwargs):
        raise RuntimeError("it broke")

    monkeypatch.setattr(pages, "_page", break_down)
    client.raise_request_exception = False
    stream = written()
    answer = client.get("/en/about/")
    (error,) = lines(stream, "django.request")
    assert answer.status_code == 500 and "it broke" in error["exception"]
    assert answer.headers["X-Request-ID"] == error["request_id"]
    assert error["request_id"] in answer.content.decode() and error["route"] == "about"


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [("0123abcd-4567-89ab-cdef-0123456789ab", True), ("f" * 64, True), ("f" * 65, False), ("short", False),
     ("0123abcd\r\nSet-Cookie: x", False), ("<script>01234567", False), ("", False)],
)  # fmt: skip
def test_the_id_of_the_proxy_is_taken_where_it_is_one(settings, given, is_taken):
    settings.HTTPS = True
    assert (access_log.request_id({"HTTP_X_REQUEST_ID": given}) == given) == is_taken
    settings.HTTPS = False
    assert access_log.request_id({"HTTP_X_REQUEST_ID": given}) != given


def test_the_line_of_a_stream_is_written_when_its_last_byte_has_left(client, written):
    stream = written()
    answer = client.get("/data/v1/missions.csv")
    assert lines(stream) == []
    b"".join(answer.streaming_content)
    answer.close()
    (line,) = lines(stream)
    assert (line["path"], line["status"]) == ("/data/v1/missions.csv", 200)
    assert logbook.request_id() == ""


def test_what_a_worker_says_names_the_run_and_what_the_request_said_names_both(noon, staff, written, monkeypatch):
    monkeypatch.setattr(making, "BEAT", 3600)
    stream = written()
    logbook.begin(request_id="abc")
    prepared = background.prepare(
        taking.opened("casualties", noon, by=staff), at=noon, rows_expected=1, wants_letter=False
    )
    logbook.end()
    (asked,) = lines(stream, "reports.background")
    assert (asked["request_id"], asked["run"]) == ("abc", prepared.run_id)
    making.make(prepared.pk, clock=lambda: noon)
    done = lines(stream, "reports.making")
    assert len(done) == 2 and {line["run"] for line in done} == {prepared.run_id}
    assert all("request_id" not in line for line in done)


@pytest.mark.parametrize(("told", "count"), [(HIT, 1), (STORED, 0)])
def test_a_page_that_was_ready_has_a_line_where_that_is_asked_for_and_one_that_was_made_has_not_two(
    written, told, count
):
    def front(environ, start_response):
        start_response("304 Not Modified", [("ETag", "x"), ("Cache-Status", told)])
        return []

    stream, started = written(), []
    body = access_log.ReadersLog(front)(
        {"REQUEST_METHOD": "GET", "PATH_INFO": "/en/review/SECRET/", "QUERY_STRING": "page=2"},
        lambda *answer: started.append(answer),
    )
    assert body == [] and started[0][0] == "304 Not Modified"
    found = lines(stream)
    assert len(found) == count
    if count:
        assert (found[0]["path"], found[0]["status"]) == ("/en/review/…", 304)
