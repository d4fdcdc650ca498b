"""The one door between the private record and everything public.

An allow-list: a field leaves the house only when a clearance names it and holds at the moment asked. What is not
listed here cannot be cleared at all. Public pages, feeds and files read people and deployments through these
functions and through nothing else: what these modules name here is the door.

Beside the clearances stand rules that no clearance lifts: a name is public only while the person is on no tour; a place
only after the deployment; no day of a movement before it came. Of a person with a casualty nothing is public until the
next of kin were told, and 24 hours have passed, and two different people gave their word for it. Groups of the house's
own people under `SMALL_GROUP` are not told apart by sex or category; what the UN published is public as it is.
"""

from missions.clearance.holding import deployments_until, fields_told, placed_until
from missions.clearance.numbers import answers
from missions.clearance.persons import AFTER_NEXT_OF_KIN, may_be_named, named_until, names, people
from missions.clearance.service import (
    KIND_CODES,
    all_deployments,
    deployments,
    missions_served,
    periods_of_service,
    public,
    sources,
    units,
)
from missions.clearance.turns import next_turns
from missions.clearance.verbs import CLEARABLE, FIELD_LABELS, NotClearable, clear, hold, revoke, second
from missions.cleared import PublicPerson, PublicTour

__all__ = [
    "AFTER_NEXT_OF_KIN", "CLEARABLE", "FIELD_LABELS", "KIND_CODES", "NotClearable", "PublicPerson", "PublicTour",
    "all_deployments", "answers", "clear", "deployments", "deployments_until", "fields_told", "hold", "may_be_named",
    "missions_served", "named_until", "names", "next_turns", "people", "periods_of_service", "placed_until", "public",
    "revoke", "second", "sources", "units",
]  # fmt: skip
