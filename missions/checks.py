"""Suspicious things in the record: what stands in it and can hardly be so, each with its reason.

A check never changes anything. Each suspicion can be accepted with a reason, and stays accepted until the data behind
it change: the acceptance holds a fingerprint of them.
"""

import hashlib
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Min, Sum, prefetch_related_objects
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ledger import audit
from missions import standing
from missions.models import Acceptance, Casualty, Contribution, Country, Deployment, Mission, Tour
from missions.models.contribution import PersonnelType
from missions.models.kept import as_known
from missions.un_data.places import COUNTRIES, PLACES

NEIGHBOURS = 2  # places in the alphabetical list of a mission's contributors
GAP = 4  # months within which a neighbour's series goes on
CLOSING_DOWN = timedelta(days=62)  # contributions go on for a while after a mandate's end
FAR = 6  # degrees beyond a country's own extent
FEW = 3  # months that a copied row stands for; two long series may be alike by chance

CHECKS = {
    "misfiled": gettext_lazy("Rows that look misfiled from a neighbour"),
    "sums": gettext_lazy("Sums that disagree"),
    "coordinates": gettext_lazy("Coordinates far from the mission's countries"),
    "outside_life": gettext_lazy("Contributions outside their mission's life"),
    "tour_outside": gettext_lazy("Tours outside their deployment"),
    "over_authorised": gettext_lazy("More tours at once than authorised"),
    "orphans": gettext_lazy("Figures whose mission or country is gone"),
}


class CannotAccept(Exception):
    """The suspicion cannot be accepted. The message says why."""


@dataclass(frozen=True)
class Suspicion:
    """One suspicious thing: the check that found it, what it is about, why, and the data that it rests on.

    What it is about is said in the language of whoever looks.
    """

    check: str
    subject: str
    reason: str
    data: object = field(compare=False)

    @property
    def fingerprint(self):
        return hashlib.sha256(json.dumps(self.data, sort_keys=True, default=str).encode()).hexdigest()


def find(known_at=None):
    """This will return (open suspicions, [(accepted suspicion, its acceptance)]) in a fixed order.

    With `known_at` the record is asked as this house knew it then; the mission of a figure of the UN is as it stands.
    """
    return _parted(_suspicions(known_at), known_at)


def find_standing(at):
    """This will return what `find` does, at `at`, without looking through the record again while nothing changed in it.

    What was accepted is asked each time. A row that was changed past every verb is seen with the next change.
    """
    return _parted(standing.of(("suspicions",), lambda: list(_suspicions(None)), at=at), None)


def _suspicions(known_at):
    for check in (_misfiled, _sums, _coordinates, _outside_life, _tours_outside, _over_authorised, _orphans):
        yield from check(known_at)


def _parted(suspicions, known_at):
    given = Acceptance.objects.select_related("by")
    accepted = defaultdict(dict)
    for acceptance in given if known_at is None else given.filter(at__lte=known_at):
        accepted[acceptance.check_name, acceptance.fingerprint][acceptance.subject] = acceptance
    waiting, settled = [], []
    for suspicion in suspicions:
        if acceptance := _among(accepted.get((suspicion.check, suspicion.fingerprint)), suspicion.subject):
            settled.append((suspicion, acceptance))
        else:
            waiting.append(suspicion)
    return waiting, settled


def _among(acceptances, subject):
    """This will return the acceptance of the subject, in whatever language it was given, or None."""
    for language, _name in settings.LANGUAGES if acceptances else ():
        with override(language):
            if found := acceptances.get(str(subject)):
                return found
    return None


# What a suspicion is about, in the language that is active when it is read.
_words = lazy(lambda *parts: " ".join(map(str, parts)), str)


def accept(check, subject, fingerprint, *, reason, by, at):
    """This will accept a suspicion as it stands now; raises `CannotAccept` where the data changed meanwhile."""
    if not reason.strip():
        raise CannotAccept(_("Say why this is accepted."))
    waiting, _settled = find()
    if (check, subject, fingerprint) not in {(s.check, s.subject, s.fingerprint) for s in waiting}:
        raise CannotAccept(_("The data changed meanwhile. Look at it again."))
    with transaction.atomic():
        made = Acceptance.objects.create(
            check_name=check, subject=subject, fingerprint=fingerprint, reason=reason.strip(), by=by, at=at
        )
        audit.note("accept", made, by=by, at=at)
    return made


