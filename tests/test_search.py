"""Search: what readers find, what nobody may find, and how many questions it asks the database."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from articles import publishing, receivers
from articles.models import Article, Edition, SearchEntry, Section
from articles.search import asking, indexing, readable
from articles.search import page as searching
from articles.search.engines import Index
from missions import clearance
from missions.models import Mission
from tests import makers

pytestmark = pytest.mark.django_db


def story(at, editor, title, body="<p>Text.</p>", language="ru", slug=None, section="missions", **values):
    article = values.pop("article", None) or Article.objects.create(
        working_title=title, section=Section.objects.get(slug=section)
    )
    slug = slug or f"story-{Edition.objects.count()}"
    draft = makers.draft_story(
        at - timedelta(hours=1), language=language, title=title, slug=slug, body=body, article=article,
        standfirst=values.pop("standfirst", "Вводка."), day=values.pop("day", at.date()),
    )  # fmt: skip
    return publishing.approve(draft, by=editor, at=at, **values)


def found(client, at, site="ru", **values):
    """The titles that the search page shows, in their order."""
    page = ask(client, at, site, **values)
    return [unescape(re.sub("<[^>]+>", "", title)) for title in re.findall(r"<h2>(.*?)</h2>", page, re.S)]


def ask(client, at, site="ru", **values):
    client.defaults["at"] = at
    response = client.get(f"/{site}/search/", values)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Each request is of the moment that the test names."""

    def call(middleware, request):
        request.at, request.known_at = request.META["at"], None
        return middleware.get_response(request)

    monkeypatch.setattr("peacekeeping.middleware.MomentMiddleware.__call__", call)


@pytest.mark.parametrize(
    ("language", "query", "title"),
    [
        ("ru", "Казахстан", "Год в Казахстане"), ("ru", "казахстане", "Казахстан и мир"), ("ru", "миротворец", "Письма миротворцев"),
        ("ru", "Ливан", "Рота в Ливане"), ("ru", "Голаны", "На Голанах"), ("ru", "самолёт", "Самолеты в небе"),
        ("ru", "самолет", "Чей это самолёт"), ("kk", "бітімгер", "Бітімгерлердің күні"), ("kk", "БҰҰ", "БҰҰ-ның шешімі"),
        ("kk", "bitimger", "Бітімгерлердің күні"), ("kk", "Qazaqstan", "Қазақстандағы жиын"), ("kk", "мектеп", "Ауыл мектебі"),
        ("kk", "битимгер", "Бітімгерлердің күні"), ("kk", "қызмет ету", "Голанда қызмет етеді"), ("en", "soldier", "The soldiers’ road"),
    ],
)  # fmt: skip
def test_a_word_is_found_in_every_form_and_script(client, noon, editor, language, query, title):
    story(noon, editor, title, language=language)
    story(noon, editor, "Мүлде басқа", language=language)
    assert found(client, noon, language, q=query) == [title]


def test_a_word_that_only_begins_alike_is_not_found(client, noon, editor):
    story(noon, editor, "Елшінің сөзі", language="kk")
    assert found(client, noon, "kk", q="ел") == []


def test_a_figure_is_found_as_the_story_prints_it_and_its_card_is_not(client, noon, editor, contingent):
    story(noon, editor, "Кто там", "<p>На Голанах служат [[strength mission=UNDOF]] человек.</p>")
    assert found(client, noon, q="139 человек") == ["Кто там"]
    assert found(client, noon, q="strength") == found(client, noon, q="Paper") == []


def test_what_is_found_is_marked_and_the_text_stays_text(client, noon, editor):
    story(noon, editor, "Письмо", "<p>Рота &lt;b&gt; вышла. " + "Долгий путь. " * 40 + "Миротворцы <em>спали</em>.</p>")
    page = ask(client, noon, q="миротворец рота")
    assert "<mark>Рота</mark> &lt;b&gt;" in page or "<mark>Миротворцы</mark> спали" in page
    assert "<b>" not in page


