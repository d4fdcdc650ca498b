"""The closed vocabulary of figures: what may be printed as a number of the record, and what the record answers.

A figure is asked as text, `strength mission=UNDOF`, for a day; it answers a value with its unit, the day it is true
for and its sources, or says why the record cannot answer. It never guesses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from missions.models import Casualty, Contribution, Deployment, Mission, Source, Tour

# A month's figure answers for the days until the next one can be out.
MONTH_ANSWERS_FOR = timedelta(days=61)


class UnknownFigure(Exception):
    """The text names no figure of the vocabulary, or a parameter that it does not take. The message says which."""


class CannotSay(Exception):
    """The record cannot answer. The message is the reason."""


@dataclass(frozen=True)
class Question:
    """A figure's key with its parameters, as an editor writes it."""

    key: str
    parameters: dict = field(default_factory=dict)

    def __str__(self):
        return " ".join([self.key, *(f"{name}={value}" for name, value in sorted(self.parameters.items()))])


@dataclass(frozen=True)
class Answer:
    """What the record answers: `value` in `unit`, true for the day `as_of`; or no value and the `reason` why.

    `sources` are (title, publisher, address) of each document behind the value.
    """

    question: Question
    unit: str
    as_of: date
    value: int | None = None
    sources: tuple = ()
    reason: str = ""

    @property
    def label(self):
        return label_of(self.question)

    @property
    def unit_label(self):
        return unit_label(self.unit, self.value)


@dataclass(frozen=True)
class Figure:
    """One entry of the vocabulary. `answer(mission, on, known_at)` returns (value, as-of day, sources)."""

    key: str
    label: str
    unit: str
    answer: Callable
    mission: str = "optional"  # or "required", or "none"

    @property
    def example(self):
        return f"[[{self.key}{'' if self.mission == 'none' else ' mission=UNDOF'}]]"


UNITS = {
    "persons": ngettext_lazy("person", "persons", "count"),
    "missions": ngettext_lazy("mission", "missions", "count"),
    "years": ngettext_lazy("full year", "full years", "count"),
    "tours": ngettext_lazy("tour of duty", "tours of duty", "count"),
}
VOCABULARY: dict[str, Figure] = {}


def figure(key, label, unit, mission="optional"):
    """This will enter the decorated function into the vocabulary under `key`."""

    def enter(answer):
        VOCABULARY[key] = Figure(key, label, unit, answer, mission)
        return answer

    return enter


def parse(text):
    """This will return the `Question` that `text` asks, or raise `UnknownFigure` naming what is unknown."""
    key, *parts = text.split()
    known = VOCABULARY.get(key)
    if known is None:
        raise UnknownFigure(
            _("There is no figure “%(key)s”. The figures are: %(keys)s.")
            % {"key": key, "keys": ", ".join(sorted(VOCABULARY))}
        )
    parameters = {}
    for part in parts:
        match = re.fullmatch(r"(\w+)=([\w.-]+)", part)
        if not match or match[1] != "mission" or "mission" in parameters or known.mission == "none":
            raise UnknownFigure(_("The figure “%(key)s” takes no “%(part)s”.") % {"key": key, "part": part})
        parameters["mission"] = match[2].replace("_", " ")
    if known.mission == "required" and not parameters:
        raise UnknownFigure(_("The figure “%(key)s” needs a mission: %(key)s mission=UNDOF.") % {"key": key})
    acronym = parameters.get("mission")
    if acronym and not Mission.objects.filter(acronym=acronym).exists():
        raise UnknownFigure(_("The record has no mission %(acronym)s.") % {"acronym": acronym})
    return Question(key, parameters)


def unit_label(unit, value):
    """This will return a unit's name as it stands after the number `value`: 1 person, 2 persons."""
    return UNITS[unit] % {"count": value or 0}


def label_of(question):
    """This will return the figure's name for readers: "strength, UNDOF"."""
    return ", ".join(str(part) for part in (VOCABULARY[question.key].label, question.parameters.get("mission")) if part)


def ask(question, *, on, known_at=None):
    """This will return the record's `Answer` for the day `on`, as this house knew it at `known_at` (now if None)."""
    known = VOCABULARY[question.key]
    try:
        mission = None
        if acronym := question.parameters.get("mission"):
            mission = Mission.objects.filter(acronym=acronym).first()
            if mission is None:
                raise CannotSay(_("The record has no mission %(acronym)s.") % {"acronym": acronym})
        value, as_of, sources = known.answer(mission, on, known_at)
    except CannotSay as reason:
        return Answer(question, known.unit, on, reason=str(reason))
    return Answer(question, known.unit, as_of, value, tuple(sources))


def _cited(sources):
    """This will return each source once, as (title, publisher, address), in a fixed order."""
    return sorted({(source.title, source.publisher, source.url) for source in sources if source})


def _un_month(mission, on, known_at):
    """This will return the UN's month-end rows that answer for the day `on`, or none.

    The month is the newest one for which the record holds anything of the house's country; a mission without a row in
    it had nobody that month, since the UN lists no noughts.
    """
    rows = Contribution.objects.known(known_at).filter(
        contributor__iso3=settings.CONTRIBUTOR,
        measure=Contribution.Measure.MONTH_END,
        mission__kind__in=Mission.UN_KINDS,
        month__lte=on,
        month__gt=on - MONTH_ANSWERS_FOR,
    )
    month = rows.order_by("-month").values_list("month", flat=True).first()
    if month is None:
        return None, rows.none()
    rows = rows.filter(month=month)
    return month, rows.filter(mission=mission) if mission else rows