def _months_between(one, other):
    return (other.year - one.year) * 12 + other.month - one.month


def _misfiled(known_at):
    """A country's rows stand only where a neighbour in the alphabet has a gap, and fit that neighbour's series; or they
    are few and say the same as the neighbour's rows of those months.

    Asked of the house's own country: rows filed under it, and its rows that may be filed under a neighbour.
    """
    house = settings.CONTRIBUTOR
    names = dict(Country.objects.values_list("iso3", "name_en"))
    own = Contribution.objects.known(known_at).filter(measure=Contribution.Measure.MONTH_END, contributor__iso3=house)
    missions = set(own.values_list("mission", flat=True))
    series = defaultdict(dict)
    rows = Contribution.objects.known(known_at).filter(
        measure=Contribution.Measure.MONTH_END, mission__in=missions, total__gt=0
    )
    for mission, kind, iso3, month, total in rows.values_list(
        "mission__acronym", "personnel_type", "contributor__iso3", "month", "total"
    ):
        series[mission, kind].setdefault(iso3, {})[month] = total
    for (mission, kind), by_country in sorted(series.items()):
        if house not in by_country:
            continue
        order = sorted(by_country, key=lambda iso3: names.get(iso3, iso3))
        place = order.index(house)
        beside = [o for o in order[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1] if o != house]
        pairs, house_is_suspect = [(house, beside), *((other, [house]) for other in beside)], False
        for suspect, owners in pairs:
            if house_is_suspect:  # nobody continues a series that is itself misfiled
                break
            months = sorted(by_country[suspect])
            filled = [owner for owner in owners if _fills_gaps(by_country[suspect], by_country[owner])]
            copied = [owner for owner in owners if _copies(by_country[suspect], by_country[owner])]
            if filled:
                reason = _(
                    "%(suspect)s stands in %(months)s only where %(owner)s is missing, and continues its series."
                )
            elif copied:
                reason = _("%(suspect)s stands in %(months)s only, with the same figures as %(owner)s beside it.")
            else:
                continue
            house_is_suspect = suspect == house
            owners = filled or copied
            reason %= {"suspect": suspect, "owner": ", ".join(owners), "months": _listed(months)}
            data = [sorted(by_country[iso3].items()) for iso3 in (suspect, *owners)]
            yield Suspicion("misfiled", _words(mission, PersonnelType(kind).label, suspect), reason, data)


def _fills_gaps(suspect, owner):
    """This will say whether the suspect's months all lie in gaps of the owner's series and most fit its size."""
    if suspect.keys() & owner.keys() or len(suspect) >= len(owner):
        return False
    fits = 0
    for month, total in suspect.items():
        near = [value for other, value in owner.items() if abs(_months_between(month, other)) <= GAP]
        if not near:
            return False
        fits += min(near) - 2 <= total <= max(near) + 2
    return 2 * fits > len(suspect)


def _copies(suspect, owner):
    """This will say whether the suspect's months are few and the owner has the same figures in them and many more."""
    is_short = len(suspect) <= FEW and len(owner) > 2 * len(suspect)
    return is_short and all(owner.get(month) == total for month, total in suspect.items())


def _listed(months):
    """This will return months as text, those that follow one another as a range: "2010-03, 2010-05 – 2010-09"."""
    runs = []
    for month in sorted(months):
        if runs and _months_between(runs[-1][1], month) == 1:
            runs[-1][1] = month
        else:
            runs.append([month, month])
    return ", ".join(f"{a:%Y-%m}" if a == b else f"{a:%Y-%m} – {b:%Y-%m}" for a, b in runs)


