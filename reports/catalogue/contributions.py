"""Reports over the UN's monthly figures, row by row: the country's own, and those of every contributor."""

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions.models import Contribution, Country, ImportRun, Mission, Source
from missions.models.contribution import PersonnelType
from reports.catalogue import charted, then
from reports.declared import TAKES, Column, Kind, Query, Report

READS = ("missions.contribution", "missions.mission", "missions.source")


def known(model, asked):
    """This will return the rows of a noun with vintages as they were known when the question is of.

    Where nothing was corrected since, it asks for what is known still: only that is in the order of an index.
    """
    if model.objects.filter(known_until__gt=asked.known_at).exists():
        return model.objects.known(asked.known_at)
    return model.objects.known().filter(known_from__lte=asked.known_at)


def of_period(rows, asked, day):
    """This will return the rows whose `day` lies within the period that is asked for, and is not after `asked.on`."""
    rows = rows.filter(**{f"{day}__lte": min(asked.on, asked.get("end", asked.on))})
    return rows.filter(**{f"{day}__gte": asked.get("start")}) if asked.get("start") else rows


def of_missions(rows, asked):
    if missions := asked.get("missions"):
        return rows.filter(mission__in=then.ids(Mission, "acronym", missions, asked.known_at))
    return rows


def of_categories(rows, asked):
    categories = asked.get("categories")
    return rows.filter(personnel_type__in=categories) if categories else rows


def of_months(rows, asked):
    """This will return those of the UN's figures that are of the period and the missions."""
    return of_missions(of_period(rows, asked, "month"), asked)


def of_own(rows, asked):
    """This will return those of the UN's figures that are the country's at a month's end, and asked for."""
    own = of_months(rows, asked).filter(
        contributor__iso3=settings.CONTRIBUTOR, measure=Contribution.Measure.MONTH_END
    )  # fmt: skip
    return of_categories(own, asked)


def months(asked):
    """This will return the UN's figures of the period and the missions, of all contributors, categories, measures."""
    return of_months(known(Contribution, asked), asked)


def own_months(asked):
    """This will return the country's month-end figures that the question is about, as they were known."""
    return of_own(known(Contribution, asked), asked)


def sources_of(rows):
    """This will return (title, publisher, address) of each source of rows with a run, by title."""
    runs = ImportRun.objects.filter(pk__in=rows.order_by().values("run"), source__isnull=False)
    found = runs.order_by("source__title", "source").values_list("source__title", "source__publisher", "source__url")
    return tuple(dict.fromkeys(found))


def _words(asked):
    """This will return the columns' expressions that both reports have."""
    return {
        "month": "month", "mission": then.text(Mission, "mission", "acronym", asked.known_at),
        "category": then.label("personnel_type", PersonnelType.choices), "men": "men", "women": "women",
        "total": "total", "source": then.text(Source, "run__source", "title", asked.known_at),
    }  # fmt: skip


def strength_by_month(asked):
    words = _words(asked)
    rows = own_months(asked).alias(shown_mission=words["mission"])
    return Query(rows.order_by("month", "shown_mission", "personnel_type", "pk"), words)


def strength_chart(asked):
    """The country's strength over the months, all missions and categories that are asked for together."""
    months = list(
        own_months(asked).order_by("month").values("month").annotate(
            persons=Sum("total"), counted_women=Sum("women"), unsaid=Count("pk", filter=Q(women__isnull=True)),
        )
    )  # fmt: skip
    return charted.over_months(
        "strength-by-month",
        _("Strength by month"),
        [
            (_("Persons"), "first", {row["month"]: row["persons"] for row in months}),
            (_("Women"), "first part", {row["month"]: row["counted_women"] for row in months if not row["unsaid"]}),
        ],
        sources=sources_of(own_months(asked)),
    )


def all_months(asked):
    return of_categories(months(asked), asked)


def contributions(asked):
    rows = all_months(asked).order_by("contributor_id", "mission_id", "month", "personnel_type", "measure")
    words = {
        **_words(asked), "contributor": "contributor__iso3",
        "contributor_name": then.name(Country, "contributor", asked.known_at),
        "mission_name": then.name(Mission, "mission", asked.known_at), "year": ExtractYear("month"),
        "measure": then.label("measure", Contribution.Measure.choices), "known_from": "known_from",
        "file": "run__file_name", "publisher": then.text(Source, "run__source", "publisher", asked.known_at),
    }  # fmt: skip
    return Query(rows, words)


MONTH, MISSION = Column("month", gettext_lazy("Month"), Kind.DATE), Column("mission", gettext_lazy("Mission"))
COUNTED = (
    Column("category", gettext_lazy("Category")),
    Column("men", gettext_lazy("Men"), Kind.INTEGER),
    Column("women", gettext_lazy("Women"), Kind.INTEGER),
    Column("total", gettext_lazy("Total"), Kind.INTEGER),
)
SOURCE = Column("source", gettext_lazy("Source"))

REPORTS = [
    Report(
        slug="strength-by-month",
        title=gettext_lazy("Strength by month"),
        description=gettext_lazy("The UN's month-end figures for the country, by mission and category."),
        permission=TAKES,
        columns=(MONTH, MISSION, *COUNTED, SOURCE),
        rows=strength_by_month,
        takes=("start", "end", "missions", "categories"),
        reads=READS,
        key=("month", "mission", "category"),
        sources=lambda asked: sources_of(own_months(asked)),
        chart=strength_chart,
        within=lambda asked: {"missions.contribution": lambda rows: of_own(rows, asked)},
    ),
    Report(
        slug="contributions",
        title=gettext_lazy("Figures of all contributors"),
        description=gettext_lazy(
            "Every figure of the UN's files as the record holds it: all contributors, missions and months, month-end "
            "strengths and means of years. A large report."
        ),
        permission=TAKES,
        columns=(
            Column("contributor", gettext_lazy("Contributor")),
            Column("contributor_name", gettext_lazy("Contributor's name")),
            MISSION,
            Column("mission_name", gettext_lazy("Mission's name")),
            MONTH,
            Column("year", gettext_lazy("Year"), Kind.INTEGER),
            Column("measure", gettext_lazy("Measure")),
            *COUNTED,
            Column("known_from", gettext_lazy("Known from"), Kind.MOMENT),
            Column("file", gettext_lazy("File")),
            SOURCE,
            Column("publisher", gettext_lazy("Publisher")),
        ),
        rows=contributions,
        takes=("start", "end", "missions", "categories"),
        reads=(*READS, "missions.country"),
        key=("contributor", "mission", "month", "measure", "category"),
        sources=lambda asked: sources_of(all_months(asked)),
        within=lambda asked: {"missions.contribution": lambda rows: of_months(rows, asked)},
    ),
]
