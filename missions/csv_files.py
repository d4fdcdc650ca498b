"""Streams a table as a CSV file: UTF-8, a row of heads, ISO dates, no row held longer than it takes to send it."""

import csv

BOM = "\ufeff"  # spreadsheets take a CSV file for UTF-8 only by this mark
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file of which each write is handed on."""

    def write(self, text):
        return text


def stream(heads, rows):
    """This will yield the file line by line. A text that a spreadsheet would run as a formula gets an apostrophe."""
    writer = csv.writer(_Line())
    yield (BOM + writer.writerow(heads)).encode()
    for row in rows:
        yield writer.writerow([_cell(value) for value in row]).encode()


def _cell(value):
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
