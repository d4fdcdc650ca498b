"""Reports over people and their tours of duty: every one of them is personal, and asks for a purpose.

People and tours are read as known, and in one order, so that they pass through in bounded memory: of a hundred thousand
people as of three.
"""

from collections import defaultdict
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from missions import alphabet, service
from missions.models import Deployment, Mission, Person, Source, Tour, Unit
from missions.models.kept import as_known, known
from missions.models.periods import Period, iso_as_known
from reports.declared import TAKES_PERSONAL, Column, Kind, Report
from reports.parameters import CATEGORY_OF_KIND

SEES_PEOPLE = "missions.view_person"
AT_ONCE = 2000  # rows that are read from the database together


class Post(NamedTuple):
    """What a deployment was called at a moment, in the active language."""

    mission: str
    is_un: bool
    kind: str
    kind_label: str
    unit: str
    rotation: int | None
    source: int | None


class Named(NamedTuple):
    """A person as known at a moment."""

    id: int
    family_name: str
    given_name: str
    patronymic: str
    name_latin: str
    sex: str
    born: object
    born_precision: str
    service_number: str | None


class Served(NamedTuple):
    """A tour as known at a moment; `service.days_on_mission` takes it for one."""

    person_id: int
    deployment_id: int
    start: object
    start_precision: str
    end: object
    end_precision: str
    appointment: str
    rank: str
    source_id: int | None

    start_as_known, last_day, last_day_as_known = Period.start_as_known, Period.last_day, Period.last_day_as_known


def ever_called(model, field, names):
    """This will return the ids of the rows that bear, or ever bore, one of the names: who asks may know any of them."""
    return model.history.filter(**{f"{field}__in": names}).order_by().values("id").distinct()


def posts(asked):
    """This will return {deployment id: `Post`} of the deployments that the question is about, as known."""
    rows = known(Deployment, asked.known_at)
    if missions := asked.get("missions"):
        rows = rows.filter(mission_id__in=ever_called(Mission, "acronym", missions))
    if units := asked.get("units"):
        rows = rows.filter(unit_id__in=ever_called(Unit, "slug", units))
    if categories := asked.get("categories"):
        rows = rows.filter(kind__in=[kind for kind, category in CATEGORY_OF_KIND.items() if category in categories])
    if deployment := asked.get("deployment"):
        rows = rows.filter(id=deployment)
    acronyms = {pk: (acronym, kind in Mission.UN_KINDS) for pk, acronym, kind in _missions(asked.known_at)}
    units = {unit.pk: unit.name for unit in as_known(Unit, asked.known_at)}
    labels = {value: str(label) for value, label in Deployment.Kind.choices}
    found = rows.values_list("id", "mission_id", "kind", "unit_id", "rotation", "source_id")
    return {
        pk: Post(
            *acronyms.get(mission, (str(mission), False)), kind, labels.get(kind, kind), units.get(unit, ""), rotation,
            source,
        )
        for pk, mission, kind, unit, rotation, source in found.iterator(chunk_size=AT_ONCE)
    }  # fmt: skip


def _missions(known_at):
    return known(Mission, known_at).values_list("id", "acronym", "kind")


def _people(rows):
    """This will yield each of the persons' rows as `Named`, by id."""
    return map(Named._make, rows.order_by("id").values_list(*Named._fields).iterator(chunk_size=AT_ONCE))


def _served(rows):
    """This will yield each of the tours' rows as `Served`, person by person, each one's by their first day."""
    ordered = rows.order_by("person_id", "start", "id").values_list(*Served._fields)
    return map(Served._make, ordered.iterator(chunk_size=AT_ONCE))


def _on_tour(asked):
    """This will return the tours whose period holds the day; a coarse start or end is read at its widest."""
    rows = known(Tour, asked.known_at).filter(start__lte=asked.on)
    return rows.filter(Q(end__isnull=True) | Q(end__gt=asked.on))


def nominal_roll(asked):
    """This will yield who was on tour on the day, by name. Only those of one day are held in memory."""
    of = posts(asked)
    rows = _on_tour(asked)
    people = {person.id: person for person in _people(_persons_of(rows, asked))}
    titles = dict(known(Source, asked.known_at).values_list("id", "title"))
    sexes = {value: str(label) for value, label in Person.Sex.choices}

    def by_name(tour):
        person = people[tour.person_id]
        name = alphabet.family_first(person, asked.language)
        return alphabet.key(name, asked.language), alphabet.key(person.patronymic, asked.language), person.id

    served = [tour for tour in _served(rows) if tour.deployment_id in of and tour.person_id in people]
    for tour in sorted(served, key=by_name):
        person, post = people[tour.person_id], of[tour.deployment_id]
        yield (
            person.id, person.family_name, person.given_name, person.patronymic, person.name_latin,
            sexes.get(person.sex, ""), iso_as_known(person.born, person.born_precision), person.service_number,
            tour.rank, tour.appointment, post.mission, post.kind_label, post.unit, post.rotation,
            tour.start_as_known, tour.last_day_as_known, *service.days_on_mission(tour, on=asked.on),
            titles.get(tour.source_id or post.source, ""),
        )  # fmt: skip


def _persons_of(tours, asked):
    return known(Person, asked.known_at).filter(id__in=tours.values("person_id"))


def sources_of_roll(asked):
    """This will return (title, publisher, address) of each source of the roll, by title."""
    of = posts(asked)
    used = {
        tour.source_id or of[tour.deployment_id].source for tour in _served(_on_tour(asked)) if tour.deployment_id in of
    }
    rows = known(Source, asked.known_at).order_by("title", "id").values_list("id", "title", "publisher", "url")
    return tuple(dict.fromkeys(tuple(told) for pk, *told in rows if pk in used))


