"""Pages of a section and of a topic, the list of topics, and what a story's page leads on to."""

from datetime import timedelta

import pytest
from django.db import connection

from articles import publishing
from articles.models import Edition, Section, Topic, shelf
from articles.models.shelf import with_size
from articles.templatetags.stories import stories_of_missions
from missions.models.mission import Mission
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def golan(db):
    return Topic.objects.create(slug="golan", name_en="The Golan", name_ru="Голаны", name_kk="Голан")


def titles(response):
    return [card.title for card in response.context["cards"]]


def test_a_section_shows_its_own_stories_newest_first_and_nobody_elses(client, noon, editor):
    makers.public_stories(range(3), noon, editor, section="data")
    makers.public_stories(range(10, 12), noon, editor, section="people")
    makers.public_stories(range(20, 22), noon, editor, section="data", language="ru")
    assert titles(client.get("/en/sections/data/")) == ["Story 0", "Story 1", "Story 2"]
    assert titles(client.get("/ru/sections/data/")) == ["Story 20", "Story 21"]


def test_a_topic_shows_its_stories_of_every_section_and_nothing_else(client, noon, editor, golan):
    makers.public_stories(range(2), noon, editor, section="data", topic=golan)
    makers.public_stories(range(2, 4), noon, editor, section="people", topic=golan)
    makers.public_stories(range(4, 6), noon, editor, section="people")
    assert titles(client.get("/en/topics/golan/")) == [f"Story {n}" for n in range(4)]


@pytest.mark.parametrize("address", ["sections/data/", "topics/golan/"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_shelf_without_a_public_story_says_so_and_leads_to_its_own_page_in_the_other_languages(
    client, golan, address, language
):
    response = client.get(f"/{language}/{address}")
    assert response.status_code == 200
    page = response.content.decode()
    assert 'class="empty"' in page
    for other in ("kk", "ru", "en"):
        assert f'href="/{other}/{address}"' in page


@pytest.mark.parametrize("address", ["sections/nothing/", "topics/nothing/", "sections/", "sections/DATA/"])
def test_a_section_or_topic_that_does_not_exist_is_not_found(client, address):
    assert client.get(f"/en/{address}").status_code == 404


@pytest.mark.parametrize("page", ["99999999999999999999", "9" * 5000, "-1", "x", "0", "2", ""])
@pytest.mark.parametrize("address", ["sections/data/", "topics/golan/", "archive/2025/10/"])
def test_a_page_that_a_shelf_does_not_have_breaks_nothing(client, noon, editor, golan, address, page):
    makers.public_stories(range(1), noon, editor, section="data", topic=golan)
    answered = client.get(f"/en/{address}", {"page": page}).status_code
    assert answered == (200 if page in ("-1", "0") else 404)


def test_a_long_shelf_is_read_page_by_page_and_every_story_once(client, noon, editor):
    makers.public_stories(range(45), noon, editor, section="data")
    read, older = [], "page=1"
    while older:
        response = client.get(f"/en/sections/data/?{older}")
        read += titles(response)
        older = response.context["older"]
    assert read == [f"Story {n}" for n in range(45)]


def test_what_is_not_in_force_stands_on_no_shelf(client, noon, editor, golan, monkeypatch):
    withdrawn, later, public, ended = makers.public_stories(range(4), noon, editor, section="data", topic=golan)
    publishing.withdraw(withdrawn, by=editor, at=noon, reason="It was not so.")
    Edition.objects.filter(pk=later.pk).update(public_from=noon + timedelta(days=1))
    Edition.objects.filter(pk=ended.pk).update(public_until=noon)
    makers.draft_story(noon, article=public.article, language="ru")
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    for address in ("/en/sections/data/", "/en/topics/golan/", "/en/archive/2025/10/"):
        assert titles(client.get(address)) == ["Story 2"]
    assert "Голаны" not in client.get("/ru/topics/").content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon - timedelta(hours=1))
    assert titles(client.get("/en/sections/data/")) == ["Story 0", "Story 2", "Story 3"]
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon + timedelta(days=1))
    assert titles(client.get("/en/sections/data/")) == ["Story 1", "Story 2"]


def test_an_edition_that_takes_over_is_the_only_one_on_its_shelf(client, noon, editor):
    story = makers.approved_story(noon - timedelta(days=3), editor, body="<p>b</p>")
    draft = publishing.open_next(story, by=makers.author(), at=noon - timedelta(days=2))
    draft.title, draft.change_note = "The second one", "new"
    draft.save()
    publishing.approve(draft, by=editor, at=noon - timedelta(days=1))
    assert titles(client.get("/en/sections/missions/")) == ["The second one"]


def test_the_list_of_topics_names_those_with_a_story_in_the_readers_language(client, noon, editor, golan):
    Topic.objects.create(slug="unused", name_en="Of nothing")
    other = Topic.objects.create(slug="archives", name_en="Archives")
    makers.public_stories(range(2), noon, editor, topic=golan)
    makers.public_stories(range(2, 4), noon, editor, topic=other)
    assert [topic.name for topic in client.get("/en/topics/").context["topics"]] == ["Archives", "The Golan"]
    assert client.get("/ru/topics/").context["topics"] == []


