"""The picture that other sites show beside a link: who gets it, what it shows, and how often it is made."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import override
from PIL import Image, ImageChops

from articles import publishing, share_drawing, share_pictures
from articles.models import Article, Edition, Section
from missions.models import Mission
from tests import makers
from tests.test_corrections import correct

pytestmark = pytest.mark.django_db
KAZAKH = "ӘҒҚҢӨҰҮҺІәғқңөұүһі"
LONG = {
    "kk": "Голан жотасындағы қазақстандық контингент: бітімгершілер қалай өмір сүреді, нені күзетеді және неліктен "
    "олардың саны екі жыл бойы өзгермей отыр, ал адамдары әр жолы басқа болып келеді",
    "ru": "Казахстанский контингент на Голанских высотах: как живут миротворцы, что они охраняют и почему их число за "
    "два года не изменилось, хотя люди каждый раз приезжают другие",
    "en": "The Kazakh contingent on the Golan Heights: how its peacekeepers live, what they guard, and why their number "
    "has not changed in two years although it is other people each time",
}


def address(client, path):
    """This will return the path of the picture that a page names, at the site's own address."""
    (found,) = re.findall(
        r'property="og:image" content="http://127.0.0.1:8000(/share/[^"]+)"', client.get(path).content.decode()
    )
    return found


