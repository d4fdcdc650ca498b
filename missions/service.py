"""What service amounts to: days on mission, the UN Medal, women's share by category, and the rotations to come.

The UN Medal is due after 90 days in one mission, a numeral for each further 180 days (ST/SGB/119 and its practice). The
targets for women are those of the UN's Uniformed Gender Parity Strategy for 2028. All of this is for the house: a
rotation to come is a future movement and never public.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from missions.evidence import Record
from missions.models import Deployment, Tour
from missions.models.periods import days_meant, earliest_end

MEDAL_DAYS, NUMERAL_DAYS = 90, 180
# Women among each hundred persons by 2028, and the UN's categories in each.
TARGETS = {
    "troops": (15, ("troops",)),
    "experts_and_staff_officers": (25, ("experts_on_mission", "staff_officers")),
    "formed_police_unit": (20, ("formed_police_unit",)),
    "individual_police": (30, ("individual_police",)),
}
TARGET_LABELS = {
    "troops": _("troops"),
    "experts_and_staff_officers": _("experts on mission and staff officers"),
    "formed_police_unit": _("formed police units"),
    "individual_police": _("individual police"),
}


def days_on_mission(tour, *, on):
    """This will return (fewest, most) days of the tour up to and with the day `on`; they differ for coarse dates."""
    early, late = days_meant(tour.start, tour.start_precision)
    stop = on + timedelta(days=1)
    latest_end = min(tour.end or stop, stop)
    soonest_end = min(earliest_end(tour.end, tour.end_precision), stop) if tour.end else stop
    return max((soonest_end - late).days, 0), max((latest_end - early).days, 0)


@dataclass(frozen=True)
class Medal:
    """The UN Medal for service in one mission: certain days, whether it is due, and the numeral (1: none is worn)."""

    mission: str
    days: int
    most_days: int
    numeral: int

    @property
    def is_due(self):
        return self.numeral > 0

    @property
    def may_be_due(self):
        """Whether the record cannot say: only the latest reading of a coarse date falls short."""
        return not self.is_due and self.most_days >= MEDAL_DAYS


def numeral(days):
    """This will return 0 below 90 days, 1 from 90, 2 from 270, 3 from 450, ..."""
    return 0 if days < MEDAL_DAYS else 1 + (days - MEDAL_DAYS) // NUMERAL_DAYS


def medals(person, *, on):
    """This will return a person's `Medal` for each UN mission served in, by first service."""
    days = {}
    tours = person.tours.select_related("deployment__mission").order_by("start", "pk")
    for tour in tours:
        mission = tour.deployment.mission
        if mission.is_un and tour.start <= on:
            low, high = days.get(mission.acronym, (0, 0))
            fewest, most = days_on_mission(tour, on=on)
            days[mission.acronym] = (low + fewest, high + most)
    return [Medal(acronym, low, high, numeral(low)) for acronym, (low, high) in days.items()]


@dataclass(frozen=True)
class Share:
    """Women in one category: how many of how many in the UN's month, and the target in per cent.

    `women` is None where the month does not tell them all: then nobody can say the rest either.
    """

    category: str
    women: int | None
    total: int
    target: int

    @property
    def per_cent(self):
        return round(100 * self.women / self.total, 1)

    @property
    def is_met(self):
        return self.women * 100 >= self.target * self.total

    @property
    def wanted(self):
        """How many women of the same total would meet the target."""
        return -(-self.target * self.total // 100)

    @property
    def missing(self):
        """How many women more than there are that is."""
        return max(self.wanted - self.women, 0)


def shares(rows):
    """This will return a [`Share`] of rows (personnel type, women, total), whose women are None where one lacks them.

    A category without anybody has none.
    """
    rows, found = list(rows), []
    for category, (target, kinds) in TARGETS.items():
        counted = [(women, total) for kind, women, total in rows if kind in kinds]
        total = sum(total for _women, total in counted)
        unknown = any(women is None for women, _total in counted)
        if total:
            women = None if unknown else sum(women for women, _total in counted)
            found.append(Share(category, women, total, target))
    return found


def women_by_category(*, on):
    """This will return (month end, [`Share`]) from the UN's newest month up to the day, or (None, [])."""
    months = Record([]).months
    month = max((month for month in months if month <= on), default=None)
    told = shares((kind, women, total) for _mission, kind, women, total, _source in months.get(month, ()))
    return month, [share for share in told if share.women is not None]


def next_rotations(*, on, within=timedelta(days=365)):
    """This will return the deployments that end within that time of `on`, soonest first."""
    ending = Deployment.objects.filter(end__gt=on, end__lte=_no_later(on, within)).select_related("mission", "unit")
    return ending.order_by("end", "pk")


def ending_tours(*, on, within=timedelta(days=90)):
    """This will return the tours that end within that time of `on`, soonest first."""
    ending = Tour.objects.filter(end__gt=on, end__lte=_no_later(on, within))
    return ending.select_related("person", "deployment__mission").order_by("end", "pk")


def _no_later(on, within):
    return min(on, date.max - within) + within
