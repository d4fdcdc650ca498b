import pytest
from django.core.management import CommandError, call_command

from articles import addresses
from articles.article_import import BrokenFile, import_article, read
from articles.models import Article, Edition, PhotoUse
from articles.suggestions import suggest
from tests import makers

pytestmark = pytest.mark.django_db

FEATURE = """ date 2025-10-23 Invented soldiers serve on. More in this text.

On the Golan 139 invented soldiers serve today, some say <b>140</b> [[strength]].

Фото: An Agency / A. Photographer

"It is quiet," - said an invented officer.

За 17 лет более 1 600 человек приняли участие в семи миссиях, в числе которых 7 женщин, с 2018 года.
"""


@pytest.fixture
def feature(tmp_path):
    path = tmp_path / "feature.txt"
    path.write_text(FEATURE, encoding="utf-8")
    return path


def load(path, noon, **values):
    return import_article(path, **{"language": "ru", "section": "missions", "by": None, "at": noon, **values})


def test_an_address_keeps_every_letter_of_a_kazakh_title_and_is_nobody_elses(noon):
    assert addresses.of_title("Голандағы бір күн: байқаушының өңі") == "golandagy-bir-kun-bayqaushynyn-oni"
    story = makers.draft_story(noon, language="kk", slug="golandagy-bir-kun")
    assert addresses.free("Голандағы бір күн", "kk") == "golandagy-bir-kun-2"
    assert addresses.free("Голандағы бір күн", "kk", article=story.article_id) == "golandagy-bir-kun"
    assert addresses.free("!", "kk") == "story"


def test_a_plain_text_becomes_a_draft_with_its_day_and_photo_places(feature, noon):
    edition, _suggestions = load(feature, noon)
    assert (edition.state, str(edition.day), edition.title) == ("draft", "2025-10-23", "Invented soldiers serve on")
    assert edition.standfirst == "Invented soldiers serve on. More in this text."
    assert [use.credit_found for use in edition.photo_uses.all()] == ["An Agency / A. Photographer"]
    assert "<p>[[photo 1]]</p>" in edition.body
    assert '<p>"It is quiet," - said an invented officer.</p>' in edition.body


def test_markup_and_brackets_of_the_file_are_text_and_nothing_else(feature, noon):
    edition, _suggestions = load(feature, noon)
    assert "&lt;b&gt;140&lt;/b&gt;" in edition.body
    assert "[[strength]]" not in edition.body


def test_importing_the_same_file_twice_makes_nothing_twice(feature, noon, capsys):
    for _time in range(2):
        call_command("import_article", str(feature), "--language", "ru")
    assert Article.objects.count() == Edition.objects.count() == 1
    assert "imported already" in capsys.readouterr().out


def test_every_number_is_found_beside_what_the_record_answers(feature, noon):
    makers.golan_contingent()
    suggestions = suggest(FEATURE, on=noon.date())
    assert [found.value for found in suggestions if found.text != "10"][-6:] == [139, 140, 17, 1600, 7, 7]
    golan = next(found for found in suggestions if found.value == 139)
    assert (str(golan.answer.question), golan.answer.value) == ("strength mission=UNDOF", 139)
    women = suggestions[-1]
    assert str(women.answer.question) == "women"


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"\xff\xfe", b"no date at all\n\ntext", b" date 2025-13-41 Standfirst.\n\nText.",
     b" date 2025-10-23 Standfirst alone.", b" date 2025-10-23 A.\n\n\x00\x01"],
)  # fmt: skip
def test_a_broken_file_gets_a_clear_error_and_leaves_nothing_behind(tmp_path, noon, content):
    path = tmp_path / "broken.txt"
    path.write_bytes(content)
    with pytest.raises(BrokenFile, match=r"broken\.txt"):
        load(path, noon)
    with pytest.raises(CommandError):
        call_command("import_article", str(path), "--language", "kk")
    assert not Article.objects.exists() and not PhotoUse.objects.exists()


def test_the_feature_that_the_project_began_from_is_read_whole(shared, noon):
    path = next((shared / "seed").glob("*.txt"))
    feature, _checksum = read(path)
    assert sum(kind == "photo" for kind, _text in feature.blocks) == 5
    edition, suggestions = load(path, noon)
    assert {139, 159, 600, 7, 17} <= {found.value for found in suggestions}
    assert edition.photo_uses.count() == 5
