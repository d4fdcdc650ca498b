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
from reports.printable import printed, unprinted
from reports.rows import CannotWrite
from reports.writers import pdf_chart, pdf_columns

MOST_ROWS, MOST_CELLS = 20_000, 200_000
AT_ONCE = 65_536  # bytes
MEMORY = 4 * 1024**3  # bytes that typst may have; so many cells take three quarters of it
SECONDS = 600
HERE = Path(__file__).resolve().parent
UNSAID = "–"  # nothing is left empty on a paper that is signed


def write(document):
    """This will yield the file. Raises `CannotWrite` where a word cannot be printed or the rows are too many."""
    with override(document.language):
        paper = Paper(document)
    with tempfile.TemporaryFile() as file:
        _set(paper, file)
        file.seek(0)
        while some := file.read(AT_ONCE):
            yield some


def most_rows(columns):
    """This will return how many rows a PDF of so many columns holds."""
    return min(MOST_ROWS, MOST_CELLS // columns)


class Paper:
    """What the template is told of a document, all of it read and found to be printable."""

    def __init__(self, document):
        self.document = document
        self.heads = [self._printable(head, _("Headings")) for head in document.heads]
        self.kinds = [column.kind for column in document.rows.columns]
        places = list(zip(*self._read(), strict=True)) or [()] * len(self.heads)
        columns = [
            pdf_columns.Column(kind, head, texts)
            for kind, head, texts in zip(self.kinds, self.heads, places, strict=True)
        ]
        self.layout = pdf_columns.lay_out(columns)
        rooms = self.layout.rooms
        self.heads = [
            pdf_columns.breakable(head, room, pdf_columns.STRONG) for head, room in zip(self.heads, rooms, strict=True)
        ]
        places = [column.break_words(texts, room) for column, texts, room in zip(columns, places, rooms, strict=True)]
        self.rows = list(zip(*places, strict=True))
        self.one_line = [
            all(column.is_one_line(text, room) for column, text, room in zip(columns, row, rooms, strict=True))
            for row in self.rows
        ]

    def _read(self):
        """This will return the rows as texts. Those beyond what a PDF holds are not read."""
        rows, cells = [], [_cell_of(column) for column in self.document.rows.columns]
        most = most_rows(len(cells))
        for number, row in enumerate(self.document.rows, start=1):
            if number > most:
                raise _too_many(most)
            texts = [printed(cell(value)) for cell, value in zip(cells, row, strict=True)]
            for text, head in zip(texts, self.heads, strict=True):
                if letter := unprinted(text):
                    raise CannotWrite(
                        _("Row %(row)s, column “%(column)s”: a PDF cannot print %(letter)s. Choose another format.")
                        % {"row": number, "column": head, "letter": letter}
                    )
            rows.append(texts)
        return rows

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
            "landscape": layout.is_landscape, "left": pdf_columns.LEFT, "right": pdf_columns.RIGHT, "room": layout.page,
            "size": layout.size, "widths": layout.widths, "inset": pdf_columns.INSET,
            "numeric": [kind in pdf_columns.NUMERIC for kind in self.kinds],
            "heads": self.heads, "rows": self.rows, "one_line": self.one_line,
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
    if column.is_year:
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


def _too_many(most):
    if most == MOST_ROWS:
        words = _("A PDF holds at most %(most)s rows. Choose CSV or XLSX, or narrow the report.")
    else:
        words = _("A PDF of so many columns holds at most %(most)s rows. Choose CSV or XLSX, or narrow the report.")
    return CannotWrite(words % {"most": charts.number(most)})


def _too_much(language):
    with override(language):
        return CannotWrite(_("This is too much for one PDF. Choose CSV or XLSX, or narrow the report."))
