"""The pages of the reports on the desk: who is let in, and what is looked at before it is taken."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.models import Entry
from ledger.roles import ROLES
from missions.models import Person
from reports import catalogue, looking, recalls
from reports.declared import GROUPS, Column, Kind
from reports.models import Favourite, PreparedFile, Recall, ReportRun
from reports.writers import WRITERS
from tests import makers, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]
STRENGTH = "/reports/strength-by-month/"


@pytest.fixture
def roll(declared):
    """A report with personal data."""
    return declared(
        "roll-of-a-test", lambda asked: iter([("Aidos Mysalov",), ("Bota Ulgieva",)]), is_personal=True,
        permission="reports.take_personal_data", takes=("person",),
    )  # fmt: skip


def content(response):
    return b"".join(response.streaming_content)


# --- who is let in


def filled_in(report):
    """This will return answers with which any report of the house can be asked: what it needs, as far as it is known."""
    answers = {"purpose": "A test of who is let in."}
    if "person" in report.needs:
        answers["person"] = Person.objects.create(family_name="Mysalov", given_name="Aidos").pk
    if "deployment" in report.needs:
        answers["deployment"] = makers.golan_contingent().pk
    if {"start", "end"} & set(report.needs):
        answers["period"] = "last_year"
    if "missions" in report.needs:
        answers["missions"] = makers.golan_mission().acronym
    return answers


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("slug", sorted(catalogue.REPORTS))
def test_each_role_looks_at_and_takes_the_reports_of_its_permissions_and_no_other(client, role, slug):
    report = catalogue.REPORTS[slug]
    client.force_login(makers.person_of_role(role, "somebody"))
    may = report.permission in ROLES[role]
    assert client.get(f"/reports/{slug}/").status_code == (200 if may else 403)
    answers = filled_in(report)
    if report.is_personal:
        looked = client.post(f"/reports/{slug}/", answers)
        assert looked.status_code == (200 if may else 403)
    for format in WRITERS:
        response = client.post(f"/reports/{slug}/take", {**answers, "format": format})
        if may:
            assert response.streaming, response.content.decode()
            assert f"{slug}-" in response["Content-Disposition"]
            content(response)
        else:
            assert response.status_code == 403
    assert ReportRun.objects.count() == (len(WRITERS) if may else 0)


@pytest.mark.parametrize("slug", sorted(catalogue.REPORTS))
def test_nobody_without_an_account_of_the_desk_gets_a_report(client, slug):
    pages = ("/reports/", f"/reports/{slug}/")
    sent = [*pages, f"/reports/{slug}/take", f"/reports/{slug}/save", f"/reports/{slug}/star"]
    answers = [client.get(page) for page in pages] + [client.post(page, {"format": "csv"}) for page in sent]
    assert {answer.status_code for answer in answers} == {302}
    assert all("/admin/login/" in answer["Location"] for answer in answers)
    assert not ReportRun.objects.exists()


def test_every_report_belongs_to_a_part_of_the_first_page():
    assert {report.group for report in catalogue.REPORTS.values()} <= GROUPS.keys()


def test_a_report_that_needs_a_parameter_takes_it():
    assert [report.slug for report in catalogue.REPORTS.values() if set(report.needs) - set(report.takes)] == []


# --- the first page


def test_the_first_page_lists_every_report_that_one_may_take_the_favourites_first(client, months, staff, declared):
    declared("a-test", lambda asked: iter([]), group="house")
    declared("for-others", lambda asked: iter([]), permission="reports.take_personal_data")
    client.post("/reports/a-test/star")
    page = client.get("/reports/").content.decode()
    assert "For-Others" not in page and page.index("Favourites") < page.index("A-Test") < page.index(
        "Strength by month"
    )
    client.post("/reports/a-test/star")
    assert not Favourite.objects.exists()


def test_the_first_page_tells_of_anothers_run_only_to_who_may_see_the_runs(client, months, noon):
    officer = makers.person_of_role("records officer")
    officer.first_name = "Officer"
    officer.last_name = "Mysalova"
    officer.save()
    taking.taken("strength-by-month", noon, by=officer)
    client.force_login(makers.person_of_role("records officer", "colleague"))
    assert "Mysalova" not in client.get("/reports/").content.decode()
    client.force_login(makers.person_of_role("report staff"))
    assert "Mysalova" in client.get("/reports/").content.decode()


def test_a_recall_stands_on_the_first_page_of_its_taker_until_they_have_seen_it(client, months, noon, staff):
    run, _bytes = taking.taken("strength-by-month", noon, by=staff)
    recall = Recall.objects.create(run=run, at=noon, rows=3, sha256="0" * 64)
    assert "3 rows differ" in client.get("/reports/").content.decode()
    client.force_login(makers.person_of_role("administrator"))
    assert client.post(f"/reports/recalls/{recall.pk}/seen").status_code == 404
    client.force_login(staff)
    client.post(f"/reports/recalls/{recall.pk}/seen")
    assert "3 rows differ" not in client.get("/reports/").content.decode()
    assert not recalls.waiting_for(staff).exists()


def test_the_first_page_asks_as_much_for_many_runs_as_for_one(client, months, noon, staff):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get("/reports/")
        return len(queries)

    taking.taken("strength-by-month", noon, by=staff)
    first = asked()
    for _turn in range(6):
        taking.taken("strength-by-month", noon, by=staff)
    assert asked() == first <= 14


def test_the_first_page_says_that_a_file_whose_time_is_over_is_there_no_more(client, noon, staff):
    run = taking.opened("strength-by-month", noon, by=staff)
    PreparedFile.objects.create(run=run, state="ready", file="reports/1.csv", bytes=1, expires_at=noon)
    page = client.get("/reports/").content.decode()
    assert "has expired" in page and "is ready" not in page


# --- looking before taking


def test_the_first_rows_and_their_number_are_shown_before_anything_leaves(client, months, noon, staff):
    for year in range(1990, 2020):
        makers.un_month(noon, "KAZ", 20, date(year, 12, 31))
    page = client.get(STRENGTH)
    assert page.context["look"].count == 32 and len(page.context["rows"]) == looking.SHOWN
    assert "32 rows" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert not ReportRun.objects.exists()


def test_what_is_asked_narrows_the_rows_down(client, months, staff):
    page = client.get(STRENGTH, {"period": "dates", "start": "2025-09-01", "missions": "UNDOF", "on": ""})
    assert page.context["look"].count == 1
    assert ("Missions", "UNDOF") in page.context["look"].document.facts


def test_rows_that_python_makes_are_counted_up_to_a_bound(client, staff, declared, monkeypatch):
    def without_end(asked):
        for _turn in range(3000):
            yield ("Mysal",)
        raise AssertionError("It was counted on and on.")

    monkeypatch.setattr(looking, "COUNTED", 50)
    declared("endless", without_end)
    assert "More than 50 rows" in client.get("/reports/endless/").content.decode()


def test_numbers_of_rows_are_grouped_and_years_are_not(client, staff, declared):
    columns = (Column("year", "Year", Kind.INTEGER), Column("people", "People", Kind.INTEGER))
    declared("years", lambda asked: iter([(2013, 2013)] * 1200), columns=columns)
    page = client.get("/reports/years/").content.decode()
    assert "1,200 rows" in page and ">2013<" in page and ">2,013<" in page


def test_the_calendar_does_not_promise_all_that_is_recorded_where_no_period_means_a_year(client, staff):
    choices = dict(client.get("/reports/rotation-calendar/").context["form"].fields["period"].choices)
    assert choices[""] == "a year from that day on"
    choices = dict(client.get(STRENGTH).context["form"].fields["period"].choices)
    assert choices[""] == "all that is recorded"


def test_a_column_that_one_may_not_see_is_in_no_preview(client, staff, declared):
    columns = (Column("name", "Name"), Column("born", "Born on", Kind.DATE, permission="reports.take_personal_data"))
    declared("births", lambda asked: iter([("Mysal", date(1990, 1, 2))]), columns=columns)
    page = client.get("/reports/births/").content.decode()
    assert "Mysal" in page and "Born on" not in page and "1990" not in page
    client.force_login(makers.person_of_role("administrator"))
    assert "2 January 1990" in client.get("/reports/births/").content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"period": "dates", "start": "2025-13-01"}, "start", "2025-13-01"),
        ({"period": "dates", "start": "2025-09-02", "end": "2025-09-01"}, "end", "2025-09-01"),
        ({"period": "dates"}, "start", "first day"),
        ({"period": "last_month", "start": "2025-09-02"}, "period", "2025-09-02"),
        ({"missions": ["UNDOF", "NOWHERE"]}, "missions", "NOWHERE"),
        ({"on": "dates"}, "on_day", "Give the day"),
        ({"on": "end_of_last_year", "on_day": "2025-09-02"}, "on", "2025-09-02"),
        ({"known_on": "2025-13-01"}, "known_on", "2025-13-01"),
        ({"known_on": "2999-01-01"}, "known_on", "2999-01-01"),
        ({"known_time": "10:00"}, "known_on", "10:00"),
    ],
)  # fmt: skip
def test_an_error_stands_at_its_field_and_nothing_that_was_typed_is_lost(client, months, staff, typed, field, words):
    page = client.get(STRENGTH, {"language": "ru", **typed})
    assert list(page.context["form"].errors) == [field] and page.context["look"] is None
    text = page.content.decode()
    assert words in text and '<option value="ru" selected>' in text
    sent = client.post(f"{STRENGTH}take", {**typed, "format": "csv", "purpose": "For the minister."})
    assert list(sent.context["form"].errors) == [field] and not ReportRun.objects.exists()


def test_what_the_record_knew_on_a_day_answers_as_of_its_end(client, noon, staff):
    makers.un_month(noon, "KAZ", 138, date(2025, 9, 30))  # known since 13 October, noon
    assert client.get(STRENGTH, {"known_on": "2025-10-12"}).context["look"].count == 0
    assert client.get(STRENGTH, {"known_on": "2025-10-13"}).context["look"].count == 1
    assert client.get(STRENGTH, {"known_on": "2025-10-13", "known_time": "11:59"}).context["look"].count == 0


def test_the_form_of_a_report_asks_as_much_for_many_rows_as_for_few(client, months, noon, staff):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(STRENGTH, {"missions": "UNDOF"})
        return len(queries)

    few = asked()
    for year in range(1990, 2020):
        makers.un_month(noon, "KAZ", 20, date(year, 12, 31))
    assert asked() == few <= 27


# --- personal data


def test_nobodys_name_is_shown_before_a_purpose_is_typed(client, noon, roll):
    client.force_login(makers.person_of_role("records officer"))
    for page in (client.get("/reports/roll-of-a-test/"), client.get("/reports/roll-of-a-test/?purpose=Because")):
        assert page.context["look"] is None and "Mysalov" not in page.content.decode()
    refused = client.post("/reports/roll-of-a-test/", {"purpose": "  "})
    assert "purpose" in refused.context["form"].errors and "Mysalov" not in refused.content.decode()
    assert not Entry.objects.filter(verb="look at").exists()


def test_looking_at_peoples_data_leaves_an_entry(client, roll):
    officer = makers.person_of_role("records officer")
    client.force_login(officer)
    page = client.post("/reports/roll-of-a-test/", {"purpose": "The parade of 9 May"}).content.decode()
    entry = Entry.objects.get(verb="look at")
    assert "Mysalov" in page and entry.by == officer
    assert (entry.details["report"], entry.details["purpose"]) == ("roll-of-a-test", "The parade of 9 May")
    assert "Mysalov" not in str(entry.details)


def test_personal_data_without_a_purpose_stay_in_the_house_and_the_form_is_kept(client, roll):
    client.force_login(makers.person_of_role("records officer"))
    refused = client.post("/reports/roll-of-a-test/take", {"format": "csv", "language": "ru", "on_day": "2025-01-02"})
    assert not refused.streaming and "purpose" in refused.context["form"].errors
    assert 'value="2025-01-02"' in refused.content.decode() and not ReportRun.objects.exists()


def test_a_person_is_found_by_name_or_number_and_namesakes_are_offered(client, roll):
    aidos, _other, bota = (
        Person.objects.create(family_name=family, given_name=given, service_number=number)
        for family, given, number in (
            ("Мысалов", "Айдос", "Ә-1"), ("Мысалов", "Арман", "Ә-2"), ("Үлгіева", "Бота", None),
        )
    )  # fmt: skip
    client.force_login(makers.person_of_role("records officer"))

    def chosen(**typed):
        form = client.post("/reports/roll-of-a-test/", {"purpose": "A test", **typed}).context["form"]
        return form.cleaned_data.get("person"), form.errors.get("person_search", []), len(form.offered_people)

    assert chosen(person_search="Ә-1") == (aidos.pk, [], 1)
    assert chosen(person_search="үлгіева БОТА") == (bota.pk, [], 1)
    pk, errors, offered = chosen(person_search="мысалов")
    assert pk is None and errors and offered == 2
    assert chosen(person_search="мысалов", person=aidos.pk) == (aidos.pk, [], 2)
    assert chosen(person=bota.pk) == (bota.pk, [], 1)
    assert chosen(person_search="Nobody")[1] and chosen(person="999999")[1]
