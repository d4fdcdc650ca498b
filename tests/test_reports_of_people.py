"""Who was on tour, a person's service, and the days of all: the same as plain Python finds, and as known then."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from missions import service
from missions.models import Deployment, Mission, Person, Source, Tour, Unit
from missions.models.kept import as_known, known
from reports import run as runs
from reports.catalogue import REPORTS
from tests import makers, taking
from tests.taking import told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOUNS = (Deployment, Mission, Person, Source, Tour, Unit)
PERSONAL = ("nominal-roll", "service-record", "tours-and-days")


@pytest.fixture
def golan(db):
    battalion = Unit.objects.create(slug="kazbat", name_en="Battalion", name_ru="Батальон", name_kk="Батальон КЗ",
                                    kind="formed_unit")  # fmt: skip
    return makers.golan_contingent(start=date(2024, 3, 1), unit=battalion, rotation=2)


@pytest.fixture
def lebanon(db):
    mission = Mission.objects.create(acronym="UNIFIL", slug="unifil", name_en="Force", kind="un_peacekeeping")
    return makers.golan_contingent(5, 1, mission=mission, kind="staff_officers", start=date(2020, 1, 1))


@pytest.fixture
def record(noon, golan, lebanon):
    """Seven invented people in three missions, one of them a coalition's, known since a year before noon."""
    coalition = Mission.objects.create(acronym="MNF-I", slug="mnf-i", name_en="Force", kind="coalition")
    iraq = makers.golan_contingent(27, 0, mission=coalition, start=date(2003, 8, 1))
    names = [("Ұлыбек", "Ulybek"), ("Уалиев", "Ualiyev"), ("Ёлкин", "Yolkin"), ("Ерлан", "Erlan"), ("Әлиев", "Aliyev"),
             ("Аманов", ""), ("Жанов", "Zhanov")]  # fmt: skip
    people = [
        makers.person(
            name, "Сынақ", patronymic="Ойдан", name_latin=f"Synaq {latin}" if latin else "", sex="m",
            born=date(1990, 1, 1), born_precision="year", service_number=f"N-{name}",
        )
        for name, latin in names
    ]  # fmt: skip
    for person in people[:5]:
        makers.tour(person, golan, date(2024, 6, 1), rank="captain", appointment="platoon leader")
    makers.tour(people[0], lebanon, date(2022, 1, 1), date(2022, 12, 1), start_precision="year")
    makers.tour(people[5], lebanon, date(2025, 2, 1), date(2025, 11, 1), start_precision="month", end_precision="month",
                source=lebanon.source)  # fmt: skip
    makers.tour(people[5], lebanon, date(2021, 1, 1), date(2021, 3, 5))
    makers.tour(people[6], iraq, date(2003, 8, 1), date(2004, 8, 1))
    makers.tour(people[6], lebanon, date(2026, 1, 1))  # to come
    makers.known_since(noon - 365 * DAY, *NOUNS)
    return people


# The nominal roll.

