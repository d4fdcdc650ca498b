"""What bad input once broke, each by its name; `tests/fuzz/` looks for more of it."""

import contextlib
import io
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles import attachments, day_words, file_properties, naming, numbers, photo_intake, photos, tokens
from articles.models import Attachment, Edition, FrontPage
from ledger import finding
from ledger.models import User
from ledger.storage import HouseStorage, name_of
from missions.models import Mission
from missions.un_data import bounds, source
from tests import makers
from tests.fuzz import bad_documents, bad_pictures, bad_tables
from tests.fuzz.asking import in_time

pytestmark = pytest.mark.django_db
MANY = 30_000  # letters over which a pattern that goes back and forth needs minutes
DIGITS, BEYOND = "9" * 5000, "9" * 25


@pytest.fixture
def desk(db):
    chief = User.objects.create_superuser("chief", "chief@desk.example", "a long pass phrase")
    client = Client(headers={"accept-language": "en"})
    client.force_login(chief)
    return client


@pytest.fixture
def draft(noon):
    return makers.draft_story(noon)


def at(draft, step):
    return f"/admin/articles/edition/{draft.pk}/{step}/"


# --- Texts that a pattern goes over again and again ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["[[" + " " * MANY, "[[a" + " " * MANY, "[[" * MANY, "!" * MANY, "№" + " " * MANY, "2024" + " " * MANY,
     "\n" * MANY + "1", "қарар" * (MANY // 5), "1 " + "-" * MANY, "» " * MANY],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_a_long_text_of_one_letter_is_read_at_once(text):
    with in_time(5):
        with pytest.raises(tokens.BrokenToken) if "[[" in text else contextlib.nullcontext():
            tokens.find(text)
        numbers.find(text)
        day_words.find(text)


def test_a_token_with_blanks_around_it_is_the_same_token():
    assert tokens.find("[[  photo 1 \n ]] [[story 2]]") == tokens.find("[[photo 1]][[story 2]]")


@pytest.mark.parametrize("name", ["objects.pdf", "creators.pdf", "an-author-for-ever.pdf", "slashes.pdf", "paths.xlsx"])
def test_a_document_of_one_word_is_judged_at_once(name):
    content = dict(bad_documents.all_of())[name]()
    with in_time(20):
        kind = attachments.check(SimpleUploadedFile(name, content))
        try:
            file_properties.without_maker(ContentFile(content), kind)
        except file_properties.NamesItsMaker:
            pass


def test_the_maker_of_a_pdf_is_still_taken_out_of_its_properties():
    named = bad_documents.pdf(b"<dc:creator>Serik</dc:creator><pdf:Author>A<dc:creator>B</pdf:Author>")
    cleaned = file_properties.without_maker(ContentFile(named), "pdf")
    assert len(cleaned) == len(named)
    assert b"<dc:creator>     </dc:creator><pdf:Author>" + b" " * 14 + b"</pdf:Author>" in cleaned


def test_a_document_whose_text_takes_all_memory_is_refused():
    content = dict(bad_documents.all_of())["a-large-text.docx"]()
    with pytest.raises(attachments.CannotAttach, match="50 MB"):
        file_properties.without_maker(ContentFile(content), "docx")


def test_what_is_not_looked_through_is_carried_over_as_it_is():
    content = bad_documents.word(**{"word/media/a.emf": b"picture", "docProps/core.xml": b"<who>Serik</who>"})
    cleaned = file_properties.without_maker(ContentFile(content), "docx")
    with file_properties.zipfile.ZipFile(io.BytesIO(cleaned)) as archive:
        assert archive.read("word/media/a.emf") == b"picture"
        assert archive.testzip() is None
        assert b"Serik" not in archive.read("docProps/core.xml")


# --- Files that ask for more than they are ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["empty-segments.jpg", "zeros-after-the-mark.jpg", "empty-chunks.png", "empty-boxes.avif", "many-strips.tiff"],
)
def test_a_picture_of_a_million_empty_parts_is_refused_at_once(name):
    content = dict(bad_pictures.all_of())[name]()
    with in_time(10), pytest.raises(photos.CannotTake):
        photos.check(ContentFile(content))


@pytest.mark.parametrize(
    ("name", "why"),
    [("a-far-row.xlsx", "a row beyond"), ("a-far-column.xlsx", "more cells"), ("far-cells.xlsx", "more cells"),
     ("texts-bomb.xlsx", "unpacks to more"), ("laughs.xlsx", "document type"), ("a-long-text.xlsx", "letters"),
     ("a-wide-row.xlsx", "more cells"), ("elements.xlsx", "elements"), ("a-long-tag.xlsx", "bytes"), ("one-line.csv", "line 1"),
     ("a-million-columns.csv", "columns"), ("deep-record.json", "deep"), ("many-names.json", "names")],
)  # fmt: skip
def test_a_table_that_asks_for_hours_or_gigabytes_is_refused_by_what_it_asks_for(tmp_path, name, why):
    path = tmp_path / name
    path.write_bytes(dict(bad_tables.all_of())[name]())
    with in_time(20), pytest.raises(source.UnreadableFile, match=why) as refusal:
        list(source.read(path).rows())
    assert len(str(refusal.value)) < 400


