from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from missions import asking, clearance, csv_files, dates, drawn, figures, meanings, series
from missions import timeline as timeline_of
from missions.forms import AskForm
from missions.models.mission import Mission


def mission_list(request):
    at = request.at
    day = timezone.localdate(at)
    served = clearance.missions_served(at=at)
    lists = {"served": [], "in_progress": [], "ended": [], "undated": []}
    for mission in Mission.objects.for_list():
        if mission.pk in served:
            lists["served"].append(mission)
        elif mission.end:
            lists["ended" if mission.end <= day else "in_progress"].append(mission)
        else:  # without either day nobody can say that it goes on
            lists["in_progress" if mission.start else "undated"].append(mission)
    return render(request, "missions/list.html", lists)


def mission(request, slug):
    at, known_at, day = request.at, request.known_at, timezone.localdate(request.at)
    mission = _mission(slug, known_at)
    asked = [(figures.Question(key, {"mission": mission.acronym}), day) for key in ("strength", "women", "fatalities")]
    answers = asking.ask(asked, at=at, known_at=known_at) if mission.is_un else []
    country = drawn.contributor()
    strength = drawn.Strength(mission, at=at, known_at=known_at)
    deaths = drawn.Deaths(mission, at=at, known_at=known_at)
    return render(
        request,
        "missions/mission.html",
        {
            "trail": [(_("Missions"), reverse("missions"))],
            "period": dates.shown_period(mission),
            "mission": mission,
            "country": country,
            "cards": [_card(answer) for answer in answers if answer.value is not None],
            "strength": strength.charts(country, reverse("strength_csv", args=[slug])),
            "deaths": deaths,
            "death_charts": deaths.charts(country, reverse("casualties_csv", args=[slug])),
            "deployments": clearance.deployments(mission, at=at),
            "small_group": settings.SMALL_GROUP,
            "milestones": timeline_of.milestones(at=at, mission=mission, known_at=known_at),
            "at": at,
        },
    )


def _mission(slug, known_at):
    if known_at is None:
        return get_object_or_404(Mission.objects.for_page(), slug=slug)
    return get_object_or_404(Mission.history.as_of(known_at), slug=slug)


def strength_csv(request, slug):
    mission = _mission(slug, request.known_at)
    strength = drawn.Strength(mission, at=request.at, known_at=request.known_at)
    return _csv(f"{slug}-strength", drawn.STRENGTH_HEADS, strength.rows())


def casualties_csv(request, slug):
    mission = _mission(slug, request.known_at)
    deaths = drawn.Deaths(mission, at=request.at, known_at=request.known_at)
    return _csv(f"{slug}-casualties", drawn.CASUALTY_HEADS, deaths.rows())


def _csv(name, heads, rows):
    # The rows are made now, in the reader's language and with the record as it stands; only the file is streamed.
    return StreamingHttpResponse(
        csv_files.stream(heads, list(rows)), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )  # fmt: skip


def timeline(request):
    at, known_at = request.at, request.known_at
    services = timeline_of.services(at=at, known_at=known_at)
    milestones = timeline_of.milestones(at=at, known_at=known_at)
    to_choose = {m.mission for m in milestones if m.mission} | {service.mission for service in services}
    mission = None
    if acronym := request.GET.get("mission"):
        mission = next((mission for mission in to_choose if mission.acronym == acronym), None)
        if mission is None:
            raise Http404(acronym)
        services = [service for service in services if service.mission == mission]
        milestones = [milestone for milestone in milestones if milestone.mission == mission]
    return render(
        request,
        "missions/timeline.html",
        {
            "country": drawn.contributor(),
            "mission": mission,
            "missions": sorted(to_choose, key=lambda mission: mission.acronym),
            "chart": drawn.service(services, at=at),
            "decades": timeline_of.by_decade(timeline_of.events(milestones, services)),
        },
    )


