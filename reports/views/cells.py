"""The cells of a report in words, as a page shows them: numbers, days and moments as the language writes them."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from missions import dates
from missions.charts import number
from reports.declared import Kind

NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
NOTHING = "–"


def shown(look):
    """This will return the rows of a look: for each cell (its heading, its words, whether it is a number)."""
    heads = look.document.heads
    with override(look.document.language):
        return [
            [(head, words(value, column), column.kind in NUMBERS)
             for head, column, value in zip(heads, look.columns, row, strict=True)]
            for row in look.rows
        ]  # fmt: skip


def words(value, column):
    """This will return the words of a cell of `column` in the active language."""
    kind = column.kind
    if value is None or value == "":
        return NOTHING
    if column.is_year:
        return str(value)
    if kind in NUMBERS:
        return number(value)
    if kind == Kind.DATE:
        return dates.shown(value)
    if kind == Kind.MOMENT:
        return dates.shown_moment(value)
    if kind == Kind.YES_NO:
        return _("yes") if value else _("no")
    return str(value)
