"""The released record as tables: what each file of it holds, column by column.

One declaration feeds the CSV, the Frictionless Data Package, the CSV on the Web metadata and the page that offers
them, so that they cannot say different things. A column is public because it is named here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from missions import clearance, released
from missions.models.casualty import Casualty
from missions.models.contribution import Contribution, PersonnelType
from missions.models.mission import Mission
from missions.models.periods import Precision, iso_as_known

LANGUAGES = (
    ("kk", pgettext_lazy("language of a text", "Kazakh")),
    ("ru", pgettext_lazy("language of a text", "Russian")),
    ("en", pgettext_lazy("language of a text", "English")),
)
KNOWN_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
CC_BY = ("CC-BY-4.0", gettext_noop("Creative Commons Attribution 4.0"), "https://creativecommons.org/licenses/by/4.0/")
UN_TERMS = (
    "UN-source-terms",
    gettext_noop("Terms of the United Nations"),
    "https://www.un.org/en/about-us/terms-of-use",
)


@dataclass(frozen=True)
class Column:
    """A column: its English name for machines, its type, its title and description for people.

    `read` gets its value from a row; without it the row has it by the column's name.
    The types are those of Frictionless' Table Schema. A `pattern` holds a text in shape, `choices` to a few words.
    """

    name: str
    type: str
    title: str
    description: str
    read: Callable | None = None
    is_required: bool = False
    pattern: str = ""
    choices: tuple = ()


@dataclass(frozen=True)
class Table:
    """A table of the released record. `rows(at)` yields its rows in a fixed order, `count(at)` tells their number."""

    name: str
    title: str
    description: str
    columns: tuple
    rows: Callable
    licence: tuple = CC_BY
    key: tuple = ()
    refers: tuple = ()  # (column, table, column) of each reference
    count: Callable | None = None  # where counting is much cheaper than reading

    def cells(self, at):
        """This will yield the values of each row, in the order of the columns."""
        reads = [column.read or attrgetter(column.name) for column in self.columns]
        for row in self.rows(at):
            yield [read(row) for read in reads]


class LanguageTitle:
    """A column's title with the language of its text: "Name (Kazakh)"; said in the language of whoever reads."""

    def __init__(self, title, language):
        self.title, self.language = title, language

    def __str__(self):
        return f"{self.title} ({self.language})"


def _names(title, description, field, is_required=False):
    """This will return the three columns of a text that stands in each language, `description` saying what it is."""
    return tuple(
        Column(
            f"{field}_{code}", "string", LanguageTitle(title, language), description, attrgetter(f"{field}_{code}"),
            is_required=is_required and code == "en",
        )
        for code, language in LANGUAGES
    )  # fmt: skip


def _of_source(row, field):
    return getattr(row.source, field) if row.source else ""


SOURCE = (
    Column(
        "source_title", "string", _("Source"), _("Title of the document on which the row rests."),
        lambda row: _of_source(row, "title"),
    ),
    Column(
        "source_publisher", "string", _("Publisher of the source"), _("Who published that document."),
        lambda row: _of_source(row, "publisher"),
    ),
    Column(
        "source_url", "string", _("Address of the source"), _("Where that document stands on the web."),
        lambda row: _of_source(row, "url"),
    ),
)  # fmt: skip
MISSION = Column(
    "mission", "string", _("Mission"), _("Acronym of the mission, as in the table of missions."),
    is_required=True,
)  # fmt: skip
KNOWN_TO = _("A day, a month or a year, as far as it is known: 2024-03-01, 2024-03 or 2024.")
LAST_DAY = _("The last day, month or year of it, as far as it is known. Empty: it goes on, or it is not known.")

