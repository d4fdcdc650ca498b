"""What somebody tries who takes reports and wants more than is theirs, or wants the house to stumble."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article, Section
from ledger.models import Entry, User
from reports import run as runs
from reports import saving, scheduling, verifying
from reports.catalogue import REPORTS
from reports.models import Recall, ReportRun, SavedReport, Schedule
from tests import makers, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]


@pytest.fixture
def at_noon(monkeypatch, noon):
    """The doors' clock stands at noon."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


def saved_by(person, at, slug="strength-by-month", kept=None, **values):
    return saving.save(
        f"Of {person}", REPORTS[slug], kept or {}, language="en", format="csv", by=person, at=at, **values
    )


# --- in the name of another


def test_nobody_has_reports_made_in_the_name_of_another(client, staff, noon):
    boss, role = makers.person_of_role("administrator"), Group.objects.get(name="report staff")
    theirs = saved_by(boss, noon)
    wanted = {"name": "Roll", "report": "nominal-roll", "parameters": "{}", "language": "en", "format": "csv"}
    wanted |= {"owner": boss.pk, "shared_with": role.pk}
    client.post("/admin/reports/savedreport/add/", wanted)
    client.post(f"/admin/reports/savedreport/{theirs.pk}/change/", wanted)
    monthly = {"saved_report": theirs.pk, "day_of_month": 1, "purpose": "Theirs", "begins": "2025-01-01"}
    client.post("/admin/reports/schedule/add/", monthly)
    assert list(SavedReport.objects.values_list("name", "shared_with")) == [(theirs.name, None)]
    assert not Schedule.objects.exists() and scheduling.fire_due(at=noon) == []


def test_what_others_saved_is_not_listed_in_the_admin_nor_deleted_there(client, staff, noon):
    theirs, own = saved_by(makers.person_of_role("administrator"), noon), saved_by(staff, noon)
    monthly = saving.schedule(theirs, day_of_month=1, begins=noon.date(), wants_letter=False, by=theirs.owner, at=noon)
    listed = client.get("/admin/reports/savedreport/").content.decode()
    assert own.name in listed and theirs.name not in listed
    assert theirs.name not in client.get("/admin/reports/schedule/").content.decode()
    for noun, row in (("savedreport", theirs), ("schedule", monthly)):
        page = client.get(f"/admin/reports/{noun}/{row.pk}/change/", follow=True).content.decode()
        assert theirs.name not in page
        client.post(f"/admin/reports/{noun}/{row.pk}/delete/", {"post": "yes"})
        row.refresh_from_db()
    client.force_login(User.objects.create_superuser("above", password="a long pass phrase"))
    client.post(f"/admin/reports/savedreport/{theirs.pk}/delete/", {"post": "yes"})
    assert list(SavedReport.objects.all()) == [own] and not Schedule.objects.exists()


# --- what the house stumbles over


def test_a_schedule_since_the_first_day_there_is_keeps_no_other_from_being_made(staff, noon):
    for begins in (date.min, date(2025, 10, 1)):
        saving.schedule(
            saved_by(staff, noon) if begins == date.min else SavedReport.objects.get(), day_of_month=1, begins=begins,
            wants_letter=False, by=staff, at=noon,
        )  # fmt: skip
    assert len(scheduling.fire_due(at=noon)) == 2
    assert "24297" in Schedule.objects.get(begins=date.min).trouble


def test_a_button_leads_back_to_no_page_that_there_is_not(client, staff, noon):
    run, _bytes = taking.taken("strength-by-month", noon, by=staff)
    recall = Recall.objects.create(run=run, at=noon, rows=1, sha256="a" * 64)
    for back in ("nowhere", "admin:nowhere", "https://elsewhere.example/", "/a\r\nSet-Cookie: b"):
        answer = client.post(f"/reports/recalls/{recall.pk}/seen", {"back": back})
        assert answer.status_code == 302 and "elsewhere" not in answer["Location"]
        assert "Set-Cookie" not in answer and not answer.cookies
    assert ReportRun.objects.count() == 1


@pytest.mark.parametrize("slug", ["publishing-activity", "claims-and-corrections", "who-exported-what"])
@pytest.mark.parametrize(("start", "end"), [("0001-01-01", ""), ("", "9999-12-31"), ("0001-01-01", "9999-12-31")])
def test_a_period_may_reach_from_the_first_day_to_the_last(client, staff, slug, start, end):
    period = {"period": "dates", "start": start, "end": end}
    assert client.get(f"/reports/{slug}/", period).status_code == 200
    before = {"period": "dates", "start": "0001-01-01", "end": "0001-01-01"}
    assert client.get(f"/reports/{slug}/", before).context["look"].count == 0


@pytest.mark.parametrize(
    "known", [{"known_on": "0001-01-01", "known_time": "00:00"}, {"known_on": "0001-01-01T00:00:00+14:00"}]
)
def test_a_moment_before_the_first_year_is_an_error_at_its_field(client, staff, known):
    page = client.get("/reports/strength-by-month/", known)
    assert page.status_code == 200 and "known_on" in page.context["form"].errors


