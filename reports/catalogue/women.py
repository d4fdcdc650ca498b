"""Women by category against the UN's targets, month by month."""

from decimal import Decimal
from itertools import groupby

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions import service
from missions.models import Mission
from reports.catalogue import charted, contributions, then
from reports.declared import TAKES, Column, Kind, Report


def women_by_category(asked):
    """This will yield a row for each month and category that anybody served in, earliest first.

    A category with a row that does not tell its women has none: nobody can say how many are short.
    """
    for month, share in _shares(asked):
        label = str(service.TARGET_LABELS[share.category])
        yield month, label, share.women, share.total, *_against_target(share)


def _shares(asked):
    """This will yield (month, `service.Share`), month by month."""
    for month, of_month in groupby(_by_type(asked), key=lambda row: row[0]):
        told = ((kind, None if unsaid else women, total) for _month, kind, women, total, unsaid in of_month)
        for share in service.shares(told):
            yield month, share


def _against_target(share):
    """This will return (per cent, target, met, women short); all but the target are None where the women are."""
    if share.women is None:
        return None, share.target, None, None
    return Decimal(str(share.per_cent)), share.target, share.is_met, share.missing


def own_months(asked):
    """This will return the country's month-end figures in the missions of the UN, to which its targets apply."""
    un = [pk for pk, mission in then.rows(Mission, asked.known_at).items() if mission.is_un]
    return contributions.own_months(asked).filter(mission__in=un)


def _by_type(asked):
    rows = own_months(asked).order_by("month", "personnel_type").values("month", "personnel_type")
    unsaid = Count("pk", filter=Q(women__isnull=True))
    rows = rows.annotate(counted_women=Sum("women"), counted=Sum("total"), unsaid=unsaid)
    return rows.values_list("month", "personnel_type", "counted_women", "counted", "unsaid")


def chart(asked):
    """The women of all categories together, beside the number that would meet all targets."""
    women, wanted = {}, {}
    for month, share in _shares(asked):
        women.setdefault(month, []).append(share.women)
        wanted[month] = wanted.get(month, 0) + share.wanted
    told = {month: sum(counts) for month, counts in women.items() if None not in counts}
    return charted.over_months(
        "women-by-category",
        _("Women, and how many would meet the UN's targets"),
        [(_("Women"), "first", told), (_("To meet the targets"), "second part", wanted)],
        sources=contributions.sources_of(own_months(asked)),
    )


REPORTS = [
    Report(
        slug="women-by-category",
        title=gettext_lazy("Women by category"),
        description=gettext_lazy(
            "Women among the country's personnel against the targets of the UN's Uniformed Gender Parity Strategy for "
            "2028, by month and category. Empty where the UN does not tell the women."
        ),
        permission=TAKES,
        columns=(
            contributions.MONTH,
            Column("category", gettext_lazy("Category")),
            Column("women", gettext_lazy("Women"), Kind.INTEGER),
            Column("total", gettext_lazy("Total"), Kind.INTEGER),
            Column("per_cent", gettext_lazy("Women, per cent"), Kind.DECIMAL),
            Column("target", gettext_lazy("Target, per cent"), Kind.INTEGER),
            Column("is_met", gettext_lazy("Target met"), Kind.YES_NO),
            Column("missing", gettext_lazy("Women short of the target"), Kind.INTEGER),
        ),
        rows=women_by_category,
        takes=("start", "end", "missions"),
        reads=("missions.contribution", "missions.mission"),
        key=("month", "category"),
        sources=lambda asked: contributions.sources_of(own_months(asked)),
        within=lambda asked: {"missions.contribution": lambda rows: contributions.of_own(rows, asked)},
        chart=chart,
    )
]
