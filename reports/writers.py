"""Turns a report's rows into a file. Rows come once; a writer yields bytes and never holds them all."""

import csv
import io

BOM = "\ufeff"  # spreadsheets take a CSV file for UTF-8 only by this mark
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell(value):
    """This will return one CSV cell. A text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def as_csv(headings, rows):
    """This will yield a CSV file in UTF-8: the headings, then each row as it comes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([cell(str(heading)) for heading in headings])
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if buffer.tell() > 16_384:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