ORDER = {
    "kk": ["Аманов", "Әлиев", "Ерлан", "Ёлкин", "Уалиев", "Ұлыбек"],
    "ru": ["Аманов", "Әлиев", "Ёлкин", "Ерлан", "Уалиев", "Ұлыбек"],
    "en": ["Әлиев", "Ерлан", "Уалиев", "Ұлыбек", "Ёлкин", "Аманов"],  # by the passport; who has none comes last
}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_nominal_roll_is_who_was_on_tour_that_day_in_the_order_of_the_language(noon, record, golan, language):
    rows = told("nominal-roll", noon, language=language)
    assert [row["family_name"] for row in rows] == ORDER[language]
    on = noon.date()
    by_person = {row["person"]: row for row in rows}
    there = [tour for tour in Tour.objects.all() if tour.start <= on and (tour.end is None or on < tour.end)]
    assert sorted(by_person) == sorted(tour.person_id for tour in there)
    with override(language):
        for tour in there:
            row, person, post = by_person[tour.person_id], tour.person, tour.deployment
            # The coarse one began on 28 February at the latest and ended after 1 October at the earliest.
            low = 216 if tour.start == date(2025, 2, 1) else (on - tour.start).days + 1
            assert row == {
                "person": person.pk, "family_name": person.family_name, "given_name": "Сынақ", "patronymic": "Ойдан",
                "name_latin": person.name_latin, "sex": person.get_sex_display(), "born": "1990",
                "service_number": person.service_number, "rank": tour.rank, "appointment": tour.appointment,
                "mission": post.mission.acronym, "kind": post.get_kind_display(),
                "unit": post.unit.name if post.unit else "", "rotation": post.rotation,
                "start": tour.start_as_known, "last_day": tour.last_day_as_known, "days": low,
                "days_most": (on - tour.start).days + 1, "source": (tour.source or post.source).title,
            }  # fmt: skip
    last = {row["family_name"]: (row["start"], row["last_day"]) for row in rows}
    assert last["Аманов"] == ("2025-02", "2025-10") and last["Ерлан"] == ("2024-06-01", "")


@pytest.mark.parametrize("parameters, names", [
    ({"missions": ("UNIFIL",)}, {"Аманов"}),
    ({"units": ("kazbat",)}, {"Ұлыбек", "Уалиев", "Ёлкин", "Ерлан", "Әлиев"}),
    ({"categories": ("staff_officers",)}, {"Аманов"}),
    ({"categories": ("troops", "staff_officers")}, {"Ұлыбек", "Уалиев", "Ёлкин", "Ерлан", "Әлиев", "Аманов"}),
    ({"missions": ("MNF-I",)}, set()),
])  # fmt: skip
def test_the_nominal_roll_is_of_those_missions_units_and_categories_only(noon, record, parameters, names):
    assert {row["family_name"] for row in told("nominal-roll", noon, **parameters)} == names


def test_the_last_day_of_a_tour_belongs_to_it_and_the_next_does_not(noon, record, golan):
    tour = record[3].tours.get()
    makers.record_says(tour, noon - DAY, end=date(2025, 10, 23))
    on_the_last_day, after = (
        {row["family_name"] for row in told("nominal-roll", noon, on=day)} for day in (date(2025, 10, 22), noon.date())
    )
    assert on_the_last_day - after == {"Ерлан"}
    assert not told("nominal-roll", noon, on=date(2024, 5, 31), deployment=golan.pk)
    assert len(told("nominal-roll", noon, on=date(2024, 6, 1), deployment=golan.pk)) == 5


def test_the_nominal_roll_of_one_deployment_names_its_sources(noon, record, lebanon):
    assert [row["family_name"] for row in told("nominal-roll", noon, deployment=lebanon.pk)] == ["Аманов"]
    sources = REPORTS["nominal-roll"].sources(taking.asked("nominal-roll", noon, deployment=lebanon.pk))
    assert sources == (("Contingent of 5", "The Paper", "https://paper.example/1"),)


def test_the_nominal_roll_says_what_the_house_knew_then_and_not_what_it_learnt_since(noon, record, golan):
    erlan = record[3]
    makers.record_says(erlan, noon - DAY, family_name="Ерланов", service_number="N-2")
    makers.record_says(golan.unit, noon - DAY, name_en="Another battalion")
    makers.record_says(golan.mission, noon - DAY, acronym="UNDOF-2")
    makers.record_says(erlan.tours.get(), noon - DAY, rank="major", start=date(2024, 7, 1))
    record[4].tours.all().delete()  # at the machine's own moment, long after noon
    before = {row["person"]: row for row in told("nominal-roll", noon, known_at=noon - 2 * DAY, missions=("UNDOF",))}
    after = {row["person"]: row for row in told("nominal-roll", noon, missions=("UNDOF-2",))}
    keys = ("family_name", "service_number", "unit", "mission", "rank", "start")
    assert [before[erlan.pk][key] for key in keys] == [
        "Ерлан",
        "N-Ерлан",
        "Battalion",
        "UNDOF",
        "captain",
        "2024-06-01",
    ]
    assert [after[erlan.pk][key] for key in keys] == [
        "Ерланов",
        "N-2",
        "Another battalion",
        "UNDOF-2",
        "major",
        "2024-07-01",
    ]
    assert record[4].pk in before and record[4].pk in after
    assert not told("nominal-roll", noon, known_at=noon - 366 * DAY)


