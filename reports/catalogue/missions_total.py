"""The country against the whole of each mission: its share, and its place among the contributors."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions.models import Contribution, Mission
from reports.catalogue import charted, contributions, then
from reports.declared import TAKES, Column, Kind, Report

MOST_LINES = 2


def against_mission(asked):
    """This will yield a row for each month and mission to which the country contributed, earliest first.

    Equal totals share a place. Where the record holds only one contributor's rows of a month they are not the whole
    mission, and nothing of the whole is told. Who contributed nobody is no contributor.
    """
    missions = then.rows(Mission, asked.known_at)
    rows = []
    for (month, mission), of_all in groupby(_totals(asked), key=lambda row: row[:2]):
        totals = {iso3: total for *_of, iso3, total in of_all}
        own = totals.get(settings.CONTRIBUTOR)
        if own is not None:
            rows.append((month, missions[mission].acronym, own, *_place(own, totals)))
    yield from sorted(rows)


def _place(own, totals):
    """This will return (total of all, the own per cent of it, rank, number of contributors), each None if not known."""
    if len(totals) < 2:
        return None, None, None, None
    told = [total for total in totals.values() if total]
    whole = sum(told)
    rank = sum(total > own for total in told) + 1 if own else None
    return whole, per_cent(own, whole), rank, len(told)


def per_cent(part, whole):
    """This will return the part of each hundred, to two places, or None of nothing."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else None


def _totals(asked):
    """This will return (month, mission id, contributor, total), in that order, where the country has figures.

    A contributor of another category than those asked for is there with None: it shows that the record holds the whole.
    """
    own = contributions.own_months(asked).order_by()
    of_own = {field: sorted(own.values_list(field, flat=True).distinct()) for field in ("month", "mission_id")}
    categories = asked.get("categories")
    rows = contributions.months(asked).filter(
        measure=Contribution.Measure.MONTH_END, month__in=of_own["month"], mission_id__in=of_own["mission_id"]
    )
    counted = Sum("total", filter=Q(personnel_type__in=categories)) if categories else Sum("total")
    rows = rows.values("month", "mission_id", "contributor__iso3").annotate(counted=counted)
    rows = rows.order_by("month", "mission_id", "contributor__iso3")
    return rows.values_list("month", "mission_id", "contributor__iso3", "counted").iterator(chunk_size=2000)


def rank_chart(asked):
    """The country's place in the missions to which it contributed most in the end."""
    lines = {}
    for month, mission, own, _whole, _share, rank, _count in against_mission(asked):
        lines.setdefault(mission, {})[month] = (rank, own)
    latest = sorted(lines, key=lambda mission: (max(lines[mission]), lines[mission][max(lines[mission])][1], mission))
    drawn = latest[-MOST_LINES:][::-1]
    return charted.over_months(
        "strength-against-mission",
        _("The country's place among the contributors"),
        [
            (mission, look, {month: rank for month, (rank, _own) in lines[mission].items()})
            for mission, look in zip(drawn, ("first", "second"), strict=False)
        ],
        sources=sources(asked), unit="place", place=True,
    )  # fmt: skip


def sources(asked):
    """The sources of all contributors' rows, since the total and the place rest on them."""
    own = contributions.own_months(asked).order_by()
    return contributions.sources_of(
        contributions.months(asked).filter(
            measure=Contribution.Measure.MONTH_END, month__in=own.values("month"), mission__in=own.values("mission")
        )
    )


REPORTS = [
    Report(
        slug="strength-against-mission",
        title=gettext_lazy("The country against the mission's total"),
        description=gettext_lazy(
            "The country's month-end strength beside that of all contributors to each mission: its part in per cent, "
            "and its place, which equal totals share. Empty where the record holds no other contributor's figures of "
            "the month."
        ),
        permission=TAKES,
        columns=(
            contributions.MONTH,
            contributions.MISSION,
            Column("own", gettext_lazy("Of the country"), Kind.INTEGER),
            Column("whole", gettext_lazy("Of all contributors"), Kind.INTEGER),
            Column("per_cent", gettext_lazy("Per cent"), Kind.DECIMAL),
            Column("rank", gettext_lazy("Place among the contributors"), Kind.INTEGER),
            Column("contributors", gettext_lazy("Number of contributors"), Kind.INTEGER),
        ),
        rows=against_mission,
        takes=("start", "end", "missions", "categories"),
        reads=contributions.READS,
        key=("month", "mission"),
        sources=sources,
        chart=rank_chart,
        within=lambda asked: {"missions.contribution": lambda rows: contributions.of_months(rows, asked)},
    )
]
