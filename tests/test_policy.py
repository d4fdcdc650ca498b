"""The strict policy in a real browser: whatever somebody does on the site and on the desk, it forbids nothing of ours.

`tests.house.listen` gathers breaches, errors of scripts and requests to other hosts, each with its page. That each page
opens without one is shown in test_barriers and test_public_site, which look at them all; here they are used.
"""

import re

import pytest
from PIL import Image

from tests.house import desk, follow, listen

pytestmark = pytest.mark.browser
WEB = '<p class="x">Pasted <b>words</b><script>alert(1)</script><img src="https://tracker.example/p.gif"></p>'
# Every list of the desk that somebody sees, with who looks; the first who may is taken.
EVERYBODY = ("admin", "editor", "records", "reports")


# --- readers -------------------------------------------------------------------------------------------------------


def use(page):
    """This will do with a public page what there is to do: open what opens, point at what answers, press what leads on."""
    for summary in page.locator("summary:visible").all()[:4]:
        summary.click()
    for kind in (".figure-value", "svg a", ".chart [tabindex], .chart rect, .chart path", ".marker, .map a"):
        one = page.locator(kind).first
        if one.count() and one.is_visible():
            one.hover(force=True)
            one.focus()
    page.keyboard.press("Tab")


@pytest.mark.parametrize(("language", "story"), [("ru", "sto-tridtsat-devyat"), ("kk", "bir-zhuz-otyz-togyz")])
def test_a_reader_uses_every_page_and_writes_to_the_newsroom_without_a_breach_or_a_cookie(
    house, newsroom, looks, language, story
):
    context = looks.new_context(locale=language)
    complaints, page = listen(context, house), context.new_page()
    for path in ("", f"articles/{story}/", "missions/", "missions/undof/", "timeline/", "figures/strength/?mission=UNDOF", "data/",
                 "archive/", "search/?q=UNDOF"):  # fmt: skip
        page.goto(f"{house.address}/{language}/{path}")
        use(page)
    page.goto(f"{house.address}/{language}/")
    page.fill("input[type=search] >> nth=0", "UNDOF")
    with page.expect_navigation():
        page.press("input[type=search] >> nth=0", "Enter")
    follow(page, f".languages a[lang={'kk' if language == 'ru' else 'ru'}]")

    page.goto(f"{house.address}/{language}/figures/report/?figure=strength+mission%3DUNDOF&on=2025-10-20&said=139")
    page.fill("[name=wrong]", "140")
    follow(page, ".report-form button")
    assert "/thanks/" in page.url
    page.goto(f"{house.address}/{language}/review/{newsroom['token']}/")
    page.fill(".review-form [name=text]", "?")
    follow(page, ".review-form button")
    assert page.locator(".comment").last.is_visible()

    # What is no page, opened by itself.
    page.goto(f"{house.address}/{language}/articles/{story}/")
    pictures = page.eval_on_selector_all("img[src^='/photos/']", "all => all.map(one => one.src)")
    shares = page.eval_on_selector_all(
        "meta[property='og:image']", "all => all.map(one => new URL(one.content).pathname)"
    )
    paths = [*(one.removeprefix(house.address) for one in pictures[:1]), *shares[:1], "/robots.txt", "/sitemap.xml", "/api/v1/",
             f"/{language}/feeds/rss.xml", "/static/site/mark.svg", "/health/live", "/no-such-page"]  # fmt: skip
    for path in paths:
        page.goto(house.address + path)
    cookies = context.cookies()
    context.close()
    assert (complaints, cookies) == ([], [])


# --- the desk ------------------------------------------------------------------------------------------------------


def work(page):
    """This will use whatever of Django's own scripts a list or a form has: choices, calendars, one more row, filters."""
    for one, after in (
        (".select2-selection:visible", ".select2-results__option"), (".datetimeshortcuts a[id^=calendarlink]:visible", ".calendarbox"),
        (".datetimeshortcuts a[id^=clocklink]:visible", ".clockbox"),
    ):  # fmt: skip
        if page.locator(one).count():
            page.locator(one).first.click()
            page.wait_for_selector(f"{after} >> visible=true")
            page.keyboard.press("Escape")
    for more in page.locator(".add-row a:visible").all()[:2]:
        more.click()
    for box in page.locator("#changelist-filter details").all()[:2]:
        box.click(position={"x": 5, "y": 5})
    if page.locator("#action-toggle").count():
        page.check("#action-toggle")
    if page.locator("button.theme-toggle:visible").count():
        page.click("button.theme-toggle:visible")


def lists_of(page, house):
    page.goto(f"{house.address}/admin/")
    links = page.eval_on_selector_all("#content a", "all => all.map(one => new URL(one.href).pathname)")
    return {link for link in links if re.fullmatch(r"/admin/\w+/\w+/", link)}


def test_every_list_form_and_history_of_the_desk_works_under_its_policy(house, newsroom, looks):
    broken, seen, used = [], set(), {"add": 0, "past": 0, "delete": 0}
    for who in EVERYBODY:
        page, complaints = desk(looks, house, who)
        for address in sorted(lists_of(page, house) - seen):
            seen.add(address)
            page.goto(house.address + address)
            work(page)
            row = page.locator("#result_list tbody th a").first
            change = row.get_attribute("href") if row.count() else None
            has_form = page.locator(f"a.addlink[href^='{address}add/']").count() > 0
            if has_form:
                page.goto(f"{house.address}{address}add/")
                work(page)
                used["add"] += 1
            if change is None:
                continue
            page.goto(house.address + change)
            if not has_form:
                work(page)
            delete, history = (linked(page, kind) for kind in ("a.deletelink", "a.historylink"))
            if delete and used["delete"] < 3:  # it is one page for all
                page.goto(delete)
                used["delete"] += 1
            if history:
                page.goto(history)
                if past := linked(page, "#content table a[href*='/history/']"):
                    page.goto(past)
                    used["past"] += 1
        broken += complaints
        page.context.close()
    assert broken == []
    assert len(seen) > 25 and used["add"] > 10 and used["past"] > 5 and used["delete"], (len(seen), used)