# Service.


def by_hand(on, person=None, known_tours=None):
    """This will return {(person, mission): [tours, fewest days, most days]} from all rows, one by one."""
    found = {}
    for tour in known_tours or Tour.objects.order_by("start"):
        if tour.start > on or not tour.deployment.mission.is_un or person not in (None, tour.person):
            continue
        sums = found.setdefault((tour.person_id, tour.deployment.mission.acronym), [0, 0, 0])
        low, high = service.days_on_mission(tour, on=on)
        sums[0] += 1
        sums[1] += low
        sums[2] += high
    return found


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_service_record_holds_each_tour_of_the_person_and_nobody_elses(noon, record, language):
    person = record[0]
    rows = told("service-record", noon, person=person.pk, language=language)
    with override(language):
        assert [(row["mission"], row["kind"], row["rank"], row["appointment"], row["start"], row["last_day"], row["days"],
                 row["days_most"], row["medal"], row["numeral"]) for row in rows] == [
            ("UNIFIL", str(Deployment.Kind.STAFF_OFFICERS.label), "", "", "2022", "2022-11-30", 0, 334, False, None),
            ("UNDOF", str(Deployment.Kind.CONTINGENT.label), "captain", "platoon leader", "2024-06-01", "", 510, 510, True, 3),
        ]  # fmt: skip
    assert [row["may_be_due"] for row in rows] == [True, False]
    assert {row["person"] for row in rows} == {person.pk}
    medals = {medal.mission: medal for medal in service.medals(person, on=noon.date())}
    for row in rows:
        medal = medals[row["mission"]]
        assert (row["medal"], row["may_be_due"]) == (medal.is_due, medal.may_be_due)


def test_service_with_a_coalition_stands_in_the_service_record_and_counts_for_no_medal(noon, record):
    (row,) = told("service-record", noon, person=record[6].pk)  # the tour to come is not told yet
    assert (row["mission"], row["days"], row["medal"], row["numeral"], row["may_be_due"]) == (
        "MNF-I",
        366,
        None,
        None,
        None,
    )


def test_a_service_record_of_nobody_is_refused_before_anything_is_taken(noon, record):
    with pytest.raises(runs.CannotTake, match="Person"):
        taking.opened("service-record", noon)
    assert not told("service-record", noon, person=0)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_tours_and_days_are_those_of_every_person_and_un_mission(noon, record, language):
    rows = told("tours-and-days", noon, language=language)
    found = {(row["person"], row["mission"]): [row["tours"], row["days"], row["days_most"]] for row in rows}
    assert found == by_hand(noon.date()) and len(rows) == len(found) == 7
    assert [row["person"] for row in rows] == sorted(row["person"] for row in rows)
    medals = {
        (person.pk, medal.mission): (medal.is_due, medal.numeral if medal.numeral > 1 else None, medal.may_be_due)
        for person in record
        for medal in service.medals(person, on=noon.date())
    }
    assert {
        (row["person"], row["mission"]): (row["medal"], row["numeral"], row["may_be_due"]) for row in rows
    } == medals
    assert {row["family_name"] for row in rows} == {person.family_name for person in record[:6]}
    assert {row["mission"] for row in told("tours-and-days", noon, missions=("UNIFIL",))} == {"UNIFIL"}


