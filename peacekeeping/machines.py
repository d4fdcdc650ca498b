"""What programs meet at /api/ and /data/: any site may read, nobody writes, and what is unchanged costs nothing."""

import hashlib

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.http import parse_etags

from articles import clock
from peacekeeping.problems import OPEN, problem

METHODS = "GET, HEAD, OPTIONS"
SECONDS = 60  # for which an answer may be kept: what is withdrawn is soon gone from every cache
INSTEAD = {
    404: "There is nothing at this address.",
    503: "The database does not answer. Try again in a little while.",
}  # of a page for people
FORM = 1  # raise it when the same record is told in another form


class MachinesMiddleware:
    """Stands outside of sessions and languages, so that what they add for people does not reach programs.

    The answer is the public's of this moment for everyone: a past moment that staff look at is not honoured here, and
    the language of the reader is not asked for.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(OPEN):
            return self.get_response(request)
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
        elif request.method not in ("GET", "HEAD"):
            response = problem(405, f"Nothing can be written here. Use {METHODS}.")
        else:
            response = self._read(request)
        if response.status_code in (204, 405):
            response["Allow"] = METHODS
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Disposition"
        if request.method == "OPTIONS":
            response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        return response

    def _read(self, request):
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"  # the same headers as with the content
        response = self.get_response(request)
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith("application/"):
            fallback = "The request cannot be answered." if response.status_code < 500 else "Something went wrong here."
            refused = problem(response.status_code, INSTEAD.get(response.status_code, fallback))
            if again := response.get("Retry-After"):
                refused["Retry-After"] = again
            response = refused
        response.cookies.clear()
        del response["Vary"]
        response["Content-Language"] = "en"
        is_kept = response.status_code in (200, 304)
        response["Cache-Control"] = f"public, max-age={SECONDS}" if is_kept else "no-store"
        if is_kept and hasattr(request, "entity_tag"):
            response["ETag"] = request.entity_tag
        if is_head:
            request.method = "HEAD"
            response = _without_content(response)
        return response

    def process_view(self, request, view, args, kwargs):
        """The last word before the view: the moment, the language, and whether the answer is already known."""
        if not request.path_info.startswith(OPEN):
            return None
        request.at, request.known_at = timezone.now(), None
        translation.activate("en")
        request.entity_tag = entity_tag(request)
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if request.entity_tag in known or "*" in known:
            return HttpResponse(status=304)
        return None


def entity_tag(request):
    """This will return the weak tag of what is answered: it changes with whatever the answer depends on.

    That is the question itself, the site's version, the local day, and the moments at which the clock alone lets a
    clearance or a story come or go.
    """
    stamp, turn = clock.state(request.at)
    parts = (FORM, request.get_full_path(), stamp, turn and turn.timestamp())
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _without_content(response):
    """This will return a response's status and headers alone; a stream is not begun."""
    bare = HttpResponse(status=response.status_code, headers=dict(response.items()))
    if not response.streaming:
        bare["Content-Length"] = str(len(response.content))
    response.close()
    return bare
