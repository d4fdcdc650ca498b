"""What the interface for machines takes and tells of the record: every parameter and every field, named and described.

What stands here of a record is all that leaves the house: an answer is cut down to its schema.
"""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import BeforeValidator, Field

from missions import clearance, dates
from missions.models.casualty import Casualty
from missions.models.contribution import Contribution, PersonnelType
from missions.models.mission import Mission
from missions.models.periods import Precision

YEARS = (1900, 2199)  # a day outside is a slip of the pen
CURSOR = r"^[A-Za-z0-9_-]{0,600}$"
NAME = r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$"
KEY = "^[a-z_]{1,60}$"


def _day(value):
    """This will read a day strictly as it is written: neither a moment nor a number passes for one."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        value = date.fromisoformat(value)
    if type(value) is not date or not YEARS[0] <= value.year <= YEARS[1]:
        raise ValueError(f"a day is written as 2024-03-01 and lies in the years {YEARS[0]} to {YEARS[1]}")
    return value


def _moment(value):
    if isinstance(value, datetime):
        return value
    try:
        # In an address a plus sign may have become a space.
        found = dates.moment(re.sub(r"(?<=\d) (?=\d{2}:?\d{2}$)", "+", value)) if "\0" not in value else None
    except (TypeError, ValueError):
        found = None
    if found is None or not YEARS[0] <= found.year <= YEARS[1]:
        raise ValueError("give a day such as 2024-03-01, or a moment such as 2024-03-01T12:00:00+05:00")
    return found


def _truth(value):
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment, json_schema_input_type=date | datetime)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Name = Annotated[str, Field(pattern=NAME)]
KIND = Literal[tuple(Mission.Kind.values)]
DEPLOYMENT_KIND = Literal[clearance.KIND_CODES]
PERSONNEL = Literal[tuple(PersonnelType.values)]
MEASURE = Literal[tuple(Contribution.Measure.values)]
INCIDENT = Literal[tuple(Casualty.Incident.values)]
PRECISION = Literal[tuple(Precision.values)]
LANGUAGE = Literal["kk", "ru", "en"]

# --- Parameters -------------------------------------------------------------------------------------------------


class Paged(Schema):
    limit: int = Field(50, ge=1, le=200, description=gettext_noop("Items on a page, at most 200."))
    cursor: str = Field("", pattern=CURSOR, description=gettext_noop("Where the page begins, as the page before told."))


MISSION_NAME = gettext_noop("The mission's slug, or one of its acronyms.")
FIGURE_KEY = gettext_noop("Key of the figure, as the list of figures tells.")
FROM = gettext_noop("From this day on.")
TO = gettext_noop("Up to this day, that day included.")
OF_MISSION = gettext_noop("Only of this mission: its acronym, another acronym of it, or its slug.")


class MissionsAsked(Paged):
    as_of: Day | None = Field(None, description=gettext_noop("Only missions that are in progress on this day."))
    kind: KIND | None = Field(None, description=gettext_noop("Only missions of this kind."))
    served: Truth | None = Field(
        None, description=gettext_noop("true: only where the country has served; false: only where it has not.")
    )


class ContributionsAsked(Paged):
    limit: int = Field(200, ge=1, le=1000, description=gettext_noop("Items on a page, at most 1,000."))
    contributor: str | None = Field(
        None, pattern="^[A-Z]{3}$", description=gettext_noop("Only of this country: its ISO 3166-1 alpha-3 code.")
    )
    mission: Name | None = Field(None, description=OF_MISSION)
    from_: Day | None = Field(None, alias="from", description=FROM)
    to: Day | None = Field(None, description=TO)
    personnel_type: PERSONNEL | None = Field(None, description=gettext_noop("Only this type of personnel."))
    measure: MEASURE = Field(
        "month_end",
        description=gettext_noop("Strength at the month's end, or rounded mean of a year's months. Never both."),
    )
    as_of: Moment | None = Field(
        None,
        description=gettext_noop(
            "The figures as this house knew them then: at that moment, or at the end of that day in Almaty. A figure "
            "that was corrected later stands as it stood."
        ),
    )


class FigureAsked(Schema):
    mission: Name | None = Field(None, description=OF_MISSION)
    kind: Literal["contingent", "individual"] | None = Field(
        None, description=gettext_noop("Only contingents and formed units, or only those sent one by one.")
    )
    as_of: Day | None = Field(
        None, description=gettext_noop("The day asked about; today without it, and none after today.")
    )
    language: LANGUAGE = Field("en", description=gettext_noop("Language of the label, the unit's name and the reason."))


class MilestonesAsked(Paged):
    mission: Name | None = Field(None, description=OF_MISSION)
    from_: Day | None = Field(None, alias="from", description=FROM)
    to: Day | None = Field(None, description=TO)
    as_of: Day | None = Field(None, description=gettext_noop("Only what had happened by this day."))


class CasualtiesAsked(Paged):
    limit: int = Field(200, ge=1, le=1000, description=gettext_noop("Items on a page, at most 1,000."))
    mission: Name | None = Field(None, description=OF_MISSION)
    from_: int | None = Field(
        None, alias="from", ge=YEARS[0], le=YEARS[1], description=gettext_noop("From this year on.")
    )
    to: int | None = Field(None, ge=YEARS[0], le=YEARS[1], description=gettext_noop("Up to this year."))
    incident_type: INCIDENT | None = Field(None, description=gettext_noop("Only incidents of this type."))
    as_of: Moment | None = Field(
        None,
        description=gettext_noop("The counts as this house knew them then: at that moment, or at the end of that day."),
    )


# --- Answers ----------------------------------------------------------------------------------------------------


class Problem(Schema):
    """What went wrong, as application/problem+json (RFC 9457)."""

    type: str = Field(description="Always about:blank: the status says what kind of problem it is.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="A sentence that says what to do about it.")


class InThree(Schema):
    kk: str | None = Field(description="In Kazakh; null where it is not written yet.")
    ru: str | None = Field(description="In Russian; null where it is not written yet.")
    en: str | None = Field(description="In English; null where it is not written yet.")


class Source(Schema):
    title: str = Field(description="Title of the document.")
    publisher: str = Field(description="Who published it.")
    url: str | None = Field(description="Where it stands on the web.")


class Page(Schema):
    next: str | None = Field(
        description="Address of the next page, null on the last one. The Link header says the same (RFC 8288)."
    )


class Country(Schema):
    iso3: str = Field(description="ISO 3166-1 alpha-3 code.")
    names: InThree = Field(description="The country's name.")


class MissionTold(Schema):
    acronym: str = Field(description="The mission's short name, unique.")
    other_acronyms: list[str] = Field(description="Other acronyms of the same mission.")
    slug: str = Field(description="The mission's name in addresses, unique.")
    names: InThree = Field(description="The mission's full name.")
    kind: KIND = Field(description="What kind of mission it is.")
    is_un: bool = Field(description="Whether service in it counts as service under the UN.")
    start: str | None = Field(description="First day as far as it is known: 2024-03-01, 2024-03 or 2024.")
    start_precision: PRECISION | None = Field(description="How exactly the start is known.")
    end: str | None = Field(
        description="Last day of the mission, that day included, as far as it is known; null while it goes on."
    )
    end_precision: PRECISION | None = Field(description="How exactly the last day is known.")
    host_countries: list[Country] = Field(description="Where it works.")
    headquarters: str | None = Field(description="The place of its headquarters.")
    longitude: float | None = Field(description="Of the headquarters, in degrees east.")
    latitude: float | None = Field(description="Of the headquarters, in degrees north.")
    mandate: InThree = Field(description="What the mission is there to do.")
    served: bool = Field(description="Whether the record tells the public of a deployment of the country to it.")
    source: Source | None = Field(description="The document on which these facts rest.")
    pages: InThree = Field(description="Addresses of the mission's page.")


class Missions(Page):
    items: list[MissionTold] = Field(description="Missions by acronym.")


class DeploymentTold(Schema):
    mission: str = Field(description="Acronym of the mission.")
    kind: DEPLOYMENT_KIND = Field(description="What was sent.")
    rotation: int | None = Field(description="Number of the rotation; null where it is not cleared or has none.")
    start: str | None = Field(description="First day, or month, as far as it is known and cleared.")
    end: str | None = Field(description="Last day, or month, that day included. An end that has not come is null.")
    unit: InThree | None = Field(description="Name of the formed unit; null where it is not cleared or has none.")
    strength: int | None = Field(description="Persons; null where it is not known or not cleared.")
    is_small_group: bool = Field(
        description="Whether the strength is cleared and not told, since so few persons could be told apart."
    )
    women: int | None = Field(description="Women among them, in persons; null where it is not known or not cleared.")
    authorised_strength: int | None = Field(description="Persons that the mandate or parliament allows for, or null.")
    place: str | None = Field(description="Where it was, told only once it is over, or null.")
    source: Source | None = Field(description="The document that states the numbers, where one of them is told.")


class Deployments(Schema):
    items: list[DeploymentTold] = Field(description="The newest first.")


class ContributionTold(Schema):
    contributor: str = Field(description="ISO 3166-1 alpha-3 code of the contributing country.")
    mission: str = Field(description="Acronym of the mission.")
    month: date = Field(description="The last day of the month; of the mean of a year, 31 December.")
    measure: MEASURE = Field(
        description="Which unit: persons at the month's end, or rounded mean of months in persons."
    )
    personnel_type: PERSONNEL = Field(description="What kind of personnel is counted.")
    men: int | None = Field(description="Men, in persons; null where the UN did not tell.")
    women: int | None = Field(description="Women, in persons; null where the UN did not tell.")
    total: int = Field(description="Persons.")
    known_from: datetime = Field(description="When this house recorded the row.")
    source: Source | None = Field(description="The document that it was read from.")


class Contributions(Page):
    items: list[ContributionTold] = Field(description="In the order in which this house recorded them.")


class FigureParameter(Schema):
    name: str = Field(description="The parameter's name.")
    required: bool = Field(description="Whether the figure cannot be asked without it.")
    values: list[str] | None = Field(description="What it may be; null for any mission's acronym.")


class FigureKind(Schema):
    key: str = Field(description="The figure's name in addresses and in stories.")
    label: InThree = Field(description="What it is, in words.")
    unit: str = Field(description="What it counts: persons, missions, years, tours, or a place among contributors.")
    unit_label: InThree = Field(description="The unit's name.")
    parameters: list[FigureParameter] = Field(description="What it can be asked of.")
    address: str = Field(description="Where it is asked.")


class Figures(Schema):
    items: list[FigureKind] = Field(description="The whole vocabulary.")


class FigureTold(Schema):
    key: str = Field(description="The figure's key.")
    parameters: dict[str, str] = Field(description="What it was asked of.")
    label: str = Field(description="What it is, in words.")
    asked_for: date = Field(description="The day that was asked about.")
    as_of: date = Field(description="The day for which the value is true, such as the UN's last month-end before it.")
    value: int | None = Field(description="The value in `unit`; null where the record cannot say, or it is not public.")
    low: int | None = Field(description="In `unit`: it is at least so much, where the record knows only bounds.")
    high: int | None = Field(description="In `unit`: it is at most so much, where the record knows only bounds.")
    unit: str = Field(description="What is counted: persons, missions, years, tours or place.")
    unit_label: str = Field(description="The unit's name as it stands after the value.")
    reason: str | None = Field(description="Why there is no value.")
    sources: list[Source] = Field(description="The documents that the value rests on.")


class MilestoneTold(Schema):
    id: int = Field(description="The milestone's number, unique.")
    date: str = Field(description="When it happened, as far as it is known: 2024-03-01, 2024-03 or 2024.")
    precision: PRECISION = Field(description="How exactly the date is known.")
    titles: InThree = Field(description="What happened, in a line.")
    texts: InThree = Field(description="What happened, in a few sentences.")
    mission: str | None = Field(description="Acronym of the mission that it belongs to.")
    source: Source = Field(description="The document that tells of it.")


class Milestones(Page):
    items: list[MilestoneTold] = Field(description="The earliest first.")


class CasualtiesTold(Schema):
    mission: str = Field(description="Acronym of the mission.")
    year: int = Field(description="Year of the incidents.")
    incident_type: INCIDENT = Field(description="The cause, as the UN classes it.")
    fatalities: int = Field(description="Fatalities of all nations, in persons; each casualty of the UN counts once.")


class Casualties(Page):
    items: list[CasualtiesTold] = Field(description="By mission, year and type of incident.")
