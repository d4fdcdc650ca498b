"""A house of which every person, text and account can be told from an entry of the ledger that names it."""

import json
import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone

from ledger.models import Entry, User
from missions import clearance
from missions.models import Person
from tests import makers

PHRASE = "a long pass phrase"  # that of `makers.person_of_role`
CANARY = re.compile(r"(?i)canary|dana|192\.0\.2\.")


@pytest.fixture(autouse=True)
def english(english_desk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    cache.clear()


@pytest.fixture
def house(client, noon):
    """A house in which every person, tour, text and account can be told from an entry by a word that names it."""
    post = makers.golan_contingent(start=date(2024, 3, 1), place="CANARYPLACE")
    people = [
        Person.objects.create(family_name=f"CANARY{n}", given_name="CANARYGIVEN", service_number=f"CANARY-{n}")
        for n in range(3)
    ]
    ends = timezone.localdate() + timedelta(days=30)
    tours = [makers.tour(person, post, date(2024, 4, 1), ends, rank="CANARYRANK") for person in people]
    officer = makers.person_of_role("records officer", "canary-officer")
    given = [
        clearance.clear(people[0], "name", basis="consent", by=officer, at=noon),
        clearance.clear(tours[1], "rank", basis="consent", by=officer, at=noon),
    ]
    gone = Person.objects.create(family_name="CANARYGONE", given_name="CANARYGONE")
    gone_pk = gone.pk
    gone.delete()
    return SimpleNamespace(
        client=client, noon=noon, post=post, people=people, tours=tours, given=given, gone=gone_pk, officer=officer,
        colleague=User.objects.create_user("canary-colleague", "canary@house.example", PHRASE, is_staff=True, first_name="CANARYFIRST"),
    )  # fmt: skip


def sign_in(house, role):
    """This will sign in somebody of that role (or above all of them) and return them."""
    if role == "above":
        user = User.objects.create_superuser("canary-above", password=PHRASE)
    else:
        user = makers.person_of_role(role, f"canary-{role}".replace(" ", "-") + "-2")
    house.client.force_login(user)
    return user


def a_draft(house, **values):
    return makers.draft_story(house.noon, body="<p>Text</p>", created_by=makers.author(), **values)


def no_entry_names_anybody():
    for entry in Entry.objects.all():
        said = json.dumps([entry.verb, entry.noun, entry.object_id, entry.details], ensure_ascii=False)
        assert not CANARY.search(said), said
