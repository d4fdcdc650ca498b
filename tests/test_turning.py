"""Pages of long lists: each begins after the key of a row, whatever comes meanwhile and however long the list is."""

from datetime import timedelta

import pytest
from django.db import connection

from articles.models import Edition
from ledger import guards
from tests import makers

pytestmark = pytest.mark.django_db
LIST = "/en/articles/"


@pytest.fixture
def editor():
    return makers.person_of_role("editor")


def titles(response):
    return [card.title for card in response.context["cards"]]


def stories(*numbers):
    return [f"Story {number}" for number in range(*numbers)]


def test_a_list_is_read_downwards_and_upwards_by_its_own_links(client, noon, editor):
    makers.public_stories(range(65), noon, editor)
    first = client.get(LIST)
    second = client.get(f"{LIST}?{first.context['older']}")
    third = client.get(f"{LIST}?{second.context['older']}")
    last = client.get(f"{LIST}?{third.context['older']}")
    assert [titles(page) for page in (first, second, third, last)] == [
        stories(20), stories(20, 40), stories(40, 60), stories(60, 65)
    ]  # fmt: skip
    assert not first.context["newer"] and not last.context["older"]
    back = client.get(f"{LIST}?{last.context['newer']}")
    assert titles(back) == stories(40, 60) and back.context["older"] == third.context["older"]
    assert f'rel="prev" href="?{back.context["newer"]}"' in back.content.decode()
    assert titles(client.get(f"{LIST}?{back.context['newer']}")) == stories(20, 40)
    assert client.get(f"{LIST}?{second.context['newer']}")["Location"] == LIST  # the head of the list has one address


def test_a_story_that_comes_meanwhile_repeats_none_on_the_next_page(client, noon, editor):
    makers.public_stories(range(1, 45), noon, editor)
    older = client.get(LIST).context["older"]
    makers.public_stories(range(1), noon, editor)
    assert titles(client.get(f"{LIST}?{older}")) == stories(21, 41)


def test_of_stories_of_one_day_the_later_hour_comes_first_and_none_is_lost_between_pages(client, noon, editor):
    made = makers.public_stories(range(30), noon, editor)
    with guards.lifted(connection):
        Edition.objects.update(day=noon.date())
        for place, story in enumerate(made[:25]):  # the first that was made has the latest hour; five share theirs
            hour = story.public_from + timedelta(hours=1, minutes=-place)
            Edition.objects.filter(pk=story.pk).update(public_from=hour)
    first = client.get(LIST)
    second = client.get(f"{LIST}?{first.context['older']}")
    assert titles(first) == stories(20)
    assert titles(second) == [*stories(20, 25), *reversed(stories(25, 30))]


def test_the_address_that_a_page_once_had_leads_to_the_one_it_has_now(client, noon, editor):
    makers.public_stories(range(45), noon, editor)
    now = client.get(f"{LIST}?page=3")
    assert now.status_code == 302 and titles(client.get(now["Location"])) == stories(40, 45)
    assert client.get(f"{LIST}?page=4").status_code == 404


@pytest.mark.parametrize(
    "key",
    [
        "", "x", "2025-10-23", "2025-10-23.1.2.3", "2025-13-23.1.2", "2025-10-23.-1.2", "2025-10-23.1.x",
        "2025-10-23.99999999999999999999.1", "2025-10-23.1." + "9" * 60, "2025-10-23.1.٣", "2025-10-23.1.1\0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["before", "after"])
def test_a_key_that_is_none_is_not_found(client, noon, editor, name, key):
    makers.public_stories(range(3), noon, editor)
    assert client.get(LIST, {name: key}).status_code == 404


def test_the_same_address_stands_in_every_language(client, noon, editor):
    makers.public_stories(range(25), noon, editor)
    makers.public_stories(range(25), noon - timedelta(days=3), editor, language="ru")
    older = client.get(LIST).context["older"]
    page = client.get(f"/ru/articles/?{older}")
    assert page.status_code == 200 and titles(page) == stories(16, 25)
