"""The layer in front of Django: a ready page is answered before any of Django's machinery runs."""

import threading
import time

from peacekeeping.page_cache import kept
from peacekeeping.page_cache.pages import HIT, STALE, STORED, Page, Pages
from peacekeeping.page_cache.watch import Watch

LONGEST_WAIT = 10  # seconds for which somebody waits for a page that another one has asked for
# What Django is told of who asks: the headers that are in the key, and three that no page which is kept depends on.
TOLD = {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "HTTP_X_REQUEST_ID", "HTTP_ACCEPT_ENCODING"}


class Flight:
    """A page under way: the first who asked for it has it made, the others wait."""

    def __init__(self):
        self.page, self._is_over = None, threading.Event()

    def end(self, page):
        self.page = page
        self._is_over.set()

    def wait(self):
        self._is_over.wait(LONGEST_WAIT)
        return self.page


class Front:
    """A WSGI application: answers with pages of at most `limit` bytes together, and hands on what it cannot answer.

    While the database is away, a page is served as it was for `stale_for` seconds, with a header that says so, but
    never beyond a moment at which something on the site must no longer be shown.
    """

    def __init__(self, application, *, limit, stale_for, watch=None):
        self._application, self._stale_for = application, stale_for
        self.pages = Pages(limit)
        self.watch = watch or Watch(self.pages.keep_only)
        self._flights, self._lock = {}, threading.Lock()
        # How many were answered, for who measures: counted without a lock, so that a hit costs nothing by it. The
        # interpreter changes threads only at a call or a jump, and there is none within the addition.
        self.hits = self.misses = self.stale = 0

    def __call__(self, environ, start_response):
        key = (
            environ.get("HTTP_HOST"), environ["PATH_INFO"], environ.get("QUERY_STRING"),
            environ.get("HTTP_X_FORWARDED_PROTO"),
        )  # fmt: skip
        page = self.pages.get(key)
        if not (kept.is_anybodys(environ) if page else kept.may_be_kept(environ)):
            return self._application(environ, start_response)
        generation = self.watch.now() or self.watch.generation()
        if generation is None:
            return self._without_the_database(page, environ, start_response)
        if page is not None and page.generation is generation:
            self.hits += 1
            return page.answer(environ, start_response, HIT)
        return self._fresh(key, generation, environ, start_response)

    def _without_the_database(self, page, environ, start_response):
        watch = self.watch
        if (
            page is not None
            and page.generation is watch.last
            and time.monotonic() - watch.seen_at < self._stale_for
            and time.time() < page.generation.until_gone
        ):
            self.stale += 1
            return page.answer(environ, start_response, STALE)
        return self._application(environ, start_response)

    def _fresh(self, key, generation, environ, start_response):
        """This will answer with the page of this generation, which one of all who ask for it has made."""
        with self._lock:
            page = self.pages.get(key)
            if page is not None and page.generation is generation:
                self.hits += 1
                return page.answer(environ, start_response, HIT)
            flight = self._flights.get((key, generation))
            is_first = flight is None
            if is_first:
                flight = self._flights[key, generation] = Flight()
        if is_first:
            return self._make(key, generation, flight, environ, start_response)
        page = flight.wait()
        if page is not None:  # as the site was when they asked: what changes meanwhile begins no second crowd
            self.hits += 1
            return page.answer(environ, start_response, HIT)
        return self._application(environ, start_response)

    def _make(self, key, generation, flight, environ, start_response):
        self.misses += 1
        page = None
        try:
            answer = Answer(self._application, environ, generation)
            if answer.may_be_kept:
                page = Page(key, generation, answer.headers, answer.read())
                if self.watch.last is generation:
                    self.pages.put(page)
        finally:
            with self._lock:
                del self._flights[key, generation]
            flight.end(page)
        if page is not None:
            return page.answer(environ, start_response, STORED)
        return answer.pass_on(start_response)


class Answer:
    """What Django answers to anybody: what else this one reader's request says is kept from it."""

    def __init__(self, application, environ, generation):
        asked = {name: value for name, value in environ.items() if not name.startswith("HTTP_") or name in TOLD}
        asked |= {"REQUEST_METHOD": "GET", kept.ASKED: True, kept.SEEN: generation}
        self._has_body = environ["REQUEST_METHOD"] == "GET"
        self._body = application(asked, self._start)
        self.may_be_kept = kept.GRANTED in asked

    def _start(self, status, headers, exc_info=None):
        self._status, self.headers = status, headers

    def read(self):
        """This will return the whole body."""
        try:
            return b"".join(self._body)
        finally:
            self._body.close()

    def pass_on(self, start_response):
        """This will answer as Django does, where there is nothing to keep."""
        start_response(self._status, self.headers)
        if self._has_body:
            return self._body
        self._body.close()
        return []
