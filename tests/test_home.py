"""The front page: what stands on it, where, and no story twice."""

from datetime import timedelta

import pytest

from articles import front_page, publishing
from articles.models import Article, Edition, FrontPage, Section, Topic
from missions.models import Mission
from tests import makers

pytestmark = pytest.mark.django_db


def stories(numbers, noon, editor, section="missions", language="en"):
    """This will make public stories of one section, one day apart, story 0 the newest."""
    return makers.public_stories(numbers, noon, editor, section=section, language=language)


def titles(page):
    return [card.title for card in page.top], {
        section.slug: [card.title for card in cards] for section, cards in page.sections
    }


def read(noon, pinned=(), language="en"):
    return front_page.read(language, noon, list(pinned))


def test_the_lead_and_a_row_stand_above_and_each_section_shows_its_newest_with_no_story_twice(noon, editor):
    stories(range(6), noon, editor, "missions")
    stories(range(20, 27), noon, editor, "data")
    top, sections = titles(read(noon))
    assert top == ["Story 0", "Story 1", "Story 2", "Story 3"]
    assert sections == {
        "missions": ["Story 4", "Story 5"],
        "data": ["Story 20", "Story 21", "Story 22", "Story 23"],
    }
    shown = top + [title for of_one in sections.values() for title in of_one]
    assert len(shown) == len(set(shown))


def test_a_section_without_a_story_in_the_language_vanishes(client, noon, editor):
    stories(range(6), noon, editor, "missions")
    stories(range(10, 15), noon, editor, "history", language="ru")
    assert titles(read(noon))[1].keys() == {"missions"}
    page = client.get("/en/").content.decode()
    assert "section-missions" in page
    assert "section-history" not in page


@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 30])
def test_the_front_page_prints_any_number_of_stories_with_and_without_photos(client, noon, editor, picture, count):
    if count:
        makers.approved_story(
            noon, editor, body="<p>b</p>", slug="with-photo",
            article=Article.objects.create(
                working_title="p", section=Section.objects.get(slug="data"), lead_photo=picture
            ),
        )  # fmt: skip
    stories(range(1, count), noon, editor, "missions")
    page = client.get("/en/").content.decode()
    assert page.count('class="card card-lead"') == min(count, 1)
    assert page.count('class="card card-large"') == max(min(count, 4) - 1, 0)
    assert page.count('<div class="top-row">') == (count > 1)
    assert ("No story in this language yet." in page) == (not count)
    for block in ("div", "section", "ul", "article"):
        assert page.count(f"<{block}") == page.count(f"</{block}>"), block


def test_pinned_stories_stand_first_in_their_order_and_are_not_repeated_below(client, noon, editor):
    made = stories(range(12), noon, editor, "missions")
    pinned = [made[place].article_id for place in (9, 3, 7, 11, 5)]
    top, sections = titles(read(noon, pinned))
    assert top == ["Story 9", "Story 3", "Story 7", "Story 11", "Story 5"]
    assert sections == {"missions": ["Story 0", "Story 1", "Story 2", "Story 4"]}
    page = FrontPage.objects.create(language="en", since=noon)
    page.pins.create(article_id=pinned[0], position=1)
    assert client.get("/en/").context["front"].top[0].title == "Story 9"


def test_what_is_pinned_and_not_public_leaves_no_gap(noon, editor):
    made = stories(range(6), noon, editor)
    publishing.withdraw(made[2], by=editor, at=noon, reason="It was not so.")
    assert titles(read(noon, [made[2].article_id]))[0] == ["Story 0", "Story 1", "Story 3", "Story 4"]
    assert titles(read(noon - timedelta(seconds=1), [made[2].article_id]))[0][0] == "Story 2"


def test_an_old_section_is_not_pushed_out_by_a_busy_one(noon, editor):
    busy = front_page.LOOKED_THROUGH
    stories(range(busy), noon, editor, "missions")
    stories(range(busy, busy + 3), noon, editor, "history")
    sections = titles(read(noon))[1]
    assert sections["history"] == [f"Story {number}" for number in range(busy, busy + 3)]
    assert sections["missions"] == ["Story 4", "Story 5", "Story 6", "Story 7"]


def test_a_story_at_the_top_takes_no_place_of_its_old_section(noon, editor):
    busy = front_page.LOOKED_THROUGH
    stories(range(busy), noon, editor, "missions")
    old = stories(range(busy, busy + 6), noon, editor, "history")
    top, sections = titles(read(noon, [old[0].article_id, old[2].article_id]))
    assert top[:2] == [f"Story {busy}", f"Story {busy + 2}"]
    assert sections["history"] == [f"Story {busy + number}" for number in (1, 3, 4, 5)]


def test_the_front_page_says_which_day_it_is_in_the_readers_language(client, noon, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    for language, day in (("en", "Thursday, 23 October 2025"), ("ru", "Четверг, 23 октября 2025")):
        assert day in client.get(f"/{language}/").content.decode()


def test_the_front_page_names_the_latest_correction_and_the_topics_of_its_stories(client, noon, editor, contingent):
    story = makers.approved_story(noon, editor)
    story.article.topics.add(Topic.objects.create(slug="golan", name_en="The Golan"))
    Topic.objects.create(slug="unused", name_en="Of nothing here")
    draft = publishing.open_next(story, by=makers.author(), at=noon)
    draft.correction = "It was 139, not 140."
    draft.save()
    publishing.approve(draft, by=editor, at=noon)
    page = client.get("/en/").content.decode()
    assert 'class="dateline-correction"' in page
    assert 'href="/en/topics/golan/"' in page
    assert "Of nothing here" not in page


def test_the_front_page_lists_the_missions_in_progress_in_which_the_country_serves(client, noon, editor, contingent):
    Mission.objects.create(acronym="UNFOR", slug="unfor", name_en="Force", kind="un_peacekeeping", start=noon.date())
    listed = [mission.acronym for mission in client.get("/en/").context["missions"]]
    assert listed == ["UNDOF"]


def test_the_front_page_asks_two_questions_more_of_a_section_with_few_of_the_newest_stories_and_no_more_beyond(
    client, noon, editor, contingent, django_assert_num_queries, django_assert_max_num_queries
):
    stories(range(10), noon, editor)
    with django_assert_max_num_queries(17) as few:
        assert client.get("/en/").status_code == 200
    for first, end in ((10, 300), (300, 1000)):
        stories(range(first, end), noon, editor, "data")
        with django_assert_num_queries(len(few.captured_queries) + 2):
            assert client.get("/en/").status_code == 200


def test_the_cards_of_the_front_page_leave_the_long_columns_in_the_database(noon, editor):
    stories(range(2), noon, editor)
    assert all(card.get_deferred_fields() >= {"body", "rendered"} for card in read(noon).top)
    assert Edition.objects.count() == 2
