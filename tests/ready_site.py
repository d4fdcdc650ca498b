"""A site of ready pages, and of answers that only look like them, for the tests of what gunicorn writes."""

from types import SimpleNamespace

from peacekeeping.page_cache.pages import HIT, Page

LONG = b"A story of the day. " * 200
PAGE = Page("/", SimpleNamespace(), [("Content-Type", "text/html"), ("Referrer-Policy", "same-origin")], LONG)
MARK = ("Cache-Status", HIT)
ELSE = {
    "/in-pieces": ([("Content-Length", str(2 * len(LONG))), MARK], [LONG, LONG]),
    "/longer": ([("Content-Length", "100"), MARK], [LONG]),
    "/of-no-length": ([("Content-Type", "text/plain"), MARK], [LONG]),
    "/no-more": ([("Connection", "close"), ("Content-Length", "4"), MARK], [b"gone"]),
    "/split": ([("Content-Length", "4"), ("X-Told", "one\r\nSet-Cookie: two"), MARK], [b"gone"]),
    "/not-ready": ([("Content-Length", "4"), ("X-Request-ID", "one")], [b"made"]),
}


def application(environ, start_response):
    if environ["PATH_INFO"] == "/":
        return PAGE.answer(environ, start_response, HIT)
    headers, body = ELSE[environ["PATH_INFO"]]
    start_response("200 OK", list(headers))
    return body
