"""What the newsroom adds to pages and forms of the record below it."""

from django import template
from django.utils import timezone, translation

from articles import claim_queue
from articles.models import Claim, Edition, ErrorReport, State
from articles.models.shelf import with_size
from missions.models.mission import Mission
from missions.settled import settled

SHOWN = 12
REMEMBERED = 8  # missions of whose stories a process keeps the rows, in each language
register = template.Library()


def stories_of_mission(mission, at):
    """This will return the stories about a mission that are in force at `at` in the active language: two queries.

    The first says whether there are many: for few and for many another plan is right, and each is kept.
    """
    found = _is_large(mission=mission.pk)
    asked = {"at": at, "language": translation.get_language(), "mission": mission.pk}
    return _of_mission(**asked, is_large=bool(found and found[0]))


@settled
def _is_large(*, mission):
    return with_size(Mission.objects.filter(pk=mission)).values_list("is_large", flat=True)


@settled(remembers=REMEMBERED)
def _of_mission(*, at, language, mission, is_large):
    stories = Edition.objects.on_shelf(language, at).of("mission", mission, is_large=is_large)
    return stories[:SHOWN].as_cards()


@register.inclusion_tag("articles/stories.html")
def stories_of_missions(missions, at):
    """This will list the stories about any of the missions, as `stories_of_mission` does: two queries."""
    pks = [mission.pk for mission in missions]
    is_large = with_size(Mission.objects.filter(pk__in=pks)).filter(is_large=True).exists()
    stories = Edition.objects.on_shelf(translation.get_language(), at).of_any("mission", pks, is_large=is_large)
    return {"cards": stories[:SHOWN].as_cards()}


@register.inclusion_tag("articles/stories_naming.html")
def stories_naming(people, at):
    """This will list the stories in force at `at` that name any of the people, given as ids: one query, or none."""
    cards = Edition.objects.for_cards(translation.get_language(), at).naming(people)[:SHOWN] if people else ()
    return {"cards": cards}


@register.inclusion_tag("articles/reports_that_wait.html", takes_context=True)
def reports_that_wait(context):
    """This will list the readers' reports that nobody has settled, for who may see them: one query."""
    if not context["request"].user.has_perm("articles.view_errorreport"):
        return {}
    return {"is_reader": True, "reports": ErrorReport.objects.for_desk()}


@register.inclusion_tag("articles/work_that_waits.html", takes_context=True)
def work_that_waits(context):
    """This will list what waits for the newsroom: texts in review, drafts, suppressed stories, figures in dispute."""
    at = timezone.now()
    claim_queue.bring_to_today(at=at)
    return {
        "perms": context.get("perms"),
        "in_review": Edition.objects.for_desk(State.IN_REVIEW),
        "drafts": Edition.objects.for_desk(State.DRAFT),
        "suppressed": Edition.objects.suppressed_for_desk(at),
        "disputed": Claim.objects.for_desk(at),
    }
