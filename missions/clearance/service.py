"""What the country sends to missions, as the public may know it: deployments, units, periods, sources."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from missions import alphabet, dates
from missions.clearance import holding, persons
from missions.cleared import PublicDeployment, PublicPeriod, PublicUnit
from missions.models import Clearance, Deployment, ImportRun, Milestone, Mission, Person, Source, Tour, Unit
from missions.models.kept import as_known
from missions.models.periods import days_meant

KIND_CODES = tuple(Deployment.Kind.values)
NUMBERS = ("strength", "women", "authorised_strength")


def public(record, *, at):
    """This will return what the public may know of a person, tour or deployment at the moment `at`, or None."""
    if isinstance(record, Person):
        return persons.people([record.pk], at=at).get(record.pk)
    readers = {Tour: persons.tours_told, Deployment: _deployments}
    return readers[type(record)](at, id=record.pk).get(record.pk)


def deployments(mission, *, at, known_at=None):
    """This will return the mission's deployments as the public may know them at the moment `at`, newest first.

    One without a cleared kind is not shown at all; one that has not begun is never shown, cleared or not.
    """
    return list(_deployments(at, known_at, mission=mission.pk).values())


def all_deployments(*, at):
    """This will return the deployments to every mission as the public may know them at the moment `at`.

    Their order is that of what is told of them, so that it tells nothing more.
    """

    def told(shown):
        numbers = (shown.rotation, shown.strength, shown.women, shown.authorised_strength)
        source = (shown.source.publisher, shown.source.title) if shown.source else ("", "")
        return (
            shown.mission.acronym, shown.start, shown.kind_code, shown.end, shown.unit_names, shown.place,
            *(-1 if number is None else number for number in numbers), *source,
        )  # fmt: skip

    return sorted(_deployments(at).values(), key=told)


def units(*, at, known_at=None, slug=None):
    """This will return the units of which the public may know at `at`, in the reader's alphabet.

    With `slug` it is that one or none.

    Such a unit is named by a clearance of at least one deployment, and only those deployments are told as its own.
    """
    told = Clearance.objects.valid(at).filter(field="unit").values_list("deployment", flat=True)
    conditions = {"unit__slug": slug} if slug else {}
    found = {}
    for pk, shown in _deployments(at, known_at, id__in=list(told), **conditions).items():
        found.setdefault(shown.unit_slug, {})[pk] = shown
    by_slug = {unit.slug: unit for unit in as_known(Unit, known_at, joined=["source"], slug__in=list(found))}
    public_units = [_public_unit(by_slug[slug], shown.values()) for slug, shown in found.items() if slug in by_slug]
    return sorted(public_units, key=lambda unit: (alphabet.key(unit.name, get_language()), unit.slug))


def _public_unit(unit, shown):
    return PublicUnit(
        slug=unit.slug, name=unit.name, kind=unit.get_kind_display(),
        created=dates.shown(unit.created, unit.created_precision), source=unit.source, deployments=tuple(shown),
    )  # fmt: skip


def _deployments(at, known_at=None, **conditions):
    """This will return {deployment id: `PublicDeployment`} of those that the conditions name, newest first."""
    day = timezone.localdate(at)
    rows = as_known(Deployment, known_at, joined=["mission", "unit", "source"], **conditions)
    if known_at is not None:  # a unit's name is part of what was known then
        known = {unit.pk: unit for unit in as_known(Unit, known_at, id__in=[row.unit_id for row in rows])}
        for row in rows:
            row.unit = known.get(row.unit_id)
    cleared = holding.cleared("deployment", [row.pk for row in rows], at)
    begun = [row for row in rows if row.start and row.start <= day and "kind" in cleared.get(row.pk, ())]
    begun.sort(key=lambda row: (row.start, row.pk), reverse=True)
    return {row.pk: _public_deployment(row, cleared[row.pk], day) for row in begun}


def _public_deployment(row, fields, day):
    ended = row.end is not None and row.end <= day
    published = {name for name, given in fields.items() if given.basis == Clearance.Basis.UN_PUBLICATION}
    is_few = row.strength is None or row.strength < settings.SMALL_GROUP
    is_small = "strength" in fields.keys() - published and row.strength is not None and is_few
    tells_women = "women" in fields and ("women" in published or not is_few)
    place = fields.get("place")
    period = holding.told_period(row, fields.get("period"), day)
    unit = row.unit if "unit" in fields else None
    return PublicDeployment(
        kind=row.get_kind_display(),
        kind_code=row.kind,
        rotation=row.rotation if "rotation" in fields else None,
        period=dates.shown_period(period) if period else "",
        start=period.start_as_known if period else "",
        end=period.last_day_as_known if period else "",
        unit=unit.name if unit else "",
        unit_names=(unit.name_kk, unit.name_ru, unit.name_en) if unit else ("", "", ""),
        strength=row.strength if "strength" in fields and not is_small else None,
        is_small=is_small,
        women=row.women if tells_women else None,
        authorised_strength=row.authorised_strength if "authorised_strength" in fields else None,
        place=row.place if ended and place and place.coarseness == Clearance.Coarseness.EXACT else "",
        # A source states the number, so it goes out with one.
        source=row.source if fields.keys() & set(NUMBERS) and not is_small else None,
        mission=row.mission,
        unit_slug=unit.slug if unit else "",
    )


def sources(*, at):
    """This will return the sources that something public rests on at `at`, and that were read by then.

    Missions, milestones and the UN's files are public with their sources; a deployment's source is told with its
    number, which no group under the limit shows.
    """
    day = timezone.localdate(at)
    valid = Clearance.objects.valid(at)
    shown = valid.filter(field="kind", deployment__start__lte=day).values("deployment")
    numbered = valid.filter(field__in=NUMBERS, deployment__in=shown, deployment__strength__gte=settings.SMALL_GROUP)
    runs = ImportRun.objects.filter(kind__in=ImportRun.UN_KINDS, at__lte=at)
    return Source.objects.filter(
        Q(pk__in=Mission.objects.values("source"))
        | Q(pk__in=Milestone.objects.told(at=at).values("source"))
        | Q(pk__in=runs.values("source"))
        | Q(pk__in=numbered.values("deployment__source")),
        retrieved__lte=day,
    )


def missions_served(*, at, known_at=None):
    """This will return the ids of the missions with a begun deployment whose kind is cleared at `at`."""
    day = timezone.localdate(at)
    cleared = Clearance.objects.valid(at).filter(field="kind")
    if known_at is None:
        return set(cleared.filter(deployment__start__lte=day).values_list("deployment__mission", flat=True))
    known = as_known(Deployment, known_at, id__in=list(cleared.values_list("deployment", flat=True)))
    return {row.mission_id for row in known if row.start and row.start <= day}


def periods_of_service(*, at, known_at=None):
    """This will return a `PublicPeriod` for each begun deployment whose kind and period are cleared, earliest first."""
    day = timezone.localdate(at)
    begun = {row.pk: row for row in as_known(Deployment, known_at, start__lte=day)}
    periods = []
    for pk, fields in holding.cleared("deployment", list(begun), at).items():
        if "kind" in fields and "period" in fields:
            told = holding.told_period(begun[pk], fields["period"], day)
            end = told.end and days_meant(_first_day(told.last_day, told.end_precision), told.end_precision)[1]
            periods.append(
                PublicPeriod(
                    begun[pk].mission_id, begun[pk].get_kind_display(), dates.shown_period(told),
                    dates.shown(told.start, told.start_precision), dates.shown(told.last_day, told.end_precision),
                    told.start_as_known, told.last_day_as_known,
                    _first_day(told.start, told.start_precision), end and min(end, day) + timedelta(days=1),
                )
            )  # fmt: skip
    return sorted(periods, key=lambda period: (period.start, period.mission, period.kind))


def _first_day(day, precision):
    """This will return the first day of the month or the year to which a date is known."""
    if precision == "day":
        return day
    return day.replace(day=1) if precision == "month" else day.replace(month=1, day=1)
