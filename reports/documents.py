"""A report as a document: what every file of it says, in whatever format."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from django.utils.translation import gettext as _
from django.utils.translation import override

from missions import dates
from missions.charts import Chart
from reports import parameters
from reports.rows import Rows


@dataclass(frozen=True)
class Document:
    """What a writer turns into a file. All words are in `language` already.

    `facts` are (label, words) of the question: parameters, as of, as known on; they depend on nothing else. `marks` are
    those of the run: its number, who took it and when, what for. `heads` are the headings of `rows.columns`.
    `sources` are (title, publisher, address) of each source; they are read when a writer wants them, since they may
    take as long as the rows.
    """

    slug: str
    title: str
    description: str
    language: str
    heads: tuple
    rows: Rows
    facts: tuple
    cite: Callable
    marks: tuple = ()
    chart: Chart | None = None
    key: tuple = ()  # the keys of the columns that tell the rows apart

    @cached_property
    def sources(self):
        with override(self.language):
            return tuple(self.cite())


def document(report, asked, run=None, *, with_chart=False):
    """This will return the document of a report that is asked; `run` puts its marks on it."""
    rows = Rows(report, asked)
    with override(asked.language):
        facts = (
            *parameters.say(asked.parameters),
            (_("As of"), dates.shown(asked.on)),
            (_("As known on"), dates.shown_moment(asked.known_at)),
        )
        marks = ()
        if run:
            marks = (
                (_("Run"), str(run.pk)),
                (_("Taken by"), run.by.full_name if run.by else _("a command")),
                (_("Taken at"), dates.shown_moment(run.at)),
                *([(_("Purpose"), run.purpose)] if run.purpose else []),
            )
        shown = {column.key for column in rows.columns}
        return Document(
            slug=report.slug, title=str(report.title), description=str(report.description), language=asked.language,
            heads=tuple(str(column.heading) for column in rows.columns), rows=rows, facts=facts, marks=marks,
            cite=partial(report.sources, asked) if report.sources else tuple,
            chart=report.chart(asked) if with_chart and report.chart else None,
            key=tuple(report.key) if shown.issuperset(report.key) else (),
        )  # fmt: skip
