"""Units and people, as far as they are cleared."""

from array import array
from functools import partial

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from missions import alphabet, clearance, standing

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
    """This will list who may be named, by name in the reader's alphabet, with what of their tours may be told.

    The order of all stands until it changes; whether each of this page may be named is asked now.
    """
    at, known_at = request.at, request.known_at
    named = standing.until_a_turn(("people",), partial(_in_order, at, known_at), at=at, known_at=known_at)
    try:
        page = Paginator(named, PEOPLE_PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404 from None
    ids = list(page)
    shown = clearance.people(ids, at=at, known_at=known_at)
    return render(
        request,
        "missions/people.html",
        {
            "people": [shown[pk] for pk in ids if pk in shown], "ids": ids, "page": page, "count": len(named),
            "at": at, "trail": _trail(),
        },
    )  # fmt: skip


def _in_order(at, known_at):
    """This will return the ids of who may be named, by name in the reader's alphabet."""
    names = clearance.names(at=at, known_at=known_at)
    names.sort(key=lambda one: (alphabet.key(one[0], get_language()), one[2]))
    return array("q", (pk for _sorting, _name, pk in names))


def _trail():
    return [(_("Missions"), reverse("missions"))]
