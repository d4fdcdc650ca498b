"""The timeline: milestones as far as their date is known, service as far as it is cleared, and nothing to come."""

from datetime import date, timedelta

import pytest

from missions import clearance, timeline
from missions.models import Clearance, Deployment, Milestone, Mission, Source
from tests import makers
from tests.reading import text_of

pytestmark = pytest.mark.django_db
PAGE = "/en/timeline/"


@pytest.fixture(autouse=True)
def it_is_noon(monkeypatch, noon):
    monkeypatch.setattr("peacekeeping.middleware.timezone.now", lambda: noon)


@pytest.fixture
def paper(noon):
    return Source.objects.create(
        title="A report", publisher="The Paper", url="https://paper.example", retrieved=noon.date()
    )


def milestone(source, day, title, **values):
    return Milestone.objects.create(date=day, title_en=title, source=source, **values)


def test_milestones_stand_by_decade_and_year_with_no_more_of_their_date_than_is_known(client, paper):
    milestone(paper, date(1992, 3, 2), "Joins the UN")
    milestone(paper, date(2014, 1, 1), "A first observer", precision="year")
    milestone(paper, date(2018, 10, 1), "A company", precision="month")
    page = client.get(PAGE).content.decode()
    for decade in ("1990", "2010"):
        assert f'href="#years-{decade}"' in page and f'id="years-{decade}"' in page
    assert 'id="year-2014"' in page
    words = text_of(client.get(PAGE))
    assert "2 March 1992 Joins the UN" in words and "1 January 2014" not in words and "October 2018 A company" in words
    assert 'href="https://paper.example"' in page and "A report" in page


def test_nothing_that_has_not_come_is_told(client, paper):
    milestone(paper, date(2025, 10, 24), "A farewell tomorrow")
    makers.golan_contingent(start=date(2025, 10, 24))
    page = text_of(client.get(PAGE))
    assert "farewell" not in page and "UNDOF" not in page


def test_an_end_that_has_not_come_is_told_in_no_year(client):
    makers.golan_contingent(end=date(2025, 12, 1))
    page = text_of(client.get(PAGE))
    assert "First service in UNDOF" in page and "In progress: UNDOF." in page and "Last service" not in page
    assert "December 2025" not in page


@pytest.mark.parametrize("cleared", [(), ("kind",), ("period",), ("kind", "strength", "women")])
def test_service_without_a_cleared_kind_and_period_is_not_on_the_timeline(client, cleared):
    makers.golan_contingent(start=date(2019, 3, 1), end=date(2021, 3, 1), cleared=cleared)
    page = text_of(client.get(PAGE))
    assert "UNDOF" not in page and "2019" not in page and "2021" not in page


def test_of_a_period_cleared_to_the_month_no_day_is_told_or_drawn(officer, noon):
    post = makers.golan_contingent(start=date(2019, 3, 17), end=date(2021, 3, 12), cleared=("kind",))
    clearance.clear(
        post,
        "period",
        basis="official_release",
        by=officer,
        at=noon - timedelta(days=1),
        coarseness=Clearance.Coarseness.MONTH,
    )
    (service,) = timeline.services(at=noon)
    (period,) = service.periods
    assert (period.start, period.last_day) == (date(2019, 3, 1), date(2021, 3, 31))
    assert (period.shown_start, period.shown_end) == ("March 2019", "March 2021")
    assert (period.iso_start, period.iso_end) == ("2019-03", "2021-03")


def test_the_file_of_the_service_says_what_the_chart_says(client):
    makers.golan_contingent(start=date(2019, 3, 17), end=date(2021, 3, 12))
    file = b"".join(client.get("/en/timeline/service.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert file[0] == "mission,kind,start,last_day,as_of"
    assert file[1].startswith("UNDOF,contingent,2019-03-17,2021-03-11,") and len(file) == 2
    assert "/en/timeline/service.csv" in client.get(PAGE).content.decode()


def test_first_and_last_service_are_told_unless_a_milestone_of_the_mission_bears_the_date(client, paper):
    makers.golan_contingent(start=date(2019, 3, 17), end=date(2021, 3, 13))
    page = text_of(client.get(PAGE))
    assert "17 March 2019 First service in UNDOF contingent" in page
    assert "12 March 2021 Last service in UNDOF contingent" in page
    milestone(paper, date(2019, 3, 17), "Off to the Golan", mission=makers.golan_mission())
    page = text_of(client.get(PAGE))
    assert "Off to the Golan" in page and "First service" not in page and "Last service" in page


def test_a_mission_served_in_without_a_break_is_drawn_and_stands_in_the_table(client):
    makers.golan_contingent(end=date(2025, 4, 1))
    makers.golan_contingent(strength=140, start=date(2025, 4, 1))
    page = client.get(PAGE).content.decode()
    assert page.count('<rect class="bar first"') == 4, "two periods, drawn wide and narrow"
    assert page.count('<th scope="row">UNDOF</th>') == 2
    assert "Missions: 1. First: UNDOF (1 March 2024). In progress: UNDOF." in page


def test_the_timeline_of_one_mission_leaves_the_others_out(client, paper):
    other = Mission.objects.create(acronym="UN ONE", slug="un-one", name_en="Other", kind="un_peacekeeping")
    milestone(paper, date(2001, 1, 5), "Elsewhere", mission=other)
    makers.golan_contingent()
    page = text_of(client.get(PAGE, {"mission": "UNDOF"}))
    assert "Timeline: UNDOF" in page and "First service in UNDOF" in page and "Elsewhere" not in page
    assert "Elsewhere" in text_of(client.get(PAGE, {"mission": "UN ONE"}))
    for nonsense in ("NOWHERE", "x" * 9000, "\x00", "' or 1=1"):
        assert client.get(PAGE, {"mission": nonsense}).status_code == 404


def test_an_empty_record_says_so(client):
    assert "holds nothing here yet" in text_of(client.get(PAGE))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_hundred_milestones_and_deployments_cost_no_query_more_than_one(
    client, paper, language, django_assert_max_num_queries
):
    address = f"/{language}/timeline/"
    missions = [
        Mission.objects.create(acronym=f"M{n}", slug=f"m{n}", name_en="M", kind="un_peacekeeping") for n in range(30)
    ]
    makers.golan_contingent()
    milestone(paper, date(2001, 1, 5), "One", mission=missions[0])
    with django_assert_max_num_queries(7) as few:
        client.get(address)
    for n, mission in enumerate(missions):
        milestone(paper, date(1995 + n, 1, 5), f"M{n}", mission=mission)
        post = Deployment.objects.create(mission=mission, kind="contingent", start=date(1994 + n, 2, 1), strength=9)
        makers.clear(post, "kind", "period")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address)
