"""The queue of readers' reports: what they call wrong, what the record says now, and the steps that follow."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import claim_queue, error_reports, notices
from articles.admin.claims import SEES_THE_RECORD
from articles.models import Claim, ErrorReport
from ledger.admin import ReadOnlyAdmin
from ledger.typed import sentence

PER_PAGE = 25


@admin.register(ErrorReport)
class ErrorReportAdmin(ReadOnlyAdmin):
    list_display = ["at", "__str__", "said", "wrong", "outcome", "settled_at"]
    list_filter = ["outcome", "language"]
    search_fields = ["wrong", "page"]
    ordering = ["-at", "-pk"]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(self.queue_view), name="articles_errorreport_queue"),
            path("<int:pk>/settle/", wrap(self.settle_view), name="articles_errorreport_settle"),
            *super().get_urls(),
        ]

    def queue_view(self, request):
        """The reports that wait, the oldest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        at = timezone.now()
        claim_queue.bring_to_today(at=at)
        page = Paginator(ErrorReport.objects.waiting(), PER_PAGE).get_page(request.GET.get("page"))
        sees_the_record = request.user.has_perm(SEES_THE_RECORD)
        context = {
            **admin.site.each_context(request),
            "title": _("Readers' reports"),
            "opts": self.opts,
            "rows": error_reports.rows(list(page), at, sees_the_record=sees_the_record),
            "page": page,
            "outcomes": ErrorReport.Outcome.choices,
            "longest_note": ErrorReport.LONGEST_NOTE,
            "days": error_reports.KEPT_AFTER.days,
            "wrong": Claim.Verdict.WRONG,
            "may_settle": request.user.has_perm(notices.MAY_SETTLE),
            "may_correct": request.user.has_perms(["articles.view_claim", "articles.change_edition"]),
        }
        return render(request, "admin/articles/errorreport/queue.html", context)

    def settle_view(self, request, pk):
        if not (self.has_view_permission(request) and request.user.has_perm(notices.MAY_SETTLE)):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        waiting = get_object_or_404(ErrorReport, pk=pk)
        outcome, note = sentence(request.POST, "outcome"), sentence(request.POST, "note")
        try:
            settled = error_reports.settle(waiting, by=request.user, at=timezone.now(), outcome=outcome, note=note)
        except error_reports.CannotSettle as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("The report is settled: %(outcome)s.") % {"outcome": settled.get_outcome_display()}
            )
        return redirect("admin:articles_errorreport_queue")
