"""The one door between the private record and everything public.

An allow-list: a field leaves the house only when a clearance names it and holds at the moment asked. What is not
listed here cannot be cleared at all. Public pages, feeds and files read people and deployments through these
functions and through nothing else.

Beside the clearances stand rules that no clearance lifts: a name is public only while the person is on no tour; a place
only after the deployment; no day of a movement before it came. Of a person with a casualty nothing is public until the
next of kin were told, and 24 hours have passed, and two different people gave their word for it. Groups of the house's
own people under `SMALL_GROUP` are not told apart by sex or category; what the UN published is public as it is.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import audit
from missions import dates
from missions.cleared import PublicDeployment, PublicPeriod, PublicPerson, PublicTour, PublicUnit
from missions.models import Clearance, Deployment, ImportRun, Milestone, Mission, Person, Source, Tour, Unit
from missions.models.kept import as_known, attribute
from missions.models.periods import days_meant
from missions.models.present import withheld_by
from missions.signals import record_changed

CLEARABLE = {
    "person": ("name",),
    "tour": ("mission", "appointment", "rank", "period", "casualty"),
    "deployment": ("kind", "rotation", "period", "unit", "strength", "women", "authorised_strength", "tours", "place"),
}
FIELD_LABELS = {
    "name": gettext_lazy("name of the person"), "mission": gettext_lazy("mission"),
    "appointment": gettext_lazy("appointment"), "rank": gettext_lazy("rank held"), "period": gettext_lazy("period"),
    "casualty": gettext_lazy("casualty"), "kind": gettext_lazy("kind"), "rotation": gettext_lazy("rotation"),
    "unit": gettext_lazy("unit"), "strength": gettext_lazy("strength"), "women": gettext_lazy("women"),
    "authorised_strength": gettext_lazy("authorised strength"), "place": gettext_lazy("place"),
    "tours": gettext_lazy("number of tours"),
}  # fmt: skip
KIND_CODES = tuple(Deployment.Kind.values)
NUMBERS = ("strength", "women", "authorised_strength")
SUMS = ("strength", "tours")  # the figures that add up head counts
AFTER_NEXT_OF_KIN = timedelta(hours=24)


class NotClearable(Exception):
    """This cannot be cleared. The message says what and why."""


def clear(record, field, *, basis, by, at, coarseness=Clearance.Coarseness.EXACT, since=None, until=None, source=None):
    """This will clear one field of a person, tour or deployment for the public, from `since` (or `at`) to `until`."""
    noun = record._meta.model_name
    if field not in CLEARABLE.get(noun, ()):
        raise NotClearable(_("“%(field)s” can never be public.") % {"field": field})
    if field == "name" and basis != Clearance.Basis.CONSENT:
        raise NotClearable(_("A name can be cleared only with the consent of the person."))
    if field == "casualty" and (record.next_of_kin_told_at is None or record.next_of_kin_told_at > at):
        raise NotClearable(_("A casualty can be cleared only after the next of kin were told."))
    with transaction.atomic():
        made = Clearance(
            **{noun: record}, field=field, basis=basis, by=by, since=max(since or at, at), until=until,
            coarseness=coarseness, source=source,
        )  # fmt: skip
        made.full_clean()
        _save(made, by, at)
        _tell("clear", made, by, at)
    return made


def second(clearance, *, by, at):
    """This will add the word of a second person, without which a casualty stays private."""
    with transaction.atomic():
        _lock(clearance)
        if clearance.second_id or clearance.revoked_at:
            raise NotClearable(_("This clearance waits for no second word."))
        if by == clearance.by:
            raise NotClearable(_("The second word must come from another person."))
        clearance.second, clearance.seconded_at = by, at
        _save(clearance, by, at)
        _tell("second", clearance, by, at)


def revoke(clearance, *, by, at):
    """This will end a clearance at once, on every public address, and every other one of the same field.

    Stories that rest on it are suppressed with it.
    """
    with transaction.atomic():
        _lock(clearance)
        if clearance.revoked_at:
            raise NotClearable(_("This clearance was revoked already."))
        alike = Clearance.objects.select_for_update().filter(
            person=clearance.person_id, tour=clearance.tour_id, deployment=clearance.deployment_id,
            field=clearance.field, revoked_at__isnull=True,
        )  # fmt: skip
        for given in [clearance, *alike.exclude(pk=clearance.pk).order_by("pk")]:
            given.revoked_at, given.revoked_by = at, by
            _save(given, by, at)
            audit.note("revoke", given, by=by, at=at, field=given.field)
        record_changed.send(sender=Clearance, at=at, by=by)


def _lock(clearance):
    """This will hold the clearance's row for this transaction, and read it as it stands."""
    clearance.refresh_from_db(from_queryset=Clearance.objects.select_for_update())


