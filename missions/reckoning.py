"""How each figure is reckoned from the record. The vocabulary itself, and how it is asked, is `missions.figures`.

A reckoning takes a `Record` and a `Case` and returns a `Result`: a value, or the bounds that it must lie within, the
day it is true for, and the rows behind it. Where the record holds nothing it raises `CannotSay` with the reason.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from missions.models import Casualty, Contribution, Deployment, Mission, Source, Tour
from missions.models.contribution import PersonnelType
from missions.models.periods import certainly_begun, days_meant

# A month's figure answers for the days until the next one can be out.
MONTH_ANSWERS_FOR = timedelta(days=61)
# Formed units go as a body, all others one by one. Before 2017 the UN counted staff officers among the troops.
CONTINGENT = ("contingent", "formed_police_unit", PersonnelType.TROOPS.value)
KINDS = ("contingent", "individual")


class CannotSay(Exception):
    """The record cannot answer. The message is the reason."""


@dataclass(frozen=True)
class Case:
    """One thing asked: of a mission or of all, on a day, of contingents or individuals or both."""

    mission: Mission | None
    on: date
    kind: str = ""


@dataclass(frozen=True)
class Result:
    """Bounds of the answer (`high` None: no upper bound known), its day, the ids of its sources, the rows behind it.

    `rests_on` names the house's own facts that the public may not know without a clearance, as (deployment id, field).
    `group` is the number of persons that the answer tells apart by sex or category, None where it does not.
    """

    low: int
    high: int | None
    as_of: date
    sources: frozenset = frozenset()
    rows: tuple = ()
    rests_on: frozenset = frozenset()
    group: int | None = None


def exactly(value, as_of, sources=(), rows=()):
    """This will return what the UN published: a value that is public as it is."""
    return Result(value, value, as_of, frozenset(source for source in sources if source), tuple(rows))


def of_the_house(low, high, as_of, deployments, field, rows, group=None):
    """This will return what the house's own deployments say in `field`."""
    sources = frozenset(d.source_id for d in deployments if d.source_id)
    rests_on = frozenset((d.pk, field) for d in deployments)
    return Result(low, high, as_of, sources, tuple(rows), rests_on, group)


