"""Numbers in a text: each is found with what the words around it say of it, in three languages."""

from datetime import date

import pytest

from articles import day_words, numbers, plain_text
from articles.article_import import read
from articles.suggestions import suggest
from missions.models import Country, Mission
from tests import makers


def read_counts(text, language=None):
    return [(number.text, number.relation, number.value) for number in numbers.counts(text, language=language)]


COUNTS = [
    # Russian
    ("Служат 139 казахстанцев.", [("139", "exactly", 139)]),
    ("более 600 человек", [("более 600", "more_than", 600)]),
    ("свыше 1 200 человек", [("свыше 1 200", "more_than", 1200)]),
    ("свыше 1\u00a0200 человек", [("свыше 1\u00a0200", "more_than", 1200)]),
    ("не менее 139 человек", [("не менее 139", "at_least", 139)]),
    ("менее чем 20 человек", [("менее чем 20", "less_than", 20)]),
    ("не более 140 человек", [("не более 140", "at_most", 140)]),
    ("до 140 человек", [("до 140", "at_most", 140)]),
    ("около шестисот солдат", [("около шестисот", "about", 600)]),
    ("порядка 1,2 тыс. человек", [("порядка 1,2 тыс", "about", 1200)]),
    ("более чем в семи миссиях", [("более чем в семи", "more_than", 7)]),
    ("Сто тридцать девять человек", [("Сто тридцать девять", "exactly", 139)]),
    ("двадцати двух офицеров", [("двадцати двух", "exactly", 22)]),
    ("тысяча двести", [("тысяча двести", "exactly", 1200)]),
    ("ста сорока одному солдату", [("ста сорока одному", "exactly", 141)]),
    ("четырьмястами пятьюдесятью", [("четырьмястами пятьюдесятью", "exactly", 450)]),
    ("полтора десятка врачей", [("полтора десятка", "exactly", 15)]),
    ("полторы тысячи", [("полторы тысячи", "exactly", 1500)]),
    ("около тысячи человек", [("около тысячи", "about", 1000)]),
    ("оба офицера, обеих женщин, обоих", [("оба", "exactly", 2), ("обеих", "exactly", 2), ("обоих", "exactly", 2)]),
    ("трое солдат и четверо офицеров", [("трое", "exactly", 3), ("четверо", "exactly", 4)]),
    ("139-ти и 22-х", [("139-ти", "exactly", 139), ("22-х", "exactly", 22)]),
    ("два миллиона триста тысяч сорок", [("два миллиона триста тысяч сорок", "exactly", 2300040)]),
    ("600 человек и более", [("600 человек и более", "at_least", 600)]),
    ("от 139 до 159 человек", [("от 139", "at_least", 139), ("до 159", "at_most", 159)]),
    ("семью миссиями, а семью он спас", [("семью", "exactly", 7)]),
    ("Одна из них, тысячи людей, десятки стран", []),
    ("Он сказал, что бес попутал.", []),
    # Kazakh
    ("139-ға жетті, 139-дан кейін", [("139-ға", "exactly", 139), ("139-дан", "exactly", 139)]),
    ("600-ден астам адам", [("600-ден астам", "more_than", 600)]),
    ("600-ден артық адам", [("600-ден артық", "more_than", 600)]),
    ("600 адамнан астам", [("600 адамнан астам", "more_than", 600)]),
    ("алты жүзден астам сарбаз", [("алты жүзден астам", "more_than", 600)]),
    ("кемінде 139 адам", [("кемінде 139", "at_least", 139)]),
    ("139-дан кем емес", [("139-дан кем емес", "at_least", 139)]),
    ("20-дан кем адам", [("20-дан кем", "less_than", 20)]),
    ("140-қа дейін", [("140-қа дейін", "at_most", 140)]),
    ("140-тан аспайды", [("140-тан аспайды", "at_most", 140)]),
    ("шамамен 140 сарбаз", [("шамамен 140", "about", 140)]),
    ("600-ге жуық адам", [("600-ге жуық", "about", 600)]),
    ("600 адамға жуық", [("600 адамға жуық", "about", 600)]),
    ("140-тай сарбаз", [("140-тай", "about", 140)]),
    ("жүздей сарбаз", [("жүздей", "about", 100)]),
    ("жүз шақты әскери", [("жүз шақты", "about", 100)]),
    ("жүз отыз тоғыз сарбаз, қазақстандық", [("жүз отыз тоғыз", "exactly", 139)]),
    ("бір мың екі жүз әскери", [("бір мың екі жүз", "exactly", 1200)]),
    ("он бес әйел", [("он бес", "exactly", 15)]),
    ("жетеуі әйел, екеуі офицер, 7-сі", [("жетеуі", "exactly", 7), ("екеуі", "exactly", 2), ("7-сі", "exactly", 7)]),
    ("Олар бірге қызмет етеді, онда бәрі бірдей.", []),
    # English
    ("one hundred and thirty-nine troops", [("one hundred and thirty-nine", "exactly", 139)]),
    ("six hundred people, a dozen women", [("six hundred", "exactly", 600), ("a dozen", "exactly", 12)]),
    ("half a dozen, two dozen", [("half a dozen", "exactly", 6), ("two dozen", "exactly", 24)]),
    ("more than 600 people", [("more than 600", "more_than", 600)]),
    ("over 1,200 people", [("over 1,200", "more_than", 1200)]),
    ("at least seven women", [("at least seven", "at_least", 7)]),
    ("no fewer than 7", [("no fewer than 7", "at_least", 7)]),
    ("fewer than 20, under 20", [("fewer than 20", "less_than", 20), ("under 20", "less_than", 20)]),
    ("up to 140, no more than 140", [("up to 140", "at_most", 140), ("no more than 140", "at_most", 140)]),
    ("some 140 soldiers, about 140", [("some 140", "about", 140), ("about 140", "about", 140)]),
    ("600+ people, 139 or more", [("600+", "at_least", 600), ("139 or more", "at_least", 139)]),
    ("between 16 and 17 years", [("between 16", "at_least", 16), ("17", "at_most", 17)]),
    ("The 139-strong contingent", [("139-strong", "exactly", 139)]),
    ("hundreds of people, one of them, several dozen", []),
    ("In May 20 people left.", [("20", "exactly", 20)]),
    ("3.5 million", [("3.5 million", "exactly", 3500000)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COUNTS)
def test_every_number_is_read_with_what_its_words_say_of_it(text, expected):
    assert read_counts(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("23 октября 2025 года", "date"), ("2024 жылғы 5 наурыз", "date"), ("5 наурызда", "date"),
        ("31 January 2025", "date"), ("March 5, 2024", "date"), ("2025-10-23", "date"), ("23.10.2025", "date"),
        ("в 2018 году", "year"), ("2024 жылы", "year"), ("с 2018-го", "year"), ("in 2024", "year"), ("1990-е", "year"),
        ("в 18:30", "time"), ("at 9 a.m.", "time"), ("сағат 18.30-да", "time"), ("в 10 часов утра", "time"),
        ("тел. +7 7172 72 10 41", "telephone"), ("72-10-41", "telephone"),
        ("resolution 350 (1974)", "reference"), ("резолюция № 350", "reference"), ("350-қарар", "reference"),
        ("№ 5", "reference"), ("Ми-8", "reference"), ("17-летний", "reference"), ("24/7", "reference"),
        ("17-й полк", "rank"), ("the 5th place", "rank"), ("7-орын", "rank"), ("17-ші орын", "rank"),
        ("двадцать второй полк", "rank"), ("жиырма бірінші полк", "rank"), ("twenty-first", "rank"),
        ("5 % казахстанцев", "percent"), ("10 процентов", "percent"), ("жеті пайыз", "percent"),
        ("two thirds", "fraction"), ("1. Первый пункт", "rank"),
    ],
)  # fmt: skip
def test_days_hours_telephones_resolutions_and_ranks_are_no_figures(text, kind):
    assert [number.kind for number in numbers.find(text)] == [kind]


def test_a_bare_year_is_a_year_and_two_thousand_people_are_people():
    assert read_counts("В 2000 было тихо, а 2000 человек остались; more than 2000 left.") == [
        ("2000", "exactly", 2000), ("more than 2000", "more_than", 2000),
    ]  # fmt: skip


def test_each_number_knows_where_it_stands_and_in_which_sentence():
    text = "В г. Алматы служат 20 чел. Ещё более 600 человек вернулись."
    first, second = numbers.counts(text)
    assert text[second.start : second.end] == second.text == "более 600"
    assert text[slice(*second.core)] == "600"
    assert (first.value, first.sentence) == (20, "В г. Алматы служат 20 чел.")
    assert second.sentence == "Ещё более 600 человек вернулись."


def test_the_language_that_is_known_decides_over_the_letters():
    assert read_counts("Он адам", "kk") == [("Он", "exactly", 10)]
    assert read_counts("Он служил в городе Қарағанды", "ru") == []


@pytest.mark.parametrize(
    ("words", "value"),
    [("more than 600", 600), ("он адам", 10), ("5th", 5), ("одна", 1), ("nobody", None), ("139 of 159", None)],
)
def test_words_that_claim_say_exactly_one_number(words, value):
    number = numbers.only(words)
    assert (number and number.value) == value


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("на 1 октября 2024 года служили 7 женщин", [date(2024, 10, 1)]),
        ("2024 жылғы 5 наурызда", [date(2024, 3, 5)]), ("in March 2024", [date(2024, 3, 31)]),
        ("5 November", [date(2024, 11, 5)]), ("31.12.2030", []), ("31 февраля 2024 года", []),
        ("5 мая и 7 марта 2025", [date(2025, 5, 5), date(2025, 3, 7)]),
    ],
)  # fmt: skip
def test_the_days_that_a_sentence_names_are_read_and_no_day_that_has_not_come(text, days):
    assert day_words.days(text, on=date(2025, 10, 23)) == days


