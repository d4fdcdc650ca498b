from django.conf import settings
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from missions import clearance, dates, figures
from missions.models.milestone import Milestone
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
    at = request.at
    day = timezone.localdate(at)
    mission = get_object_or_404(Mission.objects.for_page(), slug=slug)
    asked = [(figures.Question(key, {"mission": mission.acronym}), day) for key in ("strength", "women", "fatalities")]
    answers = clearance.answers(figures.ask_many(asked), at=at) if mission.is_un else []
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
            "deployments": clearance.deployments(mission, at=at),
            "small_group": settings.SMALL_GROUP,
            "milestones": milestones,
            "at": at,
        },
    )
