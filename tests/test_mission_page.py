"""A mission's page: strength over time, casualties as the UN reports them, and nothing that is not cleared."""

import re
from datetime import date, timedelta

import pytest

from missions import asking, series
from missions.models import Casualty, Contribution, Country, Deployment, Milestone, Source
from tests import makers
from tests.reading import rows_of, text_of

pytestmark = pytest.mark.django_db
PAGE = "/en/missions/undof/"


@pytest.fixture(autouse=True)
def it_is_noon(monkeypatch, noon):
    monkeypatch.setattr("peacekeeping.middleware.timezone.now", lambda: noon)


def test_the_country_and_the_whole_mission_are_told_apart_by_month(client, noon):
    makers.un_month(noon, "KAZ", 139, date(2025, 8, 31), women=7)
    makers.un_month(noon, "NPL", 400, date(2025, 8, 31), women=20)
    makers.un_month(noon, "NPL", 5, date(2025, 8, 31), women=1, kind="staff_officers")
    page = text_of(client.get(PAGE))
    assert "Kazakhstan: strength by month" in page and "The whole mission: strength by month" in page
    rows = rows_of(client.get(PAGE + "strength.csv"))
    assert [(row["contributor"], row["as_of"], row["persons"], row["women"], row["measure"]) for row in rows] == [
        ("KAZ", "2025-08-31", "139", "7", "month_end"), ("all", "2025-08-31", "544", "28", "month_end"),
    ]  # fmt: skip
    assert all(row["source"] == "The UN: Contributors by month" and row["unit"] == "persons" for row in rows)


def test_one_contributors_rows_are_never_called_the_whole_mission(client, noon):
    makers.un_month(noon, "KAZ", 1, date(2025, 8, 31))
    assert "The whole mission" not in text_of(client.get(PAGE))
    assert {row["contributor"] for row in rows_of(client.get(PAGE + "strength.csv"))} == {"KAZ"}


def test_women_are_not_known_where_one_row_lacks_them(noon):
    makers.un_month(noon, "KAZ", 139, date(2025, 8, 31), women=7)
    makers.un_month(noon, "NPL", 400, date(2025, 8, 31), women=None)
    (moment,) = series.of_mission(makers.golan_mission())[0]["month_end"]
    assert (moment.whole, moment.whole_women, moment.own_women) == (539, None, 7)


def test_means_of_years_stand_in_a_chart_of_their_own(client, noon):
    makers.un_month(noon, "KAZ", 139, date(2025, 8, 31))
    makers.un_month(noon, "KAZ", 120, date(2024, 12, 31), measure="year_mean", kind="all")
    page = client.get(PAGE).content.decode()
    assert 'id="chart-country"' in page and 'id="chart-means"' in page
    country = page[page.index('id="chart-country"') : page.index('id="chart-means"')]
    assert "139" in country and ">120<" not in country


def test_where_the_un_is_silent_the_cleared_deployments_draw_a_line_under_their_own_name(client, noon):
    makers.un_month(noon, "KAZ", 1, date(2024, 1, 31))
    makers.golan_contingent()
    page = client.get(PAGE)
    assert "The UN&#x27;s month-end figures" in page.content.decode()
    assert "The country&#x27;s cleared deployments" in page.content.decode()
    rows = rows_of(client.get(PAGE + "strength.csv"))
    told = [(row["as_of"], row["measure"], row["persons"]) for row in rows]
    assert told[0] == ("2024-01-31", "month_end", "1")
    assert told[-1] == ("2025-09-30", "cleared_deployments", "139")
    assert "2024-02-29" not in {day for day, _measure, _persons in told}, "nobody was there, and that is no nought"
    assert rows[-1]["source"].startswith("The Paper: Contingent of 139")


@pytest.mark.parametrize("cleared", [(), ("kind", "period"), ("kind", "strength")])
def test_a_series_shows_nothing_of_a_deployment_whose_strength_or_period_is_not_cleared(client, cleared):
    makers.golan_contingent(strength=871, cleared=cleared)
    assert rows_of(client.get(PAGE + "strength.csv")) == []
    assert "strength by month" not in text_of(client.get(PAGE))


def test_a_small_group_is_not_told_apart_by_the_months_in_which_it_stands_beside_a_large_one(client):
    makers.golan_contingent(end=date(2025, 3, 1))
    makers.golan_contingent(
        strength=3, women=None, kind=Deployment.Kind.STAFF_OFFICERS, start=date(2024, 6, 1), end=date(2025, 1, 1)
    )
    months = {row["as_of"][:7]: row["persons"] for row in rows_of(client.get(PAGE + "strength.csv"))}
    assert set(months.values()) == {"139"}
    assert not {"2024-06", "2024-12"} & set(months) and {"2024-05", "2025-01"} <= set(months)


def test_so_few_that_the_table_of_deployments_does_not_tell_them_are_told_by_no_card_and_no_series(client):
    makers.golan_contingent(strength=3, women=None, kind=Deployment.Kind.EXPERTS_ON_MISSION, start=date(2024, 6, 1))
    assert rows_of(client.get(PAGE + "strength.csv")) == []
    page = text_of(client.get(PAGE))
    assert "under 5" in page and "3 persons" not in page
    for key in ("strength", "tours", "persons_served"):
        page = text_of(client.get(f"/en/figures/{key}/", {"mission": "UNDOF"}))
        assert "Fewer than 5 persons are not told apart." in page or "does not say it" in page
        assert rows_of(client.get(f"/en/figures/{key}/values.csv", {"mission": "UNDOF"})) == []


