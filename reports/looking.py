"""Looks at a report before anything of it leaves: how many rows it has, and the first of them."""

from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import override

from ledger import audit
from missions.charts import number
from reports import parameters
from reports.documents import Document, document
from reports.models import Format, ReportRun
from reports.rows import Rows
from reports.run import SMALL, SMALL_PAPER, CannotTake, refuse_names
from reports.writers import pdf

SHOWN = 20
COUNTED = 20_000  # rows: beyond, "more than" has to do where a page waits. No PDF holds more


@dataclass(frozen=True)
class Look:
    """The first rows of a report, as its file will have them; where `is_bounded` there are more than `count`."""

    document: Document
    rows: list
    count: int
    is_bounded: bool = False

    @property
    def columns(self):
        return self.document.rows.columns


def look(report, asked, *, by, at, purpose=""):
    """This will return what the report answers, to be looked at. The ledger keeps who looked at personal data.

    Raises `CannotTake` where these have no purpose.
    """
    if report.is_personal and not purpose.strip():
        raise CannotTake(_("This report holds personal data: say what you look at it for."))
    refuse_names(purpose)
    made = document(report, asked, with_chart=True)
    rows = made.rows
    if rows.query:
        count, is_bounded = rows.query.queryset.count(), False
        with override(asked.language):
            first = list(rows.query.values(rows.columns)[:SHOWN])
    else:
        told = islice(rows, COUNTED + 1)
        first = list(islice(told, SHOWN))
        count = len(first) + sum(1 for _row in told)
        is_bounded = count > COUNTED
    if report.is_personal:
        audit.note(
            "look at", ReportRun(report=report.slug), by=by, at=at, report=report.slug, purpose=purpose.strip(),
            parameters=parameters.kept(asked.parameters), on=asked.on.isoformat(), rows=len(first),
        )  # fmt: skip
    return Look(made, first, min(count, COUNTED) if is_bounded else count, is_bounded)


def note_search(report, found, *, by, at):
    """This will note in the ledger which people `by` was offered to choose among: names are shown with them."""
    if found and report.is_personal:
        people = [person.pk for person in found]
        audit.note("look for", ReportRun(report=report.slug), by=by, at=at, report=report.slug, people=people)


def counted(report, asked):
    """This will return how many rows the report has, or None where it has more than are counted."""
    rows = Rows(report, asked)
    if rows.query:
        count = rows.query.queryset.order_by()[: COUNTED + 1].count()
    else:
        count = sum(1 for _row in islice(rows, COUNTED + 1))
    return None if count > COUNTED else count


def count_whole(report, asked):
    """This will return how many rows the report has, however many, or None where Python makes them.

    It takes the database long: for a worker, and not for a page.
    """
    query = Rows(report, asked).query
    return query.queryset.count() if query else None


def is_small(count, format=None):
    """This will say whether so many rows (None: more than are counted) leave the house at once in that format."""
    return count is not None and count <= (SMALL_PAPER if format == Format.PDF else SMALL)


def refuse_what_nobody_reads(report, asked, format, count):
    """This will raise `CannotTake` where a PDF would have more rows than its columns allow.

    Said at once: a worker that finds it out says it minutes later, and a run that broke off is kept for ever.
    """
    if format != Format.PDF:
        return
    most = pdf.most_rows(len(report.columns_for(asked)))
    if count is None or count > most:
        raise CannotTake(
            _("A PDF holds at most %(limit)s rows. Narrow the question down, or take it as CSV or XLSX.")
            % {"limit": number(most)}
        )
