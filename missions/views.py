from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from missions import alphabet, clearance, dates, figures
from missions.forms import MissionFilter
from missions.models.milestone import Milestone
from missions.models.mission import Mission

PEOPLE_PER_PAGE = 50


def mission_list(request):
    """This will list the missions, narrowed down as the address asks; a value that no filter has is not found."""
    at, known_at = request.at, request.known_at
    day = timezone.localdate(at)
    narrowing = MissionFilter(request.GET)
    if not narrowing.is_valid():
        raise Http404
    served = clearance.missions_served(at=at, known_at=known_at)
    found = [
        mission for mission in Mission.objects.for_mission_list(known_at)
        if _is_wanted(mission, narrowing.cleaned_data, served, day)
    ]  # fmt: skip
    lists = {name: [] for name in ("served", "in_progress", "to_come", "ended", "undated")}
    for mission in found:
        lists["served" if mission.pk in served else mission.state(day)].append(mission)
    _put_strength(lists["served"], request)
    return render(
        request,
        "missions/list.html",
        {
            **lists, "found": found, "narrowing": narrowing, "served_ids": served,
            "is_narrowed": any(narrowing.cleaned_data.values()),
        },
    )  # fmt: skip


def _is_wanted(mission, asked, served, day):
    regions = mission.regions or ["none"]
    return (
        asked["state"] in ("", mission.state(day))
        and (not asked["region"] or asked["region"] in regions)
        and (not asked["kind"] or (asked["kind"] == "un") == mission.is_un)
        and (not asked["served"] or mission.pk in served)
    )


def _put_strength(missions, request):
    """This will give each UN mission in progress its `strength` of the day, as far as it may be public."""
    day = timezone.localdate(request.at)
    asked = [mission for mission in missions if mission.is_un and mission.state(day) == "in_progress"]
    questions = [(figures.Question("strength", {"mission": mission.acronym}), day) for mission in asked]
    found = figures.ask_many(questions, known_at=request.known_at) if questions else []
    for mission, answer in zip(asked, clearance.answers(found, at=request.at), strict=True):
        mission.strength = answer


def mission(request, slug):
    at, known_at = request.at, request.known_at
    day = timezone.localdate(at)
    mission = Mission.objects.for_page(slug, known_at)
    if mission is None:
        raise Http404
    asked = [(figures.Question(key, {"mission": mission.acronym}), day) for key in ("strength", "women", "fatalities")]
    answers = clearance.answers(figures.ask_many(asked, known_at=known_at), at=at) if mission.is_un else []
    milestones = list(Milestone.objects.filter(mission=mission).select_related("source").order_by("date", "pk"))
    for milestone in milestones:
        milestone.shown_date = dates.shown(milestone.date, milestone.precision)
    return render(
        request,
        "missions/mission.html",
        {
            "period": dates.shown_period(mission),
            "mission": mission,
            "answers": [answer for answer in answers if answer.value is not None],
            "deployments": clearance.deployments(mission, at=at, known_at=known_at),
            "small_group": settings.SMALL_GROUP,
            "milestones": milestones,
            "at": at,
        },
    )


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
