"""A person's name is taken out of a text in every case and script, and nobody else's."""

import pytest

from articles.unnaming import Unnaming
from missions.erasing import Names


@pytest.fixture
def seitkali():
    return Unnaming(
        Names(
            frozenset({"Сейткалиев"}), frozenset({"Нурлан"}), frozenset({"Маратович"}), frozenset({"Nurlan Seitkaliyev"}),
            frozenset({"KZ-778812"}),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Майор Нурлан Сейткалиев вернулся.", "Майор […] вернулся."),
        ("О Сейткалиеве Нурлане Маратовиче пишут.", "О […] пишут."),
        ("Н. М. Сейткалиев и Сейткалиева Н.М. видели.", "[…] и […] видели."),
        ("Нұрлан Сейтқалиевтің айтуынша", "[…] айтуынша"),
        ("Nurlan Seitkaliyev came home; Seitkaliyev was glad.", "[…] came home; […] was glad."),
        ("<p><b>Нурлан</b> Сейткалиев</p>", "<p><b>[…]</b> […]</p>"),
        ("His number is KZ-778812.", "His number is […]."),
        ("Нур\u00adлан Сейт\u00adкалиев", "[…]"),
    ],
)
def test_a_name_goes_in_every_case_and_script(seitkali, text, left):
    assert seitkali.take_out(text) == left


@pytest.mark.parametrize(
    "text", ["Сейткалиев вышел.", "Азамат Сейткалиев вышел.", "Нурлан Ахметов вышел.", "A. Seitkaliyev left.", ""]
)
def test_who_only_shares_a_name_stays(seitkali, text):
    assert seitkali.take_out(text) == text


def test_in_a_story_about_the_person_the_family_name_alone_goes_too_and_a_given_name_stays(seitkali):
    told = seitkali.take_out("Сейткалиев ушёл. Нурлан Маратович рад. Нурлан молчит.", True)
    assert told == "[…] ушёл. […] рад. Нурлан молчит."


def test_an_address_that_names_the_person_is_known(seitkali):
    assert seitkali.is_in_address("mayor-nurlan-seitkaliev")
    assert seitkali.is_in_address("seitkaliev", True)
    assert not seitkali.is_in_address("golan-contingent", True)
