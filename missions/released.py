"""The rows of the released record: what each of its files is made of, read in a fixed order.

Deployments come through `missions.clearance`, figures through `missions.asking`; which columns of these rows leave
the house says `missions.open_data`.
"""

from collections import namedtuple
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils import timezone

from ledger.models import SiteVersion
from missions import asking, clearance, figures, month_totals
from missions.models import Casualty, Clearance, Contribution, Country, ImportRun, Milestone, Mission
from missions.models.periods import month_ends
from missions.settled import settled

MONTHLY = ("strength", "women")  # the figures that the file by month holds
FIRST_MONTH = date(1991, 12, 1)  # months before it are not asked for
STATE = ("number", "began", "ended", "revoked")
UNCHANGED = (1, None, None, None)
AT_ONCE = 2000  # rows that are read from the database together


def stamp(*, at):
    """This will return a text that changes whenever anything of the released record may have changed.

    That is: with the site's version, with the local day, and with a clearance that begins or ends by the clock.
    """
    told, *_more = _state(at=at) or [UNCHANGED]
    return stamp_of(told, at=at)


@settled
def _state(*, at):
    return state(at).values_list(*STATE)


def state(at):
    """This will return the question for what `stamp_of` is told: the fields `STATE` of one row, or none.

    The row is there from the first change of the site on.
    """
    return Clearance.objects.last_turns(SiteVersion.objects.filter(pk=1), at)


def stamp_of(told, *, at):
    """This will return the stamp of what was told, see `state`."""
    number, *turns = told
    turn = max((moment for moment in turns if moment), default=None)
    return f"{number}.{timezone.localdate(at)}.{turn.timestamp() if turn else 0:.6f}"


def missions(at):
    served = clearance.missions_served(at=at)
    for mission in Mission.objects.for_machines().order_by("acronym"):
        mission.is_served = mission.pk in served
        yield mission


def deployments(at):
    return clearance.all_deployments(at=at)


def number_of_contributions(at):
    return month_totals.number_of_figures()


ContributionRow = namedtuple(
    "ContributionRow", "contributor mission month measure personnel_type men women total known_from source"
)


def contributions(at):
    """The order is that of the index over what is known, so that no database sorts a million rows first."""
    countries = dict(Country.objects.values_list("pk", "iso3"))
    acronyms = dict(Mission.objects.values_list("pk", "acronym"))
    sources = {run.pk: run.source for run in ImportRun.objects.select_related("source").defer("plan")}
    rows = Contribution.objects.known().order_by("contributor_id", "mission_id", "month", "personnel_type", "measure")
    for contributor, mission, *values, run in rows.values_list(
        "contributor_id", "mission_id", "month", "measure", "personnel_type", "men", "women", "total", "known_from",
        "run_id",
    ).iterator(chunk_size=AT_ONCE):  # fmt: skip
        if contributor in countries and mission in acronyms:  # a row without its parents waits for `check_record`
            yield ContributionRow(countries[contributor], acronyms[mission], *values, sources.get(run))


def milestones(at):
    rows = Milestone.objects.told(at=at).select_related("mission", "source")
    return rows.order_by("date", "pk").iterator(chunk_size=AT_ONCE)


def casualties_by_year(known_at=None):
    """This will return the fatalities that the UN reports, counted by mission, year and type of incident.

    A casualty that the UN's file lists twice counts once.
    """
    counted = Casualty.objects.known(known_at).annotate(year=ExtractYear("date")).order_by()
    return counted.values("mission__acronym", "year", "incident_type").annotate(
        fatalities=Count("casualty_id", distinct=True)
    )


def casualties(at):
    return casualties_by_year().order_by("mission__acronym", "year", "incident_type")


MonthRow = namedtuple("MonthRow", "month answer")


def months(at):
    """The public answers of the country's strength for the last day of each month, from the first that has any."""
    today = timezone.localdate(at)
    asked = [(figures.Question(key), last) for last in month_ends(FIRST_MONTH, today) for key in MONTHLY]
    answers = asking.ask(asked, at=at)
    has_begun = False
    for (_question, last), answer in zip(asked, answers, strict=True):
        has_begun = has_begun or answer.value is not None or answer.low is not None
        if has_begun:
            yield MonthRow(last, answer)
