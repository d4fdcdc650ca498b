"""What the writing screen says of the hours of a story."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from articles import schedule
from articles.models import Bundle, State

register = template.Library()


@register.inclusion_tag("articles/schedule.html", takes_context=True)
def schedule_of(context, edition):
    """This will say what the public sees of the edition's story and when, with the forms that move its hours."""
    at = timezone.now()
    public_page = ""
    if edition.public_from and edition.public_from <= at:
        with override(edition.language):
            public_page = reverse("edition", args=[edition.slug, edition.number])
        public_page += f"?{urlencode({'as_of': timezone.localtime(edition.public_from).isoformat()})}"
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
        "public_page": public_page,
        "bundles": Bundle.objects.still_open() if edition.is_open and may_change else [],
    }
