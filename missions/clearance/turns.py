"""When the clock alone changes what the public may know of the record."""

from missions.clearance.persons import AFTER_NEXT_OF_KIN
from missions.models import Clearance, Tour


def next_turns(at):
    """This will return (the next moments after `at` at which something may be told, those at which something no more).

    Days at which a tour or a deployment begins or ends are not among them: they turn at local midnight.
    """
    told = Tour.objects.filter(next_of_kin_told_at__gt=at - AFTER_NEXT_OF_KIN).order_by("next_of_kin_told_at")
    released = [moment + AFTER_NEXT_OF_KIN for moment in told.values_list("next_of_kin_told_at", flat=True)[:1]]
    return [*_following("since", at), *released], [*_following("until", at), *_following("revoked_at", at)]


def _following(moment, at):
    ahead = Clearance.objects.filter(**{f"{moment}__gt": at}).order_by(moment)
    return list(ahead.values_list(moment, flat=True)[:1])
