"""Big runs in the background: made whole, told as they stand, kept for their time, and fetched by the entitled."""

import hashlib
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from ledger.models import Entry, User
from reports import background, making
from reports.catalogue import REPORTS
from reports.models import Download, PreparedFile, SavedReport, Schedule
from tests import big_runs, makers, taking
from tests.big_runs import ROWS, files, report_of, tidy
from tests.losing import lose_the_role

pytestmark = pytest.mark.django_db
# Fixtures.
at_noon, numbers, prepare, ready, staff = (
    big_runs.at_noon,
    big_runs.numbers,
    big_runs.prepare,
    big_runs.ready,
    big_runs.staff,
)


def test_a_file_from_the_background_is_the_one_that_would_have_been_streamed(prepare, noon, work_off):
    _direct, content = taking.taken("numbers", noon)
    prepared = prepare()
    assert background.standing(prepared, noon).words == "waits for a worker"
    work_off()
    prepared.refresh_from_db()
    assert prepared.file.read() == content
    assert (prepared.bytes, prepared.rows_done, prepared.attempts) == (len(content), ROWS, 1)
    assert prepared.file_sha256 == prepared.run.end.sha256 == hashlib.sha256(content).hexdigest()
    assert prepared.expires_at - prepared.ready_at == timedelta(days=7)
    assert prepared.file.name.startswith(f"reports/{prepared.run_id}-") and len(prepared.file.name) > 30


def test_a_task_is_written_with_the_file_or_not_at_all(noon, staff, monkeypatch):
    run = taking.opened("numbers", noon, by=staff)
    monkeypatch.setattr(type(background.make), "enqueue", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        background.prepare(run, rows_expected=1, wants_letter=False, at=noon)
    assert not PreparedFile.objects.exists() and not DBTaskResult.objects.exists()


def test_what_people_read_of_a_file_follows_the_clock(prepare, noon):
    prepared = prepare()
    prepared.state, prepared.beat_at = "working", noon
    told = background.standing(prepared, noon + timedelta(seconds=59))
    assert (told.words, told.is_going_on) == ("is being made", True)
    told = background.standing(prepared, noon + timedelta(seconds=61))
    assert (told.words, told.is_going_on) == ("its worker was lost; another takes it up", True)
    prepared.state, prepared.expires_at = "ready", noon + timedelta(days=7)
    told = background.standing(prepared, noon)
    assert (told.words, told.is_ready) == ("is ready", True)
    told = background.standing(prepared, noon + timedelta(days=7))
    assert (told.words, told.is_ready, told.is_going_on) == ("has expired", False, False)


def test_a_download_goes_no_further_for_who_lost_the_right_meanwhile(client, ready, staff, at_noon):
    client.force_login(staff)
    address = reverse("report-file", args=[ready.run_id])
    assert client.get(address, headers={"range": "bytes=0-9"}).status_code == 206
    lose_the_role(staff)
    assert client.get(address, headers={"range": "bytes=10-"}).status_code == 404
    assert Download.objects.count() == 1


def test_one_letter_says_that_a_file_is_ready_and_only_to_who_wants_it(prepare, noon, staff, mailoutbox,
                                                                      django_capture_on_commit_callbacks):  # fmt: skip
    for wants_letter in (True, False):
        prepared = prepare(wants_letter=wants_letter)
        with django_capture_on_commit_callbacks(execute=True):
            making.make(prepared.pk, clock=lambda: noon)
            making.make(prepared.pk, clock=lambda: noon)
            tidy(at=noon + timedelta(minutes=5))
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["staff@house.example"], "Ready: Numbers")
    first = PreparedFile.objects.get(wants_letter=True)
    assert reverse("report-run", args=[first.run_id]) in letter.body and "30 October 2025" in letter.body


