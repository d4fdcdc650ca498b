"""XLSX: typed cells, frozen headings with filters, and a cover that says what it is, of what, and its checksum.

The file is written from its beginning to its end and never held: the rows first, and the cover, which stands before
them in the book, after the last of them, when their number and checksum are known.
"""

import zipfile
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from reports.rows import CannotWrite
from reports.writers import xlsx_parts as parts
from reports.writers.xlsx_cells import HEADING, LABEL, TITLE, WRAPPED, Cells, Unfit, cell, text

ROWS_IN_SHEET = 1_048_575  # below the headings
BYTES_IN_SHEET = 1_500_000_000  # an entry of a ZIP file of the old kind, which every reader knows, holds 2 GiB
ROWS_AT_ONCE = 500
AT_ONCE = 65_536  # bytes
WIDTHS = (10, 60)  # narrowest and widest column, in signs
LEVEL = 1  # of compression: more costs twice the time for a sixth of the bytes


def write(document):
    """This will yield the file.

    Raises `CannotWrite`, which names the row and the column, where a cell cannot hold a value.
    """
    book = _Book()
    book.add("_rels/.rels", parts.START)
    book.add("docProps/core.xml", parts.properties(document.title, document.language))
    book.add("xl/styles.xml", parts.STYLES)
    yield book.grown()
    sheets = yield from _sheets(document, book)
    with override(document.language):
        further = [pgettext("a sheet", "Rows (%(number)s)") % {"number": number} for number in range(2, sheets + 1)]
        names = [pgettext("a sheet", "Cover"), pgettext("a sheet", "Rows"), *further]
        book.add(f"xl/{parts.sheet_name(1)}", _cover(document))
    book.add("xl/workbook.xml", parts.workbook(names))
    book.add("xl/_rels/workbook.xml.rels", parts.workbook_relations(len(names)))
    book.add("[Content_Types].xml", parts.content_types(len(names)))
    book.close()
    yield book.grown()


class _Book:
    """A ZIP file that is taken away while it grows."""

    def __init__(self):
        self._pieces, self.waiting = [], 0
        self._archive = zipfile.ZipFile(self, "w")
        self.close = self._archive.close

    def write(self, data):
        self._pieces.append(bytes(data))
        self.waiting += len(data)
        return len(data)

    def flush(self):
        """What is written waits until it is taken."""

    def grown(self):
        """This will return what was written since it was asked last."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self.waiting = 0
        return data

    def open(self, name):
        entry = zipfile.ZipInfo(name)  # it bears the first day of ZIP: the cover says when the file was made
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry._compresslevel = LEVEL
        return self._archive.open(entry, "w")

    def add(self, name, content):
        with self.open(name) as part:
            part.write(content.encode())


def _sheets(document, book):
    """This will yield the sheets of the rows as they grow, and return how many there are."""
    rows = iter(document.rows)
    memories = [Cells() for _column in document.heads]
    heads = "".join(text(head, HEADING) for head in document.heads)
    at_once = min(ROWS_AT_ONCE, ROWS_IN_SHEET)
    some, done, sheets, widths = list(islice(rows, at_once)), 0, 0, None
    while some or not sheets:
        sheets += 1
        widths = widths or _widths(document.heads, some)
        in_sheet, size = 0, 0
        with book.open(f"xl/{parts.sheet_name(sheets + 1)}") as sheet:
            sheet.write(f"{parts.start_of_sheet(widths, is_frozen=True)}<row>{heads}</row>".encode())
            while some and size < BYTES_IN_SHEET:
                size += sheet.write(_lines(document, some, done, memories))
                done, in_sheet = done + len(some), in_sheet + len(some)
                if book.waiting >= AT_ONCE:
                    yield book.grown()
                some = list(islice(rows, min(at_once, ROWS_IN_SHEET - in_sheet)))
            filters = parts.filters(len(document.heads), in_sheet + 1)
            sheet.write(f"{parts.END_OF_ROWS}{filters}{parts.END_OF_SHEET}".encode())
        some = some or list(islice(rows, at_once))
    return sheets


def _lines(document, some, done, memories):
    """This will return rows as XML. They are made by column, where the same values come again."""
    try:
        columns = [
            map(cells.__getitem__, column) for cells, column in zip(memories, zip(*some, strict=True), strict=True)
        ]
        return f"<row>{'</row><row>'.join(map(''.join, zip(*columns, strict=True)))}</row>".encode()
    except Unfit:
        raise _refusal(document, some, done) from None


def _refusal(document, some, done):
    """This will return the refusal of the first cell that cannot be."""
    for number, row in enumerate(some, done + 1):
        for head, value in zip(document.heads, row, strict=True):
            try:
                cell(value)
            except Unfit as reason:
                return CannotWrite.cell(number, head, reason)
    raise AssertionError("Each cell can be written, but their rows cannot.")


def _widths(heads, some):
    """This will return how wide the columns are: enough for the headings and for the first rows."""
    longest = [len(head) + 3 for head in heads]  # beside the button of the filter
    for row in some:
        longest = [max(length, len(str(value))) for length, value in zip(longest, row, strict=True)]
    return [min(max(length + 1, WIDTHS[0]), WIDTHS[1]) for length in longest]


def _cover(document):
    """This will return the sheet that says what the file is, in the active language."""
    rows = document.rows
    told = [
        *document.facts,
        *document.marks,
        (_("Time zone of the moments"), settings.TIME_ZONE),
        *((_("Source"), *source) for source in document.sources),
        (_("Rows"), rows.count),
        (_("Checksum (SHA-256)"), rows.sha256),
        (
            _("The checksum is of"),
            _("the rows in their canonical form: each as one JSON array in UTF-8 with a line feed after it"),
        ),
    ]
    lines = [text(document.title, TITLE), text(document.description), ""]
    for label, *values in told:
        cells = [text(value, WRAPPED) if isinstance(value, str) else cell(value) for value in values]
        lines.append(text(label, LABEL) + "".join(cells))
    xml = "".join(f"<row>{line}</row>" for line in lines)
    return parts.start_of_sheet((28, 70, 30, 50), is_frozen=False) + xml + parts.END_OF_ROWS + parts.END_OF_SHEET
