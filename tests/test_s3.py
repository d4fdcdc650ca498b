"""Media in a bucket: what is promised of files on a disk holds for files that no path leads to.

The first tests are those of the disk, asked again with a bucket in its place.
"""

import io
import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles import photo_intake, publishing, renditions, share_pictures
from articles.models import Attachment, Edition, Photo
from missions import waiting_files
from missions.models import Tour
from tests import makers
from tests.test_nominal_rolls import ROLL
from tests.test_photos import (
    test_a_photo_has_no_address_until_an_edition_uses_it_and_none_after_withdrawal as test_photos_in_a_bucket,  # noqa: F401
)
from tests.test_report_background import at_noon, numbers, prepare, ready, staff  # noqa: F401
from tests.test_report_background import (
    test_a_download_that_broke_off_goes_on_where_it_ended as test_downloads_from_a_bucket,  # noqa: F401
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def store():
    """An S3-compatible store of this process, and its address."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(autouse=True)
def bucket(store, settings, monkeypatch):
    """The house's media in an empty bucket. What is asked of it is noted in its list `asked`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    options = {"bucket_name": "media", "location": "house", "endpoint_url": store, "region_name": "us-east-1"}
    settings.STORAGES = {
        **settings.STORAGES, "default": {"BACKEND": "ledger.backends.s3.PrivateBucket", "OPTIONS": options},
    }  # fmt: skip
    bucket = default_storage.connection.Bucket("media")
    bucket.create()
    bucket.asked = []
    default_storage.connection.meta.client.meta.events.register(
        "before-call.s3", lambda model, **_more: bucket.asked.append(model.name)
    )
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


def keys(bucket):
    return sorted(found.key for found in bucket.objects.all())


@pytest.mark.usefixtures("at_noon")
def test_a_picture_comes_in_is_made_for_readers_and_is_shown_from_the_bucket_while_it_may_be(client, noon, bucket):
    editor = makers.person_of_role("editor")
    photo_intake.receive(SimpleUploadedFile("hill.jpg", makers.picture()), by=editor, at=noon)
    (waiting,) = photo_intake.waiting(editor, at=noon)
    assert photo_intake.find(editor, waiting.key, at=noon) and photo_intake.preview(waiting)
    photo = Photo(credit="Drawn", licence="CC0", alt_en="A hill", alt_ru="Холм", alt_kk="Төбе")
    photo_intake.keep(waiting, photo)
    photo_intake.discard(waiting)
    renditions.make(photo, at=noon)
    assert photo_intake.waiting(editor, at=noon) == [] and renditions.are_kept(photo)
    draft = makers.draft_story(noon - 2 * HOUR, body="<p>Text</p><p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=photo)
    address = f"/photos/{photo.pk}/480.webp"
    publishing.approve(draft, by=editor, at=noon - HOUR, public_from=noon + HOUR)
    assert client.get(address).status_code == 404  # its embargo
    Edition.objects.filter(pk=draft.pk).update(public_from=noon)
    answer = client.get(address)
    picture = Image.open(io.BytesIO(answer.getvalue()))
    assert (picture.format, picture.width) == ("WEBP", 480) and "media-is-private" not in str(answer.headers)
    del bucket.asked[:]
    assert client.get("/en/articles/golan-contingent/").status_code == client.get("/en/articles/").status_code == 200
    assert bucket.asked == [], "a page asks nothing of the bucket, however many photos it shows"
    before = keys(bucket)
    photo.credit = "Drawn by hand"
    photo.save()
    renditions.make(photo, at=noon)
    assert len(keys(bucket)) == len(before) and keys(bucket) != before, "the set before is gone"


def test_what_lies_in_the_bucket_is_private_and_has_no_address(bucket, noon):
    photo = makers.photo(noon)
    assert photo.original.url == f"/media-is-private/{photo.original.name}"
    for found in bucket.objects.all():
        assert all(grant["Grantee"].get("URI") is None for grant in found.Object().Acl().grants), found.key
        assert found.key.startswith("house/")


def test_a_share_picture_is_made_once_and_the_one_before_it_goes(bucket, noon, editor):
    edition = makers.approved_story(noon, editor, body="<p>Text.</p>")
    share_pictures.make(edition.pk)
    (made,) = keys(bucket)
    share_pictures.make(edition.pk)
    card = share_pictures.of_edition(Edition.objects.for_share_picture().get(pk=edition.pk), [])
    assert keys(bucket) == [made] and share_pictures.bring(card)[:3] == b"\xff\xd8\xff"
    default_storage.save(f"shares/story/{edition.pk}/before.jpg", ContentFile(b"x"))
    default_storage.delete(card.name)
    share_pictures.make(edition.pk)
    assert keys(bucket) == [made]


def test_a_file_of_a_story_is_taken_whole_and_read_while_it_comes(client, bucket, noon, editor):
    content = b"%PDF-1.4\n" + b"x" * 300_000 + b"\n%%EOF\n"
    draft = makers.draft_story(noon - HOUR, body="<p>Text.</p>")
    file = Attachment(edition=draft, title="Report", kind="pdf", size=len(content))
    file.file.save("report.pdf", ContentFile(content))
    publishing.approve(draft, by=editor, at=noon)
    del bucket.asked[:]
    answer = client.get(f"/attachments/{file.pk}/")
    assert answer.headers["Content-Length"] == str(len(content)) and answer.getvalue() == content
    assert bucket.asked == ["HeadObject", "GetObject"]


def test_a_file_is_read_from_any_byte_on_without_what_stands_before_it(bucket):
    name = default_storage.save("reports/x.csv", ContentFile(bytes(range(256)) * 4_000))
    del bucket.asked[:]
    with default_storage.open(name) as file:
        file.seek(0, io.SEEK_END)
        assert file.tell() == file.size == 1_024_000
        file.seek(1_000_000)
        assert file.read(3) + file.read(2) == bytes([64, 65, 66, 67, 68]) and file.tell() == 1_000_005
        assert bucket.asked == ["HeadObject", "GetObject"]
        file.seek(1)
        assert file.read(2) == b"\x01\x02" and file.tell() == 3
        assert len(file.read()) == 1_024_000 - 3 and file.read() == b""
    with pytest.raises(FileNotFoundError):
        default_storage.open("reports/none.csv")


def test_a_file_that_one_node_took_in_is_applied_by_another(noon, officer, bucket):
    makers.golan_contingent()
    upload = SimpleUploadedFile("roll.csv", ROLL.encode())
    key, shown, _seen = waiting_files.keep("nominal_roll", upload, by=officer, at=noon)
    (lying,) = keys(bucket)
    assert lying == f"house/imports/{key}/roll.csv" and shown.counts["refused"]
    waiting_files.apply(key, by=officer, at=noon)
    assert Tour.objects.exists() and keys(bucket) == []
    waiting_files.keep("nominal_roll", upload, by=officer, at=noon)
    later = default_storage.get_modified_time(keys(bucket)[0].removeprefix("house/")) + waiting_files.LIFE + HOUR
    waiting_files.forget_old(at=later)
    assert keys(bucket) == []


def test_a_house_without_a_bucket_loads_nothing_of_it():
    code = "import peacekeeping.wsgi, sys; print([name for name in ('boto3', 'redis', 'prometheus_client') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