def test_a_draft_an_embargo_a_withdrawal_and_a_suppression_are_never_found(client, noon, editor):
    makers.draft_story(noon, language="ru", title="Секрет черновика", slug="draft")
    story(noon, editor, "Секрет завтра", public_from=noon + timedelta(days=1))
    withdrawn = story(noon, editor, "Секрет отозван")
    publishing.withdraw(withdrawn, reason="Ошибка.", by=editor, at=noon)
    suppressed = story(noon, editor, "Секрет снят")
    Edition.objects.filter(pk=suppressed.pk).update(suppressed_at=noon)
    assert found(client, noon + timedelta(minutes=1), q="секрет") == []
    assert found(client, noon + timedelta(minutes=1), q="сикрет") == []


def test_a_scheduled_story_is_found_from_its_hour_on_and_an_ended_one_no_longer(client, noon, editor):
    hour = noon + timedelta(days=1)
    story(noon, editor, "Выборы близко", public_from=hour, public_until=hour + timedelta(days=1))
    assert found(client, hour - timedelta(seconds=1), q="выбор") == []
    assert found(client, hour, q="выбор") == ["Выборы близко"]
    assert found(client, hour + timedelta(days=1), q="выбор") == []


def test_only_the_edition_in_force_is_found(client, noon, editor):
    first = story(noon, editor, "Прежние слова")
    following = publishing.open_next(first, by=makers.author(), at=noon)
    Edition.objects.filter(pk=following.pk).update(title="Новые слова", change_note="Новые.")
    publishing.approve(Edition.objects.get(pk=following.pk), by=editor, at=noon + timedelta(hours=2))
    assert found(client, noon + timedelta(hours=1), q="слово") == ["Прежние слова"]
    assert found(client, noon + timedelta(hours=3), q="слово") == ["Новые слова"]
    assert found(client, noon + timedelta(hours=3), q="прежний") == []


def test_a_name_whose_clearance_ended_leaves_the_index(client, noon, editor, contingent, officer):
    edition = story(noon, editor, "Сила", "<p>Служат [[strength mission=UNDOF]] человек.</p>")
    assert SearchEntry.objects.filter(edition=edition).exists()
    clearance.revoke(contingent.clearances.get(field="strength"), by=officer, at=noon + timedelta(hours=1))
    assert not SearchEntry.objects.filter(edition=edition).exists()
    assert found(client, noon + timedelta(hours=2), q="сила") == []


def test_filters_narrow_by_language_section_mission_and_year(client, noon, editor):
    golan = makers.golan_mission()
    old = story(noon, editor, "Миссия прежде", day=date(2019, 12, 31), section="history")
    new = story(noon, editor, "Миссия теперь")
    story(noon, editor, "Миссия", language="kk")
    new.article.missions.add(golan)
    indexing.retag(new.article)
    assert found(client, noon, q="миссия") == ["Миссия теперь", "Миссия прежде"]
    assert len(found(client, noon, q="миссия", language="all")) == 3
    assert found(client, noon, q="миссия", language="kk") == ["Миссия"]
    assert found(client, noon, q="миссия", section="history") == [old.title]
    assert found(client, noon, q="миссия", mission="undof") == [new.title]
    assert found(client, noon, q="миссия", year="2019") == [old.title]
    assert found(client, noon, q="миссия", year="2020") == []


def test_filters_show_only_what_some_public_story_has(client, noon, editor):
    makers.golan_mission()
    Mission.objects.create(acronym="UNFOR", slug="unfor", name_en="Force", kind="un_peacekeeping")
    told = story(noon, editor, "Есть", day=date(2019, 5, 1))
    told.article.missions.add(Mission.objects.get(acronym="UNDOF"))
    story(noon, editor, "Будет", day=date(2017, 5, 1), section="history", public_from=noon + timedelta(days=9))
    page = ask(client, noon)
    assert '<option value="undof"' in page and '<option value="unfor"' not in page
    assert '<option value="2019"' in page and '<option value="2017"' not in page and '<option value="2018"' not in page
    assert '<option value="missions"' in page and '<option value="history"' not in page


