"""The desk can be used by everyone: axe-core finds no breach of WCAG 2.2 AA on its main pages."""

from importlib import resources

import pytest

from tests.house import desk

pytestmark = pytest.mark.browser
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = ["", "articles/edition/", "articles/photo/"]


def barriers(page):
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("levels => axe.run(document, {runOnly: levels})", LEVELS)
    assert found["passes"]  # it has looked
    return [(breach["id"], [node["html"][:200] for node in breach["nodes"]]) for breach in found["violations"]]


@pytest.mark.parametrize(("language", "scheme"), [("kk-KZ", "light"), ("ru-RU", "dark"), ("en-GB", "light")])
def test_the_writing_screen_has_no_barrier(house, browser, language, scheme):
    page, _complaints = desk(browser, house, "author", language)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{house.address}/admin/articles/edition/?state__exact=draft")
    if not page.locator("#result_list tbody th a").count():
        page.goto(f"{house.address}/admin/articles/edition/1/change/")
        page.click("form[action$='open-next/'] input[type=submit]")
    else:
        page.click("#result_list tbody th a >> nth=0")
    page.wait_for_selector(".tiptap")
    assert barriers(page) == []
    page.click("button[data-of=figure]")
    page.wait_for_selector("dialog[open] li button")
    assert barriers(page) == []


@pytest.mark.parametrize("address", PAGES)
def test_the_desks_pages_have_no_barrier(house, browser, address):
    page, _complaints = desk(browser, house, "editor")
    page.goto(f"{house.address}/admin/{address}")
    assert barriers(page) == []
