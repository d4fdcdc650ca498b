"""What leaves the house of a deployment, a tour, a person and a unit: these fields and no other.

`missions.clearance` fills them, each with what is cleared at one moment.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from missions.models import Mission, Source


@dataclass(frozen=True)
class PublicDeployment:
    """What the public may know of a deployment at one moment; a field that is not cleared is empty.

    `is_small` says that the strength was cleared and lies under `SMALL_GROUP`: the number itself is not told.
    For programs `kind_code` says the kind, `start` and `end` (the last day) are ISO texts as coarse as what was
    cleared, and `unit_names` stand in Kazakh, Russian and English. `mission` is whose it is, `unit_slug` the address of
    the unit, where that is cleared.
    """

    kind: str = ""
    kind_code: str = ""
    rotation: int | None = None
    period: str = ""
    start: str = ""
    end: str = ""
    unit: str = ""
    unit_names: tuple = ("", "", "")
    strength: int | None = None
    is_small: bool = False
    women: int | None = None
    authorised_strength: int | None = None
    place: str = ""
    source: Source | None = None
    mission: Mission | None = field(default=None, compare=False)
    unit_slug: str = field(default="", compare=False)


@dataclass(frozen=True)
class PublicPeriod:
    """When somebody served in a mission, as far as it may be told, in words, as ISO texts and as days.

    Of a month or a year that is all that may be known, `start` is its first day and `last_day` its last; `end` is the
    day after, and both are None while the service goes on.
    """

    mission: int
    kind: str
    shown: str
    shown_start: str
    shown_end: str
    iso_start: str
    iso_end: str
    start: date
    end: date | None

    @property
    def last_day(self):
        return self.end and self.end - timedelta(days=1)


@dataclass(frozen=True)
class PublicUnit:
    """What the public may know of a unit: of one of its deployments it is cleared that it was this unit's."""

    slug: str
    name: str
    kind: str
    created: str = ""
    source: Source | None = None
    deployments: tuple = ()

    @property
    def missions(self):
        """The missions of its deployments, the newest first."""
        return list({shown.mission.pk: shown.mission for shown in self.deployments}.values())


@dataclass(frozen=True)
class PublicTour:
    """What the public may know of a tour at one moment; a field that is not cleared is empty."""

    mission: str = ""
    appointment: str = ""
    rank: str = ""
    period: str = ""
    casualty: str = ""
    mission_slug: str = field(default="", compare=False)


@dataclass(frozen=True)
class PublicPerson:
    """A person whose name may be public, and the tours of which anything may."""

    name: str
    tours: tuple = ()
