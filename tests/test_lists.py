"""The desk's lists count no further than they show, and every row is still reached."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from ledger import lists
from ledger.admin import HouseAdmin
from ledger.models import Entry, User
from missions.models import Person
from tests import makers

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/missions/person/"


@pytest.fixture
def desk(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(User.objects.create_superuser("desk", password=None))
    return client


@pytest.fixture
def three_hundred(monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 100)
    Person.objects.bulk_create(Person(family_name=f"Invented{n:03}", given_name="I") for n in range(300))


def names(page):
    return [row.family_name for row in page.context["cl"].result_list]


def test_a_long_list_is_read_to_its_end_by_its_own_links(desk, three_hundred):
    read, address = [], PEOPLE
    while address:
        page = desk.get(address)
        read += names(page)
        following = re.search(r'rel="next" href="([^"]*)"', page.content.decode())
        address = following and PEOPLE + following[1].replace("&amp;", "&")
    assert read == [f"Invented{n:03}" for n in range(300)]
    assert 'rel="prev"' in page.content.decode() and desk.get(f"{PEOPLE}?p=7").status_code == 302


def test_no_list_counts_all_its_rows(desk, three_hundred):
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(PEOPLE).content.decode()
    counts = [query["sql"] for query in asked if "COUNT(*)" in query["sql"] and "missions_person" in query["sql"]]
    assert len(counts) == 1 and "LIMIT 101" in counts[0]
    assert "more than 100 entries" in page and "300" not in strip_tags(page)  # whose keys and tokens are digits too


@pytest.mark.parametrize(("query", "found"), [("Invented299", 1), ("Nobody", 0)])
def test_what_finds_little_looks_through_the_rows_once(desk, three_hundred, query, found):
    choices = f"/admin/autocomplete/?app_label=missions&model_name=tour&field_name=person&term={query}"
    for address in (f"{PEOPLE}?q={query}", choices):
        with CaptureQueriesContext(connection) as asked:
            page = desk.get(address)
        tables = ("missions_person", "FROM person_parts")  # the second is SQLite's index
        of_people = [one["sql"] for one in asked if any(name in one["sql"] for name in tables) and query in one["sql"]]
        looked = [sql for sql in of_people if '"missions_person"."id" IN (' not in sql]  # a row by its key is no look
        assert len(looked) == 1, looked
        assert page.content.decode().count("Invented299") >= found
    assert len(page.json()["results"]) == found


def test_a_short_list_says_how_many_rows_it_has(desk, three_hundred):
    assert "10 entries" in desk.get(f"{PEOPLE}?q=Invented00").content.decode()


def test_a_list_that_is_not_counted_offers_no_step_upon_all_its_rows(desk, three_hundred):
    assert 'class="question hidden"' not in desk.get(PEOPLE).content.decode()
    assert 'class="question hidden"' in desk.get(f"{PEOPLE}?q=Invented0").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "٣"])
def test_a_page_that_no_list_has_breaks_nothing(desk, three_hundred, page):
    assert desk.get(PEOPLE, {"p": page}).status_code in (200, 302)


def test_the_ledgers_filters_name_the_verbs_that_there_are(client, noon):
    client.force_login(makers.person_of_role("administrator"))
    for verb in ("approve", "approve", "clear"):
        Entry.objects.create(verb=verb, noun="articles.edition", at=noon)
    assert {"approve", "clear"} <= set(lists.values_in_use(Entry, "verb"))
    assert lists.values_in_use(Entry, "verb") == sorted(set(Entry.objects.values_list("verb", flat=True)))
    page = client.get("/admin/ledger/entry/?verb=clear")
    assert [row.verb for row in page.context["cl"].result_list] == ["clear"]


def test_every_list_of_the_house_is_of_this_kind():
    own = list(admin.site._registry.values())
    assert own and all(isinstance(site, HouseAdmin) for site in own)
    assert all(issubclass(site.get_changelist(None), lists.HouseList) for site in own)
