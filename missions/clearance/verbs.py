"""Clearing a field of a record for the public, the second word for a casualty, and taking either back."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger import audit
from missions.models import Clearance
from missions.models.kept import attribute
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


def hold(people, deployments):
    """This will hold the clearances of these people and deployments for this transaction.

    Who revokes one of them waits, or is waited for: then the clearances asked next are as that revocation left them.
    """
    held = Clearance.objects.select_for_update().filter(Q(person__in=people) | Q(deployment__in=deployments))
    list(held.order_by("pk").values_list("pk"))
