"""When the clock alone last let an edition come or go."""

from django.db.models import Subquery

from articles.models import Edition
from ledger.models import SiteVersion
from missions.settled import settled

TURNS = ("public_from", "public_until", "suppressed_at", "withdrawn_at")


def last_turn(at):
    """This will return the last moment up to `at` at which an edition came or went by the clock, or None: one query."""
    turns = [moment for row in _last_turns(at=at) for moment in row if moment]
    return max(turns, default=None)


@settled
def _last_turns(*, at):
    def last(moment):
        turned = Edition.objects.filter(**{f"{moment}__lte": at}).order_by(f"-{moment}")
        return Subquery(turned.values(moment)[:1])

    turns = {f"last_{moment}": last(moment) for moment in TURNS}
    return SiteVersion.objects.filter(pk=1).annotate(**turns).values_list(*turns)
