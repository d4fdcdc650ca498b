"""What the headings and cells of a nominal roll mean: each row typed by itself, before anything is compared."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from missions.models import Deployment, Mission, MissionAlias, Tour
from missions.models.periods import Precision
from missions.un_data.plan import Refused
from missions.un_data.source import UnreadableFile

# Each column with its headings, in normal spelling.
COLUMNS = {
    "family_name": ("family name", "surname", "last name", "фамилия", "фамилиясы", "тегі"),
    "given_name": ("given name", "first name", "name", "имя", "аты", "есімі"),
    "patronymic": ("patronymic", "middle name", "отчество", "әкесінің аты"),
    "name_latin": ("name in latin letters", "latin name", "имя латиницей", "латын әріптерімен аты"),
    "sex": ("sex", "gender", "пол", "жынысы"),
    "born": (
        "born", "born on", "birth date", "date of birth", "дата рождения", "день рождения", "год рождения",
        "туған күні", "туған жылы",
    ),
    "service_number": (
        "service number", "service no", "service no.", "personal number", "personal no", "personal no.",
        "personnel number", "personnel no", "personnel no.", "личный номер", "личный №", "жеке нөмірі", "жеке нөмір",
    ),
    "mission": ("mission", "миссия", "миссиясы"),
    "kind": ("kind", "category", "категория", "санаты", "вид", "түрі"),
    "rotation": ("rotation", "ротация", "ротациясы"),
    "appointment": ("appointment", "post", "position", "должность", "лауазымы", "лауазым"),
    "rank": ("rank", "rank held", "звание", "воинское звание", "атағы", "әскери атағы"),
    "start": (
        "start", "start date", "date of start", "from", "first day", "начало", "дата начала", "первый день", "с",
        "басталуы", "басталу күні", "бірінші күні",
    ),
    "last_day": (
        "last day", "end", "end date", "date of end", "to", "until", "последний день", "конец", "дата конца",
        "окончание", "дата окончания", "по", "соңғы күні", "соңы", "аяқталуы", "аяқталу күні",
    ),
}  # fmt: skip
# Columns that say nothing of a person or a tour: running numbers and remarks. They alone may go unread.
UNREAD = (
    "", "№", "no", "no.", "n", "#", "п/п", "№ п/п", "№п/п", "р/с", "р/с №", "№ р/с", "note", "notes", "примечание",
    "примечания", "ескерту", "ескертпе",
)  # fmt: skip
REQUIRED = ("family_name", "given_name", "mission", "start")
SEXES = {
    "m": "m", "male": "m", "м": "m", "муж": "m", "мужской": "m", "ер": "m", "f": "f", "female": "f", "ж": "f",
    "жен": "f", "женский": "f", "әйел": "f",
}  # fmt: skip
KINDS = {
    Deployment.Kind.CONTINGENT: ("contingent", "контингент", "контингенті"),
    Deployment.Kind.STAFF_OFFICERS: ("staff officers", "staff officer", "штабные офицеры", "штаб офицерлері"),
    Deployment.Kind.EXPERTS_ON_MISSION: (
        "experts on mission", "expert on mission", "military observer", "military observers", "военные наблюдатели",
        "военный наблюдатель", "әскери бақылаушы", "әскери бақылаушылар",
    ),
    Deployment.Kind.FORMED_POLICE_UNIT: ("formed police unit", "сформированное полицейское подразделение"),
    Deployment.Kind.INDIVIDUAL_POLICE: ("individual police", "полиция", "полицейские", "жеке полиция"),
}  # fmt: skip


@dataclass
class Row:
    """One readable row of a roll: the person, the tour, and what it is called in the plan (never by name)."""

    number: int
    person: dict
    deployment: Deployment
    tour: dict = field(default_factory=dict)


class Deployments:
    """The deployments by mission, kind and rotation, read once."""

    def __init__(self):
        self.missions = {mission.acronym.casefold(): mission.pk for mission in Mission.objects.only("acronym")}
        for alias, pk in MissionAlias.objects.values_list("acronym", "mission"):
            self.missions.setdefault(alias.casefold(), pk)
        self.rows = list(Deployment.objects.select_related("mission").order_by("pk"))

    def find(self, acronym, kind, rotation, start):
        mission = self.missions.get(acronym.casefold())
        if mission is None:
            raise Refused(_("The record has no mission %(acronym)s.") % {"acronym": acronym[:40]})
        found = [d for d in self.rows if d.mission_id == mission]
        if kind:
            found = [d for d in found if d.kind == kind]
        if rotation is not None:
            found = [d for d in found if d.rotation == rotation]
        if len(found) > 1:  # the one that was going on then
            tour = Tour(start=start)
            found = [d for d in found if not tour.certainly_outside(d)]
        if not found:
            raise Refused(_("The record has no such deployment to %(acronym)s.") % {"acronym": acronym[:40]})
        if len(found) > 1:
            raise Refused(
                _("Several deployments to %(acronym)s fit; name the kind or rotation.") % {"acronym": acronym[:40]}
            )
        return found[0]


def columns_of(file):
    """This will return {column: place}; raises `UnreadableFile` naming what is missing, stands twice or is unknown."""
    names = {heading: column for column, headings in COLUMNS.items() for heading in headings}
    places = {}
    for place, heading in enumerate(file.headings):
        column = names.get(heading)
        if column in places:
            raise UnreadableFile(
                _("%(file)s: the column “%(heading)s” stands twice.") % {"file": file.name, "heading": heading}
            )
        if column:
            places[column] = place
    missing = [COLUMNS[column][0] for column in REQUIRED if column not in places]
    if missing:
        raise UnreadableFile(
            _("%(file)s lacks the columns %(columns)s.") % {"file": file.name, "columns": ", ".join(missing)}
        )
    # An end of a tour under an unknown heading would vanish without a word.
    if unknown := [heading for heading in file.headings if heading not in names and heading not in UNREAD]:
        raise UnreadableFile(
            _("%(file)s has columns that are not read: %(columns)s. Rename or delete them.")
            % {"file": file.name, "columns": ", ".join(f"“{heading[:40]}”" for heading in unknown)}
        )
    return places


def read_row(number, cells, columns, deployments):
    """This will return a row's `Row`, or refuse it with the reason."""
    text = {column: " ".join(cells[place].split()) for column, place in columns.items()}
    for column in REQUIRED:
        if not text[column]:
            raise Refused(_("%(column)s is missing.") % {"column": COLUMNS[column][0]})
    person = {name: text.get(name, "") for name in ("family_name", "given_name", "patronymic", "name_latin")}
    person["service_number"] = text.get("service_number") or None
    if sex := text.get("sex", "").casefold().rstrip("."):
        if sex not in SEXES:
            raise Refused(_("The sex is neither male nor female: %(text)s") % {"text": sex[:20]})
        person["sex"] = SEXES[sex]
    if text.get("born"):
        person["born"], person["born_precision"] = partial_date(text["born"], "born")
    start, precision = partial_date(text["start"], "start")
    tour = {"start": start, "start_precision": precision, "appointment": text.get("appointment", "")}
    tour["rank"] = text.get("rank", "")
    if text.get("last_day"):
        last, precision = partial_date(text["last_day"], "last day")
        tour["end"], tour["end_precision"] = day_after(last, precision), precision
    rotation = text.get("rotation", "")
    if rotation and not (rotation.isdecimal() and len(rotation) < 5):
        raise Refused(_("The rotation is not a number: %(text)s") % {"text": rotation[:20]})
    deployment = deployments.find(
        text["mission"], _kind(text.get("kind", "")), int(rotation) if rotation else None, start
    )
    return Row(number, person, deployment, tour)


