"""What the record holds for a list of questions, each part read once: what `missions.reckoning` rests on."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _

from missions import month_totals, service_totals
from missions.models import Casualty, Contribution, Deployment, Mission, Source, Tour
from missions.models.periods import certainly_begun, days_meant

# A month's figure answers for the days until the next one can be out.
MONTH_ANSWERS_FOR = timedelta(days=61)
KINDS = ("contingent", "individual")


class CannotSay(Exception):
    """The record cannot answer. The message is the reason."""


@dataclass(frozen=True)
class Case:
    """One thing asked: of a mission or of all, on a day, of contingents or individuals or both."""

    mission: Mission | None
    on: date
    kind: str = ""


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
        month = max((m for m in self.months if m <= case.on and case.on - m < MONTH_ANSWERS_FOR), default=None)
        if month is None:
            return None, ()
        return month, [
            row for row in self.months[month]
            if (case.mission is None or row[0] == case.mission.pk) and _is_of_kind(row[1], case.kind)
        ]  # fmt: skip

    @cached_property
    def deployments(self):
        """The house's deployments to UN missions, earliest first; whose start is not known may have begun any day."""
        if self.contributor != settings.CONTRIBUTOR:
            return []
        known = self.history_of(Deployment).filter(mission__in=list(self.un_missions))
        return sorted(known, key=lambda deployment: (deployment.start or date.min, deployment.pk))

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
            if (deployment.start or date.min) <= case.on and (deployment.end is None or deployment.end > case.on)
        ]  # fmt: skip
        if not found:
            raise CannotSay(_("The record holds no deployment on that day."))
        return found

    def begun(self, case):
        """This will return the case's deployments that had begun by its day, each with whether that is certain."""
        found = [
            (deployment, latest_start(deployment) <= case.on)
            for deployment in self.of_case(case) if (deployment.start or date.min) <= case.on
        ]  # fmt: skip
        if not found:
            raise CannotSay(_("The record holds no deployment to a UN mission before that day."))
        return found

    @cached_property
    def tours(self):
        """{(deployment id, day): (tours certainly begun, tours that may have begun)} of the named people."""
        days = sorted({case.on for case in self.cases})
        if self.known_at is None:
            return service_totals.tours_begun(days)
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
        if self.known_at is None and self.deployments:
            asked = [(case.mission.pk if case.mission else service_totals.ALL_MISSIONS, case.kind, case.on)
                     for case in self.cases]  # fmt: skip
            if (found := service_totals.people_begun(asked)) is not None:
                return dict(zip(self.cases, found, strict=True))
        counts = {}
        for place, case in enumerate(self.cases):
            of_case = Q(deployment__in=[deployment.pk for deployment in self.of_case(case)])
            counts[f"certain{place}"] = Count("person", distinct=True, filter=of_case & certainly_begun(case.on))
            counts[f"possible{place}"] = Count("person", distinct=True, filter=of_case & Q(start__lte=case.on))
        found = self.history_of(Tour).aggregate(**counts)
        return {case: (found[f"certain{place}"], found[f"possible{place}"]) for place, case in enumerate(self.cases)}

    def place(self, month, case):
        """This will return (the contributor's total, how many have more, how many contribute, the rows behind it)."""
        if case.mission is None and self.places is not None:
            return *self.places.get(month, (0, 0, 0)), ()
        totals = self.ranks[month, case.mission.pk if case.mission else None]
        own = totals.get(self.contributor, 0)
        ahead = sorted(((total, iso3) for iso3, total in totals.items() if total > own), reverse=True)
        told = [f"{place}. {iso3}: {total}" for place, (total, iso3) in enumerate(ahead, start=1)]
        return own, len(ahead), len(totals), [*told, f"{len(ahead) + 1}. {self.contributor}: {own}"]

    @cached_property
    def places(self):
        """{month end: (own total, how many have more, how many contribute)} over all missions, from kept totals.

        None where the rows themselves must be added up: for the past, and for who wants to see them.
        """
        if self.known_at is not None or self.in_detail:
            return None
        months = {self.month(case)[0] for case in self.cases if case.mission is None} - {None}
        return month_totals.places(months, self.contributor)

    @cached_property
    def ranks(self):
        """{(month end, mission id or None): {country code: total}} of all contributors, for the cases' months."""
        months = {self.month(case)[0] for case in self.cases} - {None}
        missions = {case.mission.pk for case in self.cases if case.mission}
        rows = Contribution.objects.known(self.known_at).filter(
            month__in=months, measure=Contribution.Measure.MONTH_END, mission__in=self.un_missions
        )
        totals = defaultdict(dict)
        if any(case.mission is None for case in self.cases) and self.places is None:
            for row in rows.order_by().values("month", "contributor__iso3").annotate(sum=Sum("total")):
                totals[row["month"], None][row["contributor__iso3"]] = row["sum"]
        if missions:
            summed = rows.filter(mission__in=missions).order_by().values("month", "mission", "contributor__iso3")
            for row in summed.annotate(sum=Sum("total")):
                totals[row["month"], row["mission"]][row["contributor__iso3"]] = row["sum"]
        return totals

    @cached_property
    def casualties(self):
        """{case: (of all nations, of the contributor, day)}: casualty ids up to the day, each counted once.

        The day is the case's own, but none past the last casualty: what came after, the list cannot know.
        Empty where the record holds no casualty at all.
        """
        counts = {}
        for place, case in enumerate(self.cases):
            of_case = Q(date__lte=case.on) & (Q(mission=case.mission) if case.mission else Q())
            counts[f"all{place}"] = Count("casualty_id", distinct=True, filter=of_case)
            own = of_case & Q(nationality__iso3=self.contributor)
            counts[f"own{place}"] = Count("casualty_id", distinct=True, filter=own)
        known = Casualty.objects.known(self.known_at)
        found = known.aggregate(last=Max("date"), **counts)
        if not found["last"]:
            return {}
        return {
            case: (found[f"all{place}"], found[f"own{place}"], min(found["last"], case.on))
            for place, case in enumerate(self.cases)
        }

    def casualties_of(self, case):
        if not self.casualties:
            raise CannotSay(_("The UN's list of fatalities is not in the record."))
        if case.mission and case.mission.pk not in self.un_missions:
            raise CannotSay(_("The UN's list of fatalities holds no such mission."))
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


def latest_start(deployment):
    """This will return the latest day that the deployment's start may mean; one that ended began before its end."""
    if deployment.start:
        return days_meant(deployment.start, deployment.start_precision)[1]
    return deployment.last_day or date.max


def _is_of_kind(kind, wanted):
    return not wanted or service_totals.kind_of(kind) == wanted
