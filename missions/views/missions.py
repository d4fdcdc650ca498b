"""The list of missions, and a mission's page with its files."""

from functools import partial

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.paths import path
from missions import asking, clearance, dates, drawn, figures, standing
from missions import timeline as timeline_of
from missions.forms import MissionFilter
from missions.models.mission import Mission
from missions.views.files import csv_download


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
    answers = asking.ask(questions, at=request.at, known_at=request.known_at) if questions else []
    for mission, answer in zip(asked, answers, strict=True):
        mission.strength = answer


def mission(request, slug):
    told = standing.of(("mission", slug), partial(_told, slug, request), at=request.at, known_at=request.known_at)
    context = {**told, "trail": [(_("Missions"), path("missions"))], "at": request.at}
    return render(request, "missions/mission.html", context)


def _told(slug, request):
    """What a mission's page tells of the record: the mission, and the parts of the page as they are printed."""
    at, known_at, day = request.at, request.known_at, timezone.localdate(request.at)
    mission = _mission(slug, known_at)
    asked = [(figures.Question(key, {"mission": mission.acronym}), day) for key in ("strength", "women", "fatalities")]
    answers = asking.ask(asked, at=at, known_at=known_at) if mission.is_un else []
    country = drawn.contributor()
    strength = drawn.Strength(mission, at=at, known_at=known_at)
    deaths = drawn.Deaths(mission, at=at, known_at=known_at)
    parts = {
        "figures": {
            "cards": [asking.answer_card(answer) for answer in answers if answer.value is not None],
            "page": request.path,
        },
        "record": {
            "mission": mission,
            "country": country,
            "strength": strength.charts(country, path("strength_csv", slug)),
            "deaths": deaths,
            "death_charts": deaths.charts(country, path("casualties_csv", slug)),
            "deployments": clearance.deployments(mission, at=at, known_at=known_at),
            "small_group": settings.SMALL_GROUP,
            "milestones": timeline_of.milestones(at=at, mission=mission, known_at=known_at),
        },
        "facts": {
            "mission": mission,
            "period": dates.shown_period(mission),
            "is_served": mission.pk in clearance.missions_served(at=at, known_at=known_at),
        },
    }
    printed = {name: render_to_string(f"missions/mission_{name}.html", context) for name, context in parts.items()}
    return {"mission": mission, **printed}


def _mission(slug, known_at):
    found = Mission.objects.for_page(slug, known_at)
    if found is None:
        raise Http404(slug)
    return found


def strength_csv(request, slug):
    mission = _mission(slug, request.known_at)
    strength = drawn.Strength(mission, at=request.at, known_at=request.known_at)
    return csv_download(f"{slug}-strength", drawn.STRENGTH_HEADS, strength.rows())


def casualties_csv(request, slug):
    mission = _mission(slug, request.known_at)
    deaths = drawn.Deaths(mission, at=request.at, known_at=request.known_at)
    return csv_download(f"{slug}-casualties", drawn.CASUALTY_HEADS, deaths.rows())
