"""What the house holds of people is said beside each model, and the pages about it are made from that."""

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalChanges

from ledger import personal
from ledger.models import User
from missions.models import Person, Tour

TEXTS = (
    models.CharField, models.TextField, models.FileField, models.JSONField, models.GenericIPAddressField,
    models.BinaryField,
)  # fmt: skip
HISTORY = {"history_id", "history_date", "history_change_reason", "history_type", "history_user"}


def own_models():
    """This will return every model that has a table, without past states and links, which go with their own."""
    return [model for model in apps.get_models() if not issubclass(model, HistoricalChanges)]


def fields_to_speak_of(model):
    """This will return the names of the fields that could hold something of a person."""
    found = set()
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        if isinstance(field, TEXTS) or (field.is_relation and field.related_model in (User, Person, Tour)):
            found.add(field.name)
    return found


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label_lower)
def test_of_every_field_that_could_hold_something_of_a_person_it_is_said_what_it_holds(model):
    noun = model._meta.label_lower
    said = {name for held in personal.of(noun) for name in held.fields}
    none = personal.NOT_PERSONAL.get(noun, set())
    assert sorted(fields_to_speak_of(model) - said - none) == [], f"say it in {model._meta.app_label}/personal_data.py"
    assert said & none == set()
    assert sorted((said | none) - {field.name for field in model._meta.get_fields()}) == []


def test_past_states_hold_no_field_that_the_noun_itself_has_not():
    for model in apps.get_models():
        if issubclass(model, HistoricalChanges) and hasattr(model, "history_object"):
            own = {field.name for field in model.instance_type._meta.get_fields()}
            assert {field.name for field in model._meta.concrete_fields} - own - HISTORY == set(), model


@pytest.mark.parametrize("held", [*personal.HELD, *personal.BESIDE], ids=lambda held: held.noun or "beside")
def test_everything_held_says_what_for_until_when_and_who_sees_it(held):
    assert all(str(part).strip() for part in (held.what, held.why, held.until_when, held.seen_by, held.whose.label))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_readers_are_told_what_is_held_without_asking_the_database(client, django_assert_num_queries, language):
    with django_assert_num_queries(0):
        page = client.get(f"/{language}/privacy/").content.decode()
    assert page.count("<tr>") > 30
    assert "family_name" not in page


@pytest.mark.django_db
def test_readers_are_told_the_terms_that_this_installation_has_set(client, settings):
    page = client.get("/en/privacy/").content.decode()
    assert "has set no term" in page
    settings.RETENTION_YEARS, settings.REPORTS_KEPT_DAYS = 75, 9
    page = client.get("/en/privacy/").content.decode()
    assert "75 years after the last tour" in page
    assert "9 days; at once when" in page


@pytest.mark.django_db
def test_the_desk_is_told_field_by_field(client, staff):
    page = client.get(reverse("personal-data")).content.decode()
    for words in ("missions.person", "service_number", "articles.errorreport", "email", "sessions.session"):
        assert words in page
