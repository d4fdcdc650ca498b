"""Names each request, lets every line of the log say which one it is about, and writes one line when it is answered."""

import logging
import re
import time
from functools import partial
from random import getrandbits

from django.conf import settings

from ledger import logbook
from peacekeeping.page_cache import kept
from peacekeeping.page_cache.pages import HIT, STALE

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[0-9a-fA-F-]{8,64}")
ASKED_EVERY_FEW_SECONDS = ("/health/", "/metrics")  # by programs that watch: no line for each of these


def request_id(environ):
    """This will return the id that the proxy gave a request, where there is one to be trusted, or a new one."""
    return _of_the_proxy(environ) or f"{getrandbits(128):032x}"


def _of_the_proxy(environ):
    """A proxy stands before the house where HTTPS is on; what else sends an id may send anything."""
    given = environ.get("HTTP_X_REQUEST_ID", "") if settings.HTTPS else ""
    return given if WELL_FORMED.fullmatch(given) else ""


class RequestMiddleware:
    """The outermost. Its header is on every answer of Django's but those that the layer in front keeps for others."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.writes = settings.LOG_ACCESS != "off" and log.isEnabledFor(logging.INFO)

    def __call__(self, request):
        began = time.perf_counter()
        number = request_id(request.META)
        path = logbook.without_secrets(request.path_info)
        logbook.begin(request_id=number, method=request.method, path=path)
        response = self.get_response(request)
        if kept.GRANTED not in request.META:
            response.headers[HEADER] = number
        if self.writes and not path.startswith(ASKED_EVERY_FEW_SECONDS):
            write = partial(_write, request, response.status_code, path, began)
            # Of a stream the last byte has not left yet.
            response._resource_closers.append(write) if response.streaming else write()
        return response

    def process_view(self, request, view, args, kwargs):
        logbook.note(route=request.resolver_match.view_name)


def _write(request, status, path, began):
    said = {"status": status, "duration_ms": _since(began)}
    user = getattr(request, "_cached_user", None)  # whoever asked who it is has asked the database
    if user is not None and user.pk:
        said["user"] = user.pk
    log.info("%s %s %s %s ms", request.method, path, status, said["duration_ms"], extra=said)


def _since(began):
    return round((time.perf_counter() - began) * 1000, 2)


class ReadersLog:
    """A WSGI application around the layer of ready pages: writes a line of each page that it answered by itself."""

    def __init__(self, application):
        self._application = application

    def __call__(self, environ, start_response):
        began, answered = time.perf_counter(), []

        def start(status, headers, exc_info=None):
            if headers and headers[-1][0] == "Cache-Status" and headers[-1][1] in (HIT, STALE):
                answered.append(status)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        body = self._application(environ, start)
        if answered:
            path, status, took = logbook.without_secrets(environ["PATH_INFO"]), int(answered[0][:3]), _since(began)
            said = {"method": environ["REQUEST_METHOD"], "path": path, "status": status, "duration_ms": took}
            if number := _of_the_proxy(environ):
                said["request_id"] = number
            log.info("%s %s %s %s ms", said["method"], path, status, took, extra=said)
        return body
