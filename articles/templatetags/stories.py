"""What the newsroom adds to pages and forms of the record below it."""

from django import template
from django.utils import timezone, translation

from articles import claim_queue
from articles.models import Claim, Edition, ErrorReport, State

register = template.Library()


@register.inclusion_tag("articles/stories.html")
def stories_of_mission(mission, at):
    """This will list the stories about a mission that are in force at `at` in the active language: one query."""
    cards = Edition.objects.for_cards(translation.get_language(), at).of_mission(mission)
    return {"cards": cards[:12]}


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
