"""The charts of the reports over the record tell what their rows tell."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from reports.catalogue import REPORTS
from tests import rich_record, taking
from tests.rich_record import AUGUST, BETWEEN, JULY, SEPTEMBER

pytestmark = pytest.mark.django_db
CHARTED = {
    "strength-by-month": rich_record.contributions, "strength-against-mission": rich_record.contributions,
    "women-by-category": rich_record.contributions, "casualties": rich_record.fatalities,
    "rotation-calendar": rich_record.deployments,
}  # fmt: skip


@pytest.fixture
def record():
    rich_record.contributions()


def table(slug, noon, **values):
    chart = REPORTS[slug].chart(taking.asked(slug, noon, **values))
    return [tuple(row) for row in chart.table.rows]


def test_the_chart_of_strength_adds_up_the_rows_of_each_month(record, noon):
    rows = taking.rows("strength-by-month", noon)
    sums = [sum(row[5] for row in rows if row[0] == month) for month in (JULY, AUGUST, SEPTEMBER)]
    told = table("strength-by-month", noon)
    assert [row[:2] for row in told] == list(
        zip(("July 2025", "August 2025", "September 2025"), map(str, sums), strict=True)
    )
    # In August one row does not tell its women, so the month does not either.
    assert [row[2] for row in told] == ["11", "–", "14"]
    assert table("strength-by-month", noon, known_at=BETWEEN)[-1] == ("September 2025", "145", "11")


def test_the_chart_of_places_draws_the_two_missions_with_most_of_the_country(record, noon):
    told = {(row[0], row[1]): row[5] for row in taking.rows("strength-against-mission", noon)}
    chart = REPORTS["strength-against-mission"].chart(taking.asked("strength-against-mission", noon))
    assert chart.table.heads == ("Month", "UNDOF", "UNIFIL") and chart.unit == "place"
    assert chart.table.rows[1] == ("August 2025", str(told[AUGUST, "UNDOF"]), str(told[AUGUST, "UNIFIL"]))


def test_the_chart_of_women_is_silent_of_a_month_that_does_not_tell_them(record, noon):
    assert [row[1] for row in table("women-by-category", noon)] == ["11", "–", "14"]
    assert table("women-by-category", noon)[0][2] == str(21 + 1)  # 15 of each hundred of 139, 25 of each of 4


def test_the_chart_of_casualties_adds_up_each_year_without_leaving_one_out(noon):
    rich_record.fatalities()
    told = table("casualties", noon)
    assert [row[0] for row in told] == ["2019", "2020", "2021", "2022", "2023"]
    for year, of_all, own in told:
        rows = [row for row in taking.rows("casualties", noon) if str(row[0]) == year]
        assert (of_all, own) == (str(sum(row[3] for row in rows)), str(sum(row[4] for row in rows)))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("slug", CHARTED)
def test_every_chart_is_drawn_in_every_language_and_of_nothing_there_is_none(noon, slug, language):
    asked = taking.asked(slug, noon, language=language)
    with override(language):
        assert REPORTS[slug].chart(asked) is None
        CHARTED[slug]()
        chart = REPORTS[slug].chart(asked)
        page = render_to_string("components/chart.html", {"chart": chart})
    assert page.count("<svg") >= 2 and chart.findings and chart.table.rows
