"""Everything that is held on somebody can be taken out for them: all of it, no colleague in it, and the ledger knows."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from ledger.models import Entry
from missions import disclosure
from tests import erased, makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ready_pictures")]


@pytest.fixture
def colleagues(editor, officer):
    editor.first_name, editor.last_name = "Colleaguefirst", "Colleaguelast"
    officer.first_name = "Officerfirst"
    editor.save()
    officer.save()


@pytest.fixture
def taken(noon, editor, officer, colleagues, settings, tmp_path):
    """The archive of a person who is named all over the house."""
    settings.VAR_DIR = tmp_path
    person, *_stories = erased.plant(noon, editor, officer)
    file = disclosure.take_out(person, ground="own_request", reference="12/2025", by=officer, at=noon)
    return person, zipfile.ZipFile(file)


def test_the_archive_holds_the_record_its_past_stories_pictures_and_reports_and_names_no_colleague(taken):
    person, archive = taken
    told = json.loads(archive.read("person.json"))
    parts = told["parts"]
    assert told["person"] == person.pk
    assert {"person", "tours", "clearances", "history", "ledger", "stories", "photos", "reports"} == parts.keys()
    assert parts["person"]["rows"][0]["service number"] == "KZ-554433"
    assert "Канаркин" in json.dumps(parts["history"], ensure_ascii=False)
    assert [len(parts[key]["rows"]) for key in ("tours", "clearances", "stories", "photos", "reports")] == [
        1,
        2,
        3,
        2,
        1,
    ]
    assert sum(name.startswith("files/photo-") for name in archive.namelist()) == 2
    page = archive.read("person.html").decode()
    assert "Кенарев" in page and "Tours of duty" in page and "<script" not in page
    for name in ("person.json", "person.html"):
        text = archive.read(name).decode()
        assert "Colleague" not in text and "Officerfirst" not in text


def test_the_ledger_says_who_took_it_out_before_the_first_byte_leaves(noon, officer, monkeypatch):
    person = makers.person()
    monkeypatch.setattr(disclosure, "gather", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        disclosure.take_out(person, ground="authority", reference="7", by=officer, at=noon)
    entry = Entry.objects.get(verb="take out personal data")
    assert (entry.by, entry.object_id, entry.details) == (
        officer, str(person.pk), {"ground": "authority", "reference": "7"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ground", "reference"), [("own_request", " "), ("mistake", "7"), ("", "7"), ("own_request", "OBSERVER 7")]
)
def test_nothing_leaves_without_the_letter_that_asked_for_it(noon, officer, ground, reference):
    with pytest.raises(disclosure.CannotDisclose):
        disclosure.take_out(makers.person(), ground=ground, reference=reference, by=officer, at=noon)
    assert not Entry.objects.exists()


def test_the_desk_hands_it_out_and_notes_each_look(client, noon, officer, english_desk):
    person = makers.person()
    client.force_login(officer)
    address = reverse("person-privacy", args=[person.pk])
    assert client.get(address).status_code == 200
    assert Entry.objects.filter(verb="look at personal data", object_id=str(person.pk)).exists()
    assert "letter or of the file" in client.post(address, {"do": "take", "ground": "own_request"}).content.decode()
    response = client.post(address, {"do": "take", "ground": "own_request", "reference": "12"})
    assert response["Content-Disposition"] == f'attachment; filename="person-{person.pk}.zip"'
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_everybody_takes_their_own_data_and_finds_all_that_was_done_with_the_account(client, noon, editor):
    makers.approved_story(noon - timedelta(days=1), editor, body="<p>Text.</p>")
    client.force_login(editor)
    response = client.post(reverse("own-data"))
    told = response.json()
    assert told["account"]["username"] == "editor" and told["roles"] == ["editor"]
    assert len(told["rows"]["articles.edition.approved_by"]) == 1
    assert any(entry["verb"] == "approved" for entry in told["done"])
    assert Entry.objects.filter(verb="take own data", by=editor).exists()
    assert "password" not in told["account"]
    assert client.get(reverse("own-data")).status_code == 405
