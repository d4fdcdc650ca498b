"""Keeps a report under a name, shared with a role, made each month, found first. Words such as "last month" stay words.

What is kept are the answers of the report's form as texts and lists of texts: `period` is a word, or `start` and `end`
are days; `on` is a word or a day; `known_on` a day or a moment; the rest is what a run keeps (`reports.parameters`).
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ledger import audit
from missions import dates
from reports import parameters
from reports.catalogue import REPORTS
from reports.models import Favourite, SavedReport, Schedule

MAY_SCHEDULE = "reports.add_schedule"  # to have it made each month, and again on each day that it is made


class CannotSave(Exception):
    """The report cannot be kept so. The message says why."""


def resolve(kept, *, today, at):
    """This will return (parameters, the day, the moment whose knowledge answers) of what is kept.

    `today` is the day on which words such as "last month" are said; nothing is known after the moment `at`. Raises
    `ValueError` for a word that is none.
    """
    kept = {name: value for name, value in kept.items() if value}
    word, on, known_on = (kept.pop(name, "") for name in ("period", "on", "known_on"))
    values = parameters.read(kept)
    if word:
        values["start"], values["end"] = parameters.period(word, today)
    if known_on in parameters.DAYS:
        known_on = parameters.day(known_on, today).isoformat()
    return values, parameters.day(on, today), min(dates.moment(known_on), at) if known_on else at


def say(kept):
    """This will return [(label, words)] of what is kept, words such as "last month" being said as they are."""
    kept = {name: value for name, value in kept.items() if value}
    word, on, known_on = (kept.pop(name, "") for name in ("period", "on", "known_on"))
    said = [(_("Period"), str(parameters.PERIODS.get(word, word)))] if word else []
    said += parameters.say(parameters.read(kept))
    said.append((_("As of"), str(parameters.DAYS.get(on or "today") or _day(on))))
    said.append((_("As known on"), known_on or _("the moment of taking it")))
    return said


def _day(text):
    try:
        return dates.shown(dates.day(text))
    except ValueError:
        return text


def visible_to(user):
    """This will return the saved reports of `user`, and those shared with a role of theirs that they may take."""
    found = SavedReport.objects.filter(Q(owner=user) | Q(shared_with__in=user.groups.all()))
    return [
        saved for saved in found.select_related("owner", "shared_with").order_by("name", "pk")
        if saved.report in REPORTS and user.has_perm(REPORTS[saved.report].permission)
    ]  # fmt: skip


def save(name, report, kept, *, language, format, shared_with=None, by, at, saved=None):
    """This will keep the report under that name, in the place of `saved` if there is one.

    Raises `CannotSave` where the name is used already, the role is not one of `by`, or `saved` is another's.
    """
    if saved and saved.owner_id != by.pk:
        raise CannotSave(_("This saved report is another person's."))
    if SavedReport.objects.filter(owner=by, name=name).exclude(pk=saved.pk if saved else None).exists():
        raise CannotSave(_("You have a saved report of that name."))
    if shared_with and not by.groups.filter(pk=shared_with.pk).exists():
        raise CannotSave(_("You can share it with a role of your own only."))
    verb = "change" if saved else "add"
    saved = saved or SavedReport(owner=by)
    saved.name, saved.report, saved.parameters = name, report.slug, kept
    saved.language, saved.format, saved.shared_with = language, format, shared_with
    with transaction.atomic():
        saved.save()
        audit.note(verb, saved, by=by, at=at, report=report.slug)
    return saved


def remove(kept, *, by, at):
    """This will delete a saved report with its schedules, or one schedule. What they made stays."""
    with transaction.atomic():
        audit.note("delete", kept, by=by, at=at)
        kept.delete()


def schedule(saved, *, day_of_month, begins, wants_letter, purpose="", by, at):
    """This will let the saved report be made each month. Raises `CannotSave` for personal data without a purpose."""
    if saved.owner_id != by.pk:
        raise CannotSave(_("This saved report is another person's."))
    if REPORTS[saved.report].is_personal and not purpose.strip():
        raise CannotSave(_("This report holds personal data: say what it is taken for."))
    with transaction.atomic():
        made = Schedule.objects.create(
            saved_report=saved, day_of_month=day_of_month, begins=begins, wants_letter=wants_letter,
            purpose=purpose.strip(),
        )  # fmt: skip
        audit.note("add", made, by=by, at=at, report=saved.report)
    return made


def pause(schedule, *, by, at):
    """This will pause a schedule, or let a paused one go on."""
    schedule.paused = not schedule.paused
    with transaction.atomic():
        schedule.save(update_fields=["paused"])
        audit.note("pause" if schedule.paused else "resume", schedule, by=by, at=at)


def star(report, *, by):
    """This will let `by` find the report first, or no longer."""
    _favourite, is_new = Favourite.objects.get_or_create(user=by, report=report.slug)
    if not is_new:
        Favourite.objects.filter(user=by, report=report.slug).delete()