def _medals(served, of, on):
    """This will return {mission: (number of tours, `service.Medal`)} of one person's tours, by first service."""
    days = defaultdict(list)
    for tour in served:
        post = of[tour.deployment_id]
        if post.is_un:
            days[post.mission].append(service.days_on_mission(tour, on=on))
    found = {}
    for mission, spans in days.items():
        low, high = (sum(side) for side in zip(*spans, strict=True))
        found[mission] = len(spans), service.Medal(mission, low, high, service.numeral(low))
    return found


def service_record(asked):
    """This will yield each tour of one person that had begun by the day."""
    of = posts(asked)
    person = next(_people(known(Person, asked.known_at).filter(id=asked.get("person"))), None)
    if person is None:
        return
    rows = known(Tour, asked.known_at).filter(person_id=person.id, start__lte=asked.on)
    served = [tour for tour in _served(rows) if tour.deployment_id in of]
    medals = _medals(served, of, asked.on)
    for tour in served:
        post = of[tour.deployment_id]
        _tours, medal = medals.get(post.mission, (0, None))
        yield (
            person.id, person.family_name, person.given_name, person.patronymic, person.name_latin, post.mission,
            post.kind_label, post.unit, post.rotation, tour.appointment, tour.rank, tour.start_as_known,
            tour.last_day_as_known, *service.days_on_mission(tour, on=asked.on), *_of(medal),
        )  # fmt: skip


def _of(medal):
    """This will return whether the medal is due, the numeral worn on it, and whether the record cannot say."""
    if medal is None:
        return None, None, None
    return medal.is_due, medal.numeral if medal.numeral > 1 else None, medal.may_be_due


def tours_and_days(asked):
    """This will yield each person's service in each UN mission, person by person."""
    of = {pk: post for pk, post in posts(asked).items() if post.is_un}
    tours = known(Tour, asked.known_at).filter(start__lte=asked.on)
    people = _people(known(Person, asked.known_at))
    person = next(people, None)
    for pk, served in groupby(_served(tours), key=lambda tour: tour.person_id):
        while person and person.id < pk:
            person = next(people, None)
        if person is None or person.id != pk:
            continue  # deleted by then
        for mission, (count, medal) in _medals((t for t in served if t.deployment_id in of), of, asked.on).items():
            yield (
                pk, person.family_name, person.given_name, person.patronymic, person.name_latin, mission, count,
                medal.days, medal.most_days, *_of(medal),
            )  # fmt: skip


NAME = (
    Column("person", _("Person"), Kind.INTEGER),
    Column("family_name", _("Family name")),
    Column("given_name", _("Given name")),
    Column("patronymic", _("Patronymic")),
    Column("name_latin", _("Name in Latin letters")),
)
MISSION = Column("mission", _("Mission"))
POST = (
    MISSION,
    Column("kind", _("Kind")),
    Column("unit", pgettext_lazy("of the armed forces", "Unit")),
    Column("rotation", _("Rotation"), Kind.INTEGER),
)
HELD = (Column("appointment", _("Appointment")), Column("rank", _("Rank held")))
# Texts, since a date may be known to the month or the year only.
PERIOD = (Column("start", _("First day")), Column("last_day", _("Last day")))
DAYS = (
    Column("days", _("Days, at least"), Kind.INTEGER),
    Column("days_most", _("Days, at most"), Kind.INTEGER),
)
MEDAL = (
    Column("medal", _("UN Medal due"), Kind.YES_NO),
    Column("numeral", _("Numeral"), Kind.INTEGER),
    Column("may_be_due", _("May be due"), Kind.YES_NO),
)
READS = ("missions.tour", "missions.person", "missions.deployment", "missions.mission")

REPORTS = [
    Report(
        slug="nominal-roll",
        title=_("Nominal roll"),
        description=_("Who was on tour on the day, by name. Dates are shown as far as they are known."),
        group="people",
        permission=TAKES_PERSONAL,
        columns=(
            *NAME,
            Column("sex", _("Sex")),
            Column("born", _("Born"), permission=SEES_PEOPLE),
            Column("service_number", _("Service number"), permission=SEES_PEOPLE),
            *reversed(HELD), *POST, *PERIOD, *DAYS,
            Column("source", _("Source")),
        ),
        rows=nominal_roll,
        takes=("missions", "units", "categories", "deployment"),
        reads=(*READS, "missions.unit", "missions.source"),
        key=("person",),
        sources=sources_of_roll,
        is_personal=True,
    ),
    Report(
        slug="service-record",
        title=_("Service record of a person"),
        description=_(
            "Each tour of one person that had begun by the day, its days up to and with the day, and what all tours in "
            "its mission amount to: the UN Medal after 90 days, a numeral for each further 180."
        ),
        group="people",
        permission=TAKES_PERSONAL,
        columns=(*NAME, *POST, *HELD, *PERIOD, *DAYS, *MEDAL),
        rows=service_record,
        takes=("person",),
        needs=("person",),
        reads=(*READS, "missions.unit"),
        key=("person", "start"),
        is_personal=True,
    ),
    Report(
        slug="tours-and-days",
        title=_("Tours, days on mission and UN Medals"),
        description=_(
            "Each person's tours and days in each UN mission up to and with the day, and whether the UN Medal is due. "
            "Where a date is known to the month or the year only, the days are given at least and at most."
        ),
        group="people",
        permission=TAKES_PERSONAL,
        columns=(*NAME, MISSION, Column("tours", _("Tours"), Kind.INTEGER), *DAYS, *MEDAL),
        rows=tours_and_days,
        takes=("missions",),
        reads=READS,
        key=("person", "mission"),
        is_personal=True,
    ),
]  # fmt: skip
