import csv
import json

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import site_version
from missions.models import Casualty, Contribution, Country, ImportRun, Mission
from missions.un_data import apply, plan, source

pytestmark = pytest.mark.django_db

MISSIONS = """id,mission_acronym,mission_name,lead_department,mission_isactive,start_date,end_date,mission_location,mission_longitude,mission_latitude,last_update
1,ALPHA,First Mission,DPO,No,1993-03-01,1995-03-01,Mogadishu,"2,0333","45,3500",2024-02-19
2,BETA,"\"\"\"Second Mission cut off",DPO,NO,1999-06-10,,Pristina,"21,1667","42,6667",2024-02-19
3,GAMMA,Third Mission (I & II),DPO,No,,,,,,2024-02-19
4,DELTA,Fourth Mission,DPO,Perhaps,1999-01-01,,,,,2024-02-19
5,EPSILON,Fifth Mission,DPO,Yes,1999-01-32,,,,,2024-02-19
6,ZETA,Sixth Mission,DPO,Yes,2001-01-01,,Juba,"31,6",,2024-02-19
7,ALPHA,First Mission again,DPO,No,,,,,,2024-02-19
8,ETA,Eighth Mission,DPO,Yes,,,,,,2024-02-19
"""
HEADINGS = (
    "Date,Contributor,Contributor_ISO-3,Mission,"
    + ",".join(
        f"{kind}_{part}"
        for kind in ("Individual_Police", "Formed_Police_Units", "Experts_on_Mission", "Troops", "Total")
        for part in ("Male", "Female", "Total")
    )
    + "\n"
)
FATALITIES = """id,incident_date,casualty_id,mission_acronym,type_of_casualty,gender,casualty_nationality,casualty_personnel_type,type_of_incident,m49_code,isocode3,last_update
1,1993-07-06,A-1,ALPHA,Fatality,M,France,Military,Malicious Act,250.0,FRA,2023-11-28
2,1993-07-06,A-1,ALPHA,Fatality,F,France,Local ,Illness,250.0,FRA,2023-11-28
3,1993-07-07,A-2,ALPHA,Fatality,,Côte dIvoire,Police,To Be Determined,,,2023-11-28
4,1993-07-08,A-3,ALPHA,Fatality,M,ZZ [Undetermined],Police,Unknown,,,2023-11-28
5,1993-07-09,A-4,ALPHA,Fatality,M,Atlantis,Police,Unknown,,,2023-11-28
6,not a day,A-5,ALPHA,Fatality,M,France,Police,Unknown,,FRA,2023-11-28
7,1993-07-10,A-6,OMEGA,Fatality,M,France,Police,Unknown,,FRA,2023-11-28
"""


def row(date, iso3, mission, *cells):
    return f"{date},A Country,{iso3},{mission},{','.join(str(cell) for cell in cells)}\n"


def kinds(made):
    return {(found.number, found.kind) for found in made.rows()}


def test_a_plan_touches_nothing(write):
    made = apply.make_plan("missions", write("m.csv", MISSIONS))
    assert made.counts["added"] == 3
    assert not Mission.objects.exists() and not ImportRun.objects.exists()


def test_dirty_missions_are_repaired_or_refused_by_row_and_never_lose_a_good_row(write, noon):
    made = apply.make_plan("missions", write("m.csv", MISSIONS))
    assert kinds(made) == {
        (2, "added"), (2, "repaired"), (3, "added"), (3, "repaired"), (4, "refused"), (5, "refused"), (6, "refused"),
        (7, "refused"), (8, "refused"), (9, "added"),
    }  # fmt: skip
    assert made.counts == {"added": 3, "changed": 0, "unchanged": 0, "repaired": 2, "refused": 5}
    apply.apply(made, by=None, at=noon)
    swapped = Mission.objects.get(acronym="ALPHA")
    assert (str(swapped.longitude), str(swapped.latitude)) == ("45.3500", "2.0333")
    assert str(swapped.end) == "1995-03-02"  # the file names the last day, periods end on the day after
    assert Mission.objects.get(acronym="BETA").name_en == "Second Mission cut off"


