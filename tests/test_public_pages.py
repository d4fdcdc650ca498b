from datetime import datetime, timedelta

import pytest
from django.db.models import Exists
from django.utils import timezone

from articles import front_page
from articles.models import Article, Correction, Edition, FrontPage, Section
from missions.models import Mission
from tests import makers

pytestmark = pytest.mark.django_db


def test_public_pages_carry_no_nonce_and_set_no_cookie(client):
    response = client.get("/en/")
    assert "nonce" not in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies


def many_stories(numbers, noon, editor):
    section = Section.objects.get(slug="data")
    articles = Article.objects.bulk_create(Article(working_title=str(n), section=section) for n in numbers)
    Edition.objects.bulk_create(
        Edition(article=article, language="en", title=f"Story {n}", slug=f"story-{n}", day=noon.date(), state="approved",
                standfirst="s", body="<p>b</p>", rendered="<p>b</p>", created_at=noon, approved_at=noon,
                approved_by=editor, public_from=noon)
        for n, article in zip(numbers, articles, strict=True)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/en/articles/", 1), ("/en/articles/?before=2025-10-24.1.1", 1), ("/en/articles/story-3/", 9), ("/en/missions/", 10),
     ("/en/missions/undof/", 30)],
)  # fmt: skip
def test_a_public_page_asks_no_more_questions_for_a_thousand_stories_than_for_thirty(
    client, noon, address, queries, django_assert_max_num_queries
):
    makers.golan_contingent()
    editor = makers.person_of_role("editor")
    many_stories(range(30), noon, editor)
    with django_assert_max_num_queries(queries) as few:
        assert client.get(address).status_code == 200
    many_stories(range(30, 1000), noon, editor)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("path", ["", "articles/", "missions/", "missions/undof/", "units/", "people/"])
def test_every_page_stands_in_every_language_and_links_to_the_others(client, language, path):
    makers.golan_contingent()
    page = client.get(f"/{language}/{path}").content.decode()
    assert f'<html lang="{language}">' in page
    for other in ("kk", "ru", "en"):
        assert f'href="/{other}/{path}"' in page


def test_a_wrong_page_number_is_not_found(client):
    for page in ("x", "99", "-1e9"):
        assert client.get(f"/en/articles/?page={page}").status_code == 404


def test_the_root_leads_to_the_readers_language(client):
    assert client.get("/", headers={"accept-language": "ru,en;q=0.5"})["Location"] == "/ru/"
    assert client.get("/")["Location"] == "/kk/"


def test_pinned_stories_lead_the_front_page_of_their_language_from_their_hour_on(noon):
    editor = makers.person_of_role("editor")
    many_stories(range(4), noon, editor)
    newest = [edition.title for edition in front_page.read("en", noon, []).top]
    assert newest == ["Story 3", "Story 2", "Story 1", "Story 0"]
    page = FrontPage.objects.create(language="en", since=noon)
    for position, title in enumerate(["Story 1", "Story 0"], start=1):
        page.pins.create(article=Edition.objects.get(title=title).article, position=position)
    pinned = FrontPage.objects.pinned("en", noon)
    titles = [edition.title for edition in front_page.read("en", noon, pinned).top]
    assert titles == ["Story 1", "Story 0", "Story 3", "Story 2"]
    assert FrontPage.objects.pinned("en", noon - timedelta(hours=1)) == FrontPage.objects.pinned("ru", noon) == []


def test_a_mission_without_days_is_never_listed_as_in_progress(client):
    Mission.objects.create(acronym="UNFOR", slug="unfor", name_en="United Nations Force", kind="un_peacekeeping")
    context = client.get("/en/missions/").context
    assert [mission.acronym for mission in context["undated"]] == ["UNFOR"]
    assert context["in_progress"] == context["ended"] == []


@pytest.mark.parametrize("page", ["99999999999999999999", "9" * 400, "9" * 5000, "-1", "x"])
def test_a_page_that_no_list_has_is_not_found_and_breaks_nothing(client, db, page):
    for address in ("/en/articles/", "/en/corrections/"):
        assert client.get(address, {"page": page}).status_code in (200, 404)


@pytest.mark.parametrize(
    "rows",
    [
        lambda at: Edition.objects.for_feed("en", at).with_corrected().with_earlier(at),
        lambda at: Correction.objects.with_story(at),
        lambda at: Correction.objects.of_story(1, "en", at),
    ],
)
def test_what_is_told_of_thirty_rows_is_not_looked_for_in_the_whole_house(noon, rows):
    """Beside the rows of a list PostgreSQL may answer EXISTS by reading a whole table once: see `HasFirst`."""
    told = rows(noon).query.annotation_select
    assert told and not [name for name, expression in told.items() if isinstance(expression, Exists)]


def test_who_finds_a_hole_is_told_where_to_tell_of_it_and_until_when_that_holds(client, settings):
    settings.SECURITY_CONTACT, settings.SITE_URL = "mailto:security@house.example", "https://peacekeeping.example"
    answer = client.get("/.well-known/security.txt")
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"].startswith("text/plain")
    assert said["Contact"] == "mailto:security@house.example" and said["Preferred-Languages"] == "kk, ru, en"
    assert said["Canonical"] == "https://peacekeeping.example/.well-known/security.txt"
    left = datetime.fromisoformat(said["Expires"]) - timezone.now()
    assert timedelta(days=170) < left < timedelta(days=181)
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404