def _save(clearance, by, at):
    attribute(clearance, by=by, at=at)
    clearance.save()


def _tell(verb, clearance, by, at):
    audit.note(verb, clearance, by=by, at=at, field=clearance.field)
    record_changed.send(sender=Clearance, at=at, by=by)


def public(record, *, at):
    """This will return what the public may know of a person, tour or deployment at the moment `at`, or None."""
    if isinstance(record, Person):
        return people([record.pk], at=at).get(record.pk)
    readers = {Tour: _tours, Deployment: _deployments}
    return readers[type(record)](at, id=record.pk).get(record.pk)


def people(persons, *, at, known_at=None):
    """This will return {person id: `PublicPerson`} for those of `persons` whose name may be public at `at`.

    With `known_at` the record is read as it was known then, here and below; but what was taken back since, and who is
    protected by what the house knows today, stays private for the past too.
    """
    named = may_be_named(persons, at=at, known_at=known_at)
    tours = {}
    for person, tour in _tours(at, known_at, with_person=True, person__in=named).values():
        tours.setdefault(person, []).append(tour)
    return {
        person.pk: PublicPerson(_name(person), tuple(tours.get(person.pk, ())))
        for person in as_known(Person, known_at, id__in=named)
    }


def names(*, at, known_at=None):
    """This will return [(name to sort by, name, person id)] of everybody whose name may be public at `at`."""
    named = may_be_named(Person.objects.all(), at=at, known_at=known_at)
    return [(_sorting_name(person), _name(person), person.pk) for person in as_known(Person, known_at, id__in=named)]


def _sorting_name(person):
    """This will return the family name first: of the Latin spelling, its last word."""
    if translation.get_language() == "en" and person.name_latin:
        *given, family = person.name_latin.partition("(")[0].split() or [person.name_latin]
        return " ".join([family, *given])
    return f"{person.family_name} {person.given_name}"


def _name(person):
    """This will return the name as the reader's language writes it; the patronymic stays in the house."""
    if translation.get_language() == "en" and person.name_latin:
        return person.name_latin
    return f"{person.given_name} {person.family_name}".strip()


def may_be_named(persons, *, at, known_at=None):
    """This will return the ids of those `persons` whose name may be public at `at`.

    That is: cleared by name, on no tour that day, and without a casualty that is not released.
    """
    day = timezone.localdate(at)
    named = Clearance.objects.valid(at).filter(field="name", person__in=persons).values("person")
    serving = Person.objects.filter(tours__in=Tour.objects.on(day)).values("pk")
    free = Person.objects.filter(pk__in=named).exclude(pk__in=serving)
    may = set(free.values_list("pk", flat=True)) - _with_unreleased_casualty(free, at)
    # Who serves again since then is named no more, in the past neither.
    return may & may_be_named(may, at=withheld_by(at)) if may and withheld_by(at) != at else may


