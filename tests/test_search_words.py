"""How words are read for search: the test set's thresholds, and what each language promises."""

import gc
import sys
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import SearchEntry
from articles.search import kazakh, quality, russian, sounds, words
from tests import makers

pytestmark = pytest.mark.django_db


def cases():
    found = []
    for path in sorted(quality.QUERIES.glob("*.csv")):
        read, problems = quality.read(path)
        assert problems == []
        found += read
    return found


def test_search_finds_the_forms_of_words_and_nothing_else_in_each_language():
    scores = quality.measure(cases())
    assert set(scores) == {"kk", "ru", "en"}
    for language, both in scores.items():
        assert both["search"].recall >= 0.98, (language, both["search"].slips)
        assert both["search"].precision >= 0.98, (language, both["search"].slips)
        assert both["plain"].recall < 0.3


def test_the_set_has_three_hundred_queries_of_which_two_hundred_are_kazakh():
    assert len(cases()) >= 300
    assert sum(case.language == "kk" for case in cases()) >= 200


def test_measuring_touches_no_story_and_is_not_touched_by_one(noon, editor):
    makers.approved_story(noon, editor, language="kk", title="Бітімгер", body="<p>Бітім.</p>")
    before = list(SearchEntry.objects.values())
    out = StringIO()
    call_command("search_quality", stdout=out)
    call_command("search_quality", stdout=out)
    assert list(SearchEntry.objects.values()) == before
    assert "recall" in out.getvalue() and "plain" in out.getvalue()


def test_another_set_is_measured_and_its_bad_lines_are_named(write):
    path = write(
        "own.csv",
        "language,query,must_match,must_not_match\nkk,елші,елшінің|елшілер,ел\nxx,a,b,c\nkk,,b,c\nkk,a,,\nkk,a\nkk,a,b,b\n"
        "en,ship,ships\n",
    )
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="5 lines"):
        call_command("search_quality", queries=[path], stdout=out, stderr=err)
    for line in (3, 4, 5, 6, 7):
        assert f"line {line}: " in err.getvalue()
    assert "kk              1      2   1.000     1.000" in out.getvalue()
    assert "en              1      1   1.000" in out.getvalue()


@pytest.mark.parametrize("text", ["", "a,b\n", "\xff"])
def test_a_file_that_is_no_set_is_refused_with_its_line(write, text):
    with pytest.raises(CommandError, match="line 1: the columns are"):
        call_command("search_quality", queries=[write("own.csv", text)])
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("search_quality", queries=["/nowhere/at/all.csv"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("халық", "халқымыздың"), ("мектеп", "мектебіндегі"), ("орын", "орнынан"), ("тапты", "табуға"), ("тауып", "табады"),
        ("қояды", "қойды"), ("оқиды", "оқыған"), ("сарбазымен", "сарбаздарымыздың"), ("миссиясы", "миссиялардағы"),
        ("министрлігінің", "министрлік"), ("үлкенірек", "үлкен"), ("бармайды", "барған"), ("елімізде", "елдердің"),
    ],
)  # fmt: skip
def test_kazakh_forms_of_one_word_share_a_key(one, other):
    assert kazakh.keys(one) & kazakh.keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ел", "елші"), ("ел", "елу"), ("бітімгер", "бітім"), ("қазақ", "қазақстан"), ("қала", "қалам"), ("қала", "қалды"),
        ("бала", "балық"), ("шешім", "шешу"), ("жер", "жерлес"), ("әскер", "әскери"), ("көш", "көше"), ("су", "судан"),
    ],
)  # fmt: skip
def test_kazakh_words_that_look_like_forms_of_another_keep_to_themselves(one, other):
    assert not kazakh.keys(one) & kazakh.keys(other)


def test_a_passive_answers_its_active_verb_and_not_the_other_way_round():
    assert words.indexed("құрылды", "kk") & words.keys("құру", "kk")
    assert not words.indexed("құрды", "kk") & words.keys("құрылу", "kk")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("БҰҰ-ның", ["бұұ"]), ("«Қазбат»-тың", ["қазбат"]), ("UNDOF-та", ["undof"]), ("139-ы", ["139"]), ("2025-го", ["2025"]),
        ("12 500 адам", ["12500", "адам"]), ("12\u00a0500", ["12500"]), ("Ёлка", ["елка"]), ("унтер-офицер", ["унтер", "офицер"]),
        ("сол\u00adдат", ["солдат"]), ("и\u0306од", ["йод"]), ("бiтiмгер", ["бітімгер"]),
    ],
)  # fmt: skip
def test_words_are_read_as_readers_mean_them(text, read):
    assert [word.text for word in words.read(text)] == read


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("qazaqstan", "қазақстан"), ("kazakstan", "қазақстан"), ("bitimger", "бітімгер"), ("áskeri", "әскери"), ("ūşaq", "ұшақ"),
        ("ushaq", "ұшақ"), ("beıbitshilik", "бейбітшілік"), ("missiya", "миссия"), ("shekara", "шекара"), ("a'skeri", "әскери"),
    ],
)  # fmt: skip
def test_latin_spellings_sound_like_the_cyrillic_word(latin, cyrillic):
    assert sounds.sounds(latin) & sounds.sounds(cyrillic)


def test_a_worker_does_not_fill_up_with_the_words_that_were_asked_of_it():
    def ask(first, last):
        for number in range(first, last):
            made_up = f"бітім{''.join('абвгдежзик'[int(digit)] for digit in str(number))}лерінің"
            for language in ("kk", "ru"):
                words.indexed(words.fold(made_up), language)

    ask(10_000, 14_000)  # all that is remembered is full
    tracemalloc.start()
    try:
        ask(20_000, 26_000)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone says which files a process has mapped.")
def test_the_russian_dictionary_is_read_where_its_file_lies_and_not_copied_into_each_worker():
    assert "миротворец" in russian.keys("миротворцев")
    mapped = Path("/proc/self/maps").read_text()
    assert all(name in mapped for name in ("words.dawg", "prediction-suffixes-0.dawg", "p_t_given_w.intdawg"))
