"""What a session may be used for: until when it lasts, and for whom one proof is not enough."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect
from django.utils import timezone

from ledger import factors
from ledger.paths import DESK

SINCE, SEEN = "since", "seen"  # in the session, seconds since 1970
NOTED_EVERY = 300  # seconds: a session is not written with each request
SKEW = 60  # seconds by which the clock of one node may be ahead of another's
# Where somebody who has not proved enough may go: to the proof, out, and into another language.
OPEN = (
    "/admin/factors/",
    "/admin/again/",
    "/admin/logout/",
    "/admin/login/",
    "/admin/reset/",
    "/admin/jsi18n/",
    "/i18n/",
)
HEARTBEAT = "x-heartbeat"  # what a page asks by itself while it is open: no sign of a person


class SessionMiddleware:
    """Ends sessions, and lets none that proved too little pass for a person of the house.

    Without a session's cookie nothing is asked. A session with too little proof is led to the set-up of a second factor
    on the desk, and is nobody's anywhere else, so that no page need know of it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        if not request.user.is_staff or _is_over(request, timezone.now().timestamp()):
            logout(request)
        elif not factors.are_proved(request) and factors.is_needed_by(request.user):
            if request.path_info.startswith(DESK) and not request.path_info.startswith(OPEN):
                return redirect("mfa_index")
            if not request.path_info.startswith(OPEN):
                request.user = AnonymousUser()
        return self.get_response(request)


def _is_over(request, now):
    """This will say whether the session is too old, or was not used for too long; else note that it is used.

    One that began after now is of a clock that was wrong: nobody can say how old it is.
    """
    session = request.session
    since, seen = session.setdefault(SINCE, now), session.get(SEEN, now)
    if not -SKEW < now - since <= settings.SESSION_HOURS * 3600 or now - seen > settings.SESSION_IDLE_MINUTES * 60:
        return True
    if abs(now - session.get(SEEN, 0)) > NOTED_EVERY and HEARTBEAT not in request.headers:
        session[SEEN] = now
    return False
