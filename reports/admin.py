from django.contrib import admin
from django_tasks_db.models import DBTaskResult

from ledger.admin import HouseAdmin, ReadOnlyAdmin
from reports.models import ReportRun, ReportRunEnd, SavedReport, Schedule

# The library puts its tasks on the desk, with the traces of errors. What people need of them says the page of a run.
admin.site.unregister(DBTaskResult)


class EndInline(admin.StackedInline):
    model = ReportRunEnd
    can_delete = False


@admin.register(ReportRun)
class ReportRunAdmin(ReadOnlyAdmin):
    """The audit list of what left the house. Nothing in it can be changed or deleted."""

    list_display = ["at", "report", "by", "on", "format", "rows", "purpose"]
    list_filter = ["report", "format"]
    list_select_related = ["by", "end"]
    search_fields = ["report", "by__username", "purpose"]
    inlines = [EndInline]
    ordering = ["-at", "-pk"]

    @admin.display(empty_value="–")
    def rows(self, run):
        return run.end.rows if hasattr(run, "end") else None


@admin.register(SavedReport)
class SavedReportAdmin(HouseAdmin):
    list_display = ["name", "report", "owner", "shared_with"]
    list_select_related = ["owner", "shared_with"]
    search_fields = ["name", "report"]
    autocomplete_fields = ["owner", "shared_with"]
    ordering = ["name", "pk"]


@admin.register(Schedule)
class ScheduleAdmin(HouseAdmin):
    list_display = ["saved_report", "day_of_month", "paused", "last_due"]
    list_select_related = ["saved_report"]
    search_fields = ["saved_report__name"]
    autocomplete_fields = ["saved_report"]
    ordering = ["saved_report__name", "pk"]
