"""What a page says of itself to machines, read as other sites read it."""

from datetime import datetime, timedelta

import extruct
import pytest
from lxml import html

from articles import heads, publishing
from articles.models import Article, Author, Section, Topic
from tests import makers
from tests.test_corrections import correct
from tests.test_public_pages import many_stories

pytestmark = pytest.mark.django_db
LANGUAGES = ["kk", "ru", "en"]
SITE = "https://record.example"
OF_EVERY_PAGE = {
    "og:title", "og:type", "og:url", "og:site_name", "og:locale", "og:image", "og:image:width", "og:image:height",
    "og:image:alt", "og:description",
}  # fmt: skip
OF_A_STORY = {
    "headline", "description", "datePublished", "dateModified", "inLanguage", "author", "publisher", "image", "url",
    "mainEntityOfPage", "isPartOf", "articleSection", "keywords", "about", "isBasedOn", "isAccessibleForFree",
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_the_sites_own_address(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def story(noon, editor, contingent, picture):
    """The story of the Golan in English, with a photo, a topic, an author and a figure; its mission comes of the figure."""
    topic = Topic.objects.create(slug="golan", name_kk="Голан", name_ru="Голаны", name_en="The Golan")
    article = Article.objects.create(
        working_title="Golan", section=Section.objects.get(slug="missions"), lead_photo=picture
    )  # fmt: skip
    article.topics.add(topic)
    article.authors.add(Author.objects.create(slug="desk", name_en="The desk", is_organisation=True))
    return makers.approved_story(noon, editor, article=article)


def read(client, path, status=200):
    """This will return (Open Graph, JSON-LD by type, the page's tree) as an independent reader finds them."""
    response = client.get(path, follow=True)
    assert response.status_code == status, path
    page = response.content.decode()
    found = extruct.extract(page, base_url=SITE + path, syntaxes=["json-ld", "opengraph"], errors="strict")
    graphs = [graph["properties"] for graph in found["opengraph"]]
    blocks = {block["@type"]: block for block in found["json-ld"]}
    assert len(blocks) == len(found["json-ld"])
    assert all(block["@context"] == "https://schema.org" for block in blocks.values())
    return (graphs[0] if graphs else []), blocks, html.fromstring(page)


def links(tree, rel):
    return [(link.get("hreflang"), link.get("href")) for link in tree.xpath(f'//head/link[@rel="{rel}"]')]


def test_a_story_tells_machines_all_that_it_prints_of_itself(client, noon, editor, story, picture):
    correct(story, editor, noon + timedelta(days=1))
    _graph, blocks, _tree = read(client, "/en/articles/golan-contingent/")
    said = blocks["NewsArticle"]
    assert set(said) >= OF_A_STORY | {"correction"}
    for moment in ("datePublished", "dateModified"):
        assert datetime.fromisoformat(said[moment]).utcoffset() == timedelta(hours=5)
    assert said["datePublished"] == "2025-10-23T12:00:00+05:00" and said["dateModified"] == "2025-10-24T12:00:00+05:00"
    assert said["author"] == [{"@type": "Organization", "name": "The desk"}]
    assert said["publisher"]["@type"] == "Organization" and said["publisher"]["logo"]["url"].startswith(SITE)
    photo, share = said["image"]
    assert photo == {
        "@type": "ImageObject", "url": f"{SITE}/photos/{picture.pk}/1600.jpg", "width": 1200, "height": 800,
        "creditText": "Drawn", "copyrightNotice": "Drawn, CC0",
    }  # fmt: skip
    assert (share["width"], share["height"]) == (1200, 630) and client.get(
        share["url"].removeprefix(SITE)
    ).status_code == 200
    assert said["isBasedOn"] == [{
        "@type": "CreativeWork", "name": "Contingent of 139", "url": "https://paper.example/1",
        "publisher": {"@type": "Organization", "name": "The Paper"},
    }]  # fmt: skip
    assert [mission["alternateName"] for mission in said["about"]] == ["UNDOF"]
    assert said["about"][0]["url"] == f"{SITE}/en/missions/undof/"
    assert (said["articleSection"], said["keywords"]) == ("Missions", ["The Golan"])
    (note,) = said["correction"]
    assert (note["@type"], note["text"]) == ("CorrectionComment", "We printed 139. It was 140.")
    assert datetime.fromisoformat(note["datePublished"]).tzinfo
    assert said["isPartOf"]["url"] == f"{SITE}/en/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "articles/", "missions/", "missions/undof/", "corrections/", "feeds/"])
def test_every_page_has_one_address_its_other_languages_and_a_picture(client, contingent, language, page):
    graph, _blocks, tree = read(client, f"/{language}/{page}?utm_source=x&page=1")
    own = f"{SITE}/{language}/{page}"
    said = dict(graph)
    assert OF_EVERY_PAGE <= set(said) and said["og:url"] == own and said["og:type"] == "website"
    assert said["og:locale"] == heads.LOCALES[language] and said["og:image"].startswith(f"{SITE}/share/")
    assert {value for name, value in graph if name == "og:locale:alternate"} == set(heads.LOCALES.values()) - {
        said["og:locale"]
    }
    assert links(tree, "canonical") == [(None, own)]
    others = [link for link in links(tree, "alternate") if link[0]]
    assert others == [(code, f"{SITE}/{code}/{page}") for code in LANGUAGES] + [("x-default", f"{SITE}/kk/{page}")]
    assert len(tree.xpath('//meta[@name="description"]/@content')[0]) > 20
    assert tree.xpath('//meta[@name="twitter:card"]/@content') == ["summary_large_image"]
    assert not tree.xpath('//meta[@name="robots"]')


def test_a_later_page_of_a_list_is_an_address_of_its_own(client, noon, editor):
    many_stories(range(25), noon, editor)
    older = client.get("/en/articles/").context["older"]
    for asked, own in ((f"?{older}&x=y", f"?{older}"), ("?x=y", ""), ("?page=1", "")):
        _graph, _blocks, tree = read(client, f"/en/articles/{asked}")
        assert links(tree, "canonical") == [(None, f"{SITE}/en/articles/{own}")]
        assert ("ru", f"{SITE}/ru/articles/{own}") in links(tree, "alternate")


def test_a_story_names_the_languages_that_it_is_in_force_in_and_no_other(client, noon, editor, story):
    english = f"{SITE}/en/articles/golan-contingent/"
    _graph, _blocks, tree = read(client, "/en/articles/golan-contingent/")
    assert [link for link in links(tree, "alternate") if link[0]] == [("en", english), ("x-default", english)]
    russian = makers.approved_story(noon, editor, article=story.article, language="ru", slug="golany")
    both = [("ru", f"{SITE}/ru/articles/golany/"), ("en", english), ("x-default", f"{SITE}/ru/articles/golany/")]
    for path in ("/en/articles/golan-contingent/", "/ru/articles/golany/"):
        graph, _blocks, tree = read(client, path)
        assert [link for link in links(tree, "alternate") if link[0]] == both
        assert len([name for name, _value in graph if name == "og:locale:alternate"]) == 1
    publishing.withdraw(russian, reason="False.", by=editor, at=noon + timedelta(days=1))
    _graph, _blocks, tree = read(client, "/en/articles/golan-contingent/")
    assert "golany" not in str(links(tree, "alternate"))


def test_open_graph_of_a_story_says_when_where_and_of_what(client, noon, editor, story):
    correct(story, editor, noon + timedelta(days=1))
    graph, _blocks, tree = read(client, "/en/articles/golan-contingent/")
    said = dict(graph)
    assert said["og:type"] == "article" and said["og:title"] == "The Golan contingent"
    assert said["article:published_time"] == "2025-10-23T12:00:00+05:00"
    assert said["article:modified_time"] == "2025-10-24T12:00:00+05:00"
    assert (said["article:section"], said["article:tag"]) == ("Missions", "The Golan")
    assert tree.xpath('//meta[@name="description"]/@content') == ["Who serves there."]


def test_an_edition_at_its_own_number_belongs_to_the_story_in_force(client, noon, editor, story):
    correct(story, editor, noon + timedelta(days=1), slug="elsewhere")
    for path in ("/en/articles/golan-contingent/1/", "/en/articles/elsewhere/2/", "/en/articles/elsewhere/"):
        _graph, _blocks, tree = read(client, path)
        assert links(tree, "canonical") == [(None, f"{SITE}/en/articles/elsewhere/")]


def test_words_of_the_newsroom_end_no_attribute_and_no_block(client, noon, editor):
    hostile = "\"> </script><script>alert(1)</script> & <!-- 'x' <b>"
    makers.approved_story(noon, editor, title=hostile, standfirst=hostile, byline=hostile, body="<p>b</p>")
    graph, blocks, tree = read(client, "/en/articles/golan-contingent/")
    assert dict(graph)["og:title"] == dict(graph)["og:description"] == hostile
    assert blocks["NewsArticle"]["headline"] == hostile and blocks["NewsArticle"]["author"][0]["name"] == hostile
    assert tree.xpath("//head/title/text()") == [f"{hostile} · Peacekeeping Record"]
    assert not tree.xpath('//script[not(@type="application/ld+json")]')


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trail_is_said_to_machines_as_it_stands_on_the_page(client, noon, editor, contingent, language):
    makers.approved_story(noon, editor, language=language)
    _graph, blocks, tree = read(client, f"/{language}/articles/golan-contingent/")
    said = blocks["BreadcrumbList"]["itemListElement"]
    assert [item["position"] for item in said] == list(range(1, len(said) + 1)) and len(said) == 3
    shown = [(link.text, SITE + link.get("href")) for link in tree.xpath('//nav[@class="breadcrumbs"]//a')]
    assert [(item["name"], item["item"]) for item in said[:-1]] == shown
    assert said[-1]["item"] == f"{SITE}/{language}/articles/golan-contingent/"
    for item in said:
        assert client.get(item["item"].removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_names_the_site(client, language):
    _graph, blocks, _tree = read(client, f"/{language}/")
    site = blocks["WebSite"]
    assert site["url"] == f"{SITE}/{language}/" and site["inLanguage"] == language and site["name"]
    search = site["potentialAction"]
    assert search["@type"] == "SearchAction" and search["query-input"] == "required name=search_term_string"
    assert search["target"]["urlTemplate"] == f"{SITE}/{language}/search/?q={{search_term_string}}"


def test_what_is_no_page_of_the_site_is_not_to_be_listed(client, noon, editor, story):
    second = correct(story, editor, noon + timedelta(hours=1))
    refused = [("/en/nothing/", 404), ("/en/articles/nothing/", 404), ("/ru/articles/golan-contingent/", 404),
               ("/en/articles/golan-contingent/2/changes/", 200)]  # fmt: skip
    for path, status in refused:
        graph, blocks, tree = read(client, path, status)
        assert tree.xpath('//meta[@name="robots"]/@content') == ["noindex"], path
        assert graph == [] and blocks == {} and links(tree, "canonical") == []
    publishing.withdraw(second, reason="False.", by=editor, at=noon + timedelta(hours=2))
    assert read(client, "/en/articles/golan-contingent/", 410)[2].xpath('//meta[@name="robots"]/@content') == [
        "noindex"
    ]


def test_nothing_of_the_desk_stands_in_what_machines_are_told(client, story):
    Article.objects.update(working_title="WORKINGTITLE")
    Author.objects.update(name_kk="AUTHORNAME", name_ru="AUTHORNAME", name_en="AUTHORNAME")
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert not any(word in page for word in ("WORKINGTITLE", "AUTHORNAME", "clearing-officer"))