def named_until(persons, *, at):
    """This will return {person id: the moment at which the name may be public no longer, or None for never}.

    That is the end of its clearance, or of the release of a casualty, or the first day of the next tour. Who may not be
    named at `at` is missing.
    """
    held = Clearance.objects.valid(at).filter(field="name", person__in=persons)
    ends = _latest(held.values_list("person", "until"))
    may = may_be_named(list(ends), at=at)
    limits = [(person, ends[person]) for person in may]
    limits += _casualty_releases(Tour.objects.filter(person__in=may), at).values()
    coming = Tour.objects.filter(person__in=may, start__gt=timezone.localdate(at))
    limits += [(person, _midnight(day)) for person, day in coming.values_list("person", "start")]
    earliest = {}
    for person, until in limits:
        before = earliest.get(person)
        earliest[person] = until if before is None else min(before, until or before)
    return earliest


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _casualty_releases(tours, at):
    """This will return {tour id: (person id, end of the release or None)} of the casualties that the public may know.

    Both words must have been given after the next of kin were told, and 24 hours have passed since.
    """
    given = Clearance.objects.valid(at).filter(
        field="casualty", tour__in=tours, second__isnull=False, seconded_at__lte=at,
        since__gte=F("tour__next_of_kin_told_at"), seconded_at__gte=F("tour__next_of_kin_told_at"),
        tour__next_of_kin_told_at__lte=at - AFTER_NEXT_OF_KIN,
    ).exclude(tour__casualty="")  # fmt: skip
    ends = _latest(
        ((tour, person), until) for tour, person, until in given.values_list("tour", "tour__person", "until")
    )
    return {tour: (person, until) for (tour, person), until in ends.items()}


def _with_unreleased_casualty(persons, at):
    """This will return the ids of those `persons` of whose casualty the public may not know yet."""
    tours = Tour.objects.filter(person__in=persons).exclude(casualty="")
    released = _casualty_releases(tours, at)
    return {person for tour, person in tours.values_list("pk", "person_id") if tour not in released}


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
    """This will return the units of which the public may know at `at`, by name; with `slug`, that one or none.

    Such a unit is named by a clearance of at least one deployment, and only those deployments are told as its own.
    """
    told = Clearance.objects.valid(at).filter(field="unit").values_list("deployment", flat=True)
    conditions = {"unit__slug": slug} if slug else {}
    found = {}
    for pk, shown in _deployments(at, known_at, id__in=list(told), **conditions).items():
        found.setdefault(shown.unit_slug, {})[pk] = shown
    by_slug = {unit.slug: unit for unit in as_known(Unit, known_at, joined=["source"], slug__in=list(found))}
    public_units = [_public_unit(by_slug[slug], shown.values()) for slug, shown in found.items() if slug in by_slug]
    return sorted(public_units, key=lambda unit: (unit.name.casefold(), unit.slug))


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
    cleared = _cleared("deployment", [row.pk for row in rows], at)
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
    period = _told_period(row, fields.get("period"), day)
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
        unit_slug=row.unit.slug if row.unit and "unit" in fields else "",
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


def _tours(at, known_at=None, *, with_person=False, **conditions):
    day = timezone.localdate(at)
    rows = as_known(Tour, known_at, joined=["deployment__mission"], **conditions)
    cleared = _cleared("tour", [row.pk for row in rows], at)
    rows = [row for row in rows if row.pk in cleared and row.start <= day]
    rows.sort(key=lambda row: (row.start, row.pk))
    hidden = _with_unreleased_casualty({row.person_id for row in rows}, at)
    found = {}
    for row in rows:
        if row.person_id in hidden:
            continue
        fields = cleared[row.pk]
        shown = PublicTour(
            mission=row.deployment.mission.acronym if "mission" in fields else "",
            appointment=row.appointment if "appointment" in fields else "",
            rank=row.rank if "rank" in fields else "",
            period=_period(row, fields.get("period"), day),
            casualty=row.get_casualty_display() if "casualty" in fields else "",
            mission_slug=row.deployment.mission.slug if "mission" in fields else "",
        )
        if shown != PublicTour():
            found[row.pk] = (row.person_id, shown) if with_person else shown
    return found


def _cleared(noun, rows, at):
    """This will return {row id: {field: clearance}} of what is cleared at `at`; of two, the later clearance counts."""
    cleared = {}
    for given in Clearance.objects.valid(at).filter(**{f"{noun}__in": rows}).order_by("pk"):
        cleared.setdefault(getattr(given, f"{noun}_id"), {})[given.field] = given
    return cleared


def _period(row, given, day):
    """This will return the row's period in words as far as it is told, "" where it is not."""
    told = _told_period(row, given, day)
    return dates.shown_period(told) if told else ""


