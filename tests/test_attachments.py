import io
import zipfile
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles import attachments, file_properties, publishing
from articles.models import Attachment
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_desk")]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def office(part, types=b"<Types/>", **others):
    return packed(**{"[Content_Types].xml": types, part: b"<x/>", **others})


def document(kind, manifest=b"<manifest/>", **others):
    mimetype = attachments.CONTENT_TYPES[kind]
    return packed(**{"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": b"<x/>", **others})


def placed():
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (43.0, 14.0, 0.0), 3: "E", 4: (76.0, 56.0, 0.0)}
    return exif


def judged(content, name="x.bin"):
    return attachments.check(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "a.pdf", "pdf"), (PDF, "a.txt", "pdf"), ("Жыл,Саны\n2024,139\n".encode(), "a.csv", "csv"),
        (b"\xef\xbb\xbfText", "a.txt", "txt"), (office("xl/workbook.xml"), "a.xlsx", "xlsx"),
        (office("word/document.xml"), "a.zip", "docx"), (document("ods"), "a.ods", "ods"),
        (document("odt"), "a.odt", "odt"),
    ],
)  # fmt: skip
def test_a_file_is_told_by_its_content_and_not_by_its_name(content, name, kind):
    assert judged(content, name) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"), (b"MZ\x90\x00\x03", "This is no PDF"), ("Саны".encode("cp1251"), "UTF-8"),
        ("Count".encode("utf-16"), "UTF-8"), (b"\x89PNG\r\n\x1a\n\x00", "This is no PDF"), (PDF[:40], "cut off"),
        (PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), "encrypted"),
        (PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type"), "programs"),
        (PDF.replace(b"/Type", b"/OpenAction<</S/J#61vaScript>>/Type"), "programs"),
        (attachments.OLD_OFFICE + b"\0" * 600, "encrypted or in an old format"),
        (office("xl/workbook.xml", types=b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macros"),
        (office("word/document.xml", **{"word/vbaProject.bin": b"x"}), "macros"),
        (document("ods", manifest=b"<manifest:encryption-data/>"), "encrypted"),
        (document("odt", **{"Basic/Standard/Module1.xml": b"Sub Main"}), "macros"),
        (office("xl/workbook.xml")[:-40], "damaged"), (packed(**{"a.txt": b"x"}), "This is no PDF"),
    ],
)  # fmt: skip
def test_macros_encryption_damage_and_every_other_kind_are_refused_with_a_reason(content, reason):
    with pytest.raises(attachments.CannotAttach, match=reason):
        judged(content)


def test_a_pdf_cannot_hide_its_program_among_compressed_objects():
    import zlib

    hidden = zlib.compress(b"1 0 <</S/JavaScript/JS(app.alert(1))>>")
    stream = b"2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n" + hidden + b"\nendstream endobj\n"
    with pytest.raises(attachments.CannotAttach, match="programs"):
        judged(PDF.replace(b"trailer", stream + b"trailer"))


def test_an_archive_that_unpacks_to_gigabytes_is_refused_unopened(monkeypatch):
    monkeypatch.setattr(attachments, "MOST_UNPACKED", 1024 * 1024)
    monkeypatch.setattr(zipfile.ZipFile, "testzip", lambda archive: pytest.fail("unpacked"))
    with pytest.raises(attachments.CannotAttach, match="unpacks"):
        judged(office("xl/workbook.xml", **{"xl/bomb.xml": b"\0" * 2_000_000}))


def test_a_file_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", 10)
    with pytest.raises(attachments.CannotAttach, match="larger"):
        judged(PDF)


def a_file(draft, content=PDF):
    row = Attachment(edition=draft, title="Бюджет 2025", kind="pdf", size=len(content))
    row.file.save("whatever.exe", ContentFile(content))
    return row


CORE = b"<cp:coreProperties><dc:creator>Daniyar Tainov</dc:creator></cp:coreProperties>"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (office("word/document.xml", **{"docProps/core.xml": CORE, "docProps/app.xml": CORE}), "docx"),
        (office("word/document.xml", **{"word/people.xml": b'<w15:person w15:author="Daniyar Tainov"/>'}), "docx"),
        (office("xl/workbook.xml", **{"docProps/custom.xml": CORE}), "xlsx"),
        (packed(**{"[Content_Types].xml": b"<Types/>",
                   "xl/workbook.xml": b'<x><x15ac:absPath xmlns="u" url="C:\\Users\\Daniyar Tainov\\"/></x>'}), "xlsx"),
        (document("odt", **{"meta.xml": b"<meta:initial-creator>Daniyar Tainov</meta:initial-creator>"}), "odt"),
        (PDF.replace(b"/Type", b"/Author(Daniyar Tainov \\(1\\))/Type"), "pdf"),
        (PDF.replace(b"/Type", b"/Author <44616E69796172 205461696E6F76>/Type"), "pdf"),
        (PDF.replace(b"%%EOF", b"<dc:creator><rdf:li>Daniyar Tainov</rdf:li></dc:creator>\n%%EOF"), "pdf"),
    ],
)  # fmt: skip
def test_no_file_tells_readers_who_made_it(content, kind):
    assert judged(content) == kind
    cleaned = file_properties.without_maker(SimpleUploadedFile("x", content), kind)
    assert judged(cleaned) == kind
    if kind == "pdf":
        assert len(cleaned) == len(content)  # every place in it is where its table says
        parts = [cleaned]
    else:
        with zipfile.ZipFile(io.BytesIO(cleaned)) as new, zipfile.ZipFile(io.BytesIO(content)) as old:
            assert new.namelist() == old.namelist()
            parts = [new.read(name) for name in new.namelist()]
    assert not any(said in part for part in parts for said in (b"Tainov", b"5461696E6F76"))
    assert file_properties.without_maker(SimpleUploadedFile("x", cleaned), kind) is None


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (office("word/document.xml", **{"word/comments.xml": b'<w:comment w:author="D"/>'}), "docx", "comments"),
        (office("word/document.xml", **{"word/header1.xml": b'<w:ins w:author="D">'}), "docx", "tracked changes"),
        (office("xl/workbook.xml", **{"xl/threadedComments/1.xml": b"<threadedComment/>"}), "xlsx", "comments"),
        (document("ods", **{"styles.xml": b"<office:annotation>"}), "ods", "comments"),
        (office("word/document.xml", **{"word/media/image1.jpeg": makers.picture(exif=placed())}), "docx", "was taken"),
        (PDF.replace(b"/Type", b"/Author 9 0 R/Type"), "pdf", "author"),
        (PDF.replace(b"/Type", b"/ByteRange[0 1]/Author(D)/Type"), "pdf", "author"),
        (PDF.replace(b"trailer", b"<</Type/ObjStm/Filter/FlateDecode>>stream\n" + zlib.compress(b"<</Author(D)>>")
                     + b"\nendstream trailer"), "pdf", "author"),
    ],
)  # fmt: skip
def test_a_file_whose_maker_cannot_be_taken_out_is_refused_with_what_to_do(content, kind, reason):
    assert judged(content) == kind
    with pytest.raises(file_properties.NamesItsMaker, match=reason):
        file_properties.without_maker(SimpleUploadedFile("x", content), kind)