def _deployed(mission, on):
    """This will return the UN deployments in force on the day; without any the record cannot say."""
    deployments = Deployment.objects.on(on).filter(mission__kind__in=Mission.UN_KINDS, start__isnull=False)
    if mission:
        deployments = deployments.filter(mission=mission)
    deployments = list(deployments.select_related("source", "mission"))
    if not deployments:
        raise CannotSay(_("The record holds no deployment on that day."))
    return deployments


def _sum_of(deployments, name, sentence):
    unknown = sorted({deployment.mission.acronym for deployment in deployments if getattr(deployment, name) is None})
    if unknown:
        raise CannotSay(sentence % {"missions": ", ".join(unknown)})
    return sum(getattr(deployment, name) for deployment in deployments)


def _sources_of_runs(rows):
    return _cited(Source.objects.filter(pk__in=set(rows.values_list("run__source", flat=True))))


@figure("strength", gettext_lazy("strength"), "persons")
def strength(mission, on, known_at):
    """Persons serving under the UN: the month-end figure where the record holds it, else the deployments' sum."""
    month, rows = _un_month(mission, on, known_at)
    if month:
        return rows.aggregate(sum=Sum("total"))["sum"] or 0, month, _sources_of_runs(rows)
    deployments = _deployed(mission, on)
    value = _sum_of(deployments, "strength", _("The strength of these deployments is not known: %(missions)s."))
    return value, on, _cited(deployment.source for deployment in deployments)


@figure("women", gettext_lazy("women among the strength"), "persons")
def women(mission, on, known_at):
    """Women serving under the UN; the record cannot say where one deployment does not state them."""
    month, rows = _un_month(mission, on, known_at)
    if month:
        if rows.filter(women__isnull=True).exists():
            raise CannotSay(_("The UN's figure of that month does not tell men from women."))
        return rows.aggregate(sum=Sum("women"))["sum"] or 0, month, _sources_of_runs(rows)
    deployments = _deployed(mission, on)
    value = _sum_of(deployments, "women", _("The number of women in these deployments is not known: %(missions)s."))
    return value, on, _cited(deployment.source for deployment in deployments)


@figure("authorised_strength", gettext_lazy("authorised strength"), "persons", mission="required")
def authorised_strength(mission, on, known_at):
    """The ceiling of the mandate or of parliament for the deployments in the mission."""
    deployments = _deployed(mission, on)
    value = _sum_of(
        deployments,
        "authorised_strength",
        _("The authorised strength of these deployments is not known: %(missions)s."),
    )
    return value, on, _cited(deployment.source for deployment in deployments)


def _begun(on):
    begun = Deployment.objects.filter(start__lte=on, mission__kind__in=Mission.UN_KINDS).select_related("source")
    begun = list(begun.order_by("start", "pk"))
    if not begun:
        raise CannotSay(_("The record holds no deployment to a UN mission before that day."))
    return begun


@figure("missions_joined", gettext_lazy("UN missions joined so far"), "missions", mission="none")
def missions_joined(mission, on, known_at):
    """UN missions to which at least one deployment had begun by the day. Coalitions never count."""
    begun = _begun(on)
    value = len({deployment.mission_id for deployment in begun})
    return value, on, _cited(deployment.source for deployment in begun)


@figure("years_since_first_tour", gettext_lazy("time since the first service under the UN"), "years", "none")
def years_since_first_tour(mission, on, known_at):
    """Full years since the first deployment to a UN mission began."""
    first = _begun(on)[0]
    if first.start_precision == "year":
        raise CannotSay(_("The first deployment is known to the year only."))
    years = on.year - first.start.year - ((on.month, on.day) < (first.start.month, first.start.day))
    return years, on, _cited([first.source])


@figure("tours", gettext_lazy("tours of duty so far"), "tours")
def tours(mission, on, known_at):
    """Tours of duty under the UN that had begun by the day. A person who went twice counts twice."""
    begun = _tours(mission, on)
    return begun.count(), on, []


@figure("persons_served", gettext_lazy("persons who have served so far"), "persons")
def persons_served(mission, on, known_at):
    """Different persons whose tour under the UN had begun by the day. A person who went twice counts once."""
    begun = _tours(mission, on)
    return begun.values("person").distinct().count(), on, []


def _tours(mission, on):
    begun = Tour.objects.filter(start__lte=on, deployment__mission__kind__in=Mission.UN_KINDS)
    if mission:
        begun = begun.filter(deployment__mission=mission)
    if not begun.exists():
        raise CannotSay(_("The record holds no tour of duty before that day."))
    return begun


@figure("fatalities", gettext_lazy("fatalities of all nations in the mission so far"), "persons", "required")
def fatalities(mission, on, known_at):
    """Fatalities of all nations that the UN reports for the mission, up to the day."""
    rows = Casualty.objects.known(known_at)
    if not rows.exists():
        raise CannotSay(_("The UN's list of fatalities is not in the record."))
    rows = rows.filter(mission=mission, date__lte=on)
    return rows.count(), on, _sources_of_runs(rows)
