import hashlib
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions import charts
from missions.models import Contribution, ImportRun
from reports import printable
from reports.declared import Kind
from reports.models import Format
from reports.rows import CannotWrite, canonical
from reports.writers import pdf, pdf_chart, pdf_columns
from tests import makers, papers, taking

ALL_KINDS = {
    "Mission": Kind.TEXT, "Month": Kind.DATE, "Total": Kind.INTEGER, "Share": Kind.DECIMAL, "Taken": Kind.MOMENT,
    "Cleared": Kind.YES_NO,
}  # fmt: skip
OF_MONTH = ("Алтын жағалау, Ә Ғ Қ Ң Ө Ұ Ү Һ І", date(2025, 9, 30), 1234567, Decimal("2.50"), papers.NOON, True)
SIGNS = "\u0301\u00ad\u200b\u200f\u202e\ufeff\u0000\u001b\u007f\u2028😀漢ש"  # what no font of the house prints


@pytest.mark.parametrize(
    ("language", "cells"),
    [
        ("kk", ["30.09.2025", "1234567", "2,50", "23.10.202512:00:00"]),
        ("ru", ["30.09.2025", "1234567", "2,50", "23.10.202512:00:00"]),
        ("en", ["30Sep2025", "1,234,567", "2.50", "23Oct2025,12:00:00"]),
    ],
)
def test_every_kind_of_cell_is_printed_as_its_language_writes_it(language, cells):
    said = papers.told(papers.read(papers.of(ALL_KINDS, [OF_MONTH, (None,) * 6], language=language)))
    assert "".join([papers.bare(OF_MONTH[0]), *cells]) in said
    assert pdf.UNSAID * 6 in said


def test_a_year_is_a_number_that_is_not_grouped():
    column = papers.report({"Year": Kind.INTEGER}, []).columns[0]
    assert pdf._cell_of(type(column)("year", "Year", Kind.INTEGER))(2025) == "2025"
    assert pdf._cell_of(column)(2025) != "2025"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_row_is_lost_between_pages_and_each_page_repeats_the_headings_and_its_number(language):
    rows = [(f"Бөлімше {number}", number, f"note {number * 7}") for number in range(150)]
    heads = {"Ұйым": Kind.TEXT, "Саны": Kind.INTEGER, "Ескерту": Kind.TEXT}
    reader = papers.read(papers.of(heads, rows, language=language))
    pages = [papers.bare(page.extract_text()) for page in reader.pages]
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "ҰйымСаныЕскерту" in page or number == len(pages)  # the last may bear the signatures alone
        with override(language):
            words = pdf.Paper(papers.texts(["x"], language=language)).told()["words"]["page"]
        assert papers.bare(words.replace("{pages}", str(len(pages))).replace("{page}", str(number))) in page
    said, place = "".join(pages), 0
    for row in rows:
        place = said.index("".join(papers.bare(str(cell)) for cell in row), place)


def test_markup_in_a_cell_a_heading_or_a_title_is_printed_and_never_run():
    evil = ["#panic()", "*bold*", "$x^2$", "@ref", "a \\ b", "= Heading", "// gone", "<label>", "`raw`", "#let x = 1",
            "[[strength]]", "{page} of {pages}", "https://example.org/x", "~", "--- -- ...", '"quoted" \'so\'']  # fmt: skip
    made = papers.of(
        {"#panic(1)": Kind.TEXT}, [(text,) for text in evil], title="#panic(2) *t*", description="$d$ @none",
        marks=(("Purpose", "#read(\"/etc/passwd\")"),),
    )  # fmt: skip
    reader = papers.read(made)
    said = papers.told(reader)
    assert reader.metadata.title == "#panic(2) *t*"
    for text in [*evil, "#panic(1)", "#panic(2) *t*", "$d$ @none", '#read("/etc/passwd")']:
        assert papers.bare(text) in said, text


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(st.sampled_from([*sorted(printable.LETTERS), "\n"]), max_size=60), min_size=1, max_size=60))
def test_any_text_of_the_fonts_letters_comes_back_from_the_paper(texts):
    said, place = papers.told(papers.read(papers.texts(texts))), 0
    place = said.index("Remarks")
    for text in texts:
        wanted = papers.bare(unicodedata.normalize("NFC", text))
        place = said.index(wanted, place) + len(wanted)


