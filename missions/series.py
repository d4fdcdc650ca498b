"""Figures over time, for charts and files: added up in the database, and public at the moment asked."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone

from missions import asking, figures, month_totals
from missions.models.casualty import Casualty
from missions.models.contribution import Contribution
from missions.models.deployment import Deployment
from missions.models.import_run import ImportRun
from missions.models.periods import month_ends

# Of which the record may know another value each month; the others are asked for the end of each year.
BY_MONTH = {"strength", "women", "authorised_strength", "rank"}


@dataclass(frozen=True)
class Moment:
    """The UN's figures of one mission at a month's end, or as a mean of a year's months. None: the UN tells nothing.

    `whole` is the sum over all contributors, and `own` the country's. The women are None where one row lacks them.
    """

    day: date
    whole: int | None
    whole_women: int | None
    own: int | None
    own_women: int | None


def of_mission(mission, *, known_at=None):
    """This will return ({measure: [`Moment`, earliest first]}, {measure: sources}) of the mission, in four queries.

    The rows are added up over the personnel types. Where the record holds only one contributor's rows of a month they
    are not the whole mission, and `whole` is None.
    """
    own = {
        (row["measure"], row["month"], row["run"]): row
        for row in Contribution.objects.known(known_at)
        .filter(mission=mission, contributor__iso3=settings.CONTRIBUTOR)
        .order_by().values("measure", "month", "run")
        .annotate(own=Sum("total"), own_women=Sum("women"), own_unsaid=Count("pk", filter=month_totals.UNKNOWN))
    }  # fmt: skip
    nothing = {"own": None, "own_women": None, "own_unsaid": 0}
    rows = [
        {**nothing, **row, **own.get((row["measure"], row["month"], row["run"]), {})}
        for row in month_totals.of_mission(mission, known_at)
    ]
    found, runs = ({measure: kind() for measure in Contribution.Measure} for kind in (list, set))
    for (measure, month), of_runs in groupby(rows, key=lambda row: (row["measure"], row["month"])):
        parts = list(of_runs)
        runs[measure] |= {row["run"] for row in parts}
        several = min(row["one"] for row in parts) != max(row["other"] for row in parts)
        moment = Moment(
            month,
            _sum(parts, "whole") if several else None,
            _sum(parts, "whole_women") if several and not _sum(parts, "unsaid") else None,
            _sum(parts, "own"),
            None if _sum(parts, "own_unsaid") else _sum(parts, "own_women"),
        )
        found[measure].append(moment)
    return found, _sources(runs)


def _sum(rows, field):
    """This will return the sum of what the rows say in the field, or None where none of them says anything."""
    told = [row[field] for row in rows if row[field] is not None]
    return sum(told) if told else None


def _sources(runs):
    """This will return {key: sources as (title, publisher, address)} of {key: ids of import runs}."""
    wanted = set().union(*runs.values())
    rows = ImportRun.objects.filter(pk__in=wanted, source__isnull=False).order_by("source__title", "pk")
    known = {
        pk: tuple(source)
        for pk, *source in rows.values_list("pk", "source__title", "source__publisher", "source__url")
    }  # fmt: skip
    return {key: tuple(dict.fromkeys(known[pk] for pk in known if pk in of_key)) for key, of_key in runs.items()}


def of_house(mission, *, at, known_at=None):
    """This will return {month end: (strength, women)} that the house's own cleared deployments tell, as public answers.

    Months of which the UN's figures tell are left out, and so is what is not cleared.
    """
    first = _first_deployment(mission, known_at)
    today = timezone.localdate(at)
    if first is None or first > today:
        return {}
    days = month_ends(first, today)
    of_mission = {"mission": mission.acronym}
    asked = [(figures.Question(key, of_mission), day) for key in ("strength", "women") for day in days]
    answers = asking.ask(asked, at=at, known_at=known_at)
    told = {
        (answer.question.key, answer.as_of): answer for answer in answers
        if answer.rests_on and answer.value is not None
    }  # fmt: skip
    return {
        day: (told["strength", day], told.get(("women", day))) for day in days if ("strength", day) in told
    }  # fmt: skip


def _first_deployment(mission, known_at):
    known = Deployment.objects.all() if known_at is None else Deployment.history.as_of(known_at)
    begun = known.filter(start__isnull=False, **({"mission_id": mission.pk} if mission else {}))
    return begun.order_by("start").values_list("start", flat=True).first()


def over_time(question, mission, *, at, known_at=None):
    """This will return the public answers to a question over the years or months, earliest first, each day once.

    A day of which the public record cannot tell stays in its place without a value, between the first that it can
    tell and the last; days before and after are left out.
    """
    today = timezone.localdate(at)
    first = _beginning(question.key, mission, known_at)
    if first is None or first > today:
        return []
    if question.key in BY_MONTH:
        days = month_ends(first, today)
    else:
        days = [date(year, 12, 31) for year in range(first.year, today.year)] + [today]
    answers = asking.ask([(question, day) for day in days], at=at, known_at=known_at)
    found, seen = [], set()
    for answer, day in zip(answers, days, strict=True):
        if asking.shown(answer) is None or answer.as_of in seen or _is_nobody_listed(answer):
            answer = replace(answer, value=None, low=None, high=None, as_of=day)
        else:
            seen.add(answer.as_of)
        found.append(answer)
    told = [place for place, answer in enumerate(found) if asking.shown(answer) is not None]
    return found[told[0] : told[-1] + 1] if told else []


def _is_nobody_listed(answer):
    """This will say whether the UN's month holds no row for the question: a gap in a series, and no nought."""
    return answer.question.key in BY_MONTH and answer.value == 0 and not answer.sources and not answer.rests_on