MISSIONS = Table(
    "missions", _("Missions"),
    _("Missions abroad: the UN's peacekeeping operations and political missions, and others that the record holds."),
    (
        Column(
            "acronym", "string", _("Acronym"), _("The mission's short name."), is_required=True,
        ),
        Column(
            "slug", "string", _("Part of the address"), _("The mission's name in the addresses of this site."),
            is_required=True,
        ),
        *_names(_("Name"), _("The mission's full name."), "name", is_required=True),
        Column(
            "kind", "string", _("Kind"), _("What kind of mission it is; only the first two count as the UN's."),
            is_required=True, choices=tuple(Mission.Kind.values),
        ),
        Column(
            "is_un", "boolean", _("Of the UN"), _("Whether service in it counts as service under the UN."),
            is_required=True,
        ),
        Column("start", "string", _("Start"), KNOWN_TO, attrgetter("start_as_known"), pattern=KNOWN_DATE),
        Column("end", "string", _("Last day"), LAST_DAY, attrgetter("last_day_as_known"), pattern=KNOWN_DATE),
        Column(
            "host_countries", "string", _("Host countries"),
            _("Where it works: ISO 3166-1 alpha-3 codes with a semicolon between them."),
            lambda mission: ";".join(sorted(country.iso3 for country in mission.host_countries.all())),
            pattern=r"[A-Z]{3}(;[A-Z]{3})*",
        ),
        Column("headquarters", "string", _("Headquarters"), _("The place of its headquarters.")),
        Column("longitude", "number", _("Longitude"), _("Of the headquarters, in degrees east.")),
        Column("latitude", "number", _("Latitude"), _("Of the headquarters, in degrees north.")),
        *_names(_("Mandate"), _("What the mission is there to do."), "mandate"),
        Column(
            "is_served", "boolean", _("The country has served there"),
            _("Whether the record tells the public of a deployment of the country to this mission."),
            is_required=True,
        ),
        *SOURCE,
    ),
    released.missions, key=("acronym",),
)  # fmt: skip

DEPLOYMENTS = Table(
    "deployments", _("Deployments"),
    _(
        "What the country sends to missions, as far as each field is cleared for the public. An empty cell is not "
        "known or not cleared; the file does not say which."
    ),
    (
        replace(MISSION, read=attrgetter("mission.acronym")),
        Column(
            "kind", "string", _("Kind"), _("What was sent: formed units, officers, experts on mission or police."),
            attrgetter("kind_code"), is_required=True, choices=clearance.KIND_CODES,
        ),
        Column("rotation", "integer", _("Rotation"), _("Number of the rotation.")),
        Column("start", "string", _("Start"), KNOWN_TO, pattern=KNOWN_DATE),
        Column(
            "end", "string", _("Last day"),
            _("The last day, month or year of it. An end that has not come is never told."),
            pattern=KNOWN_DATE,
        ),
        *(
            Column(
                f"unit_{code}", "string", LanguageTitle(_("Unit"), language), _("The formed unit that was sent."),
                lambda row, place=place: row.unit_names[place],
            )
            for place, (code, language) in enumerate(LANGUAGES)
        ),
        Column("strength", "integer", _("Strength"), _("Persons present, as the source states.")),
        Column(
            "is_small_group", "boolean", _("Small group"),
            _("Whether the strength is cleared but not told, since so few persons could be told apart."),
            attrgetter("is_small"), is_required=True,
        ),
        Column("women", "integer", _("Women"), _("Women among these persons.")),
        Column(
            "authorised_strength", "integer", _("Authorised strength"),
            _("Persons that the mandate or parliament allows for."),
        ),
        Column("place", "string", _("Place"), _("Where it was, once it is over.")),
        *SOURCE,
    ),
    released.deployments, refers=(("mission", "missions", "acronym"),),
)  # fmt: skip

CONTRIBUTIONS = Table(
    "contributions", _("Contributions"),
    _(
        "The UN's figures for each contributor, mission, month and personnel type, in persons. The two measures are "
        "different units and are never added up."
    ),
    (
        Column(
            "contributor", "string", _("Contributor"), _("The contributing country, as ISO 3166-1 alpha-3 code."),
            is_required=True, pattern="[A-Z]{3}",
        ),
        MISSION,
        Column(
            "month", "date", _("Month"), _("The last day of the month; of the mean of a year, 31 December."),
            is_required=True,
        ),
        Column(
            "measure", "string", _("Measure"),
            _("month_end: strength on the month's last day. year_mean: rounded mean of the year's months."),
            is_required=True, choices=tuple(Contribution.Measure.values),
        ),
        Column(
            "personnel_type", "string", _("Personnel type"), _("What kind of personnel is counted."),
            is_required=True, choices=tuple(PersonnelType.values),
        ),
        Column("men", "integer", _("Men"), _("Persons. Empty: the UN did not tell.")),
        Column("women", "integer", _("Women"), _("Persons. Empty: the UN did not tell.")),
        Column("total", "integer", _("Total"), _("Persons."), is_required=True),
        Column(
            "known_from", "datetime", _("Known from"), _("When this house recorded the row (UTC)."),
            is_required=True,
        ),
        *SOURCE,
    ),
    released.contributions, licence=UN_TERMS, key=("contributor", "mission", "month", "personnel_type", "measure"),
    refers=(("mission", "missions", "acronym"),), count=released.number_of_contributions,
)  # fmt: skip