def linked(page, selector):
    """This will return the address that the first such link leads to, or None where there is none."""
    one = page.locator(selector).first
    return one.evaluate("one => one.href") if one.count() else None


def test_a_text_is_written_with_all_that_the_editor_has_under_its_policy(house, newsroom, looks, tmp_path):
    page, complaints = desk(looks, house, "author")
    page.goto(f"{house.address}/admin/articles/edition/{newsroom['draft']}/change/")
    page.click(".tiptap")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("On the Golan ")
    page.click("button[data-of=figure]")
    page.click("#choosing dialog li button >> nth=0")
    for of in ("photo", "person", "story"):
        if page.locator(f"button[data-of={of}]").count():
            page.click(f"button[data-of={of}]")
            page.wait_for_selector("#choosing dialog[open]")
            page.keyboard.press("Escape")
    page.click(".tiptap")
    page.evaluate(
        """html => {
          const data = new DataTransfer()
          data.setData("text/html", html)
          document.querySelector(".tiptap").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}))
        }""",
        WEB,
    )
    assert "Pasted <strong>words</strong>" in page.evaluate("document.querySelector('#id_body').value")
    page.keyboard.press("Control+a")
    page.click(".prose-menubar :text-is('insert_link')")
    page.fill("dialog[open] input >> nth=0", "https://paper.example/")
    page.click("dialog[open] button[type=submit]")
    page.keyboard.press("Control+z")
    page.wait_for_selector("#writing-status:text-matches('^Saved')")
    page.wait_for_function(
        "() => document.querySelector('#desk-checks-status').textContent === '' && document.querySelector('#desk-checks').children.length"
    )

    page.goto(f"{house.address}/admin/articles/edition/{newsroom['draft']}/preview/")
    page.frame_locator(".desk-frame iframe").locator("h1").wait_for()
    picture = tmp_path / "picture.png"
    Image.new("RGB", (1200, 800), "#8fd6e6").save(picture)
    page.goto(f"{house.address}/admin/articles/photo/upload/")
    page.set_input_files("input[type=file]", picture)
    follow(page, "button[name=receive]")
    page.goto(f"{house.address}/admin/articles/photo/{newsroom['photo']}/change/")
    page.locator(".desk-focal").click(force=True)
    page.context.close()
    assert complaints == []


def test_reports_are_asked_drawn_taken_and_kept_under_their_policy(house, newsroom, looks):
    page, complaints = desk(looks, house, "reports")
    page.goto(f"{house.address}/reports/")
    for address in page.eval_on_selector_all("a[href^='/reports/']", "all => [...new Set(all.map(one => one.href))]"):
        page.goto(address)
        for details in page.locator("summary:visible").all()[:3]:
            details.click()
    page.goto(f"{house.address}/reports/strength-by-month/")
    follow(page, "#report-form button.default")
    for kind in ("csv", "xlsx", "json", "pdf"):
        with page.expect_download() as download:
            page.click(f"#report-take button[value={kind}]")
        assert download.value.path()
    page.context.close()
    assert complaints == []


def test_a_page_that_makes_markup_of_texts_makes_none_that_runs(house, newsroom, looks):
    """What the browser refuses: the policy of each page, and on forms the desk's own judge of markup."""
    page, _complaints = desk(looks, house, "editor")
    attempts = {
        "markup": "document.body.insertAdjacentHTML('beforeend', '<b>plain</b>')",
        "handler": "document.body.insertAdjacentHTML('beforeend', '<img src=/x onerror=\\'window.ran = 1\\'>')",
        "script": "document.createElement('script').text = 'window.ran = 1'",
        "address": "document.createElement('script').src = '/static/desk/labels.js'",
        "frame": "document.body.insertAdjacentHTML('beforeend', '<iframe src=/admin/></iframe>')",
        "javascript": "document.body.insertAdjacentHTML('beforeend', '<a href=\\'java\\tscript:alert(1)\\'>x</a>')",
        "document": "document.createElement('iframe').srcdoc = '<script>1</script>'",
        "a policy of its own": "trustedTypes.createPolicy('mine', {createHTML: (text) => text})",
        "another default": "trustedTypes.createPolicy('default', {createHTML: (text) => text})",
    }
    refused = {}
    for where in ("ru/", "admin/", "reports/", "admin/articles/section/add/"):
        page.goto(f"{house.address}/{where}")
        refused[where] = {name for name, code in attempts.items() if tries(page, code)}
    page.context.close()
    assert refused["ru/"] == refused["admin/"] == set(attempts)
    assert refused["admin/articles/section/add/"] == set(attempts) - {"markup"}


def tries(page, code):
    """This will say whether the browser refuses to run a line of script on the open page."""
    return page.evaluate(f"() => {{ try {{ {code}; return false }} catch (error) {{ return error.name }} }}")