def test_tours_and_days_say_what_the_house_knew_then(noon, record):
    tour = record[3].tours.get()
    makers.record_says(tour, noon - DAY, end=date(2024, 7, 1))
    then = {row["person"]: row["days"] for row in told("tours-and-days", noon, known_at=noon - 2 * DAY)}
    now = {row["person"]: row["days"] for row in told("tours-and-days", noon)}
    assert (then[record[3].pk], now[record[3].pk]) == (510, 30)


# Who may take them, and what each may see.


@pytest.mark.parametrize("slug", PERSONAL)
def test_personal_data_leave_with_their_permission_and_a_purpose_only(noon, record, slug):
    values = {"person": record[0].pk} if slug == "service-record" else {}
    for role in ("author", "editor", "report staff"):
        with pytest.raises(runs.CannotTake):
            taking.opened(slug, noon, by=makers.person_of_role(role, f"{slug}-{role.replace(' ', '-')}"), **values)
    officer = makers.person_of_role("records officer")
    with pytest.raises(runs.CannotTake):
        taking.opened(slug, noon, by=officer, purpose=" ", **values)
    run, content = taking.taken(slug, noon, by=officer, **values)
    assert run.end.rows == len(taking.read_csv(content)) - 1 > 0


def test_birth_and_service_number_are_in_no_file_of_who_may_not_see_the_records_people(noon, record):
    clerk = makers.person_of_role("author", "clerk")
    clerk.user_permissions.add(Permission.objects.get(codename="take_personal_data"))
    _run, content = taking.taken("nominal-roll", noon, by=clerk)
    heads, *rows = taking.read_csv(content)
    assert "Ерлан" in content.decode() and "N-Ерлан" not in content.decode() and "1990" not in content.decode()
    assert not {"Born", "Service number"} & set(heads) and len(rows) == 6
    _run, whole = taking.taken("nominal-roll", noon, by=makers.person_of_role("records officer"))
    assert "N-Ерлан" in whole.decode() and "1990" in whole.decode()


@pytest.mark.parametrize("slug", PERSONAL)
def test_thirty_people_take_as_many_questions_as_three(noon, record, golan, lebanon, slug):
    values = {"person": record[0].pk} if slug == "service-record" else {}
    with CaptureQueriesContext(connection) as few:
        assert taking.rows(slug, noon, **values)
    for number in range(30):
        if slug == "service-record":
            start = date(2020, 1, 1) + 10 * number * DAY
            makers.tour(record[0], lebanon, start, start + 5 * DAY)
        else:
            makers.tour(makers.person(f"Invented {number}"), golan, date(2024, 6, 1))
    makers.known_since(noon - 365 * DAY, *NOUNS)
    with CaptureQueriesContext(connection) as many:
        assert len(taking.rows(slug, noon, **values)) >= 30
    assert len(many) == len(few) <= 7


# As known, as a queryset.


@pytest.mark.parametrize("moment", [-3, -2, -1, 0])
def test_what_is_known_at_a_moment_is_what_the_history_says_row_by_row(noon, record, moment):
    at, same = noon + moment * DAY, noon - 2 * DAY
    for name in ("One", "Two", "Three"):  # three changes at one moment: the last one counts
        makers.record_says(record[1], same, family_name=name)
    makers.record_says(record[2], noon - DAY, family_name="Later")
    gone = makers.person("Gone")
    key = gone.pk
    gone.delete()
    Person.history.filter(id=key).update(history_date=same)  # made and deleted at one moment
    newest = {}
    for past in Person.history.order_by("history_date", "history_id"):
        if past.history_date <= at:
            newest[past.id] = past
    expected = sorted((pk, past.family_name) for pk, past in newest.items() if past.history_type != "-")
    assert sorted(known(Person, at).values_list("id", "family_name").iterator(chunk_size=2)) == expected
    assert sorted((person.pk, person.family_name) for person in as_known(Person, at)) == expected
    assert key not in dict(expected)
