from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from missions import clearance, dates, figures
from missions.models.milestone import Milestone
from missions.models.mission import Mission


def mission_list(request):
    at = request.at
    day = timezone.localdate(at)
    served = clearance.missions_served(at=at)
    lists = {"served": [], "in_progress": [], "ended": [], "undated": []}
    for mission in Mission.objects.for_list().known(request.known_at):
        if mission.pk in served:
            lists["served"].append(mission)
        elif mission.end:
            lists["ended" if mission.end <= day else "in_progress"].append(mission)
        else:  # without either day nobody can say that it goes on
            lists["in_progress" if mission.start else "undated"].append(mission)
    return render(request, "missions/list.html", lists)


def mission(request, slug):
    at = request.at
    day = timezone.localdate(at)
    mission = next(iter(Mission.objects.for_page().filter(slug=slug).known(request.known_at)), None)
    if mission is None:
        raise Http404
    asked = [(figures.Question(key, {"mission": mission.acronym}), day) for key in ("strength", "women", "fatalities")]
    answers = clearance.answers(figures.ask_many(asked, known_at=request.known_at), at=at) if mission.is_un else []
    milestones = Milestone.objects.filter(mission=mission.pk).select_related("source").order_by("date", "pk")
    milestones = list(milestones.known(request.known_at))
    for milestone in milestones:
        milestone.shown_date = dates.shown(milestone.date, milestone.precision)
    return render(
        request,
        "missions/mission.html",
        {
            "period": dates.shown_period(mission),
            "mission": mission,
            "answers": [answer for answer in answers if answer.value is not None],
            "deployments": clearance.deployments(mission, at=at),
            "small_group": settings.SMALL_GROUP,
            "milestones": milestones,
            "at": at,
        },
    )