def test_the_desk_moves_a_story_and_search_follows(client, noon, editor):
    edition = story(noon, editor, "Миссия переезжает")
    admin = makers.person_of_role("editor", "mover")
    assert admin.has_perm("articles.change_article")
    edition.article.section = Section.objects.get(slug="history")
    edition.article.save()
    indexing.retag(edition.article)
    assert found(client, noon, q="миссия", section="history") == ["Миссия переезжает"]
    assert found(client, noon, q="миссия", section="missions") == []


def test_a_slip_is_forgiven_and_the_page_says_so(client, noon, editor):
    story(noon, editor, "Миротворцы вернулись")
    page = ask(client, noon, q="миратворец")
    assert "миратворец" in page and "миротворцы" in page.lower() and 'class="notice"' in page
    assert found(client, noon, q="миратворец") == ["Миротворцы вернулись"]
    assert found(client, noon, q="кит") == []


def test_where_no_story_has_all_words_those_with_some_are_shown(client, noon, editor):
    story(noon, editor, "Рота и река")
    story(noon, editor, "Рота на марше")
    assert found(client, noon, q="рота река") == ["Рота и река"]
    assert set(found(client, noon, q="рота океан")) == {"Рота и река", "Рота на марше"}


def test_the_title_weighs_more_than_the_text_and_the_new_more_than_the_old(client, noon, editor):
    story(noon, editor, "Вчерашнее", "<p>Парад.</p>", day=date(2025, 10, 22))
    story(noon, editor, "Парад давно", day=date(2010, 1, 1))
    story(noon, editor, "Давнее", "<p>Парад.</p>", day=date(2010, 1, 1))
    assert found(client, noon, q="парад") == ["Парад давно", "Вчерашнее", "Давнее"]


def test_words_side_by_side_weigh_more_than_words_apart(client, noon, editor):
    story(noon, editor, "Рядом", "<p>Синий берет лежит.</p>", day=date(2025, 10, 1))
    story(noon, editor, "Врозь", "<p>Синий дом. " + "Шли дни. " * 30 + "Берет лежит.</p>", day=date(2025, 10, 1))
    assert found(client, noon, q="синий берет") == ["Рядом", "Врозь"]


