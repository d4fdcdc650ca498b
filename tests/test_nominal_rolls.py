"""Nominal rolls: read, planned, applied; every refusal named by row, nothing lost by one bad row."""

from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions.models import ImportRun, Person, Tour
from missions.roll_cells import partial_date
from missions.un_data import apply
from missions.un_data.plan import Refused
from missions.un_data.source import UnreadableFile
from tests import makers

pytestmark = pytest.mark.django_db
ROLL = """rank,Mission,family name,given name,sex,date of birth,service number,start,last day,appointment
captain,UNDOF,Invented,First,f,1990,A-1,2024-03-01,10.04.2025,platoon leader
major,UNDOF,Invented,Second,M,05.1985,A-2,2024-03,2024,observer
,NOWHERE,Invented,Third,m,,A-3,2024-03-01,,
,UNDOF,Invented,Fourth,m,,A-4,1 March,,
,UNDOF,Invented,First,f,,A-1,2024-06-01,,second tour at once
,UNDOF,Invented,Sixth,x,,A-6,2024-03-01,,
,UNDOF,,Seventh,m,,A-7,2024-03-01,,
,UNDOF,Invented,Eighth,m,,A-8,2023-03-01,2023-05-01,
"""


@pytest.fixture
def contingent():
    return makers.golan_contingent(start=date(2024, 3, 1), end=date(2025, 4, 11))


