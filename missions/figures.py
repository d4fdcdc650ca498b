"""The closed vocabulary of figures: what may be printed as a number of the record, and how it is asked.

A figure is asked as text, `strength mission=UNDOF`, for a day; it answers a value with its unit, the day it is true
for and its sources; or the bounds within which the value must lie; or why the record cannot answer. It never guesses.
How each is reckoned is `missions.reckoning`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from missions import reckoning
from missions.evidence import KINDS, CannotSay, Case, Record
from missions.models import Mission


class UnknownFigure(Exception):
    """The text names no figure of the vocabulary, or a parameter that it does not take. The message says which."""


@dataclass(frozen=True)
class Question:
    """A figure's key with its parameters, as an editor writes it."""

    key: str
    parameters: dict = field(default_factory=dict)

    def __str__(self):
        parts = (f"{name}={value.replace(' ', '_')}" for name, value in sorted(self.parameters.items()))
        return " ".join([self.key, *parts])


@dataclass(frozen=True)
class Answer:
    """What the record answers: `value` in `unit`, true for the day `as_of`; or no value and the `reason` why.

    Where the record knows only that the value lies between two bounds, `low` and `high` hold them (None: none known).
    `rows` are the rows of the record behind it, in words without names; `rests_on`, `group` and `parts` are those of
    `reckoning.Result`. This is the house's own answer: what of it the public may know says `clearance.answers`.
    """

    question: Question
    unit: str
    as_of: date
    value: int | None = None
    sources: tuple = ()
    reason: str = ""
    low: int | None = None
    high: int | None = None
    rows: tuple = ()
    rests_on: frozenset = frozenset()
    group: int | None = None
    parts: tuple = ()

    @property
    def label(self):
        return label_of(self.question)

    @property
    def unit_label(self):
        return unit_label(self.unit, self.value)


@dataclass(frozen=True)
class Figure:
    """One entry of the vocabulary. `reckon(record, case)` returns a `reckoning.Result`.

    `mission` says whether it takes that parameter: "optional", "required" or "none". `by_kind` says whether it takes
    `kind=contingent` or `kind=individual`. `always` fixes the kind.
    """

    key: str
    label: str
    unit: str
    reckon: Callable
    mission: str = "optional"
    by_kind: bool = False
    always: str = ""

    @property
    def example(self):
        return f"[[{self.key}{'' if self.mission == 'none' else ' mission=UNDOF'}]]"


UNITS = {
    "persons": ngettext_lazy("person", "persons", "count"),
    "missions": ngettext_lazy("mission", "missions", "count"),
    "years": ngettext_lazy("full year", "full years", "count"),
    "tours": ngettext_lazy("tour of duty", "tours of duty", "count"),
    "place": gettext_lazy("place"),
}
VOCABULARY = {
    entry.key: entry
    for entry in (
        Figure("strength", gettext_lazy("strength"), "persons", reckoning.strength, by_kind=True),
        Figure("women", gettext_lazy("women among the strength"), "persons", reckoning.women, by_kind=True),
        Figure(
            "authorised_strength", gettext_lazy("authorised strength"), "persons", reckoning.authorised_strength,
            mission="required",
        ),
        Figure(
            "missions_joined", gettext_lazy("UN missions joined so far"), "missions", reckoning.missions_joined,
            mission="none",
        ),
        Figure(
            "years_since_first_tour", gettext_lazy("time since the first service under the UN"), "years",
            reckoning.years_since_first, mission="none",
        ),
        Figure(
            "years_since_first_contingent", gettext_lazy("time since the first contingent under the UN"), "years",
            reckoning.years_since_first, mission="none", always="contingent",
        ),
        Figure("tours", gettext_lazy("tours of duty so far"), "tours", reckoning.tours, by_kind=True),
        Figure(
            "persons_served", gettext_lazy("persons who have served so far"), "persons", reckoning.persons_served,
            by_kind=True,
        ),
        Figure("rank", gettext_lazy("place among contributors"), "place", reckoning.rank),
        Figure(
            "fatalities", gettext_lazy("fatalities of all nations in the mission so far"), "persons",
            reckoning.fatalities, mission="required",
        ),
        Figure(
            "own_fatalities", gettext_lazy("fatalities among the country's own people so far"), "persons",
            reckoning.own_fatalities,
        ),
    )
}  # fmt: skip
KIND_LABELS = {"contingent": gettext_lazy("contingents"), "individual": gettext_lazy("sent one by one")}


