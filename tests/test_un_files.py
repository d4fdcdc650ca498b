"""Every shape and format that the UN's figures come in, and what a broken file costs."""

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from missions import figures
from missions.models import Casualty, Contribution, ImportRun
from missions.un_data import apply, source
from tests.imported import TWICE, imported, refused, troops
from tests.test_un_data import FATALITIES, HEADINGS, MISSIONS, row

pytestmark = pytest.mark.django_db
YEARLY = '"","Year","Country","Mission","Female","Male","Total"\n'
LONG = "contribution_id,contributing_country,isocode3,m49_code,mission_acronym,personnel_type,female_personnel,male_personnel,last_reporting_date\n"


def test_means_of_months_are_never_mixed_with_month_ends(write, alpha, noon):
    month = HEADINGS + row("2020-12-31", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 6, 1, 7, 0, 0, 0, 6, 1, 7)
    year = (
        YEARLY
        + '"1",2020,"Kazakhstan","ALPHA",1,4,6\n"2",2020,"Atlantis","ALPHA",1,4,5\n"3",20x0,"Kenya","ALPHA",1,4,5\n'
    )
    imported("contributions", write("m.csv", month), noon)
    plan = imported("contributions", write("y.csv", year), noon + timedelta(hours=1))
    assert plan.counts["added"] == 1 and set(refused(plan)) == {3, 4}
    assert set(Contribution.objects.values_list("measure", "total", "men")) == {
        ("month_end", 7, 6),
        ("year_mean", 6, 4),
    }
    answer = figures.ask(figures.parse("strength mission=ALPHA"), on=date(2021, 1, 5))
    assert (answer.value, answer.as_of) == (7, date(2020, 12, 31))


def test_the_hubs_own_monthly_form_is_read(write, alpha, noon):
    text = LONG + "".join([
        "1,Kazakhstan,KAZ,398,ALPHA,Troops,7,132,2024-03-31\n",
        "2,Kazakhstan,KAZ,398,ALPHA,Staff Officer,1,2,2024-03-31\n",
        "3,Kazakhstan,KAZ,398,ALPHA,Dancers,1,2,2024-03-31\n",
        "4,Kazakhstan,KAZ,398,ALPHA,Troops,,132,2024-04-30\n",
    ])  # fmt: skip
    plan = imported("contributions", write("h.csv", text), noon)
    assert set(refused(plan)) == {4, 5}
    assert set(Contribution.objects.values_list("personnel_type", "total")) == {("troops", 139), ("staff_officers", 3)}
    assert apply.make_plan("contributions", write("h.csv", text)).is_empty


def test_one_file_says_the_same_in_csv_xlsx_and_json(write, alpha, tmp_path, noon):
    lines = [line.split(",") for line in FATALITIES.strip().splitlines()]
    book = openpyxl.Workbook()
    for cells in lines:
        book.active.append([None if cell == "" else cell for cell in cells])
    book.save(tmp_path / "f.xlsx")
    records = [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]
    for record in records:
        if record["incident_date"][0] == "1":
            days = (date.fromisoformat(record["incident_date"]) - date(1970, 1, 1)).days
            record["incident_date"] = days * 86_400_000
    records[0]["incident_date"] = -678153600000  # 6 July 1948
    (tmp_path / "f.json").write_text(json.dumps(records), encoding="utf-8")
    plans = [
        apply.make_plan("fatalities", path)
        for path in (write("f.csv", FATALITIES), tmp_path / "f.xlsx", tmp_path / "f.json")
    ]
    assert [plan.counts for plan in plans] == [plans[0].counts] * 3 and plans[0].counts["refused"] == 3
    apply.apply(plans[2], by=None, at=noon)
    assert Casualty.objects.filter(date=date(1948, 7, 6), casualty_id="A-1").count() == 1
    assert apply.make_plan("fatalities", tmp_path / "f.xlsx").counts["changed"] == 1


@pytest.mark.parametrize(("name", "content", "says"), [
    ("a.json", b"{}", "JSON"), ("a.json", b"[1, 2]", "JSON"), ("a.json", b'[{"a": 1', "JSON"), ("a.json", b"", "JSON"),
    ("a.xlsx", b"not a zip", "XLSX"), ("a.xlsx", b"PK\x03\x04broken", "XLSX"), ("a.csv", b'"\x00', "columns"),
    ("a.csv", b"a" * 1_200_000 + b"\xff", "1200000"),
])  # fmt: skip
def test_a_broken_file_gets_one_line_that_names_it(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=says) as told:
        call_command("import_un_data", "fatalities", str(tmp_path / name), "--apply")
    assert name in str(told.value) and not ImportRun.objects.exists()


