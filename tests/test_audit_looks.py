"""Who looks at the data of people is an entry of the ledger with their ids, whatever page shows them."""

import pytest
from django.contrib import admin

from ledger.models import Entry
from tests import audited, makers
from tests.audited import a_draft, no_entry_names_anybody, sign_in

pytestmark = pytest.mark.django_db
english, house = audited.english, audited.house  # fixtures


PERSONAL = {"person", "tour", "clearance"}


def of(noun, house):
    """This will return a row of the noun, and the ids of the people whom its list shows."""
    rows = {"person": house.people, "tour": house.tours, "clearance": house.given}[noun]
    shown = house.people[:2] if noun == "clearance" else house.people
    return rows[0], sorted(person.pk for person in shown)


def looks(client, address, **query):
    """This will get a page and return what entries it left: (noun, object, details)."""
    before = Entry.objects.latest("pk").pk
    assert client.get(address, query).status_code == 200, address
    entries = Entry.objects.filter(pk__gt=before).order_by("pk")
    assert {entry.verb for entry in entries} <= {"look at"}
    return [(entry.noun, entry.object_id, entry.details) for entry in entries]


def test_the_nouns_that_hold_personal_data_are_these():
    flagged = {
        model._meta.model_name
        for model, site in admin.site._registry.items()
        if getattr(site, "holds_personal_data", False)
    }
    assert flagged == PERSONAL


@pytest.mark.parametrize("noun", sorted(PERSONAL))
def test_each_page_that_shows_peoples_data_leaves_one_entry_with_their_ids(house, noun):
    sign_in(house, "above")
    row, everybody = of(noun, house)
    base, label, own = f"/admin/missions/{noun}/", f"missions.{noun}", [everybody[0]]
    assert looks(house.client, base) == [(label, "", {"page": "list", "people": everybody})]
    assert looks(house.client, base, q="CANARYNOBODY") == []
    assert looks(house.client, f"{base}add/") == []
    assert looks(house.client, f"{base}{row.pk}/change/") == [(label, str(row.pk), {"page": "form", "people": own})]
    assert looks(house.client, f"{base}{row.pk}/history/") == [
        (label, str(row.pk), {"page": "history", "people": own})
    ]  # fmt: skip
    past = row.history.earliest().history_id
    assert looks(house.client, f"{base}{row.pk}/history/{past}/") == [
        (label, str(row.pk), {"page": "history", "people": own})
    ]  # fmt: skip
    if noun != "clearance":  # which nobody deletes
        assert looks(house.client, f"{base}{row.pk}/delete/") == [
            (label, str(row.pk), {"page": "delete", "people": own})
        ]  # fmt: skip
        before = Entry.objects.latest("pk").pk
        house.client.post(base, {"action": "delete_selected", "_selected_action": row.pk})
        entry = Entry.objects.get(pk__gt=before)
        assert (entry.verb, entry.details) == ("look at", {"page": "delete", "people": own})
    no_entry_names_anybody()


def test_who_looks_at_rows_that_were_deleted_is_noted(house):
    sign_in(house, "records officer")
    assert looks(house.client, "/admin/missions/person/deleted/") == [
        ("missions.person", "", {"page": "deleted", "people": [house.gone]})
    ]  # fmt: skip
    assert looks(house.client, "/admin/missions/tour/deleted/") == []


def test_whose_names_were_offered_as_choices_is_noted(house):
    sign_in(house, "records officer")
    query = {"app_label": "missions", "model_name": "tour", "field_name": "person", "term": "CANARY1"}
    assert looks(house.client, "/admin/autocomplete/", **query) == [
        ("missions.person", "", {"page": "choices", "people": [house.people[1].pk]})
    ]  # fmt: skip
    query = {"app_label": "missions", "model_name": "tour", "field_name": "deployment", "term": "UNDOF"}
    assert looks(house.client, "/admin/autocomplete/", **query) == []


def test_who_looks_at_the_tours_that_end_soon_is_noted(house):
    sign_in(house, "records officer")
    everybody = sorted(person.pk for person in house.people)
    assert looks(house.client, "/admin/missions/tour/service/") == [
        ("missions.tour", "", {"page": "service", "people": everybody})
    ]  # fmt: skip


def test_people_named_on_the_form_of_a_story_or_a_photo_are_noted_where_their_names_are_shown(house):
    story, photo = a_draft(house).article, makers.photo(house.noon)
    for row in (story, photo):
        row.people.add(house.people[2])
    addresses = [f"/admin/articles/{row._meta.model_name}/{row.pk}/" for row in (story, photo)]
    sign_in(house, "administrator")
    for row, address in zip((story, photo), addresses, strict=True):
        for page, path in (("form", "change/"), ("history", "history/")):
            assert looks(house.client, address + path) == [
                (row._meta.label_lower, str(row.pk), {"page": page, "people": [house.people[2].pk]})
            ]  # fmt: skip
    sign_in(house, "editor")  # who sees numbers in the place of names
    for address in addresses:
        assert looks(house.client, f"{address}change/") == []


def test_a_list_of_people_costs_one_query_more_for_its_entry(house, django_assert_max_num_queries):
    sign_in(house, "records officer")
    house.client.get("/admin/missions/person/")
    with django_assert_max_num_queries(8):
        house.client.get("/admin/missions/person/")


def test_readers_leave_no_trace_in_the_ledger(house):
    before = Entry.objects.count()
    for address in ("/en/", "/en/missions/undof/", "/en/people/", "/en/figures/", "/api/v1/missions"):
        assert house.client.get(address).status_code == 200
    assert Entry.objects.count() == before
