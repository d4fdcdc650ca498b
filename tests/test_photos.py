import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from PIL import Image, ImageCms

from articles import photo_facts, photos, publishing, readiness, renditions
from articles.models import Article, Photo
from ledger.models import Entry
from missions.models import Person
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]


def test_a_photo_has_no_address_until_an_edition_uses_it_and_none_after_withdrawal(client, noon, picture):
    makers.golan_contingent()
    editor = makers.person_of_role("editor")
    address = f"/photos/{picture.pk}/480/"
    assert client.get(address).status_code == 404
    draft = makers.draft_story(noon, body="<p>Text</p><p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    assert client.get(address).status_code == 404
    edition = publishing.approve(draft, by=editor, at=noon)
    response = client.get(address)
    assert response.status_code == 200 and b"".join(response.streaming_content)[8:12] == b"WEBP"
    assert client.get(f"/photos/{picture.pk}/4000/").status_code == 404
    publishing.withdraw(edition, reason="Wrong.", by=editor, at=noon + timedelta(days=1))
    assert client.get(address).status_code == 404


def test_a_photo_without_alt_text_in_the_storys_language_blocks_its_approval(noon, picture):
    makers.golan_contingent()
    Photo.objects.update(alt_en="")
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    with pytest.raises(publishing.CannotApprove, match="alt text"):
        publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_file_that_is_no_allowed_picture_is_refused_with_a_reason(content):
    with pytest.raises(photos.CannotTake):
        photos.check(SimpleUploadedFile("x.png", content))


def test_what_an_approved_story_prints_with_its_pictures_stays_when_the_photo_changes(client, noon, picture):
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    Article.objects.update(lead_photo=picture)
    edition = publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    other = makers.photo(noon, makers.picture((600, 400)), credit="Another", alt_en="Another")
    Article.objects.update(lead_photo=other)
    Photo.objects.filter(pk=picture.pk).update(caption_en="Changed", credit="Changed", alt_en="Changed")
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert f"/photos/{picture.pk}/960.jpg" in page and 'alt="A chart"' in page and "Drawn" in page
    assert "Changed" not in page and f"/photos/{other.pk}/" not in page
    with pytest.raises(DatabaseError), transaction.atomic():
        edition.photo_uses.update(caption="Changed")


# --- What comes in -------------------------------------------------------------------------------------------------


def png_bomb():
    """13,000 x 13,000 pixels in some twenty kilobytes, without ever holding them."""
    import struct
    import zlib

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    press = zlib.compressobj(9)
    row = b"\0" * (1 + 13_000 // 8)
    pixels = b"".join(press.compress(row) for _row in range(13_000)) + press.flush()
    head = struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_without_decoding_a_pixel_or_spending_memory(monkeypatch):
    import tracemalloc

    bomb = png_bomb()
    assert len(bomb) < 30_000
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda picture: pytest.fail("decoded"))
    tracemalloc.start()
    with pytest.raises(photos.CannotTake, match="13000 × 13000"):
        photos.check(SimpleUploadedFile("bomb.png", bomb))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


def test_a_webp_bomb_is_refused_by_its_heading_before_a_decoder_sets_memory_aside(monkeypatch):
    heading = b"RIFF" + (100).to_bytes(4, "little") + b"WEBPVP8X" + (10).to_bytes(4, "little") + bytes(4)
    side = (16_000 - 1).to_bytes(3, "little")
    monkeypatch.setattr("articles.photos.Image.open", lambda *args, **options: pytest.fail("opened"))
    with pytest.raises(photos.CannotTake, match="16000"):
        photos.check(SimpleUploadedFile("bomb.webp", heading + side + side + bytes(80)))


@pytest.mark.parametrize("file_format", photos.FORMATS)
def test_each_kind_is_taken_whole_and_refused_when_it_is_cut_off(file_format):
    content = makers.picture((300, 200), file_format)
    photos.check(SimpleUploadedFile("x", content))
    for length in (len(content) // 2, len(content) - 4):
        with pytest.raises(photos.CannotTake):
            photos.check(SimpleUploadedFile("x", content[:length]))


def test_an_embedded_preview_does_not_pass_for_the_whole_of_a_cut_off_picture():
    exif = Image.Exif()
    exif[0x9286] = b"ASCII\0\0\0" + makers.picture((40, 40))
    content = makers.picture((1200, 800), exif=exif)
    photos.check(SimpleUploadedFile("x.jpg", content))
    with pytest.raises(photos.CannotTake, match="cut off"):
        photos.check(SimpleUploadedFile("x.jpg", content[:-400]))


# --- Renditions ----------------------------------------------------------------------------------------------------


def sent(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return b"".join(response.streaming_content)


def private_exif():
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x010E] = "A camera", "Private Owner", "Private Soldier at the post"
    exif.get_ifd(0x8825).update({1: "N", 2: (33.0, 14.0, 24.0), 3: "E", 4: (35.0, 30.0, 0.0)})
    exif.get_ifd(0x8769)[0xA431] = "Serial-4711"
    return exif


@pytest.mark.parametrize("file_format", photos.FORMATS)
def test_no_rendition_carries_place_device_or_words_of_its_original_but_each_its_credit(client, noon, file_format):
    options = {"exif": private_exif()}
    if file_format in ("JPEG", "WEBP", "AVIF"):
        options["xmp"] = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">Private Soldier</x:xmpmeta>'
    if file_format == "JPEG":
        options["comment"] = b"Private Soldier"
    options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = makers.picture((1300, 800), file_format, **options)
    photo = makers.photo(noon, content, credit="Әбіш & Co", licence="CC BY 4.0")
    client.force_login(makers.person_of_role("editor"))
    for size in Photo.SIZES:
        for kind in Photo.KINDS:
            made = sent(client, f"/photos/{photo.pk}/{size}.{kind}")
            rendition = Image.open(io.BytesIO(made))
            assert rendition.format == {"webp": "WEBP", "jpg": "JPEG"}[kind]
            assert not any(word in made for word in (b"Private", b"A camera", b"4711")), (size, kind)
            exif = rendition.getexif()
            assert set(exif) == {0x013B, 0x8298} and not exif.get_ifd(0x8825)
            assert "icc_profile" not in rendition.info and "comment" not in rendition.info
            facts = photo_facts.read(io.BytesIO(made))
            assert (facts.credit, facts.licence) == ("Әбіш & Co", "CC BY 4.0")
            assert exif[0x013B].encode("latin-1").decode() == "Әбіш & Co"


def test_a_picture_on_its_side_stands_upright_in_its_renditions_and_in_its_width_and_height(client, noon):
    exif = Image.Exif()
    exif[photos.ORIENTATION] = 6
    photo = makers.photo(noon, makers.picture((900, 600), exif=exif))
    photo.refresh_from_db()
    assert (photo.width, photo.height) == (600, 900)
    client.force_login(makers.person_of_role("editor"))
    assert Image.open(io.BytesIO(sent(client, f"/photos/{photo.pk}/480.jpg"))).size == (480, 720)


def test_a_small_picture_is_never_made_larger_and_the_page_tells_its_true_widths(client, noon):
    photo = makers.photo(noon, makers.picture((700, 500)))
    photo.refresh_from_db()
    assert photo.srcset_webp == f"/photos/{photo.pk}/480.webp 480w, /photos/{photo.pk}/960.webp 700w"
    client.force_login(makers.person_of_role("editor"))
    for size, width in (("480", 480), ("960", 700), ("1600", 700)):
        assert Image.open(io.BytesIO(sent(client, f"/photos/{photo.pk}/{size}.jpg"))).width == width
    share = Image.open(io.BytesIO(sent(client, photo.share_url)))
    assert share.size == photo.share_size == (700, 368)


def test_the_sharing_rendition_is_cropped_around_the_focal_point(client, noon):
    picture = Image.new("RGB", (1200, 2400), "white")
    picture.paste("black", (0, 1800, 1200, 2400))
    file = io.BytesIO()
    picture.save(file, "PNG")
    client.force_login(makers.person_of_role("editor"))
    low = makers.photo(noon, file.getvalue(), focal_y=100)
    high = makers.photo(noon, file.getvalue(), focal_y=0)
    corners = [Image.open(io.BytesIO(sent(client, p.share_url))).getpixel((5, 600)) for p in (low, high)]
    assert corners[0] < (40, 40, 40) and corners[1] > (200, 200, 200)
    assert low.share_size == (1200, 630)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "I;16", "CMYK", "1"])
