"""The layer of ready pages by itself: what it keeps, for whom, and how it is told."""

import gzip
import os

import pytest

from peacekeeping.page_cache import kept
from peacekeeping.page_cache.watch import Generation
from tests.fixtures.page_cache import MB, TEXT, ask


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


def test_a_page_is_unpacked_once_for_those_who_take_no_compression_and_counts_as_both_then(layer, site, monkeypatch):
    site.says = TEXT * 40
    ask(layer, accept_encoding="gzip")
    packed = layer.pages.size
    assert packed < len(site.says)
    assert ask(layer).body == site.says and layer.pages.size == packed + len(site.says)
    monkeypatch.setattr(gzip, "decompress", None)
    assert ask(layer).body == site.says and layer.pages.size == packed + len(site.says)
    assert site.renderings == 1


def test_unpacked_pages_stay_within_the_same_bytes_and_a_large_one_is_unpacked_for_each(layer, site):
    site.says = bytes(range(256)) * 300
    paths = [f"/en/articles/{number}/" for number in range(40)]
    for path in paths:
        ask(layer, path, accept_encoding="gzip")
    assert len(layer.pages) == 40
    for path in paths:
        assert ask(layer, path).body == site.says
        assert layer.pages.size <= MB
    assert 10 <= len(layer.pages) < 40
    site.says, before = b"a feed" * MB, site.renderings
    assert ask(layer, "/ru/").body == ask(layer, "/ru/").body == site.says
    assert site.renderings == before + 1 and layer.pages.get(("here", "/ru/", "", None)).unpacked is None


def test_a_page_too_large_to_keep_is_answered_all_the_same(layer, site):
    site.says = os.urandom(MB // 10)
    assert ask(layer).body == ask(layer).body == site.says and site.renderings == 2 and layer.pages.size == 0