class Record:
    """What the record holds for a list of cases, as this house knew it at `known_at` (None: now).

    Each part is read once, when it is first needed, whatever the number of cases.
    """

    def __init__(self, cases, contributor=None, known_at=None, in_detail=False):
        self.cases = cases
        self.contributor = contributor or settings.CONTRIBUTOR
        self.known_at = known_at
        self.in_detail = in_detail

    def history_of(self, model):
        return model.objects.all() if self.known_at is None else model.history.as_of(self.known_at)

    @cached_property
    def un_missions(self):
        return {mission.pk: mission for mission in Mission.objects.un().only("acronym")}

    @cached_property
    def months(self):
        """{month end: [(mission id, personnel type, women, total, source id)]} of the contributor."""
        rows = Contribution.objects.known(self.known_at).filter(
            contributor__iso3=self.contributor, measure=Contribution.Measure.MONTH_END, mission__in=self.un_missions
        )
        months = defaultdict(list)
        for month, *row in rows.order_by("month", "mission", "personnel_type").values_list(
            "month", "mission_id", "personnel_type", "women", "total", "run__source"
        ):
            months[month].append(row)
        return months

    def month(self, case):
        """This will return (month end, its rows for the case) that answers for the case's day, or (None, ()).

        It is the newest month for which the record holds anything of the contributor; a mission without a row in it
        had nobody that month, since the UN lists no noughts.
        """
        month = max((m for m in self.months if case.on - MONTH_ANSWERS_FOR < m <= case.on), default=None)
        if month is None:
            return None, ()
        return month, [
            row for row in self.months[month]
            if (case.mission is None or row[0] == case.mission.pk) and _is_of_kind(row[1], case.kind)
        ]  # fmt: skip

    @cached_property
    def deployments(self):
        """The house's deployments to UN missions with a known start, earliest first."""
        if self.contributor != settings.CONTRIBUTOR:
            return []
        known = self.history_of(Deployment).filter(mission__in=list(self.un_missions), start__isnull=False)
        return sorted(known, key=lambda deployment: (deployment.start, deployment.pk))

    def of_case(self, case):
        return [
            deployment for deployment in self.deployments
            if (case.mission is None or deployment.mission_id == case.mission.pk)
            and _is_of_kind(deployment.kind, case.kind)
        ]  # fmt: skip

    def in_force(self, case):
        """This will return the case's deployments that may be in force on its day, each with whether that is certain.

        Without any the record cannot say.
        """
        found = [
            (deployment, deployment.certainly_holds(case.on)) for deployment in self.of_case(case)
            if deployment.start <= case.on and (deployment.end is None or deployment.end > case.on)
        ]  # fmt: skip
        if not found:
            raise CannotSay(_("The record holds no deployment on that day."))
        return found

    def begun(self, case):
        """This will return the case's deployments that had begun by its day, each with whether that is certain."""
        found = [
            (deployment, days_meant(deployment.start, deployment.start_precision)[1] <= case.on)
            for deployment in self.of_case(case) if deployment.start <= case.on
        ]  # fmt: skip
        if not found:
            raise CannotSay(_("The record holds no deployment to a UN mission before that day."))
        return found

    @cached_property
    def tours(self):
        """{(deployment id, day): (tours certainly begun, tours that may have begun)} of the named people."""
        days = sorted({case.on for case in self.cases})
        counts = {}
        for place, day in enumerate(days):
            counts[f"certain{place}"] = Count("pk", filter=certainly_begun(day))
            counts[f"possible{place}"] = Count("pk", filter=Q(start__lte=day))
        rows = self.history_of(Tour).order_by().values("deployment_id").annotate(**counts)
        return {
            (row["deployment_id"], day): (row[f"certain{place}"], row[f"possible{place}"])
            for row in rows for place, day in enumerate(days)
        }  # fmt: skip

    @cached_property
    def people(self):
        """{case: (people certainly, people possibly)} with a tour under the UN begun by the case's day."""
        counts = {}
        for place, case in enumerate(self.cases):
            of_case = Q(deployment__in=[deployment.pk for deployment in self.of_case(case)])
            counts[f"certain{place}"] = Count("person", distinct=True, filter=of_case & certainly_begun(case.on))
            counts[f"possible{place}"] = Count("person", distinct=True, filter=of_case & Q(start__lte=case.on))
        found = self.history_of(Tour).aggregate(**counts)
        return {case: (found[f"certain{place}"], found[f"possible{place}"]) for place, case in enumerate(self.cases)}

    @cached_property
    def ranks(self):
        """{(month end, mission id or None): {country code: total}} of all contributors, for the cases' months."""
        months = {self.month(case)[0] for case in self.cases} - {None}
        rows = Contribution.objects.known(self.known_at).filter(
            month__in=months, measure=Contribution.Measure.MONTH_END, mission__in=self.un_missions
        )
        totals = defaultdict(lambda: defaultdict(int))
        for month, mission, iso3, total in rows.values_list("month", "mission_id", "contributor__iso3", "total"):
            totals[month, None][iso3] += total
            totals[month, mission][iso3] += total
        return totals

    @cached_property
    def casualties(self):
        """{case: (of all nations, of the contributor)}: casualty ids up to the case's day, each counted once.

        Empty where the record holds no casualty at all.
        """
        counts = {}
        for place, case in enumerate(self.cases):
            of_case = Q(date__lte=case.on) & (Q(mission=case.mission) if case.mission else Q())
            counts[f"all{place}"] = Count("casualty_id", distinct=True, filter=of_case)
            own = of_case & Q(nationality__iso3=self.contributor)
            counts[f"own{place}"] = Count("casualty_id", distinct=True, filter=own)
        known = Casualty.objects.known(self.known_at)
        found = known.aggregate(rows=Count("pk"), **counts)
        if not found["rows"]:
            return {}
        return {case: (found[f"all{place}"], found[f"own{place}"]) for place, case in enumerate(self.cases)}

    def casualties_of(self, case):
        if not self.casualties:
            raise CannotSay(_("The UN's list of fatalities is not in the record."))
        return self.casualties[case]

    @cached_property
    def casualty_sources(self):
        return set(Casualty.objects.known(self.known_at).values_list("run__source", flat=True).distinct())

    def cite(self, ids):
        """This will return each source once, as (title, publisher, address), in a fixed order."""
        return tuple(self._sources[pk] for pk in sorted(ids, key=lambda pk: self._sources[pk]))

    @cached_property
    def _sources(self):
        return {source.pk: (source.title, source.publisher, source.url) for source in Source.objects.all()}


