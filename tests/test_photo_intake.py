"""What comes in as a picture: many at once, each waiting for its credit, with what its own file says of it."""

import io
import os
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from articles import photo_facts, photo_intake
from articles.models import Photo
from ledger.models import Entry, User
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]


# --- What a file says ----------------------------------------------------------------------------------------------


def iptc(*records, charset=b""):
    sets = [(1, 90, charset)] if charset else []
    body = b"".join(
        b"\x1c" + bytes([record, number]) + len(value).to_bytes(2, "big") + value
        for record, number, value in [*sets, *records]
    )
    resource = b"8BIM\x04\x04\0\0" + len(body).to_bytes(4, "big") + body + b"\0" * (len(body) % 2)
    segment = b"Photoshop 3.0\0" + resource
    content = makers.picture((60, 40))
    return content[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + content[2:]


def test_credit_licence_and_caption_are_read_from_iptc_in_utf_8_and_in_latin_1():
    said = photo_facts.read(io.BytesIO(iptc(
        (2, 80, "Әсел".encode()), (2, 110, "Қазинформ".encode()), (2, 116, b"(c) 2025"), (2, 120, "Сарбаздар үйде".encode()),
        charset=b"\x1b%G",
    )))  # fmt: skip
    assert (said.credit, said.licence, said.captions) == ("Әсел / Қазинформ", "(c) 2025", {"kk": "Сарбаздар үйде"})
    assert photo_facts.read(io.BytesIO(iptc((2, 80, "José".encode("latin-1"))))).credit == "José"


XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>{doctype}<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:cc="http://creativecommons.org/ns#" photoshop:Credit="{credit}">
<cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>
<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">On parade</rdf:li><rdf:li xml:lang="ru">На параде</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF"])
def test_credit_licence_and_captions_are_read_from_xmp(file_format):
    packet = XMP.format(doctype="", credit="Agency").encode()
    facts = photo_facts.read(io.BytesIO(makers.picture((60, 40), file_format, xmp=packet)))
    assert facts.initial() == {
        "credit": "Ann / Agency", "licence": "https://creativecommons.org/licenses/by/4.0/",
        "caption_en": "On parade", "caption_ru": "На параде",
    }  # fmt: skip


@pytest.mark.parametrize(
    "packet",
    [
        XMP.format(doctype='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', credit="&b;").encode(),
        XMP.format(doctype='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', credit="Mine").encode(),
        b"<x", b"\xff\xfe\x00", b"<x>" * 5000,
    ],
)  # fmt: skip
def test_hostile_or_broken_xmp_says_nothing_and_breaks_nothing(packet):
    assert photo_facts.read(io.BytesIO(makers.picture((60, 40), xmp=packet))).initial() == {}


# --- The desk ------------------------------------------------------------------------------------------------------

UPLOAD = "/admin/articles/photo/upload/"


def upload(client, **files):
    return client.post(
        UPLOAD, {"files": [SimpleUploadedFile(name, content) for name, content in files.items()], "receive": ""}
    )


def waiting(username, at=None):
    return photo_intake.waiting(User.objects.get(username=username), at=at or timezone.now())


def test_of_many_files_each_has_its_result_and_a_bad_one_never_loses_the_good_ones(client, noon, picture):
    client.force_login(makers.person_of_role("author"))
    written = Image.Exif()
    written[0x013B], written[0x8298] = "Ann", "CC BY 4.0"
    good, bare = makers.picture((80, 60), exif=written), makers.picture((90, 60))
    page = upload(client, good=good, bad=b"GIF89a", cut=good[:-20], same=makers.picture(), bare=bare).content.decode()
    assert "<b>bad</b> This is not a JPEG" in page and "<b>cut</b> The picture is damaged" in page
    assert f'<b>same</b> <a href="/admin/articles/photo/{picture.pk}/change/">' in page
    assert 'value="Ann"' in page and 'value="CC BY 4.0"' in page
    rows = {row.name: row.key for row in waiting("author")}
    assert set(rows) == {"good", "bare"} and Photo.objects.count() == 1
    assert b"Ann" not in client.get(f"/admin/articles/photo/waiting/{rows['good']}/").content

    keep = {f"{rows['good']}-credit": "Ann", f"{rows['good']}-licence": "CC BY 4.0", f"{rows['bare']}-credit": "Bo",
            f"{rows['bare']}-licence": "", f"{rows['bare']}-alt_en": "A flag", "keep": ""}  # fmt: skip
    page = client.post(UPLOAD, keep).content.decode()
    kept = Photo.objects.latest("pk")
    assert (kept.credit, kept.uploaded_by.username, len(kept.checksum)) == ("Ann", "author", 64)
    assert Entry.objects.filter(verb="add", object_id=str(kept.pk)).exists()
    assert Photo.objects.count() == 2 and 'value="A flag"' in page and "This field is required" in page
    assert upload(client, again=good).content.decode().count("has this picture already") == 1
    assert 'value="Bo"' not in client.get(UPLOAD).content.decode()
    client.post(UPLOAD, {f"{rows['bare']}-credit": "", "all-credit": "Bo", "all-licence": "CC0", "keep": "",
                         f"{rows['bare']}-licence": ""})  # fmt: skip
    assert Photo.objects.filter(credit="Bo", licence="CC0").exists()


