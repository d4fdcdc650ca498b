"""What a corrected, repeated or broken-off file of the UN does to what the record knows."""

import json
import signal
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from missions import figures
from missions.models import Casualty, Contribution, Country, ImportRun, Mission
from missions.un_data import apply, contributions_file
from tests import makers
from tests.imported import TWICE, imported, refused, troops
from tests.test_un_data import FATALITIES, HEADINGS, MISSIONS, row

pytestmark = pytest.mark.django_db
YEARLY = '"","Year","Country","Mission","Female","Male","Total"\n'
LONG = "contribution_id,contributing_country,isocode3,m49_code,mission_acronym,personnel_type,female_personnel,male_personnel,last_reporting_date\n"


def test_na_never_erases_what_is_known_of_a_figure_that_stays(write, alpha, noon):
    imported("contributions", write("a.csv", HEADINGS + troops(1, 0, 1)), noon)
    assert apply.make_plan("contributions", write("b.csv", HEADINGS + troops(1, "NA", 1))).is_empty
    (change,) = apply.make_plan("contributions", write("c.csv", HEADINGS + troops(2, "NA", 2))).rows()
    assert (change.old, change.new) == ({"troops": [1, 0, 1]}, {"troops": [2, None, 2]})


def test_na_contradicts_nothing_and_the_fuller_row_is_kept(write, alpha, noon):
    text = (
        HEADINGS
        + troops(1, "NA", 1)
        + troops(1, 0, 1)
        + troops("NA", 0, "NA", code="FRA")
        + troops(0, 0, 0, code="FRA")
    )
    plan = imported("contributions", write("c.csv", text), noon)
    assert set(refused(plan)) == {2, 4}
    assert Contribution.objects.values_list("men", "women", "total").get() == (1, 0, 1)


def test_rows_that_agree_are_no_contradiction_however_long_ago_the_first_was_read(write, alpha, monkeypatch):
    monkeypatch.setattr(contributions_file, "REMEMBERED", 1)
    one, other = ((0, 0, 0, 0, 0, 0, n, 0, n, 0, 0, 0, n, 0, n) for n in (1, 2))
    first, second, third = (
        row("2014-01-31", code, "ALPHA", *n) for code, n in (("KAZ", one), ("FRA", other), ("FRA", one))
    )
    plan = apply.make_plan("contributions", write("c.csv", HEADINGS + first + second + first + third))
    assert refused(plan)[4] == "The row repeats another one."
    assert refused(plan)[3] == refused(plan)[5] == "The rows 3, 5 contradict each other."


def test_a_correction_is_shown_cell_by_cell_and_the_old_value_stays_known(write, alpha, noon):
    old = HEADINGS + row("2025-09-30", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 2, 0, 2, 130, 7, 137, 132, 7, 139)
    new = HEADINGS + row("2025-09-30", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 2, 0, 2, 131, 7, 138, 133, 7, 140)
    imported("contributions", write("a.csv", old), noon)
    later = imported("contributions", write("b.csv", new), noon + timedelta(days=3))
    (change,) = later.rows()
    assert (change.kind, change.old, change.new) == ("changed", {"troops": [130, 7, 137]}, {"troops": [131, 7, 138]})
    assert "troops [130, 7, 137] → troops [131, 7, 138]" in "\n".join(later.as_text())
    question = figures.parse("strength mission=ALPHA")
    asked = [
        figures.ask(question, on=date(2025, 10, 1), known_at=noon + timedelta(days=days)).value for days in (0, 2, 3)
    ]
    assert asked == [139, 139, 140]


def test_what_the_record_knows_and_a_later_file_leaves_out_is_named_and_kept(write, alpha, noon):
    one = (0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1)
    lines = {code: row("2014-01-31", code, "ALPHA", *one) for code in ("KAZ", "FRA", "DEU")}
    other_month = row("2014-02-28", "FRA", "ALPHA", *one)
    imported("contributions", write("a.csv", HEADINGS + "".join(lines.values()) + other_month), noon)
    later = HEADINGS + lines["KAZ"] + lines["DEU"].replace("2014-01-31", "2014-01-99")
    plan = imported("contributions", write("b.csv", later), noon + timedelta(days=1))
    absent = {row.subject for row in plan.rows() if row.kind == "absent"}
    assert absent == {"2014-01-31 FRA ALPHA", "2014-01-31 DEU ALPHA"} and plan.summary()["absent"] == 2
    assert "2014-01-31 FRA ALPHA experts_on_mission [1, 0, 1]" in "\n".join(plan.as_text())
    assert Contribution.objects.known().count() == 4


