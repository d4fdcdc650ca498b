"""CSV: UTF-8 with the mark by which spreadsheets know it, ISO dates, one line feed after each row."""

import csv
import io
from datetime import datetime

from missions import csv_files
from reports.rows import plain


def write(document):
    """This will yield the file. A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    buffer.write(csv_files.BOM)
    writer.writerow([cell(head) for head in document.heads])
    for row in document.rows:
        writer.writerow([cell(value) for value in row])
        if buffer.tell() > csv_files.AT_ONCE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def cell(value):
    """This will return what the file holds of a value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return plain(value)
    return csv_files.cell(value)
