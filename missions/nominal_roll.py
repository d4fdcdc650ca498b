"""Nominal rolls: lists of people and their tours, as CSV or XLSX, columns in any order, headings in kk, ru or en.

The plan is the change itself, tried and taken back: each row is written under every rule of the forms and of the
database, in a savepoint of its own, and the whole is rolled back. So what the plan refuses is exactly what applying it
would refuse, and one bad row never loses the good ones. What the cells mean is `missions.roll_cells`.
"""

from collections import defaultdict
from datetime import date, timedelta
from enum import IntEnum

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from missions.models import Person, Tour
from missions.models.kept import attribute
from missions.models.periods import Precision, days_meant, earliest_end
from missions.roll_cells import Deployments, columns_of, read_row
from missions.un_data.plan import Refused, whole_row

DATES = ("born", "start", "end")
# A tour that begins further from the recorded one is no correction of its start.
NEAR = timedelta(days=92)


class News(IntEnum):
    """How much a row may change when it is tried."""

    NONE, PLAIN, MOVE = range(3)


class _TakenBack(Exception):
    """Ends the trial: everything that was written is rolled back."""


def plan_rows(plan, file, *, watch=iter, create_missing=False):
    """This will try every row of the roll against the record and note what became of it; nothing stays written."""
    columns = columns_of(file)
    deployments = Deployments()
    for number, cells in watch(file.rows()):
        try:
            plan.writes.append(read_row(number, whole_row(cells), columns, deployments))
        except Refused as refusal:
            plan.note(number, "refused", "", reason=str(refusal))
    # The rows that say most of a person come first: whom they add may make a row that says less ambiguous.
    record = _Record(waiting=sorted(plan.writes, key=_detail))
    plan.writes.clear()
    try:
        with transaction.atomic():
            # What the record says already keeps its tour; whoever moves one waits for those who name it by its start.
            # Tried again, for one row may make room for another: else the same file would say more next time.
            reasons = _try(plan, record, News.NONE)
            while record.waiting:
                count = len(record.waiting)
                reasons = _try(plan, record, News.PLAIN) | _try(plan, record, News.MOVE)
                if len(record.waiting) == count:
                    break
            raise _TakenBack
    except _TakenBack:
        for number in record.waiting:
            plan.note(number, "refused", "", reason=reasons[number])


def _detail(row):
    person = row.person
    exactness = list(Precision).index(person["born_precision"]) if "born" in person else len(Precision)
    return not person["service_number"], exactness, not person["patronymic"], "sex" not in person, row.number


def _try(plan, record, news):
    """This will try the rows that wait, take those that bring no more than `news`, and return why others were not."""
    reasons = {}
    for row in list(record.waiting.values()):
        try:
            with transaction.atomic():
                kind, old, new = record.take(row, news)
        except ValidationError as error:
            reasons[row.number] = " ".join(error.messages)
        except Refused as refusal:
            reasons[row.number] = str(refusal)
        except DatabaseError as error:
            reasons[row.number] = str(error).splitlines()[0]
        else:
            del record.waiting[row.number]
            plan.note(row.number, kind, str(row.deployment), old=old, new=new)
            if kind != "unchanged":
                plan.writes.append(row)
    return reasons


def apply_writes(plan, run, at):
    """This will write the rows that the plan took, in the same way and order as it tried them."""
    record = _Record(run=run, at=at)
    for row in plan.writes:
        record.take(row)
    return len(plan.writes)


