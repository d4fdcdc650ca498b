"""Streams a table as a CSV file: UTF-8, a row of heads, ISO dates, some kilobytes at once and never all of it."""

import csv
import io

BOM = "\ufeff"  # spreadsheets take a CSV file for UTF-8 only by this mark
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
AT_ONCE = 16_384  # characters


def stream(heads, rows):
    """This will yield the file: the heads, then each row as it comes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([cell(str(head)) for head in heads])
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if buffer.tell() > AT_ONCE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def cell(value):
    """This will return what a cell holds. A text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
