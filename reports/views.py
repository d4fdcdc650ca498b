from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _

from reports.catalogue import REPORTS
from reports.models import ReportRun


@staff_member_required
def home(request):
    """The reports that the signed-in person may take out, and what they took last."""
    mine = [report for report in REPORTS.values() if request.user.has_perm(report.permission)]
    if not mine:
        raise PermissionDenied
    runs = ReportRun.objects.filter(by=request.user).select_related("end").order_by("-at", "-pk")[:10]
    context = {**admin.site.each_context(request), "title": _("Reports"), "reports": mine, "runs": runs}
    return render(request, "reports/home.html", context)
