"""Big runs in the background: a worker makes the file, which is kept for a while, and nobody waits for it at a page."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from ledger import audit
from reports import making
from reports import run as runs
from reports.making import ATTEMPTS, LOST_AFTER, State
from reports.models import Download, PreparedFile, Schedule

log = logging.getLogger(__name__)
KEEPS_TASKS = timedelta(days=14)
GOING_ON = (State.WAITING, State.WORKING)
# Why a run broke off, kept in English and said in the reader's language. No name: the row stays for ever.
CANCELLED = gettext_noop("cancelled by its taker")
CANCELLED_FOR_TAKER = gettext_noop("cancelled by an administrator")
KILLED = gettext_noop("its worker was killed each time that it was made")


class CannotCancel(Exception):
    """The run cannot be cancelled. The message says why."""


@task()
def make(pk):
    """The worker's door: makes the prepared file `pk`."""
    making.make(pk, clock=timezone.now)


def prepare(run, *, rows_expected, wants_letter, at):
    """This will give an opened run to a worker, and return its `PreparedFile`.

    `rows_expected` may be None: then the worker counts them. The task is written in the same transaction.
    """
    with transaction.atomic():
        prepared = PreparedFile.objects.create(run=run, rows_expected=rows_expected, wants_letter=wants_letter)
        audit.note("prepare", run, by=run.by, at=at)
        make.enqueue(prepared.pk)
    log.info("Run %s waits for a worker.", run.pk, extra={"run": run.pk})  # this line names the request that asked
    return prepared


def cancel(prepared, *, by, at):
    """This will end a run that waits or is being made, at once; its worker notices within seconds and stops.

    Raises `CannotCancel` where it has ended, or `by` is neither its taker nor above the table of roles.
    """
    if not may_cancel(by, prepared.run):
        raise CannotCancel(_("Only who takes a report may cancel it."))
    going_on = PreparedFile.objects.filter(pk=prepared.pk, state__in=GOING_ON)
    with transaction.atomic():
        prepared.refresh_from_db(fields=["rows_done"])
        rows, why = prepared.rows_done, CANCELLED if by == prepared.run.by else CANCELLED_FOR_TAKER
        if not making.close(
            going_on, prepared, State.CANCELLED, at=at, rows=rows, broke_off=why, cancel_asked_at=at
        ):  # fmt: skip
            raise CannotCancel(_("This run has ended already."))
        audit.note("cancel", prepared.run, by=by, at=at)
    prepared.refresh_from_db()


def may_cancel(user, run):
    """This will say whether `user` may cancel a run: who takes it may, and who is above the table of roles."""
    return user.is_active and (user == run.by or user.is_superuser)


def may_fetch(user, run):
    """This will say whether `user` may have the prepared file of a run.

    Who took it may, and the role with which the saved report of its schedule is shared; but each of them only with
    the permission of the report, and every permission that widened it, held today.
    """
    if not runs.still_holds(user, run):
        return False
    shared = Schedule.objects.filter(last_run=run, saved_report__shared_with__user=user)
    return user == run.by or shared.exists()


def fetch(run, *, by, at, first_byte=0):
    """This will write down that `by` fetches the file of a run from a byte on, before the first byte leaves."""
    with transaction.atomic():
        Download.objects.create(run=run, by=by, at=at, first_byte=first_byte)
        audit.note("fetch", run, by=by, at=at, first_byte=first_byte)


@dataclass(frozen=True)
class Standing:
    """How a prepared file stands: in words, whether to ask again soon, and whether it can be fetched."""

    words: str
    is_going_on: bool
    is_ready: bool


def standing(prepared, at):
    """This will return the `Standing` of a file at the moment `at`. It is a question to the clock too."""
    state = State(prepared.state)
    words = state.label
    if state == State.READY and prepared.expires_at <= at:
        state, words = State.EXPIRED, State.EXPIRED.label
    if _is_lost(prepared, at) or (state == State.WAITING and prepared.attempts):
        words = _("its worker was lost; another takes it up")
    return Standing(str(words), state in GOING_ON, state == State.READY)