@settings(max_examples=100, deadline=None)
@given(st.text(), st.integers(0, 3))
def test_any_other_text_is_refused_by_row_and_column(text, place):
    cells = ["fine"] * 4
    cells[place] = text
    try:
        paper = pdf.Paper(papers.texts(cells))
    except CannotWrite as refusal:
        assert str(refusal).startswith(f"Row {place + 1}, column “Remarks”: ") and "U+" in str(refusal)
    else:
        printed = papers.bare(paper.rows[place][0])
        assert printed == papers.bare(unicodedata.normalize("NFC", text)) and printable.LETTERS.issuperset(printed)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{ord(sign):04X}")
def test_what_no_font_prints_is_refused_by_its_name(sign):
    with pytest.raises(CannotWrite, match=rf"Row 2, column “Remarks”: .*U\+{ord(sign):04X} "):
        papers.content(papers.texts(["fine", f"q{sign}b"]))
    with pytest.raises(CannotWrite, match=rf"^Purpose: .*U\+{ord(sign):04X} "):
        papers.content(papers.texts(["fine"], marks=(("Purpose", f"for {sign}"),)))


def test_every_letter_of_the_fonts_comes_back_from_the_paper():
    every = "".join(sorted(printable.LETTERS))
    pieces = [every[place : place + 40] for place in range(0, len(every), 40)]
    said = papers.told(papers.read(papers.texts(pieces)))
    assert all(papers.bare(unicodedata.normalize("NFC", piece)) in said for piece in pieces)


def test_line_ends_are_printed_as_new_lines_and_tabs_as_spaces():
    (page,) = papers.read(papers.texts(["first\r\nsecond\nthird\rfourth\tfifth"])).pages
    assert "first\nsecond\nthird\nfourth fifth" in page.extract_text()


def test_a_word_wider_than_its_column_is_broken_and_not_lost():
    long = "Ұ" * 3000
    reader = papers.read(papers.of({"A": Kind.TEXT, "B": Kind.TEXT, "C": Kind.INTEGER}, [("x y " * 90, long, 5)]))
    assert papers.told(reader).count("Ұ") == 3000
    lines = "\n".join(page.extract_text() for page in reader.pages).replace(papers.BREAK, "").splitlines()
    assert max(map(len, lines)) < 150


def test_the_longest_cell_of_a_spreadsheet_goes_on_over_pages_and_is_whole():
    long = "".join(chr(0x410 + number % 32) for number in range(32_768))
    reader = papers.read(papers.texts(["before", long, "after"]))
    letters = [letter for letter in papers.told(reader) if "А" <= letter <= "Я"]
    assert "".join(letters) == "".join(letter for letter in long if "А" <= letter <= "Я") and len(reader.pages) > 3


def test_a_wide_table_lies_on_its_side_and_a_narrow_one_stands():
    narrow = papers.read(papers.of(ALL_KINDS, [OF_MONTH])).pages[0].mediabox
    wide = (
        papers.read(papers.of({f"Heading {n}": Kind.TEXT for n in range(17)}, [("word " * 3,) * 17])).pages[0].mediabox
    )
    assert narrow.height > narrow.width and wide.width > wide.height


@pytest.mark.parametrize("count", [1, 2, 7, 17, 40])
def test_columns_fill_the_page_and_no_more(count):
    columns = [pdf_columns.Column(Kind.TEXT, "Категория", ["text and text " * 4, "Ж" * 50]) for _place in range(count)]
    layout = pdf_columns.lay_out(columns)
    assert sum(layout.widths) == pytest.approx(layout.page) and min(layout.widths) > 0


def test_the_file_is_tagged_titled_and_of_its_language():
    chart = _chart()
    reader = papers.read(papers.of(ALL_KINDS, [OF_MONTH] * 60, language="kk", title="Ай сайынғы құрам", chart=chart))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "kk" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Ай сайынғы құрам"
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    kinds = [str(tag["/S"]) for tag in papers.tags(reader)]
    assert kinds.count("/TH") == len(ALL_KINDS) and kinds.count("/TD") == 60 * len(ALL_KINDS)
    assert [kind for kind in kinds if kind.startswith("/H") and kind[2:].isdigit()][:2] == ["/H1", "/H2"]
    (figure,) = (tag for tag in papers.tags(reader) if tag["/S"] == "/Figure")
    assert figure["/Alt"] == "Strength <&> women. Golan. Highest: 139. All is <well> & good."


def _chart():
    points = tuple((date(2025, month, 28), 100 + month if month != 4 else None) for month in range(1, 10))
    lines = [charts.Series("Golan", points), charts.Series("Women", points, "second part")]
    return charts.Chart(
        key="strength", title="Strength <&> women", drawings=charts.lines(lines),
        findings=(("Golan", "Highest: 139."), ("", "All is <well> & good.")), table=charts.Table("", (), ()),
        legend=(("first", "Golan"), ("second part", "Women")), unit="persons", as_of=date(2025, 9, 30),
        sources=(("Contributors", "The UN", ""),), notes=("A note.",),
    )  # fmt: skip