ODD = [
    '"', "'", "' OR 1=1 --", '"миссия', "миссия AND (", "NEAR(", "*", "миссия*", "a:b", "\\", "\\'", "миссия & !", "<b>",
    "%", "_", "\0", "миссия\0", "😀", "́", "к" * 10_000, "слово " * 2_000, "-", "--", "😀" * 400, "中文", "عربي",
    "ﬁ", "İ", "ẞ", "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "١٢٣", "²", "ა",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
def test_no_query_breaks_the_page(client, noon, editor, query):
    story(noon, editor, "Миссия", f"<p>{query.replace(chr(0), '').replace('<', '&lt;')[:200]}</p>")
    for language in ("ru", "all"):
        ask(client, noon, "ru", q=query, language=language)


@pytest.mark.parametrize(
    "values",
    [
        {"language": "xx"}, {"section": "nowhere"}, {"mission": "nowhere"}, {"year": "12"}, {"year": "99999"}, {"page": "0"},
        {"page": "-1"}, {"page": "x"}, {"page": "9" * 400}, {"page": "2"}, {"year": "²⁰²⁵"}, {"section": "\0"}, {"page": "٢"},
    ],
)  # fmt: skip
def test_what_the_address_cannot_ask_for_is_not_found(client, noon, values):
    assert client.get("/ru/search/", {"q": "миссия", **values}, at=noon).status_code == 404


def test_results_stand_on_pages_and_their_links_keep_the_search(client, noon, editor):
    for number in range(25):
        story(noon, editor, f"Миссия {number}")
    first = ask(client, noon, q="миссия", year="2025")
    assert "page=2" in first and "year=2025" in first and "<mark>Миссия</mark>" in first
    titles = found(client, noon, q="миссия") + found(client, noon, q="миссия", page="2")
    assert len(titles) == len(set(titles)) == 25


def many(numbers, noon, editor):
    section = Section.objects.get(slug="data")
    articles = Article.objects.bulk_create(Article(working_title=str(n), section=section) for n in numbers)
    Edition.objects.bulk_create(
        Edition(article=article, language="en", title=f"Story {n}", slug=f"story-{n}", day=noon.date() - timedelta(n),
                state="approved", standfirst="s", body=f"<p>The mission {n}.</p>", created_at=noon, approved_at=noon,
                approved_by=editor, public_from=noon)
        for n, article in zip(numbers, articles, strict=True)
    )  # fmt: skip
    indexing.make()


@pytest.mark.parametrize("query", ["mission", "the mission story", "misssion", "mission unheardof", "zzzzzz", ""])
def test_a_search_asks_as_much_of_a_thousand_stories_as_of_ten(client, noon, editor, query):
    many(range(10), noon, editor)
    with CaptureQueriesContext(connection) as few:
        ask(client, noon, "en", q=query)
    many(range(10, 1000), noon, editor)
    with CaptureQueriesContext(connection) as more:
        page = ask(client, noon, "en", q=query)
    assert len(more) <= max(len(few), 12) + 2 and len(more) <= 30, (len(few), len(more))
    if query == "mission":
        assert f"More than {asking.ENOUGH}" in page


def test_a_reader_turns_further_than_was_counted_and_meets_every_story_once(client, noon, editor, monkeypatch):
    many(range(250), noon, editor)
    within = {"q": "mission", "section": "data"}
    assert "More than 100 stories" in ask(client, noon, "en", page="5", **within)
    assert "More than 200 stories" in ask(client, noon, "en", page="6", **within)
    pages = [found(client, noon, "en", page=str(page), **within) for page in range(1, 14)]
    assert [len(titles) for titles in pages] == [20] * 12 + [10]
    assert [title for titles in pages for title in titles] == [f"Story {n}" for n in range(250)]
    monkeypatch.setattr(searching, "MOST_PAGES", 2)
    assert "page=2" in ask(client, noon, "en", **within)
    assert "page=3" not in ask(client, noon, "en", page="2", **within)
    assert client.get("/en/search/", {"page": "3", **within}, at=noon).status_code == 404


@pytest.mark.parametrize("language", ["kk", "ru", "all"])
def test_a_search_within_a_section_and_a_mission_finds_what_is_in_both(client, noon, editor, language):
    undof = makers.golan_mission()
    other = Mission.objects.create(acronym="UNFOR", slug="unfor", name_en="Force", kind="un_peacekeeping")
    for mission, section, title in (
        (undof, "data", "Миссия здесь"), (undof, "history", "Миссия рядом"), (other, "data", "Миссия вдали"),
        (undof, "data", "Прочее"),
    ):  # fmt: skip
        edition = story(noon, editor, title, section=section)
        edition.article.missions.add(mission)
        indexing.retag(edition.article)
    one = {"q": "миссия", "language": language}
    right = [] if language == "kk" else ["Миссия здесь"]
    assert found(client, noon, **one, section="data", mission="undof") == right
    assert set(found(client, noon, **one, section="data")) == ({*right, "Миссия вдали"} if right else set())
    assert set(found(client, noon, **one, mission="undof")) == ({*right, "Миссия рядом"} if right else set())


def test_the_page_asks_search_engines_to_leave_it(client, noon):
    assert '<meta name="robots" content="noindex">' in ask(client, noon, q="миссия")


def test_an_index_that_lacks_an_edition_is_told_of_and_made_whole(noon, editor):
    edition = story(noon, editor, "Миссия")
    indexing.forget([edition.pk])
    assert [warning.id for warning in receivers.check_search(None, ["default"])] == ["articles.W001"]
    call_command("index_search", verbosity=0)
    assert receivers.check_search(None, ["default"]) == []
    before = SearchEntry.objects.get(edition=edition)
    call_command("index_search", again=True, verbosity=0)
    after = SearchEntry.objects.get(edition=edition)
    assert (before.place, before.words, before.tags, before.text) == (after.place, after.words, after.tags, after.text)


def newest(group):
    """The places of the newest texts that have a word of the group."""
    return Index().newest_of_each([([group], 5)])[0]


def test_an_index_keeps_nothing_of_what_was_taken_out(noon, editor):
    edition = story(noon, editor, "Неповторимость")
    assert newest({"неповторимость"}) != []
    SearchEntry.objects.filter(edition=edition).delete()
    assert newest({"неповторимость"}) == []


def test_a_migrate_puts_the_index_back_and_loses_nothing_of_it(noon, editor):
    story(noon, editor, "Неповторимость")
    if connection.vendor == "sqlite":  # as the rebuild of a table would
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER articles_search_insert")
    else:  # a migrate begins with nothing pending
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    receivers.install_search(sender=apps.get_app_config("articles"), using="default")
    story(noon, editor, "Неповторимость снова")
    assert len(newest({"неповторимость"})) == 2


@pytest.mark.postgresql
def test_a_migrate_makes_the_index_of_a_new_version_and_leaves_that_of_the_one_before(noon, editor):
    story(noon, editor, "Неповторимость")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX articles_search_blocks")
        for name in ("words", "keys"):
            cursor.execute(
                f"CREATE FUNCTION articles_search_{name}(words text, tags text, place bigint) RETURNS tsvector "
                "LANGUAGE sql IMMUTABLE AS $$ SELECT array_to_tsvector(string_to_array(words, ' ')) $$"
            )
            asked = f"articles_search_{name}(words, tags, place)"
            cursor.execute(f"CREATE INDEX articles_search_{name} ON articles_searchentry USING gin ({asked})")
        receivers.install_search(sender=apps.get_app_config("articles"), using="default")
        cursor.execute("SELECT to_regclass('articles_search_blocks'), to_regclass('articles_search_words')")
        made, dropped = cursor.fetchone()
        assert made and not dropped
        cursor.execute("SELECT count(*) FROM articles_searchentry "
                       "WHERE articles_search_keys(words, tags, place) @@ 'неповторимость'::tsquery")  # fmt: skip
        assert cursor.fetchone()[0] == 1
    assert len(newest({"неповторимость"})) == 1


@pytest.mark.sqlite
def test_a_migrate_makes_the_index_of_an_earlier_version_anew(client, noon, editor):
    edition = story(noon, editor, "Неповторимость", section="data")
    edition.article.missions.add(makers.golan_mission())
    indexing.retag(edition.article)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE articles_search")
        cursor.execute("CREATE VIRTUAL TABLE articles_search USING fts5(words, tags, content='articles_searchentry', "
                       "content_rowid='place', detail=none, tokenize=\"unicode61 tokenchars '_'\")")  # fmt: skip
        cursor.execute("INSERT INTO articles_search (articles_search) VALUES ('rebuild')")
    asked = {"q": "неповторимость", "section": "data", "mission": "undof"}
    assert found(client, noon, **asked) == []
    for _time in range(2):
        receivers.install_search(sender=apps.get_app_config("articles"), using="default")
        assert found(client, noon, **asked) == ["Неповторимость"]


@pytest.mark.sqlite
def test_whether_what_was_found_may_be_read_is_asked_of_an_index_alone(noon):
    editions = Edition.objects.in_force(noon).annotate(key=readable._Key(F("pk"))).filter(key__among=[1, 2])
    plan = editions.values_list("key", flat=True).explain()
    assert f"COVERING INDEX {readable.BY_KEY}" in plan, plan


def test_a_word_that_was_met_before_is_known_however_many_were_met_since(noon, editor, monkeypatch):
    monkeypatch.setattr(asking, "MOST_KNOWN", 0)
    story(noon, editor, "Неповторимость миссии")
    met, new = ({"неповторимость"}, {"миссия"})
    assert [asking._known(Index(), keys) for keys in (met, met | new)] == [met, met | new]


def test_a_question_of_the_commonest_word_reads_a_bounded_number_of_rows(noon, editor):
    many(range(700), noon, editor)
    answer = asking.search(asking.Question("mission", ("en",)), readable=set, today=noon.date())
    assert asking.ENOUGH < len(answer.editions) <= asking.ENOUGH + 1 + 2 * asking.FIRST
    assert answer.is_cut
