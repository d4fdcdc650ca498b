"""Which of the figures' answers the public may know, and which would tell a small group apart."""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from missions.clearance.holding import deployments_until
from missions.clearance.verbs import FIELD_LABELS


def answers(found, *, at):
    """This will return the figures' answers as the public may know them at `at`.

    A number that rests on the house's own deployments is told where the field that it reads is cleared for each of
    them, and never for a group that is too small to be told apart. Another answer keeps its place, without its value
    and its rows, and says why.
    """
    cleared = deployments_until({pair for answer in found for pair in answer.rests_on}, at=at)
    return [_public_answer(answer, cleared) for answer in found]


def _public_answer(answer, cleared):
    reason = ""
    if missing := answer.rests_on - cleared.keys():
        fields = sorted({str(FIELD_LABELS[field]) for _deployment, field in missing})
        reason = _("Not every deployment that it rests on is cleared for the public (%(fields)s).") % {
            "fields": ", ".join(fields)
        }
    elif _tells_a_small_group_apart(answer):
        reason = _("Fewer than %(limit)s persons are not told apart.") % {"limit": settings.SMALL_GROUP}
    if reason:
        return replace(answer, value=None, low=None, high=None, rows=(), sources=(), reason=reason)
    return replace(answer, rows=())


def _tells_a_small_group_apart(answer):
    """This will say whether an answer, or what is left of it without its large parts, is a group under the limit."""
    limit = settings.SMALL_GROUP
    left = sum(size for size in answer.parts if size < limit)
    return (answer.group is not None and answer.group < limit) or (len(answer.parts) > 1 and 0 < left < limit)