def test_an_import_from_the_shell_can_name_who_answers_for_it(write, capsys):
    officer, editor = makers.person_of_role("records officer"), makers.person_of_role("editor")
    path = str(write("m.csv", MISSIONS))
    for name in ("nobody", editor.username):
        with pytest.raises(CommandError, match=f"--by: there is no user {name}"):
            call_command("import_un_data", "missions", path, "--apply", "--by", name)
    call_command("import_un_data", "missions", path, "--apply", "--by", officer.username)
    assert ImportRun.objects.get().by == officer
    assert {past.history_user for past in Mission.history.all()} == {officer}
    assert {past.history_change_reason for past in Mission.history.all()} == {"missions: m.csv"}


def test_a_mission_is_not_shortened_past_a_deployment_that_has_no_source(write, alpha, noon):
    alpha.start = date(2010, 1, 1)
    alpha.save()
    makers.golan_contingent(mission=alpha, start=date(2012, 5, 1), source=None)
    heading = MISSIONS.splitlines(keepends=True)[0]
    path = write("m.csv", heading + "1,ALPHA,First,DPO,No,2010-01-01,2011-05-05,,,,2024-02-19\n")
    assert "1 deployment without a source" in refused(apply.make_plan("missions", path))[2]
    with pytest.raises(DatabaseError), transaction.atomic():
        Mission.objects.filter(pk=alpha.pk).update(end=date(2011, 5, 5))
    alpha.end = date(2011, 5, 5)
    with pytest.raises(ValidationError, match="1 deployment without a source"):
        alpha.full_clean()


def test_an_incident_that_changes_its_type_keeps_both_and_file_order_means_nothing(write, alpha, noon):
    imported("fatalities", write("a.csv", FATALITIES), noon)
    head, first, second, *rest = FATALITIES.splitlines(keepends=True)
    turned = apply.make_plan("fatalities", write("b.csv", "".join([head, second, first, *rest])))
    assert turned.is_empty
    changed = FATALITIES.replace("To Be Determined", "Accident")
    plan = imported("fatalities", write("c.csv", changed), noon + timedelta(hours=1))
    assert [(r.old, r.new) for r in plan.rows() if r.kind == "changed"] == [
        ({"incident_type": "to_be_determined"}, {"incident_type": "accident"})
    ]
    assert set(Casualty.objects.filter(casualty_id="A-2").values_list("incident_type", "known_until")) == {
        ("to_be_determined", noon + timedelta(hours=1)), ("accident", None),
    }  # fmt: skip


def test_a_casualty_that_the_file_lists_under_two_nationalities_is_one_death(write, alpha, noon):
    imported("fatalities", write("a.csv", FATALITIES), noon)
    assert Casualty.objects.count() == 4
    assert figures.ask(figures.parse("fatalities mission=ALPHA"), on=noon.date()).value == 3


@pytest.mark.parametrize("lost", ["SCG", "FRA"])
def test_a_nationality_stays_known_when_a_later_file_leaves_it_out_or_spoils_it(write, alpha, noon, lost):
    imported("fatalities", write("a.csv", TWICE), noon, create_missing=True)
    assert apply.make_plan("fatalities", write("a.csv", TWICE), create_missing=True).is_empty
    lines = TWICE.splitlines(keepends=True)
    for spoilt in ("", next(line for line in lines if lost in line).replace("2003-05-05", "no day")):
        text = "".join(spoilt if lost in line else line for line in lines)
        plan = apply.make_plan("fatalities", write("b.csv", text))
        assert plan.is_empty and plan.counts["absent"] == 1
    assert {code for (code,) in Casualty.objects.known().values_list("nationality__iso3")} == {"SCG", "FRA"}


def test_a_casualty_that_comes_three_times_counts_once(write, alpha, noon):
    lines = FATALITIES.splitlines(keepends=True)
    plan = imported("fatalities", write("a.csv", "".join([lines[0], *lines[1:5], *lines[1:5] * 2])), noon)
    assert plan.counts["added"] == 4 and plan.counts["refused"] == 8
    repeat = next(row for row in plan.rows() if row.number == 6)
    assert (repeat.subject, repeat.reason) == ("A-1, as in row 2", "The row repeats another one.")
    assert Casualty.objects.count() == 4


def test_the_uns_fatalities_three_times_over_are_the_same_fatalities(shared, write):
    path = shared / "data/un-psdata/dppadposs-fatalities_2023-11-28.csv"
    heading, *lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    plan = apply.make_plan("fatalities", write("f.csv", "".join([heading, *lines * 3])), create_missing=True)
    assert (plan.counts["added"], plan.counts["refused"]) == (4350, 8700)