def _sums(known_at):
    """Figures of one thing that two parts of the record state differently."""
    house = Contribution.objects.known(known_at).filter(contributor__iso3=settings.CONTRIBUTOR)
    month_end = house.filter(measure=Contribution.Measure.MONTH_END)
    unsexed = Contribution.objects.known(known_at).filter(
        measure=Contribution.Measure.MONTH_END, men__isnull=True, total__gt=0
    )
    names = ("mission__acronym", "personnel_type", "contributor__iso3", "month")
    for (mission, kind, iso3), rows in itertools.groupby(
        unsexed.order_by(*names).values_list(*names, "total"), key=lambda row: row[:3]
    ):
        rows = [row[3:] for row in rows]
        yield Suspicion(
            "sums", _words(mission, PersonnelType(kind).label, iso3),
            _("In %(months)s men and women are not told or do not add up; only the total is kept.")
            % {"months": _listed(month for month, _total in rows)},
            rows,
        )  # fmt: skip
    months = defaultdict(lambda: defaultdict(int))
    for mission, month, total in month_end.values_list("mission__acronym", "month", "total"):
        months[mission, month.year][month] += total
    means = house.filter(measure=Contribution.Measure.YEAR_MEAN)
    for mission, month, mean in means.order_by("month", "mission__acronym").values_list(
        "mission__acronym", "month", "total"
    ):
        known = months.get((mission, month.year), {})
        if len(known) == 12 and abs(sum(known.values()) / 12 - mean) > 1:
            yield Suspicion(
                "sums", f"{mission} {month.year}",
                _("The year's mean is given as %(given)s; the twelve months make %(reckoned)s.")
                % {"given": mean, "reckoned": round(sum(known.values()) / 12, 1)},
                [mean, sorted(known.items())],
            )  # fmt: skip
    yield from _incomplete_years(known_at)
    yield from _against_the_un(month_end, known_at)


def _incomplete_years(known_at):
    """A year whose means are far below both neighbours' is hardly a whole year."""
    totals = dict(
        Contribution.objects.known(known_at).filter(measure=Contribution.Measure.YEAR_MEAN)
        .values_list("month__year").annotate(sum=Sum("total")).order_by("month__year")
    )  # fmt: skip
    for year, total in totals.items():
        beside = [totals[other] for other in (year - 1, year + 1) if other in totals]
        if beside and total * 4 < min(beside):
            yield Suspicion(
                "sums", str(year),
                _("The means of %(year)s add up to %(total)s, those beside to %(beside)s: the year looks incomplete.")
                % {"year": year, "total": total, "beside": ", ".join(map(str, beside))},
                [total, beside],
            )  # fmt: skip


def _against_the_un(month_end, known_at):
    """The head counts of the house's deployments against the UN's newest month, mission by mission."""
    newest = month_end.aggregate(month=Max("month"))["month"]
    if newest is None:
        return
    told = dict(month_end.filter(month=newest).values_list("mission__acronym").annotate(sum=Sum("total")).order_by())
    counted = defaultdict(list)
    deployments = as_known(Deployment, known_at, joined=["mission"])
    for deployment in sorted(deployments, key=lambda deployment: deployment.pk):
        if not (deployment.mission.is_un and deployment.may_hold(newest)):
            continue
        # Where the dates do not say whether it was there that day, its head count says nothing.
        is_there = deployment.certainly_holds(newest)
        counted[deployment.mission.acronym].append(deployment.strength if is_there else None)
    for mission, strengths in sorted(counted.items()):
        if None not in strengths and sum(strengths) != told.get(mission, 0):
            yield Suspicion(
                "sums", f"{mission} {newest:%Y-%m}",
                _("The deployments in force add up to %(own)s, the UN's month-end figure is %(told)s.")
                % {"own": sum(strengths), "told": told.get(mission, 0)},
                [strengths, told.get(mission, 0)],
            )  # fmt: skip


def _coordinates(known_at):
    """Headquarters that lie far from every host country, or from the town that they are said to be in."""
    missions = as_known(Mission, known_at, longitude__isnull=False)
    prefetch_related_objects(missions, "host_countries")
    for mission in sorted(missions, key=lambda mission: mission.acronym):
        at = (float(mission.longitude), float(mission.latitude))
        hosts = [COUNTRIES[c.iso3] for c in mission.host_countries.all() if c.iso3 in COUNTRIES]
        data = [at, mission.headquarters, hosts]
        if hosts:
            if all(_degrees(at, (east, north)) > size + FAR for east, north, size in hosts):
                yield Suspicion(
                    "coordinates", mission.acronym,
                    _("%(place)s lies far from every host country.") % {"place": f"{at[0]}, {at[1]}"}, data,
                )  # fmt: skip
        elif mission.headquarters in PLACES and _degrees(at, PLACES[mission.headquarters]) > FAR:
            yield Suspicion(
                "coordinates", mission.acronym,
                _("%(place)s lies far from %(town)s.")
                % {"place": f"{at[0]}, {at[1]}", "town": mission.headquarters}, data,
            )  # fmt: skip


