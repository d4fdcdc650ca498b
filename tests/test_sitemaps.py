"""What search engines are told of the site, held against XML schemas of this house's own writing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from articles import publishing, sitemaps, totals
from articles.models import Article, Edition, Section, StoryTotal, Topic
from tests import makers
from tests.test_corrections import correct
from tests.test_public_pages import many_stories

pytestmark = pytest.mark.django_db
SITE = "https://record.example"
SCHEMA = etree.XMLSchema(file=str(Path(__file__).parent / "schemas/sitemap.xsd"))
NAMES = {"s": sitemaps.SITEMAP, "n": sitemaps.NEWS, "x": sitemaps.XHTML}


@pytest.fixture(autouse=True)
def at_the_sites_own_address(settings):
    settings.SITE_URL = SITE


def read(client, path):
    """This will return the root element of a sitemap that keeps to the schema; another fails the test."""
    response = client.get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/xml; charset=utf-8" and "max-age" in response["Cache-Control"]
    root = etree.fromstring(response.content)
    SCHEMA.assertValid(root)
    addresses = root.xpath("//s:loc/text()", namespaces=NAMES)
    assert len(addresses) == len(set(addresses)) and all(address.startswith(SITE + "/") for address in addresses)
    return root


def urls(root):
    """This will return {address: {language: address of the alternate}} of a set of addresses."""
    return {
        url.findtext("s:loc", namespaces=NAMES): {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", namespaces=NAMES)
        }
        for url in root
    }


def file_of(edition):
    """This will return the address of the file that holds an edition's story, whatever number that has."""
    return f"/sitemap-stories-{edition.article_id // StoryTotal.STORIES_PER_FILE}.xml"


def every_story(client):
    found = {}
    for address in read(client, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NAMES):
        if "/sitemap-stories-" in address:
            found |= urls(read(client, address.removeprefix(SITE)))
    return found


@pytest.mark.parametrize("broken", [
    '<urlset xmlns="{s}"><url><lastmod>2025-01-01</lastmod></url></urlset>',
    '<urlset xmlns="{s}"><url><loc>/en/</loc></url></urlset>',
    '<urlset xmlns="{s}"><url><loc>https://a.example/</loc><lastmod>1 May</lastmod></url></urlset>',
    '<urlset xmlns="{s}"><url><loc>https://a.example/</loc><x:link xmlns:x="{x}" rel="alternate" href="/"/></url></urlset>',
    '<urlset xmlns="{s}"><url><loc>https://a.example/</loc><n:news xmlns:n="{n}"><n:title>t</n:title></n:news></url></urlset>',
    '<sitemapindex xmlns="{s}"/>',
])  # fmt: skip
def test_the_schema_would_notice_a_broken_sitemap(broken):
    assert not SCHEMA.validate(etree.fromstring(broken.format(**NAMES)))


def test_the_stories_of_one_article_are_each_others_alternates_under_their_own_addresses(client, noon, editor):
    story = makers.approved_story(noon, editor, body="<p>b</p>", slug="golan-heights")
    makers.approved_story(noon, editor, body="<p>b</p>", article=story.article, language="ru", slug="golany")
    alone = makers.approved_story(noon, editor, body="<p>b</p>", language="en", slug="alone")
    english, russian = f"{SITE}/en/articles/golan-heights/", f"{SITE}/ru/articles/golany/"
    both = {"en": english, "ru": russian, "x-default": russian}
    only = f"{SITE}/en/articles/alone/"
    assert every_story(client) == {english: both, russian: both, only: {"en": only, "x-default": only}}
    correct(alone, editor, noon + timedelta(days=3), slug="alone-now")
    root = read(client, file_of(alone))
    (changed,) = root.xpath("//s:url[contains(s:loc, 'alone')]/s:lastmod/text()", namespaces=NAMES)
    assert changed == "2025-10-26T12:00:00+05:00"
    assert f"{SITE}/en/articles/alone-now/" in urls(root) and only not in urls(root)


@pytest.mark.parametrize("end", ["waiting", "withdrawn", "suppressed", "expired"])
def test_no_sitemap_names_what_is_not_in_force(client, noon, editor, end):
    now = timezone.now()
    draft = makers.draft_story(now - timedelta(hours=2), body="<p>b</p>")
    arguments = {
        "waiting": {"public_from": now + timedelta(days=1)},
        "expired": {"public_until": now - timedelta(minutes=1)},
    }
    story = publishing.approve(draft, by=editor, at=now - timedelta(hours=1), **arguments.get(end, {}))
    if end == "withdrawn":
        publishing.withdraw(story, reason="False.", by=editor, at=now - timedelta(minutes=1))
    if end == "suppressed":
        Edition.objects.filter(pk=story.pk).update(suppressed_at=now - timedelta(minutes=1))
    assert every_story(client) == {} and urls(read(client, "/news-sitemap.xml")) == {}
    assert client.get(file_of(story)).status_code == 404


