"""What stops being public because a clearance that it rests on has ended."""

from collections import defaultdict

from django.db.models import Q

from articles import notices
from articles.models import Claim, Edition
from missions import clearance


def suppress_uncleared(*, at):
    """This will suppress every approved edition that rests on a clearance that ended, past editions too.

    That is: it names somebody, or prints a figure of a deployment, and the name or the figure is cleared no longer.

    A clearance with an end in the future suppresses at that moment: the clock then needs no help. What was suppressed
    stays so, even if the person is cleared again, until an editor approves a new edition.
    """
    editions = Edition.objects.filter(approved_at__isnull=False).exclude(suppressed_at__lte=at)
    named, pairs = defaultdict(set), defaultdict(set)
    people = editions.filter(named_people__isnull=False)
    for edition, person in people.order_by().values_list("pk", "named_people"):
        named[edition].add(person)
    claims_of_the_house = Claim.objects.filter(edition__in=editions).exclude(rests_on=[])
    for edition, rests_on in claims_of_the_house.values_list("edition", "rests_on"):
        pairs[edition].update(map(tuple, rests_on))
    names_end = clearance.named_until(set().union(*named.values()), at=at)
    figures_end = clearance.deployments_until(set().union(*pairs.values()), at=at)
    endings, waiting = {}, editions.filter(bundle__isnull=False, public_from__gt=at, withdrawn_at=None)
    reached = list(editions.filter(Q(pk__in=[*named, *pairs]) | Q(pk__in=waiting)).defer("body", "rendered"))
    for edition in reached:
        moments = [names_end.get(person, at) for person in named[edition.pk]]
        moments += [figures_end.get(pair, at) for pair in pairs[edition.pk]]
        endings[edition] = min((moment for moment in moments if moment), default=None)
    for edition in reached:
        ending = min(filter(None, [endings[edition], _of_its_bundle(edition, endings, at)]), default=None)
        if ending != edition.suppressed_at:
            edition.suppressed_at = ending
            edition.save(update_fields=["suppressed_at"])
            if ending and ending <= at:
                notices.suppressed(edition, at=at)


def _of_its_bundle(edition, endings, at):
    """This will return when a mate of its bundle is suppressed before their hour: never half a bundle."""
    if edition.bundle_id is None or edition.public_from <= at:
        return None
    mates = (
        ending
        for mate, ending in endings.items()
        if mate.bundle_id == edition.bundle_id and ending and ending <= mate.public_from
    )
    return min(mates, default=None)
