"""Files of reports in the making: workers that die, runs that are cancelled, takers who lose what they may."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from ledger.models import Entry
from reports import background, making
from reports.catalogue import REPORTS
from reports.models import PreparedFile, ReportRunEnd
from reports.rows import CannotWrite
from tests import big_runs, makers
from tests.big_runs import ROWS, files, report_of, tidy, while_it_is_made
from tests.losing import LOSSES

pytestmark = pytest.mark.django_db
# Fixtures.
numbers, prepare, staff = big_runs.numbers, big_runs.prepare, big_runs.staff


def test_a_worker_that_was_thought_dead_ends_no_run_a_second_time(prepare, noon, monkeypatch):
    prepared, later = prepare(), noon + timedelta(seconds=61)

    def another_takes_it_up():
        tidy(at=later)
        making.make(prepared.pk, clock=lambda: later)

    while_it_is_made(monkeypatch, another_takes_it_up)
    making.make(prepared.pk, clock=lambda: noon)
    prepared.refresh_from_db()
    end = ReportRunEnd.objects.get()
    assert (end.at, end.rows, prepared.attempts, prepared.ready_at) == (later, ROWS, 2, later)
    assert files() == [prepared.file.name.removeprefix("reports/")]


def test_a_worker_that_lives_keeps_its_file_and_no_other_makes_it_too(prepare, noon, monkeypatch):
    prepared, soon = prepare(), noon + timedelta(seconds=59)

    def another_asks():
        tidy(at=soon)
        making.make(prepared.pk, clock=lambda: soon)

    while_it_is_made(monkeypatch, another_asks)
    making.make(prepared.pk, clock=lambda: noon)
    prepared.refresh_from_db()
    assert (prepared.attempts, prepared.state, prepared.run.end.at) == (1, "ready", noon)


def test_a_run_whose_workers_were_killed_three_times_has_failed_and_says_so(prepare, noon, mailoutbox,
                                                                            django_capture_on_commit_callbacks):  # fmt: skip
    prepared, at = prepare(wants_letter=True), noon
    for _worker in range(3):
        assert making._take_up(prepared.pk, at=at)
        at += timedelta(seconds=61)
        with django_capture_on_commit_callbacks(execute=True):
            tidy(at=at)
            tidy(at=at)
    prepared.refresh_from_db()
    assert (prepared.state, prepared.run.end.broke_off) == ("failed", background.KILLED)
    (letter,) = mailoutbox
    assert letter.subject == "Not made: Numbers" and background.KILLED in letter.body
    assert reverse("report-run", args=[prepared.run_id]) in letter.body


def test_a_file_whose_task_was_lost_gets_another_and_only_one(prepare, noon):
    prepared = prepare()
    tidy(at=noon)
    assert DBTaskResult.objects.count() == 1
    DBTaskResult.objects.all().delete()
    tidy(at=noon)
    tidy(at=noon)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [prepared.pk]
    # A worker that was killed between taking the task and taking up the file.
    DBTaskResult.objects.update(status="RUNNING", started_at=noon)
    tidy(at=noon + timedelta(seconds=59))
    assert DBTaskResult.objects.count() == 1
    tidy(at=noon + timedelta(seconds=61))
    assert DBTaskResult.objects.count() == 2


def test_a_run_that_is_cancelled_ends_at_once_and_leaves_no_file(prepare, noon, staff, monkeypatch):
    prepared = prepare()
    while_it_is_made(monkeypatch, lambda: background.cancel(PreparedFile.objects.get(), by=staff, at=noon))
    making.make(prepared.pk, clock=lambda: noon)
    prepared.refresh_from_db()
    assert (prepared.state, prepared.cancel_asked_at) == ("cancelled", noon)
    assert (prepared.run.end.broke_off, prepared.run.end.sha256) == ("cancelled by its taker", "")
    assert files() == []
    assert Entry.objects.filter(verb="cancel", by=staff, object_id=str(prepared.run_id)).count() == 1
    with pytest.raises(background.CannotCancel, match="has ended"):
        background.cancel(prepared, by=staff, at=noon)


def test_a_run_that_is_cancelled_while_its_file_is_stored_leaves_none(prepare, noon, staff, monkeypatch):
    prepared, store = prepare(), default_storage.save

    def cancelled(*arguments):
        background.cancel(prepared, by=staff, at=noon)
        return store(*arguments)

    monkeypatch.setattr(default_storage, "save", cancelled)
    making.make(prepared.pk, clock=lambda: noon)
    prepared.refresh_from_db()
    assert (prepared.state, files()) == ("cancelled", [])


def test_nobody_cancels_the_run_of_another(prepare, noon):
    prepared = prepare()
    with pytest.raises(background.CannotCancel, match="who takes"):
        background.cancel(prepared, by=makers.person_of_role("administrator"), at=noon)
    prepared.refresh_from_db()
    assert prepared.state == "waiting"


def test_a_worker_that_ends_hands_its_file_back_uncounted(prepare, noon, monkeypatch):
    prepared = prepare()
    while_it_is_made(monkeypatch, making.leaving.set)
    making.make(prepared.pk, clock=lambda: noon)
    making.leaving.clear()
    prepared.refresh_from_db()
    assert (prepared.state, prepared.attempts, files()) == ("waiting", 0, [])
    assert background.standing(prepared, noon).words == "waits for a worker"
    assert not ReportRunEnd.objects.exists()


def test_a_failure_tells_its_kind_and_nothing_of_what_stood_in_the_cells(prepare, noon, staff, monkeypatch):
    def fails(error):
        def rows(asked):
            yield 1, "row"
            raise error

        monkeypatch.setitem(REPORTS, "numbers", report_of(rows))
        prepared = prepare()
        making.make(prepared.pk, clock=lambda: noon)
        prepared.refresh_from_db()
        assert (prepared.state, prepared.file.name) == ("failed", "")
        return prepared.run.end.broke_off

    assert fails(ValueError("Private Omar Oe's passport")) == "an error of the program: ValueError"
    assert fails(CannotWrite("Row 7, Words: too long.")) == "Row 7, Words: too long."


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("is_begun", [False, True])
def test_no_file_is_made_for_who_may_not_have_it_any_more(prepare, noon, staff, monkeypatch, lose, is_begun):
    prepared = prepare(rows_expected=None)
    if is_begun:
        while_it_is_made(monkeypatch, lambda: lose(staff))
    else:
        lose(staff)
    making.make(prepared.pk, clock=lambda: noon)
    prepared.refresh_from_db()
    assert (prepared.state, prepared.file.name, files()) == ("failed", "", [])
    assert prepared.run.end.broke_off == "its taker may not take it any more"
    assert (prepared.run.end.rows > 0) == is_begun