def test_pictures_in_every_manner_of_colour_get_renditions(client, noon, mode):
    file = io.BytesIO()
    Image.new(mode, (640, 480)).save(file, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    photo = makers.photo(noon, file.getvalue())
    client.force_login(makers.person_of_role("editor"))
    assert Image.open(io.BytesIO(sent(client, photo.url))).mode == "RGB"


def test_the_public_view_never_reads_an_original(client, noon, picture):
    draft = makers.draft_story(noon, body="<p>Text</p><p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    picture.original.storage.delete(picture.original.name)
    assert sent(client, f"/photos/{picture.pk}/480.webp") and sent(client, f"/photos/{picture.pk}/480/")
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert page.count("<picture>") == 1 and 'type="image/webp"' in page and 'width="1200" height="800"' in page


def test_nothing_is_approved_while_its_picture_is_not_ready_and_it_is_ordered_again(client, noon, picture, monkeypatch):
    ordered = []
    monkeypatch.setattr(renditions, "queue", lambda pk, *, at: ordered.append(pk))
    Photo.objects.update(renditions_at=None)
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    with pytest.raises(publishing.CannotApprove, match="made ready"):
        publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    assert ordered == [picture.pk]
    client.force_login(makers.person_of_role("author"))
    client.get(f"/admin/articles/edition/{draft.pk}/checks/")
    assert ordered == [picture.pk] * 2


def test_asking_what_forbids_an_approval_sets_nothing_to_work(noon, picture, monkeypatch):
    monkeypatch.setattr(renditions, "queue", lambda pk, *, at: pytest.fail("a question ordered renditions"))
    Photo.objects.update(renditions_at=None)
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    assert any("made ready" in str(problem) for problem in readiness.problems(draft, at=noon)[0])


def test_a_new_focal_point_or_credit_is_in_the_renditions_and_readers_keep_the_old_ones_until_then(
    client, noon, picture
):
    client.force_login(makers.person_of_role("editor"))
    Photo.objects.update(credit="Another")
    picture.refresh_from_db()
    assert not renditions.are_made(picture) and sent(client, picture.url)
    renditions.make(picture, at=noon + timedelta(hours=1))
    assert photo_facts.read(io.BytesIO(sent(client, picture.url))).credit == "Another"
    folders, _files = picture.original.storage.listdir(f"renditions/{picture.pk}")
    assert len(folders) == 1


def test_the_command_makes_what_is_missing_and_names_what_it_cannot_read(noon, picture):
    storage = picture.original.storage
    folder = f"renditions/{picture.pk}"
    for part in storage.listdir(folder)[0]:
        for file in storage.listdir(f"{folder}/{part}")[1]:
            storage.delete(f"{folder}/{part}/{file}")
    out = io.StringIO()
    call_command("make_renditions", stdout=out)
    assert "1 photos" in out.getvalue() and renditions.are_made(picture)
    broken = makers.photo(noon, credit="Broken")
    Photo.objects.filter(pk=broken.pk).update(credit="Broken since")
    with storage.open(broken.original.name, "wb") as file:
        file.write(makers.picture()[:500])
    with pytest.raises(CommandError):
        call_command("make_renditions", stderr=out, stdout=out)
    assert f"Photo {broken.pk}" in out.getvalue()


def test_the_picture_of_an_approved_story_is_never_exchanged(client, noon, picture):
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    editor = makers.person_of_role("editor")
    publishing.approve(draft, by=editor, at=noon)
    client.force_login(editor)
    file = SimpleUploadedFile("b.jpg", makers.picture((99, 99)))
    values = {"credit": "Drawn", "licence": "CC0", "focal_x": 50, "focal_y": 50}
    address = f"/admin/articles/photo/{picture.pk}/change/"
    assert "has printed this picture" in client.post(address, {**values, "original": file}).content.decode()
    assert client.post(address, {**values, "focal_x": 10}).status_code == 302


def test_the_original_and_its_place_are_for_who_may_see_them_and_each_look_is_noted(client, noon):
    photo = makers.photo(noon, makers.picture((60, 40), exif=private_exif()))
    page, file = (f"/admin/articles/photo/{photo.pk}/original/{part}" for part in ("", "file/"))
    for role in ("author", "editor"):
        client.force_login(makers.person_of_role(role))
        assert client.get(page).status_code == client.get(file).status_code == 403
        assert "33.24" not in client.get(f"/admin/articles/photo/{photo.pk}/change/").content.decode()
    client.force_login(makers.person_of_role("photo editor"))
    response = client.get(page)
    assert "33.24, 35.5" in response.content.decode() and "no-store" in response["Cache-Control"]
    assert b"A camera" in sent(client, file)
    verbs = Entry.objects.filter(noun="articles.photo", by__username="photo-editor").values_list("verb", flat=True)
    assert set(verbs) == {"view original", "take out original"}


def test_a_photos_page_has_no_link_that_its_reader_may_not_follow(client, noon):
    photo = makers.photo(noon)
    for role, may in (("author", False), ("photo editor", True)):
        client.force_login(makers.person_of_role(role))
        page = client.get(f"/admin/articles/photo/{photo.pk}/change/").content.decode()
        assert "media-is-private" not in page and (f"/photo/{photo.pk}/original/" in page) is may


def test_the_library_is_searched_in_three_languages_and_filtered_by_what_is_missing(
    client, noon, picture, django_assert_max_num_queries
):
    client.force_login(makers.person_of_role("editor"))
    Photo.objects.filter(pk=picture.pk).update(caption_ru="Вышка на холме", licence="With permission")
    other = makers.photo(noon, makers.picture((50, 50)), alt_kk="", credit="Other")

    def found(query):
        return [row.pk for row in client.get(f"/admin/articles/photo/?{query}").context["cl"].result_list]

    assert found("q=вышка") == found("q=permission") == found("q=холме+ВЫШКА") == [picture.pk]
    assert found("lacks=alt_kk") == [other.pk]
    makers.draft_story(noon).photo_uses.create(place=1, photo=picture)
    assert found("used=yes") == [picture.pk] and found("used=no") == [other.pk]
    page = client.get(f"/admin/articles/photo/{picture.pk}/change/").content.decode()
    assert "The Golan contingent" in page and "desk-focal" in page
    for side in range(20):
        makers.photo(noon, makers.picture((51 + side, 50)))
    with django_assert_max_num_queries(12):
        assert len(found("")) == 22


def test_who_may_not_see_people_reads_no_uncleared_name_in_a_photo_or_its_history(client, noon, picture):
    picture.people.add(Person.objects.create(family_name="Observer", given_name="Private"))
    picture.save()
    for role in ("author", "editor", "photo editor"):
        client.force_login(makers.person_of_role(role))
        for part in ("change", "history"):
            response = client.get(f"/admin/articles/photo/{picture.pk}/{part}/")
            assert response.status_code == 200
            assert "Observer" not in response.content.decode(), (role, part)


def test_what_readers_have_of_a_picture_never_comes_to_name_somebody_uncleared(client, noon, picture):
    Person.objects.create(family_name="Тайнов", given_name="Данияр")
    client.force_login(makers.person_of_role("administrator"))
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    edition = publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)

    def changed(**values):
        kept = {name: getattr(picture, name) for name in ("credit", "licence", "focal_x", "focal_y", "alt_en")}
        address = f"/admin/articles/photo/{picture.pk}/change/"
        answer = client.post(address, {**kept, **values}, headers={"accept-language": "en"})
        return answer.status_code == 302, answer.content.decode()

    for values in ({"credit": "Данияр Тайнов"}, {"licence": "© Тайнов Данияр"}):
        is_saved, page = changed(**values)
        assert not is_saved and "Readers have this picture" in page
    picture.refresh_from_db()
    assert picture.credit == "Drawn"
    assert changed(credit="The desk")[0]
    publishing.withdraw(edition, reason="Wrong.", by=makers.author(), at=noon)
    assert changed(credit="Данияр Тайнов")[0]


def test_a_licence_that_names_somebody_uncleared_blocks_the_approval(noon, picture):
    Person.objects.create(family_name="Тайнов", given_name="Данияр")
    Photo.objects.update(licence="© Тайнов Данияр")
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    with pytest.raises(publishing.CannotApprove, match="The text names"):
        publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)


