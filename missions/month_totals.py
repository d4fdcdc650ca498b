"""What the UN's figures add up to by month, kept so that no page adds up a million rows.

Of every mission's month the sum over its contributors, and of every contributor the sum over the missions of the UN.
Triggers mark the months whose figures change, by an import or otherwise; `settle` adds them up again in the transaction
of the change; whoever reads meanwhile adds up the figures themselves.
"""

from datetime import date

from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q, Sum

from missions.models import Contribution, ContributorTotal, Mission, MonthTotal, UnsettledMonth

UNKNOWN = Q(women__isnull=True)


def of_mission(mission, known_at=None):
    """This will return {measure, month, run, one, other, whole, whole_women, unsaid} rows of a mission's months."""
    if known_at is None and not UnsettledMonth.objects.filter(mission_id=mission.pk).exists():
        kept = MonthTotal.objects.filter(mission_id=mission.pk).order_by("measure", "month", "run_id")
        return kept.values("measure", "month", "one", "other", "whole", "whole_women", "unsaid", run=F("run_id"))
    rows = Contribution.objects.known(known_at).filter(mission=mission).order_by("measure", "month", "run")
    return rows.values("measure", "month", "run").annotate(
        one=Min("contributor"), other=Max("contributor"), whole=Sum("total"), whole_women=Sum("women"),
        unsaid=Count("pk", filter=UNKNOWN),
    )  # fmt: skip


def places(months, contributor):
    """This will return {month: (the contributor's total, how many have more, how many contribute)}, or None.

    None where one of the months is marked, so that its figures must be added up.
    """
    if UnsettledMonth.objects.filter(month__in=months).exists():
        return None
    if not months:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.month, max(own.total), sum(CASE WHEN t.total > own.total THEN 1 ELSE 0 END), count(*) "
            "FROM missions_contributortotal t LEFT JOIN missions_contributortotal own ON own.month = t.month "
            "AND own.contributor_id = (SELECT id FROM missions_country WHERE iso3 = %s) "
            f"WHERE t.month IN ({', '.join(['%s'] * len(months))}) GROUP BY t.month",
            [contributor, *sorted(months)],
        )
        return {_day(month): (had or 0, ahead, of) for month, had, ahead, of in cursor.fetchall()}


def _day(month):
    return date.fromisoformat(month) if isinstance(month, str) else month  # SQLite gives a day as text


def number_of_figures():
    """This will return how many contributions are known now."""
    if UnsettledMonth.objects.exists():
        return Contribution.objects.known().count()
    return MonthTotal.objects.aggregate(number=Sum("figures", default=0))["number"]


MARKED = (
    "EXISTS (SELECT 1 FROM missions_unsettledmonth u WHERE u.mission_id = {0}.mission_id AND u.month = {0}.month "
    "AND u.measure = {0}.measure)"
)
STATEMENTS = (
    f"DELETE FROM missions_monthtotal WHERE {MARKED.format('missions_monthtotal')}",
    "INSERT INTO missions_monthtotal (mission_id, month, measure, run_id, figures, one, other, whole, whole_women, "
    "unsaid) SELECT c.mission_id, c.month, c.measure, c.run_id, count(*), min(c.contributor_id), "
    "max(c.contributor_id), sum(c.total), sum(c.women), sum(CASE WHEN c.women IS NULL THEN 1 ELSE 0 END) "
    "FROM missions_unsettledmonth u JOIN missions_contribution c ON c.mission_id = u.mission_id AND c.month = u.month "
    "AND c.measure = u.measure WHERE c.known_until IS NULL GROUP BY c.mission_id, c.month, c.measure, c.run_id",
    "DELETE FROM missions_contributortotal WHERE month IN (SELECT month FROM missions_unsettledmonth)",
    "INSERT INTO missions_contributortotal (month, contributor_id, total) SELECT c.month, c.contributor_id, "
    "sum(c.total) FROM missions_mission m JOIN missions_contribution c ON c.mission_id = m.id "
    f"WHERE c.known_until IS NULL AND c.measure = '{Contribution.Measure.MONTH_END.value}' "
    f"AND m.kind IN ({', '.join(repr(kind.value) for kind in Mission.UN_KINDS)}) "
    "AND c.month IN (SELECT month FROM missions_unsettledmonth) GROUP BY c.month, c.contributor_id",
    "DELETE FROM missions_unsettledmonth",
)


def settle():
    """This will add up again what is marked, within the transaction of the change that marked it.

    It is done by one at a time: two who added up a month of one contributor would not see each other's figures.
    """
    with transaction.atomic():
        if not UnsettledMonth.objects.exists():
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('month totals', 0))")
            for statement in STATEMENTS:
                cursor.execute(statement)


def count_again():
    """This will add up everything, whatever was kept."""
    with transaction.atomic():
        MonthTotal.objects.all().delete()
        ContributorTotal.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO missions_unsettledmonth (mission_id, month, measure) SELECT DISTINCT mission_id, month, "
                "measure FROM missions_contribution WHERE known_until IS NULL "
                "ON CONFLICT (mission_id, month, measure) DO NOTHING"
            )
        settle()


def wrong():
    """This will return what of the kept totals is not what the figures add up to, in words; nothing while some wait."""
    if UnsettledMonth.objects.exists():
        return []
    rows = Contribution.objects.known().order_by()
    months = rows.values_list("mission_id", "month", "measure", "run_id").annotate(Sum("total"), Count("pk"))
    month_end = rows.filter(measure=Contribution.Measure.MONTH_END, mission__in=Mission.objects.un())
    true = {
        MonthTotal: set(months),
        ContributorTotal: set(month_end.values_list("month", "contributor_id").annotate(Sum("total"))),
    }
    kept = {
        MonthTotal: MonthTotal.objects.values_list("mission_id", "month", "measure", "run_id", "whole", "figures"),
        ContributorTotal: ContributorTotal.objects.values_list("month", "contributor_id", "total"),
    }
    return [f"{of.__name__} {row}" for of in kept for row in sorted(set(kept[of]) ^ true[of], key=str)]
