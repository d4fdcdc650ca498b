"""What is remembered of rows, and printed of them once, shows after each change what rows that are made anew show."""

from datetime import timedelta

import pytest

from articles import publishing
from articles.models import Article, Author, Photo, Section, Topic
from missions import settled
from missions.models import Mission
from peacekeeping import public_pages
from tests import makers
from tests.test_corrections import correct

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAGES = [
    "/en/articles/golan/",
    "/en/",
    "/en/articles/",
    "/en/sections/missions/",
    "/en/topics/golan/",
    "/en/missions/undof/",
]


@pytest.fixture
def story(noon, editor, contingent, picture):
    """A story with all that stands about one: a photo, a topic, an author, a mission, a figure and others to read on."""
    article = Article.objects.create(
        working_title="Golan", section=Section.objects.get(slug="missions"), lead_photo=picture
    )
    article.topics.add(Topic.objects.create(slug="golan", name_en="The Golan"))
    article.authors.add(Author.objects.create(slug="desk", name_en="The desk"))
    edition = makers.approved_story(noon, editor, article=article, slug="golan")
    makers.public_stories(range(2, 5), noon, editor, section="data", topic=article.topics.get())
    return edition


def a_section_is_renamed(story, noon, editor):
    Section.objects.filter(slug="missions").update(name_en="Renamed")


def the_section_of_others_is_renamed(story, noon, editor):
    Section.objects.filter(slug="data").update(name_en="Renamed")


def a_topic_is_renamed(story, noon, editor):
    Topic.objects.update(name_en="Renamed")


def a_mission_is_renamed(story, noon, editor):
    Mission.objects.filter(slug="undof").update(name_en="Renamed", acronym="RENAMED")


def the_author_is_an_organisation(story, noon, editor):
    Author.objects.update(is_organisation=True)


def the_photo_has_other_measures(story, noon, editor):
    Photo.objects.update(width=1111, height=999)


def it_comes_in_another_language(story, noon, editor):
    makers.approved_story(noon - DAY, editor, article=story.article, language="ru", slug="golany")


def it_is_corrected(story, noon, editor):
    correct(story, editor, noon)


def another_one_is_withdrawn(story, noon, editor):
    other = Article.objects.filter(section__slug="data").first().editions.get()
    publishing.withdraw(other, by=editor, at=noon, reason="It was not so.")


def the_story_moves_to_another_section(story, noon, editor):
    Article.objects.filter(pk=story.article_id).update(section=Section.objects.get(slug="history"))


CHANGES = [
    a_section_is_renamed, the_section_of_others_is_renamed, a_topic_is_renamed, a_mission_is_renamed,
    the_author_is_an_organisation, the_photo_has_other_measures, it_comes_in_another_language, it_is_corrected,
    another_one_is_withdrawn, the_story_moves_to_another_section,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_page_shows_each_change_around_its_stories_as_if_nothing_had_been_remembered(
    client, noon, editor, story, change, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    before = [read(client, page) for page in PAGES for _time in range(2)][1::2]
    change(story, noon, editor)
    after = [read(client, page) for page in PAGES for _time in range(2)]
    settled.forget()
    public_pages._head_of.cache_clear()
    anew = [read(client, page) for page in PAGES]
    assert after[::2] == after[1::2] == anew != before


def read(client, page):
    response = client.get(page)
    assert response.status_code == 200
    return response.content.decode()
