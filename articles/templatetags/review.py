"""What the review adds to the desk: the comments beside the text, and how much waits in the inbox."""

from django import template

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
    user = context["request"].user
    if not user.has_perm("articles.view_edition"):
        return {}
    return {"is_reader": True, "unread": user.notices.filter(read_at__isnull=True).count()}


@register.inclusion_tag("articles/inbox_newest.html", takes_context=True)
def inbox_newest(context):
    """This will list the newest unread notices of who opens the desk: one query."""
    user = context["request"].user
    unread = user.notices.filter(read_at__isnull=True).select_related("edition", "by")
    return {"notices": unread.defer("edition__body", "edition__rendered").order_by("-at", "-pk")[:5]}
