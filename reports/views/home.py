from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Max
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reports import recalls, saving
from reports.catalogue import title_of
from reports.declared import GROUPS, SEES_RUNS
from reports.models import Favourite, Recall, ReportRun
from reports.views import desk

RUNS, RECALLS = 15, 20


@staff_member_required
def home(request):
    """The reports that the signed-in person may take, what they saved, took last, and what was corrected since."""
    reports, at = desk.allowed(request.user), timezone.now()
    starred = set(Favourite.objects.filter(user=request.user).values_list("report", flat=True))
    last = _last_runs(request.user)
    rows = [(report, last.get(report.slug), report.slug in starred) for report in reports]
    groups = [(_("Favourites"), [row for row in rows if row[2]])]
    groups += [
        (words, [row for row in rows if row[0].group == group and not row[2]]) for group, words in GROUPS.items()
    ]
    runs = ReportRun.objects.filter(by=request.user).select_related("end", "prepared").order_by("-at", "-pk")[:RUNS]
    return desk.page(
        request, "reports/home.html", _("Reports"),
        groups=[(words, listed) for words, listed in groups if listed],
        saved=[(saved, title_of(saved.report)) for saved in saving.visible_to(request.user)],
        recalls=[(one, title_of(one.run.report)) for one in recalls.waiting_for(request.user)[:RECALLS]],
        runs=[(run, title_of(run.report), desk.state_words(run, at)) for run in runs],
    )  # fmt: skip


def _last_runs(user):
    """This will return {report: its last run}: of anybody, for who may see the runs, otherwise one's own."""
    runs = ReportRun.objects.all() if user.has_perm(SEES_RUNS) else ReportRun.objects.filter(by=user)
    newest = runs.order_by().values("report").annotate(last=Max("pk")).values("last")
    return {run.report: run for run in ReportRun.objects.filter(pk__in=newest).select_related("by")}


@staff_member_required
@require_POST
def star(request, slug):
    saving.star(desk.report_for(request, slug, at=timezone.now()), by=request.user)
    return HttpResponseRedirect(_back(request))


@staff_member_required
@require_POST
def see_recall(request, pk):
    recalls.see(get_object_or_404(Recall, pk=pk, run__by=request.user), by=request.user, at=timezone.now())
    return HttpResponseRedirect(_back(request))


def _back(request):
    """This will return the page of this house that the button stood on, or the first page of the reports."""
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, None) else reverse("reports")