def test_a_second_apply_finds_everything_unchanged_and_writes_nothing(write, noon):
    path = write("m.csv", MISSIONS)
    apply.apply(apply.make_plan("missions", path), by=None, at=noon)
    again = apply.make_plan("missions", path)
    assert (again.counts["unchanged"], again.counts["added"], again.counts["changed"]) == (3, 0, 0)
    assert apply.apply(again, by=None, at=noon) is None
    assert ImportRun.objects.count() == 1


def test_a_later_vintage_shows_old_and_new_and_keeps_the_history(write, noon):
    apply.apply(apply.make_plan("missions", write("m.csv", MISSIONS)), by=None, at=noon)
    later = apply.make_plan("missions", write("n.csv", MISSIONS.replace("Eighth Mission", "Eighth Mission renamed")))
    (change,) = [found for found in later.rows() if found.kind == "changed"]
    assert (change.old, change.new) == ({"name_en": "Eighth Mission"}, {"name_en": "Eighth Mission renamed"})
    apply.apply(later, by=None, at=noon.replace(hour=13))
    assert [past.name_en for past in Mission.history.filter(acronym="ETA").order_by("history_date")] == [
        "Eighth Mission", "Eighth Mission renamed",
    ]  # fmt: skip


def test_an_empty_cell_never_erases_what_the_house_knows(write, noon):
    Mission.objects.create(acronym="ETA", slug="eta", name_en="Eighth Mission", kind="coalition", lead_department="DPO",
                           headquarters="Somewhere")  # fmt: skip
    made = apply.make_plan("missions", write("m.csv", MISSIONS))
    assert (9, "changed") not in kinds(made)


def test_contributions_keep_na_apart_from_nought_and_totals_out(write, alpha, noon):
    text = HEADINGS + "".join([
        row("2010-01-31", "KAZ", "ALPHA", "NA", "NA", "NA", 0, 0, 0, 1, 0, 1, "NA", "NA", "NA", 1, 0, 1),
        row("2010-01-31", "KAZ", "all", "NA", "NA", "NA", 0, 0, 0, 1, 0, 1, "NA", "NA", "NA", 1, 0, 1),
        row("2010-02-28", "KAZ", "ALPHA'", 0, 0, 0, 0, 0, 0, 1, 1, 3, 0, 0, 0, 1, 1, 3),
        row("2012-02-28", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 2, 0, 2),
        row("2010-03-15", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1),
        row("2010-04-30", "XXX", "ALPHA", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1),
        row("2010-05-31", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 9),
        row("2010-06-30", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1),
        row("2010-06-30", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 2, 0, 2),
        row("2010-07-31", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1),
        row("2010-07-31", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1),
        row("2010-08-31", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, "many", 0, 1, 0, 0, 0, 1, 0, 1),
    ])  # fmt: skip
    made = apply.make_plan("contributions", write("c.csv", text))
    assert {number for number, kind in kinds(made) if kind == "refused"} == {3, 6, 7, 8, 9, 10, 12, 13}
    assert {number for number, kind in kinds(made) if kind == "repaired"} == {4, 5}
    apply.apply(made, by=None, at=noon)
    kept = Contribution.objects.order_by("month").values_list("month", "personnel_type", "men", "women", "total")
    assert [(str(month), *rest) for month, *rest in kept] == [
        ("2010-01-31", "experts_on_mission", 1, 0, 1),
        ("2010-02-28", "experts_on_mission", None, None, 3),
        ("2010-07-31", "experts_on_mission", 1, 0, 1),
        ("2012-02-29", "experts_on_mission", 2, 0, 2),
    ]


def test_a_corrected_month_closes_the_old_row_and_both_vintages_can_be_asked(write, alpha, noon):
    first = HEADINGS + row("2010-01-31", "KAZ", "ALPHA", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1)
    apply.apply(apply.make_plan("contributions", write("a.csv", first)), by=None, at=noon)
    second = first.replace("1,0,1,0,0,0,1,0,1", "0,0,0,0,0,0,0,0,0")
    made = apply.make_plan("contributions", write("b.csv", second))
    assert made.counts["changed"] == 1
    apply.apply(made, by=None, at=noon.replace(hour=14))
    assert Contribution.objects.known().get().total == 0
    assert Contribution.objects.known(noon.replace(hour=13)).get().total == 1