def test_other_sites_are_shown_the_picture_at_its_whole_address(client, noon, picture, settings):
    settings.SITE_URL = "https://record.example"
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    Article.objects.update(lead_photo=picture)
    publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert re.search(r'property="og:image" content="https://record\.example/share/story/\d+/\w+\.jpg"', page)
    assert f'"url": "https://record.example/photos/{picture.pk}/1600.jpg"' in page


def test_an_upload_orders_its_renditions_once_it_is_committed(client, monkeypatch, django_capture_on_commit_callbacks):
    ordered = []
    monkeypatch.setattr(renditions, "queue", lambda pk, *, at: ordered.append(pk))
    client.force_login(makers.person_of_role("author"))
    file = SimpleUploadedFile("a.jpg", makers.picture())
    values = {"original": file, "credit": "Ann", "licence": "CC0", "focal_x": 50, "focal_y": 50}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/admin/articles/photo/add/", values).status_code == 302
        assert ordered == []
    assert ordered == [Photo.objects.get().pk]


IN_THE_BACKGROUND = """
import threading
import django
django.setup()
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from articles import renditions
from articles.models import Photo
from tests import makers

seen, real = [], renditions.make
def watched(photo, *, at):
    seen.append(threading.current_thread().name)
    real(photo, at=at)
renditions.make = watched
with transaction.atomic():
    photo = Photo(credit="Ann", licence="CC0", original=ContentFile(makers.picture(), name="a.jpg"))
    photo.save()
    renditions.order(photo, at=timezone.now())
    assert not seen
renditions.WORKER.submit(int).result(timeout=60)
photo.refresh_from_db()
print(seen, renditions.are_made(photo), photo.width)
"""


