"""The desk finds rows by parts of words, in any of a list's fields, and reads no table from end to end for it."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from articles.forms import PRINTED_WITH_PHOTO
from articles.models import Article, Photo
from ledger import finding, parts
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


# --- SQLite's own index of parts


def judge(index):
    """This will raise what SQLite says where the index tells of other texts than the rows hold."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


@pytest.mark.sqlite
@pytest.mark.parametrize("noun", ["missions/person", "articles/edition", "articles/article", "ledger/entry"])
def test_on_sqlite_too_a_search_in_vain_reads_no_long_table(desk, noon, noun):
    makers.tour(makers.person("Zhumabayev"), makers.golan_contingent(), date(2024, 4, 1))
    makers.draft_story(noon)
    with CaptureQueriesContext(connection) as asked:
        assert rows(desk, noun, "zyxwvut") == []
    read = [query["sql"] for query in asked if " LIKE " in query["sql"] and "zyxwvut" in query["sql"]]
    few = ("ledger_user", "missions_mission")
    assert all(any(f'FROM "{table}"' in sql for table in few) for sql in read), read


@pytest.mark.sqlite
@pytest.mark.parametrize("most", [0, 500])
@pytest.mark.parametrize("words", ["Әбдірахман", "әбдіра", "ДІРАХ", "әбдірахман асқар"])
def test_on_sqlite_too_a_name_is_found_in_large_letters_and_small(desk, monkeypatch, words, most):
    monkeypatch.setattr(finding, "MOST_OWN", most)  # what more rows hold is met on the way through them
    one, _other = people(("Әбдірахманов", "Асқар"), ("Омаров", "Асқар"))
    assert rows(desk, "missions/person", words) == [one.pk]


@pytest.mark.sqlite
def test_sqlites_index_of_parts_follows_every_change_of_a_row(desk):
    one, other = people(("Zhumabayev", "Askar"), ("Omarov", "Askar"))
    Person.objects.filter(pk=one.pk).update(family_name="Bekov")
    other.delete()
    (third,) = Person.objects.bulk_create([Person(family_name="Omarov", given_name='Ten "the tall"')])
    assert rows(desk, "missions/person", "zhuma") == []
    assert rows(desk, "missions/person", "beko") == [one.pk]
    assert rows(desk, "missions/person", "omarov") == rows(desk, "missions/person", "'\"the tall'") == [third.pk]
    judge("person_parts")


@pytest.mark.sqlite
def test_after_a_migration_that_made_a_table_anew_its_index_of_parts_is_right(desk):
    (one,) = people(("Zhumabayev", "Askar"))
    parts.take_off(connection)
    Person.objects.filter(pk=one.pk).update(family_name="Omarov")
    with pytest.raises(DatabaseError):
        judge("person_parts")
    parts.install(connection)
    assert rows(desk, "missions/person", "omarov") == [one.pk] and rows(desk, "missions/person", "zhuma") == []
    for index in indexes():
        judge(index)


@pytest.mark.sqlite
def test_an_index_of_parts_that_stands_is_left_and_one_of_no_noun_is_taken_away(desk):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain (id integer PRIMARY KEY, words text)")
        cursor.execute("CREATE VIRTUAL TABLE past_parts USING fts5(words, content='plain', tokenize='trigram')")
        cursor.execute("CREATE TRIGGER past_parts_delete AFTER DELETE ON plain BEGIN SELECT 1; END")
    with CaptureQueriesContext(connection) as done:
        parts.install(connection)
    assert not [query for query in done if "CREATE" in query["sql"] or "rebuild" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'past_parts%'")
        assert cursor.fetchall() == []


@pytest.mark.sqlite
def test_what_was_taken_out_of_a_row_does_not_lie_on_in_sqlites_index():
    (one,) = people(("ѮѰѲ", "Askar"))
    Person.objects.filter(pk=one.pk).update(family_name="Erased")
    letters = "ѯѱѳ".encode()  # as the index writes them
    assert any(letters in block for block in blocks("person_parts")), "it is marked as gone, and lies there"
    parts.leave_nothing(connection)
    assert not any(letters in block for block in blocks("person_parts"))


def blocks(index):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT block FROM {index}_data")
        return [block for (block,) in cursor.fetchall()]


def indexes():
    found = [index for own in admin.site._registry for index in own._meta.indexes if isinstance(index, PartsIndex)]
    return sorted(index.name for index in found)