def _is_of_kind(kind, wanted):
    return not wanted or (kind in CONTINGENT) == (wanted == "contingent")


def _row(record, deployment, text=""):
    mission = record.un_missions[deployment.mission_id]
    return f"{mission.acronym} {deployment.kind} {deployment.rotation or ''} {deployment.start_as_known}{text}".replace(
        "  ", " "
    )


def strength(record, case):
    """Persons serving under the UN: the month-end figure where the record holds it, else the deployments' sum."""
    month, rows = record.month(case)
    if month:
        told = [f"{record.un_missions[row[0]].acronym} {month} {row[1]}: {row[3]}" for row in rows]
        return exactly(sum(row[3] for row in rows), month, (row[4] for row in rows), told)
    in_force = record.in_force(case)
    deployments = [d for d, _certain in in_force]
    unknown = _acronyms(record, (d for d in deployments if d.strength is None))
    if unknown:
        raise CannotSay(_("The strength of these deployments is not known: %(missions)s.") % {"missions": unknown})
    told = [_row(record, d, f": {d.strength}") for d in deployments]
    low, high = sum(d.strength for d, certain in in_force if certain), sum(d.strength for d in deployments)
    return of_the_house(low, high, case.on, deployments, "strength", told, low if case.kind else None)


def women(record, case):
    """Women serving under the UN. A deployment that does not state them may hold any number up to its strength."""
    month, rows = record.month(case)
    if month:
        low = sum(row[2] or 0 for row in rows)
        high = sum(row[3] if row[2] is None else row[2] for row in rows)
        told = [
            f"{record.un_missions[row[0]].acronym} {month} {row[1]}: {'-' if row[2] is None else row[2]}"
            for row in rows
        ]
        return Result(low, high, month, frozenset(row[4] for row in rows if row[4]), tuple(told))
    in_force = record.in_force(case)
    deployments = [d for d, _certain in in_force]
    unknown = _acronyms(record, (d for d in deployments if d.women is None and d.strength is None))
    if unknown:
        raise CannotSay(
            _("The number of women in these deployments is not known: %(missions)s.") % {"missions": unknown}
        )
    low = sum(d.women or 0 for d, certain in in_force if certain)
    high = sum(d.strength if d.women is None else d.women for d in deployments)
    told = [_row(record, d, f": {'-' if d.women is None else d.women}") for d in deployments]
    return of_the_house(low, high, case.on, deployments, "women", told, sum(d.strength or 0 for d in deployments))


def authorised_strength(record, case):
    """The ceiling of the mandate or of parliament for the deployments in the mission."""
    in_force = record.in_force(case)
    deployments = [d for d, _certain in in_force]
    unknown = _acronyms(record, (d for d in deployments if d.authorised_strength is None))
    if unknown:
        raise CannotSay(
            _("The authorised strength of these deployments is not known: %(missions)s.") % {"missions": unknown}
        )
    told = [_row(record, d, f": {d.authorised_strength}") for d in deployments]
    low = sum(d.authorised_strength for d, certain in in_force if certain)
    high = sum(d.authorised_strength for d in deployments)
    return of_the_house(low, high, case.on, deployments, "authorised_strength", told)


def _acronyms(record, deployments):
    return ", ".join(sorted({record.un_missions[deployment.mission_id].acronym for deployment in deployments}))


def missions_joined(record, case):
    """UN missions to which at least one deployment had begun by the day. Coalitions never count."""
    begun = record.begun(case)
    certain = {deployment.mission_id for deployment, is_certain in begun if is_certain}
    possible = {deployment.mission_id for deployment, _is_certain in begun}
    first = {}
    for deployment, _is_certain in begun:
        first.setdefault(deployment.mission_id, deployment)
    told = [_row(record, d) for d in first.values()]
    return of_the_house(len(certain), len(possible), case.on, first.values(), "kind", told)