class _Record:
    """The record as the rows are written into it; its people by service number and by name are read once."""

    def __init__(self, *, waiting=(), run=None, at=None):
        self.run, self.at = run, at
        self.waiting = {row.number: row for row in waiting}
        self.told = defaultdict(list)  # the rows that were taken, by what they speak of
        self.by_number, self.by_name = {}, defaultdict(set)
        for person in Person.objects.only("service_number", "family_name", "given_name"):
            self._know(person)

    def _know(self, person):
        if person.service_number:
            self.by_number[person.service_number] = person.pk
        self.by_name[_folded(person.family_name), _folded(person.given_name)].add(person.pk)

    def take(self, row, news=News.MOVE):
        """This will write one row, and return (added, changed or unchanged, old values, new values)."""
        person = self._person(row.person)
        is_new = person.pk is None
        old, new = _set(person, row.person)
        self._hold(person, "person", row, new)
        if is_new or new:
            _wait_unless(news > News.NONE)
            _save(person, self.run, self.at)
        tour = self._tour(person, row)
        tour_is_new = tour.pk is None
        _wait_unless(tour_is_new or tour.start == row.tour["start"] or news == News.MOVE)
        tour_old, tour_new = _set(tour, row.tour)
        self._hold(tour, "tour", row, tour_new)
        if tour_is_new or tour_new:
            _wait_unless(news > News.NONE)
            _save(tour, self.run, self.at)
        self._know(person)
        for noun in (person, tour):
            self.told[noun].append(row)
        if tour_is_new:
            return "added", None, {"person": _("new") if is_new else _("known")}
        # Names stay out of the plan's text: it says which fields change, the record says to what.
        changed = {**old, **tour_old}
        if changed:
            return "changed", dict.fromkeys(changed, "…"), dict.fromkeys({**new, **tour_new}, "…")
        return "unchanged", None, None

    def _hold(self, noun, part, row, new):
        """This will refuse to change what another row of the file said; more exactly is not otherwise."""
        for other in self.told.get(noun, ()) if noun.pk else ():
            for name in set(new) & {name for name, value in getattr(other, part).items() if value}:
                if name.endswith("_precision") or (
                    name in DATES and _meet(name, getattr(other, part), getattr(row, part))
                ):
                    continue
                if part == "tour":
                    raise Refused(_("Row %(row)s says something else of the same tour.") % {"row": other.number})
                raise Refused(_("Row %(row)s says something else of the same person.") % {"row": other.number})

    def _tour(self, person, row):
        """This will return the tour that the row means or corrects, or a new one; where that is unclear, refuse."""
        starts = {tour.start: tour for tour in person.tours.filter(deployment=row.deployment)}
        if exact := starts.get(row.tour["start"]):
            return exact
        near = [tour for tour in starts.values() if _overlap(tour, row.tour) > 0]
        for tour in near:
            for other in self.told.get(tour, ()):
                if other.tour == row.tour:
                    return tour
                raise Refused(
                    _("Row %(row)s gives the same person another tour on one of these days.") % {"row": other.number}
                )
        if not near:
            return Tour(person=person, deployment=row.deployment)
        (tour, *more) = near
        if more or not _corrects(row.tour, tour):
            raise Refused(_("It is not clear which tour in the record this row corrects; correct the tour itself."))
        for other in self.waiting.values():
            if (
                other.deployment == row.deployment and other.tour != row.tour and _may_be(person, other.person)
                and starts.get(other.tour["start"], tour) == tour and _overlap(tour, other.tour) > 0
            ):  # fmt: skip
                raise Refused(_("Row %(row)s may mean the same tour in the record.") % {"row": other.number})
        return tour

    def _person(self, said):
        """This will return the person whom the row means: by service number, else by name and birth; or a new one."""
        number = said["service_number"]
        if number in self.by_number:
            found = Person.objects.get(pk=self.by_number[number])
            if not _alike(found, said, "family_name") and (
                not _alike(found, said, "given_name") or _contradicts(found, said)
            ):
                raise Refused(_("The service number belongs to another person in the record."))
            return found
        known = self.by_name.get((_folded(said["family_name"]), _folded(said["given_name"])))
        found = [person for person in Person.objects.filter(pk__in=known) if _may_be(person, said)] if known else ()
        if len(found) > 1:
            raise Refused(
                _("The record knows several people of this name; give the service number or the day of birth.")
            )
        return found[0] if found else Person()


def _folded(name):
    return " ".join(name.split()).casefold()


def _alike(person, said, name):
    return _folded(getattr(person, name)) == _folded(said[name])


def _may_be(person, said):
    """This will say whether a person in the record may be the one of the row, going by name."""
    if person.service_number and said["service_number"]:
        return person.service_number == said["service_number"]
    same_name = _alike(person, said, "family_name") and _alike(person, said, "given_name")
    fathers = _alike(person, said, "patronymic") or not (person.patronymic and said["patronymic"])
    return same_name and fathers and not _contradicts(person, said)


def _contradicts(person, said):
    """This will say whether the sex or the birth of a person in the record cannot be what the row says."""
    other_sex = person.sex and said.get("sex") and person.sex != said["sex"]
    return bool(other_sex or (person.born and said.get("born") and not _meet("born", vars(person), said)))


def _days(name, values):
    """This will return the (first, last) day that one of the `DATES` may mean."""
    day, precision = values[name], values[f"{name}_precision"]
    return (earliest_end(day, precision), day) if name == "end" else days_meant(day, precision)


def _meet(name, values, others):
    (first, last), (other_first, other_last) = _days(name, values), _days(name, others)
    return first <= other_last and other_first <= last


def _overlap(tour, said):
    """This will return how many days a tour shares with the one that a row gives, both read at their longest."""
    return (min(tour.end or date.max, said.get("end") or date.max) - max(tour.start, said["start"])).days


def _corrects(said, tour):
    """This will say whether a row gives a tour of the record anew, and is not likely the one before or after it."""
    ends_so = tour.end and tour.end == said.get("end")
    begins_near = _meet("start", said, vars(tour)) or abs(said["start"] - tour.start) <= NEAR
    shorter = min((tour.end or date.max) - tour.start, (said.get("end") or date.max) - said["start"]).days
    return bool(ends_so or begins_near) and 2 * _overlap(tour, said) >= shorter


def _wait_unless(may_write):
    if not may_write:
        raise Refused  # for now: a later trial takes the row or says why not


def _save(noun, run, at):
    noun.full_clean()
    if run:
        attribute(noun, by=run.by, at=at, reason=str(run))
    noun.save()


def _set(noun, values):
    """This will set what the roll says anew and return what it was and is; an empty cell erases nothing."""
    changed = {name: value for name, value in values.items() if value not in (None, "", getattr(noun, name))}
    for name in ("family_name", "given_name", "patronymic"):
        if name in changed and _alike(noun, values, name):
            del changed[name]  # ИВАНОВ is no news of Иванов
    for name in DATES:
        if values.get(name) and getattr(noun, name, None):
            (known, known_last), (said, said_last) = _days(name, vars(noun)), _days(name, values)
            if said <= known and known_last <= said_last:  # as exact or coarser
                changed = {field: value for field, value in changed.items() if field.removesuffix("_precision") != name}
    old = {name: getattr(noun, name) for name in changed}
    for name, value in changed.items():
        setattr(noun, name, value)
    return old, changed
