"""Saved reports that make themselves each month: a schedule is a question to the clock, which a worker asks."""

import logging
from datetime import date, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ledger import audit, letters
from reports import background, catalogue, saving
from reports import run as runs
from reports.models import ReportRun, Schedule

log = logging.getLogger(__name__)
TROUBLE = "reports/letters/schedule_trouble.txt"
LONGEST_TROUBLE = Schedule._meta.get_field("trouble").max_length


class CannotFire(Exception):
    """The run of a schedule cannot be opened. The message says why."""


def fire_due(*, at):
    """This will open and prepare a run for each schedule whose day has come, and return those runs.

    Each day that is due is answered once, with a run or with the trouble that stood in its way, however many workers
    ask. Of days that passed while nobody asked, the latest alone is made up for, and the schedule says so.
    """
    today = timezone.localdate(at)
    schedules = Schedule.objects.filter(paused=False).select_related("saved_report__owner").order_by("pk")
    fired = [_fire(schedule, due, at) for schedule in schedules if (due := due_day(schedule, today))]
    return [run for run in fired if run]


def due_day(schedule, today):
    """This will return the latest day not after `today` that the schedule is still to answer, or None."""
    due = today.replace(day=schedule.day_of_month)
    if due > today:
        due = _month_before(due)
    is_new = schedule.last_due is None or schedule.last_due < due
    return due if is_new and due >= schedule.begins else None


def _month_before(day):
    return (day.replace(day=1) - timedelta(days=1)).replace(day=day.day)  # every month has the days 1 to 28


def _missed(schedule, due):
    """This will return how many days that were due passed before this one without an answer."""
    earliest = schedule.last_due + timedelta(days=1) if schedule.last_due else schedule.begins
    # Reckoned and not gone through: a schedule may begin on the first day that there is, and none lies before it.
    return 12 * (due.year - earliest.year) + due.month - earliest.month - (earliest.day > due.day)


def _fire(schedule, due, at):
    """This will answer the day `due` and return the run; None where there is trouble or another worker was first."""
    owner = schedule.saved_report.owner
    missed = _missed(schedule, due)
    this = Schedule.objects.filter(pk=schedule.pk, paused=False).filter(Q(last_due=None) | Q(last_due__lt=due))
    with transaction.atomic(), override(owner.language):
        if not this.update(last_due=due, trouble=_said_of_missed(missed)):
            return None
        try:
            with transaction.atomic():
                run = _open(schedule, owner, due, at)
                background.prepare(run, rows_expected=None, wants_letter=schedule.wants_letter, at=at)
        except OperationalError:
            raise  # the database, not the schedule: nothing is written, and the next round tries again
        except Exception as error:
            _note_trouble(schedule, owner, due, error, at)
            return None
        Schedule.objects.filter(pk=schedule.pk).update(last_run=run)
        audit.note("fire", schedule, by=owner, at=at, due=due.isoformat(), run=run.pk, missed=missed)
        return run


def _open(schedule, owner, due: date, at):
    """This will open the run as the owner would have it on the day `due`."""
    saved = schedule.saved_report
    report = catalogue.REPORTS.get(saved.report)
    if report is None:
        raise CannotFire(_("There is no such report any more."))
    if not owner.is_active:
        raise CannotFire(_("Its owner's account is closed."))
    if not owner.is_staff:
        raise CannotFire(_("Its owner does not belong to the desk any more."))
    values, on, known_at = saving.resolve(saved.parameters, today=due, at=at)
    asked = runs.ask(report, values, by=owner, on=on, known_at=known_at, language=saved.language)
    if not owner.has_perm(saving.MAY_SCHEDULE):
        raise CannotFire(_("Its owner may not have reports made each month any more."))
    return runs.open_run(
        report, asked, format=saved.format, by=owner, at=at, purpose=schedule.purpose,
        channel=ReportRun.Channel.SCHEDULE,
    )  # fmt: skip


def _said_of_missed(count):
    if not count:
        return ""
    return ngettext(
        "Before the last run %(count)s month was left out: no worker was running, or the schedule was paused.",
        "Before the last run %(count)s months were left out: no worker was running, or the schedule was paused.",
        count,
    ) % {"count": count}


def _note_trouble(schedule, owner, due, error, at):
    """This will keep why a day that was due has no run, and tell the owner."""
    if isinstance(error, (CannotFire, runs.CannotTake, ValueError)) and str(error):
        reason = str(error)[:LONGEST_TROUBLE]
    else:
        log.error("The schedule %s could not be made.", schedule.pk, exc_info=error)
        reason = _("An error of the program: %(name)s.") % {"name": type(error).__name__}
    Schedule.objects.filter(pk=schedule.pk).update(trouble=reason)
    audit.note("fail to fire", schedule, by=owner, at=at, due=due.isoformat())
    if owner.is_active:
        context = {"name": schedule.saved_report.name, "due": due, "reason": reason}
        letters.after_commit([letters.Letter(owner, TROUBLE, context)])
