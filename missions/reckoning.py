"""How each figure is reckoned from the record. The vocabulary itself, and how it is asked, is `missions.figures`.

A reckoning takes a `Record` and a `Case` (`missions.evidence`) and returns a `Result`: a value, or the bounds that it
must lie within, the day it is true for, and the rows behind it. Where the record holds nothing it raises `CannotSay`
with the reason.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from missions.evidence import CannotSay, latest_start
from missions.models import Casualty


@dataclass(frozen=True)
class Result:
    """Bounds of the answer (`high` None: no upper bound known), its day, the ids of its sources, the rows behind it.

    `rests_on` names the house's own facts that the public may not know without a clearance, as (deployment id, field).
    `group` is the number of persons that the answer tells apart by sex or category, None where it does not. `parts` are
    the head counts that add up to it: a reader who knows the large ones could reckon the small ones from the sum.
    """

    low: int
    high: int | None
    as_of: date
    sources: frozenset = frozenset()
    rows: tuple = ()
    rests_on: frozenset = frozenset()
    group: int | None = None
    parts: tuple = ()


def exactly(value, as_of, sources=(), rows=()):
    """This will return what the UN published: a value that is public as it is."""
    return Result(value, value, as_of, frozenset(source for source in sources if source), tuple(rows))


def of_the_house(low, high, as_of, deployments, field, rows, group=None, parts=()):
    """This will return what the house's own deployments say in `field`; `parts` are those that add up to it."""
    sources = frozenset(d.source_id for d in deployments if d.source_id)
    rests_on = frozenset((d.pk, field) for d in deployments)
    sizes = tuple(sorted(d.strength for d in parts if d.strength))
    return Result(low, high, as_of, sources, tuple(rows), rests_on, group, sizes)


def _row(record, deployment, text=""):
    mission = record.un_missions[deployment.mission_id]
    return f"{mission.acronym} {deployment.kind} {deployment.rotation or ''} {deployment.start_as_known}{text}".replace(
        "  ", " "
    )


def strength(record, case):
    """Persons serving under the UN: the month-end figure where the record holds it, else the deployments' sum."""
    month, rows = record.month(case)
    if month:
        told = [f"{record.un_missions[row[0]].acronym} {month} {row[1]}: {row[3]}" for row in rows]
        return exactly(sum(row[3] for row in rows), month, (row[4] for row in rows), told)
    reason = _("The strength of these deployments is not known: %(missions)s.")
    deployments, low, high, told = _added_up(record, case, "strength", reason)
    return of_the_house(
        low, high, case.on, deployments, "strength", told, low if case.kind else None,
        parts=deployments if case.mission else (),  # over all missions nobody can tell whose the rest is
    )  # fmt: skip


def women(record, case):
    """Women serving under the UN. A deployment that does not state them may hold any number up to its strength."""
    month, rows = record.month(case)
    if month:
        low = sum(row[2] or 0 for row in rows)
        high = sum(row[3] if row[2] is None else row[2] for row in rows)
        told = [
            f"{record.un_missions[row[0]].acronym} {month} {row[1]}: {'-' if row[2] is None else row[2]}"
            for row in rows
        ]
        return Result(low, high, month, frozenset(row[4] for row in rows if row[4]), tuple(told))
    in_force = record.in_force(case)
    deployments = [d for d, _certain in in_force]
    unknown = _acronyms(record, (d for d in deployments if d.women is None and d.strength is None))
    if unknown:
        raise CannotSay(
            _("The number of women in these deployments is not known: %(missions)s.") % {"missions": unknown}
        )
    low = sum(d.women or 0 for d, certain in in_force if certain)
    high = sum(d.strength if d.women is None else d.women for d in deployments)
    told = [_row(record, d, f": {'-' if d.women is None else d.women}") for d in deployments]
    group = sum(d.strength or 0 for d, certain in in_force if certain)
    return of_the_house(low, high, case.on, deployments, "women", told, group, parts=deployments)


def authorised_strength(record, case):
    """The ceiling of the mandate or of parliament for the deployments in the mission."""
    reason = _("The authorised strength of these deployments is not known: %(missions)s.")
    deployments, low, high, told = _added_up(record, case, "authorised_strength", reason)
    return of_the_house(low, high, case.on, deployments, "authorised_strength", told)


def _added_up(record, case, field, reason):
    """This will return (deployments, sum that is certain, largest sum, rows) of a field of those in force.

    Where one of them does not state it, the record cannot say, for the `reason`.
    """
    in_force = record.in_force(case)
    deployments = [deployment for deployment, _certain in in_force]
    if unknown := _acronyms(record, (d for d in deployments if getattr(d, field) is None)):
        raise CannotSay(reason % {"missions": unknown})
    told = [_row(record, d, f": {getattr(d, field)}") for d in deployments]
    low = sum(getattr(d, field) for d, certain in in_force if certain)
    return deployments, low, sum(getattr(d, field) for d in deployments), told


def _acronyms(record, deployments):
    return ", ".join(sorted({record.un_missions[deployment.mission_id].acronym for deployment in deployments}))


