"""Schedules: a saved report is made each month on its day, once, as its owner would have it."""

from datetime import UTC, date, timedelta

import pytest
from django.contrib.auth.models import Group

from ledger.models import Entry, User
from reports import scheduling
from reports.models import PreparedFile, ReportRun, SavedReport, Schedule
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    user = makers.person_of_role("report staff")
    user.email, user.language = "owner@house.example", "en"
    user.save()
    return user


@pytest.fixture
def saved(owner):
    return SavedReport.objects.create(
        name="For the ministry", report="strength-by-month", owner=owner, language="ru", format="csv",
        parameters={"period": "last_month", "on": "end_of_last_month", "known_on": "", "missions": ["UNDOF"]},
    )  # fmt: skip


@pytest.fixture
def monthly(saved):
    """Due on the 20th, since September 2025."""
    return Schedule.objects.create(saved_report=saved, day_of_month=20, begins=date(2025, 9, 1))


def test_a_schedule_asks_as_its_owner_would_on_the_day_that_was_due(monthly, saved, owner, noon):
    monthly.begins = date(2025, 10, 1)
    monthly.save()
    (run,) = scheduling.fire_due(at=noon)
    kept = ReportRun.objects.get()
    assert kept == run and (kept.by, kept.channel, kept.report) == (owner, "schedule", "strength-by-month")
    assert kept.parameters == {"start": "2025-09-01", "end": "2025-09-30", "missions": ["UNDOF"]}
    assert (kept.on, kept.known_on, kept.language, kept.format) == (date(2025, 9, 30), noon, "ru", "csv")
    prepared = PreparedFile.objects.get()
    assert (prepared.run, prepared.state, prepared.wants_letter) == (kept, "waiting", True)
    monthly.refresh_from_db()
    assert (monthly.last_due, monthly.last_run, monthly.trouble) == (date(2025, 10, 20), kept, "")
    assert Entry.objects.get(verb="fire").details == {"due": "2025-10-20", "run": kept.pk, "missed": 0}


def test_no_day_has_two_runs_however_often_workers_ask(monthly, noon):
    stale = Schedule.objects.select_related("saved_report__owner").get()
    assert len(scheduling.fire_due(at=noon)) == 1
    # Another worker read the schedule before the first one fired it.
    assert scheduling._fire(stale, date(2025, 10, 20), noon) is None
    assert scheduling.fire_due(at=noon + timedelta(days=20)) == []
    assert ReportRun.objects.count() == 1
    assert len(scheduling.fire_due(at=noon + timedelta(days=31))) == 1


@pytest.mark.parametrize(
    ("begins", "last_due", "today", "due"),
    [
        (date(2025, 9, 1), None, date(2025, 10, 20), date(2025, 10, 20)),
        (date(2025, 9, 1), None, date(2025, 10, 19), date(2025, 9, 20)),
        (date(2025, 10, 1), None, date(2025, 10, 19), None),
        (date(2025, 10, 20), None, date(2025, 10, 20), date(2025, 10, 20)),
        (date(2025, 10, 21), None, date(2025, 10, 31), None),
        (date(2025, 1, 1), date(2025, 12, 20), date(2026, 1, 19), None),
        (date(2025, 1, 1), date(2025, 11, 20), date(2026, 1, 3), date(2025, 12, 20)),
        (date(2025, 1, 1), date(2025, 12, 20), date(2026, 1, 20), date(2026, 1, 20)),
    ],
)
def test_the_day_that_is_due_is_the_latest_that_has_come_since_it_begins(monthly, begins, last_due, today, due):
    monthly.begins, monthly.last_due = begins, last_due
    assert scheduling.due_day(monthly, today) == due


def test_the_day_is_that_of_the_house_and_not_of_greenwich(monthly, noon):
    monthly.begins = date(2025, 10, 1)
    monthly.save()
    first_minute = noon.replace(day=20, hour=0, minute=1).astimezone(UTC)  # there it is still the 19th
    assert scheduling.fire_due(at=first_minute - timedelta(minutes=2)) == []
    assert len(scheduling.fire_due(at=first_minute)) == 1


def test_months_that_nobody_worked_off_are_made_up_for_once_and_that_is_said(monthly, noon):
    scheduling.fire_due(at=noon)
    (run,) = scheduling.fire_due(at=noon.replace(year=2026, month=2, day=3))
    assert run.parameters["end"] == "2025-12-31" and ReportRun.objects.count() == 2
    monthly.refresh_from_db()
    assert monthly.last_due == date(2026, 1, 20)
    assert monthly.trouble.startswith("Before the last run 2 months were left out")
    assert Entry.objects.filter(verb="fire").latest("pk").details["missed"] == 2
    scheduling.fire_due(at=noon.replace(year=2026, month=2, day=20))
    monthly.refresh_from_db()
    assert monthly.trouble == ""


