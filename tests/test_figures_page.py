"""The figures, put to the record by readers for any day: public answers, plain reasons, clear refusals."""

from datetime import date, timedelta

import pytest

from missions import asking, clearance, figures, meanings, series
from missions.figures import Question
from missions.models import Clearance, Deployment, Mission
from tests import makers
from tests.reading import rows_of, text_of

pytestmark = pytest.mark.django_db
ALL, STRENGTH = "/en/figures/", "/en/figures/strength/"
GOLAN = {"mission": "UNDOF"}
SILENT = "The public part of the record does not say it for that day."


@pytest.fixture(autouse=True)
def it_is_noon(monkeypatch, noon):
    monkeypatch.setattr("peacekeeping.middleware.timezone.now", lambda: noon)


def ask(text, on, noon):
    return asking.ask([(figures.parse(text), on)], at=noon)[0]


def test_every_figure_of_the_vocabulary_is_explained_and_asked(client):
    makers.golan_contingent()
    page = client.get(ALL).content.decode()
    assert meanings.MEANINGS.keys() == figures.VOCABULARY.keys()
    for key, figure in figures.VOCABULARY.items():
        assert f'href="/en/figures/{key}/"' in page and str(figure.label)[1:20] in page
        assert client.get(f"/en/figures/{key}/").status_code == 200
    assert "[[" not in page
    assert "as of 23 October 2025" in page and "Contingent of 139" in page


def test_the_country_is_the_settings_own(client, settings):
    assert "Kazakhstan in figures" in text_of(client.get(ALL))
    settings.CONTRIBUTOR = "NPL"
    page = text_of(client.get(ALL))
    assert "Nepal in figures" in page and "Kazakhstan" not in page