def missions_joined(record, case):
    """UN missions to which at least one deployment had begun by the day. Coalitions never count."""
    begun = record.begun(case)
    certain = {deployment.mission_id for deployment, is_certain in begun if is_certain}
    possible = {deployment.mission_id for deployment, _is_certain in begun}
    first = {}
    for deployment, _is_certain in begun:
        first.setdefault(deployment.mission_id, deployment)
    told = [_row(record, d) for d in first.values()]
    return of_the_house(len(certain), len(possible), case.on, first.values(), "kind", told)


def years_since_first(record, case):
    """Full years since the first deployment (of the case's kind) to a UN mission began."""
    begun = [deployment for deployment, _certain in record.begun(case)]
    late = min(latest_start(deployment) for deployment in begun)
    # Whoever may have been the first: all that may have begun before the latest day on which somebody certainly had.
    first = [deployment for deployment in begun if (deployment.start or date.min) <= late]
    low = _full_years(min(late, case.on), case.on)
    high = None if any(d.start is None for d in first) else _full_years(min(d.start for d in first), case.on)
    return of_the_house(low, high, case.on, first, "period", [_row(record, deployment) for deployment in first])


def _full_years(since, on):
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def tours(record, case):
    """Tours of duty under the UN that had begun by the day. A person who went twice counts twice.

    A deployment's head count is at least so many tours, whether they are named in the record or not; without every
    tour named the answer is a lower bound, since people are replaced within a rotation.
    """
    low, is_whole, told = 0, True, []
    for deployment, certain in record.begun(case):
        sure, possible = record.tours.get((deployment.pk, case.on), (0, 0))
        counted = deployment.strength or 0
        low += max(sure, counted if certain else 0)
        is_whole &= certain and sure == possible and deployment.strength is not None and sure >= counted
        told.append(_row(record, deployment, f": {possible} ({deployment.strength or '-'})"))
    if not low:
        raise CannotSay(_("The record holds no tour of duty before that day."))
    return _of_tours(record, case, low, low if is_whole else None, told)


def _of_tours(record, case, low, high, told):
    """This will return a number of tours or people; where more tours are named than heads counted, it is theirs."""
    deployments = [deployment for deployment, _certain in record.begun(case)]
    found = of_the_house(low, high, case.on, deployments, "strength", told, low if case.kind else None)
    named = {d.pk for d in deployments if record.tours.get((d.pk, case.on), (0, 0))[1] > (d.strength or 0)}
    return replace(found, rests_on=frozenset((pk, "tours" if pk in named else field) for pk, field in found.rests_on))


def persons_served(record, case):
    """Different persons whose tour under the UN had begun by the day. A person who went twice counts once.

    People whom the record does not name may be the same in two rotations or others, and a head count is of one day:
    while a deployment is not named in full, the record knows only a lower bound, the largest head count or the people
    named, if they are more.
    """
    sure, possible = record.people[case]
    largest, is_whole, told = 0, True, []
    for deployment, certain in record.begun(case):
        _named, maybe = record.tours.get((deployment.pk, case.on), (0, 0))
        largest = max(largest, deployment.strength or 0) if certain else largest
        is_whole &= certain and maybe > 0 and deployment.strength is not None and maybe >= deployment.strength
        told.append(_row(record, deployment, f": {maybe} ({deployment.strength or '-'})"))
    low = max(sure, largest)
    if not low and not possible:
        raise CannotSay(_("The record holds no tour of duty before that day."))
    return _of_tours(record, case, low, possible if is_whole else None, told)


def rank(record, case):
    """The contributor's place among all by month-end strength, 1 being the largest; equals share a place."""
    month, rows = record.month(case)
    if month is None:
        raise CannotSay(_("The record holds no month-end figures for that day."))
    own, ahead, contributors, told = record.place(month, case)
    if not own:
        raise CannotSay(_("The country contributed nobody that month."))
    if contributors < 2:
        raise CannotSay(_("The record holds no other contributor's figures for that month."))
    return exactly(ahead + 1, month, (row[4] for row in rows), told)


def fatalities(record, case):
    """Fatalities of all nations that the UN reports for the mission, up to the day.

    The UN's file lists some casualties twice, under two nationalities; each casualty id counts once.
    """
    of_all, _own, day = record.casualties_of(case)
    return exactly(of_all, day, record.casualty_sources, _casualty_rows(record, case))


def own_fatalities(record, case):
    """Fatalities that the UN reports under the contributor's nationality, up to the day."""
    _all, own, day = record.casualties_of(case)
    return exactly(own, day, record.casualty_sources, _casualty_rows(record, case, own=True))


def _casualty_rows(record, case, *, own=False):
    """This will return the casualties behind the answer, where somebody asked for the rows."""
    if not record.in_detail:
        return ()
    rows = Casualty.objects.known(record.known_at).filter(date__lte=case.on)
    if case.mission:
        rows = rows.filter(mission=case.mission)
    if own:
        rows = rows.filter(nationality__iso3=record.contributor)
    return (f"{c.casualty_id} {c.date} {c.incident_type}" for c in rows.order_by("date", "casualty_id", "occurrence"))
