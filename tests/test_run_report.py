"""`manage.py run_report`: the same report from a shell, with its row in the audit list."""

import hashlib
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from reports import catalogue
from reports.models import ReportRun
from reports.rows import CannotWrite
from reports.writers import WRITERS, csv_file
from tests import makers, taking

pytestmark = pytest.mark.django_db
STRENGTH = "strength-by-month"


@pytest.mark.parametrize("format", sorted(WRITERS))
def test_the_command_writes_the_file_and_its_row_in_the_audit_list(months, tmp_path, format):
    file = tmp_path / f"strength.{format}"
    call_command(
        "run_report", STRENGTH, "start=2025-09-01", "missions=UNDOF", format=format, out=str(file), language="ru"
    )
    run = ReportRun.objects.get()
    assert (run.channel, run.by, run.format, run.language, run.end.rows) == ("command", None, format, "ru", 1)
    assert run.parameters == {"start": "2025-09-01", "missions": ["UNDOF"]}
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    if WRITERS[format].is_summed_by_bytes:
        assert hashlib.sha256(file.read_bytes()).hexdigest() == run.end.sha256


def test_the_same_question_gives_the_same_bytes_in_the_shell_and_at_the_desk(months, tmp_path, noon):
    staff = makers.person_of_role("report staff")
    _run, content = taking.taken(STRENGTH, noon, by=staff, on=date(2025, 9, 30), known_at=noon)
    options = {"on": "2025-09-30", "known_on": noon.isoformat(), "language": "en", "by": staff.username}
    call_command("run_report", STRENGTH, out=str(tmp_path / "a.csv"), **options)
    assert (tmp_path / "a.csv").read_bytes() == content
    assert ReportRun.objects.filter(by=staff, known_on=noon, on=date(2025, 9, 30)).count() == 2


def test_words_for_days_are_taken_too(months, tmp_path):
    call_command("run_report", STRENGTH, "period=last_year", on="end_of_last_year", out=str(tmp_path / "a.csv"))
    run = ReportRun.objects.get()
    assert run.parameters["start"][4:] == "-01-01" and run.on.isoformat() == run.parameters["end"]


def test_the_file_can_go_to_the_standard_output(months, capfdbinary):
    call_command("run_report", STRENGTH, out="-", language="en")
    assert taking.read_csv(capfdbinary.readouterr().out)[0][0] == "Month"


@pytest.mark.parametrize(
    ("values", "options", "named"),
    [
        (["start=2025-13-01"], {}, "start:"), (["missions=NOWHERE"], {}, "missions: NOWHERE"),
        (["colour=red"], {}, "colour:"), (["missions"], {}, "missions:"), (["period=last_decade"], {}, "period:"),
        (["start=2025-09-02", "end=2025-09-01"], {}, "end:"), ([], {"on": "2025-02-30"}, "--on:"),
        ([], {"known_on": "soon"}, "--known-on:"), ([], {"known_on": "2999-01-01"}, "--known-on:"),
        ([], {"by": "nobody-here"}, "--by:"), ([], {"out": "/no/such/folder/a.csv"}, "--out:"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_and_no_file_is_left(months, tmp_path, values, options, named):
    with pytest.raises(CommandError) as refusal:
        call_command("run_report", STRENGTH, *values, **{"out": str(tmp_path / "a.csv"), **options})
    assert str(refusal.value).startswith(named) and refusal.value.returncode == 1
    assert not list(tmp_path.iterdir()) and not ReportRun.objects.exists()


def test_a_file_that_breaks_off_leaves_the_one_that_was_there(months, tmp_path, monkeypatch):
    def break_off(document):
        yield b"half a file"
        raise CannotWrite("Row 7 is too long.")

    monkeypatch.setattr(csv_file, "write", break_off)
    file = tmp_path / "a.csv"
    file.write_text("of yesterday")
    with pytest.raises(CommandError, match="Row 7"):
        call_command("run_report", STRENGTH, out=str(file))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["of yesterday"]
    assert "Row 7" in ReportRun.objects.get().end.broke_off


def test_who_answers_for_a_run_must_be_allowed_to_take_it(months, tmp_path):
    author = makers.person_of_role("author")
    with pytest.raises(CommandError, match="--by"):
        call_command("run_report", STRENGTH, out=str(tmp_path / "a.csv"), by=author.username)
    assert not ReportRun.objects.exists()


def test_personal_data_need_a_purpose_in_the_shell_too(roll, tmp_path):
    with pytest.raises(CommandError, match="--purpose"):
        call_command("run_report", roll.slug, out=str(tmp_path / "a.csv"))
    assert not ReportRun.objects.exists()
    call_command("run_report", roll.slug, out=str(tmp_path / "a.csv"), purpose="The parade")
    assert ReportRun.objects.get().purpose == "The parade"


def test_the_list_shows_every_report_with_its_parameters(roll, capsys):
    call_command("run_report", list=True)
    shown = capsys.readouterr().out
    for report in catalogue.REPORTS.values():
        assert f"{report.slug}: " in shown
    assert "  period=this_month|last_month|" in shown and "(personal data: --purpose)" in shown


def test_a_report_that_is_none_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no report nothing-of-the-kind"):
        call_command("run_report", "nothing-of-the-kind", out=str(tmp_path / "a.csv"))