def test_a_reader_asks_for_another_day_mission_and_kind(client):
    makers.golan_contingent(strength=120, start=date(2019, 3, 1), end=date(2020, 3, 1))
    makers.golan_contingent(strength=139)
    page = text_of(client.get(STRENGTH, {"mission": "UNDOF", "on": "2019-10-20", "kind": "contingent"}))
    assert "120 persons strength, UNDOF, contingents as of 20 October 2019" in page
    page = text_of(client.get(ALL, {"mission": "UNDOF", "on": "2019-10-20"}))
    assert "120 persons strength, UNDOF as of 20 October 2019" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"on": "2025-10-24"}, "This day has not come."),
        ({"on": "1900-01-01"}, "The record begins on 29 May 1948."),
        ({"on": "9999-99-99"}, "This is no day."), ({"on": "20251020"}, "This is no day."), ({"on": ""}, "Give a day."),
        ({"on": "tomorrow<b>"}, "This is no day."), ({"on": "\x00"}, "This is no day."), ({"on": "٢٠٢٥-١٠-٢٠"}, "This is no day."),
        ({"mission": "NOWHERE<b>"}, "The record has no UN mission “NOWHERE&lt;b&gt;”."), ({"mission": "x" * 5000}, "no UN mission"),
        ({"kind": "both"}, "There is no kind of service “both”."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", [ALL, STRENGTH])
def test_what_cannot_be_asked_is_refused_at_its_field_and_kept_as_typed(client, address, asked, said):
    makers.golan_contingent()
    response = client.get(address, asked)
    page = response.content.decode()
    assert response.status_code == 200 and said in page and 'aria-invalid="true"' in page
    if asked.get("on") and "\x00" not in asked["on"]:
        assert f'value="{asked["on"].replace("<b>", "&lt;b&gt;")}"' in page
    assert "card-value" not in page


def test_no_address_of_a_figure_breaks_on_nonsense(client):
    for address in ("/en/figures/nothing/", "/en/figures/strength/values.csv?mission=NOWHERE", "/en/figures/report/",
                    "/en/figures/strength/values.csv?on=x", "/en/figures/x/values.csv"):  # fmt: skip
        assert client.get(address).status_code == 404


def test_a_figure_of_one_mission_begins_with_one_in_which_the_country_served(client, noon):
    Mission.objects.create(acronym="ALPHA", slug="alpha", name_en="A", kind="un_peacekeeping")
    makers.golan_contingent()
    makers.un_casualty(noon, date(1999, 5, 1))
    assert "fatalities of all nations in the mission so far, UNDOF" in text_of(client.get("/en/figures/fatalities/"))
    refused = client.get("/en/figures/fatalities/", {"mission": ""}).content.decode()
    assert "Choose a mission: this figure is one of a single mission." in refused


@pytest.mark.parametrize("cleared", [(), ("kind",), ("kind", "period"), ("kind", "strength")])
def test_the_reason_for_another_day_is_the_same_whether_something_is_kept_back_or_not_there(cleared, noon):
    post = makers.golan_contingent(start=date(2019, 3, 1), end=date(2020, 3, 1), cleared=cleared)
    reasons = {
        (ask(f"{key} mission=UNDOF", day, noon).reason, ask(f"{key} mission=UNDOF", day, noon).value)
        for key in ("strength", "women", "authorised_strength", "tours", "persons_served")
        for day in (date(2018, 1, 1), date(2019, 6, 1), date(2021, 1, 1))
    }
    assert reasons == {(SILENT, None)}, post


def test_what_is_cleared_for_today_is_told_for_today(noon):
    makers.golan_contingent(cleared=("kind", "strength"))
    assert ask("strength mission=UNDOF", noon.date(), noon).value == 139
    assert ask("strength mission=UNDOF", noon.date() - timedelta(days=1), noon).reason == SILENT


def test_where_only_the_months_are_cleared_no_day_of_a_change_can_be_found_by_asking(officer, noon):
    for strength, start, end in (
        (120, date(2019, 3, 17), date(2020, 3, 12)),
        (139, date(2020, 3, 12), date(2021, 3, 9)),
    ):
        post = makers.golan_contingent(strength=strength, start=start, end=end, cleared=("kind", "strength"))
        clearance.clear(
            post, "period", basis="official_release", by=officer, at=noon - timedelta(days=1),
            coarseness=Clearance.Coarseness.MONTH,
        )  # fmt: skip
    told = {day: ask("strength mission=UNDOF", date(2020, 3, day), noon) for day in (1, 11, 12, 30)}
    assert {(answer.value, answer.as_of) for answer in told.values()} == {(120, date(2020, 2, 29))}
    assert ask("strength mission=UNDOF", date(2020, 3, 31), noon).value == 139


def test_what_the_un_published_needs_no_clearance(noon):
    makers.un_month(noon, "KAZ", 3, date(2011, 8, 31))
    answer = ask("strength mission=UNDOF", date(2011, 9, 10), noon)
    assert (answer.value, answer.as_of) == (3, date(2011, 8, 31))
    assert ask("rank", date(2009, 1, 1), noon).reason == "The record holds no month-end figures for that day."


def test_bounds_are_told_in_words_and_drawn_as_what_they_are(client, noon):
    post = makers.golan_contingent(start=date(2019, 3, 1), end=date(2020, 3, 1))
    makers.clear(post, "tours")
    page = text_of(client.get("/en/figures/persons_served/"))
    assert "at least 139 persons persons who have served so far as of 23 October 2025" in page
    rows = rows_of(client.get("/en/figures/persons_served/values.csv"))
    assert {(row["value"], row["at_least"], row["at_most"]) for row in rows} == {("", "139", "")}
    assert [row["as_of"] for row in rows] == [f"{year}-12-31" for year in range(2019, 2025)] + ["2025-10-23"]


def test_a_month_of_the_un_that_lists_nobody_is_a_gap_in_the_series_and_no_nought(client, noon, alpha):
    makers.un_month(noon, "KAZ", 3, date(2011, 8, 31))
    makers.un_month(noon, "KAZ", 3, date(2011, 9, 30), mission=alpha)
    makers.un_month(noon, "KAZ", 2, date(2011, 10, 31))
    rows = rows_of(client.get(STRENGTH + "values.csv", GOLAN))
    assert [(row["as_of"], row["value"]) for row in rows] == [("2011-08-31", "3"), ("2011-10-31", "2")]
    page = client.get(STRENGTH, GOLAN).content.decode()
    assert "Where the line breaks the record holds no figure" in page


def test_a_month_without_a_figure_of_its_own_does_not_repeat_the_one_before(client, noon):
    makers.un_month(noon, "KAZ", 3, date(2011, 8, 31))
    makers.un_month(noon, "KAZ", 4, date(2011, 10, 31))
    rows = rows_of(client.get(STRENGTH + "values.csv", GOLAN))
    assert [row["as_of"] for row in rows] == ["2011-08-31", "2011-10-31"]
    assert {row["source"] for row in rows} == {"The UN: Contributors by month"}


def test_values_of_what_is_not_cleared_are_in_no_file(client):
    makers.golan_contingent(strength=871, women=863, cleared=("kind", "period"))
    for key in figures.VOCABULARY:
        for row in rows_of(client.get(f"/en/figures/{key}/values.csv", GOLAN)):
            assert not {"871", "863"} & {row["value"], row["at_least"], row["at_most"]}, key


def test_the_file_speaks_of_the_figure_that_was_asked(client):
    makers.golan_contingent()
    response = client.get(STRENGTH + "values.csv", {**GOLAN, "kind": "contingent"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="strength-kind-contingent-mission-undof.csv"' in response["Content-Disposition"]
    row = rows_of(response)[0]
    assert (row["figure"], row["mission"], row["kind"], row["as_of"], row["value"], row["unit"]) == (
        "strength", "UNDOF", "contingent", "2024-03-31", "139", "persons",
    )  # fmt: skip


def test_the_place_among_contributors_is_that_of_each_month(client, noon, alpha):
    for iso3, total in (("KAZ", 3), ("NPL", 9), ("BGD", 2)):
        makers.un_month(noon, iso3, total, date(2011, 8, 31))
    makers.un_month(noon, "BGD", 7, date(2011, 8, 31), mission=alpha)
    places = {
        query.get("mission"): rows_of(client.get("/en/figures/rank/values.csv", query))[0]["value"]
        for query in ({}, GOLAN)
    }
    assert places == {None: "3", "UNDOF": "2"}


@pytest.mark.parametrize(("address", "at_most"), [(ALL, 26), (STRENGTH, 24), ("/en/figures/persons_served/", 24)])
def test_thirty_missions_cost_no_query_more_than_one(client, noon, address, at_most, django_assert_max_num_queries):
    makers.golan_contingent(start=date(2019, 3, 1), end=date(2020, 3, 1))
    makers.un_month(noon, "KAZ", 3, date(2011, 8, 31))
    makers.un_casualty(noon, date(1999, 5, 1))
    with django_assert_max_num_queries(at_most) as few:
        assert client.get(address, {"on": "2019-10-20"}).status_code == 200
    for n in range(30):
        mission = Mission.objects.create(acronym=f"M{n}", slug=f"m{n}", name_en="M", kind="un_peacekeeping")
        post = Deployment.objects.create(mission=mission, kind="contingent", start=date(1994 + n, 2, 1), strength=9)
        makers.clear(post, "kind", "period", "strength")
        makers.un_month(noon, "KAZ", 3, date(2011, 8, 31), mission=mission)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(address, {"on": "2019-10-20"}).status_code == 200


def test_a_series_never_asks_for_a_day_to_come(noon):
    makers.golan_contingent(end=date(2031, 1, 1))
    found = series.over_time(Question("strength", GOLAN), makers.golan_mission(), at=noon)
    assert found[-1].as_of == date(2025, 9, 30)
