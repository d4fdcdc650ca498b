from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from missions import clearance, dates, figures
from missions.models import Milestone, Mission


def mission_list(request):
    at = timezone.now()
    day = timezone.localdate(at)
    missions = list(Mission.objects.for_list())
    served = clearance.missions_served(at=at)
    return render(
        request,
        "missions/list.html",
        {
            "served": [mission for mission in missions if mission.pk in served],
            "in_progress": [m for m in missions if m.pk not in served and (m.end is None or m.end > day)],
            "ended": [m for m in missions if m.pk not in served and m.end and m.end <= day],
        },
    )


def mission(request, slug):
    at = timezone.now()
    day = timezone.localdate(at)
    mission = get_object_or_404(Mission.objects.for_page(), slug=slug)
    asked = (figures.Question(key, {"mission": mission.acronym}) for key in ("strength", "women", "fatalities"))
    answers = [figures.ask(question, on=day) for question in asked] if mission.is_un else []
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
            "milestones": milestones,
            "at": at,
        },
    )
