"""The pages on which the house speaks of itself. Each language has its own text, a template of whole sentences."""

import sys
from contextlib import suppress
from datetime import UTC, date, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ledger import logbook, personal, storage
from missions import clearance
from missions.models.import_run import ImportRun
from peacekeeping import outages

TITLES = {
    "about": gettext_lazy("About us"),
    "about_data": gettext_lazy("About the data and method"),
    "contact": gettext_lazy("Contact"),
    "privacy": gettext_lazy("Privacy"),
    "accessibility": gettext_lazy("Accessibility"),
}
MOST_SOURCES = 60
STANDS = timedelta(days=180)  # how long what security.txt says may be relied upon, from each reading of it on
STATED = date(2026, 11, 26)  # when the statement on accessibility was last held against the pages


def bad_request(request, exception):
    """What cannot be read. Django's own answer reads the form once more, and so breaks where that was the reason."""
    return HttpResponseBadRequest(loader.get_template("400.html").render())


def server_error(request):
    """What went wrong, with the request's id to report it by; where the database is away or the disk full, that it is.

    It asks no database, and no session.
    """
    said, error = {"request_id": logbook.request_id()}, sys.exc_info()[1]
    if outages.is_away(error):
        response = HttpResponse(loader.get_template("503.html").render(said), status=503)
        response["Retry-After"] = str(outages.RETRY_AFTER)
    elif storage.is_full(error):
        _take_the_rest(request)
        response = HttpResponse(loader.get_template("507.html").render(said), status=507)
    else:
        return HttpResponseServerError(loader.get_template("500.html").render(said))
    response["Cache-Control"] = "no-store"
    return response


def _take_the_rest(request):
    """This will read what is still under way of a sending and keep nothing of it.

    Where a server answers and closes while the sender sends, the answer is often lost.
    """
    with suppress(OSError):
        while request.read(64 * 1024):
            pass


def security_txt(request):
    """Where to tell of a hole (RFC 9116): `SECURITY_CONTACT`, or nothing where nobody is named who reads it."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + STANDS
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def about(request):
    return _page(request, "about")


def about_data(request):
    """How the numbers come about, with the sources that the public record rests on and the newest UN files."""
    at = request.at
    return _page(
        request,
        "about_data",
        beside="pages/about_data_beside.html",
        sources=clearance.sources(at=at).newest_read()[:MOST_SOURCES],
        most_sources=MOST_SOURCES,
        runs=ImportRun.objects.newest_of_each_un_file(at),
        trail=[(_("About us"), reverse("about"))],
    )


def contact(request):
    return _page(request, "contact")


def privacy(request):
    return _page(request, "privacy", under="pages/privacy_register.html", register=personal.for_readers())


def accessibility(request):
    return _page(request, "accessibility", stated=STATED)


def _page(request, name, **more):
    context = {
        "title": TITLES[name],
        "text": f"pages/{name}.{get_language()}.html",
        "beside": "",
        "under": "",
        "house": settings.HOUSE,
        "small_group": settings.SMALL_GROUP,
        "pages": [(title, reverse(other)) for other, title in TITLES.items() if other != name],
        **more,
    }
    return render(request, "pages/page.html", context)
