"""CSV: UTF-8 with the mark by which spreadsheets know it, ISO dates, one line feed after each row.

Rows that the database can make are written by it (`sql_cells`), to the same bytes and several times quicker.
"""

import csv
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from itertools import islice
from types import SimpleNamespace

from django.db import connection

from missions import csv_files
from reports.rows import plain
from reports.writers import copying, sql_cells

ROWS_AT_ONCE = 250
# The csv module quotes a cell for what ends a line: with both signs a carriage return is quoted too, without which
# readers would take it for the end of a row. The file's own lines end with the second alone.
LINE_END = "\r\n"


def write(document):
    """This will yield the file. A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    lines = _Lines()
    yield csv_files.BOM.encode() + lines.of([[cell(head) for head in document.heads]])
    rows = document.rows
    found = sql_cells.select(rows.query, rows.columns, connection) if rows.query else None
    if not found:
        yield from by_python(rows, lines)
    elif connection.vendor == "postgresql":
        yield from _by_copy(rows, *found)
    else:
        yield from _by_cursor(rows, lines, *found)


def by_python(rows, lines=None):
    """This will yield the rows' lines, whatever makes the rows."""
    lines = lines or _Lines()
    cells = ([cell(value) for value in row] for row in rows)
    while some := list(islice(cells, ROWS_AT_ONCE)):
        yield lines.of(some)


def _by_copy(rows, sql, parameters):
    copied = copying.copy(sql, parameters, connection)
    with closing(copied):
        while True:
            try:
                piece = next(copied)
            except StopIteration as end:
                rows.count = end.value
                return
            rows.count += piece.count(b"\n")  # until COPY says it: a text of two lines counts twice
            yield piece


def _by_cursor(rows, lines, sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while some := cursor.fetchmany(ROWS_AT_ONCE):
            rows.count += len(some)
            yield lines.of(some)


class _Lines:
    """Turns rows of cells into the bytes of their lines."""

    def __init__(self):
        self._written = []
        self._writer = csv.writer(SimpleNamespace(write=self._written.append), lineterminator=LINE_END)

    def of(self, rows):
        self._writer.writerows(rows)
        text = "".join([f"{line[:-2]}\n" for line in self._written])
        self._written.clear()
        return text.encode()


def cell(value):
    """This will return what the file holds of a value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return plain(value)
    if isinstance(value, Decimal):
        return format(value, "f")  # never 1E-10
    return csv_files.cell(value)
