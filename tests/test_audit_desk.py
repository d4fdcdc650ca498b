"""The ledger on the desk: who reads it, what narrows it down, and what it says of the seals."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ledger import sealing
from ledger.models import Entry, Seal
from ledger.roles import ROLES
from tests import audited
from tests.audited import sign_in

pytestmark = pytest.mark.django_db
english, house = audited.english, audited.house  # fixtures


PAGES = ["/admin/ledger/entry/", "/admin/ledger/seal/"]


@pytest.fixture
def sealed(house):
    """An entry under a seal, and one that is not."""
    under = Entry.objects.create(
        at=house.noon, verb="approve", noun="articles.edition", object_id="4711", by=house.officer
    )
    sealing.seal(at=house.noon)
    waiting = Entry.objects.create(at=house.noon + timedelta(days=1), verb="clear", noun="x.y", by=house.colleague)
    return under, waiting


@pytest.mark.parametrize("role", [*ROLES, "above", "no role"])
def test_the_ledger_is_read_by_the_administrator_alone_and_changed_by_nobody(house, sealed, role):
    if role == "no role":
        house.client.force_login(house.colleague)
    else:
        sign_in(house, role)
    may, (under, _waiting), newest = role in ("administrator", "above"), sealed, Seal.objects.get()
    index = house.client.get("/admin/").content.decode()
    for noun, row in (("entry", under), ("seal", newest)):
        base = f"/admin/ledger/{noun}/"
        assert (base in index) == may
        for page in ("", f"{row.pk}/change/", f"{row.pk}/history/"):
            assert house.client.get(base + page).status_code == (200 if may else 403), base + page
        for page in ("add/", f"{row.pk}/delete/"):
            assert house.client.get(base + page).status_code == 403
        for page in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
            assert house.client.post(base + page, {"verb": "other", "post": "yes"}).status_code == 403
        house.client.post(base, {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert Entry.objects.get(pk=under.pk).verb == "approve" and Seal.objects.get() == newest


def test_the_desk_says_which_entry_is_sealed_and_by_what_hash(house, sealed):
    under, waiting = sealed
    sign_in(house, "administrator")
    rows = {row.pk: row for row in house.client.get("/admin/ledger/entry/").context["cl"].result_list}
    assert rows[under.pk].seal_number == 1 and rows[waiting.pk].seal_number is None
    assert "not sealed yet" in house.client.get(f"/admin/ledger/entry/{waiting.pk}/change/").content.decode()
    assert Seal.objects.get().sha256 in house.client.get("/admin/ledger/seal/").content.decode()


def test_the_ledger_is_narrowed_down_by_person_verb_noun_day_and_object(house, sealed):
    under, waiting = sealed
    sign_in(house, "administrator")

    def found(**query):
        page = house.client.get("/admin/ledger/entry/", query)
        assert page.status_code == 200, query
        return {row.pk for row in page.context["cl"].result_list}

    assert found(by=house.colleague.pk) == {waiting.pk}
    assert under.pk in found(by=house.officer.pk) and waiting.pk not in found(by=house.officer.pk)
    assert found(verb="approve") == {under.pk}
    assert found(noun="x.y") == {waiting.pk}
    assert under.pk in found(day="2025-10-23") and found(day="2025-10-24") == {waiting.pk}
    assert found(q="4711") == {under.pk}
    assert found(q="4711", day="2025-10-24") == set()
    for day in ("x", "2025-02-30", "9999-12-31", "0001-01-01"):
        assert len(found(day=day)) > 2
    assert len(found(by="x")) > 2
    page = house.client.get("/admin/ledger/entry/", {"q": "4711", "day": "2025-10-23"}).content.decode()
    assert '<input type="hidden" name="q" value="4711">' in page and 'value="2025-10-23"' in page


def test_a_page_of_the_ledger_asks_for_its_seals_at_once(house, sealed, django_assert_max_num_queries):
    sign_in(house, "administrator")
    for _each in range(60):
        Entry.objects.create(at=house.noon, verb="try", noun="x.y")
        sealing.seal(at=house.noon)
    house.client.get(reverse("admin:ledger_entry_changelist"))
    with django_assert_max_num_queries(14):
        house.client.get(reverse("admin:ledger_entry_changelist"))
