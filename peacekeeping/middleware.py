"""What may be done to a page, the moment that it is of, and its size on the way."""

import contextlib

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone

from ledger import audit
from ledger.paths import DESK
from missions.models.present import withheld_as_of
from peacekeeping import past
from peacekeeping.page_cache import kept

TEXTS = (
    "text/",
    "application/json",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/problem+json",
    "image/svg+xml",
)
READING = ("GET", "HEAD")
METHODS = (*READING, "POST")
WORK = (*DESK, "/i18n/")  # where whoever is signed in sends forms
APART = (*DESK, "/api/")  # what the public part of the URL map has not


class TextCompressionMiddleware(GZipMiddleware):
    """Compresses pages, feeds and tables on the way, and leaves pictures alone, which are small as they can be.

    Django adds a random length to each answer, so that its size tells nothing of what stands beside a token.
    """

    def process_response(self, request, response):
        if kept.GRANTED in request.META:  # the layer in front compresses it, once for everybody
            return response
        if response.get("Content-Type", "").startswith(TEXTS):
            return super().process_response(request, response)
        return response


class MethodsMiddleware:
    """Which addresses there are for a request, and what may be done to them.

    Readers' requests are told of the public part of the URL map alone: to look through all of it would load the desk.

    Public pages are read, and nothing else is done to them; a view whose form readers send says `takes_forms`.

    Whatever else is asked for is refused here, before a view could answer a DELETE as if it were a GET. The desk's own
    doors say themselves what they take.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if not f"{request.path_info}/".startswith(APART):  # what lacks its last slash is sent on
            request.urlconf = settings.PUBLIC_URLCONF
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or request.path_info.startswith(WORK) or getattr(view, "takes_forms", False):
            return None
        return HttpResponseNotAllowed(READING)


class MomentMiddleware:
    """Gives each request its clock: public pages are as of `request.at`.

    `request.known_at` is the moment up to which the record's own history is read, None for "as it stands now". Both are
    a past moment where staff look at one, which their session keeps; who comes without a session is asked for nothing,
    and no page of theirs depends on a cookie. A page with a `known_at` goes into no cache.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.at, request.known_at = timezone.now(), None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not past.follows(request.path_info):
            return self.get_response(request)
        asked = request.GET.get(past.ASKED) if request.method in ("GET", "HEAD") else None
        if not (asked or past.ASKED in request.session) or not past.may_look_back(request.user):
            return self.get_response(request)
        return _kept_by_nobody(self._of_the_past(request, asked))

    def _of_the_past(self, request, asked):
        present = request.at
        if asked == past.NOW:
            request.session.pop(past.ASKED, None)
            return redirect(_without(request, past.ASKED))
        try:
            moment = past.read(asked, at=present) if asked else past.kept(request.session[past.ASKED], at=present)
        except past.NoSuchMoment as refusal:
            return render(request, "no_such_moment.html", {"refusal": refusal, "asked": asked}, status=400)
        if moment is None:
            return self.get_response(request)
        if asked:
            request.session[past.ASKED] = moment.isoformat()
        request.at = request.known_at = moment
        sees_all = request.user.has_perm(past.SEES_THE_WITHHELD)
        if asked and sees_all:  # names that were taken back since are among what is shown
            audit.note("look back", request.user, by=request.user, at=present, moment=moment.isoformat())
        with contextlib.nullcontext() if sees_all else withheld_as_of(present):
            return self.get_response(request)


def _kept_by_nobody(response):
    """This will keep a page of the past from every cache and search engine."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _without(request, name):
    query = request.GET.copy()
    del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path
