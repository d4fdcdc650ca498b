import re
from pathlib import Path

import polib
import pytest
from django.utils.translation import override

from articles.models import Claim, Comment
from missions.models import Unit
from tests import makers

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_interface_string_is_translated_and_compiled(language):
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    catalogue = polib.pofile(str(folder / "django.po"))
    assert [entry.msgid for entry in catalogue if not entry.translated() and not entry.obsolete] == []
    compiled = {(entry.msgid, entry.msgstr) for entry in polib.mofile(str(folder / "django.mo"))}
    assert {(entry.msgid, entry.msgstr) for entry in catalogue.translated_entries()} == compiled


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_placeholder_survives_translation(language):
    catalogue = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES/django.po"))
    for entry in catalogue:
        for translation in [entry.msgstr, *entry.msgstr_plural.values()]:
            if translation:
                assert _placeholders(translation) == _placeholders(entry.msgid), entry.msgid


@pytest.mark.parametrize(("language", "forms"), [("kk", 2), ("ru", 4)])
def test_no_number_falls_back_to_english_for_want_of_a_plural_form(language, forms):
    catalogue = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES/django.po"))
    assert f"nplurals={forms};" in catalogue.metadata["Plural-Forms"]
    assert [entry.msgid for entry in catalogue if entry.msgid_plural and len(entry.msgstr_plural) != forms] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", ["шамамен", "не туралы", "бірлік", "бөлімше"]), ("ru", ["около", "о чём", "единица", "подразделение"])],
)
def test_one_english_word_for_two_things_is_two_words_in_translation(language, words):
    with override(language):
        said = [Claim.Relation.ABOUT.label, Comment._meta.get_field("about").verbose_name]
        said += [Claim._meta.get_field("unit").verbose_name, Unit._meta.verbose_name]
        assert [str(word) for word in said] == words


def test_no_kazakh_sentence_gives_a_case_to_a_word_that_it_does_not_know():
    """An ending follows the last vowel of what stands before it: 40-тан, 139-дан, 5-тен. So no ending is guessed."""
    ending = r"(?:[ғқ]а|[гк]е|[дтн][ае]н|[дт][ае]|[дтн][ыі]ң?)"
    guessed = re.compile(rf"%\((?!username)\w+\)s»?(?:-{ending}\b| (?:[мпб]ен|бастап|дейін|астам|кейін)\b)")
    catalogue = polib.pofile(str(ROOT / "locale/kk/LC_MESSAGES/django.po"))
    said = [words for entry in catalogue for words in [entry.msgstr, *entry.msgstr_plural.values()]]
    assert [words for words in said if guessed.search(words)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_frame_of_the_desk_is_in_the_language_of_who_reads_it(client, language):
    client.force_login(makers.person_of_role("editor"))
    page = client.get("/admin/articles/edition/?state=draft", headers={"accept-language": language}).content.decode()
    for words in ("Skip to main content", "current theme", "Breadcrumbs", "Show counts", "Clear all filters"):
        assert words not in page


def _placeholders(text):
    return sorted(re.findall(r"%\(\w+\)s|%s|\{\w*\}", text))
