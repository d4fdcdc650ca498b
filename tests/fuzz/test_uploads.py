"""The doors of the desk that take files: refused with a sentence, nothing half written, nothing left lying about."""

import io
import shutil
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import timezone

from articles import photo_intake
from articles.models import Attachment, Photo
from ledger.models import Entry
from missions import waiting_files
from missions.models import Casualty, Contribution, ImportRun, Mission, Person, Tour
from tests import makers
from tests.fuzz import bad_documents, bad_pictures, bad_tables, nasty, pages
from tests.fuzz.asking import CYRILLIC, Caller, in_time

pytestmark = pytest.mark.django_db
IMPORT = "/admin/missions/importrun/import/"
NOUNS = (Mission, Person, Tour, Contribution, Casualty, ImportRun, Photo, Attachment)
FEW_BYTES = 200_000


@pytest.fixture
def chief(db):
    from ledger.models import User

    return User.objects.create_superuser("chief", "chief@desk.example", "a long pass phrase")


@pytest.fixture
def rooms(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "temporary")
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000  # each goes through a file on disk
    for folder in (settings.VAR_DIR, Path(settings.FILE_UPLOAD_TEMP_DIR)):
        folder.mkdir()
    return settings


def small(bad):
    """This will return {name: bytes} of the files that are small: the large ones are judged in a process of their own."""
    heavy = ("bomb", "megabyte", "million", "one-line", "a-long", "many", "empty-", "zeros-", "deep", "far-cells", "a-wide",
             "elements", "objects", "creators", "author", "slashes", "hidden", "encrypts", "blanks", "paths", "quotes.",
             "changes", "people", "a-large", "astral", "nul.", "columns-in", "one-text", "a-high", "blank-lines")  # fmt: skip
    found = {name: content for name, content in bad.all_of() if not any(part in name for part in heavy)}
    return {name: made for name, content in found.items() if len(made := content()) < FEW_BYTES}


def counted():
    return {noun: noun._base_manager.count() for noun in NOUNS}