def test_a_nationality_that_the_file_corrects_is_corrected(write, alpha, noon):
    text = "".join(TWICE.splitlines(keepends=True)[::2])
    imported("fatalities", write("a.csv", text), noon)
    plan = apply.make_plan("fatalities", write("b.csv", text.replace("France", "Germany").replace("FRA", "DEU")))
    assert [(row.kind, row.old, row.new) for row in plan.rows()] == [
        ("changed", {"nationality": "FRA"}, {"nationality": "DEU"})
    ]


def test_missing_missions_and_countries_are_made_only_on_request_and_only_where_needed(write, alpha, noon):
    one = (0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1)
    nought = (0,) * 15
    text = HEADINGS + row("2010-01-31", "SUN", "OMEGA", *one) + row("2010-01-31", "KAZ", "PSI", *nought)
    assert len(refused(apply.make_plan("contributions", write("c.csv", text)))) == 2
    plan = apply.make_plan("contributions", write("c.csv", text), create_missing=True)
    assert plan.summary()["new"] == ["SUN", "OMEGA"] or plan.summary()["new"] == ["OMEGA", "SUN"]
    apply.apply(plan, by=None, at=noon)
    assert Country.objects.filter(iso3="SUN").exists() and Mission.objects.filter(acronym="OMEGA").exists()
    assert not Mission.objects.filter(acronym="PSI").exists()
    assert Contribution.objects.get().contributor.iso3 == "SUN"


def test_a_plan_made_before_another_import_is_not_applied(write, alpha, noon):
    text = HEADINGS + row("2010-01-31", "KAZ", "ALPHA", *(0,) * 6, 1, 0, 1, 0, 0, 0, 1, 0, 1)
    first, second = (apply.make_plan("contributions", write("c.csv", text)) for _turn in range(2))
    apply.apply(first, by=None, at=noon)
    with pytest.raises(apply.CannotApply):
        apply.apply(second, by=None, at=noon + timedelta(hours=1))
    assert Contribution.objects.count() == 1


COUNT = "from missions.models import *; print(ImportRun.objects.count(), Contribution.objects.count())"
KILLED = """
import sys, time
import django
django.setup()
from django.core.management import call_command
from missions.un_data import apply
def stop(*args, **kwargs):
    print("written, not committed", flush=True)
    time.sleep(60)
apply.audit.note = stop
call_command("import_un_data", "contributions", sys.argv[1], "--apply", "--no-progress")
"""


def test_a_killed_import_leaves_the_record_as_it_was(write, migrated, manage, run_python):
    manage("import_un_data", "missions", write("m.csv", MISSIONS), "--apply")
    cells = (0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1)
    first = write("a.csv", HEADINGS + row("2010-01-31", "KAZ", "ALPHA", *cells))
    manage("import_un_data", "contributions", first, "--apply")
    twos = (0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 2, 0, 2)
    second = write("b.csv", HEADINGS + "".join(row(f"20{year}-01-31", "KAZ", "ALPHA", *twos) for year in range(10, 60)))
    with run_python("-c", KILLED, second) as killed:
        assert "written, not committed" in map(str.strip, killed.stdout)
        killed.send_signal(signal.SIGKILL)
    assert manage("shell", "-v0", "-c", COUNT).split() == ["2", "1"]
    plan = json.loads(manage("import_un_data", "contributions", second, "--json", "--apply"))
    assert (plan["changed"], plan["added"]) == (1, 49)
    assert manage("shell", "-v0", "-c", COUNT).split() == ["3", "51"]


def test_a_mission_whose_address_another_has_is_refused_by_row(write, alpha, noon):
    cells = (0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 5, 5, 0, 5)
    text = HEADINGS + row("2010-01-31", "KAZ", "AL.PHA", *cells) + row("2010-01-31", "KAZ", "BE-TA", *cells)
    text += row("2010-01-31", "FRA", "BE--TA", *cells)
    plan = apply.make_plan("contributions", write("c.csv", text), create_missing=True)
    reasons = refused(plan)
    assert set(reasons) == {2, 4} and "ALPHA" in reasons[2] and "BE-TA" in reasons[4]
    apply.apply(plan, by=None, at=noon)
    assert set(Mission.objects.values_list("acronym", flat=True)) >= {"ALPHA", "BE-TA"}


def test_a_mission_that_would_end_before_the_start_that_the_record_knows_is_refused_by_row(write, alpha):
    Mission.objects.filter(pk=alpha.pk).update(start=date(2012, 1, 1))
    heading = MISSIONS.splitlines(keepends=True)[0]
    plan = apply.make_plan("missions", write("m.csv", heading + "1,ALPHA,First,DPO,No,,2011-05-05,,,,2024-02-19\n"))
    assert "ends before it starts" in refused(plan)[2]
