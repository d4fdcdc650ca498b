"""The archive: years and months with the number of their stories."""

from datetime import date, timedelta

import pytest

from articles import publishing
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories(noon, editor):
    """Three of October 2025, one of September 2025, two of 2023; in Russian one of 2020."""
    made = makers.public_stories([0, 1, 22, 30, 700, 701], noon, editor)
    makers.public_stories([2000], noon, editor, language="ru")
    return made


def test_the_archive_counts_the_stories_of_every_year_and_month_in_the_readers_language(client, stories):
    assert client.get("/en/archive/").context["years"] == [
        (2025, 4, [(date(2025, 10, 1), 3), (date(2025, 9, 1), 1)]),
        (2023, 2, [(date(2023, 11, 1), 2)]),
    ]
    assert client.get("/ru/archive/").context["years"] == [(2020, 1, [(date(2020, 5, 1), 1)])]
    assert client.get("/kk/archive/").status_code == 200


def test_a_year_shows_its_months_and_leads_to_the_nearest_years_that_have_stories(client, stories):
    response = client.get("/en/archive/2025/")
    assert response.context["months"] == [(date(2025, 10, 1), 3), (date(2025, 9, 1), 1)]
    page = response.content.decode()
    assert 'href="/en/archive/2023/"' in page
    assert 'href="/en/archive/2025/10/"' in page
    assert 'href="/en/archive/2025/"' in client.get("/en/archive/2023/").content.decode()


def test_a_month_shows_its_stories_newest_first_and_leads_to_the_nearest_months(client, stories):
    response = client.get("/en/archive/2025/9/")
    assert [card.title for card in response.context["cards"]] == ["Story 30"]
    page = response.content.decode()
    assert 'href="/en/archive/2025/10/"' in page
    assert 'href="/en/archive/2023/11/"' in page
    titles = [card.title for card in client.get("/en/archive/2025/10/").context["cards"]]
    assert titles == ["Story 0", "Story 1", "Story 22"]


def test_the_last_day_of_a_year_belongs_to_it_and_the_next_day_does_not(client, noon, editor):
    makers.public_stories([1], noon.replace(year=2025, month=1, day=1), editor)
    makers.public_stories([0], noon.replace(year=2025, month=1, day=1), editor)
    assert [card.title for card in client.get("/en/archive/2024/12/").context["cards"]] == ["Story 1"]
    assert [card.title for card in client.get("/en/archive/2025/1/").context["cards"]] == ["Story 0"]
    assert client.get("/en/archive/2024/").context["stories"] == 1


@pytest.mark.parametrize("address", ["2024/", "2024/5/", "2025/1/", "1900/", "2199/12/"])
def test_a_time_without_a_story_in_any_language_is_not_found(client, stories, address):
    assert client.get(f"/en/archive/{address}").status_code == 404


@pytest.mark.parametrize(
    "address", ["25/", "0000/", "9999/", "2025/0/", "2025/13/", "2025/010/", "2025/x/", "99999999999/"]
)
def test_what_is_no_year_or_month_is_not_found_and_breaks_nothing(client, stories, address):
    assert client.get(f"/en/archive/{address}").status_code == 404


@pytest.mark.parametrize("address", ["2020/", "2020/5/"])
def test_the_language_switch_of_a_time_never_leads_to_a_missing_page(client, stories, address):
    page = client.get(f"/ru/archive/{address}").content.decode()
    for language in ("kk", "en"):
        assert f'href="/{language}/archive/{address}"' in page
        answered = client.get(f"/{language}/archive/{address}")
        assert answered.status_code == 200
        assert 'class="empty"' in answered.content.decode()


def test_a_withdrawn_story_is_not_counted_and_its_month_goes_with_it(client, stories, noon, editor, monkeypatch):
    publishing.withdraw(stories[3], by=editor, at=noon, reason="It was not so.")
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    assert client.get("/en/archive/").context["years"][0] == (2025, 3, [(date(2025, 10, 1), 3)])
    assert client.get("/en/archive/2025/9/").status_code == 404
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon - timedelta(hours=1))
    assert client.get("/en/archive/2025/9/").status_code == 200


def test_a_later_edition_is_counted_once(client, noon, editor):
    story = makers.approved_story(noon - timedelta(days=3), editor, body="<p>b</p>")
    draft = publishing.open_next(story, by=makers.author(), at=noon - timedelta(days=2))
    draft.change_note = "new"
    draft.save()
    publishing.approve(draft, by=editor, at=noon - timedelta(days=1))
    assert [stories for _year, stories, _months in client.get("/en/archive/").context["years"]] == [1]


@pytest.mark.parametrize(("address", "queries"), [("", 4), ("2025/", 6), ("2025/10/", 3)])
def test_the_archive_asks_as_many_questions_for_a_thousand_stories_as_for_ten(
    client, noon, editor, address, queries, django_assert_max_num_queries
):
    makers.public_stories(range(10), noon, editor)
    with django_assert_max_num_queries(queries):
        assert client.get(f"/en/archive/{address}").status_code == 200
    makers.public_stories(range(10, 1000), noon, editor)
    with django_assert_max_num_queries(queries):
        assert client.get(f"/en/archive/{address}").status_code == 200
