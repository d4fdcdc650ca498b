from datetime import date, timedelta

import pytest

from missions.models import Contribution, ImportRun
from reports import run as runs
from reports.models import ReportRun, ReportRunEnd
from reports.writers.csv_file import cell
from tests import makers, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def months(noon):
    mission = makers.golan_mission()
    run = ImportRun.objects.create(kind="contributions", file_name="=evil.csv", sha256="0" * 64, at=noon, plan={},
                                   source=None)  # fmt: skip
    for month, total in ((date(2025, 8, 31), 139), (date(2025, 9, 30), 138)):
        Contribution.objects.create(run=run, known_from=noon, contributor=makers.country(), mission=mission, month=month,
                                    personnel_type="troops", men=total - 2, women=2, total=total)  # fmt: skip


def test_strength_by_month_comes_as_csv_with_its_run_and_end(months, noon):
    staff = makers.person_of_role("report staff")
    run, content = taking.taken("strength-by-month", noon, by=staff, start=date(2025, 9, 1))
    assert content.decode().startswith("\ufeffMonth,Mission,Category,Men,Women,Total,Source\n")
    assert taking.read_csv(content)[1:] == [["2025-09-30", "UNDOF", "troops", "136", "2", "138", ""]]
    kept = ReportRun.objects.get()
    assert (kept.by, kept.format, kept.end.rows, len(kept.end.sha256)) == (staff, "csv", 1, 64)
    assert kept.parameters == {"start": "2025-09-01"} and run.known_on == noon


def test_a_report_is_refused_without_its_permission_and_leaves_no_run(client, months, noon):
    author = makers.person_of_role("author")
    with pytest.raises(runs.CannotTake):
        taking.opened("strength-by-month", noon, by=author)
    client.force_login(author)
    assert client.get("/reports/").status_code == 403
    assert not ReportRun.objects.exists()


def test_a_download_that_breaks_off_says_where(months, noon):
    run = taking.opened("strength-by-month", noon, by=makers.person_of_role("report staff"))
    stream = runs.stream(run)
    next(stream)
    stream.close()
    end = ReportRunEnd.objects.get(run=run)
    assert end.broke_off and not end.sha256


def test_a_stream_whose_server_was_killed_is_not_on_its_way_for_ever(months, noon):
    staff = makers.person_of_role("report staff")
    killed, fresh = (taking.opened("strength-by-month", at, by=staff) for at in (noon - timedelta(days=2), noon))
    ended, _content = taking.taken("strength-by-month", noon - timedelta(days=2), by=staff)
    for _twice in range(2):
        runs.end_abandoned(at=noon)
    assert ReportRunEnd.objects.get(run=killed).broke_off == runs.NEVER_ENDED
    assert not ReportRunEnd.objects.filter(run=fresh).exists() and ended.end.sha256


def test_no_cell_can_run_as_a_formula():
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", -5, "fine"]
    assert [cell(text) for text in texts] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", -5, "fine"]
