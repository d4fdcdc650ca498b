"""The pages on which the house speaks of itself. Each language has its own text, a template of whole sentences."""

from datetime import date

from django.conf import settings
from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ledger import personal
from missions import clearance
from missions.models.import_run import ImportRun

TITLES = {
    "about": gettext_lazy("About us"),
    "about_data": gettext_lazy("About the data and method"),
    "contact": gettext_lazy("Contact"),
    "privacy": gettext_lazy("Privacy"),
    "accessibility": gettext_lazy("Accessibility"),
}
MOST_SOURCES = 60
STATED = date(2026, 11, 26)  # when the statement on accessibility was last held against the pages


def bad_request(request, exception):
    """What cannot be read. Django's own answer reads the form once more, and so breaks where that was the reason."""
    return HttpResponseBadRequest(loader.get_template("400.html").render())


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
