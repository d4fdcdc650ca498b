"""Tables that no office sent: CSV, XLSX and JSON which are cut off, lie, or unpack to more than a house has room for."""

import io
import json
import zipfile
import zlib

import openpyxl

HEAD = "Casualty_ID,Incident_Date,Mission_Acronym\n"
SHEET = "xl/worksheets/sheet1.xml"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REFUSED = {
    "one-line.csv", "a-million-columns.csv", "utf-16.csv", "latin.csv", "deep.json", "deep-record.json", "a-long-number.json",
    "many-names.json", "a-number.json", "nan.json", "cut.json", "sheet-bomb.xlsx", "texts-bomb.xlsx", "styles-bomb.xlsx",
    "laughs.xlsx", "laughs-in-texts.xlsx", "an-outside-entity.xlsx", "a-far-row.xlsx", "far-cells.xlsx", "a-far-column.xlsx",
    "a-wide-row.xlsx", "a-long-text.xlsx", "a-long-tag.xlsx", "elements.xlsx", "renamed.xlsx", "encrypted.xlsx", "zero.xlsx",
    "no-sheet.xlsx", "no-workbook.xlsx", "a-bomb-elsewhere.xlsx", "a-long-text.json", "one-text.json",
}  # fmt: skip
READ = {"formulas.csv", "bom.csv", "dimension-lies.xlsx", "plain.xlsx", "links.xlsx", "wrong-types.json", "twice.json"}


def workbook():
    made, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["Casualty_ID", "Incident_Date", "Mission_Acronym"])
    book.active.append(["1", "2010-01-01", "UNDOF"])
    book.save(made)
    return made.getvalue()


PLAIN = workbook()


def changed(parts, without=()):
    """This will return the ordinary workbook with some of its parts put in another's place."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(PLAIN)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name not in parts and name not in without:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return made.getvalue()


def sheet(rows, before="", after=""):
    return f'<?xml version="1.0"?>{before}<worksheet {SPACE}><sheetData>{rows}</sheetData>{after}</worksheet>'


def with_rows(rows, **around):
    return changed({SHEET: sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c></row>' + rows, **around)})


def bomb(name, megabytes, block=b" " * (1 << 20)):
    """This will return a workbook of which one part unpacks to so many megabytes, made without holding them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(made, "w") as new:
        for other in old.namelist():
            if other != name:
                new.writestr(other, old.read(other))
        part = zipfile.ZipInfo(name)
        part.compress_type = zipfile.ZIP_STORED
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        once = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
        packed = once * megabytes + packer.flush()
        new.writestr(part, packed)
        part.compress_type, part.file_size, part.CRC = zipfile.ZIP_DEFLATED, megabytes << 20, 0
    return made.getvalue()


