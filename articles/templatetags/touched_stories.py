"""What a change of the record, while it is tried, does to the stories. See `missions.trial`."""

from django import template

from articles import claim_queue
from articles.models import Claim, Edition, State

register = template.Library()
SHOWN = 100  # claims; how many more there are is said


def _suppression():
    return Edition.objects.filter(state=State.APPROVED).values_list("pk", "suppressed_at")


@register.simple_tag
def keep_what_is_printed(trial):
    """This will keep what the record says of every printed figure today, and which stories are suppressed."""
    claim_queue.bring_to_today(at=trial.at)  # what moved by the calendar is not the change's doing
    trial.before["claims"] = dict(_verdicts(trial))
    trial.before["suppressed"] = dict(_suppression())
    return ""


def _verdicts(trial):
    readable = Claim.objects.filter(edition__state=State.APPROVED).exclude(edition__suppressed_at__lte=trial.at)
    for pk, verdict, value in readable.order_by("pk").values_list("pk", "verdict", "value_then"):
        yield pk, (verdict, value)


@register.inclusion_tag("articles/touched_stories.html", takes_context=True)
def stories_that_it_touches(context, trial):
    """This will list the figures of which the record would say something else, and the stories that would be gone."""
    before, gone = trial.before["claims"], trial.before["suppressed"]
    touched = [pk for pk, now in _verdicts(trial) if before.get(pk, now) != now]
    claims = Claim.objects.filter(pk__in=touched[:SHOWN]).select_related("edition")
    claims = claims.order_by("edition__article", "edition__language", "edition__number", "place")
    for claim in claims:
        verdict, value = before[claim.pk]
        claim.before = {"verdict_label": Claim.Verdict(verdict).label, "value_then": value}
    newly_gone = [pk for pk, moment in _suppression() if moment and gone.get(pk, moment) != moment]
    suppressed = Edition.objects.filter(pk__in=newly_gone).defer("body", "rendered").order_by("language", "pk")
    return {
        "claims": claims, "more": max(len(touched) - SHOWN, 0), "suppressed": suppressed,
        "perms": context.get("perms"),
    }  # fmt: skip
