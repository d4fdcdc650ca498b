"""The desk, and what the newsroom shows to readers, can be used by everyone.

axe-core finds no breach of WCAG 2.2 AA on any page of the newsroom, and none scrolls sideways on a phone. Each page is
looked at in one language, one scheme and one width; the pages take turns.
"""

from importlib import resources

import pytest

from tests.house import desk, follow, listen

pytestmark = pytest.mark.browser
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LANGUAGES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
EDITION = "admin/articles/edition/"

# Who looks, and at what; {words} are keys of what tests/newsroom.py made. One page in three is looked at in each
# language, so that a page added at the end keeps the turns of those above it.
PAGES = [
    ("editor", "admin/"),
    ("author", "admin/"),
    ("records", "admin/"),
    ("editor", f"{EDITION}{{draft}}/change/"),
    ("author", f"{EDITION}{{draft}}/change/"),
    ("editor", f"{EDITION}{{in_review}}/change/"),
    ("editor", f"{EDITION}{{printed}}/change/"),
    ("editor", f"{EDITION}{{ahead}}/change/"),
    ("editor", f"{EDITION}{{withdrawn}}/change/"),
    ("author", f"{EDITION}add/"),
    ("author", f"{EDITION}{{draft}}/numbers/"),
    ("author", f"{EDITION}{{in_review}}/numbers/"),
    ("author", f"{EDITION}{{draft}}/revisions/"),
    ("author", f"{EDITION}{{withdrawn}}/revisions/"),
    ("author", f"{EDITION}{{translation}}/translation/"),
    ("author", f"{EDITION}{{draft}}/preview/"),
    ("editor", f"{EDITION}{{draft}}/page/"),
    ("editor", f"{EDITION}{{in_review}}/review/"),
    ("author", f"{EDITION}{{draft}}/review/"),
    ("editor", f"{EDITION}calendar/"),
    ("editor", "admin/articles/claim/queue/?verdict=wrong"),
    ("editor", "admin/articles/claim/queue/?verdict=moved_on"),
    ("author", "admin/articles/claim/queue/?verdict=agrees"),
    ("editor", "admin/articles/frontpage/layout/"),
    ("editor", "admin/articles/frontpage/preview/?language=ru"),
    ("editor", "admin/articles/bundle/{bundle}/steps/"),
    ("author", "admin/inbox/"),
    ("records", "admin/account/"),
    ("author", "admin/password_change/"),
    ("admin", "admin/ledger/user/invite/"),
    ("admin", "admin/ledger/user/1/change/"),
    ("author", "admin/articles/photo/upload/"),
    ("editor", "admin/articles/photo/"),
    ("editor", "admin/articles/photo/{photo}/change/"),
    ("admin", "admin/articles/photo/{photo}/original/"),
    ("editor", "admin/articles/article/1/change/"),
    ("editor", EDITION),
    ("editor", "admin/articles/article/"),
    ("editor", "admin/articles/claim/"),
    ("editor", "admin/articles/transition/"),
    ("editor", "admin/articles/correction/"),
    ("editor", "admin/articles/comment/"),
    ("editor", "admin/articles/reviewlink/"),
    ("editor", "admin/articles/section/"),
    ("editor", "admin/articles/claim/1/change/"),
    (None, "admin/login/"),
    (None, "admin/password_reset/"),
    (None, "admin/password_reset/done/"),
    (None, "admin/reset/Mg/none/"),
    (None, "{language}/review/{token}/"),
    (None, "{language}/review/none/"),
    (None, "ru/articles/sto-tridtsat-devyat/"),
    (None, "ru/articles/sto-tridtsat-devyat/1/"),
    (None, "ru/articles/sto-tridtsat-devyat/2/changes/"),
    (None, "ru/articles/otozvan/"),
    (None, "ru/corrections/"),
    (None, "{language}/corrections/"),
    ("reports", "reports/"),
    ("reports", "reports/strength-by-month/"),
    ("reports", "reports/strength-by-month/?period=dates&start=2025-09-01&end=2025-08-01"),
    ("reports", "reports/runs/{run}/?differing=1"),
    ("reports", "reports/runs/{making}/"),
    ("reports", "reports/saved/{saved}/"),
    ("reports", "admin/reports/reportrun/"),
    ("reports", "admin/reports/reportrun/{run}/change/"),
    ("author", "admin/personal-data/"),
    ("records", "admin/missions/person/due/"),
    (None, "{language}/privacy/"),
]


