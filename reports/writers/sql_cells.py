"""Has the database write the cells of a CSV file: each comes out of SQL as `csv_file.cell` writes it."""

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.functions.datetime import TruncBase

from reports.declared import Kind

# Of which fields a kind's cells may come. What else a column is made of is left to Python: it may be read otherwise
# than it is stored.
FIELDS = {
    Kind.TEXT: (models.CharField, models.TextField),
    Kind.INTEGER: (models.IntegerField,),
    Kind.DECIMAL: (models.DecimalField,),
    Kind.DATE: (models.DateField,),
    Kind.MOMENT: (models.DateTimeField,),
    Kind.YES_NO: (models.BooleanField,),
}
# The signs of `csv_files.FORMULA_STARTS` by their numbers, which a database compares quicker than letters.
_TEXT = "CASE WHEN {first}({cell}) IN (9, 13, 43, 45, 61, 64) THEN '''' || {cell} ELSE NULLIF({cell}, '') END"
CELLS = {
    "postgresql": {
        Kind.TEXT: _TEXT.replace("{first}", "ascii"),
        Kind.INTEGER: "{cell}",
        Kind.DECIMAL: "{cell}",
        Kind.DATE: "CAST({cell} AS date)",
        Kind.MOMENT: """to_char({cell} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
        Kind.YES_NO: "CAST({cell} AS text)",
    },
    # A bare column would be read by the converter of its type, so that none may stay bare.
    "sqlite": {
        Kind.TEXT: _TEXT.replace("{first}", "unicode"),
        Kind.INTEGER: "CAST({cell} AS integer)",
        Kind.DATE: "CAST({cell} AS text)",
        Kind.MOMENT: "replace(substr({cell}, 1, 19), ' ', 'T') || 'Z'",
        Kind.YES_NO: "CASE {cell} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    },
}


def select(query, columns, connection):
    """This will return (SQL, parameters) of the rows of a `Query`, or None where Python must write the cells.

    The rows keep the order of the queryset: neither database sorts the rows of one subquery anew.
    """
    cells = CELLS[connection.vendor]
    rows = query.values(columns)
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    told = [expression for expression, _sql, _alias in compiler.select]
    # A row of one empty cell would be an empty line.
    if len(columns) == 1 or len(told) != len(columns) or not all(map(_is_plain, told, columns)):
        return None
    if any(column.kind not in cells for column in columns):
        return None
    names = [f"cell{place}" for place in range(len(columns))]
    written = ", ".join(cells[column.kind].format(cell=name) for column, name in zip(columns, names, strict=True))
    return f"WITH told ({', '.join(names)}) AS ({sql}) SELECT {written} FROM told", parameters


def _is_plain(expression, column):
    """Whether the database holds the column's cells as they are read."""
    field = getattr(expression.output_field, "target_field", expression.output_field)
    if hasattr(field, "from_db_value") or isinstance(expression, TruncBase):
        return False
    if isinstance(field, models.DateTimeField) and column.kind == Kind.DATE:
        return False
    return isinstance(field, FIELDS[column.kind])
