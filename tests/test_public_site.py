"""What the public sees can be used by everyone: in each language, light and dark, on a phone and on a screen.

And it costs a reader little: the first view of a story is light, runs no script and asks no other host.
"""

import json
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, get_resolver, resolve
from django.urls.resolvers import LocalePrefixPattern

from articles.models import Edition, Topic
from articles.search import indexing
from missions.models import Unit
from tests import makers
from tests.house import listen
from tests.test_barriers import DESK, LANGUAGES, PHONE, all_barriers, look_in

STORY = {"kk": "bir-zhuz-otyz-togyz", "ru": "sto-tridtsat-devyat", "en": "a-hundred-and-thirty-nine"}
PAGES = [
    "", "articles/", "articles/{story}/", "articles/{story}/1/", "sections/missions/", "topics/", "topics/golan/", "archive/",
    "archive/2025/", "archive/2025/10/", "corrections/", "feeds/",
    "missions/", "missions/?state=in_progress", "missions/?region=africa", "missions/undof/", "missions/unmin/", "units/", "units/kazcon/", "people/",
    "timeline/", "figures/", "figures/?on=2025-10-20", "figures/strength/?mission=UNDOF", "figures/rank/", "figures/report/?figure=strength+mission%3DUNDOF&on=2025-10-20&said=139", "figures/report/thanks/",
    "search/", "search/?q=UNDOF", "search/?q=qwertyuiop", "data/", "about/", "about/data/", "contact/", "privacy/", "accessibility/",
    "no-such-page/", "articles/no-such-story/",
]  # fmt: skip
NOT_THERE = {"missions/unmin/", "no-such-page/", "articles/no-such-story/"}  # in a small record
# Addresses of which no page is made, or whose pages are looked at in test_barriers.
NO_PAGES = {"review", "review_photo", "changes", "edition"}


def address(house, language, page):
    return f"{house.address}/{language}/{page.format(story=STORY[language])}"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_public_page_has_a_barrier_or_breaks_its_policy_in_any_language_light_or_dark(
    house, looks, language, scheme
):
    context = looks.new_context(locale=LANGUAGES[language])
    complaints, page = listen(context, house), context.new_page()
    found = {}
    for number, path in enumerate(PAGES):
        look_in(page, scheme, (PHONE, DESK)[(number + (scheme == "dark")) % 2])
        page.goto(address(house, language, path))
        if hindering := all_barriers(page):
            found[path, language, scheme, page.viewport_size["width"]] = hindering
    cookies = context.cookies()
    context.close()
    assert (found, complaints, cookies) == ({}, [], [])


TAB_THROUGH = """() => {
  const seen = new Set([...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(
    one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0 && one.type !== 'hidden'));
  return seen.size;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  one.dataset.visited = one.dataset.visited || String(Math.random());
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {key: one.dataset.visited, outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
          text: one.outerHTML.slice(0, 120), shown: box.width > 0 && box.height > 0};
}"""


@pytest.mark.browser
def test_every_public_page_works_by_keyboard(house, looks):
    """Tab reaches all that can be used, in the order of the page, shows where it is, and leaves nothing out."""
    page = looks.new_context(locale="en-GB").new_page()
    page.set_viewport_size(DESK)
    lost = {}
    for path in PAGES:
        page.goto(address(house, "en", path))
        count, visited = page.evaluate(TAB_THROUGH), set()
        for _press in range(count + 25):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                break
            visited.add(focused["key"])
            if not focused["outline"] or not focused["shown"]:
                lost.setdefault(path, []).append(focused["text"])
        if len(visited) < count:
            lost.setdefault(path, []).append(f"{len(visited)} of {count} were reached")
    page.context.close()
    assert lost == {}


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_view_of_a_story_is_under_60_kilobytes_runs_no_script_and_asks_no_other_host(house, looks, language):
    context = looks.new_context(locale=LANGUAGES[language], java_script_enabled=False)
    page = context.new_page()
    wire, weights, hosts, kinds = context.new_cdp_session(page), {}, set(), {}
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on("Network.loadingFinished", lambda event: weights.update({event["requestId"]: event["encodedDataLength"]}))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(address(house, language, "articles/{story}/"), wait_until="networkidle")
    assert page.locator(".prose").inner_text()
    context.close()
    assert hosts == {urlsplit(house.address).netloc}
    assert "Script" not in kinds.values()
    weight = sum(size for request, size in weights.items() if kinds.get(request) != "Image")
    assert 10_000 < weight < 60_000, json.dumps({kinds.get(one): size for one, size in weights.items()})


@pytest.mark.django_db
def test_no_public_page_asks_more_of_the_database_for_a_thousand_stories_than_for_ten(client, noon, editor):
    unit = Unit.objects.create(slug="kazcon", kind="formed_unit", name_en="Contingent")
    makers.golan_contingent(unit=unit, cleared=("kind", "period", "strength", "women", "unit"))
    topic = Topic.objects.create(slug="golan", name_en="The Golan")

    def add(numbers):
        makers.public_stories(numbers, noon, editor, topic=topic)
        indexing.put(Edition.objects.filter(search_entry=None).values_list("pk", flat=True))

    def queries_of_each_page():
        counts = {}
        for path in PAGES:
            with CaptureQueriesContext(connection) as asked:
                response = client.get(f"/en/{path.format(story='story-3')}")
            assert response.status_code == (404 if path in NOT_THERE else 200), path
            counts[path] = len(asked)
        return counts

    add(range(10))
    queries_of_each_page()  # what is read once for all is read
    few = queries_of_each_page()
    add(range(10, 1000))
    many = queries_of_each_page()
    few[""] += 2  # of the sections that have none of the newest stories, see test_home
    assert {path: (few[path], many[path]) for path in PAGES if many[path] > few[path]} == {}
    assert max(many.values()) <= 40


def test_no_public_address_is_left_out_of_the_pages_that_are_looked_at():
    looked_at = set()
    for path in PAGES:
        try:
            looked_at.add(resolve(f"/en/{path.format(story=STORY['en'])}".partition("?")[0]).url_name)
        except Resolver404:
            continue  # the page that is not there is looked at too
    public = set()
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern.pattern, LocalePrefixPattern):
            public |= {name for name in names_in(pattern) if not is_a_file(name)}
    assert public - looked_at - NO_PAGES == set()


def names_in(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names_in(pattern)
        elif pattern.name:
            yield pattern.name


def is_a_file(name):
    return name.endswith(("_csv", "feed"))