def test_what_is_nested_in_a_record_of_json_is_told_in_short(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"a": {"b": [1, {"c": 2}]}, "d": [], "e": 1.5}, [1], null]')
    (_one, cells), *others = source.read(path).rows()
    assert cells == ["{…}", "[…]", "1.5"]
    assert all(not cells for _number, cells in others)


def test_a_workbook_of_many_shared_texts_is_read(tmp_path):
    path = tmp_path / "a.xlsx"
    texts = "".join(f"<si><t>{number}</t></si>" for number in range(400_000))
    path.write_bytes(bad_tables.changed({"xl/sharedStrings.xml": f"<sst {bad_tables.SPACE}>{texts}</sst>"}))
    bounds.look_through(path)


# --- Names of files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ү" * 250 + ".png", "𝔘" * 250 + ".png", "..", "\u202egnp.exe", "/"])
def test_a_name_of_a_file_fits_on_the_disk(name):
    assert len(name_of(name).encode()) <= 120
    assert len(HouseStorage().get_valid_name(name).encode()) <= 120
    assert name_of("ү" * 250 + ".png").endswith(".png")


def test_a_picture_with_a_long_name_in_kazakh_waits_and_is_kept(editor, noon):
    picture = SimpleUploadedFile("Бітімгершілер_" * 17 + ".jpg", makers.picture())
    photo_intake.receive(picture, by=editor, at=noon)
    (row,) = photo_intake.waiting(editor, at=noon)
    assert row.name.endswith(".jpg")


def test_an_attachment_with_a_long_name_in_kazakh_is_kept(draft):
    made = Attachment(edition=draft, title="Т", kind="txt", size=1)
    made.file.save("ү" * 240 + ".txt", ContentFile(b"x"))
    assert made.file.name.endswith(".txt")


# --- Numbers and letters that no database takes -------------------------------------------------------------------


@pytest.mark.parametrize("number", [DIGITS, BEYOND, "²", "٣", "-1", "", "a\0b"], ids=lambda text: repr(text[:5]))
def test_a_number_that_no_row_has_is_no_fault_of_the_house(desk, draft, number):
    posts = {
        at(draft, "place-photo"): ({"photo": number}, {404}), at(draft, "revisions"): ({"restore": number}, {404}),
        at(draft, "bundle"): ({"bundle": number}, {302, 404}),
        "/admin/articles/frontpage/layout/": ({"_step": f"up:{number}", "pins": number, "language": "en"}, {200}),
        "/admin/inbox/": ({"notice": number}, {302}),
    }  # fmt: skip
    for address, (values, statuses) in posts.items():
        assert desk.post(address, values).status_code in statuses, address
    gets = [
        "/admin/missions/tour/?deployment__mission__id__exact=", "/admin/missions/mission/?p=", "/admin/missions/mission/?q=",
        "/admin/missions/deployment/?mission__id__exact=", "/admin/articles/frontpage/preview/?pins=",
        "/reports/strength-by-month/?again=", "/admin/articles/edition/?article__section__id__exact=",
        "/admin/missions/mission/?id__in=1,",
    ]  # fmt: skip
    for address in gets:
        assert desk.get(address + quote(number)).status_code in (200, 302, 400, 404), address


def test_the_history_of_what_has_no_number_is_not_found(desk, draft):
    assert desk.get("/admin/missions/mission/abc/history/").status_code == 404
    assert desk.get("/admin/missions/mission/abc/history/1/").status_code == 404
    assert desk.get("/admin/missions/mission/1/history/abc/").status_code == 404
    assert desk.get("/admin/articles/edition/abc/history/", follow=True).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/admin/articles/claim/?key=%00", "/admin/articles/claim/queue/?figure=%00", "/admin/ledger/entry/?verb=%00",
     "/admin/articles/edition/?language__exact=%00", "/reports/?a=%00"],
)  # fmt: skip
def test_an_address_of_the_desk_with_nul_cannot_be_read(desk, address):
    answer = desk.get(address)
    assert answer.status_code == 400
    assert "Запрос непонятен" in answer.content.decode()


def test_nul_in_a_reason_is_left_out_and_the_reason_kept(desk, noon, editor):
    makers.golan_contingent()
    story = makers.approved_story(noon, editor)
    desk.post(at(story, "withdraw"), {"reason": "Our\0 mistake."})
    assert Edition.objects.get(pk=story.pk).transitions.last().reason == "Our mistake."