def test_a_place_in_the_plain_text_leads_back_to_the_html():
    body = "<p>Более&nbsp;600 чел. [[strength]]</p><p><strong>139</strong> &amp; 7</p>"
    plain = plain_text.read(body)
    found = numbers.counts(plain.text)
    assert [body[slice(*plain.in_html(one.start, one.end))] for one in found] == ["Более&nbsp;600", "139", "7"]


@pytest.fixture
def golan():
    contingent = makers.golan_contingent()
    mission = contingent.mission
    mission.mandate_ru = "Наблюдают на Голанах за прекращением огня."
    mission.mandate_kk = "Голан жотасын бақылайды."
    mission.mandate_en = "Watches the ceasefire on the Golan."
    mission.save()
    mission.host_countries.set(Country.objects.filter(iso3="SYR"))
    return contingent


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence", "first"),
    [
        ("ru", "На Голанских высотах сегодня служат 139 казахстанцев.", "strength mission=UNDOF"),
        ("ru", "В Сирии служат 139 казахстанцев.", "strength mission=UNDOF"),
        ("kk", "Голан жотасында қазір жүз отыз тоғыз сарбаз қызмет етеді.", "strength mission=UNDOF"),
        ("en", "UNDOF has 139 soldiers.", "strength mission=UNDOF"),
        ("en", "On the Golan 139 took part so far.", "persons_served mission=UNDOF"),
        ("en", "On 1 October 2024, 7 women served on the Golan.", "women mission=UNDOF on=2024-10-01"),
        ("ru", "Казахстан участвует в семи миссиях.", "missions_joined"),
        ("ru", "За 17 лет многое изменилось.", "years_since_first_tour"),
        ("ru", "Республика Казахстан: сейчас 139 человек служат.", "strength"),
        ("en", "They drove 120 kilometres.", None),
    ],
)
def test_the_likeliest_figure_is_offered_first(golan, language, sentence, first):
    (suggestion,) = suggest(sentence, on=date(2025, 5, 1), language=language)
    assert (suggestion.candidates[0].asked if suggestion.candidates else None) == first


