"""The rotation calendar: what moves when. It tells future movements, which are never public."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions import charts, dates, timeline
from missions.models import Tour
from missions.models.kept import as_known
from missions.models.periods import days_meant, earliest_end
from reports.catalogue import deployments
from reports.declared import TAKES, Column, Kind, Report

YEAR = timedelta(days=365)


def window(asked):
    """This will return (first, last) day of the calendar: without a period, the year from `asked.on`."""
    first = asked.get("start", asked.on)
    return first, asked.get("end") or _a_year_after(max(first, asked.on))


def _a_year_after(day):
    return min(day, date.max - YEAR) + YEAR


@dataclass(frozen=True, order=True)
class Movement:
    """A deployment begins or ends, or some of its tours end: at the earliest of the days that its date may mean."""

    earliest: date
    event: int
    deployment_id: int
    day: str  # as known
    tours: int | None = None


BEGINS, TOURS_END, ENDS = range(3)
EVENTS = (gettext_lazy("deployment begins"), gettext_lazy("tours end"), gettext_lazy("deployment ends"))


def movements(asked, found):
    """This will return the `Movement`s of the deployments `found` {id: deployment} within the period, soonest first.

    Tours that end with their deployment are counted with its end, all others have movements of their own. A date that
    is known to the month or year only is there where it may lie within the period.
    """
    first, last = window(asked)
    ending = _ending_tours(asked, found, first, last)
    moving = []
    for one in found.values():
        if one.start and _meets(days_meant(one.start, one.start_precision), first, last):
            moving.append(Movement(one.start, BEGINS, one.pk, one.start_as_known))
        if one.end and _meets(_last_days(one), first, last):
            tours = ending.pop((one.pk, one.last_day_as_known), ())
            moving.append(Movement(_last_days(one)[0], ENDS, one.pk, one.last_day_as_known, len(tours)))
    for (pk, day), tours in ending.items():
        moving.append(Movement(_last_days(tours[0])[0], TOURS_END, pk, day, len(tours)))
    return sorted(moving)


def calendar(asked):
    """This will yield a row for each movement within the period, soonest first."""
    found, names = {one.pk: one for one in deployments.deployments(asked)}, deployments.Names.of(asked)
    for moving in movements(asked, found):
        one = found[moving.deployment_id]
        number, *head = names.head(one)
        strength = None if moving.event == TOURS_END else one.strength
        yield number, moving.day, str(EVENTS[moving.event]), *head, strength, moving.tours


def _ending_tours(asked, found, first, last):
    """This will return {(deployment id, last day as known): its tours that may end within the period}."""
    tours, ending = (), {}
    if found:
        # A year's date is stored as its end, which may lie after the period though the year begins within it.
        tours = as_known(Tour, asked.known_at, end__gt=first, end__lte=_a_year_after(last) + timedelta(days=1))
    for tour in tours:
        if tour.deployment_id in found and _meets(_last_days(tour), first, last):
            ending.setdefault((tour.deployment_id, tour.last_day_as_known), []).append(tour)
    return ending


def _last_days(period):
    """This will return (earliest, latest) last day that the period may mean."""
    return earliest_end(period.end, period.end_precision) - timedelta(days=1), period.last_day


def _meets(days, first, last):
    return days[0] <= last and days[1] >= first


def calendar_chart(asked):
    """The deployments that start or end within the period, each over the part of its years that it lasts."""
    first, last = window(asked)
    found, names = {one.pk: one for one in deployments.deployments(asked)}, deployments.Names.of(asked)
    moving = [one for one in movements(asked, found) if one.event != TOURS_END]
    if not moving:
        return None
    years, spans, rows = (first.year, last.year + 1), [], []
    for one in [found[pk] for pk in dict.fromkeys(one.deployment_id for one in moving)]:
        begin = max(timeline.fraction(one.start), years[0]) if one.start else years[0]
        end = min(timeline.fraction(one.end), years[1]) if one.end else years[1]
        spans.append(charts.Span(names.short(one), ((begin, end),)))
        rows.append((names.short(one), dates.shown_period(one)))
    title = _("Rotations, %(first)s – %(last)s") % {"first": dates.shown(first), "last": dates.shown(last)}
    finding = _("Next: %(deployment)s, %(event)s (%(day)s).") % {
        "deployment": names.short(found[moving[0].deployment_id]), "event": EVENTS[moving[0].event],
        "day": moving[0].day,
    }  # fmt: skip
    table = charts.Table(title, (_("Deployment"), _("Period")), tuple(rows), words=True)
    return charts.Chart(
        key="rotations", title=title, drawings=charts.spans(spans, *years), findings=(("", finding),), table=table,
        as_of=asked.on,
    )  # fmt: skip


REPORTS = [
    Report(
        slug="rotation-calendar",
        title=gettext_lazy("Rotation calendar"),
        description=gettext_lazy(
            "What begins and ends within the period, soonest first, and how many tours end; without a period, within "
            "a year. Future movements are never public: for those who may see deployments, and not to be passed on."
        ),
        permission=TAKES,
        columns=(
            deployments.NUMBER,
            Column("day", gettext_lazy("Day")),
            Column("event", gettext_lazy("Movement")),
            *deployments.HEAD,
            deployments.STRENGTH,
            Column("tours", gettext_lazy("Tours that end"), Kind.INTEGER),
        ),
        rows=calendar,
        takes=("start", "end", "missions", "units", "categories"),
        reads=deployments.READS,
        key=("deployment", "event", "day"),
        chart=calendar_chart,
        widened_by=(deployments.SEES_DEPLOYMENTS,),
        without_period=gettext_lazy("a year from that day on"),
    ),
]
