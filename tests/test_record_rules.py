from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import override

from ledger.models import Entry
from missions import clearance, dates, figures
from missions.models import Deployment, Mission, Person, Tour
from missions.models.periods import Precision
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def observer():
    return Person.objects.create(family_name="Observer", given_name="Invented")


def refuses(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_no_path_puts_one_person_on_two_tours_on_one_day(observer):
    post = makers.golan_contingent()
    Tour.objects.create(person=observer, deployment=post, start=date(2024, 3, 1), end=date(2024, 9, 1))
    second = Tour(person=observer, deployment=post, start=date(2024, 8, 31), end=None)
    with pytest.raises(ValidationError):
        second.full_clean()
    refuses(lambda: Tour.objects.create(person=observer, deployment=post, start=date(2024, 8, 31)))
    refuses(lambda: Tour.objects.bulk_create([second]))
    following = Tour.objects.create(person=observer, deployment=post, start=date(2024, 9, 1))
    refuses(lambda: Tour.objects.filter(pk=following.pk).update(start=date(2024, 8, 1)))
    Tour.objects.filter(pk=following.pk).update(rank="captain")


def test_no_period_ends_before_it_starts():
    refuses(lambda: makers.golan_contingent(start=date(2024, 3, 1), end=date(2024, 3, 1)))
    with pytest.raises(ValidationError, match="cannot end before it starts"):
        Mission(
            acronym="X", slug="x", name_en="X", kind="coalition", start=date(2020, 1, 2), end=date(2020, 1, 1)
        ).full_clean()


def test_a_date_known_to_the_month_is_never_stored_with_an_invented_day():
    refuses(lambda: makers.golan_contingent(start=date(2024, 3, 2), start_precision=Precision.MONTH))


def test_a_period_is_shown_to_the_precision_that_is_known():
    rotation = Deployment(start=date(2024, 3, 1), start_precision="month", end=date(2025, 4, 10))
    assert dates.shown_period(rotation) == "March 2024 – 9 April 2025"
    years = Deployment(start=date(2022, 1, 1), start_precision="year", end=date(2024, 1, 1), end_precision="year")
    assert dates.shown_period(years) == "2022 – 2023"


@pytest.mark.parametrize(
    ("language", "precision", "since", "until"),
    [
        ("en", "month", "since January 2024", "until December 2023"),
        ("ru", "day", "с 1 января 2024", "по 31 декабря 2023"),
        ("ru", "month", "с января 2024", "до конца декабря 2023"),
        ("ru", "year", "с 2024 года", "до конца 2023 года"),
        ("kk", "month", "2024 ж. қаңтар айынан бастап", "2023 ж. желтоқсан айының соңына дейін"),
        ("kk", "year", "2024 жылдан бастап", "2023 жылдың соңына дейін"),
    ],
)
def test_a_period_with_one_open_side_is_a_phrase_of_its_language(language, precision, since, until):
    begun = Deployment(start=date(2024, 1, 1), start_precision=precision)
    over = Deployment(end=date(2024, 1, 1), end_precision=precision)
    with override(language):
        assert (dates.shown_period(begun), dates.shown_period(over)) == (since, until)


def test_the_ledger_can_be_neither_changed_nor_deleted(noon):
    Entry.objects.create(at=noon, verb="test", noun="x.y")
    refuses(lambda: Entry.objects.update(verb="other"))
    refuses(lambda: Entry.objects.all()._raw_delete("default"))


def test_a_coalition_never_counts_as_the_un():
    iraq = Mission.objects.create(acronym="MNF-I", slug="mnf-i", name_en="Force", kind="coalition")
    makers.golan_contingent()
    makers.golan_contingent(strength=27, women=None, mission=iraq, start=date(2003, 8, 1))
    ask = lambda text: figures.ask(figures.parse(text), on=date(2025, 1, 1))  # noqa: E731
    assert ask("strength").value == 139
    assert ask("missions_joined").value == 1


def test_a_figure_answers_or_says_why_not_and_never_guesses():
    makers.golan_contingent(strength=None, women=None)
    answer = figures.ask(figures.parse("strength"), on=date(2025, 1, 1))
    assert answer.value is None and "UNDOF" in answer.reason
    before = figures.ask(figures.parse("strength mission=UNDOF"), on=date(2020, 1, 1))
    assert before.value is None and before.reason


@pytest.mark.parametrize("text", ["weather", "strength place=X", "strength mission=NOPE", "missions_joined mission=UNDOF",
                                  "fatalities", "strength mission=UNDOF mission=UNDOF"])  # fmt: skip
def test_an_unknown_figure_or_parameter_names_itself(text):
    makers.golan_mission()
    with pytest.raises(figures.UnknownFigure):
        figures.parse(text)


def test_a_deployment_shows_only_what_was_cleared_and_only_once_begun(noon):
    officer = makers.person_of_role("records officer")
    deployment = makers.golan_contingent(place="A village", end=date(2026, 4, 1), cleared=())
    mission = deployment.mission
    assert clearance.deployments(mission, at=noon) == []
    clearance.clear(deployment, "kind", basis="official_release", by=officer, at=noon)
    clearance.clear(deployment, "place", basis="official_release", by=officer, at=noon)
    clearance.clear(deployment, "period", basis="official_release", by=officer, at=noon)
    (shown,) = clearance.deployments(mission, at=noon)
    assert (shown.kind, shown.strength, shown.place) == ("contingent", None, "")
    assert shown.period == "since 1 March 2024"  # when it will end is a future movement
    (after,) = clearance.deployments(mission, at=noon.replace(year=2026))
    assert after.place == "A village"


def test_a_field_on_no_list_can_never_be_cleared(noon, observer):
    officer = makers.person_of_role("records officer")
    with pytest.raises(clearance.NotClearable):
        clearance.clear(observer, "service_number", basis="consent", by=officer, at=noon)
