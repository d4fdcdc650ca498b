import re
from pathlib import Path

import polib
import pytest

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


def _placeholders(text):
    return sorted(re.findall(r"%\(\w+\)s", text))