def test_the_chart_stands_in_the_paper_with_its_words_and_its_source():
    chart = _chart()
    said = papers.told(papers.read(papers.texts(["x"], chart=chart)))
    for words in (
        chart.title,
        "Golan. Highest: 139.",
        "Women",
        "A note.",
        "Unit: persons. · As of 30 September 2025. · The UN: Contributors",
    ):
        assert papers.bare(words) in said
    drawn = pdf_chart.svg(chart.drawings[0], "en")
    assert "class=" not in drawn and drawn.count("<path") == len(chart.drawings[0].grid) + 2


def test_the_paper_is_to_be_signed_and_bears_the_checksum_of_its_rows():
    rows = [("UNDOF", number) for number in range(80)]
    made = papers.of(
        {"Mission": Kind.TEXT, "Men": Kind.INTEGER}, rows, marks=(("Run", "12"), ("Taken by", "Aigerim Invented"))
    )
    reader = papers.read(made)
    sha256 = hashlib.sha256(b"".join(map(canonical, rows))).hexdigest()
    last = reader.pages[-1].extract_text()
    assert sha256 in last and made.rows.sha256 == sha256 and made.rows.count == 80
    for words in ("Taken by", "Aigerim Invented", "Position", "Signature", "Date"):
        assert words in last
    assert all(f"Run 12 · SHA-256 {sha256[:16]}" in page.extract_text() for page in reader.pages)
    assert "Rows80" in papers.bare(reader.pages[0].extract_text())


def test_an_answer_without_rows_says_so():
    assert "Norowanswersthisquestion." in papers.told(papers.read(papers.texts([])))


def test_the_same_question_gives_the_same_bytes_of_the_moment_that_it_is_known_at():
    first, again = (papers.content(papers.of(ALL_KINDS, [OF_MONTH] * 70)) for _time in range(2))
    assert first == again and papers.opened(first).metadata.creation_date == papers.NOON


def test_too_many_rows_are_refused_before_a_million_of_them_are_read():
    read = []
    rows = (read.append(number) or (number,) for number in range(1_000_000))
    with pytest.raises(CannotWrite, match="A PDF holds at most 20,000 rows"):
        papers.content(papers.of({"Total": Kind.INTEGER}, rows))
    assert len(read) <= 21_000


def test_many_columns_make_fewer_rows(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_CELLS", 2_000)
    with pytest.raises(CannotWrite, match="so many columns holds at most 50 rows"):
        papers.content(papers.of({f"N {n}": Kind.INTEGER for n in range(40)}, iter([(1,) * 40] * 51)))


def test_what_takes_too_much_memory_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(pdf, "MEMORY", 300 * 1024**2)
    with pytest.raises(CannotWrite, match="too much for one PDF"):
        papers.content(papers.texts([f"row {number}" for number in range(9000)]))


def test_the_fonts_hold_every_promised_letter_each_with_a_glyph_of_its_own():
    tt_font = pytest.importorskip("fontTools.ttLib").TTFont
    for name in (pdf_columns.PLAIN, pdf_columns.STRONG):
        held = tt_font(pdf_columns.FONTS / f"{name}.ttf").getBestCmap()
        assert printable.LETTERS <= set(map(chr, held))
        drawn = [glyph for code, glyph in held.items() if not chr(code).isspace()]
        assert len(drawn) == len(set(drawn))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_run_is_taken_as_pdf_with_who_took_it_and_what_for(noon, language):
    imported = ImportRun.objects.create(
        kind="contributions", file_name="months.csv", sha256="0" * 64, at=noon, plan={}, source=None
    )
    Contribution.objects.create(
        run=imported, known_from=noon, contributor=makers.country(), mission=makers.golan_mission(),
        month=date(2025, 9, 30), personnel_type="troops", men=1336, women=2, total=1338,
    )  # fmt: skip
    staff = makers.person_of_role("report staff")
    run, content = taking.taken(
        "strength-by-month", noon, format=Format.PDF, by=staff, language=language, purpose="For the ministry."
    )
    assert run.end.rows == 1 and not run.end.broke_off and content.startswith(b"%PDF-1.7")
    said = papers.told(papers.opened(content))
    for words in (staff.full_name, "For the ministry.", f"{run.pk}", run.end.sha256, "UNDOF"):
        assert papers.bare(words) in said
    assert ("1,338" if language == "en" else "1338") in said
