"""What the clearances that hold at a moment let be told of a record: which fields, how exactly, and until when."""

from django.utils import timezone

from missions import dates
from missions.models import Clearance, Tour


def cleared(noun, rows, at):
    """This will return {row id: {field: clearance}} of what is cleared at `at`; of two, the later clearance counts."""
    found = {}
    for given in Clearance.objects.valid(at).filter(**{f"{noun}__in": rows}).order_by("pk"):
        found.setdefault(getattr(given, f"{noun}_id"), {})[given.field] = given
    return found


def period(row, given, day):
    """This will return the row's period in words as far as it is told, "" where it is not."""
    told = told_period(row, given, day)
    return dates.shown_period(told) if told else ""


def told_period(row, given, day):
    """This will return the row's period, its day withheld where only the month was cleared; None where nothing was.

    When somebody will leave is a future movement: an end that has not come is never told.
    """
    if given is None:
        return None
    months = given.coarseness != Clearance.Coarseness.EXACT
    edges = {f"{edge}_precision": "month" for edge in ("start", "end") if months and _is_day(row, edge)}
    return Tour(
        start=row.start, end=row.end if row.end and row.end <= day else None,
        **{"start_precision": row.start_precision, "end_precision": row.end_precision, **edges},
    )  # fmt: skip


def _is_day(row, edge):
    return getattr(row, f"{edge}_precision") == "day"


def fields_told(deployments, *, at):
    """This will return {deployment id: {field: coarseness}} of what is cleared at `at`, in one query."""
    return {
        pk: {field: given.coarseness for field, given in fields.items()}
        for pk, fields in cleared("deployment", list(deployments), at).items()
    }


def latest(ends):
    """This will return {thing: the latest of its ends, None being the latest of all}."""
    found = {}
    for thing, until in ends:
        before = found.setdefault(thing, until)
        found[thing] = None if None in (before, until) else max(before, until)
    return found


def deployments_until(pairs, *, at):
    """This will return {(deployment id, field): the moment at which its clearance ends, or None for never}.

    Of `pairs`, what is not cleared at `at` is missing.
    """
    held = Clearance.objects.valid(at).filter(deployment__in={deployment for deployment, _field in pairs})
    return latest(
        ((deployment, field), until)
        for deployment, field, until in held.values_list("deployment", "field", "until")
        if (deployment, field) in pairs
    )


def placed_until(deployments, *, at):
    """This will return {deployment id: the moment at which its place may be public no longer, or None for never}.

    A place may be public while it is cleared as recorded and its deployment is over; else the deployment is missing.
    """
    held = Clearance.objects.valid(at).filter(
        field="place", deployment__in=deployments, coarseness=Clearance.Coarseness.EXACT,
        deployment__end__lte=timezone.localdate(at),
    )  # fmt: skip
    return latest(held.values_list("deployment", "until"))
