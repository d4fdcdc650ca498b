"""What a report is: its columns, named by hand, who may take it, what may be asked of it, and its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

# What a report is about: the parts of the reports' first page, in their order.
GROUPS = {
    "record": _("The record"),
    "people": _("People"),
    "newsroom": _("The newsroom"),
    "house": _("The house"),
}


class Kind(StrEnum):
    """What the cells of a column are; an empty one is None, whatever its kind."""

    TEXT = "text"  # str
    INTEGER = "integer"  # int
    DECIMAL = "decimal"  # Decimal
    DATE = "date"  # date
    MOMENT = "moment"  # aware datetime, to the second
    YES_NO = "yes_no"  # bool


# Who may take reports out at all, who those with personal data, and who sees what everybody took.
TAKES, TAKES_PERSONAL, SEES_RUNS = "reports.run_reports", "reports.take_personal_data", "reports.view_reportrun"
YEAR = "year"  # the key of a column of years


@dataclass(frozen=True)
class Column:
    """One column: its key for machines, its heading and its kind.

    Who lacks its `permission` gets the report without it.
    """

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    permission: str = ""

    @property
    def is_year(self):
        """Whether its whole numbers are years, which nobody groups: 2013, not 2,013."""
        return self.key == YEAR


@dataclass(frozen=True)
class Query:
    """Rows that the database makes: an ordered queryset, and the expression of each column by its key."""

    queryset: QuerySet
    expressions: dict

    def values(self, columns):
        """This will return the rows as tuples in the order of `columns`."""
        return self.queryset.values_list(*(self.expressions[column.key] for column in columns))


@dataclass(frozen=True)
class Report:
    """A report of the house.

    `rows(asked)` takes a `reports.asked.Asked` and yields a tuple for each row, in the order of all `columns`, or
    returns a `Query`. `takes` are names of `reports.parameters.PARAMETERS`; those that it `needs` must be given, since
    it says nothing without them. `reads` are the labels of the nouns whose changes change it, and `within(asked)`
    returns {label: function} that picks, of a queryset of such a noun's rows, those that the question is about: of some
    nouns most have nothing to do with it. `key` are the columns that tell its rows apart. `sources(asked)` returns
    (title, publisher, address) of each source, `chart(asked)` a `missions.charts.Chart`, or None where there is nothing
    to draw. Who has a permission of `widened_by` gets more rows. `group` is one of `GROUPS`.
    `without_period` says what no period means, where that is not all that is recorded.
    """

    slug: str
    title: str
    description: str
    permission: str
    columns: tuple
    rows: Callable
    takes: tuple = ()
    reads: tuple = ()
    key: tuple = ()
    sources: Callable | None = None
    chart: Callable | None = None
    widened_by: tuple = ()
    within: Callable | None = None
    is_personal: bool = False  # then a purpose must be given
    group: str = "record"
    needs: tuple = ()
    without_period: str = ""

    def granted(self, user):
        """This will return which of the permissions that change what is told `user` has."""
        wanted = {column.permission for column in self.columns} | set(self.widened_by)
        return frozenset(permission for permission in wanted if permission and user.has_perm(permission))

    def columns_for(self, asked):
        """This will return the columns that the question's grants allow, and that it wants."""
        return tuple(
            column
            for column in self.columns
            if (not column.permission or column.permission in asked.grants)
            and (not asked.only or column.key in asked.only)
        )
