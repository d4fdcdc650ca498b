"""Nominal rolls and files of the UN on the desk: uploaded, looked at, applied, and by whom."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from missions.models import Casualty, ImportRun, Mission, Person, Tour
from tests import makers
from tests.test_nominal_rolls import ROLL
from tests.test_un_data import FATALITIES

pytestmark = pytest.mark.django_db
PAGE = "/admin/missions/importrun/import/"
ROLL_KIND = {"kind": "nominal_roll"}


@pytest.fixture
def private_folder(tmp_path):
    return tmp_path / "media/imports"


@pytest.fixture
def contingent():
    return makers.golan_contingent(start=date(2024, 3, 1), end=date(2025, 4, 11))


def test_the_records_office_uploads_looks_and_applies(client, contingent, private_folder):
    officer = makers.person_of_role("records officer")
    client.force_login(officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.post(PAGE, {**ROLL_KIND, "file": SimpleUploadedFile("roll.csv", ROLL.encode())})
    text = page.content.decode()
    assert "2 added" in text and "6 refused" in text and "no mission NOWHERE" in text and "Seventh" not in text
    assert not Person.objects.exists()
    (room,) = private_folder.iterdir()
    (kept,) = room.iterdir()
    assert (room.stat().st_mode | kept.stat().st_mode) & 0o077 == 0
    answer = client.post(PAGE, {"waiting": room.name}, follow=True)
    assert "was taken in" in answer.content.decode() and "Correct the refused rows" in answer.content.decode()
    assert Tour.objects.count() == 2 and not list(private_folder.iterdir())
    run = ImportRun.objects.get()
    assert run.by == officer and run.file_name == "roll.csv" and "Invented" not in str(run.plan)
    assert {person.history.latest().history_user for person in Person.objects.all()} == {officer}


def test_nobody_applies_another_plan_than_the_one_that_was_looked_at(client, contingent, private_folder):
    client.force_login(makers.person_of_role("records officer"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.post(PAGE, {**ROLL_KIND, "file": SimpleUploadedFile("roll.csv", ROLL.encode())})
    (room,) = private_folder.iterdir()
    Person.objects.create(family_name="Invented", given_name="First", service_number="A-1")
    assert "record changed meanwhile" in client.post(PAGE, {"waiting": room.name}).content.decode()
    assert not Tour.objects.exists()


def test_another_officer_cannot_apply_the_roll_that_waits(client, contingent, private_folder):
    client.force_login(makers.person_of_role("records officer"))
    client.post(PAGE, {**ROLL_KIND, "file": SimpleUploadedFile("roll.csv", ROLL.encode())})
    (room,) = private_folder.iterdir()
    client.force_login(makers.person_of_role("records officer", "second-officer"))
    client.post(PAGE, {"waiting": room.name})
    assert not Tour.objects.exists() and room.is_dir()


def test_the_records_office_takes_in_a_file_of_the_un_on_the_desk(client, private_folder):
    officer = makers.person_of_role("records officer")
    client.force_login(officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    file = lambda: SimpleUploadedFile("fatalities.csv", FATALITIES.encode())  # noqa: E731
    page = client.post(PAGE, {"kind": "fatalities", "file": file()}).content.decode()
    assert "The record has no mission ALPHA" in page and "Apply this plan" not in page
    page = client.post(PAGE, {"kind": "fatalities", "file": file(), "create_missing": "on"}).content.decode()
    assert "Added on the way: ALPHA" in page and "illness" in page
    assert not Casualty.objects.exists()
    (room,) = (room for room in private_folder.iterdir() if "-create-" in room.name)
    client.post(PAGE, {"waiting": room.name})
    assert Casualty.objects.exists() and Mission.objects.get(acronym="ALPHA").history.get().history_user == officer


@pytest.mark.parametrize("name", ["../../etc/passwd", "1-x.csv", "", "nothing", "..", "."])
def test_nobody_applies_a_file_that_is_not_their_own_waiting_roll(client, contingent, name):
    client.force_login(makers.person_of_role("records officer"))
    assert client.post(PAGE, {"waiting": name}).status_code == 200
    assert not Person.objects.exists()


def test_rolls_are_for_the_records_office_alone(client):
    client.force_login(makers.person_of_role("editor"))
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.csv", b""),
        ("r.csv", b"a,b\n1,2\n"),
        ("r.xlsx", b"PK\x03\x04no"),
        ("r.pdf", b"%PDF"),
        ("r.csv", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_is_no_roll_gets_a_sentence_and_leaves_nothing(client, private_folder, name, content):
    client.force_login(makers.person_of_role("records officer"))
    page = client.post(PAGE, {**ROLL_KIND, "file": SimpleUploadedFile(name, content)})
    assert page.status_code == 200 and "errorlist" in page.content.decode()
    assert not private_folder.exists() or not list(private_folder.iterdir())


def test_lists_of_the_desk_show_no_day_that_nobody_knows(client):
    makers.golan_contingent(start=date(2024, 1, 1), start_precision="year", end=date(2025, 5, 1), end_precision="month")
    client.force_login(makers.person_of_role("records officer"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get("/admin/missions/deployment/").content.decode()
    assert '<td class="field-starts nowrap">2024</td>' in page or ">2024<" in page
    assert ">April 2025<" in page and "Jan. 1, 2024" not in page