def test_a_file_whose_time_is_over_is_deleted_and_its_proof_stays(client, ready, noon, staff, monkeypatch):
    address = reverse("report-file", args=[ready.run_id])
    over = noon + timedelta(days=7)
    monkeypatch.setattr("django.utils.timezone.now", lambda: over)
    client.force_login(staff)
    # Nobody has tidied yet: it is over all the same.
    assert client.get(address).status_code == 410
    assert files() != []
    tidy(at=over)
    page = client.get(address)
    assert page.status_code == 410 and "no-store" in page["Cache-Control"]
    ready.refresh_from_db()
    assert (ready.state, ready.file.name, files()) == ("expired", "", [])
    assert ready.run.end.sha256 and not Download.objects.exists()
    assert Entry.objects.filter(verb="expire", object_id=str(ready.run_id)).count() == 1


def test_what_a_killed_worker_left_in_the_storage_is_deleted(prepare, noon, staff):
    prepared = prepare()
    name = default_storage.save("reports/left.csv", ContentFile(b"half"))
    PreparedFile.objects.update(file=name, state="working", attempts=1, beat_at=noon)
    background.cancel(prepared, by=staff, at=noon)
    tidy(at=noon)
    assert files() == []


def test_a_download_that_broke_off_goes_on_where_it_ended(client, ready, noon, staff, at_noon):
    client.force_login(staff)
    address = reverse("report-file", args=[ready.run_id])
    whole = client.get(address, HTTP_ACCEPT_ENCODING="gzip")
    content = whole.getvalue()
    assert whole["Content-Length"] == str(ready.bytes) and whole["ETag"] == f'"{ready.file_sha256}"'
    assert whole["Accept-Ranges"] == "bytes" and whole["Cache-Control"] == "private, no-store"
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Disposition"] == 'attachment; filename="numbers-2025-10-23.csv"'
    assert hashlib.sha256(content).hexdigest() == ready.file_sha256
    rest = client.get(address, HTTP_RANGE="bytes=1000-", HTTP_IF_RANGE=whole["ETag"], HTTP_ACCEPT_ENCODING="gzip")
    assert (rest.status_code, rest["Content-Range"]) == (206, f"bytes 1000-{ready.bytes - 1}/{ready.bytes}")
    assert content[:1000] + rest.getvalue() == content
    fetched = list(Download.objects.order_by("pk").values_list("by", "first_byte", "at"))
    assert fetched == [(staff.pk, 0, noon), (staff.pk, 1000, noon)]
    assert Entry.objects.filter(verb="fetch", by=staff, object_id=str(ready.run_id)).count() == 2


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ({"HTTP_RANGE": "bytes=10-19"}, 206, slice(10, 20)),
        ({"HTTP_RANGE": "bytes=-7"}, 206, slice(-7, None)),
        ({"HTTP_RANGE": "bytes=0-99999999"}, 206, slice(None)),
        ({"HTTP_RANGE": "bytes=-99999999"}, 206, slice(None)),
        ({"HTTP_RANGE": "bytes=5-", "HTTP_IF_RANGE": '"another"'}, 200, slice(None)),
        ({"HTTP_RANGE": "bytes=5-", "HTTP_IF_RANGE": "Thu, 23 Oct 2025 07:00:00 GMT"}, 200, slice(None)),
        ({"HTTP_RANGE": "bytes=0-1,5-6"}, 200, slice(None)),
        ({"HTTP_RANGE": "bytes=9-5"}, 200, slice(None)),
        ({"HTTP_RANGE": "rows=1-2"}, 200, slice(None)),
        ({"HTTP_RANGE": f"bytes={'9' * 5000}-"}, 200, slice(None)),  # no number that Python reads
        ({"HTTP_RANGE": "bytes=99999999-"}, 416, None),
        ({"HTTP_RANGE": "bytes=-0"}, 416, None),
    ],
)
def test_each_range_of_bytes_is_answered_as_http_says(client, ready, staff, at_noon, asked, status, part):
    client.force_login(staff)
    answer = client.get(reverse("report-file", args=[ready.run_id]), **asked)
    assert answer.status_code == status
    assert Download.objects.count() == (status != 416)
    if part is None:
        assert (answer["Content-Range"], answer.content) == (f"bytes */{ready.bytes}", b"")
    else:
        assert answer.getvalue() == ready.file.read()[part]


def test_asking_for_the_heads_alone_fetches_nothing(client, ready, staff, at_noon):
    client.force_login(staff)
    answer = client.head(reverse("report-file", args=[ready.run_id]))
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(ready.bytes), b"")
    assert not Download.objects.exists()