def test_renditions_are_made_in_a_thread_of_their_own_and_the_row_says_so(migrated, run_python, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "of-the-process"))
    process = run_python("-c", IN_THE_BACKGROUND)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert out.split("\n")[0] == "['renditions_0'] True 1200"


def test_a_cameras_jpeg_with_a_preview_behind_it_is_a_picture_like_any_other(client, noon):
    file = io.BytesIO()
    Image.new("RGB", (1200, 800), "#00afca").save(
        file, "MPO", save_all=True, append_images=[Image.new("RGB", (160, 120))]
    )
    photo = makers.photo(noon, file.getvalue())
    assert renditions.are_made(photo) and (photo.width, photo.height) == (1200, 800)
    with pytest.raises(photos.CannotTake, match="damaged"):
        photos.check(SimpleUploadedFile("x.jpg", file.getvalue()[:900]))


def test_an_original_is_handed_out_as_the_picture_that_it_is_whatever_its_file_was_called(client, noon):
    photo = makers.photo(noon, name="page.html")
    client.force_login(makers.person_of_role("photo editor"))
    answer = client.get(f"/admin/articles/photo/{photo.pk}/original/file/")
    assert answer["Content-Type"] == "image/jpeg" and answer["Content-Disposition"].endswith('.jpg"')


def test_what_only_the_desk_may_see_yet_stays_in_no_cache(client, noon, picture):
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    file = SimpleUploadedFile("list.txt", b"private")
    attachment = draft.attachments.create(title="List 2024/25", file=file, kind="txt", size=7)
    addresses = (f"/photos/{picture.pk}/480.webp", f"/attachments/{attachment.pk}/")
    client.force_login(makers.author())
    assert [client.get(address)["Cache-Control"] for address in addresses] == ["private, no-store"] * 2
    publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    assert [client.get(address)["Cache-Control"] for address in addresses] == ["max-age=300"] * 2
    assert 'filename="List 2024-25.txt"' in client.get(addresses[1])["Content-Disposition"]


def test_a_photo_without_a_caption_is_called_by_its_file_and_not_by_the_houses_folders(picture):
    assert str(picture).startswith("chart") and "/" not in str(picture)
