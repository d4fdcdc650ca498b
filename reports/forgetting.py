"""What the reports hold on a person of the record, and what goes with the person: the files in which they may stand."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from ledger import retention
from missions.disclosure import Part
from missions.models import Tour
from missions.models.kept import known
from reports import background, catalogue, making
from reports.background import GOING_ON
from reports.making import State
from reports.models import Favourite, PreparedFile, ReportRun, SavedReport

# Why a run broke off, kept in English and said in the reader's language. No name: the row stays for ever.
ERASED = gettext_noop("somebody was erased who may have stood in it: take it again")
ASKED = 500  # newest runs of which it is asked whether somebody stood in them
HOLDS_NAMES = ("people", "newsroom", "house")  # groups of reports


def _may_hold(run):
    report = catalogue.REPORTS.get(run.report)
    return report is None or report.is_personal or report.group in HOLDS_NAMES


def tell(person):
    """This will return the `Part` of the reports with personal data in which the person left the house."""
    personal = [slug for slug, report in catalogue.REPORTS.items() if report.is_personal]
    runs = ReportRun.objects.filter(report__in=personal).order_by("-at", "-pk")[:ASKED]
    rows = [
        {
            _("run"): run.pk, _("report"): str(catalogue.title_of(run.report)), _("taken at"): run.at,
            _("as of"): run.on, _("format"): run.format,
        }
        for run in runs
        if _stood_in(run, person)
    ]  # fmt: skip
    return [Part(_("Reports in which the person left the house"), "reports", rows)]


def _stood_in(run, person):
    """This will say whether the person was among those of whom the run could tell."""
    if (asked := run.parameters.get("person")) is not None:
        return asked == person.pk
    tours = known(Tour, run.known_on).filter(person_id=person.pk, start__lte=run.on)
    if run.report == "nominal-roll":
        tours = tours.filter(Q(end__isnull=True) | Q(end__gt=run.on))
    return tours.exists()


def forget(*, at):
    """This will take back every prepared file that may name people, and end those that are being made.

    Returns the files of the storage, which go after the commit.
    """
    files = []
    for prepared in PreparedFile.objects.select_related("run__by").order_by("pk"):
        if not _may_hold(prepared.run):
            continue
        if prepared.file:
            files.append(prepared.file.name)
        if prepared.state in GOING_ON:
            held = PreparedFile.objects.filter(pk=prepared.pk, state__in=GOING_ON)
            making.close(held, prepared, State.CANCELLED, at=at, rows=prepared.rows_done, broke_off=ERASED)
        PreparedFile.objects.filter(pk=prepared.pk, state=State.READY).update(state=State.EXPIRED)
        PreparedFile.objects.filter(pk=prepared.pk).exclude(state=State.READY).update(file="")
    return files


def leave(user):
    """This will delete what a colleague who leaves kept for themselves; what they took out stays, under a number."""
    SavedReport.objects.filter(owner=user).delete()
    Favourite.objects.filter(user=user).delete()


def expire(*, at):
    """This will do what the worker does every few seconds, where only the day's round runs."""
    ready = PreparedFile.objects.filter(state=State.READY)
    before = ready.count()
    background.expire(at=at)
    background.forget_the_old(at=at)
    return before - ready.count()


retention.register("prepared", gettext_lazy("prepared files of reports, and tasks that were done"), expire)