def test_a_picture_that_waits_on_keeps_no_browser_from_sending_the_others(client):
    client.force_login(makers.person_of_role("author"))
    page = upload(client, bare=makers.picture()).content.decode()
    assert '-credit"' in page and " required" not in page


def test_what_waits_is_seen_by_who_brought_it_and_by_nobody_else(client):
    client.force_login(makers.person_of_role("author"))
    upload(client, mine=makers.picture())
    (row,) = waiting("author")
    client.force_login(makers.person_of_role("editor"))
    assert "mine" not in client.get(UPLOAD).content.decode()
    assert client.get(f"/admin/articles/photo/waiting/{row.key}/").status_code == 404
    client.force_login(makers.person_of_role("report staff"))
    assert client.get(UPLOAD).status_code == 403


def test_what_waits_is_named_in_the_library_and_in_the_inbox_of_who_brought_it_alone(client):
    client.force_login(makers.person_of_role("author"))
    upload(client, one=makers.picture(), two=makers.picture((80, 60)))
    for address in ("/admin/inbox/", "/admin/articles/photo/"):
        assert "2 pictures of yours wait for their credit and licence" in client.get(address).content.decode()
    assert "is removed" in client.get(UPLOAD).content.decode()
    client.force_login(makers.person_of_role("editor"))
    for address in ("/admin/inbox/", "/admin/articles/photo/"):
        assert "of yours wait" not in client.get(address).content.decode()


def test_what_nobody_filled_in_for_thirty_days_is_removed_from_storage_at_anybodys_next_upload(client):
    client.force_login(makers.person_of_role("author"))
    upload(client, old=makers.picture(), new=makers.picture((80, 60)))
    old, new = sorted(waiting("author"), key=lambda row: row.name == "new")
    month_ago = (timezone.now() - timedelta(days=30, seconds=1)).timestamp()
    os.utime(default_storage.path(old.path), (month_ago, month_ago))
    assert waiting("author") == [new] and "<legend>old" not in client.get(UPLOAD).content.decode()
    assert client.get(f"/admin/articles/photo/waiting/{old.key}/").status_code == 404
    client.force_login(makers.person_of_role("editor"))
    upload(client, other=makers.picture((90, 60)))
    assert not default_storage.exists(old.path)
    assert waiting("author") == [new] and default_storage.exists(new.path)
    entry = Entry.objects.get(verb="forget waiting pictures")
    assert (entry.object_id, entry.details) == (str(User.objects.get(username="author").pk), {"count": 1})


def test_a_picture_waits_until_its_last_moment_and_no_longer(client):
    client.force_login(makers.person_of_role("author"))
    upload(client, mine=makers.picture())
    (row,) = waiting("author")
    assert waiting("author", at=row.until - timedelta(seconds=1)) == [row]
    assert waiting("author", at=row.until) == []


def test_who_brought_a_picture_can_remove_it_and_its_file_is_gone(client):
    client.force_login(makers.person_of_role("author"))
    upload(client, mine=makers.picture())
    (row,) = waiting("author")
    page = client.post(UPLOAD, {f"{row.key}-credit": "", f"{row.key}-leave_out": "on", "keep": ""}).content.decode()
    assert "Removed, as you asked" in page and not default_storage.exists(row.path)


def test_a_picture_saved_alone_waits_with_what_its_file_says(client):
    client.force_login(makers.person_of_role("author"))
    file = SimpleUploadedFile("a.jpg", makers.picture())
    response = client.post("/admin/articles/photo/add/", {"original": file, "focal_x": 50, "focal_y": 50}, follow=True)
    assert response.redirect_chain[0][0] == UPLOAD and "a.jpg" in response.content.decode()


def test_a_file_without_a_usable_name_never_loses_the_others_of_its_batch(client):
    user = makers.person_of_role("author")
    client.force_login(user)
    nameless = SimpleUploadedFile("x", makers.picture((300, 200)))
    nameless.name = "***"
    good = SimpleUploadedFile("good.jpg", makers.picture((400, 200)))
    assert client.post("/admin/articles/photo/upload/", {"files": [nameless, good]}).status_code == 200
    assert sorted(row.name for row in photo_intake.waiting(user, at=timezone.now())) == ["good.jpg", "picture"]