MILESTONES = Table(
    "milestones", _("Milestones"), _("Dated events of the country's peacekeeping, each with its source."),
    (
        Column(
            "date", "string", _("Date"), KNOWN_TO, lambda row: iso_as_known(row.date, row.precision), is_required=True,
            pattern=KNOWN_DATE,
        ),
        Column(
            "precision", "string", _("Date known to the"), _("How exactly the date is known."),
            is_required=True, choices=tuple(Precision.values),
        ),
        *_names(_("Title"), _("What happened, in a line."), "title", is_required=True),
        *_names(_("Text"), _("What happened, in a few sentences."), "text"),
        Column(
            "mission", "string", _("Mission"), _("Acronym of the mission it belongs to, if to one."),
            lambda row: row.mission.acronym if row.mission else "",
        ),
        *SOURCE,
    ),
    released.milestones, refers=(("mission", "missions", "acronym"),),
)  # fmt: skip

CASUALTIES = Table(
    "casualties-by-year", _("Fatalities by year"),
    _(
        "Fatalities of all nations that the UN reports, counted by mission, year and type of incident. It holds no row "
        "of a person."
    ),
    (
        Column(
            "mission", "string", _("Mission"), _("Acronym of the mission, as in the table of missions."),
            lambda row: row["mission__acronym"], is_required=True,
        ),
        Column(
            "year", "year", _("Year"), _("Year of the incident."), lambda row: row["year"], is_required=True,
        ),
        Column(
            "incident_type", "string", _("Type of incident"), _("The cause, as the UN classes it by now."),
            lambda row: row["incident_type"], is_required=True, choices=tuple(Casualty.Incident.values),
        ),
        Column(
            "fatalities", "integer", pgettext_lazy("a count of people", "Fatalities"),
            _("Persons. Each casualty of the UN's list counts once."), lambda row: row["fatalities"], is_required=True,
        ),
    ),
    released.casualties, licence=UN_TERMS, key=("mission", "year", "incident_type"),
    refers=(("mission", "missions", "acronym"),),
)  # fmt: skip

FIGURES = Table(
    "figures-by-month", _("Strength by month"),
    _(
        "The country's strength under the UN and the women among it, asked of the record for the last day of each "
        "month. Where the record knows only bounds they stand beside an empty value; without any it cannot say."
    ),
    (
        Column(
            "month", "date", _("Month"), _("The last day of the month, for which the record was asked."),
            is_required=True,
        ),
        Column(
            "figure", "string", _("Figure"), _("Key of the figure in the vocabulary of this site."),
            attrgetter("answer.question.key"), is_required=True, choices=released.MONTHLY,
        ),
        Column("value", "integer", _("Value"), _("Persons."), attrgetter("answer.value")),
        Column("low", "integer", _("At least"), _("Lower bound, in persons."), attrgetter("answer.low")),
        Column("high", "integer", _("At most"), _("Upper bound, in persons."), attrgetter("answer.high")),
        Column(
            "unit", "string", _("Unit of the value"), _("What is counted."), attrgetter("answer.unit"),
            is_required=True,
        ),
        Column(
            "as_of", "date", _("True for"), _("The day for which the value is true, such as the UN's last month-end."),
            attrgetter("answer.as_of"), is_required=True,
        ),
    ),
    released.months, key=("month", "figure"),
)  # fmt: skip

TABLES = {
    table.name: table for table in (MISSIONS, DEPLOYMENTS, CONTRIBUTIONS, MILESTONES, CASUALTIES, FIGURES)
}  # fmt: skip
