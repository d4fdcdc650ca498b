"""Tells who took a report that the record has been corrected since: it would say something else today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ledger import audit
from reports import catalogue, differing, verifying
from reports.asked import Asked
from reports.models import Recall, ReportRun

# What was written at a moment is committed a little later; asking twice about the same change tells nothing twice.
LATE = timedelta(minutes=10)
MOST_QUESTIONS, MOST_ROWS = 20, 5000  # asked while somebody waits for the answer


@dataclass(frozen=True)
class Touched:
    """A run whose rows differ, and how many of them do; None where it was too large to ask while somebody waits."""

    run: ReportRun
    rows: int | None


def queue(*, at):
    """This will have the runs asked by the worker, inside the transaction of the change. One that waits is enough."""
    if not ReportRun.objects.exists():
        return
    waiting = DBTaskResult.objects.filter(task_path=look.module_path, status=TaskResultStatus.READY)
    if not waiting.exists():
        look.enqueue((at - LATE).isoformat())


@task()
def look(since):
    find(since=datetime.fromisoformat(since), at=timezone.now())


def find(*, since, at):
    """This will write a `Recall` for each run that the changes after `since` make say something else; returns them."""
    found = []
    for run, report in _concerned(since, at):
        differences = differing.between(report, Asked.by(run), before=run.known_on, after=at)
        if not differences.count:
            continue
        with transaction.atomic():
            recall, is_new = Recall.objects.get_or_create(
                run=run, sha256=differences.sha256, defaults={"at": at, "rows": differences.count}
            )
            if is_new:
                audit.note("recall", run, by=None, at=at, rows=differences.count)
                found.append(recall)
    return found


def touched(*, since, at):
    """This will return what the changes after `since` do to past runs, the newest first, one run for each question.

    For a change under trial: no more than so many questions of so many rows are asked, since somebody waits.
    """
    seen, found = set(), []
    for run, report in _concerned(since, at):
        asked = Asked.by(run)
        question = (run.report, str(run.parameters), run.on, str(run.grants), str(run.columns))
        if question in seen:
            continue
        seen.add(question)
        if len(seen) > MOST_QUESTIONS or run.end.rows > MOST_ROWS:
            found.append(Touched(run, None))
            continue
        differences = differing.between(report, asked, before=since, after=at)
        if differences.count:
            found.append(Touched(run, differences.count))
    return found


def _concerned(since, at):
    """This will yield the whole runs, with their reports, that read something which changed after `since`."""
    reads = {label for report in catalogue.REPORTS.values() for label in report.reads}
    changed = differing.changed_nouns(sorted(reads), since=since, until=at)
    reports = [slug for slug, report in catalogue.REPORTS.items() if changed & set(report.reads)]
    runs = ReportRun.objects.filter(report__in=reports, known_on__lte=at).exclude(end__sha256="")
    runs = runs.filter(end__isnull=False)
    for run in runs.select_related("end", "by").order_by("-at", "-pk").iterator():
        try:
            report = verifying.report_of(run)
        except verifying.CannotVerify:
            continue  # nobody can ask it any more; its page says so
        if differing.has_changed(report, Asked.by(run), since=max(since, run.known_on), until=at):
            yield run, report


def waiting_for(user):
    """This will return the recalls of a user's runs that they have not seen, the newest first."""
    unseen = Recall.objects.filter(run__by=user, seen_at__isnull=True)
    return unseen.select_related("run").order_by("-at", "-pk")


def see(recall, *, by, at):
    """This will note that the taker has seen the recall."""
    with transaction.atomic():
        Recall.objects.filter(pk=recall.pk, seen_at__isnull=True).update(seen_at=at)
        audit.note("see recall", recall, by=by, at=at)
