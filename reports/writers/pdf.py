"""PDF: a paper that can be signed, accessible as PDF/UA-1 asks. Set by typst, whose markup none of its words becomes.

The rows are read and counted first, since their checksum and the widths of their columns stand in the paper.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC
from pathlib import Path

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from missions import charts
from reports.declared import Kind
from reports.documents import CannotWrite
from reports.printable import printed, unprinted
from reports.writers import pdf_chart, pdf_columns

MOST_ROWS = 20_000
AT_ONCE = 65_536  # bytes
MEMORY = 6 * 1024**3  # bytes; the bound of a process that sets 20,000 rows of seventeen columns
SECONDS = 600
HERE = Path(__file__).resolve().parent
UNSAID = "–"  # nothing is left empty on a paper that is signed
YEAR = "year"  # the key of a column whose whole numbers are not grouped


def write(document):
    """This will yield the file. Raises `CannotWrite` where a word cannot be printed or the rows are too many."""
    with override(document.language):
        paper = Paper(document)
    with tempfile.TemporaryFile() as file:
        _set(paper, file)
        file.seek(0)
        while some := file.read(AT_ONCE):
            yield some


class Paper:
    """What the template is told of a document, all of it read and found to be printable."""

    def __init__(self, document):
        self.document = document
        self.heads = [self._printable(head, _("The headings")) for head in document.heads]
        self.columns = [
            pdf_columns.Column(column.kind, head)
            for column, head in zip(document.rows.columns, self.heads, strict=True)
        ]
        self.rows = self._read()
        self.layout = pdf_columns.lay_out(self.columns)
        self._break_words()

    def _read(self):
        """This will return the rows as texts. Those beyond what a PDF holds are not read."""
        rows, kinds = [], [_cell_of(column) for column in self.document.rows.columns]
        for number, row in enumerate(self.document.rows, start=1):
            if number > MOST_ROWS:
                raise CannotWrite(
                    _("A PDF holds at most %(most)s rows. Choose CSV or XLSX, or narrow the report.")
                    % {"most": charts.number(MOST_ROWS)}
                )
            texts = [printed(cell(value)) for cell, value in zip(kinds, row, strict=True)]
            for text, head in zip(texts, self.heads, strict=True):
                if letter := unprinted(text):
                    raise CannotWrite(
                        _("Row %(row)s, column “%(column)s”: a PDF cannot print %(letter)s. Choose another format.")
                        % {"row": number, "column": head, "letter": letter}
                    )
            rows.append(texts)
        for place, column in enumerate(self.columns):
            column.see({row[place] for row in rows})
        return rows

    def _break_words(self):
        """This will let words break that are wider than their column."""
        rooms = [(width - 2 * pdf_columns.INSET) / self.layout.size for width in self.layout.widths]
        self.heads = [
            pdf_columns.breakable(head, room, "paper-strong") for head, room in zip(self.heads, rooms, strict=True)
        ]
        for place, (column, room) in enumerate(zip(self.columns, rooms, strict=True)):
            if any(pdf_columns.em(text[:400]) > room for text in column.words | column.lines):
                for row in self.rows:
                    row[place] = pdf_columns.breakable(row[place], room)

    def _printable(self, words, name):
        text = printed(str(words))
        if letter := unprinted(text):
            raise CannotWrite(
                _("%(what)s: a PDF cannot print %(letter)s. Choose another format.") % {"what": name, "letter": letter}
            )
        return text

    def _pairs(self, pairs):
        return [(self._printable(label, label), self._printable(value, label)) for label, value in pairs]

    @property
    def known_at(self):
        return self.document.rows.asked.known_at

    def told(self):
        """This will return the data of the template."""
        document, layout = self.document, self.layout
        number = dict(document.marks).get(_("Run"))
        sha256 = document.rows.sha256
        moment = self.known_at.astimezone(UTC)
        return {
            "language": document.language,
            "title": self._printable(document.title, _("Title")),
            "description": self._printable(document.description, _("Description")),
            "keywords": [document.slug, f"sha256:{sha256}"],
            "date": {name: getattr(moment, name) for name in ("year", "month", "day", "hour", "minute", "second")},
            "facts": self._pairs([*document.facts, (_("Rows"), charts.number(document.rows.count))]),
            "marks": self._pairs(document.marks),
            "sources": [
                (self._printable(f"{publisher}: {title}" if publisher else title, _("Sources")), address or "")
                for title, publisher, address in document.sources
            ],
            "chart": self._chart(),
            "landscape": layout.landscape, "left": pdf_columns.LEFT, "right": pdf_columns.RIGHT, "room": layout.room,
            "size": layout.size, "widths": layout.widths, "inset": pdf_columns.INSET,
            "numeric": [column.kind in pdf_columns.NUMERIC for column in self.columns],
            "heads": self.heads, "rows": self.rows,
            "sha256": sha256,
            "taken_by": self._printable(dict(document.marks).get(_("Taken by"), ""), _("Taken by")),
            "words": self._words(number, sha256),
        }  # fmt: skip

    def _words(self, number, sha256):
        return {
            "house": _("Peacekeeping Record"),
            "question": _("What was asked"),
            "taking": _("Who took it"),
            "sources": _("Sources"),
            "rows": _("Rows"),
            "none": _("No row answers this question."),
            "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
            "foot": " · ".join([*([f"{_('Run')} {number}"] if number else []), f"SHA-256 {sha256[:16]}…"]),
            "checksum": _("Checksum of the rows (SHA-256)"),
            "checksum_meaning": _("Whoever asks the same again, as known at the same moment, gets the same checksum."),
            "signatures": pgettext("on a paper", "Signed"),
            "taken_by": _("Taken by"),
            "position": pgettext("of who signs", "Position"),
            "signature": _("Signature"),
            "day": _("Date"),
        }

    def _chart(self):
        if self.document.chart is None:
            return None
        told = pdf_chart.said(self.document.chart, self.document.language)
        for words in (told["svg"], told["alt"], told["source"], *told["notes"], *(name for _l, name in told["legend"])):
            self._printable(words, told["title"])
        return told


def _cell_of(column):
    """This will return what turns a value of a column into words of the active language."""
    if column.kind == Kind.INTEGER and column.key == YEAR:
        made = str
    elif column.kind in pdf_columns.NUMERIC:
        made = charts.number
    elif column.kind == Kind.DATE:
        made = _day
    elif column.kind == Kind.MOMENT:
        made = _moment
    elif column.kind == Kind.YES_NO:
        made = _yes_no
    else:
        made = str
    return lambda value: UNSAID if value is None else made(value)


def _day(value):
    return formats.date_format(value, "SHORT_DATE_FORMAT")


def _moment(value):
    return formats.date_format(timezone.localtime(value), formats.get_format("SHORT_DATETIME_FORMAT") + ":s")


def _yes_no(value):
    return _("yes") if value else _("no")


def _set(paper, file):
    """This will let typst set the paper into a file, in a process of its own."""
    second = int(paper.known_at.timestamp())
    command = [sys.executable, "-I", HERE / "typeset.py", HERE / "pdf.typ", pdf_columns.FONTS, str(second), str(MEMORY)]
    with override(paper.document.language):
        told = json.dumps(paper.told(), ensure_ascii=False).encode()
    try:
        done = subprocess.run(
            command, input=told, stdout=file, stderr=subprocess.PIPE, timeout=SECONDS, check=False,
            env={**os.environ, "RAYON_NUM_THREADS": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _too_much(paper.document.language) from None
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise _too_much(paper.document.language)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])


def _too_much(language):
    with override(language):
        return CannotWrite(_("This is too much for one PDF. Choose CSV or XLSX, or narrow the report."))
