"""The timeline, and the figures that a reader asks the record for."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from missions import asking, clearance, drawn, figures, meanings, series
from missions import timeline as timeline_of
from missions.forms import AskForm
from missions.models.mission import Mission
from missions.views.files import csv_download


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
            "chart": drawn.service(services, reverse("service_csv"), at=at),
            "decades": timeline_of.by_decade(timeline_of.events(milestones, services)),
        },
    )


def service_csv(request):
    """The whole of the service that the timeline's chart draws, of every mission."""
    services = timeline_of.services(at=request.at, known_at=request.known_at)
    return csv_download("service", drawn.SERVICE_HEADS, drawn.service_rows(services, at=request.at))


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
    cards = {key: [asking.answer_card(next(answers), day) for _question in of_key] for key, of_key in asked.items()}
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
        address = asking.figure_address("values_csv", question)
        found |= {
            "card": asking.answer_card(answer, day), "day": day, "mission": mission,
            "chart": drawn.figure(question, values, address),
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
    return csv_download(slugify(str(question).replace("=", "-")), drawn.VALUE_HEADS, drawn.value_rows(question, values))


def _ask_form(request, key=None):
    """This will return the form as the reader filled it in, and (acronym, name) of the UN missions served in.

    A figure that needs a mission begins with one of these.
    """
    served_in = clearance.missions_served(at=request.at, known_at=request.known_at)
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
