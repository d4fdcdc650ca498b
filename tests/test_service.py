"""Days on mission, the UN Medal, women's share and the rotations to come."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions import service
from missions.models import Contribution, ImportRun, Mission, Person, Tour
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def observer():
    return Person.objects.create(family_name="Observer", given_name="Invented")


def test_the_medal_is_due_on_the_ninetieth_day_and_a_numeral_after_each_further_180(observer):
    post = makers.golan_contingent(start=date(2024, 1, 1))
    Tour.objects.create(person=observer, deployment=post, start=date(2024, 1, 1))
    numerals = {}
    for days in (89, 90, 269, 270, 450):
        (medal,) = service.medals(observer, on=date(2024, 1, 1) + timedelta(days=days - 1))
        numerals[medal.days] = medal.numeral
    assert numerals == {89: 0, 90: 1, 269: 1, 270: 2, 450: 3}


def test_days_of_two_tours_in_one_mission_add_up_and_a_coalitions_never_count(observer):
    post = makers.golan_contingent(start=date(2024, 1, 1))
    for start, end in ((date(2024, 1, 1), date(2024, 2, 1)), (date(2024, 6, 1), date(2024, 8, 1))):
        Tour.objects.create(person=observer, deployment=post, start=start, end=end)
    iraq = Mission.objects.create(acronym="MNF-I", slug="mnf-i", name_en="Force", kind="coalition")
    elsewhere = makers.golan_contingent(strength=27, mission=iraq, start=date(2003, 8, 1))
    Tour.objects.create(person=observer, deployment=elsewhere, start=date(2003, 8, 1), end=date(2004, 8, 1))
    (medal,) = service.medals(observer, on=date(2025, 1, 1))
    assert (medal.mission, medal.days, medal.is_due) == ("UNDOF", 92, True)


def test_a_coarse_date_makes_a_range_and_the_medal_only_possible(observer):
    post = makers.golan_contingent(start=date(2024, 1, 1))
    Tour.objects.create(
        person=observer, deployment=post, start=date(2024, 3, 1), start_precision="month", end=date(2024, 6, 5)
    )
    (medal,) = service.medals(observer, on=date(2025, 1, 1))
    assert (medal.days, medal.most_days, medal.is_due, medal.may_be_due) == (66, 96, False, True)


@given(start=st.dates(date(2000, 1, 1), date(2030, 1, 1)), length=st.integers(1, 900), on=st.integers(-10, 1000))
def test_days_never_exceed_the_tour_or_the_time_that_passed(start, length, on):
    tour = Tour(start=start, end=start + timedelta(days=length))
    low, high = service.days_on_mission(tour, on=start + timedelta(days=on))
    assert low == high == max(0, min(length, on + 1))


def test_womens_share_is_held_against_the_uns_target_by_category(noon):
    run = ImportRun.objects.create(kind="contributions", file_name="f", sha256="", at=noon, plan={})
    for kind, men, women in (("troops", 132, 7), ("staff_officers", 2, 1), ("experts_on_mission", 1, 0)):
        Contribution.objects.create(
            run=run, known_from=noon, contributor=makers.country(), mission=makers.golan_mission(),
            month=date(2025, 9, 30), personnel_type=kind, men=men, women=women, total=men + women,
        )  # fmt: skip
    month, shares = service.women_by_category(on=date(2025, 10, 23))
    assert month == date(2025, 9, 30)
    assert [(s.category, s.women, s.total, s.per_cent, s.is_met) for s in shares] == [
        ("troops", 7, 139, 5.0, False), ("experts_and_staff_officers", 1, 4, 25.0, True),
    ]  # fmt: skip


def test_the_desk_lists_the_next_rotations_for_those_who_may_see_people(client, observer):
    soon = date.today() + timedelta(days=40)
    post = makers.golan_contingent(start=date(2024, 1, 1), end=soon)
    Tour.objects.create(person=observer, deployment=post, start=date(2024, 1, 1), end=soon)
    client.force_login(makers.person_of_role("records officer"))
    page = client.get("/admin/missions/tour/service/").content.decode()
    assert page.count("UNDOF") >= 2 and "Observer" in page
    assert "UNDOF: " in client.get(f"/admin/missions/person/{observer.pk}/change/").content.decode()
    client.force_login(makers.person_of_role("editor"))
    assert client.get("/admin/missions/tour/service/").status_code == 403
