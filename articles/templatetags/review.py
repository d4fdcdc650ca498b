"""What the review adds to the desk: the comments beside the text, and how much waits in the inbox."""

from django import template
from django.db.models import Count, Window

from articles import notices

ON_THE_DESK = 5
register = template.Library()


@register.inclusion_tag("articles/comments_beside.html", takes_context=True)
def comments_beside(context, edition):
    """This will list the open comments on an edition, with the way to its review: one query."""
    perms = context["perms"]
    if not perms["articles"]["view_comment"]:
        return {}
    comments = edition.comments.filter(settled_at__isnull=True).select_related("by", "link").order_by("at", "pk")
    return {"edition": edition, "comments": list(comments)}


@register.inclusion_tag("articles/inbox_link.html", takes_context=True)
def inbox_link(context):
    """This will lead to the inbox and say how many notices in it are unread: one query."""
    request = context["request"]
    if not request.user.has_perm(notices.MAY_READ):
        return {}
    newest = _newest(request)
    return {"is_reader": True, "unread": newest[0].unread if newest else 0}


@register.inclusion_tag("articles/inbox_newest.html", takes_context=True)
def inbox_newest(context):
    """This will list the newest unread notices of who opens the desk: the query of the link above serves here too."""
    return {"notices": _newest(context["request"])}


def _newest(request):
    """This will return the newest unread notices of this request's user, each with the number of all of them."""
    if not hasattr(request, "newest_notices"):
        unread = request.user.notices.filter(read_at__isnull=True).annotate(unread=Window(Count("pk")))
        unread = unread.select_related("edition", "error_report", "by").defer("edition__body", "edition__rendered")
        request.newest_notices = list(unread.order_by("-at", "-pk")[:ON_THE_DESK])
    return request.newest_notices