def _is_lost(prepared, at):
    return prepared.state == State.WORKING and (prepared.beat_at is None or prepared.beat_at < at - LOST_AFTER)


def forget_the_old(*, at):
    """This will delete what runs that have ended left in the storage, and tasks that were done long ago."""
    over = PreparedFile.objects.exclude(state__in=(*GOING_ON, State.READY)).exclude(file="")
    for prepared in over.order_by("pk"):  # what a worker was killed over after the run had ended
        making.forget_file(prepared)
    tasks = DBTaskResult.objects
    tasks.finished().filter(finished_at__lt=at - KEEPS_TASKS).delete()
    tasks.running().filter(started_at__lt=at - KEEPS_TASKS).delete()  # their workers were killed


def take_up_lost(*, at):
    """This will give files whose worker or task was lost to another worker; after three workers the run has failed."""
    lost = PreparedFile.objects.filter(state=State.WORKING).filter(
        Q(beat_at__lt=at - LOST_AFTER) | Q(beat_at__isnull=True)
    )
    for prepared in lost.select_related("run__by").order_by("pk"):
        this = lost.filter(pk=prepared.pk, attempts=prepared.attempts)
        if prepared.attempts < ATTEMPTS:
            with transaction.atomic():
                if this.update(state=State.WAITING, rows_done=0):
                    make.enqueue(prepared.pk)
        else:
            making.close(this, prepared, State.FAILED, at=at, rows=prepared.rows_done, broke_off=KILLED)
    waiting = set(PreparedFile.objects.filter(state=State.WAITING).values_list("pk", flat=True))
    for pk in sorted(waiting - _have_a_task(at)):
        make.enqueue(pk)


def _have_a_task(at):
    """This will return the ids of the files that a task is about, one that waits or that a worker just began."""
    begun = Q(status=TaskResultStatus.RUNNING, started_at__gte=at - LOST_AFTER)
    tasks = DBTaskResult.objects.filter(Q(status=TaskResultStatus.READY) | begun, task_path=make.module_path)
    return {arguments["args"][0] for arguments in tasks.values_list("args_kwargs", flat=True)}


def expire(*, at):
    """This will delete the files whose time is over. Their runs and what was noted of them stay."""
    over = PreparedFile.objects.filter(state=State.READY, expires_at__lte=at)
    for prepared in over.select_related("run").order_by("pk"):
        with transaction.atomic():
            if not over.filter(pk=prepared.pk).update(state=State.EXPIRED):
                continue
            audit.note("expire", prepared.run, by=None, at=at)
        making.forget_file(prepared)


@dataclass(frozen=True)
class Backlog:
    """How the work of the house's workers stands: how many files and tasks are in which state.

    `waits` is for how many seconds the oldest task that could be done waits.
    """

    files: dict
    tasks: dict
    waits: float


def backlog(at):
    """This will return the `Backlog` of the house. Files that failed are those that were asked for in two weeks."""
    files = PreparedFile.objects.filter(
        Q(state__in=GOING_ON) | Q(state=State.FAILED, run__at__gte=at - KEEPS_TASKS)
    ).values_list("state")
    tasks = DBTaskResult.objects.order_by().values_list("status")
    oldest = DBTaskResult.objects.ready().aggregate(at=Min("enqueued_at"))["at"]
    none = dict.fromkeys((*GOING_ON, State.FAILED), 0), dict.fromkeys(TaskResultStatus.values, 0)
    return Backlog(
        {str(state): count for state, count in {**none[0], **dict(files.annotate(Count("pk")))}.items()},
        {str(status): count for status, count in {**none[1], **dict(tasks.annotate(Count("pk")))}.items()},
        max((at - oldest).total_seconds(), 0) if oldest else 0,
    )
