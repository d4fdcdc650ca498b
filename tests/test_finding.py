"""The desk finds rows by parts of words, in any of a list's fields, and reads no table from end to end for it."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.forms import PRINTED_WITH_PHOTO
from articles.models import Article, Photo
from ledger import finding
from ledger.models import Entry, User
from ledger.models.parts import PartsIndex
from missions.models import Person
from tests import makers

pytestmark = pytest.mark.django_db
# Of these there are as many as countries, missions and desks; no search in them gets slow.
FEW = {
    "Acceptance", "Author", "Bundle", "Casualty", "Country", "Deployment", "Group", "ImportRun", "Milestone", "Mission",
    "MissionAlias", "SavedReport", "Schedule", "Section", "Topic", "Unit", "User",
}  # fmt: skip


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("desk", password=None))
    return client


def rows(desk, noun, words):
    return [row.pk for row in desk.get(f"/admin/{noun}/", {"q": words}).context["cl"].result_list]


def people(*names):
    return [Person.objects.create(family_name=family, given_name=given) for family, given in names]


@pytest.mark.parametrize("words", ["Zhuma", "mabay", "ZHUMABAYEV", "askar zhuma", '"Zhumabayev"', "as zhuma", "Zh"])
def test_a_person_is_found_by_parts_of_names_in_any_order(desk, words):
    one, other, _third = people(("Zhumabayev", "Askar"), ("Omarov", "Askar"), ("Nurzhumin", "Bolat"))
    assert one.pk in rows(desk, "missions/person", words)
    assert other.pk not in rows(desk, "missions/person", words)


def test_two_letters_are_looked_for_where_words_begin(desk):
    first, second, _third = people(("Zhumabayev", "Askar"), ("Ten", "Bolat Zhan"), ("Nurzhumin", "Bolat"))
    assert set(rows(desk, "missions/person", "zh")) == {first.pk, second.pk}


def test_words_in_quotation_marks_are_one(desk):
    one, _other = people(("Ten", "Bolat Zhan"), ("Ten", "Zhan Bolat"))
    assert rows(desk, "missions/person", '"Bolat Zhan"') == [one.pk]


@pytest.mark.parametrize("most", [0, 1_000])
def test_a_row_is_found_by_what_it_leads_to_however_common_that_is(desk, noon, monkeypatch, most):
    monkeypatch.setattr(finding, "MOST_KEYS", most)
    post = makers.golan_contingent()
    tour = makers.tour(makers.person("Zhumabayev"), post, date(2024, 4, 1))
    makers.tour(makers.person("Omarov"), post, date(2024, 4, 1))
    assert rows(desk, "missions/tour", "zhuma undof") == [tour.pk]
    assert rows(desk, "missions/tour", "zhuma minurso") == []
    story = makers.draft_story(noon).article
    makers.draft_story(noon, language="ru", article=story)
    other = Article.objects.create(working_title="Golan", section=story.section)
    makers.draft_story(noon, title="Another", slug="another", article=other)
    # Once, though two editions hold the word.
    assert rows(desk, "articles/article", "golan contingent") == [story.pk]
    assert rows(desk, "articles/article", "golan formation") == []
    Entry.objects.create(verb="invent", noun="n", object_id="77", by=User.objects.get(username="desk"), at=noon)
    assert len(rows(desk, "ledger/entry", "desk 77")) == 1


def test_every_text_that_a_long_list_searches_has_an_index_of_parts():
    for own in admin.site._registry.values():
        model = own.model
        fields = PRINTED_WITH_PHOTO if model is Photo else own.search_fields  # a photo is found by `for_search`
        searched = {name for name in fields if "__" not in name}
        if model.__name__ in FEW or not searched:
            continue
        indexed = {name for index in model._meta.indexes if isinstance(index, PartsIndex) for name in index.fields}
        assert searched <= indexed, model


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("noun", "index"),
    [("missions/person", "person_parts"), ("missions/tour", "person_parts"), ("articles/edition", "edition_parts"),
     ("articles/article", "edition_parts"), ("articles/transition", "edition_parts"), ("ledger/entry", "entry_parts"),
     ("articles/photo", "photo_parts")],
)  # fmt: skip
def test_a_search_in_vain_reads_an_index_in_place_of_a_long_table(desk, noun, index):
    with CaptureQueriesContext(connection) as asked:
        assert rows(desk, noun, "zyxwvut") == []
    searches = [query["sql"] for query in asked if " LIKE " in query["sql"] and query["sql"].startswith("SELECT")]
    assert searches
    with connection.cursor() as cursor:
        # Tables as small as these would be read whole, or in the list's order, and rightly.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        plans = []
        for sql in searches:
            cursor.execute(f"EXPLAIN {sql}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert any(index in plan for plan in plans), plans
    few = ("ledger_user", "missions_mission", "missions_deployment")
    assert all("Seq Scan" not in plan or any(f"Seq Scan on {table}" in plan for table in few) for plan in plans), plans
