"""The pages of the reports on the desk: who is let in, what is looked at before it is taken, and how it leaves."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ledger.models import Entry
from ledger.roles import ROLES
from missions.models import Person
from reports import background, catalogue, looking, recalls
from reports import run as runs
from reports.declared import GROUPS, Column, Kind, Report
from reports.models import Favourite, PreparedFile, Recall, ReportRun, ReportRunEnd
from reports.rows import CannotWrite
from reports.views.taking import Begun
from reports.writers import WRITERS, csv_file, pdf
from tests import makers, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]
STRENGTH = "/reports/strength-by-month/"


@pytest.fixture
def months(noon):
    for month, total in ((date(2025, 8, 31), 139), (date(2025, 9, 30), 138)):
        makers.un_month(noon, "KAZ", total, month, women=2)


@pytest.fixture
def declared(monkeypatch):
    """Adds a report to the house's own for one test."""

    def add(slug, rows, **values):
        values = {"permission": "reports.run_reports", "columns": (Column("name", "Name"),), **values}
        report = Report(slug=slug, title=slug.title(), description="Of a test.", rows=rows, **values)
        monkeypatch.setitem(catalogue.REPORTS, slug, report)
        return report

    return add


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


# --- taking


def test_what_was_shown_is_taken_with_its_run_and_kept_by_no_cache(client, months, staff):
    look = client.get(STRENGTH, {"period": "dates", "start": "2025-09-01"})
    sent = {**dict(look.context["hidden"]), "format": "csv", "purpose": "For the minister."}
    response = client.post(f"{STRENGTH}take", sent)
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    run = ReportRun.objects.get()  # before the first byte was read
    assert (run.by, run.purpose, run.parameters) == (staff, "For the minister.", {"start": "2025-09-01"})
    assert response["Content-Disposition"] == f'attachment; filename="strength-by-month-{run.on}.csv"'
    assert taking.read_csv(content(response))[1][0] == "2025-09-30"
    run.refresh_from_db()
    assert run.end.rows == 1 and run.end.sha256


def test_a_reader_who_goes_away_is_written_down(months, noon):
    run = taking.opened("strength-by-month", noon)
    file = Begun(runs.stream(run))
    next(iter(file))
    file.close()
    assert ReportRun.objects.get().end.broke_off


def test_a_file_whose_reader_never_came_is_written_down(months, noon):
    Begun(runs.stream(taking.opened("strength-by-month", noon))).close()
    assert ReportRun.objects.get().end.broke_off


def test_what_goes_wrong_before_the_first_byte_is_said_on_the_page(client, months, staff, monkeypatch):
    def refuse(document):
        raise CannotWrite("Row 7, column Mission: the text is too long.")
        yield

    monkeypatch.setattr(csv_file, "write", refuse)
    page = client.post(f"{STRENGTH}take", {"format": "csv", "purpose": "For the minister."})
    assert not page.streaming and "Row 7, column Mission" in page.content.decode()
    assert "For the minister." in page.content.decode()
    assert ReportRun.objects.get().end.broke_off


def test_a_large_report_is_made_aside_and_a_small_one_at_once(client, staff, declared, monkeypatch):
    monkeypatch.setattr(looking, "SMALL", 3)
    prepared = []
    monkeypatch.setattr(background, "prepare", lambda run, **told: prepared.append((run, told["wants_letter"])))
    declared("three", lambda asked: iter([("a",), ("b",), ("c",)]))
    declared("four", lambda asked: iter([("a",), ("b",), ("c",), ("d",)]))
    assert client.post("/reports/three/take", {"format": "csv"}).streaming and not prepared
    response = client.post("/reports/four/take", {"format": "csv", "wants_letter": "on"})
    ((run, wants_letter),) = prepared
    assert response["Location"] == f"/reports/runs/{run.pk}/" and wants_letter and not hasattr(run, "end")