def test_a_big_run_is_verified_once_however_often_the_button_is_pressed(client, staff, noon, monkeypatch):
    makers.un_month(noon, "KAZ", 139, date(2025, 8, 31))
    run, _bytes = taking.taken("strength-by-month", noon, by=staff)
    monkeypatch.setattr("reports.views.run.SMALL", 0)
    for _time in range(3):
        client.post(f"/reports/runs/{run.pk}/verify")
    assert DBTaskResult.objects.filter(task_path=verifying.verify_aside.module_path).count() == 1


# --- what others may see


def test_comparing_a_run_tells_nothing_of_stories_that_its_taker_may_not_see(client, noon, at_noon, staff):
    editor = makers.person_of_role("editor")
    before = noon - timedelta(days=2)
    run, _bytes = taking.taken("publishing-activity", before, by=staff)
    makers.approved_story(noon - timedelta(hours=2), editor, body="<p>Of it.</p>")
    to_come = Article.objects.create(working_title="Canary of an embargo", section=Section.objects.first())
    to_come.working_title = "Canary that was renamed"
    to_come.save()
    Article.history.update(history_date=noon - timedelta(hours=1))
    Article.history.filter(history_type="~").update(history_date=noon - timedelta(minutes=30))
    page = client.get(f"/reports/runs/{run.pk}/?differing=1").content.decode()
    assert "<ins>The Golan contingent</ins>" in page and "of what you may not see" in page
    assert "Canary" not in page and "approve" not in page
    staff.user_permissions.add(*Permission.objects.filter(codename__in=["view_article", "view_edition"]))
    assert "Canary that was renamed" in client.get(f"/reports/runs/{run.pk}/?differing=1").content.decode()


def test_nobody_is_named_before_a_purpose_is_said_and_who_was_offered_is_noted(client, noon):
    people = [
        makers.person("Myssalov", given, service_number=f"CANARY-{given}", born=date(1990, 1, 2))
        for given in ("Aidos", "Arman")
    ]
    officer = makers.person_of_role("records officer")
    client.force_login(officer)
    address, asked = "/reports/service-record/", {"person_search": "Myssalov"}
    for answer in (
        client.get(address, {"person": people[0].pk}),
        client.post(address, asked),
        client.post(address, {"person": people[0].pk}),
        client.post(f"{address}take", {**asked, "format": "csv"}),
    ):
        assert "Aidos" not in answer.content.decode() and "Arman" not in answer.content.decode()
    assert not Entry.objects.filter(verb="look for").exists()
    page = client.post(address, {**asked, "purpose": "A medal"}).content.decode()
    assert "Aidos" in page and "Arman" in page and "CANARY-Aidos" in page
    entry = Entry.objects.get(verb="look for")
    assert (entry.by, entry.details["people"]) == (officer, [person.pk for person in people])
    assert "yssalov" not in json.dumps(entry.details, ensure_ascii=False)


def test_a_search_tells_no_service_number_to_who_may_not_see_it_in_a_report(client, noon):
    for given in ("Aidos", "Arman"):
        makers.person("Myssalov", given, service_number=f"CANARY-{given}", born=date(1990, 1, 2))
    taker = User.objects.create_user("taker", password="a long pass phrase", is_staff=True)
    taker.user_permissions.add(Permission.objects.get(codename="take_personal_data"))
    client.force_login(taker)

    def found(text):
        return client.post("/reports/service-record/", {"person_search": text, "purpose": "A test"}).content.decode()

    page = found("Myssalov")
    assert "Aidos" in page and "CANARY" not in page and "1990" not in page
    assert "Myssalov" not in found("CANARY-Aidos")


def test_why_a_run_broke_off_keeps_no_cell_of_it_for_ever(staff, noon, monkeypatch):
    makers.un_month(noon, "KAZ", 139, date(2025, 8, 31))
    run = taking.opened("strength-by-month", noon, by=staff)

    def breaks(document):
        yield b"head"
        raise ValueError("Myssalov cannot be written")

    monkeypatch.setattr("reports.writers.csv_file.write", breaks)
    with pytest.raises(ValueError, match="Myssalov"):
        list(runs.stream(run, clock=lambda: noon))
    assert run.end.broke_off == "an error of the program: ValueError"


def test_a_day_to_come_tells_nobody_who_leaves_by_then_from_a_cleared_number(noon):
    ends = timezone.localdate(noon) + timedelta(days=30)
    contingent = makers.golan_contingent(cleared=(), end=ends)
    makers.known_since(noon - timedelta(days=30), type(contingent), type(contingent.mission))
    makers.clear(contingent, "kind", "strength")
    makers.approved_story(noon - timedelta(hours=1), makers.person_of_role("editor"))
    reader = User.objects.create_user("reader", password="a long pass phrase", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="run_reports"))
    later = {"on": ends + timedelta(days=1)}
    (today,) = taking.told("claims-and-corrections", noon, by=reader)
    (then,) = taking.told("claims-and-corrections", noon, by=reader, **later)
    assert then == today
    (whole,) = taking.told("claims-and-corrections", noon, **later)
    assert whole["value_today"] != 139
