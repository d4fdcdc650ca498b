import csv
import io
from datetime import date

import pytest

from missions.models import Contribution, ImportRun
from reports import run as runs
from reports.catalogue import REPORTS
from reports.models import Format, ReportRun, ReportRunEnd
from reports.writers import as_csv
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def months(noon):
    mission = makers.golan_mission()
    run = ImportRun.objects.create(kind="contributions", file_name="=evil.csv", sha256="0" * 64, at=noon, plan={},
                                   source=None)  # fmt: skip
    for month, total in ((date(2025, 8, 31), 139), (date(2025, 9, 30), 138)):
        Contribution.objects.create(run=run, known_from=noon, contributor=makers.country(), mission=mission, month=month,
                                    personnel_type="troops", men=total - 2, women=2, total=total)  # fmt: skip


def test_strength_by_month_comes_as_csv_with_its_run_and_end(client, months):
    client.force_login(makers.person_of_role("report staff"))
    response = client.get("/reports/strength-by-month.csv", {"start": "2025-09-01"}, headers={"accept-language": "en"})
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeffMonth,Mission,Category,Men,Women,Total,Source")
    assert list(csv.reader(io.StringIO(text)))[1:] == [["2025-09-30", "UNDOF", "troops", "136", "2", "138", ""]]
    run = ReportRun.objects.get()
    assert (run.by.username, run.format, run.end.rows, len(run.end.sha256)) == ("report-staff", "csv", 1, 64)


def test_a_report_is_refused_without_its_permission_and_leaves_no_run(client, months):
    client.force_login(makers.person_of_role("author"))
    assert client.get("/reports/strength-by-month.csv").status_code == 403
    assert client.get("/reports/").status_code == 403
    assert not ReportRun.objects.exists()


def test_a_period_turned_round_is_an_error_at_the_field(client, months):
    client.force_login(makers.person_of_role("report staff"))
    response = client.get("/reports/strength-by-month.csv", {"start": "2025-09-01", "end": "2025-01-01"})
    assert response.status_code == 400 and response.context["form"].errors["end"]
    assert not ReportRun.objects.exists()


def test_a_download_that_breaks_off_says_where(months, noon):
    report = REPORTS["strength-by-month"]
    run = runs.open_run(report, parameters={}, on=noon.date(), known_at=None, language="en", format=Format.CSV,
                        by=makers.person_of_role("report staff"), at=noon)  # fmt: skip
    stream = runs.stream(report, run, parameters={})
    next(stream)
    stream.close()
    end = ReportRunEnd.objects.get(run=run)
    assert end.broke_off and not end.sha256


def test_no_cell_can_run_as_a_formula():
    text = b"".join(as_csv(["a"], [("=1+1",), ("+1",), ("-1",), ("@x",), ("\tx",), (-5,), ("fine",)])).decode()
    assert [row[0] for row in csv.reader(io.StringIO(text[1:]))] == [
        "a",
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "-5",
        "fine",
    ]