def _told_period(row, given, day):
    """This will return the row's period, its day withheld where only the month was cleared; None where nothing was.

    When somebody will leave is a future movement: an end that has not come is never told.
    """
    if given is None:
        return None
    months = given.coarseness != Clearance.Coarseness.EXACT
    edges = {f"{edge}_precision": "month" for edge in ("start", "end") if months and _is_day(row, edge)}
    return Tour(
        start=row.start, end=row.end if row.end and row.end <= day else None,
        **{"start_precision": row.start_precision, "end_precision": row.end_precision, **edges},
    )  # fmt: skip


def _is_day(row, edge):
    return getattr(row, f"{edge}_precision") == "day"


def answers(found, *, at):
    """This will return the figures' answers as the public may know them at `at`.

    A number that rests on the house's own deployments is told where the field that it reads is cleared for each of
    them, and never for a group that is too small to be told apart. Another answer keeps its place, without its value
    and its rows, and says why.
    """
    cleared = deployments_until({pair for answer in found for pair in answer.rests_on}, at=at)
    return [_public_answer(answer, cleared) for answer in found]


def _public_answer(answer, cleared):
    reason = ""
    if missing := answer.rests_on - cleared.keys():
        fields = sorted({str(FIELD_LABELS[field]) for _deployment, field in missing})
        reason = _("Not every deployment that it rests on is cleared for the public (%(fields)s).") % {
            "fields": ", ".join(fields)
        }
    elif _tells_a_small_group_apart(answer):
        reason = _("Fewer than %(limit)s persons are not told apart.") % {"limit": settings.SMALL_GROUP}
    if reason:
        return replace(answer, value=None, low=None, high=None, rows=(), sources=(), reason=reason)
    return replace(answer, rows=())


def _tells_a_small_group_apart(answer):
    """This will say whether an answer, or what is left of it without its large parts, is a group under the limit.

    Of a head count over all missions the rest may be told while it does not say how large each of the small groups is.
    """
    limit = settings.SMALL_GROUP
    if answer.group is not None and answer.group < limit:
        return True
    few = [size for size in answer.parts if size < limit]
    if len(answer.parts) < 2 or not few:
        return False
    if "mission" in answer.question.parameters or answer.question.key not in SUMS:
        return sum(few) < limit
    # One alone is the rest, and several are told by it where each must be as small, or as large, as it can be.
    return len(few) == 1 or sum(few) in (len(few), len(few) * (limit - 1))


def deployments_until(pairs, *, at):
    """This will return {(deployment id, field): the moment at which its clearance ends, or None for never}.

    Of `pairs`, what is not cleared at `at` is missing.
    """
    held = Clearance.objects.valid(at).filter(deployment__in={deployment for deployment, _field in pairs})
    return _latest(
        ((deployment, field), until)
        for deployment, field, until in held.values_list("deployment", "field", "until")
        if (deployment, field) in pairs
    )


def _latest(ends):
    """This will return {thing: the latest of its ends, None being the latest of all}."""
    latest = {}
    for thing, until in ends:
        before = latest.setdefault(thing, until)
        latest[thing] = None if None in (before, until) else max(before, until)
    return latest


def placed_until(deployments, *, at):
    """This will return {deployment id: the moment at which its place may be public no longer, or None for never}.

    A place may be public while it is cleared as recorded and its deployment is over; else the deployment is missing.
    """
    held = Clearance.objects.valid(at).filter(
        field="place", deployment__in=deployments, coarseness=Clearance.Coarseness.EXACT,
        deployment__end__lte=timezone.localdate(at),
    )  # fmt: skip
    return _latest(held.values_list("deployment", "until"))


def hold(people, deployments):
    """This will hold the clearances of these people and deployments for this transaction.

    Who revokes one of them waits, or is waited for: then the clearances asked next are as that revocation left them.
    """
    held = Clearance.objects.select_for_update().filter(Q(person__in=people) | Q(deployment__in=deployments))
    list(held.order_by("pk").values_list("pk"))


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
    for pk, fields in _cleared("deployment", list(begun), at).items():
        if "kind" in fields and "period" in fields:
            told = _told_period(begun[pk], fields["period"], day)
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


def fields_told(deployments, *, at):
    """This will return {deployment id: {field: coarseness}} of what is cleared at `at`, in one query."""
    return {
        pk: {field: given.coarseness for field, given in fields.items()}
        for pk, fields in _cleared("deployment", list(deployments), at).items()
    }
