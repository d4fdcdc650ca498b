"""Reads a file row by row as text: CSV, XLSX, or the UN hub's JSON. What the cells mean is the plan's business.

Nothing here keeps more than a few rows in memory, whatever the file's size.
"""

import codecs
import csv
import datetime
import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import ijson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from missions.un_data import bounds

csv.field_size_limit(bounds.LONGEST_TEXT)

EPOCH = datetime.datetime(1970, 1, 1)
LONGEST_LINE = 4_000_000  # letters: a line is held whole
MOST_COLUMNS = 1_000
# A record in JSON may leave out keys that are empty; among so many of them each key stands once.
RECORDS_WITH_ALL_KEYS = 100
# Parts of a workbook's number format that stand for themselves: [$-409], "year", \-
NOT_OF_THE_DATE = re.compile(r'\[[^\[\]]*\]|"[^"]*"|\\.|_.|\*.')


class UnreadableFile(Exception):
    """The file cannot be read at all. The message says what is wrong, for a person."""


@dataclass(frozen=True, eq=False)
class BrokenRow:
    """What stands in the place of a row's cells that cannot be told apart. It is false, as if there were none."""

    reason: str

    def __bool__(self):
        return False


TOO_SHORT = BrokenRow(gettext_lazy("The row has fewer cells than the heading."))
TOO_LONG = BrokenRow(gettext_lazy("The row has more cells than the heading."))
WITH_NUL = BrokenRow(gettext_lazy("The row holds a NUL character, which no text has."))
QUOTE_NOT_CLOSED = BrokenRow(gettext_lazy("A quote is not closed within the row."))


@dataclass(frozen=True)
class SourceFile:
    """A file: its name, its SHA-256, its headings in normal spelling, and its rows, read anew each time.

    `rows()` yields (row number, list of texts in the order of the headings), or a `BrokenRow` in place of the list. In
    a table the heading is row 1; in JSON the first record is row 1. `row_count` is the number of lines where
    it is known before reading.
    """

    name: str
    sha256: str
    headings: list
    rows: Callable[[], Iterator]
    row_count: int | None = None

    def positions(self, *headings):
        """This will return the place of each heading in a row."""
        return [self.headings.index(heading) for heading in headings]

    def records(self, watch=iter):
        """This will yield (row number, {heading: text}), or a `BrokenRow` in place of the texts."""
        for number, cells in watch(self.rows()):
            yield number, dict(zip(self.headings, cells, strict=False)) if cells else cells


def normal_heading(text):
    """This will return a heading in one spelling: `Contributor_ISO-3` and `Contributor ISO-3` are one column."""
    return " ".join(text.replace("_", " ").split()).casefold()


def read(path, *, largest=bounds.LARGEST_SHEET):
    """This will return the file at `path` as a `SourceFile`, or raise `UnreadableFile`.

    A workbook may unpack to `largest` bytes.
    The rows are read when they are asked for, and may raise `UnreadableFile` then.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            first = file.read(4)
        if first == b"PK\x03\x04":
            return _workbook(path, sha256, largest)
        if path.suffix.lower() == ".xlsx":
            raise UnreadableFile(_("%(file)s is not an XLSX workbook.") % {"file": path.name})
        lines, has_nul = _check_text(path)
        if path.suffix.lower() == ".json":
            return _json(path, sha256)
        return _table(path, sha256, lines, has_nul)
    except OSError as error:
        raise UnreadableFile(
            _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror or error}
        ) from error


def require(file, columns):
    """This will raise `UnreadableFile` naming the `columns` that the file's heading lacks."""
    missing = [heading for heading in columns if heading not in file.headings]
    if missing:
        raise UnreadableFile(
            _("%(file)s lacks the columns %(columns)s.") % {"file": file.name, "columns": ", ".join(missing)}
        )


def _check_text(path):
    """This will return (number of lines, whether there is a NUL) of a text in UTF-8.

    Where a byte is none, it is named by its place.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    lines, place, has_nul = 0, 0, False
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                raise _not_text(path, place - pending + error.start) from error
            place += len(block)
            lines += block.count(b"\n")
            has_nul = has_nul or b"\0" in block
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_text(path, place) from error
    return lines, has_nul


def _not_text(path, place):
    return UnreadableFile(
        _("%(file)s is not a text file in UTF-8: byte %(place)s cannot be read.") % {"file": path.name, "place": place}
    )


def _delimiter(path):
    """This will return what stands between the cells of the heading; spreadsheets write a semicolon or a tab too."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading = file.readline(1_000_000)
    return max(",;\t", key=lambda mark: len(next(csv.reader([heading], delimiter=mark), ())))


def _table(path, sha256, line_count, has_nul):
    delimiter = _delimiter(path)
    lines = partial(_table_lines, path, delimiter)
    _number, first = next(lines(), (0, []))
    if len(first or ()) > MOST_COLUMNS:
        raise _not_csv(path, 1, f"more than {MOST_COLUMNS} columns")
    headings = [normal_heading(cell) for cell in first or ()]
    rows = _after_heading(lines)
    return SourceFile(path.name, sha256, headings, partial(_without_nul, rows) if has_nul else rows, line_count)