def test_a_file_that_is_not_ready_leads_to_the_page_of_its_run(client, prepare, staff, at_noon):
    client.force_login(staff)
    run = prepare().run
    assert client.get(reverse("report-file", args=[run.pk]))["Location"] == reverse("report-run", args=[run.pk])


WIDER = "missions.view_person"
# Who: what they hold, whether they took it, whether a schedule's role of theirs shares it; and what they may fetch of a
# plain run, one that a permission widened, and one of personal data.
MAY = {
    "its taker": ({"run_reports"}, True, False, (True, False, False)),
    "its taker, who sees people": ({"run_reports", "view_person"}, True, False, (True, True, False)),
    "its taker, who may take personal data": ({"run_reports", "take_personal_data"}, True, False, (True, False, True)),
    "its taker, who lost the right since": (set(), True, False, (False, False, False)),
    "a colleague": ({"run_reports", "view_person", "take_personal_data"}, False, False, (False, False, False)),
    "a colleague of the role": ({"run_reports"}, False, True, (True, False, False)),
    "of the role, who sees people": ({"run_reports", "view_person"}, False, True, (True, True, False)),
    "of the role, who may take personal data": (
        {"run_reports", "take_personal_data"},
        False,
        True,
        (True, False, True),
    ),
    "of the role without the right": (set(), False, True, (False, False, False)),
}


@pytest.mark.parametrize("who", MAY)
def test_a_file_is_handed_to_those_in_the_table_and_to_nobody_else(client, ready, noon, monkeypatch, at_noon, who):
    held, is_taker, is_shared, may = MAY[who]
    person = User.objects.create_user("person", password="a long pass phrase", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=held))
    role = Group.objects.create(name="sharers")
    saved = SavedReport.objects.create(name="n", report="numbers", owner=makers.author(), shared_with=role)
    if is_shared:
        person.groups.add(role)
    client.force_login(person)
    content = ready.file.read()
    for kind, allowed in zip(("plain", "widened", "personal"), may, strict=True):
        report = report_of(lambda asked: [], is_personal=kind == "personal")
        monkeypatch.setitem(REPORTS, "numbers", report)
        run = taking.opened("numbers", noon, by=None)
        run.pk, run.by = None, person if is_taker else makers.author()
        run.grants = [WIDER] if kind == "widened" else []
        run.save()
        Schedule.objects.create(saved_report=saved, day_of_month=1, begins=noon.date(), last_run=run)
        PreparedFile.objects.create(
            run=run, state="ready", file=ready.file.name, bytes=ready.bytes, file_sha256=ready.file_sha256,
            expires_at=ready.expires_at,
        )  # fmt: skip
        answer = client.get(reverse("report-file", args=[run.pk]))
        assert answer.status_code == (200 if allowed else 404), kind
        assert (answer.getvalue() == content) == allowed
        assert Download.objects.filter(run=run).exists() == allowed


def test_nobody_is_told_which_runs_there_are(client, ready, at_noon):
    address = reverse("report-file", args=[ready.run_id])
    assert "/login/" in client.get(address)["Location"]
    client.force_login(makers.person_of_role("administrator"))
    assert client.get(address).status_code == client.get(reverse("report-file", args=[10**6])).status_code == 404


def test_the_librarys_list_of_tasks_is_not_on_the_desk(client):
    client.force_login(User.objects.create_superuser("above", password="a long pass phrase"))
    assert client.get("/admin/django_tasks_database/dbtaskresult/").status_code == 404


def test_old_tasks_are_forgotten(prepare, noon):
    prepare(), prepare(), prepare()
    old, young, killed = DBTaskResult.objects.order_by("pk")
    at = noon + timedelta(days=15)
    for task, values in (
        (old, {"status": "SUCCESSFUL", "finished_at": noon}),
        (young, {"status": "SUCCESSFUL", "finished_at": at}),
        (killed, {"status": "RUNNING", "started_at": noon}),
    ):
        DBTaskResult.objects.filter(pk=task.pk).update(**values)
    PreparedFile.objects.update(state="failed")
    tidy(at=at)
    assert DBTaskResult.objects.get() == young
