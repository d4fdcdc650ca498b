"""What somebody tries who takes reports and wants more than is theirs, or wants the house to stumble."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from ledger.models import User
from reports import saving, scheduling
from reports.catalogue import REPORTS
from reports.models import Recall, ReportRun, SavedReport, Schedule
from tests import makers, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]


@pytest.fixture
def staff(client):
    """Somebody who takes reports, signed in."""
    person = makers.person_of_role("report staff")
    client.force_login(person)
    return person


def saved_by(person, at, slug="strength-by-month", kept=None, **values):
    return saving.save(f"Of {person}", REPORTS[slug], kept or {}, language="en", format="csv", by=person, at=at, **values)


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