def figure_list(request):
    form, served = _ask_form(request)
    entries = []
    if form.is_valid():
        entries = _entries(form, served, at=request.at, known_at=request.known_at)
    return render(
        request, "missions/figures.html", {"form": form, "country": drawn.contributor(), "entries": entries}
    )  # fmt: skip


def _entries(form, served, *, at, known_at):
    """This will return (figure, its meaning, its `Card`s, reasons) of the whole vocabulary, all asked at once.

    A figure that needs a mission is asked of each in which the country has served, unless the reader chose one.
    """
    asked = {}
    for key in figures.VOCABULARY:
        question = form.question(key)
        of_each = [figures.Question(key, {"mission": acronym}) for acronym, _name in served]
        asked[key] = of_each if question is None else [question]
    day = form.cleaned_data["on"]
    questions = [question for of_key in asked.values() for question in of_key]
    answers = iter(asking.ask([(question, day) for question in questions], at=at, known_at=known_at))
    cards = {key: [_card(next(answers), day) for _question in of_key] for key, of_key in asked.items()}
    return [
        (figure, meanings.MEANINGS[key], *asking.told_and_silent(cards[key]))
        for key, figure in figures.VOCABULARY.items()
    ]  # fmt: skip


def figure(request, key):
    at, known_at = request.at, request.known_at
    form, _served = _ask_form(request, key)
    found = {"key": key, "label": figures.VOCABULARY[key].label, "meaning": meanings.MEANINGS[key], "form": form}
    if form.is_valid():
        question, day = form.question(key), form.cleaned_data["on"]
        mission = _asked_mission(question)
        answer = asking.ask([(question, day)], at=at, known_at=known_at)[0]
        values = series.over_time(question, mission, at=at, known_at=known_at)
        address = _address("values_csv", question)
        found |= {
            "card": _card(answer, day), "day": day, "mission": mission, "chart": drawn.figure(question, values, address)
        }  # fmt: skip
    country = drawn.contributor()
    trail = [(_("%(country)s in figures") % {"country": country}, reverse("figures"))]
    return render(request, "missions/figure.html", {**found, "country": country, "trail": trail})


def values_csv(request, key):
    form, _served = _ask_form(request, key)
    if not form.is_valid():
        raise Http404(key)
    question = form.question(key)
    values = series.over_time(question, _asked_mission(question), at=request.at, known_at=request.known_at)
    return _csv(slugify(str(question).replace("=", "-")), drawn.VALUE_HEADS, drawn.value_rows(question, values))


def _ask_form(request, key=None):
    """This will return the form as the reader filled it in, and (acronym, name) of the UN missions served in.

    A figure that needs a mission begins with one of these.
    """
    served_in = clearance.missions_served(at=request.at)
    missions = [(m.pk in served_in, (m.acronym, f"{m.acronym} · {m.name}")) for m in Mission.objects.un().for_choice()]
    served, others = ([choice for is_served, choice in missions if is_served == wanted] for wanted in (True, False))
    groups = [(_("Where the country has served"), served), (_("Other missions"), others)]
    chosen = {name: request.GET[name] for name in ("on", "mission", "kind") if name in request.GET}
    known = figures.VOCABULARY.get(key)
    if known and known.mission == "required" and "mission" not in chosen and missions:
        chosen["mission"] = (served or others)[0][0]
    form = AskForm(
        chosen, missions=[group for group in groups if group[1]], first=asking.first_day(request.known_at),
        today=timezone.localdate(request.at), figure=known,
    )  # fmt: skip
    return form, served


def _asked_mission(question):
    acronym = question.parameters.get("mission")
    return Mission.objects.get(acronym=acronym) if acronym else None


def _card(answer, day=None):
    """This will return the `Card` of an answer, with the address at which it can be asked for another day."""
    return asking.Card(
        answer, asking.shown(answer), _address("figure", answer.question, **({"on": day} if day else {}))
    )


def _address(page, question, **more):
    query = urlencode({**question.parameters, **more})
    return f"{reverse(page, args=[question.key])}?{query}" if query else reverse(page, args=[question.key])
