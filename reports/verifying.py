"""Asks a run again, and says whether what left the house can be had again as it was."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from ledger import audit
from reports import catalogue, differing
from reports import run as runs
from reports.asked import Asked
from reports.models import ReportRun, Verification
from reports.rows import Rows
from reports.writers import WRITERS

# What was entered shortly before a run may have been committed shortly after it.
LATE = timedelta(hours=1)


class CannotVerify(Exception):
    """The run cannot be asked again. The message says why."""


@dataclass(frozen=True)
class Findings:
    """How today's record differs from what the run told: the rows, and the changes of the record behind them."""

    differences: differing.Differences
    changes: tuple


def report_of(run):
    """This will return the report of a run; raises `CannotVerify` where it, or a column of it, is no more."""
    report = catalogue.REPORTS.get(run.report)
    if report is None:
        raise CannotVerify(_("The report %(report)s is no more.") % {"report": run.report})
    gone = set(run.columns) - {column.key for column in report.columns}
    if gone:
        raise CannotVerify(_("The report has no column %(columns)s any more.") % {"columns": ", ".join(sorted(gone))})
    return report


def verify(run, *, by, at):
    """This will ask the run again, as known then, and write down whether the checksum and the rows are the same.

    Raises `CannotVerify` where the run did not end whole, or the report is no more.
    """
    report = report_of(run)
    if not getattr(run, "end", None) or not run.end.sha256:
        raise CannotVerify(_("The run did not end whole: there is nothing to compare with."))
    rows, sha256 = _again(run, report)
    same = (rows, sha256) == (run.end.rows, run.end.sha256)
    with transaction.atomic():
        made = Verification.objects.create(
            run=run, by=by, at=at, rows=rows, sha256=sha256, code_version=settings.CODE_VERSION,
            outcome=Verification.Outcome.SAME if same else Verification.Outcome.DIFFERS,
        )  # fmt: skip
        audit.note("verify", run, by=by, at=at, outcome=made.outcome)
    return made


def _again(run, report):
    """This will return (number of rows, checksum) of the run, made again."""
    if WRITERS[run.format].is_summed_by_bytes:
        chunks, tally = runs.pieces(run, report)
        for _chunk in chunks:
            pass
        return tally.rows, tally.sha256
    rows = Rows(report, Asked.by(run))
    for _row in rows:
        pass
    return rows.count, rows.sha256


def ask_aside(run, *, by):
    """This will have the worker verify a big run. One that waits for it is enough: the button is pressed again."""
    waiting = DBTaskResult.objects.filter(task_path=verify_aside.module_path, status=TaskResultStatus.READY)
    if all(kept["args"][0] != run.pk for kept in waiting.values_list("args_kwargs", flat=True)):
        verify_aside.enqueue(run.pk, by.pk)


@task()
def verify_aside(run, by):
    """The same for a big run, in the worker: `run` and `by` are ids."""
    verify(ReportRun.objects.get(pk=run), by=get_user_model().objects.get(pk=by), at=timezone.now())


def findings(run, *, at, by=None):
    """This will return the `Findings` of a run for `by`, or for a command: what the record tells otherwise at `at`.

    Where the run was asked again and differs although the same moment's knowledge was asked, the changes from shortly
    before it on are told: one of them was committed late.
    """
    report, asked = report_of(run), Asked.by(run)
    differences = differing.between(report, asked, before=run.known_on, after=at)
    last = run.verifications.order_by("-at", "-pk").first()
    since = run.known_on
    if last and last.outcome == Verification.Outcome.DIFFERS:
        since -= LATE
    elif not differences.count:
        return Findings(differences, ())
    return Findings(differences, tuple(differing.changes(report, asked, since=since, until=at, by=by)))
