"""What photos cost a request: no look into the storage for each, and no rendition made in it."""

import builtins
import contextlib
import io
import os
import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from imagekit.registry import generator_registry
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from articles import imagegenerators, photo_intake, publishing, renditions
from articles.models import Article, Photo, Section
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]
QUEUE = renditions.queue  # before the suite's fixtures take it away
FEW, MANY = 2, 50
STORAGE = ("exists", "open", "size", "listdir", "path", "get_modified_time", "save", "delete")
FILES = [(os, "stat"), (os, "lstat"), (os, "open"), (os, "listdir"), (os, "scandir"), (builtins, "open"), (io, "open")]


@contextlib.contextmanager
def watched():
    """This will gather every call of the storage and of the file system in a list."""
    calls = []

    def told(name, real):
        def call(*arguments, **options):
            calls.append((name, *map(str, arguments[-1:])))
            return real(*arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in STORAGE:
            patch.setattr(FileSystemStorage, name, told(f"storage.{name}", getattr(FileSystemStorage, name)))
        for module, name in FILES:
            patch.setattr(module, name, told(f"{module.__name__}.{name}", getattr(module, name)))
        yield calls


def copies(picture, count):
    """This will put `count` photos into the library that say of themselves what `picture` says."""
    values = {field.attname: getattr(picture, field.attname) for field in Photo._meta.concrete_fields}
    values |= {"original": picture.original.name, "pk": None, "id": None}
    return Photo.objects.bulk_create(Photo(**values) for _copy in range(count))


def stories(picture, numbers, editor, at):
    """This will publish the stories of those numbers, each led by a photo of its own."""
    section = Section.objects.get(slug="missions")
    for number, photo in zip(numbers, copies(picture, len(numbers)), strict=True):
        story = Article.objects.create(working_title="Story", section=section, lead_photo=photo)
        draft = makers.draft_story(
            at, article=story, slug=f"story-{number}", title=f"Story {number}", body="<p>Text.</p>"
        )
        publishing.approve(draft, by=editor, at=at)


def asked(client, address):
    """This will return (the calls that a page made, the photos that it shows)."""
    with watched() as calls:
        response = client.get(address)
        assert response.status_code == 200, address
    return calls, set(re.findall(r"/photos/(\d+)/", response.content.decode()))


PUBLIC = ["/en/", "/en/articles/", "/en/sections/missions/", "/en/search/?q=story", "/en/feeds/atom.xml"]
SHOWN = {"/en/": 5, "/en/sections/missions/": 20, "/en/feeds/atom.xml": 20}  # photos, at least


def test_no_public_page_asks_the_storage_or_the_file_system_for_each_of_its_photos(client, noon, picture, editor):
    pages = {}
    for count in (1, FEW, MANY):  # the first loads the templates
        stories(picture, range(Article.objects.count(), count), editor, noon)
        pages[count] = {address: asked(client, address) for address in PUBLIC}
    for address in PUBLIC:
        calls, shown = pages[MANY][address]
        assert len(calls) <= len(pages[FEW][address][0]), (address, calls)
        assert not [call for call in calls if call[0].startswith("storage.")], address
        assert len(shown) >= SHOWN.get(address, 0), address


def test_the_library_and_a_text_of_many_photos_ask_neither_for_each_of_them(client, noon, picture):
    client.force_login(makers.person_of_role("editor"))
    pages = {}
    for count in (FEW, MANY):
        photos = copies(picture, count - Photo.objects.count())
        story = Article.objects.create(working_title=f"Of {count}", section=Section.objects.get(slug="missions"))
        body = "".join(f"<p>[[photo {place}]]</p>" for place, _photo in enumerate(photos))
        draft = makers.draft_story(noon, slug=f"of-{count}", article=story, body=body)
        for place, photo in enumerate(photos):
            draft.photo_uses.create(place=place, photo=photo)
        text = f"/admin/articles/edition/{draft.pk}"
        addresses = ("/admin/articles/photo/", f"{text}/change/", f"{text}/checks/")
        for _turn in ("loads the templates", "counts"):
            pages[count] = [asked(client, address) for address in addresses]
    for (few, _shown), (many, _shown) in zip(*pages.values(), strict=True):
        assert len(many) <= len(few), many
    assert len(pages[MANY][0][1]) == 48  # a page of the library


def test_each_size_and_kind_is_a_spec_of_imagekit_and_all_come_from_one_decode_at_half_size(noon, monkeypatch):
    specs = {name for name in generator_registry.get_ids() if name.startswith("articles:photo:")}
    assert specs == {f"articles:photo:{size}:{kind}" for size in Photo.SIZES for kind in Photo.KINDS}
    decoded, load = [], JpegImageFile.load

    def watched_load(picture):
        if picture.tile:
            decoded.append(picture.size)
        return load(picture)

    monkeypatch.setattr(JpegImageFile, "load", watched_load)
    photo = makers.photo(noon, makers.picture((4000, 3300)))
    assert decoded == [(2000, 1650)] and (photo.width, photo.height) == (4000, 3300)


def test_a_colour_that_a_drawing_declares_transparent_is_white_in_its_renditions(noon):
    drawing = Image.new("RGB", (3000, 1600), "black")
    drawing.paste("red", (0, 0, 1500, 1600))
    file = io.BytesIO()
    drawing.save(file, "PNG", transparency=(255, 0, 0))
    photo = makers.photo(noon, file.getvalue())
    with default_storage.open(renditions.find(photo, "1600", "webp")) as made:
        row = Image.open(made).convert("RGB").crop((0, 400, 1600, 401))
        assert all(max(colour) - min(colour) < 16 for _count, colour in row.getcolors(1600))
        assert row.getpixel((10, 0)) == (255, 255, 255)


def test_an_upgrade_tells_the_row_of_renditions_that_lie_in_the_storage_and_of_no_others(noon, picture):
    lost = makers.photo(noon, makers.picture((90, 60)), credit="Lost")
    told = (picture.renditions_set, picture.renditions_bytes)
    default_storage.delete(renditions.find(lost, "share", "jpg"))
    Photo.objects.update(renditions_set="", renditions_bytes=0)
    upgrade = import_module("articles.migrations.0021_know_the_renditions_by_the_row")
    upgrade.ask_the_storage(apps, None)
    for photo in (picture, lost):
        photo.refresh_from_db()
    assert (picture.renditions_set, picture.renditions_bytes) == told and renditions.are_made(picture)
    assert not renditions.are_made(lost) and renditions.find(lost, "480", "webp")


@pytest.fixture
def handed(monkeypatch):
    """What requests hand to the worker; a rendition that is made at once fails the test."""
    work = []
    monkeypatch.setattr(renditions, "queue", QUEUE)
    monkeypatch.setattr(renditions, "_queued", set())
    monkeypatch.setattr(renditions, "WORKER", SimpleNamespace(submit=lambda _verb, *values: work.append(values[0])))
    for verb in ("decode", "generate"):
        monkeypatch.setattr(imagegenerators, verb, lambda *_arguments: pytest.fail("made in the request"))
    return work


def test_no_request_makes_a_rendition_it_hands_each_to_the_worker(
    client, noon, handed, django_capture_on_commit_callbacks
):
    editor = makers.person_of_role("editor")
    client.force_login(editor)
    values = {"credit": "Ann", "licence": "CC0", "focal_x": 50, "focal_y": 50, "alt_en": "A flag"}
    library, upload = "/admin/articles/photo/", "/admin/articles/photo/upload/"

    def post(address, **posted):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address, posted)

    def file(size):
        return SimpleUploadedFile("a.jpg", makers.picture(size))

    post(f"{library}add/", original=file((120, 80)), **values)
    one = Photo.objects.get()
    assert handed == [one.pk]
    post(upload, files=[file((90, 60))], receive="")
    (row,) = photo_intake.waiting(editor, at=timezone.now())
    post(upload, keep="", **{f"{row.key}-credit": "Bo", f"{row.key}-licence": "CC0"})
    other = Photo.objects.latest("pk")
    assert handed == [one.pk, other.pk]

    renditions._queued.clear()  # a process was stopped before its worker came to them
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=one)
    for address in (f"/admin/articles/edition/{draft.pk}/checks/", library, f"{library}{one.pk}/change/"):
        assert client.get(address).status_code == 200
    assert handed == [one.pk, other.pk, one.pk]
    assert client.get(one.rendition_url(480)).status_code == 404
    renditions._queued.clear()
    with pytest.raises(publishing.CannotApprove, match="made ready"):
        publishing.approve(draft, by=editor, at=noon)
    post(f"{library}{other.pk}/change/", **{**values, "focal_x": 10})
    assert handed == [one.pk, other.pk, one.pk, one.pk, other.pk]
