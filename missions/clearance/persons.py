"""Who may be named, until when, and what of their tours may be told."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.utils import timezone, translation

from missions import alphabet, dates
from missions.clearance import holding
from missions.cleared import PublicPerson, PublicTour
from missions.models import Clearance, Person, Tour
from missions.models.kept import as_known
from missions.models.present import withheld_by

AFTER_NEXT_OF_KIN = timedelta(hours=24)


def people(persons, *, at, known_at=None):
    """This will return {person id: `PublicPerson`} for those of `persons` whose name may be public at `at`.

    With `known_at` the record is read as it was known then, here and below; but what was taken back since, and who is
    protected by what the house knows today, stays private for the past too.
    """
    named = may_be_named(persons, at=at, known_at=known_at)
    tours = {}
    for person, tour in tours_told(at, known_at, with_person=True, person__in=named).values():
        tours.setdefault(person, []).append(tour)
    return {
        person.pk: PublicPerson(_name(person), tuple(tours.get(person.pk, ())))
        for person in as_known(Person, known_at, id__in=named)
    }


def names(*, at, known_at=None):
    """This will return [(name to sort by, name, person id)] of everybody whose name may be public at `at`."""
    named = may_be_named(Person.objects.all(), at=at, known_at=known_at)
    language = translation.get_language()
    found = as_known(Person, known_at, id__in=named)
    return [(alphabet.family_first(person, language), _name(person), person.pk) for person in found]


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
    # Asked of each of them: a list of everybody who serves would be found by reading every tour.
    serving = Tour.objects.on(day).filter(person=OuterRef("pk"))
    free = Person.objects.filter(~Exists(serving.order_by()), pk__in=named)
    may = set(free.values_list("pk", flat=True)) - _with_unreleased_casualty(free, at)
    # Who serves again since then is named no more, in the past neither.
    return may & may_be_named(may, at=withheld_by(at)) if may and withheld_by(at) != at else may


def named_until(persons, *, at):
    """This will return {person id: the moment at which the name may be public no longer, or None for never}.

    That is the end of its clearance, or of the release of a casualty, or the first day of the next tour. Who may not be
    named at `at` is missing.
    """
    held = Clearance.objects.valid(at).filter(field="name", person__in=persons)
    ends = holding.latest(held.values_list("person", "until"))
    may = may_be_named(list(ends), at=at)
    limits = [(person, ends[person]) for person in may]
    limits += _casualty_releases(Tour.objects.filter(person__in=may), at).values()
    coming = Tour.objects.filter(person__in=may, start__gt=timezone.localdate(at))
    limits += [(person, dates.midnight(day)) for person, day in coming.values_list("person", "start")]
    earliest = {}
    for person, until in limits:
        before = earliest.get(person)
        earliest[person] = until if before is None else min(before, until or before)
    return earliest


def _casualty_releases(tours, at):
    """This will return {tour id: (person id, end of the release or None)} of the casualties that the public may know.

    Both words must have been given after the next of kin were told, and 24 hours have passed since.
    """
    given = Clearance.objects.valid(at).filter(
        field="casualty", tour__in=tours, second__isnull=False, seconded_at__lte=at,
        since__gte=F("tour__next_of_kin_told_at"), seconded_at__gte=F("tour__next_of_kin_told_at"),
        tour__next_of_kin_told_at__lte=at - AFTER_NEXT_OF_KIN,
    ).exclude(tour__casualty="")  # fmt: skip
    ends = holding.latest(
        ((tour, person), until) for tour, person, until in given.values_list("tour", "tour__person", "until")
    )
    return {tour: (person, until) for (tour, person), until in ends.items()}


def _with_unreleased_casualty(persons, at):
    """This will return the ids of those `persons` of whose casualty the public may not know yet."""
    tours = Tour.objects.filter(person__in=persons).exclude(casualty="")
    released = _casualty_releases(tours, at)
    return {person for tour, person in tours.values_list("pk", "person_id") if tour not in released}


def tours_told(at, known_at=None, *, with_person=False, **conditions):
    day = timezone.localdate(at)
    rows = as_known(Tour, known_at, joined=["deployment__mission"], **conditions)
    cleared = holding.cleared("tour", [row.pk for row in rows], at)
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
            period=holding.period(row, fields.get("period"), day),
            casualty=row.get_casualty_display() if "casualty" in fields else "",
            mission_slug=row.deployment.mission.slug if "mission" in fields else "",
        )
        if shown != PublicTour():
            found[row.pk] = (row.person_id, shown) if with_person else shown
    return found