def test_a_row_that_comes_three_times_with_stray_marks_counts_once(write, alpha, noon):
    line = row("2014-02-28'", "KAZ'", "ALPHA'", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1)
    plan = imported("contributions", write("c.csv", HEADINGS + line * 3), noon)
    assert refused(plan) == dict.fromkeys((3, 4), "The row repeats another one.")
    assert {row.subject for row in plan.rows() if row.kind == "refused"} == {"2014-02-28 KAZ ALPHA, as in row 2"}
    assert Contribution.objects.get().total == 1


@pytest.mark.parametrize("spoilt", [(3,), (3, 5), (2, 3), (6,)])
def test_a_quote_that_is_not_closed_costs_its_own_row_and_no_other(write, alpha, spoilt):
    text = HEADINGS + "".join(troops(n, 0, n, code=code) for n, code in enumerate(("KAZ", "FRA", "DEU", "KEN", "IND")))
    lines = text.splitlines(keepends=True)
    for number in spoilt:
        lines[number - 1] = lines[number - 1].replace("A Country", '"A Country')
    for ending in ("", "\n"):
        plan = apply.make_plan("contributions", write("c.csv", "".join(lines).strip() + ending))
        assert refused(plan) == dict.fromkeys(spoilt, "A quote is not closed within the row.")
        assert plan.counts["added"] + plan.counts["unchanged"] == 5 - len(spoilt)


def test_a_quote_that_would_swallow_more_than_a_cell_holds_costs_its_own_row_only(write, alpha):
    many = "".join(row(f"{year}-{month:02}-31", "KAZ", "ALPHA", *(0,) * 15) for year in range(1000, 4000) for month in
                   (1, 3, 5, 7, 8, 10, 12))  # fmt: skip
    text = HEADINGS + troops(1, 0, 1).replace("A Country", '"A Country') + many + troops(1, 0, 1, code="FRA")
    plan = apply.make_plan("contributions", write("c.csv", text))
    assert set(refused(plan)) == {2} and plan.counts["added"] == 1


def test_a_row_of_more_or_fewer_cells_than_the_heading_is_refused_and_says_which(write, alpha):
    good = [troops(1, 0, 1, code=code) for code in ("KAZ", "FRA", "DEU", "KEN")]
    shifted, empty_more, cut, _plain = (line.strip() for line in good)
    lines = [shifted.replace("A Country", "Country, A"), empty_more + ",, ", cut[:-2], good[3]]
    plan = apply.make_plan("contributions", write("c.csv", HEADINGS + "\n".join(lines)))
    assert refused(plan) == {
        2: "The row has more cells than the heading.", 4: "The row has fewer cells than the heading.",
    }  # fmt: skip
    assert plan.counts["added"] == 2


@pytest.mark.parametrize(("number_format", "text"), [
    ("mm.yyyy", "2014-02"), ("mmm-yy", "2014-02"), ("yyyy-mm", "2014-02"), ('[$-409]mmmm\\ yyyy"d.";@', "2014-02"),
    ("yyyy", "2014"), ("yyyy-mm-dd", "2014-02-01"), ("d mmm yy", "2014-02-01"), ("General", "2014-02-01"),
])  # fmt: skip
def test_a_workbook_that_shows_no_day_is_read_without_one(tmp_path, number_format, text):
    book = openpyxl.Workbook()
    book.active.append(["date"])
    book.active.append([date(2014, 2, 1)])
    if number_format != "General":
        book.active["A2"].number_format = number_format
    book.save(tmp_path / "d.xlsx")
    assert list(source.read(tmp_path / "d.xlsx").rows()) == [(2, [text])]


def test_a_month_without_a_day_is_that_month_of_contributions_and_no_day_of_a_death(write, alpha, noon):
    imported("contributions", write("c.csv", HEADINGS + troops(1, 0, 1).replace("2014-01-31", "2014-02")), noon)
    assert Contribution.objects.get().month == date(2014, 2, 28)
    plan = apply.make_plan("fatalities", write("f.csv", TWICE.replace("2003-05-05", "2003-05")))
    assert "2003-05" in refused(plan)[2]