def _beginning(key, mission, known_at):
    """This will return the earliest day for which the record may answer; what may be told of it the answers say."""
    if key in ("fatalities", "own_fatalities"):
        of_mission = {"mission": mission} if mission else {"nationality__iso3": settings.CONTRIBUTOR}
        return Casualty.objects.known(known_at).filter(**of_mission).aggregate(first=Min("date"))["first"]
    own = Contribution.objects.known(known_at).filter(
        contributor__iso3=settings.CONTRIBUTOR, measure=Contribution.Measure.MONTH_END,
        **({"mission": mission} if mission else {}),
    )  # fmt: skip
    days = [own.aggregate(first=Min("month"))["first"], _first_deployment(mission, known_at)]
    return min((day for day in days if day), default=None)


@dataclass(frozen=True)
class Casualties:
    """The fatalities of a mission as the UN reports them: {(year, incident type): count}, of all and of the country."""

    of_all: dict
    own: dict
    as_of: date
    sources: tuple

    @property
    def years(self):
        """Every year from the first with a fatality to the last, those without any between them too."""
        found = [year for year, _incident in self.of_all]
        return range(min(found), max(found) + 1) if found else range(0)


def casualties(mission, *, at, known_at=None):
    """This will return the mission's `Casualties` up to the day of `at`, or None where the record has no list.

    An id that the UN lists twice, under two nationalities, counts once, with the first of its rows.
    """
    day = timezone.localdate(at)
    known = Casualty.objects.known(known_at)
    last = known.aggregate(last=Max("date"))["last"]
    if last is None:
        return None
    rows = known.filter(mission=mission, date__lte=day)
    twice = list(rows.filter(occurrence__gt=1).values_list("casualty_id", "occurrence"))
    of_all = _counted(rows)
    if twice:
        of_all = _once_each(rows, of_all, {casualty for casualty, _occurrence in twice})
    own = _counted(rows.filter(nationality__iso3=settings.CONTRIBUTOR))
    runs = set(rows.values_list("run", flat=True).distinct())
    return Casualties(of_all, own, min(last, day), _sources({"all": runs})["all"])


def _counted(rows):
    counted = rows.annotate(year=ExtractYear("date")).order_by("year", "incident_type").values("year", "incident_type")
    return {(row["year"], row["incident_type"]): row["count"] for row in counted.annotate(count=Count("pk"))}


def _once_each(rows, counts, ids):
    """This will return the counts without the later rows of each of the `ids`."""
    counts, seen = dict(counts), set()
    doubtful = rows.filter(casualty_id__in=ids).order_by("casualty_id", "occurrence")
    for casualty, day, incident in doubtful.values_list("casualty_id", "date", "incident_type"):
        if casualty in seen:
            counts[day.year, incident] -= 1
        seen.add(casualty)
    return {place: count for place, count in counts.items() if count}