def acronyms():
    """This will return {acronym, or another one of the same mission: the acronym}, in one query."""
    known = {}
    for acronym, other in Mission.objects.order_by("-pk").values_list("acronym", "aliases__acronym"):
        known |= {other: acronym, acronym: acronym} if other else {acronym: acronym}
    return known


def parse(text, known_as=None):
    """This will return the `Question` that `text` asks, or raise `UnknownFigure` naming what is unknown.

    Who parses many gives what `acronyms` returned, so that the record is asked once.
    """
    key, *parts = text.split() or [""]
    known = VOCABULARY.get(key)
    if known is None:
        raise UnknownFigure(
            _("There is no figure “%(key)s”. The figures are: %(keys)s.")
            % {"key": key, "keys": ", ".join(sorted(VOCABULARY))}
        )
    takes = {"mission": known.mission != "none", "kind": known.by_kind}
    parameters = {}
    for part in parts:
        match = re.fullmatch(r"(\w+)=([\w.-]+)", part)
        if not match or not takes.get(match[1]) or match[1] in parameters:
            raise UnknownFigure(_("The figure “%(key)s” takes no “%(part)s”.") % {"key": key, "part": part})
        parameters[match[1]] = match[2].replace("_", " ")
    if known.mission == "required" and "mission" not in parameters:
        raise UnknownFigure(_("The figure “%(key)s” needs a mission: %(key)s mission=UNDOF.") % {"key": key})
    if parameters.get("kind", "contingent") not in KINDS:
        raise UnknownFigure(_("The kind is contingent or individual, not “%(kind)s”.") % {"kind": parameters["kind"]})
    if acronym := parameters.get("mission"):
        parameters["mission"] = (acronyms() if known_as is None else known_as).get(acronym)
        if parameters["mission"] is None:
            raise UnknownFigure(_("The record has no mission %(acronym)s.") % {"acronym": acronym})
    return Question(key, parameters)


def unit_label(unit, value):
    """This will return a unit's name as it stands after the number `value`: 1 person, 2 persons."""
    name = UNITS[unit]
    return str(name) if unit == "place" else name % {"count": value or 0}


def label_of(question):
    """This will return the figure's name for readers: "strength, UNDOF"."""
    parts = (
        VOCABULARY[question.key].label,
        question.parameters.get("mission"),
        KIND_LABELS.get(question.parameters.get("kind")),
    )
    return ", ".join(str(part) for part in parts if part)


def ask(question, *, on, known_at=None, contributor=None, in_detail=False):
    """This will return the record's `Answer` for the day `on`, as this house knew it at `known_at` (now if None).

    `contributor` is the ISO code of another country than the house's own: then only the UN's figures can answer.
    """
    asked = [(question, on)]
    return ask_many(asked, known_at=known_at, contributor=contributor, in_detail=in_detail)[0]


def ask_many(asked, *, known_at=None, contributor=None, in_detail=False):
    """This will return the `Answer` to each (question, day), in a number of queries that does not grow with them."""
    acronyms = {acronym for question, _on in asked if (acronym := question.parameters.get("mission"))}
    missions = {m.acronym: m for m in Mission.objects.filter(acronym__in=acronyms)} if acronyms else {}
    cases = []
    for question, on in asked:
        known = VOCABULARY[question.key]
        mission = missions.get(question.parameters.get("mission"))
        cases.append(Case(mission, on, known.always or question.parameters.get("kind", "")))
    record = Record(list(dict.fromkeys(cases)), contributor, known_at, in_detail)
    return [_answer(question, case, record) for (question, _on), case in zip(asked, cases, strict=True)]


def _answer(question, case, record):
    known = VOCABULARY[question.key]
    acronym = question.parameters.get("mission")
    try:
        if acronym and case.mission is None:
            raise CannotSay(_("The record has no mission %(acronym)s.") % {"acronym": acronym})
        found = known.reckon(record, case)
    except CannotSay as reason:
        return Answer(question, known.unit, case.on, reason=str(reason))
    answer = Answer(
        question, known.unit, found.as_of, sources=record.cite(found.sources), low=found.low, high=found.high,
        rows=tuple(found.rows), rests_on=found.rests_on, group=found.group, parts=found.parts,
    )  # fmt: skip
    if found.low == found.high:
        return replace(answer, value=found.low, low=None, high=None)
    if found.high is None:
        reason = _("The record knows only that it is at least %(low)s.") % {"low": found.low}
    else:
        reason = _("The record knows only that it is between %(low)s and %(high)s.") % {
            "low": found.low, "high": found.high,
        }  # fmt: skip
    return replace(answer, reason=reason)
