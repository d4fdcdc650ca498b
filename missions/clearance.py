"""The one door between the private record and everything public.

An allow-list: a field leaves the house only when a clearance names it and holds at the moment asked. What is not
listed here cannot be cleared at all. Public pages, feeds and files read people and deployments through these
functions and through nothing else.
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from missions import dates
from missions.models import Clearance, Deployment, Person, Tour

CLEARABLE = {
    "person": ("name",),
    "tour": ("appointment", "rank", "period"),
    "deployment": ("kind", "rotation", "period", "unit", "strength", "place"),
}


class NotClearable(Exception):
    """The field is on no list of fields that may ever be public. The message names it."""


def clear(record, field, *, basis, by, at, coarseness=Clearance.Coarseness.EXACT, until=None):
    """This will clear one field of a person, tour or deployment for the public from the moment `at` on."""
    noun = record._meta.model_name
    if field not in CLEARABLE.get(noun, ()):
        raise NotClearable(_("“%(field)s” can never be public.") % {"field": field})
    return Clearance.objects.create(
        **{noun: record}, field=field, basis=basis, by=by, since=at, until=until, coarseness=coarseness
    )


@dataclass(frozen=True)
class PublicDeployment:
    """What the public may know of a deployment at one moment; a field that is not cleared is empty."""

    kind: str = ""
    rotation: int | None = None
    period: str = ""
    unit: str = ""
    strength: int | None = None
    place: str = ""


def deployments(mission, *, at):
    """This will return the mission's deployments as the public may know them at the moment `at`, newest first.

    One without a cleared kind is not shown at all; one that has not begun is never shown, cleared or not.
    """
    day = timezone.localdate(at)
    cleared = {}
    for clearance in Clearance.objects.valid(at).filter(deployment__mission=mission).order_by("pk"):
        cleared.setdefault(clearance.deployment_id, {})[clearance.field] = clearance.coarseness
    rows = Deployment.objects.filter(pk__in=cleared, start__lte=day).select_related("unit").order_by("-start", "-pk")
    return [_public(row, cleared[row.pk], day) for row in rows if "kind" in cleared[row.pk]]


def _public(row, fields, day):
    ended = row.end is not None and row.end <= day
    if fields.get("period") == Clearance.Coarseness.MONTH:
        start, end = (
            precision if precision != "day" else "month" for precision in (row.start_precision, row.end_precision)
        )
        row.start_precision, row.end_precision = start, end
    if row.end and not ended:
        row.end = None  # when a deployment will end is a future movement
    return PublicDeployment(
        kind=row.get_kind_display(),
        rotation=row.rotation if "rotation" in fields else None,
        period=dates.shown_period(row) if "period" in fields else "",
        unit=row.unit.name if row.unit and "unit" in fields else "",
        strength=row.strength if "strength" in fields else None,
        place=row.place if ended and fields.get("place") == Clearance.Coarseness.EXACT else "",
    )


def may_be_named(people, *, at):
    """This will return the ids of those `people` whose name may be public at `at`: cleared, with no tour going on."""
    day = timezone.localdate(at)
    named = Clearance.objects.valid(at).filter(field="name", person__in=people).values("person")
    serving = Person.objects.filter(tours__in=Tour.objects.on(day)).values("pk")
    return set(Person.objects.filter(pk__in=named).exclude(pk__in=serving).values_list("pk", flat=True))


def missions_served(*, at):
    """This will return the ids of the missions with a begun deployment whose kind is cleared at `at`."""
    cleared = Clearance.objects.valid(at).filter(field="kind", deployment__start__lte=timezone.localdate(at))
    return set(cleared.values_list("deployment__mission", flat=True))