def all_of(*, is_long=False):
    """This will yield (name, a function that returns the bytes)."""
    mega = (100 if is_long else 24) << 20
    yield "one-line.csv", lambda: b"a" * mega
    yield "a-million-columns.csv", lambda: b"a," * 1_000_000 + b"\n"
    yield "columns-in-a-row.csv", lambda: HEAD.encode() + b"," * 3_000_000 + b"\n"
    yield "blank-lines.csv", lambda: HEAD.encode() + b"\n" * (mega // 8)
    yield "quotes.csv", lambda: HEAD.encode() + b'"1,2010-01-01\n' * 100_000
    yield "nul.csv", lambda: HEAD.encode() + b"\0" * 3_000_000 + b"\n"
    yield "utf-16.csv", lambda: HEAD.encode("utf-16")
    yield "latin.csv", lambda: HEAD.encode() + b"1,2010-01-01,\xd0\xff\n"
    yield "bom.csv", lambda: b"\xef\xbb\xbf" + HEAD.encode()
    yield "boms.csv", lambda: b"\xef\xbb\xbf" * 3 + HEAD.encode()
    yield "zero.csv", lambda: b""
    yield "formulas.csv", lambda: HEAD.encode() + b"=cmd|' /C calc'!A0,@SUM(1),+1\n"
    yield "returns.csv", lambda: HEAD.encode().replace(b"\n", b"\r") + b"1\r\n\r2\n\r"
    yield "deep.json", lambda: b"[" * 5_000_000
    yield "deep-record.json", lambda: b'[{"a": ' + b'{"a":' * 200_000
    yield "deep-list-in-a-record.json", lambda: b'[{"a": ' + b"[" * 40 + b"]" * 40 + b"}]"
    yield "a-long-number.json", lambda: b'[{"a": ' + b"9" * mega + b"}]"
    yield "a-long-text.json", lambda: b'[{"a": "' + b"a" * mega + b'"}]'
    yield "one-text.json", lambda: b'"' + b"a" * mega
    yield "a-number.json", lambda: b"1"
    yield "an-object.json", lambda: b'{"a": [{"b": 1}]}'
    yield "nan.json", lambda: b'[{"a": NaN, "b": Infinity}]'
    yield "large.json", lambda: b'[{"a": 1e999, "date": 1e300, "b": -' + b"9" * 300 + b"}]"
    yield "twice.json", lambda: b'[{"a": 1, "a": 2}]'
    yield "surrogate.json", lambda: b'[{"a": "\\ud800", "\\udc00": "\\u0000"}]'
    yield "cut.json", lambda: b'[{"a": 1}, {"a": '
    yield "many-names.json", lambda: ("[{" + ",".join(f'"{n}":{{}}' for n in range(300_000)) + "}]").encode()
    values = [1, -1.5, None, True, "x", [1, [2]], {"a": {"b": 1}}, 1e300, "\0", ""]
    names = ("casualty_id", "incident_date", "mission_acronym", "casualty_personnel_type", "type_of_incident", "sex")
    shape = [{name: values[(row + place) % 10] for place, name in enumerate(names)} for row in range(10)]
    yield "wrong-types.json", lambda: json.dumps(shape).encode()
    yield "mixed.json", lambda: json.dumps([*shape, 1, None, "x", [1], [[{}]]]).encode()
    yield "plain.xlsx", lambda: PLAIN
    for tenth in range(1, 10):
        yield f"cut-{tenth}.xlsx", lambda tenth=tenth: PLAIN[: len(PLAIN) * tenth // 10]
    yield "zero.xlsx", lambda: b""
    yield "renamed.xlsx", lambda: changed({"a.txt": b"x"}, zipfile.ZipFile(io.BytesIO(PLAIN)).namelist())
    yield "encrypted.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
    yield "no-sheet.xlsx", lambda: changed({}, [SHEET])
    yield "no-workbook.xlsx", lambda: changed({}, ["xl/workbook.xml"])
    for part in ("[Content_Types].xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml"):
        yield f"no-{part.rpartition('/')[2][:6]}.xlsx", lambda part=part: changed({}, [part])
    yield "sheet-bomb.xlsx", lambda: bomb(SHEET, 10_000)
    yield "texts-bomb.xlsx", lambda: bomb("xl/sharedStrings.xml", 1_000)
    yield "styles-bomb.xlsx", lambda: bomb("xl/styles.xml", 1_000)
    yield "a-bomb-elsewhere.xlsx", lambda: bomb("xl/other.bin", 1_000)
    yield "laughs.xlsx", lambda: with_rows("", before=LAUGHS)
    yield (
        "laughs-in-texts.xlsx",
        lambda: changed({"xl/sharedStrings.xml": LAUGHS + f"<sst {SPACE}><si><t>&b;</t></si></sst>"}),
    )
    yield "an-outside-entity.xlsx", lambda: with_rows("", before=OUTSIDE)
    yield "a-far-row.xlsx", lambda: with_rows('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>')
    yield "a-row-below-nought.xlsx", lambda: with_rows('<row r="-5"><c r="A-5"><v>1</v></c></row>')
    yield "far-cells.xlsx", lambda: with_rows("".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(2, 9_000)))
    yield "a-far-column.xlsx", lambda: with_rows('<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>')
    yield "a-wide-row.xlsx", lambda: with_rows('<row r="2">' + "<c/>" * 400_000 + "</row>")
    yield "a-long-text.xlsx", lambda: with_rows('<row r="2"><c t="str"><v>' + "a" * 5_000_000 + "</v></c></row>")
    yield "a-long-tag.xlsx", lambda: with_rows('<row r="2" x="' + "a" * 5_000_000 + '"/>')
    yield "elements.xlsx", lambda: with_rows("", after="<x/>" * 500_000)
    yield (
        "dimension-lies.xlsx",
        lambda: changed(
            {
                SHEET: sheet('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
                    "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
                )
            }
        ),
    )
    yield (
        "wrong-kinds.xlsx",
        lambda: with_rows(
            '<row r="2"><c r="A2" t="s"><v>99999</v></c></row><row r="3"><c r="A3" t="d"><v>x</v></c></row>'
            '<row r="4"><c r="A4" t="n"><v>1e999</v></c></row><row r="5"><c r="A5" s="99999"><v>1</v></c></row>'
        ),
    )
    yield "links.xlsx", lambda: changed({"../../etc/passwd": b"x", "/etc/cron.d/x": b"x"})