def picture_at(client, path):
    response = client.get(path)
    assert response.status_code == 200 and response["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(response.content))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("page", ["", "articles/", "missions/undof/", "corrections/"])
def test_every_page_names_a_picture_of_the_size_that_it_says(client, contingent, language, page):
    image = picture_at(client, address(client, f"/{language}/{page}"))
    assert image.size == (1200, 630) and not image.getexif() and "xmp" not in image.info


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_story_has_a_picture_in_its_own_language_for_as_long_as_the_public_may_read_it(
    client, noon, editor, language
):
    story = makers.approved_story(noon, editor, language=language, title=LONG[language], body="<p>b</p>")
    path = address(client, f"/{language}/articles/golan-contingent/")
    assert picture_at(client, path).size == (1200, 630)
    assert client.get(path)["Cache-Control"] == "max-age=300"
    publishing.withdraw(story, reason="False.", by=editor, at=noon + timedelta(days=1))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("state", ["draft", "waiting", "suppressed"])
def test_a_picture_of_what_the_public_may_not_read_has_no_address(client, noon, editor, state):
    edition = makers.draft_story(noon, body="<p>b</p>")
    if state != "draft":
        hour = timezone.now() + timedelta(days=1) if state == "waiting" else None
        edition = publishing.approve(edition, by=editor, at=noon, public_from=hour)
    if state == "suppressed":
        Edition.objects.filter(pk=edition.pk).update(suppressed_at=noon)
    card = share_pictures.of_edition(edition, [])
    share_pictures.bring(card)
    for path in (card.address, f"/share/story/{edition.pk}/0123456789abcdef.jpg"):
        assert client.get(path).status_code == 404


def test_an_earlier_edition_keeps_its_picture_and_an_old_address_leads_to_what_it_shows_now(client, noon, editor):
    first = makers.approved_story(noon, editor, body="<p>b</p>")
    before = address(client, "/en/articles/golan-contingent/")
    correct(first, editor, noon + timedelta(days=1), title="Another title")
    after = address(client, "/en/articles/golan-contingent/")
    assert before != after and client.get(before).status_code == client.get(after).status_code == 200
    Section.objects.filter(slug="missions").update(name_en="Abroad")
    response = client.get(after)
    assert response.status_code == 302 and response["Location"] == address(client, "/en/articles/golan-contingent/")
    assert client.get(response["Location"]).status_code == 200


def test_a_picture_is_drawn_once_and_what_it_showed_before_is_not_kept(client, noon, editor, monkeypatch):
    makers.approved_story(noon, editor, body="<p>b</p>")
    drawn = []
    draw = share_drawing.draw
    monkeypatch.setattr(share_drawing, "draw", lambda **words: drawn.append(words) or draw(**words))
    path = address(client, "/en/articles/golan-contingent/")
    contents = {client.get(path).content for _time in range(3)}
    assert len(drawn) == len(contents) == 1
    Section.objects.filter(slug="missions").update(name_en="Abroad")
    client.get(address(client, "/en/articles/golan-contingent/"))
    folder = path.removeprefix("/share/").rpartition("/")[0]
    assert len(drawn) == 2 and len(default_storage.listdir(f"shares/{folder}")[1]) == 1


def test_an_approval_orders_the_picture_once_it_is_committed(
    client, noon, editor, monkeypatch, django_capture_on_commit_callbacks
):
    ordered = []
    monkeypatch.setattr(share_pictures, "queue", ordered.append)
    with django_capture_on_commit_callbacks(execute=True):
        story = makers.approved_story(noon, editor, body="<p>b</p>")
        assert ordered == []
    assert ordered == [story.pk]
    share_pictures.make(story.pk)
    assert default_storage.exists(share_pictures.of_edition(story, []).name)


def test_the_lead_photo_lies_under_the_words_with_its_credit_and_the_plain_one_has_none(client, noon, editor, picture):
    plain = makers.approved_story(noon, editor, body="<p>b</p>", slug="plain")
    article = Article.objects.create(working_title="p", section=plain.article.section, lead_photo=picture)
    makers.approved_story(noon, editor, body="<p>b</p>", article=article, slug="with-photo")
    colours = [
        picture_at(client, address(client, f"/en/articles/{slug}/")).getpixel((20, 60))
        for slug in ("plain", "with-photo")
    ]
    assert min(colours[0]) > 240  # paper
    assert colours[1][2] > colours[1][0] + 100  # the photo's own blue, near the upper edge
    words = {"title": "T", "kicker": "k", "note": "n", "house": "h", "photo": Image.new("RGB", (1200, 630), "#00afca")}
    credited, bare = share_drawing.draw(**words, credit="Ann"), share_drawing.draw(**words)
    left, top, right, bottom = ImageChops.difference(credited, bare).getbbox()
    assert left > 600 and bottom < 60 and right > 1100 and top < 40


def test_without_its_photo_a_picture_is_shown_and_not_kept(client, noon, editor, picture):
    article = Article.objects.create(
        working_title="p", section=Section.objects.get(slug="data"), lead_photo=picture
    )  # fmt: skip
    story = makers.approved_story(noon, editor, body="<p>b</p>", article=article)
    card = share_pictures.of_edition(story, [])
    default_storage.delete(card.photo)
    assert client.get(card.address).status_code == 200 and not default_storage.exists(card.name)


@pytest.mark.parametrize("name", ["serif", "sans"])
def test_the_fonts_have_every_letter_of_the_three_languages(name):
    letters = share_drawing.font(name, 40)
    tofu = letters.getmask("\U0010ffff").getbbox(), bytes(letters.getmask("\U0010ffff"))
    for letter in KAZAKH + "АБВЯЁёъэйabcXYZ0123456789«»„“”—–…№·’!?():;,.%":
        mask = letters.getmask(letter)
        assert mask.getbbox() and (mask.getbbox(), bytes(mask)) != tofu, letter


@pytest.mark.parametrize(
    "text", [*LONG.values(), "Қ" * 200, KAZAKH * 11, "a " * 100, "UNDOF", "и" * 60 + " " + "ж" * 120]
)
def test_a_title_of_any_length_stands_whole_inside_its_box(text):
    width, height = 1072, 292
    lines, size = share_drawing.fit(text, width, height)
    assert "".join(lines).replace("-", "").replace(" ", "") == text.replace(" ", "")
    letters = share_drawing.font("serif", size)
    assert all(letters.getlength(line) <= width for line in lines)
    assert len(lines) * round(size * share_drawing.LEADING) <= height


def test_no_word_leaves_the_picture(noon):
    long = "Ө" * 300
    plain = share_drawing.draw(title="T", kicker="", note="", house="h")
    full = share_drawing.draw(title=long[:200], kicker=long, note=long, house="h")
    left, top, right, bottom = ImageChops.difference(plain, full).getbbox()
    assert left >= share_drawing.MARGIN - 4 and right <= 1200 - share_drawing.MARGIN + 4 and top > 16 and bottom < 600


@pytest.mark.parametrize("path", [
    "story/1/a", "story/x/a", "story/99999999999999999999/a", "site/de/a", "site/en-x/a", "mission-en/none/a", "mission-de/undof/a",
    "mission/undof/a", "other/1/a", "story/²/a",
])  # fmt: skip
def test_no_address_but_that_of_an_edition_a_mission_or_the_house_draws_anything(client, contingent, path, monkeypatch):
    monkeypatch.setattr(share_drawing, "draw", lambda **words: pytest.fail("drawn"))
    assert client.get(f"/share/{path}.jpg").status_code == 404


def test_a_missions_picture_is_of_the_language_of_its_address(client, contingent):
    Mission.objects.filter(slug="undof").update(name_kk="Ажыратуды бақылау күштері")
    with override("kk"):
        kazakh = share_pictures.of_mission(Mission.objects.get(slug="undof"))
    assert kazakh.address == address(client, "/kk/missions/undof/") and "Ажыратуды" in kazakh.title


def test_a_picture_asks_two_questions(client, noon, editor, django_assert_num_queries):
    makers.approved_story(noon, editor, body="<p>b</p>")
    path = address(client, "/en/articles/golan-contingent/")
    with django_assert_num_queries(2):
        client.get(path)
