"""What the writing screen says of the hours of a story."""

from django import template
from django.utils import timezone

from articles import schedule
from articles.models import Bundle, State

register = template.Library()


@register.inclusion_tag("articles/schedule.html", takes_context=True)
def schedule_of(context, edition):
    """This will say what the public sees of the edition's story and when, with the forms that move its hours."""
    at = timezone.now()
    is_waiting = edition.state == State.APPROVED and edition.public_from > at
    has_ended = bool(edition.public_until and edition.public_until <= at)
    may_approve = context["request"].user.has_perm("articles.approve_edition")
    may_change = context["request"].user.has_perm("articles.change_edition")
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "edition": edition,
        "words": schedule.in_words(edition.article, at=at),
        "zone": schedule.zone(),
        "form": context["moments"],
        "may_move": may_approve and edition.state == State.APPROVED and not has_ended,
        "is_waiting": is_waiting,
        "bundles": Bundle.objects.still_open() if edition.is_open and may_change else [],
    }
