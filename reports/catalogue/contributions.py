"""Reports over the UN's monthly figures."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from missions.models import Contribution, ImportRun, Mission
from missions.models.contribution import PersonnelType
from reports.catalogue import then
from reports.declared import Column, Kind, Query, Report

MAY_TAKE = "reports.run_reports"


def own_months(asked):
    """This will return the country's month-end figures that the question is about, as they were known."""
    return Contribution.objects.known(asked.known_at).filter(of_own_months(asked))


def of_own_months(asked):
    """This will return the condition on the country's month-end figures that the question is about."""
    wanted = Q(
        contributor__iso3=settings.CONTRIBUTOR, measure=Contribution.Measure.MONTH_END, month__lte=asked.on
    )  # fmt: skip
    if start := asked.get("start"):
        wanted &= Q(month__gte=start)
    if end := asked.get("end"):
        wanted &= Q(month__lte=end)
    if missions := asked.get("missions"):
        wanted &= Q(mission__acronym__in=missions)
    if categories := asked.get("categories"):
        wanted &= Q(personnel_type__in=categories)
    return wanted


def sources_of(rows):
    """This will return (title, publisher, address) of each source of rows with a run, by title."""
    runs = ImportRun.objects.filter(pk__in=rows.order_by().values("run"), source__isnull=False)
    found = runs.order_by("source__title", "source").values_list("source__title", "source__publisher", "source__url")
    return tuple(dict.fromkeys(found))


def strength_by_month(asked):
    mission = then.text(Mission, "mission", "acronym", asked.known_at)
    rows = own_months(asked).alias(shown_mission=mission)
    return Query(
        rows.order_by("month", "shown_mission", "personnel_type", "pk"),
        {
            "month": "month", "mission": mission, "category": then.label("personnel_type", PersonnelType.choices),
            "men": "men", "women": "women", "total": "total", "source": "run__source__title",
        },
    )  # fmt: skip


REPORTS = [
    Report(
        slug="strength-by-month",
        title=_("Strength by month"),
        description=_("The UN's month-end figures for the country, by mission and category."),
        permission=MAY_TAKE,
        group="record",
        columns=(
            Column("month", _("Month"), Kind.DATE),
            Column("mission", _("Mission")),
            Column("category", _("Category")),
            Column("men", _("Men"), Kind.INTEGER),
            Column("women", _("Women"), Kind.INTEGER),
            Column("total", _("Total"), Kind.INTEGER),
            Column("source", _("Source")),
        ),
        rows=strength_by_month,
        takes=("start", "end", "missions", "categories"),
        reads=("missions.contribution", "missions.mission"),
        key=("month", "mission", "category"),
        within=lambda asked: {"missions.contribution": of_own_months(asked)},
        sources=lambda asked: sources_of(own_months(asked)),
    ),
]
