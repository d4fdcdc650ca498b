"""Units and people, as far as they are cleared."""

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from missions import alphabet, clearance

PEOPLE_PER_PAGE = 50


def unit_list(request):
    """This will list the units of which a clearance tells."""
    units = clearance.units(at=request.at, known_at=request.known_at)
    return render(request, "missions/units.html", {"units": units, "trail": _trail()})


def unit(request, slug):
    """This will show a unit with the deployments that are cleared as its own; without any there is no such page."""
    found = clearance.units(at=request.at, known_at=request.known_at, slug=slug)
    if not found:
        raise Http404
    return render(
        request,
        "missions/unit.html",
        {
            "unit": found[0], "at": request.at, "small_group": settings.SMALL_GROUP,
            "trail": [*_trail(), (_("Units"), reverse("units"))],
        },
    )  # fmt: skip


def people(request):
    """This will list who may be named, by name in the reader's alphabet, with what of their tours may be told."""
    at, known_at = request.at, request.known_at
    names = clearance.names(at=at, known_at=known_at)
    names.sort(key=lambda one: (alphabet.key(one[0], get_language()), one[2]))
    try:
        page = Paginator(names, PEOPLE_PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404 from None
    ids = [pk for _sorting, _name, pk in page]
    shown = clearance.people(ids, at=at, known_at=known_at)
    return render(
        request,
        "missions/people.html",
        {
            "people": [shown[pk] for pk in ids if pk in shown], "ids": ids, "page": page, "count": len(names),
            "at": at, "trail": _trail(),
        },
    )  # fmt: skip


def _trail():
    return [(_("Missions"), reverse("missions"))]