def test_a_pdf_that_nobody_would_read_is_refused(client, staff, declared, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_ROWS", 3)
    monkeypatch.setitem(WRITERS, "pdf", WRITERS["csv"])
    declared("four", lambda asked: iter([("a",), ("b",), ("c",), ("d",)]))
    page = client.post("/reports/four/take", {"format": "pdf"})
    assert "at most 3 rows" in page.content.decode() and not ReportRun.objects.exists()


def test_a_pdf_of_too_many_cells_is_refused_at_once_and_not_by_a_worker(client, staff, declared, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_CELLS", 4)
    declared("wide", lambda asked: iter([("a", "b")] * 3), columns=(Column("one", "One"), Column("two", "Two")))
    page = client.post("/reports/wide/take", {"format": "pdf"})
    assert "at most 2 rows" in page.content.decode() and not ReportRun.objects.exists()


# --- the page of a run


def test_the_page_of_a_run_tells_what_is_kept_to_its_taker_and_to_who_sees_the_runs(client, months, noon):
    officer = makers.person_of_role("records officer")
    run, _bytes = taking.taken("strength-by-month", noon, by=officer, purpose="Of a test", missions=("UNDOF",))
    for role, status in (("report staff", 200), ("administrator", 200), ("author", 404), ("editor", 404)):
        client.force_login(makers.person_of_role(role, f"{role} who looks"))
        assert client.get(f"/reports/runs/{run.pk}/").status_code == status, role
        assert client.get(f"/reports/runs/{run.pk}/state").status_code == status, role
    client.force_login(makers.person_of_role("records officer", "colleague"))
    assert client.get(f"/reports/runs/{run.pk}/").status_code == 404
    client.force_login(officer)
    page = client.get(f"/reports/runs/{run.pk}/").content.decode()
    for words in (run.end.sha256, "Of a test", "UNDOF", "Month, Mission, Category", "of the file", "23 October 2025"):
        assert words in page, words


def test_a_run_is_verified_from_its_page(client, months, noon, staff):
    run, _bytes = taking.taken("strength-by-month", noon, by=staff)
    page = client.post(f"/reports/runs/{run.pk}/verify", follow=True).content.decode()
    assert "asked again and is the same" in page and run.verifications.get().by == staff


def test_the_rows_that_differ_are_shown_with_the_change_only_to_who_may_take_the_report(client, months, noon):
    officer = makers.person_of_role("records officer")
    run, _bytes = taking.taken("strength-by-month", noon, by=officer)
    makers.un_month(noon + timedelta(days=12), "KAZ", 777, date(2025, 7, 31))
    client.force_login(officer)
    page = client.get(f"/reports/runs/{run.pk}/?differing=1").content.decode()
    assert "<ins>777</ins>" in page and "months.csv" in page
    # Sees that it was taken, and not what it told.
    auditor = makers.person_of_role("author", "auditor")
    auditor.user_permissions.add(Permission.objects.get(codename="view_reportrun"))
    client.force_login(auditor)
    page = client.get(f"/reports/runs/{run.pk}/?differing=1")
    assert page.status_code == 200 and "777" not in page.content.decode()


def test_rows_of_a_wider_run_are_hidden_from_who_lacks_one_of_its_grants(client, noon, declared):
    born = {"on": date(1990, 1, 2)}
    columns = (Column("name", "Name"), Column("born", "Born on", Kind.DATE, permission="reports.take_personal_data"))
    declared("births", lambda asked: iter([("Mysal", born["on"])]), columns=columns)
    run, _bytes = taking.taken("births", noon, by=makers.person_of_role("administrator"))
    born["on"] = date(1991, 3, 4)
    client.force_login(makers.person_of_role("report staff"))
    page = client.get(f"/reports/runs/{run.pk}/?differing=1").content.decode()
    assert "take_personal_data" in page and "1991" not in page and "1990" not in page


def test_a_file_that_is_being_made_says_how_far_it_is_and_only_its_taker_cancels_it(client, noon, staff, monkeypatch):
    cancelled = []
    monkeypatch.setattr(background, "cancel", lambda prepared, **by: cancelled.append(prepared.pk))
    run = taking.opened("strength-by-month", noon, by=staff)
    prepared = PreparedFile.objects.create(run=run, state="working", rows_expected=30_000, rows_done=1200)
    page = client.get(f"/reports/runs/{run.pk}/").content.decode()
    assert '<progress id="run-progress"' in page and 'value="1200"' in page and "Cancel it" in page
    assert "1,200 of 30,000 rows" in page
    assert "It can be verified once it is made." in page and "cannot be verified" not in page
    state = client.get(f"/reports/runs/{run.pk}/state").json()
    assert state["progress"] == "1,200 of 30,000 rows"
    assert (state["is_under_way"], state["rows_done"], state["rows_expected"]) == (True, 1200, 30_000)
    client.force_login(makers.person_of_role("administrator"))
    assert client.post(f"/reports/runs/{run.pk}/cancel").status_code == 404 and not cancelled
    client.force_login(staff)
    client.post(f"/reports/runs/{run.pk}/cancel")
    assert cancelled == [prepared.pk]


def test_rows_of_a_run_that_broke_off_are_not_told_as_rows_that_were_taken(client, noon, staff):
    run = taking.opened("strength-by-month", noon, by=staff)
    ReportRunEnd.objects.create(run=run, at=noon, rows=14_000, broke_off=runs.CLOSED)
    page = client.get(f"/reports/runs/{run.pk}/").content.decode()
    assert "<dt>Rows before it broke off</dt><dd>14,000</dd>" in page and "<dt>Rows</dt>" not in page


def test_a_run_is_called_by_its_number_and_the_local_time(client, noon, staff):
    run = taking.opened("strength-by-month", noon, by=staff)
    assert str(run) == f"№ {run.pk}: strength-by-month, {timezone.localtime(noon):%Y-%m-%d %H:%M}"


def test_a_run_is_taken_again_with_its_answers_and_only_by_its_taker(client, months, noon, staff):
    run, _bytes = taking.taken("strength-by-month", noon, by=staff, language="ru", missions=("UNDOF",))
    form = client.get(STRENGTH, {"again": run.pk}).context["form"]
    assert form.cleaned_data["missions"] == ["UNDOF"] and form.cleaned_data["language"] == "ru"
    assert form.question()[1] == run.on
    client.force_login(makers.person_of_role("administrator"))
    assert client.get(STRENGTH, {"again": run.pk}).status_code == 404


def test_a_run_of_a_report_that_is_no_more_can_still_be_read(client, noon, staff, declared):
    declared("a-test", lambda asked: iter([("Mysal",)]))
    run, _bytes = taking.taken("a-test", noon, by=staff)
    del catalogue.REPORTS["a-test"]
    page = client.get(f"/reports/runs/{run.pk}/?differing=1")
    verified = client.post(f"/reports/runs/{run.pk}/verify", follow=True)
    assert run.end.sha256 in page.content.decode() and "is no more" in verified.content.decode()


# --- the audit list


def test_the_audit_list_leads_to_its_runs_and_can_be_taken_out_and_not_changed(client, months, noon, declared):
    declared("who-exported-what", lambda asked: iter([]))
    staff = makers.person_of_role("report staff")
    run, _bytes = taking.taken("strength-by-month", noon, by=staff)
    client.force_login(staff)
    page = client.get(
        "/admin/reports/reportrun/?report=strength-by-month&format=csv&channel__exact=desk"
    ).content.decode()
    assert f"/reports/runs/{run.pk}/" in page and "/reports/who-exported-what/" in page
    one = client.get(f"/admin/reports/reportrun/{run.pk}/change/").content.decode()
    assert run.end.sha256 in one and 'name="_save"' not in one
    for address in (f"{run.pk}/delete/", "add/"):
        assert client.post(f"/admin/reports/reportrun/{address}", {"post": "yes"}).status_code == 403
    client.post(f"/admin/reports/reportrun/{run.pk}/change/", {"purpose": "Another"})
    client.post("/admin/reports/reportrun/", {"action": "delete_selected", "_selected_action": [run.pk], "post": "yes"})
    assert ReportRun.objects.get().purpose == "A test."


def test_what_leaves_at_once_and_what_a_pdf_holds_is_counted_to_the_last_row():
    assert runs.SMALL_PAPER <= looking.SMALL == runs.SMALL <= pdf.MOST_ROWS <= looking.COUNTED