def years_since_first(record, case):
    """Full years since the first deployment (of the case's kind) to a UN mission began."""
    first = record.begun(case)[0][0]
    early, late = days_meant(first.start, first.start_precision)
    low, high = (_full_years(day, case.on) for day in (min(late, case.on), early))
    return of_the_house(low, high, case.on, [first], "period", [_row(record, first)])


def _full_years(since, on):
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def tours(record, case):
    """Tours of duty under the UN that had begun by the day. A person who went twice counts twice.

    A deployment's head count is at least so many tours, whether they are named in the record or not; without every
    tour named the answer is a lower bound, since people are replaced within a rotation.
    """
    low, is_whole, told = 0, True, []
    for deployment, certain in record.begun(case):
        sure, possible = record.tours.get((deployment.pk, case.on), (0, 0))
        counted = deployment.strength or 0
        low += max(sure, counted if certain else 0)
        is_whole &= (
            certain and sure == possible and (deployment.strength is not None or possible > 0) and sure >= counted
        )
        told.append(_row(record, deployment, f": {possible} ({deployment.strength or '-'})"))
    if not low:
        raise CannotSay(_("The record holds no tour of duty before that day."))
    deployments = [deployment for deployment, _certain in record.begun(case)]
    high = low if is_whole else None
    return of_the_house(low, high, case.on, deployments, "strength", told, low if case.kind else None)


def persons_served(record, case):
    """Different persons whose tour under the UN had begun by the day. A person who went twice counts once.

    People whom the record does not name may be the same in two rotations or others, and a head count is of one day:
    while a deployment is not named in full, the record knows only a lower bound, the largest head count or the people
    named, if they are more.
    """
    sure, possible = record.people[case]
    largest, is_whole, told = 0, True, []
    for deployment, certain in record.begun(case):
        _named, maybe = record.tours.get((deployment.pk, case.on), (0, 0))
        largest = max(largest, deployment.strength or 0) if certain else largest
        is_whole &= certain and maybe > 0 and maybe >= (deployment.strength or 0)
        told.append(_row(record, deployment, f": {maybe} ({deployment.strength or '-'})"))
    low = max(sure, largest)
    if not low and not possible:
        raise CannotSay(_("The record holds no tour of duty before that day."))
    deployments = [deployment for deployment, _certain in record.begun(case)]
    high = possible if is_whole else None
    return of_the_house(low, high, case.on, deployments, "strength", told, low if case.kind else None)


def rank(record, case):
    """The contributor's place among all by month-end strength, 1 being the largest; equals share a place."""
    month, rows = record.month(case)
    if month is None:
        raise CannotSay(_("The record holds no month-end figures for that day."))
    totals = record.ranks[month, case.mission.pk if case.mission else None]
    own = totals.get(record.contributor, 0)
    if not own:
        raise CannotSay(_("The country contributed nobody that month."))
    if len(totals) < 2:
        raise CannotSay(_("The record holds no other contributor's figures for that month."))
    ahead = sorted(((total, iso3) for iso3, total in totals.items() if total > own), reverse=True)
    told = [f"{place}. {iso3}: {total}" for place, (total, iso3) in enumerate(ahead, start=1)]
    told.append(f"{len(ahead) + 1}. {record.contributor}: {own}")
    return exactly(len(ahead) + 1, month, (row[4] for row in rows), told)


def fatalities(record, case):
    """Fatalities of all nations that the UN reports for the mission, up to the day.

    The UN's file lists some casualties twice, under two nationalities; each casualty id counts once.
    """
    return exactly(record.casualties_of(case)[0], case.on, record.casualty_sources, _casualty_rows(record, case))


def own_fatalities(record, case):
    """Fatalities among the contributor's nationals that the UN reports, up to the day."""
    return exactly(
        record.casualties_of(case)[1], case.on, record.casualty_sources, _casualty_rows(record, case, own=True)
    )


def _casualty_rows(record, case, *, own=False):
    """This will return the casualties behind the answer, where somebody asked for the rows."""
    if not record.in_detail:
        return ()
    rows = Casualty.objects.known(record.known_at).filter(date__lte=case.on)
    if case.mission:
        rows = rows.filter(mission=case.mission)
    if own:
        rows = rows.filter(nationality__iso3=record.contributor)
    return (f"{c.casualty_id} {c.date} {c.incident_type}" for c in rows.order_by("date", "casualty_id", "occurrence"))