@pytest.mark.django_db
def test_a_suggestion_says_whether_the_record_agrees_differs_or_cannot_say(golan):
    text = "On the Golan 139 serve now. On the Golan 140 serve now. More than 600 have served."
    agrees, differs, silent = suggest(text, on=date(2025, 5, 1))
    assert [one.candidates[0].agreement for one in (agrees, differs, silent)] == ["agrees", "differs", "cannot_say"]


@pytest.mark.django_db
def test_the_figure_that_one_click_prints_is_one_that_agrees_where_there_is_one(golan):
    elsewhere = Mission.objects.create(
        acronym="OTHER", slug="other", name_en="Other", start=date(2000, 1, 1), kind=Mission.Kind.UN_PEACEKEEPING
    )
    makers.golan_contingent(strength=19, mission=elsewhere)
    agrees, differs = suggest("Here 139 soldiers serve. Here 7000 soldiers serve.", on=date(2025, 5, 1), language="en")
    assert agrees.candidates[0].asked == "strength" and agrees.candidates[0].agreement == "differs"
    assert agrees.chosen.asked == "strength mission=UNDOF" and agrees.chosen.agreement == "agrees"
    assert differs.chosen == differs.candidates[0]


@pytest.mark.django_db
def test_a_suggestion_shows_its_number_within_its_sentence():
    found = suggest("Quiet here. In 17  years and 7 missions, over 7 were closed. More.", on=date(2025, 5, 1))
    assert [(one.before, one.text, one.after) for one in found] == [
        ("In ", "17", " years and 7 missions, over 7 were closed."),
        ("In 17 years and ", "7", " missions, over 7 were closed."),
        ("In 17 years and 7 missions, ", "over 7", " were closed."),
    ]


@pytest.mark.django_db
def test_a_long_text_asks_the_record_no_more_questions_than_a_short_one(golan, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        suggest("On the Golan 139 serve now. More than 600 have served in 7 missions. " * 40, on=date(2025, 5, 1))


def test_the_feature_that_the_project_began_from_is_read_with_its_words(shared):
    feature, _checksum = read(next((shared / "seed").glob("*.txt")))
    text = "\n".join([feature.standfirst, *(text for kind, text in feature.blocks if kind == "text")])
    assert read_counts(text, "ru") == [
        ("139", "exactly", 139), ("17", "exactly", 17), ("более 600", "more_than", 600), ("семи", "exactly", 7),
        ("7", "exactly", 7), ("159", "exactly", 159),
    ]  # fmt: skip