def test_the_desk_keeps_a_file_without_its_maker_and_says_so(client, noon):
    client.force_login(makers.person_of_role("editor"))
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    file = SimpleUploadedFile("b.docx", office("word/document.xml", **{"docProps/core.xml": CORE}))
    row = {"attachments-TOTAL_FORMS": 1, "attachments-0-title": "Budget", "attachments-0-file": file}
    page = client.post(f"/admin/articles/edition/{draft.pk}/change/", makers.written(draft, **row), follow=True)
    assert "named who made it" in page.content.decode()
    kept = Attachment.objects.get()
    with kept.file.open() as stored, zipfile.ZipFile(stored) as archive:
        assert b"Tainov" not in archive.read("docProps/core.xml")
    assert kept.size == kept.file.size


def test_a_file_has_an_address_only_while_the_public_may_read_its_edition(client, noon):
    editor = makers.person_of_role("editor")
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    address = f"/attachments/{a_file(draft).pk}/"
    assert client.get(address).status_code == 404
    edition = publishing.approve(draft, by=editor, at=noon)
    response = client.get(address)
    assert response.status_code == 200 and b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment") and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf" and response["Cache-Control"] == "max-age=300"
    assert "exe" not in response["Content-Disposition"]
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert address in page and "Бюджет 2025" in page and "PDF" in page and "bytes" in page
    publishing.withdraw(edition, reason="Wrong.", by=editor, at=noon)
    assert client.get(address).status_code == 404


def test_the_writing_screen_shows_which_file_hangs_on_the_text_and_every_link_to_it_opens(client, noon):
    editor = makers.person_of_role("editor")
    client.force_login(editor)
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    address = f"/attachments/{a_file(draft).pk}/"
    screen = f"/admin/articles/edition/{draft.pk}/change/"
    assert f'href="{address}"' in client.get(screen).content.decode()
    assert client.get(address).status_code == 200
    publishing.approve(draft, by=editor, at=noon)
    page = client.get(screen).content.decode()
    assert f'href="{address}"' in page and "media-is-private" not in page


def test_the_desk_refuses_a_disguised_file_at_its_field_and_notes_kind_and_size(client, noon):
    client.force_login(makers.person_of_role("editor"))
    draft = makers.draft_story(noon, body="<p>Text.</p>")
    address = f"/admin/articles/edition/{draft.pk}/change/"
    values = {
        "title": draft.title, "slug": draft.slug, "standfirst": draft.standfirst, "day": "2025-10-23",
        "body": draft.body, "byline": "", "typed_upon": draft.version, "photo_uses-TOTAL_FORMS": 0,
        "photo_uses-INITIAL_FORMS": 0, "attachments-TOTAL_FORMS": 1, "attachments-INITIAL_FORMS": 0,
        "attachments-0-edition": draft.pk, "attachments-0-title": "Budget",
    }  # fmt: skip
    disguised = SimpleUploadedFile("budget.pdf", b"MZ\x90\x00")
    response = client.post(address, {**values, "attachments-0-file": disguised})
    assert response.status_code == 200 and "This is no PDF" in response.content.decode()
    assert not Attachment.objects.exists()
    response = client.post(address, {**values, "attachments-0-file": SimpleUploadedFile("b.docx", PDF)})
    assert response.status_code == 302
    row = Attachment.objects.get()
    assert (row.kind, row.size) == ("pdf", len(PDF))
