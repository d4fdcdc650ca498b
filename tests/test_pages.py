"""The pages on which the house speaks of itself: whole in every language, and no promise that an installation breaks."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from missions import clearance
from missions.models import ImportRun, Milestone, Source
from peacekeeping import pages
from tests import makers

FOLDER = Path(__file__).resolve().parent.parent / "templates/pages"
ADDRESSES = ["about/", "about/data/", "contact/", "privacy/", "accessibility/"]


def shape(name, language):
    """This will return the elements of a text in their order, without its words."""
    text = (FOLDER / f"{name}.{language}.html").read_text()
    return re.findall(r"<(h[1-6]|p|ul|ol|li|dl|dt|dd)\b", text), re.findall(r"{%-? *(?:url|if|include) .*?%}", text)


@pytest.mark.parametrize("name", pages.TITLES)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_text_of_the_house_says_as_much_in_each_language(name, language):
    assert shape(name, language) == shape(name, "en")


@pytest.mark.parametrize("name", pages.TITLES)
def test_no_text_of_the_house_is_left_in_another_language(name):
    for language in ("kk", "ru", "en"):
        text = re.sub(r"{%.*?%}.*?(?={%)|<[^>]+>|{{.*?}}", " ", (FOLDER / f"{name}.{language}.html").read_text())
        letters = re.findall(r"[^\W\d_]", text)
        cyrillic = len([letter for letter in letters if "Ѐ" <= letter <= "ԯ"]) / len(letters)
        kazakh = len(re.findall(r"[әғқңөұүһі]", text.lower())) / len(letters)
        assert (cyrillic > 0.8, kazakh > 0.05) == {"kk": (True, True), "ru": (True, False), "en": (False, False)}[
            language
        ]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_of_the_house_stands_in_every_language_and_links_to_the_others(client, address, language):
    response = client.get(f"/{language}/{address}")
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1
    for other in ("kk", "ru", "en"):
        assert f'href="/{other}/{address}"' in page
    assert not response.cookies
    assert "{{" not in page
    assert "{%" not in page


@pytest.mark.django_db
def test_every_link_of_the_pages_of_the_house_leads_somewhere(client):
    for address in ADDRESSES:
        for link in re.findall(r'href="(/en/[^"]*)"', client.get(f"/en/{address}").content.decode()):
            assert client.get(link).status_code == 200, (address, link)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_name_who_runs_the_installation_or_say_that_nobody_is_named(client, settings, language):
    settings.HOUSE = {"publisher": "", "address": "", "email": "", "phone": "", "log_days": 0}
    bare = {address: client.get(f"/{language}/{address}").content.decode() for address in ADDRESSES}
    assert "mailto:" not in "".join(bare.values())
    settings.HOUSE = {
        "publisher": "Named House", "address": "1 Named Street", "email": "desk@named.example", "phone": "+7 700",
        "log_days": 14,
    }  # fmt: skip
    told = {address: client.get(f"/{language}/{address}").content.decode() for address in ADDRESSES}
    assert "Named House, 1 Named Street" in told["about/"]
    for words in ("Named House", "1 Named Street", 'href="mailto:desk@named.example"', "+7 700"):
        assert words in told["contact/"]
    assert "desk@named.example" in told["accessibility/"]
    assert "14" in told["privacy/"]
    for address in ("about/", "contact/", "accessibility/", "privacy/"):
        assert bare[address] != told[address]


@pytest.mark.django_db
def test_words_of_the_environment_are_printed_as_words(client, settings):
    settings.HOUSE = {**settings.HOUSE, "publisher": "<b>House</b>", "email": '"><script>'}
    for address in ADDRESSES:
        page = client.get(f"/en/{address}").content.decode()
        assert "<b>House" not in page
        assert '"><script>' not in page


def source(title, **values):
    return Source.objects.create(**{"title": title, "publisher": "The Paper", "retrieved": date(2025, 5, 1), **values})


def listed(client):
    return [source.title for source in client.get("/en/about/data/").context["sources"]]


@pytest.mark.django_db
def test_the_page_about_the_data_lists_the_sources_that_something_public_rests_on(client, officer, noon):
    makers.golan_contingent()
    mission = makers.golan_mission()
    mission.source = source("List of missions")
    mission.save()
    milestone = source("Of a milestone")
    Milestone.objects.create(date=date(2024, 3, 1), title_en="A day", source=milestone)
    source("Of nothing in public")
    assert set(listed(client)) == {"Contingent of 139", "List of missions", "Of a milestone"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"cleared": ("kind", "period")}, {"cleared": ("strength",)}, {"strength": 3, "women": 1},
        {"start": date(2199, 1, 1)},
    ],
)  # fmt: skip
def test_a_source_of_what_is_not_cleared_is_not_listed(client, values):
    makers.golan_contingent(**values)
    assert listed(client) == []


@pytest.mark.django_db
def test_a_revoked_clearance_takes_its_source_from_the_list(client, officer, noon):
    contingent = makers.golan_contingent(cleared=("kind",))
    given = clearance.clear(contingent, "strength", basis="official_release", by=officer, at=noon)
    assert listed(client) == ["Contingent of 139"]
    clearance.revoke(given, by=officer, at=noon)
    assert listed(client) == []


@pytest.mark.django_db
def test_the_newest_file_of_each_kind_is_named_and_a_nominal_roll_never(client, noon):
    roll, un_file = source("Roll of the ministry"), source("UN file")
    for kind, at, of in (
        ("contributions", noon, un_file), ("contributions", noon - timedelta(days=40), un_file),
        ("missions", noon - timedelta(days=9), un_file), ("nominal_roll", noon, roll),
    ):  # fmt: skip
        ImportRun.objects.create(kind=kind, file_name="secret-name.csv", sha256="0", at=at, plan={}, source=of)
    response = client.get("/en/about/data/")
    runs = [(str(kind), timezone.localdate(at)) for kind, at in response.context["runs"]]
    assert runs == [("contributions", noon.date()), ("missions", noon.date() - timedelta(days=9))]
    assert listed(client) == ["UN file"]
    assert "secret-name" not in response.content.decode()


@pytest.mark.django_db
def test_the_page_about_the_data_asks_two_questions_and_stays_short(client, django_assert_num_queries):
    Source.objects.bulk_create(
        Source(title=f"Paper {n}", publisher="The Paper", retrieved=date(2025, 5, 1)) for n in range(100)
    )
    Milestone.objects.bulk_create(
        Milestone(date=date(2024, 3, 1), title_en="A day", source=one) for one in Source.objects.all()
    )
    with django_assert_num_queries(2):
        response = client.get("/en/about/data/")
    assert len(response.context["sources"]) == pages.MOST_SOURCES
