"""A chart tells the same to the eye, to a screen reader and to who reads its table, and fills no gap."""

import itertools
import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from missions import charts, csv_files
from missions.charts import Bar, Series, Span

MONTHS = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31)]


def line(*values, **options):
    return Series("Strength", tuple(zip(MONTHS, values, strict=True)), **options)


def chart(drawings, **values):
    table = charts.Table("Strength by month", ("Month", "Strength"), (("January", "1,045"), ("March", "–")))
    found = {"key": "c", "title": "Strength by month", "findings": (("", "First: 1."),), "table": table, **values}
    return charts.Chart(drawings=drawings, **found)


def html(drawn):
    return render_to_string("components/chart.html", {"chart": drawn})


@pytest.mark.parametrize(
    ("highest", "wanted", "ticks"),
    [(0, 5, [0, 1]), (1, 5, [0, 1]), (7, 4, [0, 2, 4, 6, 8]), (139, 5, [0, 50, 100, 150]), (12488, 5, [0, 5000, 10000, 15000]),
     (100, 5, [0, 20, 40, 60, 80, 100])],
)  # fmt: skip
def test_the_scale_has_round_steps_and_holds_every_value(highest, wanted, ticks):
    assert charts.steps(highest, wanted) == ticks


def test_a_missing_month_breaks_the_line_and_is_never_a_nought():
    wide = charts.lines([line(10, 20, None, 20, 10)])[0]
    (_look, path), floor = wide.paths[0], max(y1 for _x1, y1, *_rest in wide.grid)
    assert path.count("M") == 2 and path.count("L") == 2
    assert all(float(y) < floor for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path))


def test_a_month_between_two_gaps_is_a_dot_that_can_be_seen():
    wide = charts.lines([line(None, 20, None, 20, 10)])[0]
    assert len(wide.dots) == 1 and wide.paths[0][1].count("M") == 1


def test_a_stepped_line_stays_level_until_the_next_value():
    path = charts.lines([line(1, 1, 2, 2, 2, stepped=True)])[0].paths[0][1]
    assert "L" not in path and path.count("H") == path.count("V") == 4


def test_the_first_place_stands_at_the_top():
    wide = charts.lines([line(1, 50, 99, 3, 2)], place=True)[0]
    heights = {mark.text: mark.y for mark in wide.marks if mark.anchor == "end"}
    assert heights["1"] == min(heights.values())


def test_every_mark_of_a_chart_lies_inside_it_at_both_widths():
    bars = charts.bars([Bar(str(year), year % 7) for year in range(1978, 2024)])
    spans = charts.spans([Span("UNMIN", ((2007.3, 2009.6),)), Span("UNDOF", ((2024.1, 2026.0),))], 1991, 2027)
    lies = charts.rows([Bar("accident", 135), Bar("unknown", 0)])
    for drawing in (*charts.lines([line(12000, 1, 2, 3, 12999)]), *bars, *spans, *lies):
        for box in drawing.bars:
            assert 0 <= box.x and box.x + box.width <= drawing.width and box.y + box.height <= drawing.height
        for mark in drawing.marks:
            assert 0 <= mark.x <= drawing.width and 0 < mark.y <= drawing.height
        years = sorted(mark.x for mark in drawing.marks if mark.text.isdecimal() and mark.anchor == "middle")
        assert all(right - left > 26 for left, right in itertools.pairwise(years))


def test_years_of_bars_are_labelled_at_round_years():
    wide = charts.bars([Bar(str(year), 1) for year in range(1978, 2024)])[0]
    assert [mark.text for mark in wide.marks if mark.y > 280] == ["1980", "1990", "2000", "2010", "2020"]


def test_the_finding_names_first_last_and_highest_with_their_days():
    points = [(MONTHS[0], 1045), (MONTHS[1], 1300), (MONTHS[2], 900)]
    text = charts.finding(points, lambda day: f"{day:%m/%Y}")
    assert text == "First: 1,045 (01/2024). Last: 900 (03/2024). Highest: 1,300 (02/2024)."
    assert charts.finding(points, str, place=True).endswith("Best: 900 (2024-03-31).")
    assert charts.finding(points[:1], str) == "One value is known: 1,045 (2024-01-31)."
    assert charts.finding([(MONTHS[0], 5), (MONTHS[1], 5)], str).startswith("All the time: 5")


def test_a_screen_reader_hears_the_title_and_what_the_chart_shows():
    page = html(chart(charts.lines([line(1, 2, 3, 4, 5)])))
    for size in ("wide", "narrow"):
        assert f'aria-labelledby="c-{size}-title c-{size}-words"' in page
        assert f'<desc id="c-{size}-words">First: 1. </desc>' in page
    assert page.count('role="img"') == 2
    assert "<caption>Strength by month</caption>" in page and '<th scope="row">January</th>' in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_chart_has_no_style_no_script_and_no_decimal_comma_in_any_language(language):
    with override(language):
        page = html(
            chart((*charts.lines([line(1, 2, None, 4, 5)]), *charts.bars([Bar("2024", 3)])), legend=(("first", "a"),))
        )
    assert not re.search(r"style=|<style|<script| on\w+=|&nbsp;", page)
    for attribute in re.findall(r' (?:x|y|cx|cy|width|height|d)="([^"]*)"', page):
        assert "," not in attribute and "\xa0" not in attribute, attribute


def test_numbers_are_grouped_as_the_language_does():
    assert charts.number(12488) == "12,488"
    with override("kk"):
        assert charts.number(12488) == "12\xa0488"


def test_a_file_keeps_its_columns_and_runs_nothing_in_a_spreadsheet():
    rows = [(date(2024, 1, 31), None, 0, "=1+1", 'a "quoted", word')]
    text = b"".join(csv_files.stream(("as_of", "women", "total", "source", "note"), rows)).decode()
    assert text == '\ufeffas_of,women,total,source,note\r\n2024-01-31,,0,\'=1+1,"a ""quoted"", word"\r\n'