def _kind(text):
    if not text:
        return ""
    for kind, names in KINDS.items():
        if text.casefold() in names or text.casefold() == kind.value:
            return kind.value
    raise Refused(_("The kind of deployment is unknown: %(text)s") % {"text": text[:40]})


def partial_date(text, column):
    """This will return (first day meant, precision) of 2024-03-01, 01.03.2024, 01/03/2024, 2024-03, 03.2024 or 2024.

    The day stands before the month where the year comes last, and "г." or "ж." may follow it.
    """
    patterns = (
        (r"(?P<y>\d{4})([/-])(?P<m>\d{1,2})\2(?P<d>\d{1,2})", Precision.DAY),
        (r"(?P<d>\d{1,2})([./-])(?P<m>\d{1,2})\2(?P<y>\d{4})", Precision.DAY),
        (r"(?P<y>\d{4})[/-](?P<m>\d{1,2})", Precision.MONTH), (r"(?P<m>\d{1,2})[./-](?P<y>\d{4})", Precision.MONTH),
        (r"(?P<y>\d{4})", Precision.YEAR),
    )  # fmt: skip
    for pattern, precision in patterns:
        if match := re.fullmatch(pattern + r"(?: ?[гжГЖ]\.?)?", text, re.ASCII):
            parts = match.groupdict()
            if not 1900 <= int(parts["y"]) <= 2100:
                raise Refused(_("%(column)s is not a plausible date: %(text)s") % {"column": column, "text": text[:40]})
            try:
                return date(int(parts["y"]), int(parts.get("m") or 1), int(parts.get("d") or 1)), precision.value
            except ValueError:
                break
    raise Refused(_("%(column)s is not a date: %(text)s") % {"column": column, "text": text[:40]})


def day_after(first, precision):
    """This will return the first day after the day, month or year that begins on `first`."""
    if precision == Precision.YEAR:
        return date(first.year + 1, 1, 1)
    if precision == Precision.MONTH:
        return (datetime(first.year, first.month, 28) + timedelta(days=4)).date().replace(day=1)
    return first + timedelta(days=1)
