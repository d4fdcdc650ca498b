"""What stands in a report's files beside its cells, that they leave while they are made, and that nothing hangs."""

import contextlib
import hashlib
import json
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, connection
from django.db.models import F, Value
from django.db.models.functions import Concat, TruncMonth
from frictionless import Package

from missions.models import ImportRun, Source
from reports.declared import Kind, Query
from reports.models import ReportRunEnd
from reports.writers import copying, csv_file, sql_cells, xlsx
from tests import makers, taking, written
from tests.test_report_cells import NASTY

pytestmark = pytest.mark.django_db

TWO = written.columns(text=Kind.TEXT, number=Kind.INTEGER)


@pytest.fixture
def sources():
    """A source for each nasty text that a database takes."""
    day = date(2025, 5, 1)
    return Source.objects.bulk_create(
        Source(title=title[:300], publisher=f"={title[:100]}" if place % 2 else "", url=f"https://a.example/{place}",
               retrieved=day + timedelta(days=place), published=day if place % 3 else None)
        for place, title in enumerate(NASTY)
    )  # fmt: skip


SHAPE = written.columns(
    title=Kind.TEXT, publisher=Kind.TEXT, joined=Kind.TEXT, number=Kind.INTEGER, retrieved=Kind.DATE, published=Kind.DATE,
)  # fmt: skip


def of_sources(asked=None):
    return Query(
        Source.objects.order_by("-retrieved"),
        {
            "title": "title", "publisher": "publisher", "joined": Concat(Value("@"), "publisher"), "number": "pk",
            "retrieved": "retrieved", "published": F("published"),
        },
    )  # fmt: skip


def by_python(rows, shape, **values):
    document = written.documented(rows, shape, **values)
    return document.rows, b"".join(csv_file.by_python(document.rows))


def by_database(rows, shape):
    """This will return (the rows that passed, the lines of the file), which the database must have written."""
    document = written.documented(rows, shape)
    assert sql_cells.select(document.rows.query, document.rows.columns, connection)
    _heads, *lines = csv_file.write(document)
    return document.rows, b"".join(lines)


def test_the_database_writes_the_same_bytes_as_python(sources):
    told, content = by_database(of_sources, SHAPE)
    expected, lines = by_python(of_sources, SHAPE)
    assert content == lines
    assert (told.count, expected.count) == (len(NASTY), len(NASTY))


def test_the_database_writes_moments_and_truths_as_python_does(noon):
    for place, moment in enumerate((noon, noon.replace(microsecond=999_999), noon.replace(year=1969, hour=0))):
        ImportRun.objects.create(kind="contributions", file_name=f"{place}.csv", sha256="0" * 64, plan={}, at=moment)
    shape = written.columns(at=Kind.MOMENT, early=Kind.YES_NO, file=Kind.TEXT)
    rows = Query(ImportRun.objects.order_by("file_name"), {"at": "at", "early": "by__is_staff", "file": "file_name"})
    ImportRun.objects.filter(file_name="1.csv").update(by=makers.person_of_role("editor"))
    content = by_database(lambda asked: rows, shape)[1]
    assert content == by_python(lambda asked: rows, shape)[1]
    assert content.decode() == (
        "2025-10-23T07:00:00Z,,0.csv\n2025-10-23T07:00:00Z,true,1.csv\n1969-10-22T18:00:00Z,,2.csv\n"
    )


def test_what_the_database_would_write_otherwise_is_left_to_python(sources):
    def left(columns, **cells):
        query = Query(Source.objects.order_by("pk"), cells)
        document = written.documented(lambda asked: query, columns)
        assert not sql_cells.select(query, document.rows.columns, connection)
        return b"".join(csv_file.write(document)), document.rows.count

    alone = left(written.columns(title=Kind.TEXT), title="title")
    assert written.csv_rows(alone[0])[0] == ["'=1+1"]
    left(written.columns(month=Kind.DATE, title=Kind.TEXT), month=TruncMonth("retrieved"), title="title")
    nothing = Query(Source.objects.none(), {"text": "title", "number": "pk"})
    assert written.csv_rows(written.written("csv", lambda asked: nothing, TWO)) == []


@pytest.fixture
def server():
    """PostgreSQL as reports ask it: outside of a transaction. No thread is left at work when a test is over."""
    before = threading.active_count()
    with contextlib.closing(connection.copy()) as outside:
        yield outside
        with outside.cursor() as cursor:
            cursor.execute("SELECT 1")
    assert threading.active_count() == before


NUMBERS = "SELECT number, repeat('x', 200) FROM generate_series(1, %s) AS number"