@pytest.fixture
def write(tmp_path):
    def to(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to


def reasons(plan):
    return {row.number: row.reason for row in plan.rows() if row.kind == "refused"}


def test_a_plan_writes_nothing_and_names_every_refusal_by_row(contingent, write):
    plan = apply.make_plan("nominal_roll", write("roll.csv", ROLL))
    assert not Person.objects.exists() and not Tour.objects.exists() and not Person.history.exists()
    assert (plan.counts["added"], plan.counts["refused"]) == (2, 6)
    told = reasons(plan)
    assert set(told) == {4, 5, 6, 7, 8, 9}
    for number, part in {
        4: "no mission NOWHERE", 5: "start is not a date: 1 March", 6: "another tour", 7: "neither male nor female",
        8: "family name is missing", 9: "lies within its deployment",
    }.items():  # fmt: skip
        assert part in told[number], told[number]


def test_what_is_known_to_the_month_or_year_is_kept_so(contingent, write, noon):
    apply.apply(apply.make_plan("nominal_roll", write("roll.csv", ROLL)), by=None, at=noon)
    first, second = Tour.objects.order_by("person__service_number")
    assert (first.end, first.person.born, first.person.born_precision) == (date(2025, 4, 11), date(1990, 1, 1), "year")
    assert (second.start_precision, second.end, second.end_precision) == ("month", date(2025, 1, 1), "year")


def test_a_corrected_file_can_come_again_and_a_second_reading_changes_nothing(contingent, write, noon):
    path = write("roll.csv", ROLL)
    apply.apply(apply.make_plan("nominal_roll", path), by=None, at=noon)
    assert apply.make_plan("nominal_roll", path).is_empty
    corrected = ROLL.replace("1 March", "2024-03-05").replace("captain", "major")
    plan = apply.make_plan("nominal_roll", write("again.csv", corrected))
    assert {(row.number, row.kind) for row in plan.rows() if row.kind != "refused"} == {(2, "changed"), (5, "added")}
    apply.apply(plan, by=None, at=noon + timedelta(hours=1))
    assert Tour.objects.get(person__service_number="A-1").rank == "major"
    assert Tour.history.filter(rank="captain").count() == 1


@pytest.mark.parametrize("headings", [
    ["Тегі", "Аты", "Миссия", "Басталуы", "Соңғы күні", "Жынысы", "Жеке нөмірі"],
    ["Фамилия", "Имя", "Миссия", "Начало", "Последний день", "Пол", "Личный номер"],
    ["Surname", "First name", "Mission", "From", "To", "Sex", "Service number"],
])  # fmt: skip
def test_headings_are_read_in_kazakh_russian_and_english_in_any_order_from_a_workbook(contingent, tmp_path, headings):
    book = openpyxl.Workbook()
    cells = ["Invented", "First", "UNDOF", date(2024, 3, 1), date(2024, 9, 1), "ж", 4711]
    for row in (headings, cells):
        book.active.append(row[::-1])
    book.save(tmp_path / "roll.xlsx")
    plan = apply.make_plan("nominal_roll", tmp_path / "roll.xlsx")
    assert plan.counts["added"] == 1, reasons(plan)
    assert plan.writes[0].tour["end"] == date(2024, 9, 2) and plan.writes[0].person["service_number"] == "4711"


@pytest.mark.parametrize("heading", ["end date", "Дата окончания", "Конец", "окончание", "Аяқталу күні", "аяқталуы"])
def test_the_end_of_a_tour_is_read_under_each_of_its_usual_headings(contingent, write, heading):
    text = f"№,surname,first name,mission,start date,Personal No,{heading},примечание,\n"
    plan = apply.make_plan(
        "nominal_roll", write("r.csv", text + "1,Invented,First,UNDOF,2024-03-01,A-1,2024-09-01,x,\n")
    )
    (row,) = plan.writes
    assert row.tour["end"] == date(2024, 9, 2) and row.person["service_number"] == "A-1"


def test_no_column_is_dropped_without_a_word(contingent, write):
    text = "surname,first name,mission,start,Came home,р/с,blood group\nInvented,First,UNDOF,2024-03-01,2024-09-01,1,\n"
    with pytest.raises(UnreadableFile, match="not read: “came home”, “blood group”"):
        apply.make_plan("nominal_roll", write("r.csv", text))


def test_people_of_one_name_are_never_taken_for_each_other(contingent, write):
    for number in ("B-1", "B-2"):
        Person.objects.create(family_name="Invented", given_name="Twin", service_number=number)
    text = "surname,first name,mission,start\nInvented,Twin,UNDOF,2024-03-01\n"
    assert "several people" in reasons(apply.make_plan("nominal_roll", write("r.csv", text)))[2]


@pytest.mark.parametrize(("text", "first", "precision"), [
    ("01/03/2024", date(2024, 3, 1), "day"), ("01-03-2024", date(2024, 3, 1), "day"),
    ("13/03/2024", date(2024, 3, 13), "day"), ("2024/03/01", date(2024, 3, 1), "day"),
    ("01.03.2024 г.", date(2024, 3, 1), "day"), ("01.03.2024г", date(2024, 3, 1), "day"),
    ("2024-03-01", date(2024, 3, 1), "day"), ("03/2024", date(2024, 3, 1), "month"),
    ("03.2024 ж.", date(2024, 3, 1), "month"), ("2024 г.", date(2024, 1, 1), "year"),
    ("2024 ж.", date(2024, 1, 1), "year"),
])  # fmt: skip
def test_a_date_is_read_as_officers_write_it_the_day_before_the_month(text, first, precision):
    assert partial_date(text, "start") == (first, precision)


@pytest.mark.parametrize("text", ["01.03.24", "01/03/24", "03/13/2024", "01.03/2024", "1.3", "24", "2024 x."])
def test_a_date_that_can_be_read_in_two_ways_or_none_is_refused(text):
    with pytest.raises(Refused, match="start is not a date"):
        partial_date(text, "start")


@pytest.mark.parametrize("day", ["31.12.9999", "9999", "12.9999", "0000", "1899-12-31", "2101"])
def test_a_year_that_nobody_can_mean_is_refused_by_row_and_breaks_nothing(contingent, write, day):
    text = f"surname,first name,mission,start,last day\nInvented,First,UNDOF,2024-03-01,{day}\n"
    plan = apply.make_plan("nominal_roll", write("r.csv", text))
    assert plan.is_empty and reasons(plan)[2] == f"last day is not a plausible date: {day}"


@pytest.fixture
def plan_of(write):
    """Plans a roll of the rows, given under the headings surname, first name, patronymic, sex and so on."""
    headings = "surname,first name,patronymic,sex,born,service number,mission,start,last day,rank\n"

    def plan(*rows):
        return apply.make_plan("nominal_roll", write("some.csv", headings + "\n".join(rows) + "\n"))

    return plan


@pytest.fixture
def applied(plan_of, noon):
    """Applies such a roll, and holds that it is then empty."""

    def apply_rows(*rows):
        plan = plan_of(*rows)
        apply.apply(plan, by=None, at=noon + timedelta(hours=ImportRun.objects.count()))
        assert plan_of(*rows).is_empty
        return plan

    return apply_rows


def test_nobody_is_entered_twice_for_capitals_an_unsaid_patronymic_or_a_coarser_birth(contingent, applied):
    applied("Выдуманов,Первый,Небылович,m,1980,,UNDOF,2024-03-01,2024-06-01,")
    applied("ВЫДУМАНОВ,ПЕРВЫЙ,,,12.05.1980,,UNDOF,2024-07-01,2024-09-01,")
    applied("Выдуманов,первый,небылович,,05.1980,A-1,UNDOF,2024-10-01,2024-11-01,")
    person = Person.objects.get()
    assert (person.family_name, person.patronymic, person.service_number) == ("Выдуманов", "Небылович", "A-1")
    assert (person.born, person.born_precision) == (date(1980, 5, 12), "day") and person.tours.count() == 3


def test_of_several_people_who_may_be_meant_none_is_taken(contingent, applied):
    applied(
        "Invented,Twin,,,,,UNDOF,2024-07-01,2024-09-01,", "Invented,Twin,,,1980,,UNDOF,2024-03-01,2024-06-01,",
        "Invented,Twin,,,1981,,UNDOF,2024-03-01,2024-06-01,",
    )  # fmt: skip
    assert Person.objects.count() == 2 and Tour.objects.count() == 2


def test_a_service_number_never_hands_a_record_to_somebody_else(contingent, applied):
    Person.objects.create(family_name="Invented", given_name="First", sex="f", born="1980-05-12", service_number="A-1")
    plan = applied(
        "Other,Second,,,,A-1,UNDOF,2024-03-01,,", "Other,First,,m,,A-1,UNDOF,2024-03-01,,",
        "Other,First,,,1981,A-1,UNDOF,2024-03-01,,",
    )  # fmt: skip
    assert set(reasons(plan).values()) == {"The service number belongs to another person in the record."}
    applied("Married,FIRST,,f,1980,A-1,UNDOF,2024-03-01,,")
    assert Person.objects.get().family_name == "Married"


def test_a_man_and_a_woman_of_one_name_are_two_people(contingent, applied):
    Person.objects.create(family_name="Invented", given_name="Sasha", sex="f")
    applied("Invented,Sasha,,m,,,UNDOF,2024-03-01,,")
    assert sorted(Person.objects.values_list("sex", "tours__start")) == [("f", None), ("m", date(2024, 3, 1))]


def tours():
    return sorted((str(start), str(end)) for start, end in Tour.objects.values_list("start", "end"))


@pytest.mark.parametrize("born_and_number", [",A-1", ",", "1980,"])
def test_rows_that_gainsay_an_earlier_row_of_the_file_are_refused_by_its_number(contingent, applied, born_and_number):
    who = f"Invented,First,,m,{born_and_number},UNDOF"
    plan = applied(
        f"{who},2024-03-01,2024-06-01,captain", f"{who},2024-03-01,2024-07-01,captain",
        f"{who},2024-03-01,2024-06-01,captain", f"{who},2024-03-01,,major", f"{who},2024-03-05,2024-06-05,",
        f"{who},2024-07-01,2024-09-01,",
    )  # fmt: skip
    told = reasons(plan)
    assert told[3] == told[5] == "Row 2 says something else of the same tour."
    assert told[6] == "Row 2 gives the same person another tour on one of these days."
    assert (plan.counts["added"], plan.counts["unchanged"], plan.counts["refused"]) == (2, 1, 3)


def test_rows_that_gainsay_each_other_on_a_person_never_take_turns_in_the_record(contingent, applied):
    plan = applied(
        "Invented,First,,m,1980,A-1,UNDOF,2024-03-01,2024-06-01,", "Invented,First,,m,1981,A-1,UNDOF,2024-07-01,,",
    )  # fmt: skip
    assert reasons(plan) == {3: "Row 2 says something else of the same person."}


def test_a_corrected_roll_moves_the_tour_that_it_corrects(contingent, applied):
    applied("Invented,First,,,,A-1,UNDOF,2024-03,2024-09-01,", "Invented,Second,,,,,UNDOF,2024-06-01,2024-09-01,")
    plan = applied(
        "Invented,First,,,,A-1,UNDOF,2024-03-05,2024-10-01,", "Invented,Second,,,,,UNDOF,2024-05-20,2024-09-01,"
    )
    assert plan.counts["changed"] == 2, reasons(plan)
    assert tours() == [("2024-03-05", "2024-10-02"), ("2024-05-20", "2024-09-02")]
    assert set(Tour.objects.values_list("start_precision", flat=True)) == {"day"}


def test_a_tour_moves_into_the_room_that_a_later_row_makes(contingent, applied):
    who = "Invented,First,,,,A-1,UNDOF"
    applied(f"{who},2024-03-01,2024-05-31,", f"{who},2024-06-01,2024-09-01,")
    plan = applied(f"{who},2024-03-05,2024-06-10,", f"{who},2024-06-11,2024-09-01,")
    assert set(reasons(plan)) in (set(), {2, 3}) and Tour.objects.count() == 2
    applied(f"{who},2024-03-01,2024-06-10,", f"{who},2024-06-11,2024-09-01,")
    assert tours() == [("2024-03-01", "2024-06-11"), ("2024-06-11", "2024-09-02")]


@pytest.mark.parametrize(("rows", "reason"), [
    (["2024-08-20,2025-02-01"], "not clear which tour"),
    (["2024-02-01,2024-12-01", "2024-03-01,2024-09-01"], "Row 3 gives the same person another tour"),
    (["2024-03-04,2024-09-01", "2024-03-06,2024-09-01"], "Row 3 may mean the same tour"),
])  # fmt: skip
def test_no_tour_is_moved_on_a_guess(applied, rows, reason):
    makers.golan_contingent(start=date(2024, 1, 1), end=date(2025, 4, 11))
    who = "Invented,First,,,,A-1,UNDOF"
    applied(f"{who},2024-03-01,2024-09-01,")
    assert reason in reasons(applied(*(f"{who},{row}," for row in rows)))[2]
    assert tours() == [("2024-03-01", "2024-09-02")]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_roll_that_a_spreadsheet_wrote_with_semicolons_or_tabs_is_read(contingent, write, mark):
    plan = apply.make_plan("nominal_roll", write("roll.csv", ROLL.replace(",", mark)))
    assert (plan.counts["added"], plan.counts["refused"]) == (2, 6)


# Half of the rows, that half as many examples meet each sign as often: a second tour of one person, a gap, a refusal.
SHORT_ROLL = "".join(ROLL.splitlines(keepends=True)[place] for place in (0, 1, 2, 4, 5))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.text(max_size=30), place=st.integers(95, len(SHORT_ROLL)), keep=st.booleans())
def test_whatever_a_roll_holds_its_plan_is_applied_once_and_then_empty(contingent, tmp_path, noon, data, place, keep):
    path = tmp_path / "mutated.csv"
    mutated = SHORT_ROLL[:place] + data + SHORT_ROLL[place + (0 if keep else len(data)) :]
    path.write_text(mutated, encoding="utf-8", newline="")
    savepoint = connection.savepoint()
    try:
        plan = apply.make_plan("nominal_roll", path)
        assert not Person.objects.exists()
        assert all(row.reason for row in plan.rows() if row.kind == "refused")
        apply.apply(plan, by=None, at=noon)
        assert apply.make_plan("nominal_roll", path).is_empty
    except UnreadableFile:
        pass
    finally:
        connection.savepoint_rollback(savepoint)


DAYS = ["2024-03", "2024-03-01", "2024-03-05", "2024-05-20", "2024-06-10", "2024", "2024-10"]
A_ROW = st.tuples(
    st.sampled_from(["Invented", "INVENTED", "Other"]), st.sampled_from(["First", "Second"]),
    st.sampled_from(["", "Third"]), st.sampled_from(["", "m", "f"]),
    st.sampled_from(["", "1980", "1980-05", "1980-05-12", "1981"]), st.sampled_from(["", "", "A-1", "A-2"]),
    st.just("UNDOF"), st.sampled_from(DAYS), st.sampled_from(["", *DAYS]), st.sampled_from(["", "major", "captain"]),
).map(",".join)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(rolls=st.lists(st.lists(A_ROW, min_size=1, max_size=4), min_size=1, max_size=3))
def test_whoever_a_roll_confuses_its_plan_is_applied_once_and_then_empty(contingent, applied, rolls):
    savepoint = connection.savepoint()
    try:
        for rows in rolls:
            applied(*rows)
    finally:
        connection.savepoint_rollback(savepoint)
