"""Questions whose SQL is made once, and what stands while the public record is what it is."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone
from django.utils.translation import get_language, override

from articles.models import Edition
from articles.search import indexing
from ledger import site_version
from missions import clearance, standing
from missions.models import Mission
from missions.models.present import withheld_as_of
from missions.settled import CannotSettle, settled
from tests import makers

DAY = timedelta(days=1)


@settled
def public(*, at, language):
    return Edition.objects.in_force(at).filter(language=language).select_related("article__section").newest_first()


@settled
def among(*, ids):
    return Mission.objects.filter(pk__among=ids).order_by("pk").values_list("acronym", flat=True)


@pytest.mark.django_db
def test_a_settled_question_answers_other_values_as_its_queryset_does(noon, editor):
    makers.public_stories(range(3), noon, editor, section="missions", language="en")
    makers.public_stories(range(5, 7), noon, editor, section="data", language="ru")
    for at in (noon - 30 * DAY, noon, noon + DAY):
        for language in ("en", "ru", "kk"):
            plain = list(public.__wrapped__(at=at, language=language))
            assert public(at=at, language=language) == plain
            assert [one.title for one in public(at=at, language=language)] == [one.title for one in plain]
    assert len(public(at=noon, language="en")) == 3


@pytest.mark.django_db
def test_a_settled_question_brings_what_it_was_asked_along_without_another_query(
    noon, editor, django_assert_num_queries
):
    makers.public_stories(range(2), noon, editor, section="data", language="en")
    public(at=noon, language="en")
    with django_assert_num_queries(1):
        assert {one.article.section.slug for one in public(at=noon, language="en")} == {"data"}


@pytest.mark.django_db
@pytest.mark.parametrize("ids", [[], [1], list(range(400))])
def test_a_list_of_any_length_is_one_value(ids):
    Mission.objects.bulk_create(
        Mission(pk=900 + n, acronym=f"MIN{n}", slug=f"min{n}", name_en="x", kind="un_political") for n in range(3)
    )
    assert among(ids=[901, *ids]) == ["MIN1"] and among(ids=ids) == []


@pytest.mark.django_db
def test_a_question_that_reckons_from_a_value_is_refused_and_never_frozen(noon):
    @settled
    def earlier(*, at):
        return Edition.objects.filter(public_from__lte=at - DAY)

    with pytest.raises(CannotSettle, match="reckoned"):
        earlier(at=noon)


@pytest.mark.django_db
def test_a_value_that_the_statement_does_not_hold_is_refused(noon):
    @settled
    def first(*, count):
        return Edition.objects.filter(pk__gt=0)[: min(count, 5)]

    @settled
    def newest(*, count):
        return Edition.objects.filter(pk__gt=0)[:count]

    with pytest.raises(CannotSettle, match="count"):
        first(count=3)
    with pytest.raises(CannotSettle, match="depends"):
        newest(count=3)


@pytest.mark.django_db
def test_what_is_withheld_since_is_withheld_from_who_looks_back_after_the_question_was_settled(noon, editor):
    (story,) = makers.public_stories(range(1), noon, editor, section="data", language="en")
    assert public(at=noon, language="en") == [story]
    Edition.objects.filter(pk=story.pk).update(suppressed_at=noon + DAY)
    assert public(at=noon, language="en") == [story]
    with withheld_as_of(noon + 2 * DAY):
        assert public(at=noon, language="en") == []
    assert public(at=noon, language="en") == [story]


def elsewhere(work):
    """This will do the work in a thread, which has a connection of its own, and return what it returned."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_connection_that_is_new_learns_the_question_anew(noon):
    def ask():
        found = public(at=noon, language="en")
        connection.close()
        return found

    assert elsewhere(lambda: [ask(), ask()]) == [[], []]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_column_that_was_changed_under_a_running_site_breaks_no_page():
    def change():
        found = [among(ids=[1])]
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE missions_mission ALTER COLUMN acronym TYPE varchar(31)")
            try:
                found += [among(ids=[1]), among(ids=[1])]
            finally:
                cursor.execute("ALTER TABLE missions_mission ALTER COLUMN acronym TYPE varchar(30)")
                cursor.execute("DISCARD ALL")
        found.append(among(ids=[1]))
        connection.close()
        return found

    assert elsewhere(change) == [[], [], [], []]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_question_keeps_no_connection_of_who_asked_it_first(noon):
    @settled
    def newest(*, at):
        return Edition.objects.filter(public_from__lte=at)

    def ask():
        newest(at=noon)
        connection.close()
        return weakref.ref(connections[connection.alias])

    held = elsewhere(ask)
    gc.collect()
    assert held() is None


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 99_999, 10**20])
def test_a_number_that_no_edition_can_have_is_not_found(client, noon, editor, number):
    makers.public_stories(range(1), noon, editor)
    assert client.get("/en/articles/story-0/1/").status_code == 200
    assert client.get(f"/en/articles/story-0/{number}/").status_code == 404


@pytest.mark.django_db
def test_each_reader_is_answered_in_their_own_language():
    @settled
    def named(*, pk):
        return Mission.objects.filter(pk=pk).values_list(f"name_{get_language()}", flat=True)

    mission = Mission.objects.create(
        acronym="UNFOR", slug="unfor", name_en="Force", name_ru="Силы", name_kk="Күш", kind="un_political"
    )
    for language, name in (("en", "Force"), ("ru", "Силы"), ("kk", "Күш"), ("en", "Force")):
        with override(language):
            assert named(pk=mission.pk) == [name]


@settled(remembers=2)
def remembered(*, ids):
    return Mission.objects.filter(pk__among=ids).order_by("pk").only("acronym", "name_en")


