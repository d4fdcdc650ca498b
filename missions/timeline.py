"""The country's service year by year: milestones, and the first and last days of service that are cleared."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from missions import clearance, dates
from missions.models.kept import as_known
from missions.models.milestone import Milestone
from missions.models.mission import Mission

FIRST_YEAR = 1991  # the axis begins where the country's independence does


@dataclass(frozen=True)
class Event:
    """One entry: a milestone with its source, or the first or last service in a mission that is cleared."""

    day: date
    shown: str
    title: str
    text: str = ""
    mission: Mission | None = None
    source: object = None


@dataclass(frozen=True)
class Service:
    """A mission and the periods of service in it of which the public may know, earliest first."""

    mission: Mission
    periods: tuple

    @property
    def goes_on(self):
        return any(period.end is None for period in self.periods)


def milestones(*, at, mission=None, known_at=None):
    """This will return the milestones up to the day of `at`, earliest first, with mission and source."""
    of_mission = {"mission_id": mission.pk} if mission else {}
    day = timezone.localdate(at)
    found = as_known(Milestone, known_at, joined=["mission", "source"], date__lte=day, **of_mission)
    for milestone in found:
        milestone.shown_date = dates.shown(milestone.date, milestone.precision)
    return sorted(found, key=lambda milestone: (milestone.date, milestone.pk))


def services(*, at, known_at=None):
    """This will return a `Service` for each mission in which cleared deployments have begun, by first service."""
    found = {}
    for period in clearance.periods_of_service(at=at, known_at=known_at):
        found.setdefault(period.mission, []).append(period)
    missions = Mission.objects.in_bulk(found)
    return [Service(missions[pk], tuple(periods)) for pk, periods in found.items()]


def events(milestones, services):
    """This will return the `Event`s of the timeline, earliest first.

    The first or last service in a mission stands for itself only where no milestone of that mission bears its date.
    """
    found = [Event(m.date, m.shown_date, m.title, m.text, m.mission, m.source) for m in milestones]
    told = {(event.mission, event.shown) for event in found}
    for service in services:
        mission, first = service.mission, service.periods[0]
        edges = [(first.start, first.shown_start, _("First service in %(mission)s"), first.kind)]
        if not service.goes_on:
            last = max(service.periods, key=lambda period: period.end)
            edges.append((last.last_day, last.shown_end, _("Last service in %(mission)s"), last.kind))
        found += [
            Event(day, shown, title % {"mission": mission.acronym}, kind, mission)
            for day, shown, title, kind in edges if (mission, shown) not in told
        ]  # fmt: skip
    return sorted(found, key=lambda event: (event.day, event.title))


def by_decade(events):
    """This will return [(first year of the decade, last year, [(year, [events])])], earliest first."""
    decades = []
    for decade, of_decade in groupby(events, key=lambda event: event.day.year // 10 * 10):
        years = [(year, list(of_year)) for year, of_year in groupby(of_decade, key=lambda event: event.day.year)]
        decades.append((decade, decade + 9, years))
    return decades


def fraction(day):
    """This will return a day as a fraction of years: 1 July 2024 is about 2024.5."""
    return day.year + (day.timetuple().tm_yday - 1) / date(day.year, 12, 31).timetuple().tm_yday
