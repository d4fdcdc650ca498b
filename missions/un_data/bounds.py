"""How far a file is read: what a workbook or a list in JSON may unpack to before anybody knows what it says.

A small file can ask for gigabytes and hours: a row that calls itself the hundred billionth stands, to the library that
reads workbooks, below as many empty ones. So a workbook is looked through once, as a stream, before it is read.
"""

import zipfile
from xml.parsers import expat

import ijson

LARGEST_SHEET = 2_000_000_000  # bytes unpacked: a million rows of twenty cells take about one
LARGEST_PART = 32_000_000  # of what is held whole: the texts that cells share, the styles
SHEETS = "xl/worksheets/"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # as spreadsheets have them
MOST_CELLS = 50_000_000  # the empty ones between two others among them
MOST_ELEMENTS = 300_000  # of one row, and of what stands around the rows
LONGEST_TEXT = 1_000_000  # letters of a cell, in any file
DEEPEST, MOST_NAMES = 50, 1_000  # of a record in JSON
BLOCK = 1 << 20


class BeyondBounds(Exception):
    """The file asks for more than is read. The message says what, in English: no honest program writes such a file."""


def look_through(path, *, largest=LARGEST_SHEET):
    """This will raise `BeyondBounds` where the workbook at `path` asks for more than a reader has.

    `largest` is what it may unpack to, in bytes. Raises what `zipfile` raises for a file that is none.
    """
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > largest:
            raise BeyondBounds(f"it unpacks to more than {largest // 1_000_000} MB")
        for part in parts:
            if part.file_size > LARGEST_PART and not part.filename.startswith(SHEETS):
                raise BeyondBounds(f"{part.filename[:60]} unpacks to more than {LARGEST_PART // 1_000_000} MB")
        for part in parts:
            _Sheet(part.filename[:60]).look_through(archive, part)


class _Sheet:
    """One part of a workbook on its way through: where it stands, and how much it has asked for."""

    def __init__(self, name):
        self.name, self.row, self.column, self.cells, self.elements, self.letters = name, 0, 0, 0, 0, 0

    def look_through(self, archive, part):
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.CharacterDataHandler = self._element, self._text
        parser.StartDoctypeDeclHandler = self._doctype
        read = 0
        with archive.open(part) as file:
            try:
                while block := file.read(BLOCK):
                    parser.Parse(block)
                    read += len(block)
                    if read - parser.CurrentByteIndex > 2 * BLOCK:  # one tag that does not end
                        raise BeyondBounds(f"{self.name} holds a text of more than {BLOCK} bytes")
            except expat.ExpatError:  # a picture; or the library meets the same end
                return

    def _doctype(self, *_declared):
        raise BeyondBounds(f"{self.name} declares a document type")

    def _element(self, name, values):
        self.letters = 0
        self.elements += 1
        if name.endswith("c") and name.rpartition(":")[2] == "c":
            self._cell(values.get("r", ""))
        elif name.rpartition(":")[2] == "row":
            self.elements, self.column = 0, 0
            self._row(values.get("r", ""))
        elif name.endswith("si"):  # one of the texts that cells share
            self.elements = 0
        if self.elements > MOST_ELEMENTS:
            raise BeyondBounds(f"{self.name}, row {self.row}: it holds more than {MOST_ELEMENTS} elements")

    def _row(self, said):
        self.row = int(said) if said.isdecimal() and len(said) < 10 else LAST_ROW + 1 if said else self.row + 1
        if self.row > LAST_ROW:
            raise BeyondBounds(f"{self.name} has a row beyond the {LAST_ROW}th")

    def _cell(self, said):
        before, letters = self.column, said.rstrip("0123456789")
        self.column = before + 1
        if letters and len(letters) < 4 and letters.isascii() and letters.isalpha():
            self.column = 0
            for letter in letters.upper():
                self.column = self.column * 26 + ord(letter) - 64
        self.cells += max(self.column - before, 1)
        if self.column > LAST_COLUMN or len(letters) > 3 or self.cells > MOST_CELLS:
            raise BeyondBounds(f"{self.name}, row {self.row}: it has more cells than are read")

    def _text(self, text):
        self.letters += len(text)
        if self.letters > LONGEST_TEXT:
            raise BeyondBounds(f"{self.name}, row {self.row}: a text has more than {LONGEST_TEXT} letters")


def records(file):
    """This will yield the records of a list in JSON, {name: value}, and what stands there instead of one as it is.

    What is nested within a record is told as "[…]" or "{…}": no column of ours is. Raises what `ijson` raises, and
    `BeyondBounds`.
    """
    depth, record, name, number = 0, None, "", 0
    for event, value in ijson.basic_parse(_Quoted(file), use_float=True):
        if event in ("start_map", "start_array"):
            depth += 1
            if depth > DEEPEST:
                raise BeyondBounds(f"record {number + 1} nests more than {DEEPEST} deep")
            if depth == 1 and event == "start_map":
                return
            if depth == 2:
                record = {} if event == "start_map" else None
            elif depth == 3 and record is not None:
                record[name] = "{…}" if event == "start_map" else "[…]"
        elif event in ("end_map", "end_array"):
            depth -= 1
            if depth == 1:
                number += 1
                yield record
        elif event == "map_key":
            if depth == 2:
                name = value
                if len(record) == MOST_NAMES and name not in record:
                    raise BeyondBounds(f"record {number + 1} has more than {MOST_NAMES} names")
        elif depth == 2 and record is not None:
            record[name] = value
        elif depth == 1:
            number += 1
            yield value


class _Quoted:
    """A file in which no text, number or blank runs on for a megabyte: there is a quote in between."""

    def __init__(self, file):
        self.file, self.read_since = file, 0

    def read(self, size=-1):
        block = self.file.read(size)
        place = block.rfind(b'"')
        self.read_since = self.read_since + len(block) if place < 0 else len(block) - place
        if self.read_since > LONGEST_TEXT:
            raise BeyondBounds(f"a text or a number has more than {LONGEST_TEXT} letters")
        return block