@pytest.fixture
def missions(db):
    return Mission.objects.bulk_create(
        Mission(acronym=f"M{n}", slug=f"m{n}", name_en="Mission", kind="un_peacekeeping") for n in range(3)
    )


def test_rows_that_come_again_are_not_made_anew_and_rows_that_changed_are(missions, django_assert_num_queries):
    ids = [one.pk for one in missions]
    first = remembered(ids=ids[:2])
    with django_assert_num_queries(1):
        again = remembered(ids=ids[:2])
    assert [one is other for one, other in zip(first, again, strict=True)] == [True, True] and first is not again
    Mission.objects.filter(pk=ids[0]).update(name_en="Another")
    assert [one.name_en for one in remembered(ids=ids[:2])] == ["Another", "Mission"]
    assert [one.name_en for one in first] == ["Mission", "Mission"]


def test_no_more_answers_are_remembered_than_were_asked_for(missions):
    ids = [one.pk for one in missions]
    first = remembered(ids=ids[:1])
    for others in (ids[1:2], ids[2:]):
        remembered(ids=others)
    assert remembered(ids=ids[:1]) == first and remembered(ids=ids[:1])[0] is not first[0]


@pytest.mark.django_db
def test_a_question_whose_rows_bring_others_remembers_none():
    @settled(remembers=2)
    def with_hosts(*, ids):
        return Mission.objects.filter(pk__among=ids).prefetch_related("host_countries")

    with pytest.raises(CannotSettle, match="beside its rows"):
        with_hosts(ids=[1])


# --- What stands -------------------------------------------------------------------------------------------------


@pytest.fixture
def made(monkeypatch):
    """What `standing` had to make, in order."""
    monkeypatch.setattr(standing, "MOST", 10)
    monkeypatch.setattr(standing, "_kept", type(standing._kept)())
    return []


def told(made, at, known_at=None):
    def make():
        made.append(at)
        return len(made)

    return standing.of(("a part",), make, at=at, known_at=known_at)


@pytest.mark.django_db
def test_what_the_record_told_stands_until_somebody_changes_the_record(noon, made):
    assert [told(made, noon), told(made, noon + timedelta(hours=1))] == [1, 1]
    site_version.raise_version()
    assert [told(made, noon), told(made, noon)] == [2, 2]


@pytest.mark.django_db
def test_what_the_record_told_ends_with_the_day_and_with_a_clearance_that_the_clock_brings(noon, made, officer):
    contingent = makers.golan_contingent()
    assert [told(made, noon), told(made, noon + DAY)] == [1, 2]
    clearance.clear(contingent, "strength", basis="official_release", by=officer, at=noon, since=noon + 3 * DAY)
    before = told(made, noon + 3 * DAY - timedelta(seconds=1))
    assert told(made, noon + 3 * DAY) == before + 1


@pytest.mark.django_db
def test_of_a_past_moment_nothing_stands_and_each_language_has_its_own(noon, made):
    assert [told(made, noon, known_at=noon), told(made, noon, known_at=noon)] == [1, 2]
    with override("ru"):
        assert told(made, noon) == 3
    with override("kk"):
        assert told(made, noon) == 4


@pytest.mark.django_db
def test_what_stands_is_bounded_and_the_least_asked_for_leaves(noon, made):
    standing.of(("kept",), lambda: "kept", at=noon)
    for number in range(9):
        standing.of(("other", number), lambda: "other", at=noon)
    assert standing.Standing(noon).get("kept") == "kept"
    standing.of(("one", "more"), lambda: "more", at=noon)
    assert standing.Standing(noon).get("kept") == "kept" and standing.Standing(noon).get("other", 0) is None


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/en/", "/en/missions/undof/"])
def test_a_page_of_which_the_record_stands_shows_a_change_of_the_record_at_once(client, noon, made, officer, page):
    contingent = makers.golan_contingent(cleared=())
    before = client.get(page).content
    assert client.get(page).content == before
    clearance.clear(contingent, "kind", basis="official_release", by=officer, at=noon)
    after = client.get(page).content
    assert after != before
    clearance.revoke(contingent.clearances.get(), by=officer, at=timezone.now())
    assert client.get(page).content == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "questions"),
    [("/en/", 7), ("/en/articles/", 1), ("/en/articles/story-3/", 2), ("/en/missions/undof/", 3),
     ("/en/feeds/rss.xml", 2), ("/en/search/?q=story", 7)],
)  # fmt: skip
def test_a_page_of_which_the_record_stands_asks_as_few_questions_for_many_stories_as_for_few(
    client, noon, editor, made, monkeypatch, page, questions, django_assert_max_num_queries
):
    monkeypatch.setattr(standing, "MOST", 100)
    makers.golan_contingent()
    for first, end in ((0, 10), (10, 200)):
        stories = makers.public_stories(range(first, end), noon, editor)
        indexing.put([story.pk for story in stories])
        assert client.get(page).status_code == 200
        with django_assert_max_num_queries(questions):
            client.get(page)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/en/", "/en/missions/undof/"])
def test_what_stands_holds_no_name_since_the_end_of_a_persons_clearance_does_not_end_it(
    client, noon, made, officer, page
):
    observer = makers.person("Named", "Invented")
    tour = makers.tour(observer, makers.golan_contingent(), date(2024, 3, 1), date(2024, 9, 1))
    for subject, field, basis in ((observer, "name", "consent"), (tour, "mission", "official_release")):
        clearance.clear(subject, field, basis=basis, by=officer, at=noon)
    assert b"Named" in client.get("/en/people/").content
    assert client.get(page).status_code == 200
    assert not [key for key, part in standing._kept.items() if "Named" in str(part)]
