from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports import run as runs
from reports.catalogue import REPORTS
from reports.forms import PeriodForm
from reports.models import Format, ReportRun


@staff_member_required
def home(request):
    """The reports that the signed-in person may take out, and what they took last."""
    mine = [report for report in REPORTS.values() if request.user.has_perm(report.permission)]
    if not mine:
        raise PermissionDenied
    return _page(request, mine, PeriodForm())


def _page(request, mine, form, status=200):
    runs = ReportRun.objects.filter(by=request.user).select_related("end").order_by("-at", "-pk")[:10]
    context = {**admin.site.each_context(request), "title": _("Reports"), "reports": mine, "form": form, "runs": runs}
    return render(request, "reports/home.html", context, status=status)


@staff_member_required
def download(request, slug):
    """The report as a file, streamed; the run is written down before its first byte."""
    report = REPORTS.get(slug)
    if report is None:
        raise Http404
    if not request.user.has_perm(report.permission):
        raise PermissionDenied
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _page(request, [report], form, status=400)
    at = timezone.now()
    parameters = {"start": form.cleaned_data["start"], "end": form.cleaned_data["end"]}
    run = runs.open_run(
        report, parameters=parameters, on=form.cleaned_data["on"] or timezone.localdate(at), known_at=at,
        language=get_language(), format=Format.CSV, by=request.user, at=at,
    )  # fmt: skip
    response = StreamingHttpResponse(runs.stream(report, run, parameters=parameters), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{report.slug}-{run.on}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