@pytest.mark.parametrize("dimension", ["", '<dimension ref="A1"/>', '<dimension ref="A1:B2"/>'])
def test_a_workbook_that_is_wrong_about_its_size_loses_no_cell(write, alpha, tmp_path, dimension):
    book, whole = openpyxl.Workbook(), io.BytesIO()
    for cells in (["a", "b", "c"], ["1", None, "3"], ["1"], ["1", "2", "3", "a note"]):
        book.active.append(cells)
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "w.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"<dimension [^>]*/>", dimension.encode(), old.read(name)))
    assert [cells for _number, cells in source.read(tmp_path / "w.xlsx").rows()] == [
        ["1", "", "3"], ["1", "", ""], ["1", "2", "3"],
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_row_with_a_nul_is_refused_and_the_others_are_taken(alpha, tmp_path, noon, suffix):
    content = in_format(
        FATALITIES.replace(",Police,To Be", ",Pol#ice,To Be").replace("ALPHA,Fatality,F", "#ALPHA,,F"), suffix
    )
    path = tmp_path / f"f.{suffix}"
    path.write_bytes(content.replace(b"#", b"\\u0000" if suffix == "json" else b"\0"))
    plan = imported("fatalities", path, noon)
    first = 3 if suffix == "csv" else 2
    assert all("NUL" in refused(plan)[number] for number in (first, first + 1))
    assert plan.counts["added"] == 2 and list(plan.as_text())


def test_a_mission_that_ends_with_the_calendar_is_refused_by_row(write):
    plan = apply.make_plan("missions", write("m.csv", MISSIONS.replace("1995-03-01", "9999-12-31")))
    assert refused(plan)[2] == "The end is not a date: 9999-12-31"


def test_json_may_leave_out_empty_keys_and_writes_yes_and_no_as_a_computer_does(tmp_path):
    first = {"mission_acronym": "ALPHA", "mission_name": "First", "lead_department": "DPO", "mission_isactive": False}
    full = {
        **first, "mission_acronym": "BETA", "mission_isactive": True, "start_date": None, "end_date": None,
        "mission_location": "Juba", "mission_longitude": "31,6", "mission_latitude": "4,85",
    }  # fmt: skip
    path = tmp_path / "m.json"
    path.write_text(json.dumps([first, full, {**first, "mission_acronym": "GAMMA"}]), encoding="utf-8")
    plan = apply.make_plan("missions", path)
    assert plan.counts["added"] == 3 and not plan.counts["repaired"]


def test_stray_marks_after_the_hubs_personnel_type_are_repaired(write, alpha, noon):
    text = LONG + "1,Kazakhstan,KAZ,398,ALPHA,Troops',7,132,2024-03-31\n"
    plan = imported("contributions", write("h.csv", text), noon)
    (repair,) = [row for row in plan.rows() if row.kind == "repaired"]
    assert (repair.old, repair.new) == ("Troops'", "Troops") and plan.counts["added"] == 1


def test_a_file_that_says_all_three_times_gets_a_plan_that_can_be_read(write, alpha):
    one = (0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1)
    lines = [row(f"2014-{month}-31", "KAZ", "ALPHA", *one) for month in ("01", "03", "05", "07")]
    plan = apply.make_plan("contributions", write("c.csv", HEADINGS + "".join(lines * 3)))
    assert "refused   8 rows: The row repeats another one. (rows 6-13)" in plan.as_text()


CONTRIBUTIONS = HEADINGS + "".join(
    row(f"2010-{month:02}-28", code, "ALPHA", 0, 0, 0, "NA", "NA", "NA", 1, 0, 1, 5, 0, 5, 6, 0, 6)
    for month in (1, 2, 3) for code in ("KAZ", "FRA")
)  # fmt: skip
SAMPLES = {"missions": MISSIONS, "fatalities": FATALITIES, "contributions": CONTRIBUTIONS}


def in_format(text, suffix):
    """The bytes of a CSV text in one of the formats that are read."""
    lines = list(csv.reader(text.splitlines()))
    if suffix == "csv":
        return text.encode()
    if suffix == "json":
        return json.dumps([dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]).encode()
    book = openpyxl.Workbook()
    for cells in lines:
        book.active.append(cells)
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


@example(kind="contributions", suffix="csv", data=b"\x00", place=496, keep=True)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(sorted(SAMPLES)), suffix=st.sampled_from(["csv", "csv", "json", "xlsx"]),
    data=st.binary(max_size=60), place=st.integers(0, 900), keep=st.booleans(),
)  # fmt: skip
def test_whatever_a_file_holds_the_plan_is_applied_once_and_then_empty(
    alpha, tmp_path, noon, kind, suffix, data, place, keep
):
    content = in_format(SAMPLES[kind], suffix)
    path = tmp_path / f"mutated.{suffix}"
    path.write_bytes(content[:place] + data + content[place + (0 if keep else len(data)) :])
    savepoint = connection.savepoint()
    try:
        plan = apply.make_plan(kind, path, create_missing=True)
        assert all(found.reason for found in plan.rows() if found.kind in ("refused", "repaired"))
        apply.apply(plan, by=None, at=noon)
        assert apply.make_plan(kind, path, create_missing=True).is_empty
    except source.UnreadableFile:
        pass
    finally:
        connection.savepoint_rollback(savepoint)
