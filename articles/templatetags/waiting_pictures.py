"""The pictures that somebody uploaded and has not filled in yet."""

from django import template
from django.utils import timezone

from articles import photo_intake

register = template.Library()


@register.inclusion_tag("articles/waiting_pictures.html", takes_context=True)
def waiting_pictures(context):
    """This will say how many pictures of who opens the page wait, and until when: no query."""
    user = context["request"].user
    if not user.has_perm("articles.add_photo"):
        return {}
    rows = photo_intake.waiting(user, at=timezone.now())
    return {"count": len(rows), "until": min((row.until for row in rows), default=None)}
