"""Saved reports: words stay words, a role shares them, one click takes them, and a schedule has them made."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group

from ledger.models import Entry
from ledger.roles import ROLES
from reports import catalogue, saving
from reports.forms import ReportForm, as_typed
from reports.models import ReportRun, SavedReport, Schedule
from tests import makers, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]
STRENGTH = "strength-by-month"
LAST_MONTH = {"period": "last_month", "on": "end_of_last_month", "missions": "UNDOF", "language": "ru"}


@pytest.fixture
def staff(client):
    person = makers.person_of_role("report staff")
    client.force_login(person)
    makers.golan_mission()
    return person


def saved_by(person, at, kept=None, **values):
    values = {"language": "en", "format": "csv", **values}
    report = catalogue.REPORTS[values.pop("report", STRENGTH)]
    return saving.save(values.pop("name", "Monthly"), report, kept or {}, by=person, at=at, **values)


# --- words and days


@pytest.mark.parametrize(
    ("kept", "start", "end", "on"),
    [
        ({"period": "last_month"}, date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1)),
        ({"period": "this_month", "on": "today"}, date(2024, 3, 1), date(2024, 3, 31), date(2024, 3, 1)),
        ({"period": "last_three_months"}, date(2023, 12, 1), date(2024, 2, 29), date(2024, 3, 1)),
        ({"period": "last_twelve_months"}, date(2023, 3, 1), date(2024, 2, 29), date(2024, 3, 1)),
        ({"period": "this_year"}, date(2024, 1, 1), date(2024, 12, 31), date(2024, 3, 1)),
        ({"period": "last_year", "on": "end_of_last_year"}, date(2023, 1, 1), date(2023, 12, 31), date(2023, 12, 31)),
        ({"on": "end_of_last_month"}, None, None, date(2024, 2, 29)),
        ({"start": "2014-01-01", "on": "2025-10-20"}, date(2014, 1, 1), None, date(2025, 10, 20)),
    ],
)  # fmt: skip
def test_saved_words_mean_the_days_of_the_day_on_which_they_are_taken(kept, start, end, on):
    at = datetime(2024, 3, 1, 9, tzinfo=ZoneInfo("Asia/Almaty"))
    values, day, known_at = saving.resolve(kept, today=date(2024, 3, 1), at=at)
    assert (values.get("start"), values.get("end"), day, known_at) == (start, end, on, at)


def test_what_was_known_on_a_saved_day_is_asked_as_of_its_end_and_never_of_later_than_now(noon):
    kept = {"known_on": "2025-10-20"}
    known = saving.resolve(kept, today=noon.date(), at=noon)[2]
    assert known.isoformat().startswith("2025-10-20T23:59:59")
    assert saving.resolve({"known_on": noon.date().isoformat()}, today=noon.date(), at=noon)[2] == noon


@pytest.mark.parametrize("kept", [{"period": "last_decade"}, {"on": "yesterdayish"}, {"start": "2025"}])
def test_a_word_that_is_none_is_refused_and_not_guessed(noon, kept):
    with pytest.raises(ValueError):
        saving.resolve(kept, today=noon.date(), at=noon)


@pytest.mark.parametrize(
    "kept",
    [
        {}, {"period": "last_month", "on": "end_of_last_month"}, {"start": "2025-01-01", "on": "2025-10-20"},
        {"end": "2025-01-31", "missions": ["UNDOF"], "categories": ["troops"]}, {"known_on": "2025-10-20"},
        {"known_on": "2025-10-20T10:30:00+05:00"},
    ],
)  # fmt: skip
def test_what_is_kept_comes_back_from_the_form_as_it_was(noon, kept):
    makers.golan_mission()
    form = ReportForm({**as_typed(kept), "language": "en"}, report=catalogue.REPORTS[STRENGTH], at=noon)
    assert form.is_valid(), form.errors
    assert form.kept() == kept
    typed = {}
    for name, text in form.hidden():
        typed.setdefault(name, []).append(text)
    flat = {name: texts if name in ("missions", "categories") else texts[0] for name, texts in typed.items()}
    again = ReportForm(flat, report=catalogue.REPORTS[STRENGTH], at=noon)
    assert again.is_valid() and again.kept() == kept


# --- saving and sharing


def test_the_form_is_saved_with_its_words_and_comes_back_filled_in(client, staff):
    role = Group.objects.get(name="report staff")
    client.post(
        f"/reports/{STRENGTH}/save", {**LAST_MONTH, "name": "For the board", "format": "csv", "shared_with": role.pk}
    )
    saved = SavedReport.objects.get()
    assert saved.parameters == {"period": "last_month", "on": "end_of_last_month", "missions": ["UNDOF"]}
    assert (saved.owner, saved.shared_with, saved.language) == (staff, role, "ru")
    form = client.get(f"/reports/{STRENGTH}/?saved={saved.pk}").context["form"]
    assert form.kept() == saved.parameters and form.cleaned_data["language"] == "ru"
    page = client.get(f"/reports/saved/{saved.pk}/").content.decode()
    assert "last month" in page and "UNDOF" in page


def test_a_name_is_used_once_and_what_was_typed_is_kept(client, staff, noon):
    saved_by(staff, noon)
    page = client.post(f"/reports/{STRENGTH}/save", {**LAST_MONTH, "name": "Monthly", "format": "csv"})
    assert "name" in page.context["keeping"].errors and 'value="Monthly"' in page.content.decode()
    assert SavedReport.objects.count() == 1


def test_a_saved_report_is_changed_in_its_place_or_saved_as_another(client, staff, noon):
    saved = saved_by(staff, noon)
    sent = {**LAST_MONTH, "name": "Monthly", "format": "csv", "saved": saved.pk}
    client.post(f"/reports/{STRENGTH}/save", {**sent, "over": "1"})
    saved.refresh_from_db()
    assert saved.parameters["period"] == "last_month"
    client.post(f"/reports/{STRENGTH}/save", {**sent, "name": "Another"})
    assert set(SavedReport.objects.values_list("name", flat=True)) == {"Monthly", "Another"}
    client.post(f"/reports/saved/{saved.pk}/change", {"name": "Renamed", "format": "csv", "shared_with": ""})
    client.post(f"/reports/saved/{saved.pk}/delete")
    assert SavedReport.objects.get().name == "Another"
    assert list(Entry.objects.filter(noun="reports.savedreport").order_by("pk").values_list("verb", flat=True)) == [
        "add", "change", "add", "change", "delete"
    ]  # fmt: skip


def test_a_report_is_shared_with_a_role_of_ones_own_only(client, staff):
    other = Group.objects.get(name="editor")
    client.post(
        f"/reports/{STRENGTH}/save", {**LAST_MONTH, "name": "For them", "format": "csv", "shared_with": other.pk}
    )
    assert not SavedReport.objects.exists()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_shared_report_is_seen_by_those_of_the_role_who_may_take_it_and_never_changed_by_them(client, noon, role):
    owner = makers.person_of_role("report staff", "owner")
    saved = saved_by(owner, noon, name="For all of us")
    for group in Group.objects.filter(name=role):
        saved.shared_with = group
        saved.save()
    reader = makers.person_of_role(role, "reader")
    client.force_login(reader)
    may = "reports.run_reports" in ROLES[role]
    assert client.get(f"/reports/saved/{saved.pk}/").status_code == (200 if may else 404)
    home = client.get("/reports/")
    assert ("For all of us" in home.content.decode()) == may
    assert client.post(f"/reports/saved/{saved.pk}/take").status_code == (200 if may else 404)
    for verb in ("change", "delete", "schedule"):
        assert client.post(f"/reports/saved/{saved.pk}/{verb}", {"name": "x"}).status_code == 404
    assert SavedReport.objects.get().name == "For all of us"


def test_what_is_not_shared_is_nobody_elses(client, noon):
    saved = saved_by(makers.person_of_role("report staff", "owner"), noon, name="Mine alone")
    client.force_login(makers.person_of_role("administrator"))
    assert client.get(f"/reports/saved/{saved.pk}/").status_code == 404
    assert client.get(f"/reports/{STRENGTH}/?saved={saved.pk}").status_code == 404
    assert "Mine alone" not in client.get("/reports/").content.decode()


# --- taking


def test_one_click_takes_a_saved_report_as_of_today(client, staff, noon):
    makers.un_month(noon, "KAZ", 138, date(2025, 9, 30))
    saved = saved_by(staff, noon, {"start": "2025-09-01"})
    response = client.post(f"/reports/saved/{saved.pk}/take")
    rows = taking.read_csv(b"".join(response.streaming_content))
    assert len(rows) == 2 and ReportRun.objects.get().parameters == {"start": "2025-09-01"}


def test_a_saved_word_that_is_no_more_is_said_and_nothing_leaves(client, staff, noon):
    saved = saved_by(staff, noon, {"period": "last_month"})
    SavedReport.objects.update(parameters={"period": "last_decade"})
    response = client.post(f"/reports/saved/{saved.pk}/take", follow=True)
    assert "cannot be asked any more" in response.content.decode() and not ReportRun.objects.exists()


def test_a_saved_report_with_personal_data_asks_its_purpose_at_each_taking(client, noon, roll):
    officer = makers.person_of_role("records officer")
    saved = saved_by(officer, noon, report=roll.slug)
    client.force_login(officer)
    response = client.post(f"/reports/saved/{saved.pk}/take", follow=True)
    page = response.content.decode()
    assert "say what you need it for" in page and "Mysalov" not in page and not ReportRun.objects.exists()


def test_a_saved_report_says_what_goes_with_it_before_it_is_deleted(client, staff, noon):
    saved = saved_by(staff, noon)
    assert "It goes for everybody who sees it. What was taken stays." in page_of(client, saved)
    client.post(f"/reports/saved/{saved.pk}/schedule", {"day_of_month": 5, "begins": "2025-11-01"})
    assert "what has it made each month goes with it" in page_of(client, saved)


def page_of(client, saved):
    return client.get(f"/reports/saved/{saved.pk}/").content.decode()


# --- schedules


def test_a_schedule_is_made_paused_and_deleted_by_the_owner_alone(client, staff, noon):
    saved = saved_by(staff, noon)
    client.post(
        f"/reports/saved/{saved.pk}/schedule", {"day_of_month": 5, "begins": "2025-11-01", "wants_letter": "on"}
    )
    made = Schedule.objects.get()
    assert (made.day_of_month, made.begins, made.wants_letter, made.paused) == (5, date(2025, 11, 1), True, False)
    client.post(f"/reports/schedules/{made.pk}/pause")
    assert Schedule.objects.get().paused
    client.force_login(makers.person_of_role("administrator"))
    for verb in ("pause", "delete"):
        assert client.post(f"/reports/schedules/{made.pk}/{verb}").status_code == 404
    client.force_login(staff)
    client.post(f"/reports/schedules/{made.pk}/pause")
    assert not Schedule.objects.get().paused
    client.post(f"/reports/schedules/{made.pk}/delete")
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("day", ["0", "29", "31", ""])
def test_a_schedule_has_a_day_that_every_month_has(client, staff, noon, day):
    saved = saved_by(staff, noon)
    page = client.post(f"/reports/saved/{saved.pk}/schedule", {"day_of_month": day, "begins": "2025-11-01"})
    assert "day_of_month" in page.context["schedule"].errors or page.context["schedule"].errors
    assert not Schedule.objects.exists()


def test_personal_data_are_scheduled_for_a_purpose_only(client, noon, roll):
    chief = makers.person_of_role("administrator")
    saved = saved_by(chief, noon, report=roll.slug)
    client.force_login(chief)
    sent = {"day_of_month": 5, "begins": "2025-11-01"}
    assert "purpose" in client.post(f"/reports/saved/{saved.pk}/schedule", sent).context["schedule"].errors
    client.post(f"/reports/saved/{saved.pk}/schedule", {**sent, "purpose": "The monthly parade"})
    assert Schedule.objects.get().purpose == "The monthly parade"
    with pytest.raises(saving.CannotSave):
        saving.schedule(
            saved, day_of_month=5, begins=noon.date() + timedelta(days=1), wants_letter=False, by=chief, at=noon
        )
