"""What stops being public because a clearance that it rests on has ended."""

from collections import defaultdict

from django.db.models import Q

from articles import notices
from articles.models import Claim, Edition
from articles.search import indexing
from ledger import audit
from missions import clearance


def suppress_uncleared(*, at):
    """This will suppress every approved edition that rests on a clearance that ended, past editions too.

    That is: it names or shows somebody, names the place of a deployment or prints a figure of it, and the name, the
    place or the figure is cleared no longer.

    A clearance with an end in the future suppresses at that moment: the clock then needs no help. What was suppressed
    stays so, even if the person is cleared again, until an editor approves a new edition.
    """
    editions = Edition.objects.filter(approved_at__isnull=False).exclude(suppressed_at__lte=at)
    moments = _moments(editions, at)
    endings, waiting = {}, editions.filter(bundle__isnull=False, public_from__gt=at, withdrawn_at=None)
    reached = list(
        editions.filter(Q(pk__in=list(moments)) | Q(pk__in=waiting)).defer("body", "rendered").order_by("pk")
    )
    for edition in reached:
        endings[edition] = min(filter(None, moments[edition.pk]), default=None)
    for edition in reached:
        ending = min(filter(None, [endings[edition], _of_its_bundle(edition, endings, at)]), default=None)
        if ending != edition.suppressed_at:
            edition.suppressed_at = ending
            edition.save(update_fields=["suppressed_at"])
            audit.note("suppress", edition, by=None, at=at, since=ending and ending.isoformat())
            if ending and ending <= at:
                indexing.forget([edition.pk])
                notices.suppressed(edition, at=at)
            else:
                notices.suppression_moved(edition, at=at)


def _moments(editions, at):
    """This will return {edition id: when each clearance that it rests on ends, `at` for what is not cleared}."""
    bound = [
        (clearance.named_until, _joined(editions, "named_people")),
        # Who was seen in a picture after it was printed is in print as well.
        (clearance.named_until, _joined(editions, "photo_uses__photo__people")),
        (clearance.placed_until, _joined(editions, "named_places")),
        (clearance.deployments_until, _figures(editions)),
    ]
    moments = defaultdict(list)
    for ask, things in bound:
        ends = ask(set().union(*things.values()), at=at)
        for edition, rests_on in things.items():
            moments[edition] += [ends.get(thing, at) for thing in rests_on]
    return moments


def _joined(editions, name):
    """This will return {edition id: the ids that it is joined to by `name`}."""
    joined = defaultdict(set)
    rows = editions.filter(**{f"{name}__isnull": False}).order_by()
    for edition, thing in rows.values_list("pk", name):
        joined[edition].add(thing)
    return joined


def _figures(editions):
    """This will return {edition id: the (deployment id, field) pairs that its figures rest on}."""
    pairs = defaultdict(set)
    claims_of_the_house = Claim.objects.filter(edition__in=editions).exclude(rests_on=[])
    for edition, rests_on in claims_of_the_house.values_list("edition", "rests_on"):
        pairs[edition].update(map(tuple, rests_on))
    return pairs


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