def test_a_paused_schedule_makes_nothing(monthly, noon):
    Schedule.objects.update(paused=True)
    assert scheduling.fire_due(at=noon) == [] and not ReportRun.objects.exists()


def close_account(owner, saved):
    owner.is_active = False
    owner.save()


def take_the_role(owner, saved):
    owner.groups.set([Group.objects.get(name="author")])


def leave_the_desk(owner, saved):
    owner.is_staff = False
    owner.save()


def may_schedule_nothing(owner, saved):
    owner.groups.set([Group.objects.get(name="records officer")])  # who takes reports, and has none made


def drop_the_report(owner, saved):
    SavedReport.objects.update(report="no-longer-there")


def spoil_the_words(owner, saved):
    SavedReport.objects.update(parameters={"period": "last_decade"})


def spoil_the_format(owner, saved):
    SavedReport.objects.update(parameters={"deployment": ["a", "list"]})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (take_the_role, "You may not take this report."),
        (leave_the_desk, "Its owner does not belong to the desk any more."),
        (may_schedule_nothing, "Its owner may not have reports made each month any more."),
        (drop_the_report, "There is no such report any more."),
        (spoil_the_words, "There is no period called last_decade."),
        (spoil_the_format, "An error of the program: TypeError."),
    ],
)
def test_what_stands_in_the_way_is_kept_and_told_to_the_owner_once(
    monthly, saved, owner, noon, mailoutbox, django_capture_on_commit_callbacks, spoil, said
):
    spoil(owner, saved)
    with django_capture_on_commit_callbacks(execute=True):
        assert scheduling.fire_due(at=noon) == []
        assert scheduling.fire_due(at=noon + timedelta(days=1)) == []
    monthly.refresh_from_db()
    assert (monthly.trouble, monthly.last_due, monthly.last_run) == (said, date(2025, 10, 20), None)
    assert not ReportRun.objects.exists() and not PreparedFile.objects.exists()
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["owner@house.example"], "Not made: For the ministry")
    assert said in letter.body and "20 October 2025" in letter.body
    assert Entry.objects.filter(verb="fail to fire").count() == 1


def test_a_closed_account_takes_nothing_and_gets_no_letter(
    monthly, saved, owner, noon, mailoutbox, django_capture_on_commit_callbacks
):
    close_account(owner, saved)
    with django_capture_on_commit_callbacks(execute=True):
        assert scheduling.fire_due(at=noon) == []
    monthly.refresh_from_db()
    assert monthly.trouble == "Its owner's account is closed." and mailoutbox == []


@pytest.mark.parametrize(("spoil", "may_open"), [(may_schedule_nothing, True), (leave_the_desk, False)])
def test_the_page_of_a_schedule_says_why_it_is_not_made_any_more(client, monthly, saved, owner, noon, spoil, may_open):
    role = owner.groups.get()
    spoil(owner, saved)
    scheduling.fire_due(at=noon)
    client.force_login(owner)
    page = client.get(f"/reports/saved/{saved.pk}/", headers={"accept-language": "en"})
    assert (page.status_code == 200) == may_open
    owner.groups.set([role])
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    client.force_login(owner)  # whose session ended with the desk
    monthly.refresh_from_db()
    told = client.get(f"/reports/saved/{saved.pk}/", headers={"accept-language": "en"}).content.decode()
    assert monthly.trouble and monthly.trouble in told


def test_a_schedule_in_trouble_is_tried_again_when_it_is_due_next(monthly, owner, saved, noon):
    role = owner.groups.get()
    take_the_role(owner, saved)
    scheduling.fire_due(at=noon)
    owner.groups.set([role])
    (run,) = scheduling.fire_due(at=noon.replace(month=11))
    monthly.refresh_from_db()
    assert (monthly.trouble, monthly.last_run) == ("", run)


def test_the_trouble_of_one_schedule_is_not_that_of_the_next(monthly, saved, noon):
    broken = SavedReport.objects.create(name="Broken", report="no-longer-there", owner=makers.author())
    Schedule.objects.create(saved_report=broken, day_of_month=1, begins=date(2025, 9, 1))
    late = Schedule.objects.create(saved_report=saved, day_of_month=2, begins=date(2025, 9, 1))
    runs = scheduling.fire_due(at=noon)
    assert [schedule.last_run for schedule in Schedule.objects.filter(last_run__isnull=False).order_by("pk")] == runs
    assert len(runs) == 2 and late.pk
