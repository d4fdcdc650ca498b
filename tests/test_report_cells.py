"""Any value in any cell of a file comes back as it was, or is refused by name."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from reports.declared import Column, Kind
from reports.models import Format
from reports.rows import CannotWrite
from tests import written

NASTY = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", '=HYPERLINK("http://evil.example","here")', "=", "'",
    'a "quoted" word', '"', '""', "a,b;c", "one\ntwo", "one\r\ntwo", "one\rtwo", "\n", "\r", "\t", " ", "  padded ",
    "\u202ethe other way", "\u200f=1", "\ufeff", "\u2028", "\x85", "\x7f", "\x01\x0b\x1f", "_x0041_", "_x0041_x0042_",
    "__x0041__", "_x005F_x0041_", "\x0bx0041_", "_x000\x0b", "_X000d_", "<b>&amp;</b>", "]]>", "&#13;", "\\.", "NULL",
    "Әлем Қазақстан", "😀" * 5, "007", "1E5", "2025-10-23", "true", "x" * 32_767, "😀" * 16_383,
]  # fmt: skip
TEXTS = some.one_of(
    some.sampled_from(NASTY),
    some.text(max_size=30),
    some.text("=+-@'\"\t\r\n,;_x0041DF\x0b<&", max_size=12),
)
# What XLSX cannot hold, and half a pair of UTF-16, which nothing can.
BEYOND_XLSX = re.compile("[\x00\ufffe\uffff\ud800-\udfff]")
CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
quick = settings(max_examples=50, deadline=None, derandomize=True, database=None)


def as_rows(texts):
    """Each text beside itself in the other column, so that no cell stands alone."""
    return [(text, number) for number, text in enumerate(texts)]


TWO = written.columns(text=Kind.TEXT, number=Kind.INTEGER)


@quick
@given(some.lists(TEXTS, min_size=1, max_size=40))
@example(NASTY)
def test_any_text_comes_back_the_same_from_csv_after_its_apostrophe(texts):
    told = written.csv_rows(written.written("csv", as_rows(texts), TWO))
    guarded = [f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text for text in texts]
    assert told == [[text, str(number)] for number, text in enumerate(guarded)]


@quick
@given(some.lists(TEXTS, min_size=1, max_size=40))
@example(NASTY)
def test_any_text_comes_back_the_same_from_json(texts):
    told = written.json_rows(written.written("json", as_rows(texts), TWO))
    assert told == [[text, number] for number, text in enumerate(texts)]


@quick
@given(some.lists(TEXTS.filter(lambda text: not BEYOND_XLSX.search(text)), min_size=1, max_size=40))
@example(NASTY)
def test_any_text_comes_back_the_same_from_xlsx_and_is_never_a_formula(texts):
    content = written.written("xlsx", as_rows(texts), TWO)
    assert written.calamine_rows(content) == [[text, number] for number, text in enumerate(texts)]
    # This reader leaves a control character as the spreadsheet's own sign for it.
    signed = [CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text) or None for text in texts]
    cells = list(written.opened(content).worksheets[1].iter_rows(min_row=2))
    assert [text.value for text, _number in cells] == signed
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("sign", ["\x00", "\ufffe", "\uffff"])
def test_a_sign_that_xlsx_cannot_hold_is_refused_with_its_row_and_column(sign):
    with pytest.raises(CannotWrite, match="Row 2, “TEXT”: XLSX cannot hold a sign of this text"):
        written.written("xlsx", as_rows(["fine", f"a{sign}b"]), TWO)


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384])
def test_a_text_too_long_for_a_cell_of_xlsx_is_refused_by_name_and_whole_in_the_others(text):
    rows = as_rows(["fine", "fine too", text])
    with pytest.raises(CannotWrite, match="Row 3, “TEXT”: a cell of XLSX holds 32,767 signs"):
        written.written("xlsx", rows, TWO)
    assert written.csv_rows(written.written("csv", rows, TWO))[2][0] == text
    assert written.json_rows(written.written("json", rows, TWO))[2][0] == text


@pytest.mark.parametrize("format", [Format.CSV, Format.XLSX, Format.JSON])
@pytest.mark.parametrize("value", ["\ud800", 2**70])
def test_what_no_file_can_hold_is_refused_by_name_in_every_format(format, value):
    rows = [("fine", 1)] * 1500 + [("fine", value) if isinstance(value, int) else (value, 1)]
    heading = "NUMBER" if isinstance(value, int) else "TEXT"
    with pytest.raises(CannotWrite, match=f"Row 1501, “{heading}”"):
        written.written(format, rows, TWO)


VALUES = {
    Kind.INTEGER: some.integers(-(10**15) + 1, 10**15 - 1),
    Kind.DECIMAL: some.decimals(-(10**9), 10**9, places=4),
    Kind.DATE: some.dates(),
    Kind.MOMENT: some.datetimes(datetime(1900, 3, 2), datetime(2200, 1, 1), timezones=some.just(UTC)),
    Kind.YES_NO: some.booleans(),
}
TYPED = written.columns(**{kind.value: kind for kind in VALUES})
ALMATY = ZoneInfo("Asia/Almaty")


@quick
@given(some.lists(some.tuples(*(some.none() | values for values in VALUES.values())), min_size=1, max_size=20))
@example([(0, Decimal("1E-10"), date(1900, 2, 28), datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC), False)])
@example([(1, Decimal(1), date(1900, 3, 1), datetime(2024, 2, 29, 20, tzinfo=UTC), True), (None,) * 5])
def test_numbers_stay_numbers_and_dates_dates(rows):
    def iso(moment):
        return moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    from_csv = written.csv_rows(written.written("csv", rows, TYPED))
    assert from_csv == [
        [
            "" if value is None else value
            for value in (
                integer if integer is None else str(integer), decimal if decimal is None else f"{decimal:f}",
                day and day.isoformat(), iso(moment), yes if yes is None else str(yes).lower(),
            )
        ]
        for integer, decimal, day, moment, yes in rows
    ]  # fmt: skip
    content = written.written("json", rows, TYPED)
    from_json = json.loads(content, parse_float=Decimal)["resources"][0]["data"]
    assert [tuple(row.values()) for row in from_json] == [
        (integer, decimal, day and day.isoformat(), iso(moment), yes) for integer, decimal, day, moment, yes in rows
    ]
    from_xlsx = written.openpyxl_rows(written.written("xlsx", rows, TYPED))
    for (integer, decimal, day, moment, yes), told in zip(rows, from_xlsx, strict=True):
        assert told[0] == integer and told[4] is yes
        assert told[1] == (None if decimal is None else float(decimal))
        if day and day < date(1900, 3, 1):
            assert told[2] == day.isoformat()
        else:
            assert told[2] == (day and datetime.combine(day, datetime.min.time()))
        assert told[3] == (moment and moment.astimezone(ALMATY).replace(tzinfo=None, microsecond=0))


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_refused_by_name():
    with pytest.raises(CannotWrite, match="Row 1, “NUMBER”: XLSX cannot hold this number to its last digit"):
        written.written("xlsx", [("fine", 10**15)], TWO)


def test_headings_and_the_cover_are_texts_too():
    rows, shape = [("fine", 1)], (Column("text", "=1+1"), Column("number", "_x0041_", Kind.INTEGER))
    book = written.opened(written.written("xlsx", rows, shape, title="=1+1", description="-2"))
    assert [cell.value for cell in book.worksheets[1][1]] == ["=1+1", "_x0041_"]
    assert [row[0].value for row in book.worksheets[0].iter_rows(max_row=2)] == ["=1+1", "-2"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    assert written.written("csv", rows, shape).decode().splitlines()[0] == "\ufeff'=1+1,_x0041_"
