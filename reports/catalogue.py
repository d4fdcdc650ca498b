"""The reports of the house: what each is called, who may take it, which columns it has, and its rows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from missions.models import Contribution
from missions.models.contribution import PersonnelType


@dataclass(frozen=True)
class Column:
    """One column, named by hand: its key in the file's definition, its heading, and what the reader sees."""

    key: str
    heading: str


@dataclass(frozen=True)
class Report:
    """A report. `rows(on, known_at, language, **parameters)` yields tuples in the order of `columns`, once."""

    slug: str
    title: str
    description: str
    permission: str
    columns: tuple
    rows: Callable


def strength_by_month(*, on, known_at, language, start=None, end=None):
    """This will yield the country's month-end figures: month, mission, category, men, women, total, source."""
    rows = (
        Contribution.objects.known(known_at)
        .filter(contributor__iso3=settings.CONTRIBUTOR, measure=Contribution.Measure.MONTH_END, month__lte=on)
        .order_by("month", "mission__acronym", "personnel_type", "pk")
    )
    if start:
        rows = rows.filter(month__gte=start)
    if end:
        rows = rows.filter(month__lte=end)
    with override(language):
        names = {value: str(label) for value, label in PersonnelType.choices}
    values = rows.values_list(
        "month", "mission__acronym", "personnel_type", "men", "women", "total", "run__source__title"
    )
    for month, mission, category, *figures, source in values.iterator(chunk_size=2000):
        yield (month, mission, names[category], *figures, source)


REPORTS = {
    report.slug: report
    for report in [
        Report(
            slug="strength-by-month",
            title=_("Strength by month"),
            description=_("The UN's month-end figures for the country, by mission and category."),
            permission="reports.run_reports",
            columns=(
                Column("month", _("Month")),
                Column("mission", _("Mission")),
                Column("category", _("Category")),
                Column("men", _("Men")),
                Column("women", _("Women")),
                Column("total", _("Total")),
                Column("source", _("Source")),
            ),
            rows=strength_by_month,
        ),
    ]
}