def test_fatalities_tell_repeated_ids_apart_and_refuse_by_row(write, alpha, noon):
    made = apply.make_plan("fatalities", write("f.csv", FATALITIES))
    assert {number for number, kind in kinds(made) if kind == "refused"} == {6, 7, 8}
    apply.apply(made, by=None, at=noon)
    assert list(Casualty.objects.order_by("casualty_id", "occurrence").values_list("casualty_id", "occurrence", "nationality__iso3")) == [
        ("A-1", 1, "FRA"), ("A-1", 2, "FRA"), ("A-2", 1, "CIV"), ("A-3", 1, None),
    ]  # fmt: skip
    assert apply.make_plan("fatalities", write("f.csv", FATALITIES)).is_empty


def test_an_unknown_mission_is_created_only_on_request(write, alpha, noon):
    made = apply.make_plan("fatalities", write("f.csv", FATALITIES), create_missing=True)
    apply.apply(made, by=None, at=noon)
    assert Casualty.objects.get(casualty_id="A-6").mission.acronym == "OMEGA"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "lacks the columns"), (b"a,b\n1,2\n", "lacks the columns"), (b"\xff\xfe\x00", "UTF-8"), (None, "cannot be read")],
)  # fmt: skip
def test_a_file_that_is_none_gets_one_clear_line(tmp_path, content, says):
    path = tmp_path / "broken.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=says):
        call_command("import_un_data", "missions", str(path), "--apply")
    assert not ImportRun.objects.exists()


def test_json_gives_counts_and_rows(write, capsys):
    call_command("import_un_data", "missions", str(write("m.csv", MISSIONS)), "--json")
    printed = json.loads(capsys.readouterr().out)
    assert [printed[kind] for kind in plan.KINDS] == [3, 0, 0, 2, 5]
    assert set(printed["rows"][0]) >= {"number", "kind", "old", "new", "reason"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=400), place=st.integers(0, 700))
def test_no_mutation_of_a_file_brings_a_traceback(tmp_path, data, place):
    content = MISSIONS.encode()
    path = tmp_path / "mutated.csv"
    path.write_bytes(content[:place] + data + content[place + len(data) :])
    try:
        made = apply.make_plan("missions", path)
    except source.UnreadableFile:
        return
    assert list(made.as_text())


def test_all_countries_have_names_in_three_languages():
    assert Country.objects.count() > 240
    assert not Country.objects.filter(name_kk="").exists() and not Country.objects.filter(name_ru="").exists()


def test_the_uns_own_files_import_twice_without_change(shared, noon):
    files = [
        ("missions", "un-psdata/DPPADPOSS-PKO_2024-02-19.csv"),
        ("contributions", "contributions/Gender.Full_2009-11_2014-02.csv"),
        ("contributions", "contributions/full_gender_data_2009-11_2014-02.csv"),
        ("fatalities", "un-psdata/dppadposs-fatalities_2023-11-28.csv"),
    ]
    for hour, (kind, name) in enumerate(files, start=12):
        path = shared / "data" / name
        made = apply.make_plan(kind, path, create_missing=kind != "missions")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = sum(1 for _row in csv.reader(file)) - 1
        assert sum(made.counts[kind] for kind in ("added", "changed", "unchanged", "refused")) == rows
        apply.apply(made, by=None, at=noon.replace(hour=hour))
        again = apply.make_plan(kind, path, create_missing=kind != "missions")
        assert again.is_empty, name
    for acronym in ("UNOSOM I", "UNOSOM II", "UNAVEM I", "UNAVEM II", "MINUSMA", "UNSCOB"):
        mission = Mission.objects.get(acronym=acronym)
        town = {"UNOSOM I": 45, "UNOSOM II": 45, "UNAVEM I": 13, "UNAVEM II": 13, "MINUSMA": -8, "UNSCOB": 23}
        assert int(mission.longitude) == town[acronym]


def test_an_import_tells_the_newsroom(write, noon):
    before = site_version.current()
    apply.apply(apply.make_plan("missions", write("m.csv", MISSIONS)), by=None, at=noon)
    assert site_version.current() == before + 1