def _degrees(one, other):
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _outside_life(known_at):
    """The UN's figures for months before a mission began or well after it ended."""
    spans = (
        Contribution.objects.known(known_at).filter(measure=Contribution.Measure.MONTH_END, total__gt=0)
        .values("mission__acronym", "mission__start", "mission__end")
        .annotate(first=Min("month"), last=Max("month")).order_by("mission__acronym")
    )  # fmt: skip
    for span in spans:
        start, end = span["mission__start"], span["mission__end"]
        data = [start, end, span["first"], span["last"]]
        if start and span["first"] < start:
            yield Suspicion(
                "outside_life", span["mission__acronym"],
                _("Contributions begin in %(month)s, the mission on %(day)s.")
                % {"month": f"{span['first']:%Y-%m}", "day": start}, data,
            )  # fmt: skip
        if end and span["last"] > end + CLOSING_DOWN:
            yield Suspicion(
                "outside_life", f"{span['mission__acronym']} (end)",
                _("Contributions go on until %(month)s, the mission ended before %(day)s.")
                % {"month": f"{span['last']:%Y-%m}", "day": end}, data,
            )  # fmt: skip


def _tours_outside(known_at):
    """Tours that go on although their deployment ended, or that lie outside it."""
    deployments = {row.pk: row for row in as_known(Deployment, known_at, joined=["mission"])}
    tours = list(Tour.objects.perhaps_outside()) if known_at is None else as_known(Tour, known_at)
    for tour in sorted(tours, key=lambda tour: tour.pk):
        if tour.deployment_id not in deployments:
            continue
        tour.deployment = deployments[tour.deployment_id]
        open_end = tour.end is None and tour.deployment.end is not None
        if open_end or tour.certainly_outside(tour.deployment):
            yield Suspicion(
                "tour_outside", _words(tour, tour.deployment),
                _("The tour has no end, its deployment ended before %(day)s.") % {"day": tour.deployment.end}
                if open_end else _("The tour lies outside its deployment."),
                [tour.start, tour.end, tour.deployment.start, tour.deployment.end],
            )  # fmt: skip


def _over_authorised(known_at):
    """The greatest number of tours on one day of a deployment, against its ceiling."""
    if known_at is None:
        # Where all tours are no more than the ceiling, those of one day are not either.
        counted = Deployment.objects.annotate(all_tours=Count("tours")).filter(all_tours__gt=F("authorised_strength"))
        deployments = list(counted.select_related("mission"))
        periods = Tour.objects.filter(deployment__in=deployments).values_list("deployment_id", "start", "end")
    else:
        deployments = as_known(Deployment, known_at, joined=["mission"], authorised_strength__isnull=False)
        periods = ((tour.deployment_id, tour.start, tour.end) for tour in as_known(Tour, known_at))
    steps_of = defaultdict(list)
    for deployment, start, end in periods:
        steps_of[deployment] += [(start, 1), (end or date.max, -1)]
    for deployment in sorted(deployments, key=lambda deployment: deployment.pk):
        # On one day those who leave are counted out before those who come: periods are half-open.
        most = now = 0
        for _day, step in sorted(steps_of[deployment.pk]):
            now += step
            most = max(most, now)
        if most > deployment.authorised_strength:
            yield Suspicion(
                "over_authorised", _words(deployment),
                _("%(most)s tours at once, %(authorised)s authorised.")
                % {"most": most, "authorised": deployment.authorised_strength},
                [most, deployment.authorised_strength],
            )  # fmt: skip


def _orphans(known_at):
    """Rows of the UN's figures whose parent is gone: their keys are not constrained, for the speed of imports."""
    for rows, noun, name, parents in (
        (Contribution.objects.known(known_at), "contribution", "mission", Mission),
        (Contribution.objects.known(known_at), "contribution", "contributor", Country),
        (Casualty.objects.known(known_at), "casualty", "mission", Mission),
        (Casualty.objects.known(known_at).exclude(nationality=None), "casualty", "nationality", Country),
    ):
        # What the record got to know later is not gone.
        known = {*parents.objects.values_list("pk", flat=True), *(row.pk for row in as_known(parents, known_at))}
        count = rows.exclude(**{f"{name}_id__in": known}).count()
        if count:
            yield Suspicion(
                "orphans",
                f"{noun}: {name}",
                _("%(count)s figures name a parent that is gone.") % {"count": count},
                count,
            )