@pytest.mark.postgresql
def test_copied_bytes_come_in_pieces_with_the_number_of_their_rows(server):
    copied, pieces = copying.copy(NUMBERS, [20_000], server), []
    try:
        while True:
            pieces.append(next(copied))
            with server.cursor() as cursor:  # whoever reads may ask the database between two pieces
                cursor.execute("SELECT 1")
    except StopIteration as end:
        assert end.value == 20_000
    assert b"".join(pieces).decode() == "".join(f"{number},{'x' * 200}\n" for number in range(1, 20_001))
    assert len(pieces) > 20 and max(map(len, pieces)) <= copying.AT_ONCE


@pytest.mark.postgresql
def test_a_reader_who_goes_away_stops_the_server(server):
    # One piece leaves; the next rows wait for their piece to be full, and the server for an hour.
    sql = NUMBERS.replace("repeat", "CASE WHEN number > 400 THEN pg_sleep(3600)::text END, repeat")
    copied, read = copying.copy(sql, [20_000], server), 0
    while read < 60_000:
        read += len(next(copied))
    copied.close()


@pytest.mark.postgresql
def test_a_query_that_fails_half_way_is_an_error_and_not_a_short_file(server):
    with pytest.raises(DataError):
        list(copying.copy(NUMBERS.replace("number,", "1 / (number - 15000),"), [20_000], server))


def test_a_download_that_breaks_off_says_about_how_many_rows_had_left(sources):
    document = written.documented(of_sources, SHAPE)
    pieces = csv_file.write(document)
    next(pieces), next(pieces)
    pieces.close()
    assert document.rows.count >= len(NASTY)
    assert Source.objects.count() == len(NASTY)


def endless():
    number = 0
    while True:
        yield "a text that comes again", number
        number += 1


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_a_file_begins_before_its_rows_do(format):
    asked_for = []

    def rows():
        for number, row in enumerate(endless()):
            asked_for.append(number)
            yield row

    pieces = written.pieces(format, rows(), TWO)
    first = next(pieces)
    assert first and not asked_for
    while not next(pieces):
        pass
    assert len(asked_for) < 100_000
    pieces.close()


def test_the_cover_says_what_the_file_is_of_what_and_its_true_checksum(noon):
    run = taking.opened("strength-by-month", noon, by=makers.person_of_role("report staff"), purpose="For the archive.")
    rows = [("one", 1), ("two", None), ("=three", 3)]
    content = written.written(
        "xlsx", rows, TWO, run=run, parameters={"start": date(2025, 1, 1), "missions": ("UNDOF",)},
        sources=lambda asked: [("Contributions", "United Nations", "https://un.example/data")],
    )  # fmt: skip
    book = written.opened(content)
    told = {row[0].value: [cell.value for cell in row[1:] if cell.value] for row in book.worksheets[0].iter_rows()}
    assert book.sheetnames == ["Cover", "Rows"] and book.active is book.worksheets[0]
    assert {"A test", "Rows of a test."} <= set(told)
    assert (told["From"], told["Missions"], told["As of"]) == (["1 January 2025"], ["UNDOF"], ["23 October 2025"])
    assert (told["Run"], told["Purpose"]) == ([str(run.pk)], ["For the archive."])
    assert told["Source"] == ["Contributions", "United Nations", "https://un.example/data"]
    assert told["Time zone of the moments"] == ["Asia/Almaty"]
    canonical = b'["one",1]\n["two",null]\n["=three",3]\n'
    assert told["Rows"] == [3] and told["Checksum (SHA-256)"] == [hashlib.sha256(canonical).hexdigest()]


def test_rows_beyond_a_sheet_go_on_in_the_next_under_the_same_headings(monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS_IN_SHEET", 3)
    book = written.opened(written.written("xlsx", [(str(number), number) for number in range(7)], TWO))
    assert book.sheetnames == ["Cover", "Rows", "Rows (2)", "Rows (3)"]
    assert [sheet.max_row for sheet in book.worksheets[1:]] == [4, 4, 2]
    assert [[cell.value for cell in sheet[1]] for sheet in book.worksheets[1:]] == [["TEXT", "NUMBER"]] * 3
    assert [row[1].value for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2)] == list(range(7))
    assert [sheet.auto_filter.ref for sheet in book.worksheets[1:]] == ["A1:B4", "A1:B4", "A1:B2"]
    full = written.opened(written.written("xlsx", [(str(number), number) for number in range(6)], TWO))
    assert full.sheetnames == ["Cover", "Rows", "Rows (2)"]


