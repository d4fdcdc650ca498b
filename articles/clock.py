"""What state the public site is in: that of the released record, and when the clock alone last let an edition turn."""

from django.db.models import Subquery

from articles.models import Edition
from missions import released
from missions.settled import settled

TURNS = ("public_from", "public_until", "suppressed_at", "withdrawn_at")


def state(at):
    """This will return (the record's stamp, the last moment up to `at` at which an edition came or went by the clock).

    One query; the moment is None before there was one.
    """
    (*of_record, from_, until, suppressed, withdrawn), *_more = _state(at=at) or [(*released.UNCHANGED, *[None] * 4)]
    turns = [moment for moment in (from_, until, suppressed, withdrawn) if moment]
    return released.stamp_of(of_record, at=at), max(turns, default=None)


@settled
def _state(*, at):
    def last(moment):
        turned = Edition.objects.filter(**{f"{moment}__lte": at}).order_by(f"-{moment}")
        return Subquery(turned.values(moment)[:1])

    turns = {f"last_{moment}": last(moment) for moment in TURNS}
    return released.state(at).annotate(**turns).values_list(*released.STATE, *turns)
