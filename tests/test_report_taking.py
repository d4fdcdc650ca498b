"""How a report leaves by the desk: what is taken, the page of its run, and the audit list."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from reports import background, catalogue, looking
from reports import run as runs
from reports.declared import Column, Kind
from reports.models import PreparedFile, ReportRun, ReportRunEnd
from reports.rows import CannotWrite
from reports.views.taking import Begun
from reports.writers import WRITERS, csv_file, pdf
from tests import makers, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]
STRENGTH = "/reports/strength-by-month/"


def content(response):
    return b"".join(response.streaming_content)


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