def test_a_story_leads_to_its_section_its_topics_and_the_stories_that_share_a_mission_or_topic(
    client, noon, editor, golan, contingent
):
    story, of_topic, of_mission, stranger = makers.public_stories(range(4), noon, editor, section="data")
    story.article.topics.add(golan)
    of_topic.article.topics.add(golan)
    for one in (story, of_mission):
        one.article.missions.add(contingent.mission)
    response = client.get("/en/articles/story-0/")
    assert [card.title for card in response.context["related"]] == ["Story 1", "Story 2"]
    page = response.content.decode()
    assert page.count('href="/en/sections/data/"') >= 3  # the trail, the kicker, and at the end
    assert 'href="/en/topics/golan/"' in page
    assert stranger.title not in page


def test_a_card_links_to_its_section(client, noon, editor):
    makers.public_stories(range(1), noon, editor, section="people")
    for address in ("/en/", "/en/articles/"):
        assert 'class="kicker"><a href="/en/sections/people/"' in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("sections/data/", 2),
        ("sections/data/?page=1", 2),
        ("topics/golan/", 2),
        ("topics/", 1),
        ("articles/story-3/", 8),
    ],
)
def test_a_shelf_asks_as_many_questions_for_a_thousand_stories_as_for_ten(
    client, noon, editor, golan, address, queries, django_assert_max_num_queries
):
    makers.public_stories(range(10), noon, editor, section="data", topic=golan)
    with django_assert_max_num_queries(queries):
        assert client.get(f"/en/{address}").status_code == 200
    makers.public_stories(range(10, 1000), noon, editor, section="data", topic=golan)
    with django_assert_max_num_queries(queries):
        assert client.get(f"/en/{address}").status_code == 200


def test_the_index_that_the_shelves_walk_answers_without_the_table_of_texts(noon):
    """Its columns are all that `in_force` asks: one more there has to stand in the index too."""
    shelf = Edition.objects.on_shelf("en", noon).of("section", Section.objects.get(slug="data").pk)
    index = next(index for index in Edition._meta.indexes if index.name == "edition_in_force_newest_first")
    indexed = {name.lstrip("-") for name, _order in index.fields_orders} | {"article_id"}
    asked = str(shelf.values("pk").query).replace('"', "").split(" FROM ", 1)[1].split("NOT EXISTS")[0]
    columns = {word.split("articles_edition.")[1].strip("(),") for word in asked.split() if "articles_edition." in word}
    assert {"language", "public_from", "suppressed_at"} <= columns <= indexed


@pytest.mark.parametrize(
    "address", ["sections/data/", "topics/golan/", "sections/data/feeds/feed.json", "topics/golan/feeds/feed.json", ""]
)
def test_a_shelf_that_grew_large_holds_what_it_held(client, noon, editor, golan, monkeypatch, address):
    makers.public_stories(range(25), noon, editor, section="data", topic=golan)
    makers.public_stories(range(30, 40), noon, editor, section="people")
    makers.public_stories(range(40, 60), noon, editor, section="data", topic=golan, language="ru")
    small = client.get(f"/en/{address}")
    monkeypatch.setattr(shelf, "LARGE", 5)
    large = client.get(f"/en/{address}")
    assert "Story 1" in small.content.decode() and large.content == small.content


@pytest.mark.parametrize("of_a_large_one", [5, 500])
def test_the_stories_about_any_of_several_missions_stand_each_once_newest_first(
    noon, editor, monkeypatch, django_assert_num_queries, of_a_large_one
):
    monkeypatch.setattr(shelf, "LARGE", of_a_large_one)
    undof, unifil, other = (
        Mission.objects.create(acronym=name, slug=name.lower(), name_en=name, kind="peacekeeping")
        for name in ("UNDOF", "UNIFIL", "MINURSO")
    )
    for numbers, missions in ((range(8), [undof]), (range(20, 23), [undof, unifil]), (range(30, 33), [other])):
        for edition in makers.public_stories(numbers, noon, editor):
            edition.article.missions.set(missions)
    for edition in makers.public_stories(range(40, 43), noon, editor, language="ru"):
        edition.article.missions.set([unifil])
    assert [card.title for card in stories_of_missions([undof, unifil], noon)["cards"]] == [
        *(f"Story {n}" for n in range(8)), "Story 20", "Story 21", "Story 22",
    ]  # fmt: skip
    with django_assert_num_queries(2):
        assert len(stories_of_missions([unifil], noon)["cards"]) == 3
    assert not stories_of_missions([], noon)["cards"]


def test_a_large_shelf_is_told_from_a_small_one(noon, editor, golan, monkeypatch):
    monkeypatch.setattr(shelf, "LARGE", 5)
    makers.public_stories(range(5), noon, editor, section="data", topic=golan)
    makers.public_stories(range(5, 11), noon, editor, section="people")
    sizes = {one.slug: one.is_large for one in with_size(Section.objects.all())}
    assert sizes["people"] and not sizes["data"] and not with_size(Topic.objects.all()).get().is_large


@pytest.mark.sqlite  # PostgreSQL chooses the way by what it knows of the rows
def test_on_sqlite_the_stories_of_a_large_shelf_are_walked_and_never_sorted(noon, editor, golan):
    makers.public_stories(range(600), noon, editor, section="data")
    makers.public_stories(range(600, 640), noon, editor, section="data", topic=golan)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # without it SQLite takes all rows for alike
    stories = Edition.objects.on_shelf("en", noon)
    ways = [stories.of("topic", golan.pk, is_large=is_large).values("pk")[:21].explain() for is_large in (True, False)]
    assert ["FOR ORDER BY" in way for way in ways] == [False, True] and "edition_in_force_newest_first" in ways[0]