def test_news_are_the_stories_that_became_public_for_the_first_time_within_two_days(client, editor):
    now = timezone.now()
    old = makers.approved_story(now - timedelta(days=4), editor, body="<p>b</p>", slug="old", title="Old")
    correct(old, editor, now - timedelta(hours=1), text="It was wrong.")
    before = makers.approved_story(now - timedelta(hours=49), editor, body="<p>b</p>", slug="before", title="Before")
    new = makers.approved_story(
        now - timedelta(hours=47), editor, body="<p>b</p>", language="kk", slug="new", title="5 < 6 & \x0b Әйел", day=datetime(2015, 1, 1, tzinfo=UTC)
    )  # fmt: skip
    correct(new, editor, now - timedelta(hours=2))
    root = read(client, "/news-sitemap.xml")
    assert list(urls(root)) == [f"{SITE}/kk/articles/new/"] and before.slug == "before"
    (item,) = root.xpath("//n:news", namespaces=NAMES)
    said = {element.tag.partition("}")[2]: element.text for element in item.iter() if element.text}
    assert said["language"] == "kk" and said["title"] == "5 < 6 &  Әйел" and said["name"]
    assert datetime.fromisoformat(said["publication_date"]) == new.public_from.replace(microsecond=0)


def test_pages_and_missions_stand_in_every_language(client, noon, editor):
    makers.golan_contingent()
    topic = Topic.objects.create(slug="golan", name_en="The Golan")
    Topic.objects.create(slug="nobody-wrote", name_en="None")
    makers.approved_story(noon, editor, body="<p>b</p>").article.topics.add(topic)
    pages, missions = urls(read(client, "/sitemap-pages.xml")), urls(read(client, "/sitemap-missions.xml"))
    home = {code: f"{SITE}/{code}/" for code in ("kk", "ru", "en")}
    assert pages[home["ru"]] == {**home, "x-default": home["kk"]}
    assert set(missions) == {f"{SITE}/{code}/missions/undof/" for code in ("kk", "ru", "en")}
    assert not any("nobody-wrote" in address or "/sections/data/" in address for address in pages)
    for address in (*pages, *missions):
        assert client.get(address.removeprefix(SITE)).status_code == 200, address
    listed = read(client, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NAMES)
    assert listed[:2] == [f"{SITE}/sitemap-{name}.xml" for name in ("pages", "missions")] and len(listed) == 3


def test_an_empty_house_has_a_sitemap_too(client):
    assert urls(read(client, "/sitemap-pages.xml"))
    assert read(client, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NAMES) == [f"{SITE}/sitemap-pages.xml"]
    for part in ("0", "7", "9" * 30):
        assert client.get(f"/sitemap-stories-{part}.xml").status_code == 404


@pytest.mark.parametrize("counted", [False, True])
def test_many_stories_are_spread_over_files_that_hold_each_once_and_none_is_empty(client, noon, editor, counted):
    many_stories(range(700), noon, editor)
    if counted:
        totals.count_again(at=noon)
    last = Article.objects.order_by("-pk")[0].pk // StoryTotal.STORIES_PER_FILE * StoryTotal.STORIES_PER_FILE
    gone = Edition.objects.filter(article__lt=last - 100, article__gte=last - 400).update(suppressed_at=noon)
    assert gone > 100 and len(every_story(client)) == 700 - gone
    Edition.objects.filter(article__gte=last).update(suppressed_at=noon)
    files = read(client, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NAMES)
    assert f"{SITE}/sitemap-stories-{last // StoryTotal.STORIES_PER_FILE}.xml" not in files
    assert all(len(urls(read(client, address.removeprefix(SITE)))) <= 1_000 for address in files)


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/sitemap.xml", 6), ("/sitemap-stories-0.xml", 1), ("/sitemap-pages.xml", 2), ("/sitemap-missions.xml", 1),
     ("/news-sitemap.xml", 1), ("/robots.txt", 0)],
)  # fmt: skip
def test_a_sitemap_asks_no_more_questions_for_a_thousand_stories_than_for_ten(
    client, noon, editor, django_assert_max_num_queries, path, queries
):
    makers.golan_mission()
    article = Article.objects.create(pk=1, working_title="first", section=Section.objects.get(slug="data"))
    makers.approved_story(timezone.now() - timedelta(hours=1), editor, article=article, body="<p>b</p>")
    many_stories(range(10), noon, editor)
    with django_assert_max_num_queries(queries):
        assert client.get(path).status_code == 200
    many_stories(range(10, 1000), noon, editor)
    with django_assert_max_num_queries(queries):
        assert client.get(path).status_code == 200


def test_robots_are_kept_from_desk_and_reports_and_told_where_the_sitemaps_are(client):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"].startswith("text/plain") and lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /reports/"} <= set(lines) and "Disallow: /" not in lines
    assert [line for line in lines if line.startswith("Sitemap")] == [
        f"Sitemap: {SITE}/sitemap.xml", f"Sitemap: {SITE}/news-sitemap.xml",
    ]  # fmt: skip
    assert not [line for line in lines if "review" in line]
    assert f"Disallow: {reverse('search')}" in lines
