"""A report that was taken can be asked again; and who took it hears when the record is corrected."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django_tasks_db.models import DBTaskResult

from missions.models import Contribution, ImportRun, Mission
from missions.signals import record_changed
from reports import recalls, verifying
from reports.catalogue import REPORTS
from reports.models import Format, Recall, ReportRun, Verification
from reports.writers import WRITERS
from tests import makers, taking

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = date(2025, 8, 31), date(2025, 9, 30)


@pytest.fixture
def staff(db):
    return makers.person_of_role("report staff")


@pytest.fixture
def months(noon):
    """Two months on the Golan, known since ten days."""
    return [makers.un_month(noon, "KAZ", total, month) for month, total in ((AUGUST, 139), (SEPTEMBER, 138))]


def correct(row, total, at):
    """This will let the record know another total of a month from `at` on, as an import does."""
    Contribution.objects.close([row.pk], at)
    row.run = ImportRun.objects.create(
        kind="contributions", file_name="months.csv", sha256="", at=at, plan={}, source=row.run.source
    )
    row.pk, row.known_from, row.known_until = None, at, None
    row.total, row.men, row.women = total, total, 0
    row.save(force_insert=True)
    return row


def test_a_run_is_the_same_when_it_is_asked_again_after_the_record_was_corrected(months, noon, staff):
    run, _content = taking.taken("strength-by-month", noon, by=staff)
    correct(months[1], 137, noon + timedelta(days=1))
    verification = verifying.verify(run, by=staff, at=noon + timedelta(days=2))
    assert verification.outcome == Verification.Outcome.SAME
    assert (verification.rows, verification.sha256) == (2, run.end.sha256)


def test_a_run_shows_which_rows_differ_today_and_which_import_changed_them(months, noon, staff):
    run, _content = taking.taken("strength-by-month", noon, by=staff)
    correct(months[1], 137, noon + timedelta(days=1))
    found = verifying.findings(run, at=noon + timedelta(days=2))
    ((before, after),) = found.differences.rows
    assert (before[0], before[5], after[0], after[5]) == (SEPTEMBER, 138, SEPTEMBER, 137)
    (change,) = found.changes
    assert "months.csv" in change.words and change.at == noon + timedelta(days=1)


def test_a_row_that_came_and_one_that_went_stand_alone(months, noon, staff):
    run, _content = taking.taken("strength-by-month", noon, by=staff)
    later = noon + timedelta(days=1)
    Contribution.objects.close([months[0].pk], later)
    makers.un_month(later + timedelta(days=10), "KAZ", 5, date(2025, 7, 31))
    rows = verifying.findings(run, at=later + timedelta(days=1)).differences.rows
    assert {(before and before[0], after and after[0]) for before, after in rows} == {
        (AUGUST, None), (None, date(2025, 7, 31)),
    }  # fmt: skip


def test_a_corrected_name_of_a_mission_changes_no_old_run(months, noon, staff):
    mission = makers.golan_mission()
    mission.history.update(history_date=noon - timedelta(days=20))
    run, content = taking.taken("strength-by-month", noon, by=staff)
    mission.acronym = "UNDOF-2"
    mission._history_date = noon + timedelta(days=1)
    mission.save()
    assert verifying.verify(run, by=staff, at=noon + timedelta(days=2)).outcome == Verification.Outcome.SAME
    found = verifying.findings(run, at=noon + timedelta(days=2))
    names = {(before and before[1], after and after[1]) for before, after in found.differences.rows}
    assert names == {("UNDOF", None), (None, "UNDOF-2")}
    assert "acronym: UNDOF → UNDOF-2" in found.changes[0].words
    assert b"UNDOF," in content


def test_what_was_tampered_with_in_the_database_does_not_pass_for_the_same(months, noon, staff):
    run, _content = taking.taken("strength-by-month", noon, by=staff)
    Contribution.objects.filter(pk=months[0].pk).update(total=140, men=140)
    verification = verifying.verify(run, by=staff, at=noon + timedelta(days=1))
    assert verification.outcome == Verification.Outcome.DIFFERS


def test_a_run_that_broke_off_cannot_be_verified(months, noon, staff):
    run = taking.opened("strength-by-month", noon, by=staff)
    with pytest.raises(verifying.CannotVerify):
        verifying.verify(run, by=staff, at=noon)
    assert not Verification.objects.exists()


def test_a_column_that_the_report_got_later_changes_no_old_run(months, noon, staff, monkeypatch):
    report = REPORTS["strength-by-month"]
    asked = taking.asked(report.slug, noon, by=staff)

    old = replace(report, columns=report.columns[:-1])
    monkeypatch.setitem(REPORTS, report.slug, old)
    run, _content = taking.taken(report.slug, noon, by=staff)
    monkeypatch.setitem(REPORTS, report.slug, report)
    assert len(asked.only) == 0
    assert verifying.verify(run, by=staff, at=noon).outcome == Verification.Outcome.SAME


def test_runs_ends_and_verifications_cannot_be_changed_or_deleted(months, noon, staff):
    run, _content = taking.taken("strength-by-month", noon, by=staff)
    made = verifying.verify(run, by=staff, at=noon)
    for row in (run.end, made, run):
        for change in (row.delete, row.save):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
    assert ReportRun.objects.count() == 1


def test_who_took_a_report_is_told_once_when_a_figure_of_it_is_corrected(months, noon, staff):
    run, _content = taking.taken("strength-by-month", noon, by=staff)
    early, _content = taking.taken("strength-by-month", noon, by=staff, on=AUGUST)
    correct(months[1], 137, noon + timedelta(days=1))
    for hours in (25, 26):
        recalls.find(since=noon + timedelta(hours=23), at=noon + timedelta(hours=hours))
    recall = Recall.objects.get()
    assert (recall.run, recall.rows) == (run, 1)
    assert list(recalls.waiting_for(staff)) == [recall] and not list(recalls.waiting_for(makers.author()))
    recalls.see(recall, by=staff, at=noon + timedelta(days=2))
    assert not recalls.waiting_for(staff).exists() and early.recalls.count() == 0


def test_another_countrys_figures_recall_nothing(months, noon, staff):
    taking.taken("strength-by-month", noon, by=staff)
    makers.un_month(noon + timedelta(days=11), "NPL", 500, SEPTEMBER)
    assert recalls.find(since=noon, at=noon + timedelta(days=2)) == []


def test_a_month_that_was_added_recalls_no_report_of_the_time_before(months, noon, staff):
    taking.taken("strength-by-month", noon, by=staff, on=SEPTEMBER)
    makers.un_month(noon + timedelta(days=11), "KAZ", 150, date(2025, 10, 31))
    assert recalls.find(since=noon, at=noon + timedelta(days=2)) == []


def test_a_change_of_the_record_lets_the_worker_look_for_runs_to_recall_and_waits_for_nobody(months, noon, staff):

    record_changed.send(sender=Mission, at=noon, by=None)
    assert not DBTaskResult.objects.exists()  # nothing was ever taken out
    taking.taken("strength-by-month", noon, by=staff)
    for _times in range(3):
        record_changed.send(sender=Mission, at=noon, by=None)
    assert DBTaskResult.objects.get().task_path == "reports.recalls.look"


def test_a_change_under_trial_says_which_past_reports_it_would_touch(months, noon, staff):
    run, _content = taking.taken("strength-by-month", noon, by=staff)
    taking.taken("strength-by-month", noon, by=staff, on=AUGUST)
    later = noon + timedelta(days=1)
    correct(months[1], 137, later)
    (touched,) = recalls.touched(since=later - timedelta(microseconds=1), at=later + timedelta(hours=1))
    assert (touched.run, touched.rows) == (run, 1)
    assert not Recall.objects.exists()


def test_every_format_that_is_there_can_be_verified(months, noon, staff):

    for format in WRITERS:
        run, _content = taking.taken("strength-by-month", noon, by=staff, format=Format(format))
        assert verifying.verify(run, by=staff, at=noon).outcome == Verification.Outcome.SAME
