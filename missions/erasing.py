"""Takes a person out of the record: anonymised, so that every figure still agrees, or erased where nothing was true.

Who is anonymised leaves their tours behind: mission, kind, dates, sex and a casualty stay, since printed figures rest
on them. Names, service number, birth, note, appointments and ranks go, from what the record was in the past too. Every
clearance is revoked first, so that whatever names the person leaves the public site in the same transaction; the
floors above take the name out of their own (`person_forgotten`).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import erasures, retention
from missions import clearance, settled, waiting_files
from missions.models import Clearance, Person, Tour
from missions.models.kept import attribute
from missions.signals import person_forgotten, record_changed

GONE = {
    "family_name": "", "given_name": "", "patronymic": "", "name_latin": "", "born": None, "born_precision": "day",
    "service_number": None, "note": "", "source": None,
}  # fmt: skip
GONE_OF_A_TOUR = {"appointment": "", "rank": "", "next_of_kin_told_at": None}
AT_ONCE = 200  # people that the daily round anonymises


@dataclass(frozen=True)
class Names:
    """How a person was ever called in the record: each part, in every spelling that the history knows."""

    family: frozenset
    given: frozenset
    patronymic: frozenset
    latin: frozenset
    numbers: frozenset

    @classmethod
    def of(cls, person):
        names = ("family_name", "given_name", "patronymic", "name_latin", "service_number")
        rows = [
            *Person.objects.filter(pk=person.pk).values_list(*names),
            *Person.history.filter(id=person.pk).values_list(*names),
        ]
        return cls(*(frozenset(filter(None, column)) for column in zip(*rows, strict=True)))

    def stand_in(self, text):
        """This will say whether a short text holds the family name or the service number."""
        text = text.casefold()
        return any(name.casefold() in text for name in self.family | self.numbers)


def _known_since(person):
    return person.history.order_by("history_date").values_list("history_date", flat=True).first()


def _problem(person, erasure, at):
    if person.anonymised_at:
        return _("This person was anonymised already.")
    if erasure.reference and Names.of(person).stand_in(erasure.reference):
        return _("The reference is kept for ever: it must not name the person.")
    if erasure.kind == erasures.Kind.ERASE:
        return ""
    day = timezone.localdate(at)
    if person.tours.filter(Q(end__isnull=True) | Q(end__gt=day)).exists():
        return _("This person is on a tour, or a tour of theirs has no end: the record needs their name until then.")
    return ""


def _do(person, erasure, at):
    """This will anonymise or erase the person; it runs within the transaction of `erasures`, with the rules lifted."""
    by, names, tours = erasure.confirmed_by, Names.of(person), list(person.tours.order_by("pk"))
    past_tours = set(Tour.history.filter(person_id=person.pk).order_by().values_list("id", flat=True))
    _revoke(person, tours, by, at)
    changed, files = {}, []
    sent = person_forgotten.send(sender=Person, person=person, names=names, erasure=erasure, at=at)
    for _receiver, (counts, left) in sent:
        changed.update(counts)
        files += left
    reason = f"{erasure._meta.model_name} {erasure.pk}"
    own = _erase if erasure.kind == erasures.Kind.ERASE else _anonymise
    changed |= own(person, tours, past_tours, by=by, at=at, reason=reason)
    waiting_files.forget_rolls()
    record_changed.send(sender=Person, at=at, by=by)
    transaction.on_commit(settled.forget)
    return changed, files


def _revoke(person, tours, by, at):
    """This will revoke every clearance of the person and their tours, so that nothing public rests on one.

    By itself, without anybody's word, it ends them: a revocation names who revoked.
    """
    given = Clearance.objects.filter(Q(person=person) | Q(tour__in=tours), revoked_at__isnull=True).order_by("pk")
    for one in given:
        one.refresh_from_db()
        if one.revoked_at:
            continue  # with another of the same field
        if by:
            clearance.revoke(one, by=by, at=at)
        elif one.until is None or one.until > at:
            one.until = max(at, one.since + timedelta(seconds=1))
            attribute(one, by=None, at=at)
            one.save()
    record_changed.send(sender=Clearance, at=at, by=by)


def _anonymise(person, tours, past_tours, *, by, at, reason):
    changed = {}
    for model, gone, rows in ((Person, GONE, [person]), (Tour, GONE_OF_A_TOUR, tours)):
        for row in rows:
            models.QuerySet(model).filter(pk=row.pk).update(**gone)
        # What an import run was called may say whom it was about.
        past = model.history.filter(id__in=past_tours if model is Tour else [person.pk])
        changed[f"missions.historical{model._meta.model_name}"] = past.update(**gone, history_change_reason=None)
        changed[model._meta.label_lower] = len(rows)
    person.refresh_from_db()
    person.anonymised_at = at
    attribute(person, by=by, at=at, reason=reason)
    person.save()
    return changed


def _erase(person, tours, past_tours, *, by, at, reason):
    given = Clearance.objects.filter(Q(person=person) | Q(tour__in=tours))
    ids = list(given.values_list("pk", flat=True))
    changed = {"missions.clearance": len(ids), "missions.tour": len(tours), "missions.person": 1}
    for link in Person._meta.get_fields(include_hidden=True):
        if link.one_to_many and link.auto_created and link.related_model not in (Tour, Clearance):
            _delete(link.related_model._base_manager.filter(**{link.field.name: person.pk}))
    for model, those in ((Clearance, ids), (Tour, [tour.pk for tour in tours]), (Person, [person.pk])):
        _delete(model._base_manager.filter(pk__in=those))
        model.history.filter(id__in=those).delete()
    Tour.history.filter(id__in=past_tours).delete()
    Clearance.history.filter(Q(person_id=person.pk) | Q(tour_id__in=past_tours)).delete()
    return changed


def _delete(rows):
    """This will delete rows and nothing else: no past state of theirs is to be left behind."""
    rows._raw_delete(rows.db)


erasures.register(
    "missions.person",
    erasures.Way(
        known_since=_known_since, problem=_problem, do=_do, is_done=lambda person: person.anonymised_at is not None,
    ),
)  # fmt: skip


# --- Whose time is over ------------------------------------------------------------------------------------------


def years():
    """This will return for how many years after the last tour people stay by name, or 0 where no term is set."""
    return settings.RETENTION_YEARS


def is_automatic():
    """This will say whether the daily round anonymises those whose time is over."""
    return settings.RETENTION_AUTOMATIC


def due(at):
    """This will return the people whose time by name is over: `RETENTION_YEARS` after the end of their last tour.

    Of who never was on a tour, after they were entered. Without a term nobody's time is over.
    """
    if not years():
        return Person.objects.none()
    today = timezone.localdate(at)
    day = today.replace(year=today.year - years(), day=min(today.day, 28))
    later = Tour.objects.filter(person=OuterRef("pk")).filter(Q(end__isnull=True) | Q(end__gt=day))
    served = Tour.objects.filter(person=OuterRef("pk"))
    entered = Person.history.filter(id=OuterRef("pk"), history_date__date__lte=day)
    return (
        Person.objects.filter(~Exists(later.order_by()), anonymised_at__isnull=True)
        .filter(Q(Exists(served.order_by())) | Q(Exists(entered)))
        .annotate(last_end=Max("tours__end"))
        .order_by("last_end", "pk")
    )


def anonymise_who_is_due(*, at):
    """This will anonymise those whose time is over, where the house lets the clock do that; returns how many."""
    if not is_automatic():
        return 0
    count = 0
    for person in list(due(at)[:AT_ONCE]):
        erasures.by_itself(person, ground=erasures.Ground.RETENTION, at=at)
        count += 1
    return count


retention.register("people", gettext_lazy("people anonymised since their time was over"), anonymise_who_is_due)
retention.register("rolls", gettext_lazy("uploaded files that nobody applied"), partial(waiting_files.forget_old))
