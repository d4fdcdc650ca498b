"""What feed readers get: the same stories in three formats, whole, and nothing that is not in force."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import jsonschema
import pytest

from articles import publishing
from articles.models import Article, Edition, Section, Topic
from missions.models import Mission
from tests import makers
from tests.test_corrections import correct
from tests.test_public_pages import many_stories

pytestmark = pytest.mark.django_db
LANGUAGES = ["kk", "ru", "en"]
KINDS = ["rss.xml", "atom.xml", "feed.json"]
PLACES = ["", "sections/missions/", "topics/golan/", "missions/undof/", "corrections/"]
SITE = "https://record.example"
SCHEMA = json.loads((Path(__file__).parent / "schemas/json-feed.json").read_text())
HOSTILE = "5 < 6 & <b>so</b> ]]> “Ә” \x0b"


@pytest.fixture(autouse=True)
def at_the_sites_own_address(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def golan(contingent):
    """The story of the Golan: in the section Missions, with a topic and a mission, before it has an edition."""
    article = Article.objects.create(working_title="Golan", section=Section.objects.get(slug="missions"))
    article.topics.add(Topic.objects.create(slug="golan", name_kk="Голан", name_ru="Голаны", name_en="The Golan"))
    article.missions.add(Mission.objects.get(acronym="UNDOF"))
    return article


def read(client, path):
    """This will return (title, entries) of a feed, as an independent reader understands it; a bad one fails the test.

    An entry has title, link, id, summary, content, published, updated, tags and enclosures.
    """
    response = client.get(path)
    assert response.status_code == 200, path
    if path.endswith(".json"):
        assert response["Content-Type"] == "application/feed+json"
        feed = json.loads(response.content)
        jsonschema.validate(feed, SCHEMA, format_checker=jsonschema.FormatChecker())
        assert feed["feed_url"] == SITE + path and feed["language"] == path[1:3]
        return feed["title"], [
            {
                "title": item["title"], "link": item["url"], "id": item["id"], "summary": item["summary"],
                "content": item.get("content_html", ""), "tags": item["tags"],
                "published": datetime.fromisoformat(item["date_published"]),
                "updated": datetime.fromisoformat(item["date_modified"]), "image": item.get("image"),
            }
            for item in feed["items"]
        ]  # fmt: skip
    feed = feedparser.parse(
        response.content, sanitize_html=False, response_headers={"content-type": response["Content-Type"]}
    )
    assert feed.bozo is False or feed.bozo == 0, feed.bozo_exception
    assert feed.version == ("rss20" if path.endswith("rss.xml") else "atom10")
    assert feed.feed.language == path[1:3] and feed.feed.title and feed.feed.link.startswith(SITE)
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [SITE + path]
    return feed.feed.title, [
        {
            "title": entry.title, "link": entry.link, "id": entry.id, "summary": entry.summary,
            "content": entry.content[0].value if "content" in entry else "",
            "tags": [tag.term for tag in entry.get("tags", [])],
            "published": datetime(*entry.published_parsed[:6], tzinfo=UTC),
            "updated": datetime(*entry.get("updated_parsed", entry.published_parsed)[:6], tzinfo=UTC),
            "enclosures": entry.enclosures,
        }
        for entry in feed.entries
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_feed_is_read_by_an_independent_reader_with_hostile_words_and_with_none(
    client, editor, noon, golan, language, kind
):
    paths = [f"/{language}/{place}feeds/{kind}" for place in PLACES]
    assert all(read(client, path)[1] == [] for path in paths)
    story = makers.approved_story(noon, editor, article=golan, language=language, title=HOSTILE, standfirst=HOSTILE)
    correct(story, editor, noon + timedelta(hours=1), text=HOSTILE)
    said = HOSTILE.replace("\x0b", "").strip()
    for path in paths:
        title, (entry,) = read(client, path)
        assert entry["title"].strip() == said and "\x0b" not in str(entry)
        assert entry["link"] == f"{SITE}/{language}/articles/golan-contingent/"
        summary = entry["summary"].strip()
        assert summary == (said if kind == "feed.json" else "5 &lt; 6 &amp; &lt;b&gt;so&lt;/b&gt; ]]&gt; “Ә”")
        assert title and entry["published"].tzinfo


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_comes_whole_with_its_dated_figure_its_photo_and_its_correction(
    client, editor, noon, golan, picture, kind
):
    golan.lead_photo = picture
    golan.save()
    other = makers.approved_story(noon, editor, title="Another", slug="another", body="<p>Else.</p>")
    body = (
        '<p>On the Golan [[strength mission=UNDOF]] serve, <a href="/en/missions/">as elsewhere</a>.</p>'
        f"<p>[[photo 1]]</p><p>[[story {other.article_id}]]</p>"
    )
    draft = makers.draft_story(noon, article=golan, body=body)
    draft.photo_uses.create(place=1, photo=picture)
    first = publishing.approve(draft, by=editor, at=noon)
    correct(first, editor, noon + timedelta(days=1))
    (entry,) = [one for one in read(client, f"/en/feeds/{kind}")[1] if one["title"] == "The Golan contingent"]
    content = entry["content"]
    assert "On the Golan 139 <small>(as of 23 October 2025)</small> serve" in content
    assert content.index("We printed 139. It was 140.") < content.index("On the Golan")
    assert content.count("<figure>") == 2 and "<small>Drawn, CC0</small>" in content
    assert f'<a href="{SITE}/en/articles/another/">Another</a>' in content and f'"{SITE}/en/missions/"' in content
    addresses = re.findall(r'(?:href|src)="([^"]*)"', content)
    assert addresses and all(address.startswith(f"{SITE}/") and "#" not in address for address in addresses)
    assert not re.search(r"<(script|style|span)|class=|\[\[", content)
    assert entry["tags"] == ["Missions", "The Golan"]
    assert entry["published"] == noon and (kind == "rss.xml" or entry["updated"] == noon + timedelta(days=1))
    if kind == "feed.json":
        assert entry["image"] == f"{SITE}/photos/{picture.pk}/1600.jpg"
    else:
        (photo,) = entry["enclosures"]
        sent = b"".join(client.get(photo.href.removeprefix(SITE)).streaming_content)
        assert photo.type == "image/jpeg" and int(photo.length) == len(sent)


@pytest.mark.parametrize("kind", KINDS)
def test_every_edition_of_a_story_is_the_same_item_to_a_feed_reader(client, editor, noon, golan, kind):
    first = makers.approved_story(noon, editor, article=golan)
    ((before,), (_title, (after,))) = (
        read(client, f"/en/feeds/{kind}")[1],
        (correct(first, editor, noon + timedelta(days=1), slug="elsewhere"), read(client, f"/en/feeds/{kind}"))[1],
    )
    assert before["id"] == after["id"] and before["published"] == after["published"]
    assert before["link"] != after["link"]


@pytest.mark.parametrize("end", ["waiting", "withdrawn", "suppressed", "expired"])
def test_what_is_not_in_force_reaches_no_feed(client, editor, noon, golan, end):
    now = datetime.now(UTC)
    draft = makers.draft_story(noon, article=golan, body="<p>SECRET</p>")
    arguments = {
        "waiting": {"public_from": now + timedelta(days=1)},
        "expired": {"public_until": now - timedelta(days=1)},
    }
    story = publishing.approve(draft, by=editor, at=noon, **arguments.get(end, {}))
    if end == "withdrawn":
        publishing.withdraw(story, reason="False.", by=editor, at=noon + timedelta(hours=1))
    if end == "suppressed":
        Edition.objects.filter(pk=story.pk).update(suppressed_at=noon + timedelta(hours=1))
    for place in PLACES:
        for kind in KINDS:
            path = f"/en/{place}feeds/{kind}"
            assert read(client, path)[1] == [] and b"SECRET" not in client.get(path).content


def test_a_feed_holds_only_what_it_is_of(client, editor, noon, golan):
    makers.approved_story(noon, editor, article=golan)
    makers.approved_story(noon, editor, title="Else", slug="else", body="<p>b</p>", language="en",
                          article=Article.objects.create(working_title="e", section=Section.objects.get(slug="data")))  # fmt: skip
    assert {entry["title"] for entry in read(client, "/en/feeds/rss.xml")[1]} == {"The Golan contingent", "Else"}
    for place in ("sections/missions/", "topics/golan/", "missions/undof/"):
        assert [e["title"] for e in read(client, f"/en/{place}feeds/rss.xml")[1]] == ["The Golan contingent"]
        assert read(client, f"/ru/{place}feeds/rss.xml")[1] == []
    assert [e["title"] for e in read(client, "/en/sections/data/feeds/feed.json")[1]] == ["Else"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["", "missions/undof/", "corrections/"])
def test_a_reader_who_has_the_feed_is_told_so_and_a_change_reaches_him(client, editor, noon, golan, kind, place):
    path = f"/en/{place}feeds/{kind}"
    first = makers.approved_story(noon, editor, article=golan)
    second = correct(first, editor, noon + timedelta(hours=1))
    answer = client.get(path)
    assert answer["Last-Modified"] == "Thu, 23 Oct 2025 08:00:00 GMT" and "max-age" in answer["Cache-Control"]
    for header in ({"if-none-match": answer["ETag"]}, {"if-modified-since": answer["Last-Modified"]}):
        again = client.get(path, headers=header)
        assert again.status_code == 304 and not again.content and again["ETag"] == answer["ETag"]
    third = correct(second, editor, noon + timedelta(hours=2), text="And so it was.")
    for header in ({"if-none-match": answer["ETag"]}, {"if-modified-since": answer["Last-Modified"]}):
        assert client.get(path, headers=header).status_code == 200
    etag = client.get(path)["ETag"]
    publishing.withdraw(third, reason="False.", by=editor, at=noon + timedelta(hours=3))
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_asks_no_more_questions_for_a_thousand_stories_than_for_ten(
    client, noon, editor, django_assert_max_num_queries, kind
):
    path = f"/en/feeds/{kind}"
    many_stories(range(10), noon, editor)
    with django_assert_max_num_queries(8) as few:
        assert len(read(client, path)[1]) == 10
    many_stories(range(10, 1000), noon, editor)
    with django_assert_max_num_queries(len(few.captured_queries)):
        etag = client.get(path)["ETag"]
    assert len(read(client, path)[1]) == 30
    with django_assert_max_num_queries(2):
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("path", [
    "feeds/rss", "feeds/x.xml", "sections/none/feeds/rss.xml", "topics/none/feeds/atom.xml", "missions/none/feeds/feed.json",
    "corrections/feeds/x",
])  # fmt: skip
def test_a_feed_that_there_is_not_is_not_found(client, path):
    assert client.get(f"/en/{path}").status_code == 404


def test_the_first_address_of_the_corrections_goes_on_leading_to_them(client, editor, noon, golan):
    correct(makers.approved_story(noon, editor, article=golan), editor, noon)
    assert b"We printed 139" in client.get("/en/corrections/feed/").content


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_feeds_lists_each_in_three_formats_and_every_one_is_there(client, editor, noon, golan, language):
    makers.approved_story(noon, editor, article=golan, language=language)
    page = client.get(f"/{language}/feeds/").content.decode()
    listed = set(re.findall(rf'<a href="(/{language}/[^"]*feeds/[^"]+)"', page))
    for place in PLACES:
        assert {f"/{language}/{place}feeds/{kind}" for kind in KINDS} <= listed
    for path in listed:
        read(client, path)


def test_the_page_of_feeds_asks_no_more_questions_for_a_thousand_stories(
    client, noon, editor, django_assert_max_num_queries
):
    many_stories(range(10), noon, editor)
    with django_assert_max_num_queries(3):
        client.get("/en/feeds/")
    many_stories(range(10, 1000), noon, editor)
    with django_assert_max_num_queries(3):
        client.get("/en/feeds/")


@pytest.mark.parametrize(("page", "feed"), [("", ""), ("articles/", ""), ("missions/undof/", "missions/undof/"),
                                             ("corrections/", "corrections/"), ("feeds/", "")])  # fmt: skip
def test_a_page_offers_its_feed_to_who_looks_in_its_head(client, golan, page, feed):
    head = client.get(f"/en/{page}").content.decode().partition("</head>")[0]
    for kind, media in (("rss.xml", "rss+xml"), ("atom.xml", "atom+xml"), ("feed.json", "feed+json")):
        assert re.search(
            rf'<link rel="alternate" type="application/{re.escape(media)}" title="[^"]+" href="/en/{feed}feeds/{kind}">',
            head,
        )