@pytest.mark.parametrize("kind", ImportRun.Kind.values)
def test_no_table_breaks_the_import_page_or_leaves_anything_behind(chief, rooms, kind):
    caller, before = Caller(chief), counted()
    for name, content in small(bad_tables).items():
        with in_time():
            answer = caller.client.post(IMPORT, {"kind": kind, "file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 200, name
        soup = pages.soup_of(answer)
        is_planned = bool(soup.select("input[name=waiting]"))
        said = pages.refusals(soup)
        assert is_planned or any(CYRILLIC.search(one) for one in said), f"{name}: {said}"
        room = Path(rooms.MEDIA_ROOT) / waiting_files.ROOM
        waiting = list(room.iterdir()) if room.exists() else []
        assert len(waiting) == (1 if answer.context.get("waiting") else 0), name
        for folder in waiting:
            shutil.rmtree(folder)
        assert list(Path(rooms.FILE_UPLOAD_TEMP_DIR).iterdir()) == [], name
    assert counted() == before


def test_a_plan_that_nobody_can_have_seen_is_not_applied(chief, rooms):
    caller = Caller(chief)
    for text in nasty.TEXTS.values():
        for key in (text, f"{chief.pk}-missions-create-{'0' * 5000}-{'0' * 32}", f"{chief.pk}-missions-create-0-../.."):
            answer = caller.ask("post", IMPORT, data={"waiting": key, "kind": "missions"})
            assert answer.status_code in (200, 400)


def test_no_picture_breaks_the_intake_or_leaves_anything_behind(chief, rooms):
    caller, before = Caller(chief), counted()
    for name, content in small(bad_pictures).items():
        with in_time():
            answer = caller.client.post("/admin/articles/photo/upload/", {"files": SimpleUploadedFile(name, content)})
        assert answer.status_code == 200, name
        ((_name, taken, sentence),) = answer.context["results"]
        assert CYRILLIC.search(sentence), name
        assert taken or name not in bad_pictures.TAKEN, f"{name}: {sentence}"
        assert not taken or name not in bad_pictures.REFUSED, name
        assert list(Path(rooms.FILE_UPLOAD_TEMP_DIR).iterdir()) == [], name
        for row in photo_intake.waiting(chief, at=timezone.now()):
            shown = caller.client.get(f"/admin/articles/photo/waiting/{row.key}/")
            assert shown.status_code in (200, 404), name
            photo_intake.discard(row)
    assert counted() == before


def test_no_name_of_a_file_breaks_a_door_or_leaves_its_folder(chief, rooms, noon):
    caller = Caller(chief)
    draft = makers.draft_story(noon)
    written = makers.written(draft)
    inline = {
        "attachments-TOTAL_FORMS": 1,
        "attachments-0-title": "A\u202etitle\r\nX: 1",
        "attachments-0-edition": draft.pk,
    }
    for place, name in enumerate(nasty.FILE_NAMES.values()):
        picture = makers.picture((60 + place, 40))
        sent = {
            "/admin/articles/photo/upload/": {"files": picture},
            "/admin/articles/photo/add/": {"original": picture, "credit": "A", "licence": "B", "focal_x": 50, "focal_y": 50},
            IMPORT: {"kind": "missions", "file": b"Mission_Acronym\nX\n"},
            f"/admin/articles/edition/{draft.pk}/change/": {**written, **inline, "attachments-0-file": b"text"},
        }  # fmt: skip
        for address, values in sent.items():
            body, kind = multipart(values, name)
            answer = caller.ask("raw", address, data=body, content_type=kind)
            assert answer.status_code in (200, 302, 400), (address, name)
    for path in Path(site_settings.MEDIA_ROOT).rglob("*"):
        assert len(path.name.encode()) <= 255
        assert path.name.isprintable()


def multipart(values, file_name):
    """This will return (a body of parts, its type): what is bytes is a file of that name, as no browser writes it."""
    body = io.BytesIO()
    for name, value in values.items():
        is_file = isinstance(value, bytes)
        named = f'; filename="{file_name}"' if is_file else ""
        body.write(f'--X\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode())
        body.write((value if is_file else str(value).encode()) + b"\r\n")
    return body.getvalue() + b"--X--\r\n", "multipart/form-data; boundary=X"


def test_a_refused_attachment_leaves_the_text_in_its_form_and_says_that_the_file_must_be_chosen_again(
    chief, rooms, noon
):
    caller = Caller(chief)
    draft = makers.draft_story(noon)
    address = f"/admin/articles/edition/{draft.pk}/change/"
    for name, content in small(bad_documents).items():
        if name not in bad_documents.REFUSED:
            continue
        sent = {
            **makers.written(draft, body="<p>Только что написано.</p>", standfirst="Новое."), "attachments-TOTAL_FORMS": 1,
            "attachments-0-title": "Таблица", "attachments-0-edition": draft.pk,
            "attachments-0-file": SimpleUploadedFile(name, content),
        }  # fmt: skip
        answer = caller.ask("post", address, data=sent)
        assert answer.status_code == 200, name
        soup = pages.soup_of(answer)
        assert any(CYRILLIC.search(one) for one in pages.refusals(soup)), name
        assert pages.lost({name: [value] for name, value in sent.items() if isinstance(value, str)}, soup) == []
    assert Attachment.objects.count() == 0
    assert not list(Path(site_settings.MEDIA_ROOT).rglob("attachments/*/*"))


def test_what_is_refused_by_its_length_writes_nothing(chief, rooms):
    caller, entries = Caller(chief), Entry.objects.count()

    for address in (IMPORT, "/admin/articles/photo/add/", "/ru/figures/report/", "/admin/login/"):
        answer = caller.client.post(address, CONTENT_LENGTH="100000000")
        assert answer.status_code == 413, address
        assert CYRILLIC.search(answer.content.decode())
    assert Entry.objects.count() == entries
    assert TemporaryUploadedFile and not default_storage.exists("incoming")
