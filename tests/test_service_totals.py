"""Tours and people by day are kept as totals, and are what the tours say whatever path a change took."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from missions import figures, service_totals
from missions.models import Deployment, FirstTour, Mission, PeopleTotal, Tour, TourTotal, Unsettled
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db
KEYS = ("tours", "persons_served")
KINDS = ("", " kind=contingent", " kind=individual", " mission=UNDOF", " mission=UNDOF kind=contingent")
DAYS = (
    date(2023, 12, 31),
    date(2024, 3, 1),
    date(2024, 3, 31),
    date(2024, 12, 30),
    date(2024, 12, 31),
    date(2025, 6, 1),
)


def told():
    """This will return the answers to all questions of tours and people, for all days."""
    questions = [figures.parse(key + more) for key in KEYS for more in KINDS]
    asked = [(question, day) for question in questions for day in DAYS]
    return [(answer.value, answer.low, answer.rows) for answer in figures.ask_many(asked)]


def plain():
    """This will return the same without any total: everybody is marked, and more than are looked at one by one."""
    kept = [list(model.objects.values()) for model in (FirstTour, PeopleTotal, TourTotal, Unsettled)]
    most, service_totals.MOST_UNSETTLED = service_totals.MOST_UNSETTLED, -1
    service_totals.mark_all()
    try:
        return told()
    finally:
        service_totals.MOST_UNSETTLED = most
        for model, rows in zip((FirstTour, PeopleTotal, TourTotal, Unsettled), kept, strict=True):
            model.objects.all().delete()
            model.objects.bulk_create(model(**row) for row in rows)


def is_right(noon):
    """This will say whether the figures are those of the tours, while what changed is marked and once it is counted."""
    true = plain()
    assert told() == true
    record_changed.send(sender=Tour, at=noon, by=None)
    assert not Unsettled.objects.exists() and service_totals.wrong() == []
    assert told() == true
    return True


@pytest.fixture
def served(noon):
    """A contingent and an observer's deployment on the Golan, one elsewhere; four people, one of them on two tours."""
    contingent = makers.golan_contingent(strength=3, women=0)
    observers = makers.golan_contingent(strength=2, women=0, kind="experts_on_mission", cleared=())
    other = Mission.objects.create(acronym="UNTSO", slug="untso", name_en="Truce", kind="un_peacekeeping")
    elsewhere = Deployment.objects.create(mission=other, kind="staff_officers", start=date(2023, 1, 1), strength=1)
    people = [makers.person(f"Invented{n}") for n in range(4)]
    makers.tour(people[0], contingent, date(2024, 3, 1), date(2024, 9, 1))
    makers.tour(people[0], observers, date(2024, 9, 1))
    makers.tour(people[1], contingent, date(2024, 3, 1), start_precision="month")
    makers.tour(people[2], elsewhere, date(2023, 1, 1), date(2024, 1, 1), start_precision="year")
    makers.tour(people[2], observers, date(2024, 12, 31))
    record_changed.send(sender=Tour, at=noon, by=None)
    return contingent, observers, elsewhere, people


def test_figures_of_tours_and_people_are_those_of_the_tours(served, noon):
    assert is_right(noon) and PeopleTotal.objects.exists() and TourTotal.objects.exists()


def test_every_path_of_a_change_is_followed(served, noon):
    contingent, observers, elsewhere, people = served
    Tour.objects.filter(person=people[1]).update(start=date(2024, 4, 1))
    assert is_right(noon)
    Tour.objects.bulk_create(
        Tour(person=people[3], deployment=elsewhere, start=date(2025, month, 1), end=date(2025, month + 1, 1))
        for month in (2, 4)
    )
    assert is_right(noon)
    Tour.objects.filter(person=people[0], deployment=contingent).delete()
    assert is_right(noon)
    moved = Tour.objects.get(person=people[2], deployment=observers)
    moved.person = people[3]
    moved.start, moved.deployment = date(2024, 3, 1), observers
    Tour.objects.filter(person=people[3]).delete()
    moved.save()
    assert is_right(noon)


def test_a_deployment_or_a_mission_that_becomes_another_takes_its_people_along(served, noon):
    _contingent, observers, elsewhere, _people = served
    Deployment.objects.filter(pk=elsewhere.pk).update(kind="contingent")
    assert is_right(noon)
    Deployment.objects.filter(pk=observers.pk).update(mission=elsewhere.mission)
    assert is_right(noon)
    Mission.objects.filter(pk=elsewhere.mission_id).update(kind="coalition")
    assert is_right(noon)
    Mission.objects.filter(pk=elsewhere.mission_id).update(kind="un_political")
    assert is_right(noon)


def test_a_change_that_is_taken_back_leaves_the_totals_as_they_were(served, noon):
    before = list(PeopleTotal.objects.order_by("pk").values())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Tour.objects.all().delete()
        record_changed.send(sender=Tour, at=noon, by=None)
        raise ZeroDivisionError
    assert list(PeopleTotal.objects.order_by("pk").values()) == before and is_right(noon)


def test_totals_can_be_counted_again_and_a_wrong_one_is_told(served, noon):
    PeopleTotal.objects.filter(mission_id=0, kind="").update(certain=9)
    assert len(service_totals.wrong()) > 0
    service_totals.count_again()
    assert service_totals.wrong() == [] and is_right(noon)


def test_a_figure_over_the_whole_record_reads_no_tour(served):
    with CaptureQueriesContext(connection) as asked:
        figures.ask(figures.parse("persons_served"), on=DAYS[-1])
    of_tours = [query["sql"] for query in asked if 'FROM "missions_tour"' in query["sql"]]
    assert all("missions_unsettled" in sql for sql in of_tours)  # only the tours of what is marked


def test_the_tours_themselves_are_not_looked_at_where_nothing_is_marked(django_assert_num_queries):
    with django_assert_num_queries(2) as asked:
        service_totals.tours_begun([date(2025, 1, 1)])
    assert not [query for query in asked if '"missions_tour"' in query["sql"]]
