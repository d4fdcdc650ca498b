"""Editions that become public at one moment, or not at all."""

from django.db import transaction
from django.utils.translation import gettext as _

from articles import publishing, rescheduling
from articles.models import Bundle, Edition, State
from ledger import audit


class CannotMoveBundle(publishing.CannotMove):
    """The bundle cannot make this step. `by_edition` holds (edition, its sentences) for those in the way."""

    def __init__(self, *problems, by_edition=()):
        self.by_edition = list(by_edition)
        super().__init__(*problems, *(f"{edition}: {line}" for edition, lines in self.by_edition for line in lines))


def is_open(bundle):
    """This will tell whether the bundle may still change: none of its editions has been decided."""
    return not bundle.editions.exclude(state__in=Edition.OPEN).exists()


def put(edition, bundle, *, by, at):
    """This will put an open edition into a bundle, taking it out of the one it was in; None only takes it out."""
    with transaction.atomic():
        if bundle:
            _hold(bundle)
        held = Edition.objects.held().select_related("bundle").get(pk=edition.pk)
        if not held.is_open:
            raise CannotMoveBundle(_("This edition was decided already: it stays in its bundle."))
        for changed in {bundle, held.bundle} - {None}:
            if not is_open(changed):
                raise CannotMoveBundle(_("The bundle “%(bundle)s” was decided already.") % {"bundle": changed})
        held.bundle = bundle
        held.save(update_fields=["bundle"])
        audit.note("put into bundle" if bundle else "take out of bundle", held, by=by, at=at,
                   bundle=bundle.pk if bundle else None)  # fmt: skip
    return held


def approve(bundle, *, by, at, public_from=None, upon=None):
    """This will approve every edition of the bundle for one moment, or none: then each one's problems are named.

    `upon` is what `seen.bundle` returned for the page that was confirmed: with it, other editions and another text
    are refused.
    """
    public_from = public_from or at
    with transaction.atomic():
        bundle = _hold(bundle)
        members = _members(bundle)
        if not members:
            raise CannotMoveBundle(_("There is no edition in the bundle."))
        if not is_open(bundle):
            raise CannotMoveBundle(_("The bundle “%(bundle)s” was decided already.") % {"bundle": bundle})
        if upon is not None and upon.keys() != {edition.pk for edition in members}:
            raise CannotMoveBundle(_("Other editions are in the bundle by now: look at them, then approve."))
        _all_or_none(
            members,
            lambda edition: publishing.approve(
                edition, by=by, at=at, public_from=public_from, bundle=bundle, upon=upon and upon[edition.pk]
            ),
        )
        early = bundle.editions.filter(suppressed_at__lte=public_from).defer("body", "rendered").order_by("pk")
        refused = [(edition, [_("A clearance that it rests on ends before that hour.")]) for edition in early]
        if refused:
            raise CannotMoveBundle(by_edition=refused)
        _give_hour(bundle, "approve", public_from, by=by, at=at)
    return bundle


def cancel(bundle, *, reason, by, at):
    """This will withdraw every edition of the bundle before its hour: none of them ever becomes public."""
    with transaction.atomic():
        bundle = _hold(bundle)
        members = _waiting(bundle, at)
        for edition in members:
            publishing.withdraw(edition, reason=reason, by=by, at=at, bundle=bundle)
        audit.note("cancel", bundle, by=by, at=at)
    return bundle


def reschedule(bundle, *, public_from, by, at):
    """This will move the hour of every edition of the bundle, or of none."""
    with transaction.atomic():
        bundle = _hold(bundle)
        _all_or_none(
            _waiting(bundle, at),
            lambda edition: rescheduling.reschedule(
                edition, public_from=public_from, public_until=edition.public_until, by=by, at=at, bundle=bundle
            ),
        )
        _give_hour(bundle, "reschedule", public_from, by=by, at=at)
    return bundle


def _all_or_none(editions, move):
    """This will make a step of every edition, and raise `CannotMoveBundle` with the reasons of all that cannot."""
    refused = []
    for edition in editions:
        try:
            with transaction.atomic():
                move(edition)
        except publishing.CannotMove as refusal:
            refused.append((edition, refusal.problems))
    if refused:
        raise CannotMoveBundle(by_edition=refused)


def _give_hour(bundle, verb, public_from, *, by, at):
    bundle.public_from = public_from
    bundle.save(update_fields=["public_from"])
    audit.note(verb, bundle, by=by, at=at, public_from=public_from.isoformat())


def _hold(bundle):
    return Bundle.objects.select_for_update().get(pk=bundle.pk)


def _members(bundle):
    return list(bundle.editions.defer("rendered").order_by("article", "language", "number"))


def _waiting(bundle, at):
    """This will return the bundle's editions, all of which must be approved and still wait for their hour."""
    members = _members(bundle)
    if not members or any(edition.state != State.APPROVED for edition in members):
        raise CannotMoveBundle(_("Only an approved bundle has an hour to move or to cancel."))
    if any(edition.public_from <= at for edition in members):
        raise CannotMoveBundle(_("The bundle is public already: withdraw its editions one by one."))
    return members