def test_nul_in_the_name_of_a_revision_is_left_out(desk, draft):
    assert desk.post(at(draft, "revisions"), {"name": "a\0b"}).status_code == 302
    assert draft.revisions.get().name == "ab"


@pytest.mark.parametrize("token", ["story&#32;1", "story &#49;", "story\t1", "photo&nbsp;1", "gallery 1\n2"])
def test_chips_are_made_of_tokens_however_they_are_spelt(desk, draft, token):
    answer = desk.post(at(draft, "chips"), {"token": token})
    assert answer.json()["cards"][token]["kind"] in ("story", "photo")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_front_page_begins_in_our_time(desk, moment):
    answer = desk.post("/admin/articles/frontpage/layout/", {"_step": "save", "since": moment, "language": "en"})
    assert answer.context["form"].errors["since"]
    assert moment in answer.content.decode()
    assert not FrontPage.objects.exists()
    assert desk.get(f"/admin/articles/frontpage/preview/?since={moment}Z").status_code == 200


def test_an_embargo_ends_in_our_time(desk, draft):
    address = f"/admin/articles/article/{draft.article_id}/change/"
    sent = {"working_title": "A", "section": draft.article.section_id, "embargo_until_0": "0001-01-01"}
    answer = desk.post(address, sent | {"embargo_until_1": "00:00:00"})
    assert answer.context["adminform"].form.errors["embargo_until"]


def test_a_plan_under_a_name_that_is_too_long_waits_no_longer(desk):
    key = f"{User.objects.get(username='chief').pk}-missions-create-{'0' * 9000}-{'0' * 32}"
    answer = desk.post("/admin/missions/importrun/import/", {"waiting": key, "kind": "missions"})
    assert "This file no longer waits" in answer.content.decode()


# --- Searches -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "term", ["a b c " * 3000, "a" * 70_000, "\"'" * 3000, "a\0b", '"'], ids=lambda text: repr(text[:5])
)
def test_a_search_of_the_desk_looks_for_no_more_words_than_it_can(term, desk):
    assert list(finding.find(Mission.objects.all(), ["name_en", "aliases__acronym"], term)) is not None
    assert desk.get("/admin/articles/photo/", {"q": term.replace("\0", "")[:6000]}).status_code == 200


def test_the_choices_of_the_editor_look_for_no_more_words_than_they_can(desk, draft):
    for of in ("photo", "story", "person", "figure"):
        assert desk.get(at(draft, "choices"), {"of": of, "q": "a b " * 2000}).status_code == 200


# --- What is too large --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "limit"),
    [("/admin/missions/importrun/import/", 20), ("/admin/articles/photo/add/", 61), ("/admin/articles/topic/add/", 10),
     ("/en/figures/report/", 10)],
)  # fmt: skip
def test_what_is_larger_than_its_page_takes_is_refused_by_its_length(desk, address, limit):
    answer = desk.post(address, CONTENT_LENGTH=str(100_000_000))
    assert answer.status_code == 413
    assert f"at most {limit} MB" in answer.content.decode()
    assert "what you typed still stands in the form" in answer.content.decode()


def test_strangers_may_send_no_files_where_the_desk_may(client):
    length = {"CONTENT_LENGTH": str(30_000_000)}
    assert client.post("/admin/articles/photo/upload/", **length).status_code == 413


def test_many_photos_may_come_at_once(desk):
    answer = desk.post("/admin/articles/photo/upload/", CONTENT_LENGTH="500000000", **{"wsgi.input": io.BytesIO()})
    assert answer.status_code != 413


def test_what_names_nobody_is_read_on(noon):
    assert naming.people([("body", "x" * MANY)]) == []


def test_a_picture_without_pixels_waits_without_a_small_one(editor, noon):
    photo_intake.receive(SimpleUploadedFile("a.png", bad_pictures.png(9, 9)), by=editor, at=noon)
    (row,) = photo_intake.waiting(editor, at=noon)
    with pytest.raises(photos.CannotTake):
        photo_intake.preview(row)


@pytest.mark.parametrize("key", ["x", BEYOND, "-1", "a\0b"])
def test_a_row_that_nobody_could_have_chosen_is_none(desk, key):
    chosen = {"action": "delete_selected", "_selected_action": key, "index": "0"}
    assert desk.post("/admin/missions/source/", chosen).status_code in (200, 302)


def test_an_author_that_there_cannot_be_is_refused_in_the_form(desk):
    answer = desk.post("/admin/articles/article/add/", {"authors": BEYOND})
    assert f"{BEYOND} is not one of the available choices" in answer.content.decode()