def barriers(page):
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    # Without preload: to look whether a style locks the screen's orientation it writes styles of the page anew, which
    # the page's policy forbids.
    found = page.evaluate("levels => axe.run(document, {runOnly: levels, preload: false})", LEVELS)
    assert found["passes"]  # it has looked
    return [(breach["id"], [node["html"][:200] for node in breach["nodes"]]) for breach in found["violations"]]


def ready(page):
    """This will wait until the page has drawn what its scripts draw."""
    if page.locator("textarea[data-django-prose-editor-configurable]").count():
        page.wait_for_selector(".tiptap")


def all_barriers(page):
    """This will return what hinders somebody on the open page, at the width that it has."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return barriers(page) + ([("scrolls sideways", wide)] if wide > 0 else [])


def place_of(house, browser, who, language, scheme="light", width=DESK):
    """This will return a page of that person, or of nobody, and the list in which what goes wrong on it gathers."""
    if who:
        page, complaints = desk(browser, house, who, LANGUAGES[language])
    else:
        context = browser.new_context(locale=LANGUAGES[language])
        complaints, page = listen(context, house), context.new_page()
    look_in(page, scheme, width)
    return page, complaints


def look_in(page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(width)


@pytest.mark.parametrize(("turn", "language"), list(enumerate(LANGUAGES)))
def test_no_page_of_the_newsroom_has_a_barrier_or_breaks_its_policy(house, newsroom, looks, turn, language):
    found, places = {}, {}
    for number, (who, address) in list(enumerate(PAGES))[turn::3]:
        scheme, width = ("light", "dark")[number % 2], (PHONE, DESK)[number // 3 % 2]
        page, _complaints = places.get(who) or places.setdefault(who, place_of(house, looks, who, language))
        look_in(page, scheme, width)
        page.goto(f"{house.address}/{address.format(language=language, **newsroom)}")
        ready(page)
        if hindering := all_barriers(page):
            found[(who, address, language, scheme, width["width"])] = hindering
    broken = [complaint for _page, complaints in places.values() for complaint in complaints]
    for page, _complaints in places.values():
        page.context.close()
    assert (found, broken) == ({}, [])


@pytest.mark.parametrize(("language", "scheme", "width"), [("kk", "dark", PHONE), ("ru", "light", DESK)])
def test_what_opens_over_a_page_or_after_a_click_has_no_barrier(house, newsroom, looks, language, scheme, width):
    page, _complaints = place_of(house, looks, "editor", language, scheme, width)
    page.goto(f"{house.address}/{EDITION}{newsroom['draft']}/change/")
    ready(page)
    page.click("button[data-of=figure]")
    page.wait_for_selector("dialog[open] li button")
    assert all_barriers(page) == []
    page.goto(f"{house.address}/{EDITION}{newsroom['in_review']}/change/")
    ready(page)
    page.fill("#id_public_from", "2090-01-01T10:00")
    follow(page, "button[value=approve]")
    page.wait_for_selector("button[name=_confirmed]")
    assert all_barriers(page) == []
    page.context.close()
    records, _complaints = place_of(house, looks, "records", language, scheme, width)
    records.goto(f"{house.address}/admin/missions/deployment/?q=UNDOF")
    follow(records, "#result_list tbody th a >> nth=0")
    records.fill("#id_strength", "777")
    follow(records, "input[name=_save]")
    records.wait_for_selector("table.desk-cards")
    assert all_barriers(records) == []
    records.context.close()


def test_the_focal_point_stands_on_the_picture_where_its_numbers_say(house, newsroom, looks):
    page, _complaints = place_of(house, looks, "editor", "en")
    page.goto(f"{house.address}/admin/articles/photo/{newsroom['photo']}/change/")
    ready(page)
    picture, mark = page.locator(".desk-focal").bounding_box(), page.locator(".desk-focal-mark").bounding_box()
    assert abs((mark["x"] + mark["width"] / 2) - (picture["x"] + picture["width"] / 2)) < 3
    page.context.close()


def test_on_a_phone_the_text_comes_before_what_is_known_of_it(house, newsroom, looks):
    page, _complaints = place_of(house, looks, "author", "en", width=PHONE)
    page.goto(f"{house.address}/{EDITION}{newsroom['draft']}/change/")
    ready(page)
    steps, text, panels = (
        page.locator(selector).bounding_box()["y"]
        for selector in ("#content-main > .desk-state", ".tiptap", ".desk-panels")
    )
    assert steps < text < panels
    page.context.close()
