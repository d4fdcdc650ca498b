from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from ledger.admin import ReadOnly, ReadOnlyAdmin
from reports.catalogue import REPORTS, title_of
from reports.declared import SEES_RUNS
from reports.models import Download, ReportRun, ReportRunEnd, SavedReport, Schedule

AUDIT_REPORT = "who-exported-what"  # the report that takes this list out

# The library puts its tasks on the desk, with the traces of errors. What people need of them says the page of a run.
admin.site.unregister(DBTaskResult)


class ReportFilter(admin.SimpleListFilter):
    """The reports by their titles."""

    title = _("report")
    parameter_name = "report"

    def lookups(self, request, model_admin):
        return [(slug, report.title) for slug, report in REPORTS.items()]

    def queryset(self, request, queryset):
        return queryset.filter(report=self.value()) if self.value() else queryset


class PartOfRun(ReadOnly, admin.TabularInline):
    """What belongs to a run is seen by who sees the run, and changed by nobody."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(SEES_RUNS)


class EndInline(PartOfRun):
    model = ReportRunEnd


class DownloadInline(PartOfRun):
    model = Download


@admin.register(ReportRun)
class ReportRunAdmin(ReadOnlyAdmin):
    """The audit list of what left the house. Nothing in it can be changed or deleted."""

    list_display = ["at", "title", "by", "on", "format", "rows", "channel", "purpose", "run_page"]
    list_filter = [ReportFilter, "format", "channel", "at", ("by", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["by", "end"]
    date_hierarchy = "at"
    search_fields = ["report", "by__username", "purpose"]
    inlines = [EndInline, DownloadInline]
    ordering = ["-at", "-pk"]
    change_list_template = "admin/reports/reportrun/change_list.html"

    @admin.display(description=_("report"), ordering="report")
    def title(self, run):
        return title_of(run.report)

    @admin.display(description=_("rows"), empty_value="–")
    def rows(self, run):
        return run.end.rows if hasattr(run, "end") else None

    @admin.display(description=_("page of the run"))
    def run_page(self, run):
        return format_html('<a href="{}">№ {}</a>', reverse("report-run", args=[run.pk]), run.pk)

    def changelist_view(self, request, extra_context=None):
        report = REPORTS.get(AUDIT_REPORT)
        may_export = report is not None and request.user.has_perm(report.permission)
        address = reverse("report", args=[AUDIT_REPORT]) if may_export else ""
        return super().changelist_view(request, {**(extra_context or {}), "export_address": address})


class OwnersAdmin(ReadOnlyAdmin):
    """For what people keep for themselves, and change on the pages of the reports: those ask whose it is.

    A schedule takes reports out in its owner's name. So nobody writes one for another, and only who is above the table
    of roles sees, and clears away, what is neither their own nor shared with them. `owned_by` is the way to it.
    """

    owned_by = ""

    def get_queryset(self, request):
        rows, user = super().get_queryset(request), request.user
        if user.is_superuser:
            return rows
        shared = Q(**{f"{self.owned_by}shared_with__in": user.groups.values("pk")})
        return rows.filter(Q(**{f"{self.owned_by}owner": user}) | shared)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_superuser


@admin.register(SavedReport)
class SavedReportAdmin(OwnersAdmin):
    list_display = ["name", "report", "owner", "shared_with"]
    list_select_related = ["owner", "shared_with"]
    search_fields = ["name", "report"]
    ordering = ["name", "pk"]


@admin.register(Schedule)
class ScheduleAdmin(OwnersAdmin):
    owned_by = "saved_report__"
    list_display = ["saved_report", "day_of_month", "paused", "last_due"]
    list_select_related = ["saved_report"]
    search_fields = ["saved_report__name"]
    ordering = ["saved_report__name", "pk"]
