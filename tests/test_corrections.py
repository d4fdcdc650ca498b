"""Corrections in public, withdrawals, changed addresses, and one correction in all languages."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from articles import corrections, publishing
from articles.models import Author, Bundle, Claim, Correction, Edition
from missions.models import Deployment
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db
LANGUAGES = ["kk", "ru", "en"]
TEXT = "We printed 139. It was 140."
ATOM = "{http://www.w3.org/2005/Atom}"


def correct(first, editor, at, *, text=TEXT, **values):
    """This will approve the next edition of a story with a correction."""
    arguments = {"public_from": values.pop("public_from", None)}
    following = publishing.open_next(first, by=makers.author(), at=at)
    Edition.objects.filter(pk=following.pk).update(correction=text, **values)
    return publishing.approve(following, by=editor, at=at, **arguments)


def get(client, address):
    response = client.get(address)
    return response, b"".join(response).decode() if response.streaming else response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_stands_at_the_head_of_the_story_and_leads_to_what_was_printed(
    client, editor, noon, contingent, language
):
    first = makers.approved_story(noon, editor, language=language)
    correct(first, editor, noon + timedelta(days=1))
    _response, page = get(client, f"/{language}/articles/golan-contingent/")
    earlier = f'href="/{language}/articles/golan-contingent/1/"'
    assert page.index(TEXT) < page.index('class="prose"') and earlier in page
    assert client.get(f"/{language}/articles/golan-contingent/1/").status_code == 200
    _response, listed = get(client, f"/{language}/corrections/")
    assert TEXT in listed and earlier in listed and "The Golan contingent" in listed
    for other in set(LANGUAGES) - {language}:
        assert TEXT not in get(client, f"/{other}/corrections/")[1]


def test_a_correction_is_not_public_before_its_editions_hour(client, editor, contingent):
    now = timezone.now()
    first = makers.approved_story(now - timedelta(hours=2), editor)
    correct(first, editor, now - timedelta(hours=1), public_from=now + timedelta(days=1))
    assert Correction.objects.exists()
    for path in ("articles/golan-contingent/", "articles/golan-contingent/1/", "corrections/", "corrections/feed/"):
        response, page = get(client, f"/en/{path}")
        assert response.status_code == 200 and TEXT not in page
    assert list(Correction.objects.for_page("en", now + timedelta(days=2)))


@pytest.mark.parametrize("end", ["withdrawn", "suppressed"])
def test_a_story_that_is_gone_takes_its_corrections_with_it(client, editor, noon, contingent, end):
    second = correct(makers.approved_story(noon, editor), editor, noon)
    if end == "withdrawn":
        publishing.withdraw(second, reason="False.", by=editor, at=noon + timedelta(days=1))
    else:
        Edition.objects.filter(pk=second.pk).update(suppressed_at=noon + timedelta(days=1))
    for path in ("corrections/", "corrections/feed/", "articles/golan-contingent/1/"):
        response, page = get(client, f"/en/{path}")
        assert response.status_code == 200 and TEXT not in page


def test_the_list_names_no_correction_of_a_story_whose_newest_edition_is_withdrawn(client, editor, noon, contingent):
    second = correct(makers.approved_story(noon, editor), editor, noon)
    third = publishing.approve(publishing.open_next(second, by=makers.author(), at=noon), by=editor, at=noon)
    publishing.withdraw(third, reason="False.", by=editor, at=noon + timedelta(days=1))
    assert TEXT not in get(client, "/en/corrections/")[1] and TEXT not in get(client, "/en/corrections/feed/")[1]


def test_a_correction_never_links_to_an_edition_that_the_public_may_not_read(client, editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    correct(first, editor, noon)
    Edition.objects.filter(pk=first.pk).update(suppressed_at=noon + timedelta(days=1))
    for path in ("articles/golan-contingent/", "corrections/"):
        page = get(client, f"/en/{path}")[1]
        assert TEXT in page and "/golan-contingent/1/" not in page


def test_every_page_leads_to_the_corrections(client):
    for language in LANGUAGES:
        assert f'href="/{language}/corrections/"' in get(client, f"/{language}/")[1]


def test_the_list_of_corrections_asks_one_question_however_many_there_are(
    client, editor, noon, contingent, django_assert_num_queries
):
    edition = makers.approved_story(noon, editor)
    for day in range(25):
        edition = correct(edition, editor, noon + timedelta(days=day), text=f"Correction no. {day}.")
    with django_assert_num_queries(1):
        page = get(client, "/en/corrections/")[1]
    assert "Correction no. 24." in page and "Correction no. 4." not in page
    older = client.get("/en/corrections/").context["older"]
    assert f'rel="next" href="?{older}"' in page and "Correction no. 4." in get(client, f"/en/corrections/?{older}")[1]
    assert client.get("/en/corrections/?page=2")["Location"] == f"/en/corrections/?{older}"
    with django_assert_num_queries(3):  # the edition, its corrections, what else is about its mission
        client.get("/en/articles/golan-contingent/")
    with django_assert_num_queries(2):
        client.get("/en/corrections/feeds/atom.xml")
    assert client.get("/en/corrections/?page=9").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_names_each_correction_once_and_for_ever_at_the_sites_own_address(
    client, editor, noon, contingent, settings, language
):
    settings.SITE_URL = "https://record.example"
    settings.ALLOWED_HOSTS = ["*"]
    second = correct(makers.approved_story(noon, editor, language=language), editor, noon, text="5 < 6 & <b>so</b>")
    response = client.get(f"/{language}/corrections/feed/", headers={"host": "evil.example"})
    assert response["Content-Type"].startswith("application/atom+xml") and b"evil.example" not in response.content
    feed = ElementTree.fromstring(response.content)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    entry = feed.find(f"{ATOM}entry")
    story = f"https://record.example/{language}/articles/golan-contingent/"
    assert entry.find(f"{ATOM}link").get("href") == story
    assert entry.find(f"{ATOM}summary").text == "5 &lt; 6 &amp; &lt;b&gt;so&lt;/b&gt;"
    name = entry.find(f"{ATOM}id").text
    third = publishing.open_next(second, by=makers.author(), at=noon)
    Edition.objects.filter(pk=third.pk).update(slug="elsewhere")
    publishing.approve(third, by=editor, at=noon)
    entry = ElementTree.fromstring(client.get(f"/{language}/corrections/feed/").content).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}id").text == name
    assert entry.find(f"{ATOM}link").get("href").endswith("/elsewhere/")
    assert f'href="/{language}/corrections/feeds/atom.xml"' in get(client, f"/{language}/corrections/")[1]


def linked_data(page):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    (story,) = [block for block in map(json.loads, blocks) if block["@type"] == "NewsArticle"]
    return story


def test_machines_read_the_storys_first_hour_its_last_and_its_corrections(client, editor, noon, contingent, settings):
    settings.SITE_URL = "https://record.example"
    hostile = "</script><script>alert(1)</script> & <!--"
    first = makers.approved_story(noon, editor, title=hostile)
    correct(first, editor, noon + timedelta(days=1), text=hostile)
    page = get(client, "/en/articles/golan-contingent/")[1]
    assert "<script>alert" not in page
    data = linked_data(page)
    assert (data["@type"], data["headline"], data["inLanguage"]) == ("NewsArticle", hostile, "en")
    assert data["author"] == [{"name": "The desk"}] and data["isAccessibleForFree"] is True
    assert data["datePublished"][:10] == "2025-10-23" and data["dateModified"][:10] == "2025-10-24"
    assert [note["text"] for note in data["correction"]] == [hostile]
    assert data["mainEntityOfPage"]["@id"] == "https://record.example/en/articles/golan-contingent/"


@pytest.mark.parametrize(
    ("authors", "kind"), [("p", "Person"), ("o", "Organization"), ("oo", "Organization"), ("po", None), ("", None)]
)
@pytest.mark.parametrize("address", ["/en/articles/golan-contingent/", "/en/articles/golan-contingent/1/"])
def test_machines_are_told_that_an_agency_is_no_person_and_nothing_that_nobody_said(
    client, editor, noon, contingent, authors, kind, address
):
    story = makers.approved_story(noon, editor, byline="Press office of the ministry")
    for place, letter in enumerate(authors):
        name = {f"name_{code}": "Never printed" for code in LANGUAGES}
        story.article.authors.add(Author.objects.create(slug=f"a{place}", is_organisation=letter == "o", **name))
    page = get(client, address)[1]
    said = {"@type": kind} if kind else {}
    assert linked_data(page)["author"] == [{**said, "name": "Press office of the ministry"}]
    assert "Never printed" not in page


def test_a_story_without_a_byline_is_the_houses(client, editor, noon, contingent):
    makers.approved_story(noon, editor, byline="")
    (author,) = linked_data(get(client, "/en/articles/golan-contingent/")[1])["author"]
    assert author["@type"] == "Organization" and author["url"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chain_of_changed_addresses_leads_to_the_story_and_every_number_stays_readable(
    client, editor, noon, contingent, language
):
    edition = makers.approved_story(noon, editor, language=language, slug="one")
    for day, slug in enumerate(["two", "three"], start=1):
        edition = correct(edition, editor, noon + timedelta(days=day), slug=slug)
    at = f"/{language}/articles"
    for old in ("one", "two"):
        response = client.get(f"{at}/{old}/")
        assert (response.status_code, response["Location"]) == (301, f"{at}/three/")
    for slug, number in (("one", 1), ("two", 2), ("three", 3)):
        assert client.get(f"{at}/{slug}/{number}/").status_code == 200
        for other in {"one", "two", "three"} - {slug}:
            response = client.get(f"{at}/{other}/{number}/")
            assert (response.status_code, response["Location"]) == (301, f"{at}/{slug}/{number}/")
    assert client.get(f"{at}/one/4/").status_code == client.get(f"{at}/four/1/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawn_story_says_why_at_each_of_its_addresses(client, editor, noon, contingent, language):
    edition = makers.approved_story(noon, editor, language=language, slug="one")
    for day, slug in enumerate(["two", "three"], start=1):
        edition = correct(edition, editor, noon + timedelta(days=day), slug=slug)
    publishing.withdraw(edition, reason="Its source was forged.", by=editor, at=noon + timedelta(days=3))
    at = f"/{language}/articles"
    for slug in ("one", "two", "three"):
        response, page = get(client, f"{at}/{slug}/")
        assert response.status_code == 410 and "Its source was forged." in page
    assert client.get(f"{at}/one/1/").status_code == client.get(f"{at}/two/2/").status_code == 200
    assert client.get(f"{at}/three/3/").status_code == client.get(f"{at}/one/3/").status_code == 404


def story_in_three(noon, editor):
    english = makers.approved_story(noon, editor)
    others = [
        makers.approved_story(noon, editor, language=language, article=english.article, slug=f"golan-{language}")
        for language in ("kk", "ru")
    ]
    return english, *others


def test_one_button_opens_the_correction_in_every_language_that_prints_the_wrong_figure(editor, noon, contingent):
    english, _kazakh, russian = story_in_three(noon, editor)
    begun = publishing.open_next(russian, by=makers.author(), at=noon)
    with pytest.raises(corrections.CannotCorrect, match="wrong for its own date"):
        corrections.open_corrections(english.article, languages=LANGUAGES, by=editor, at=noon)
    Deployment.objects.filter(pk=contingent.pk).update(strength=140)
    record_changed.send(sender=Deployment, at=noon, by=editor)
    bundle = corrections.open_corrections(english.article, languages=LANGUAGES, by=editor, at=noon)
    drafts = bundle.editions.order_by("language")
    assert [(draft.language, draft.number, draft.state) for draft in drafts] == [
        ("en", 2, "draft"), ("kk", 2, "draft"), ("ru", 2, "draft"),
    ]  # fmt: skip
    assert begun in drafts  # what was begun already joins, and is not begun twice
    again = corrections.open_corrections(english.article, languages=LANGUAGES, by=editor, at=noon)
    assert again == bundle and Bundle.objects.count() == 1 and Edition.objects.count() == 6


def test_only_the_languages_that_were_asked_for_are_opened(editor, noon, contingent):
    english, *_others = story_in_three(noon, editor)
    Deployment.objects.filter(pk=contingent.pk).update(strength=140)
    record_changed.send(sender=Deployment, at=noon, by=editor)
    bundle = corrections.open_corrections(english.article, languages=["en", "kk"], by=editor, at=noon)
    assert set(bundle.editions.values_list("language", flat=True)) == {"en", "kk"}


def test_drafts_that_wait_in_two_bundles_are_left_where_they_are(editor, noon, contingent):
    english, kazakh, _russian = story_in_three(noon, editor)
    for edition, name in ((english, "Friday"), (kazakh, "Monday")):
        draft = publishing.open_next(edition, by=makers.author(), at=noon)
        Edition.objects.filter(pk=draft.pk).update(bundle=Bundle.objects.create(name=name))
    Deployment.objects.filter(pk=contingent.pk).update(strength=140)
    record_changed.send(sender=Deployment, at=noon, by=editor)
    with pytest.raises(corrections.CannotCorrect, match="Friday, Monday"):
        corrections.open_corrections(english.article, languages=LANGUAGES, by=editor, at=noon)
    assert Bundle.objects.count() == 2 and Edition.objects.count() == 5


def test_a_correction_is_not_blocked_by_its_siblings_and_they_join_the_queue(editor, noon, contingent):
    english, kazakh, russian = story_in_three(noon, editor)
    # The record changed by a path that told nobody: the correction itself brings the siblings into the queue.
    Deployment.objects.filter(pk=contingent.pk).update(strength=140)
    second = correct(english, editor, noon)
    assert second.claims.get().value == 140
    disputed = Claim.objects.for_desk(noon)
    assert {claim.edition for claim in disputed} == {kazakh, russian}
    assert {claim.verdict for claim in disputed} == {"wrong"}