def test_the_series_ends_today_whatever_the_record_plans(client):
    makers.golan_contingent(end=date(2027, 1, 1))
    assert max(row["as_of"] for row in rows_of(client.get(PAGE + "strength.csv"))) == "2025-09-30"


def test_casualties_are_counted_by_year_and_incident_each_id_once(client, noon):
    makers.golan_contingent()
    makers.un_casualty(noon, date(1999, 5, 1), "accident")
    makers.un_casualty(noon, date(2001, 5, 1), "illness", "KAZ")
    makers.un_casualty(noon, date(2001, 6, 1), "illness", "NPL", casualty_id="TWICE")
    makers.un_casualty(noon, date(2001, 6, 1), "illness", "BGD", casualty_id="TWICE", occurrence=2)
    page = text_of(client.get(PAGE))
    assert "In all: 3, from 1999 to 2001. Most in one year: 2 (2001)." in page
    assert "Most frequent: illness, 2 of 3." in page
    assert "Kazakhstan, fatalities in this mission: 1. As of 1 June 2001." in page
    rows = rows_of(client.get(PAGE + "casualties.csv"))
    assert [(row["year"], row["incident_type"], row["nationality"], row["fatalities"]) for row in rows] == [
        ("1999", "accident", "all", "1"), ("2001", "illness", "all", "2"), ("2001", "illness", "KAZ", "1"),
    ]  # fmt: skip
    assert {row["as_of"] for row in rows} == {"2001-06-01"} and {row["source"] for row in rows} == {
        "The UN: Fatalities"
    }


def test_a_year_without_a_fatality_keeps_its_place_in_the_table(client, noon):
    makers.un_casualty(noon, date(1999, 5, 1))
    makers.un_casualty(noon, date(2001, 5, 1))
    assert re.search(r'<th scope="row">2000</th><td>0</td>', client.get(PAGE).content.decode())


def test_cards_lead_to_the_same_figure_for_another_day(client):
    makers.golan_contingent()
    assert 'href="/en/figures/strength/?mission=UNDOF&amp;on=' in client.get(PAGE).content.decode()


def test_a_milestone_that_has_not_come_is_not_shown(client, noon):
    source = Source.objects.create(title="Plan", publisher="The Paper", retrieved=noon.date())
    for day, title in ((date(2025, 10, 23), "Today it happens"), (date(2025, 10, 24), "Tomorrow it will")):
        Milestone.objects.create(date=day, title_en=title, mission=makers.golan_mission(), source=source)
    page = text_of(client.get(PAGE))
    assert "Today it happens" in page and "Tomorrow it will" not in page


def test_the_page_can_be_read_as_this_house_knew_it_then(client, noon, monkeypatch):
    row = makers.un_month(noon, "KAZ", 139, date(2025, 8, 31))
    makers.un_month(noon, "NPL", 400, date(2025, 8, 31))
    Contribution.objects.close([row.pk], noon - timedelta(days=1))

    def as_of(known_at):
        def call(middleware, request):
            request.at, request.known_at = noon, known_at
            return middleware.get_response(request)

        monkeypatch.setattr("peacekeeping.middleware.MomentMiddleware.__call__", call)
        return {row["contributor"]: row["persons"] for row in rows_of(client.get(PAGE + "strength.csv"))}

    assert as_of(None) == {}
    # The mission itself must have been known: its history begins with this test.
    makers.golan_mission().history.update(history_date=noon - timedelta(days=20))
    assert as_of(noon - timedelta(days=2)) == {"KAZ": "139", "all": "539"}
    assert client.get(PAGE).status_code == 200


def test_a_mission_of_no_slug_is_not_found_in_any_of_its_files(client):
    for address in (
        "/en/missions/nowhere/",
        "/en/missions/nowhere/strength.csv",
        "/en/missions/nowhere/casualties.csv",
    ):
        assert client.get(address).status_code == 404


def test_forty_years_of_months_cost_no_query_more_than_one_month(client, noon, django_assert_max_num_queries):
    golan = makers.golan_mission()
    makers.golan_contingent()
    run = makers.un_month(noon, "KAZ", 3, date(1985, 1, 31)).run
    makers.un_month(noon, "NPL", 3, date(1985, 1, 31))
    makers.un_casualty(noon, date(1999, 5, 1))
    with django_assert_max_num_queries(37) as few:
        client.get(PAGE)
    contributors = Country.objects.filter(iso3__in=("KAZ", "NPL", "BGD", "FRA", "DEU", "IND", "FJI", "IRL"))
    Contribution.objects.bulk_create(
        Contribution(run=run, known_from=noon, contributor=one, mission=golan, month=month, personnel_type=kind, total=9,
                     men=8, women=1)
        for month in series.month_ends(date(1985, 2, 1), date(2024, 12, 31)) for one in contributors
        for kind in ("troops", "experts_on_mission")
    )  # fmt: skip
    Casualty.objects.bulk_create(
        Casualty(run=run, known_from=noon, casualty_id=f"M{n}", date=date(1980 + n % 45, 3, 1), mission=golan,
                 personnel_type="Military", incident_type="illness")
        for n in range(900)
    )  # fmt: skip
    with django_assert_max_num_queries(len(few.captured_queries)):
        response = client.get(PAGE)
    assert len(response.content) < 400_000


def test_the_last_day_of_each_month_is_found_across_years():
    assert series.month_ends(date(2023, 12, 5), date(2024, 3, 1)) == [
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
    ]
    assert asking.month_end(date(2024, 2, 1)) == date(2024, 2, 29)
