"""Writes rows of a test's own as a report's file, and reads the files back, for tests."""

import csv
import io
import json
from datetime import UTC, date, datetime

import openpyxl
import python_calamine

from reports.asked import Asked
from reports.declared import Column, Kind, Report
from reports.documents import document
from reports.models import Format
from reports.writers import WRITERS

KNOWN_AT = datetime(2025, 10, 23, 7, tzinfo=UTC)


def columns(**kinds):
    """This will return columns of those kinds, their headings the keys in capitals."""
    return tuple(Column(key, key.upper(), kind) for key, kind in kinds.items())


def documented(rows, shape=None, *, language="en", parameters=None, run=None, **values):
    """This will return the document of a report of those rows, or of what `rows` is when it is a function of `asked`."""
    report = Report(
        **{
            "slug": "a-test", "title": "A test", "description": "Rows of a test.", "permission": "",
            "columns": shape or columns(text=Kind.TEXT), "rows": rows if callable(rows) else lambda asked: rows,
            **values,
        }
    )  # fmt: skip
    asked = Asked(date(2025, 10, 23), KNOWN_AT, language, parameters or {})
    return document(report, asked, run)


def pieces(format, *arguments, **values):
    """This will return the generator of a file's bytes."""
    return WRITERS[Format(format)].module.write(documented(*arguments, **values))


def written(format, *arguments, **values):
    return b"".join(pieces(format, *arguments, **values))


def csv_rows(content):
    """This will return the rows of a CSV file as lists of texts, without the headings."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def json_rows(content):
    return [list(row.values()) for row in json.loads(content)["resources"][0]["data"]]


def opened(content):
    """This will return an XLSX file as a book of openpyxl."""
    return openpyxl.load_workbook(io.BytesIO(content))


def openpyxl_rows(content):
    """This will return the rows of the first sheet of rows, without the headings."""
    return [[cell.value for cell in row] for row in opened(content).worksheets[1].iter_rows(min_row=2)]


def calamine_rows(content):
    """The same by another reader: an empty cell is "" and a number always a float."""
    book = python_calamine.CalamineWorkbook.from_object(io.BytesIO(content))
    return book.get_sheet_by_index(1).to_python(skip_empty_area=False)[1:]
