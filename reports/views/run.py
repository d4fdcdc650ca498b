from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ledger import audit
from ledger.models import Erasure
from missions.charts import number
from reports import background, parameters, verifying
from reports.asked import Asked
from reports.catalogue import REPORTS, title_of
from reports.declared import SEES_RUNS
from reports.models import ReportRun, Verification
from reports.run import SMALL, still_holds
from reports.views import cells, desk
from reports.writers import WRITERS


def _run_for(request, pk):
    """This will return the run, for its taker, for who may see all of them and who may fetch it; 404 for others."""
    run = get_object_or_404(ReportRun.objects.select_related("by", "end", "prepared"), pk=pk)
    user = request.user
    if run.by_id != user.pk and not user.has_perm(SEES_RUNS) and not background.may_fetch(user, run):
        raise Http404
    return run


@staff_member_required
def run(request, pk):
    """Everything that is kept of a run, its file while there is one, and whether it can be had again."""
    run, user, at = _run_for(request, pk), request.user, timezone.now()
    prepared, end = getattr(run, "prepared", None), getattr(run, "end", None)
    sees_rows, report, asks_rows = still_holds(user, run), REPORTS.get(run.report), "differing" in request.GET
    title = _("%(report)s: run %(number)s") % {"report": title_of(run.report), "number": run.pk}
    findings, trouble = None, ""
    if asks_rows and sees_rows:
        desk.demand_fresh(request, report, at=at)
        try:
            findings = verifying.findings(run, at=at, by=user)
        except verifying.CannotVerify as refusal:
            trouble = str(refusal)
        else:
            if report.is_personal:
                audit.note("look at", run, by=user, at=at, report=run.report)
    return desk.page(
        request, "reports/run.html", title, run=run, language=dict(settings.LANGUAGES).get(run.language, run.language),
        report=report, prepared=prepared, end=end,
        words=desk.state_words(run, at), is_under_way=_is_under_way(run, at),
        may_cancel=background.may_cancel(user, run),
        said=parameters.say(parameters.read(run.parameters)), is_own=run.by_id == user.pk, sees_rows=sees_rows,
        columns=_headings(report, run), address=_file_address(run, at) if background.may_fetch(user, run) else "",
        is_summed_by_bytes=run.format in WRITERS and WRITERS[run.format].is_summed_by_bytes,
        verifications=run.verifications.select_related("by").order_by("-at", "-pk")[:10],
        recalls=run.recalls.order_by("-at", "-pk")[:10], findings=findings, trouble=trouble,
        differing=_pairs(findings, report, run) if findings else [], may_ask_again=bool(report and end and end.sha256),
        may_take_again=bool(report and run.by_id == user.pk and user.has_perm(report.permission)),
        erased_since=_erased_since(report, run),
        downloads=run.downloads.select_related("by").order_by("-at", "-pk")[:10],
    )  # fmt: skip


def _erased_since(report, run):
    """This will return how many people were anonymised since a run with personal data: it can tell less of them now."""
    if report is None or not report.is_personal:
        return 0
    return Erasure.objects.done().filter(noun="missions.person", confirmed_at__gt=run.known_on).count()


def _headings(report, run):
    """This will return the headings of the columns that left, their keys where the report has them no longer."""
    known = {column.key: column.heading for column in report.columns} if report else {}
    return [known.get(key, key) for key in run.columns]


def _file_address(run, at):
    """This will return where the prepared file is fetched, "" where there is none."""
    prepared = getattr(run, "prepared", None)
    if prepared is None or not background.standing(prepared, at).is_ready:
        return ""
    return reverse("report-file", args=[run.pk])


def _pairs(findings, report, run):
    """This will return the rows that differ: for each cell (heading, words before, words after, whether they differ).

    A row that was not there, or is no more, has None in the place of its words.
    """
    columns, pairs = report.columns_for(Asked.by(run)), []
    for before, after in findings.differences.rows:
        row = []
        for place, column in enumerate(columns):
            old, new = (cells.words(side[place], column) if side else None for side in (before, after))
            row.append((column.heading, old, new, old != new))
        pairs.append((before is None, after is None, row))
    return pairs


def _is_under_way(run, at):
    """This will say whether a worker has the run's file in hand, or will have."""
    prepared = getattr(run, "prepared", None)
    return prepared is not None and background.standing(prepared, at).is_going_on


@staff_member_required
def state(request, pk):
    """How far the file of a run is, for the page's script."""
    run, at = _run_for(request, pk), timezone.now()
    prepared = getattr(run, "prepared", None)
    progress = ""
    if prepared and prepared.rows_expected:
        progress = _("%(done)s of %(rows)s rows") % {
            "done": number(prepared.rows_done), "rows": number(prepared.rows_expected)
        }  # fmt: skip
    return desk.kept_by_nobody(
        JsonResponse({
            "words": capfirst(desk.state_words(run, at)), "progress": progress,
            "is_under_way": _is_under_way(run, at),
            "rows_done": prepared.rows_done if prepared else None,
            "rows_expected": prepared.rows_expected if prepared else None,
        })
    )  # fmt: skip


@staff_member_required
@require_POST
def cancel(request, pk):
    run = _run_for(request, pk)
    if getattr(run, "prepared", None) is None or not background.may_cancel(request.user, run):
        raise Http404
    try:
        background.cancel(run.prepared, by=request.user, at=timezone.now())
    except background.CannotCancel as refusal:
        messages.error(request, str(refusal))
    return redirect("report-run", run.pk)


@staff_member_required
@require_POST
def verify(request, pk):
    """Asks a run again: at once where it is small, by a worker where it is large."""
    run = _run_for(request, pk)
    try:
        if getattr(run, "end", None) and run.end.rows > SMALL:
            verifying.report_of(run)
            verifying.ask_aside(run, by=request.user)
            messages.info(request, _("The run is large: it is being asked again. The outcome will stand here."))
            return redirect("report-run", run.pk)
        outcome = verifying.verify(run, by=request.user, at=timezone.now())
    except verifying.CannotVerify as refusal:
        messages.error(request, str(refusal))
        return redirect("report-run", run.pk)
    if outcome.outcome == Verification.Outcome.SAME:
        messages.success(request, _("The run was asked again and is the same."))
        return redirect("report-run", run.pk)
    messages.warning(request, _("The run was asked again and differs."))
    page = reverse("report-run", args=[run.pk])
    return redirect(f"{page}?differing=1#differing" if still_holds(request.user, run) else page)