def _table_lines(path, delimiter):
    """This will yield (line number, cells) of each line.

    The UN's rows never span lines. Where one does, a quote is not closed, and from there on each line is read by
    itself, which takes longer, so that the lines that the quote would swallow are not lost.
    """
    line = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        # The empty line at the end is blank as any other, unless the last row's quote asks for it.
        reader = csv.reader(itertools.chain(_short_lines(path, file), [""]), delimiter=delimiter)
        try:
            for line, cells in enumerate(reader, start=1):
                if reader.line_num != line:
                    break
                yield line, cells
            else:
                return
        except csv.Error as error:
            line += 1
            if reader.line_num == line:
                raise _not_csv(path, line, error) from error
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, text in enumerate(itertools.islice(_short_lines(path, file), line - 1, None), start=line):
            reader = csv.reader([text, ""], delimiter=delimiter)
            try:
                cells = next(reader)
            except csv.Error as error:
                raise _not_csv(path, number, error) from error
            yield number, cells if reader.line_num == 1 else QUOTE_NOT_CLOSED


def _short_lines(path, file):
    """This will yield the lines, and refuse the file where one is none: it would be held whole."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise _not_csv(path, number, f"it has more than {LONGEST_LINE} letters")
        yield line


def _not_csv(path, line, error):
    return UnreadableFile(
        _("%(file)s is not a CSV file: line %(line)s: %(why)s") % {"file": path.name, "line": line, "why": error}
    )


def _workbook(path, sha256, largest):
    def lines():
        import openpyxl  # here, since it takes ten megabytes of every process that serves pages

        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the workbook says of its size may be missing or wrong
            width = None
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                texts = [_as_text(cell.value, cell) for cell in cells]
                width = len(texts) if width is None else width
                # Each cell names its column, so none is shifted: an empty end is left out, a note may stand beside.
                yield number, (texts + [""] * (width - len(texts)))[:width]
            book.close()
        # A damaged workbook fails in the zip, in the XML or anywhere in the library.
        except Exception as error:
            raise _not_workbook(path, error) from error

    try:
        bounds.look_through(path, largest=largest)
    except bounds.BeyondBounds as error:
        raise _not_workbook(path, error) from error
    except Exception as error:  # what zip archives fail with, and what their compression does
        raise UnreadableFile(_("%(file)s is not an XLSX workbook.") % {"file": path.name}) from error
    _number, first = next(lines(), (0, []))
    return SourceFile(
        path.name, sha256, [normal_heading(cell) for cell in first], partial(_without_nul, _after_heading(lines))
    )


def _not_workbook(path, error):
    return UnreadableFile(
        _("%(file)s is not a workbook that can be read: %(why)s")
        % {"file": path.name, "why": str(error)[:200] or type(error).__name__}
    )


def _as_text(value, cell=None):
    """This will return a typed value as the text that a CSV file would hold; `cell` is the workbook's cell of it."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        if digits := _digits_shown(cell.number_format):
            return value.date().isoformat()[:digits]
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@lru_cache
def _digits_shown(number_format):
    """This will return how much of an ISO date a workbook shows where it shows no day: `mmm-yy` is a month, 7.

    The first day of the month that lies beneath is the workbook's and not the source's.
    """
    letters = NOT_OF_THE_DATE.sub("", number_format).split(";")[0].casefold()
    if "y" not in letters or {"d", "h", "s"} & set(letters):
        return None
    return 7 if "m" in letters else 4


def _after_heading(lines):
    """This will return a function that yields the rows of `lines` below the heading, without the blank ones."""

    def rows():
        width = None
        for number, cells in lines():
            if width is None:
                width = len(cells or ())
            elif cells and (cells[-1].strip() or any(cell.strip() for cell in cells)):
                if len(cells) == width:
                    yield number, cells
                elif len(cells) < width:
                    yield number, TOO_SHORT
                else:
                    yield number, TOO_LONG if any(cell.strip() for cell in cells[width:]) else cells[:width]
            elif cells is QUOTE_NOT_CLOSED:
                yield number, cells

    return rows


def _without_nul(rows):
    """This will yield the rows, a `BrokenRow` in place of those that hold a NUL, which PostgreSQL takes in no text."""
    for number, cells in rows():
        yield number, WITH_NUL if cells and any("\0" in cell for cell in cells) else cells


def _json(path, sha256):
    def records():
        with path.open("rb") as file:
            try:
                if file.read(3) != codecs.BOM_UTF8:
                    file.seek(0)
                yield from bounds.records(file)
            except (bounds.BeyondBounds, ijson.JSONError, UnicodeDecodeError, OverflowError, ValueError) as error:
                raise UnreadableFile(
                    _("%(file)s is not the UN's JSON form: %(why)s") % {"file": path.name, "why": str(error)[:200]}
                ) from error

    first = list(itertools.islice(records(), RECORDS_WITH_ALL_KEYS))
    if not first or not isinstance(first[0], dict):
        raise UnreadableFile(_("%(file)s is not a list of records in JSON.") % {"file": path.name})
    names = list(dict.fromkeys(name for record in first if isinstance(record, dict) for name in record))
    headings = [normal_heading(name) for name in names]
    dates = ["date" in heading for heading in headings]

    def rows():
        for number, record in enumerate(records(), start=1):
            if not isinstance(record, dict):
                yield number, TOO_SHORT
                continue
            cells = (record.get(name) for name in names)
            yield number, [_json_text(cell, is_date) for cell, is_date in zip(cells, dates, strict=True)]

    return SourceFile(path.name, sha256, headings, partial(_without_nul, rows))


def _json_text(cell, is_date):
    """This will return a JSON value as text. The hub writes a day as milliseconds since 1970, negative before it."""
    if is_date and isinstance(cell, int | float) and not isinstance(cell, bool):
        try:
            return (EPOCH + datetime.timedelta(milliseconds=cell)).date().isoformat()
        except (OverflowError, ValueError):
            return str(cell)  # the reader of dates refuses it by row
    return _as_text(cell)
