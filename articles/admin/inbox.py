"""The inbox: what happened to the texts that concern whoever reads it."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import notices
from ledger.typed import number_of

PER_PAGE = 50


def page(request):
    """The notices of this user and nobody else's, unread ones first; by POST one, or all, are marked as read."""
    if not request.user.has_perm(notices.MAY_READ):
        raise PermissionDenied
    if request.method == "POST":
        which = request.POST.get("notice", "")
        if which == "all":
            notices.mark_read(request.user, at=timezone.now())
        elif (pk := number_of(which)) is not None:
            notices.mark_read(request.user, at=timezone.now(), pk=pk)
        return redirect("inbox")
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET", "POST"])
    mine = request.user.notices.select_related("edition", "error_report", "by").defer(
        "edition__body", "edition__rendered"
    )
    mine = mine.order_by(F("read_at").desc(nulls_first=True), "-at", "-pk")
    context = {
        **admin.site.each_context(request),
        "title": _("Inbox"),
        "page": Paginator(mine, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "admin/inbox.html", context)
