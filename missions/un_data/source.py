"""Reads a UN file row by row as text. What the cells mean is the plan's business."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

csv.field_size_limit(1_000_000)


class UnreadableFile(Exception):
    """The file cannot be read at all. The message says what is wrong, for a person."""


@dataclass(frozen=True)
class SourceFile:
    """A UN file: its name, its SHA-256 and its rows as (row number, {column: text}); the heading is row 1."""

    name: str
    sha256: str
    rows: list


def normal_heading(text):
    """This will return a heading in one spelling: `Contributor_ISO-3` and `Contributor ISO-3` are one column."""
    return " ".join(text.replace("_", " ").split()).casefold()


def read(path, required):
    """This will return the file at `path` as a `SourceFile`, or raise `UnreadableFile`.

    `required` are the column headings, in normal spelling, without which the file is not of its kind.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror or error}
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("%(file)s is not a text file in UTF-8: byte %(place)s cannot be read.")
            % {"file": path.name, "place": error.start}
        ) from error
    lines = csv.reader(text.splitlines(keepends=True))
    try:
        headings = [normal_heading(cell) for cell in next(lines, [])]
        missing = [heading for heading in required if heading not in headings]
        if missing:
            raise UnreadableFile(
                _("%(file)s lacks the columns %(columns)s.") % {"file": path.name, "columns": ", ".join(missing)}
            )
        rows = []
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((lines.line_num, cells))
    except csv.Error as error:
        raise UnreadableFile(
            _("%(file)s is not a CSV file: line %(line)s: %(why)s")
            % {"file": path.name, "line": lines.line_num, "why": error}
        ) from error
    named = [
        (number, dict(zip(headings, cells, strict=False)) if len(cells) >= len(headings) else None)
        for number, cells in rows
    ]
    return SourceFile(path.name, hashlib.sha256(data).hexdigest(), named)
