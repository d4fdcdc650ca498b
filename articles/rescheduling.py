"""Moves the hour of an approved edition that has not come yet, and the end of one that is public."""

from django.db import transaction
from django.utils.translation import gettext as _

from articles import schedule, suppression
from articles.models import Edition, State, Transition
from articles.publishing import CannotMove
from articles.signals import articles_changed
from ledger import audit


def reschedule(edition, *, public_from, public_until, by, at, bundle=None):
    """This will give an approved edition another hour, or another end; what it prints stays as it was approved.

    Its hour moves only while neither the present nor the new one has come; its end moves to any moment ahead.
    `bundle` is the bundle whose editions all move now; without it the hour of a bundle's edition is refused. Raises
    `CannotMove` with every problem; then nothing has changed.
    """
    with transaction.atomic():
        held = Edition.objects.held(with_story=True).select_related("article", "bundle").get(pk=edition.pk)
        problems = list(_problems(held, public_from, public_until, at, bundle))
        if problems:
            raise CannotMove(*problems)
        held.public_from, held.public_until = public_from, public_until
        held.save(update_fields=["public_from", "public_until"])
        suppression.suppress_uncleared(at=at)
        held.refresh_from_db(fields=["suppressed_at"])
        if held.suppressed_at and held.suppressed_at <= public_from:
            raise CannotMove(
                _("A clearance that the edition rests on ends on %(when)s, before that hour.")
                % {"when": schedule.local(held.suppressed_at)}
            )
        Transition.objects.create(edition=held, to_state=State.APPROVED, at=at, by=by, reason=_words(held))
        audit.note(
            "reschedule", held, by=by, at=at, public_from=public_from.isoformat(),
            public_until=public_until.isoformat() if public_until else None,
        )  # fmt: skip
        articles_changed.send(sender=Edition, at=at, by=by)
    return held


def _problems(held, public_from, public_until, at, bundle):
    if held.state != State.APPROVED:
        yield _("Only an approved edition has an hour that can be moved.")
        return
    if public_from != held.public_from:
        embargo = held.article.embargo_until
        if held.public_from <= at:
            yield _("The edition is public already: its hour stays. Withdraw it, or give it an end.")
        elif held.bundle and bundle is None:
            yield _("The edition is in the bundle “%(bundle)s”: its editions move together, on the bundle's page.") % {
                "bundle": held.bundle
            }
        if public_from < at:
            yield _("That hour has passed already. Choose one that is still to come.")
        if embargo and public_from < embargo:
            yield _("The story is under embargo until %(when)s. Let the edition be public from then on, or later.") % {
                "when": schedule.local(embargo)
            }
    if public_until and public_until <= public_from:
        yield _("An edition cannot end before it is public.")
    if public_until != held.public_until:
        if held.public_until and held.public_until <= at:
            yield _("The edition ended already. Approve a new one to bring the story back.")
        elif public_until and public_until <= at:
            yield _("The end has passed already. Choose one that is still to come.")


def _words(held):
    words = {"from": schedule.local(held.public_from)}
    if held.public_until:
        return _("Public from %(from)s until %(until)s.") % {**words, "until": schedule.local(held.public_until)}
    return _("Public from %(from)s.") % words
