"""The vocabulary of figures: a value, bounds, or the reason why the record cannot say; never a guess."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from missions import figures
from missions.models import Casualty, Contribution, Deployment, ImportRun, Mission, Person, Tour
from tests import makers

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 23)


def ask(text, on=DAY, **options):
    return figures.ask(figures.parse(text), on=on, **options)


@pytest.fixture
def figure(noon):
    run = ImportRun.objects.create(kind="contributions", file_name="f", sha256="", at=noon, plan={})

    def make(iso3, total, kind="troops", month=date(2025, 9, 30), **values):
        return Contribution.objects.create(
            run=run, known_from=noon - timedelta(days=9), contributor=makers.country(iso3), mission=makers.golan_mission(),
            month=month, personnel_type=kind, **{"men": total, "women": 0, "total": total, **values},
        )  # fmt: skip

    return make


def test_contingent_and_individual_are_told_apart_and_add_up(figure):
    figure("KAZ", 139)
    figure("KAZ", 3, "staff_officers")
    figure("KAZ", 2, "experts_on_mission")
    values = [ask(f"strength{kind}").value for kind in ("", " kind=contingent", " kind=individual")]
    assert values == [144, 139, 5]
    with pytest.raises(figures.UnknownFigure):
        figures.parse("strength kind=both")


def test_the_rank_counts_those_with_more_and_equals_share_a_place(figure):
    for iso3, total in (("BGD", 5000), ("NPL", 5000), ("KAZ", 139), ("FRA", 139), ("DEU", 2)):
        figure(iso3, total)
    assert ask("rank").value == 3 and ask("rank", contributor="FRA").value == 3
    assert ask("rank", contributor="DEU").value == 5
    assert ask("rank mission=UNDOF").rows[0] == "1. NPL: 5000"
    nobody = ask("rank", contributor="KGZ")
    assert nobody.value is None and nobody.reason


def test_women_that_a_deployment_does_not_state_make_bounds():
    makers.golan_contingent(strength=139, women=7)
    makers.golan_contingent(strength=20, women=None, kind=Deployment.Kind.STAFF_OFFICERS)
    answer = ask("women")
    assert (answer.value, answer.low, answer.high) == (None, 7, 27)
    assert "between 7 and 27" in answer.reason


def test_people_who_are_not_named_are_never_added_up_as_if_they_were_different():
    makers.golan_contingent(strength=139, start=date(2024, 3, 1), end=date(2025, 4, 1))
    second = makers.golan_contingent(strength=120, start=date(2025, 4, 1))
    for number in range(2):
        person = Person.objects.create(family_name=f"Invented {number}", given_name="Soldier")
        Tour.objects.create(person=person, deployment=second, start=date(2025, 4, 1))
    people, tours = ask("persons_served"), ask("tours")
    assert (people.value, people.low, people.high) == (None, 139, None)
    assert (tours.value, tours.low, tours.high) == (None, 259, None)


def test_people_who_are_all_named_are_counted_once_however_often_they_went():
    post = makers.golan_contingent(strength=1, women=None, start=date(2024, 3, 1))
    person = Person.objects.create(family_name="Invented", given_name="Soldier")
    Tour.objects.create(person=person, deployment=post, start=date(2024, 3, 1), end=date(2024, 9, 1))
    Tour.objects.create(person=person, deployment=post, start=date(2025, 3, 1))
    assert (ask("persons_served").value, ask("tours").value) == (1, 2)


def test_a_first_service_known_to_the_year_gives_years_between():
    makers.golan_contingent(start=date(2014, 1, 1), start_precision="year")
    answer = ask("years_since_first_tour")
    assert (answer.low, answer.high) == (10, 11)
    assert ask("years_since_first_tour", on=date(2025, 12, 31)).value == 11
    assert ask("years_since_first_contingent", on=date(2025, 12, 31)).value == 11


def test_a_deployment_that_may_not_have_begun_is_not_counted_as_if_it_had():
    mali = Mission.objects.create(acronym="MINUSMA", slug="minusma", name_en="Mali", kind="un_peacekeeping")
    makers.golan_contingent(start=date(2024, 3, 1))
    makers.golan_contingent(strength=2, women=None, mission=mali, start=date(2025, 1, 1), start_precision="year")
    answer = ask("missions_joined")
    assert (answer.value, answer.low, answer.high) == (None, 1, 2)


def test_a_deployment_changed_later_is_answered_as_it_was_known(noon):
    post = makers.golan_contingent(strength=139)
    before = post.history.latest().history_date
    post.strength = 140
    post.save()
    assert (ask("strength", known_at=before).value, ask("strength").value) == (139, 140)
    post.clearances.all().delete()
    post.delete()
    assert ask("strength").value is None
    assert ask("strength", known_at=before).value == 139


@pytest.mark.parametrize(
    ("on", "value", "bounds"),
    [
        (date(2024, 2, 10), None, (0, 139)), (date(2024, 3, 1), 139, (None, None)), (date(2025, 3, 15), None, (0, 259)),
        (date(2025, 4, 1), 120, (None, None)),
    ],
)  # fmt: skip
def test_a_rotation_that_may_not_have_come_or_gone_is_not_counted_as_if_it_had(on, value, bounds):
    months = {"start_precision": "month", "end_precision": "month"}
    makers.golan_contingent(
        strength=139, authorised_strength=139, women=139, start=date(2024, 2, 1), end=date(2025, 4, 1), **months
    )
    makers.golan_contingent(
        strength=120, authorised_strength=120, women=120, start=date(2025, 3, 1), start_precision="month"
    )
    for figure in ("strength", "women", "authorised_strength mission=UNDOF"):
        answer = ask(figure, on=on)
        assert (answer.value, (answer.low, answer.high)) == (value, bounds), figure


def test_own_fatalities_are_of_the_country_and_count_an_id_once(noon):
    run = ImportRun.objects.create(kind="fatalities", file_name="f", sha256="", at=noon, plan={})
    for casualty_id, occurrence, iso3 in (("A", 1, "KAZ"), ("A", 2, "KAZ"), ("B", 1, "FRA")):
        Casualty.objects.create(
            run=run, known_from=noon, casualty_id=casualty_id, occurrence=occurrence, date=date(2020, 1, 1),
            mission=makers.golan_mission(), nationality=makers.country(iso3), personnel_type="Military",
            incident_type="accident",
        )  # fmt: skip
    assert (ask("own_fatalities").value, ask("fatalities mission=UNDOF").value) == (1, 2)


def test_another_country_is_answered_from_the_uns_figures_alone(figure):
    makers.golan_contingent(strength=139)
    figure("FRA", 7)
    assert ask("strength", contributor="FRA").value == 7
    assert ask("strength", contributor="DEU").value is None
    assert ask("missions_joined", contributor="FRA").value is None


def test_a_missions_other_acronym_asks_for_the_same_mission():
    makers.golan_contingent(strength=139)
    makers.golan_mission().aliases.create(acronym="FNUOD")
    assert figures.parse("strength mission=FNUOD") == figures.parse("strength mission=UNDOF")
    assert ask("strength mission=FNUOD").value == 139


def test_many_figures_cost_no_more_questions_than_one_of_each(django_assert_max_num_queries, figure):
    figure("KAZ", 139)
    figure("FRA", 7)
    makers.golan_contingent()
    keys = [
        key + {"required": " mission=UNDOF"}.get(known.mission, "") for key, known in figures.VOCABULARY.items()
    ]  # fmt: skip
    asked = [(figures.parse(key), DAY - timedelta(days=days)) for key in keys for days in range(40)]
    with django_assert_max_num_queries(12):
        assert len(figures.ask_many(asked)) == 440


def test_the_command_prints_value_unit_day_sources_and_rows(capsys):
    makers.golan_contingent(strength=139)
    call_command("figure", "strength mission=UNDOF", "--on", "2025-10-23")
    out = capsys.readouterr().out
    for part in (
        "strength, UNDOF: 139 persons",
        "as of 2025-10-23",
        "The Paper: Contingent of 139",
        "UNDOF contingent 2024-03-01: 139",
    ):
        assert part in out, out
    call_command("figure", "women mission=UNDOF", "--on", "2025-10-23", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["value"], printed["unit"], printed["as_of"]) == (7, "persons", "2025-10-23")


@pytest.mark.parametrize(("options", "says"), [
    (["weather"], "no figure"), (["strength", "--on", "2025-13-01"], "--on"), (["strength", "--known-on", "never"], "--known-on"),
    (["strength", "--contributor", "XXX"], "XXX"), ([""], "no figure"),
])  # fmt: skip
def test_the_command_refuses_aloud(options, says):
    with pytest.raises(CommandError, match=says):
        call_command("figure", *options)


def test_known_on_a_day_means_the_end_of_that_local_day(capsys, figure, noon):
    row = figure("KAZ", 139)
    Contribution.objects.close([row.pk], noon)
    figure("KAZ", 140)
    Contribution.objects.filter(total=140).update(known_from=noon)
    for known_on, value in (
        ("2025-10-22", 139),
        ("2025-10-23", 140),
        ("2025-10-23T11:00:00", 139),
        ("2025-10-13", None),
    ):
        call_command("figure", "strength", "--on", "2025-10-01", "--known-on", known_on, "--json")
        assert json.loads(capsys.readouterr().out)["value"] == value, known_on


def test_a_deployment_whose_start_nobody_knows_may_have_been_there_on_any_day():
    mali = Mission.objects.create(acronym="MINUSMA", slug="minusma", name_en="Mali", kind="un_peacekeeping")
    makers.golan_contingent(strength=139, women=7, start=date(2024, 3, 1))
    makers.golan_contingent(strength=5, women=1, mission=mali, start=None)
    told = {key: ask(key) for key in ("strength", "women", "missions_joined", "years_since_first_tour")}
    assert {key: (answer.value, answer.low, answer.high) for key, answer in told.items()} == {
        "strength": (None, 139, 144), "women": (None, 7, 8), "missions_joined": (None, 1, 2),
        "years_since_first_tour": (None, 1, None),
    }  # fmt: skip


def test_people_named_in_a_deployment_of_unknown_strength_are_a_lower_bound():
    post = makers.golan_contingent(strength=None, women=None)
    person = Person.objects.create(family_name="Invented", given_name="Soldier")
    Tour.objects.create(person=person, deployment=post, start=date(2024, 3, 1))
    for key in ("tours", "persons_served"):
        answer = ask(key)
        assert (answer.value, answer.low, answer.high) == (None, 1, None), key


def test_a_first_service_that_is_certain_is_not_blurred_by_an_earlier_coarse_one():
    makers.golan_contingent(strength=139, start=date(2014, 1, 1), start_precision="year")
    makers.golan_contingent(strength=120, start=date(2014, 3, 1), rotation=2)
    assert ask("years_since_first_tour", on=date(2024, 6, 1)).value == 10


@pytest.mark.parametrize("on", [date.min, date(1900, 1, 1), date(2999, 12, 31), date.max])
def test_every_figure_answers_or_says_why_not_on_any_day(on, figure):
    figure("KAZ", 139)
    makers.golan_contingent()
    for key, known in figures.VOCABULARY.items():
        answer = ask(key + {"required": " mission=UNDOF"}.get(known.mission, ""), on=on)
        assert answer.value is not None or answer.reason


def test_fatalities_are_told_for_no_day_past_the_list_and_for_no_mission_outside_it(noon):
    run = ImportRun.objects.create(kind="fatalities", file_name="f", sha256="", at=noon, plan={})
    for casualty_id, day, nationality in (("A", date(2020, 1, 1), "KAZ"), ("B", date(2023, 11, 20), None)):
        Casualty.objects.create(
            run=run, known_from=noon, casualty_id=casualty_id, date=day, mission=makers.golan_mission(),
            nationality=nationality and makers.country(nationality), personnel_type="Military", incident_type="accident",
        )  # fmt: skip
    Mission.objects.create(acronym="MNF-I", slug="mnf-i", name_en="Force", kind="coalition")
    late = ask("fatalities mission=UNDOF")
    assert (late.value, late.as_of) == (2, date(2023, 11, 20))
    assert ask("fatalities mission=UNDOF", on=date(2021, 1, 1)).value == 1
    assert ask("fatalities mission=MNF-I").value is None
    assert ask("own_fatalities").value == 1


def test_a_question_is_written_so_that_it_can_be_read_again():
    Mission.objects.create(acronym="UNOSOM II", slug="unosom-ii", name_en="Somalia", kind=Mission.Kind.UN_PEACEKEEPING)
    question = figures.parse("fatalities mission=UNOSOM_II")
    assert question.parameters == {"mission": "UNOSOM II"}
    assert str(question) == "fatalities mission=UNOSOM_II" and figures.parse(str(question)) == question