def test_a_sheet_ends_before_it_is_more_than_old_readers_can_open(monkeypatch):
    monkeypatch.setattr(xlsx, "BYTES_IN_SHEET", 100)
    monkeypatch.setattr(xlsx, "ROWS_AT_ONCE", 2)
    book = written.opened(written.written("xlsx", [(str(number), number) for number in range(5)], TWO))
    assert [sheet.max_row for sheet in book.worksheets[1:]] == [3, 3, 2]


@pytest.mark.parametrize("rows", [[], [("one", 1)]])
def test_headings_stay_in_sight_and_filter(rows):
    sheet = written.opened(written.written("xlsx", rows, TWO)).worksheets[1]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == f"A1:B{len(rows) + 1}"
    assert sheet["A1"].font.b and sheet["A1"].fill.fgColor.rgb == "FF1F4E6B"


def test_dates_are_shown_as_dates():
    shape = written.columns(day=Kind.DATE, at=Kind.MOMENT)
    content = written.written("xlsx", [(date(2025, 10, 23), written.KNOWN_AT)], shape)
    day, moment = written.opened(content).worksheets[1][2]
    assert (day.is_date, day.number_format) == (True, "yyyy\\-mm\\-dd")
    assert (moment.value, moment.number_format) == (datetime(2025, 10, 23, 12), "yyyy\\-mm\\-dd\\ hh:mm:ss")


KINDS = written.columns(text=Kind.TEXT, number=Kind.INTEGER, share=Kind.DECIMAL, day=Kind.DATE, at=Kind.MOMENT,
                        sure=Kind.YES_NO)  # fmt: skip
ROWS = [
    ("one", 1, Decimal("1.50"), date(2025, 10, 23), written.KNOWN_AT, True),
    ("two", None, None, None, None, None),
]


def test_json_is_a_data_package_that_says_the_question():
    content = written.written(
        "json", ROWS, KINDS, key=("text",), language="en",
        parameters={"start": date(2025, 1, 1), "missions": ("UNDOF", "UNIFIL")},
        sources=lambda asked: [("Contributions", "United Nations", "https://un.example/data"), ("A note", "", "")],
    )  # fmt: skip
    package = json.loads(content)
    report = Package.from_descriptor(package).validate()
    assert report.valid, report.to_summary()
    assert package["asked"] == {
        "report": "a-test", "parameters": {"start": "2025-01-01", "missions": ["UNDOF", "UNIFIL"]}, "on": "2025-10-23",
        "known_on": "2025-10-23T07:00:00Z", "language": "en",
    }  # fmt: skip
    assert package["sources"] == [
        {"title": "United Nations: Contributions", "path": "https://un.example/data"}, {"title": "A note"},
    ]  # fmt: skip
    schema = package["resources"][0]["schema"]
    assert [field["type"] for field in schema["fields"]] == [
        "string",
        "integer",
        "number",
        "date",
        "datetime",
        "boolean",
    ]
    assert schema["primaryKey"] == ["text"]


def test_a_wrong_row_is_found_by_who_reads_the_package():
    content = written.written("json", [*ROWS, ("one", 1, None, None, None, None)], KINDS, key=("text",))
    assert not Package.from_descriptor(json.loads(content)).validate().valid
    assert "primaryKey" not in written.written("json", ROWS, KINDS, key=("text", "hidden")).decode()


@pytest.mark.parametrize("format", ["csv", "json"])
def test_bytes_depend_on_the_question_alone(format, noon):
    run = taking.opened("strength-by-month", noon, by=makers.person_of_role("report staff"))
    assert written.written(format, ROWS, KINDS, run=run) == written.written(format, ROWS, KINDS)


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_every_format_leaves_the_house_with_its_rows_counted(format, sources, noon):
    _run, content = taking.taken("strength-by-month", noon, format=format)
    end = ReportRunEnd.objects.get()
    assert end.rows == 0 and (end.sha256 == hashlib.sha256(content).hexdigest()) == (format != "xlsx")


def test_the_three_formats_tell_the_same_rows(sources):
    files = {format: written.written(format, of_sources, SHAPE) for format in ("csv", "xlsx", "json")}
    from_json = [[str(cell) if cell is not None else "" for cell in row] for row in written.json_rows(files["json"])]
    from_xlsx = [
        [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row]
        for row in written.calamine_rows(files["xlsx"])
    ]
    from_csv = written.csv_rows(files["csv"])
    assert len(from_csv) == len(NASTY) and from_json == from_xlsx
    assert [[csv_file.cell(cell) for cell in row] for row in from_json] == from_csv
