"""The whole life of a story in a real browser: from an imported draft to its withdrawal, by three people of a newsroom."""

import json
import re
from datetime import datetime, timedelta
from time import sleep
from zoneinfo import ZoneInfo

import pytest

from tests.house import desk, follow

pytestmark = pytest.mark.browser

PROMISED = 1  # second within which readers are served what was changed
LOCAL = ZoneInfo("Asia/Almaty")  # the house's own time
FEATURE = """ date 2025-10-23 Выдуманный взвод сменил выдуманную роту. Проба всей жизни одной истории.

На Голанах сегодня служат 139 выдуманных человек.

Фото: Выдуманное агентство

Ни одного из них на самом деле нет.
"""


class Newsroom:
    """The pages of those who make the story, and the addresses of what they make."""

    def __init__(self, house, browser):
        self.house = house
        self.author, self.complaints = desk(browser, house, "author")
        self.editor, complaints = desk(browser, house, "editor")
        self.reader = browser.new_context(locale="ru-RU").new_page()
        self.of_the_editor = complaints

    def edition(self, pk, name="change"):
        return f"{self.house.address}/admin/articles/edition/{pk}/{name}/"

    def public(self, path):
        """This will return what whoever is not signed in gets at a path of the site, following nothing."""
        return self.reader.request.get(f"{self.house.address}{path}", max_redirects=0)


@pytest.fixture
def newsroom(house, browser):
    return Newsroom(house, browser)


def said(page):
    return page.inner_text(".messagelist")


def step(page, name):
    follow(page, f".desk-steps button[value={name}]")


def a_moment_ahead():
    """This will return a full minute that is between half a minute and a minute and a half away, in local time."""
    return (datetime.now(LOCAL) + timedelta(seconds=90)).replace(second=0, microsecond=0)


def imported(newsroom, tmp_path):
    feature = tmp_path / "life.txt"
    feature.write_text(FEATURE, encoding="utf-8")
    told = newsroom.house.manage("import_article", feature, "--language", "ru")
    return int(re.search(r"Draft (\d+)", told)[1])


def bind_the_number(newsroom, pk):
    page = newsroom.author
    page.goto(newsroom.edition(pk, "numbers"))
    number = page.locator("section.number", has=page.locator("mark:text-is('139')"))
    assert number.count() == 1
    with page.expect_navigation():
        number.locator("button[value=value]").click()
    assert "139" in said(page)
    assert page.locator("mark:text-is('139')").count() == 0
    page.goto(newsroom.edition(pk))
    page.wait_for_selector(".tiptap .chip-figure[data-shown='139']")


def translate_into_english(newsroom, pk):
    page = newsroom.author
    page.goto(newsroom.edition(pk))
    follow(page, "button:has-text('Translate into English')")
    page.wait_for_selector("#translation")
    page.fill("#id_title", "An invented platoon relieved an invented company")
    page.fill("#id_standfirst", "A trial of a story's whole life.")
    for words in page.locator("textarea[name^=words-]").all():
        shown = words.input_value()
        if "[[strength" in shown:
            words.fill(
                "On the Golan " + re.search(r"\[\[strength[^]]*\]\]", shown)[0] + " invented people serve today."
            )
        elif "[[photo" not in shown:
            words.fill("Not one of them exists.")
    follow(page, "#translation input[type=submit]")
    follow(page, "a:has-text('To the writing screen')")
    page.wait_for_selector(".tiptap .chip-figure[data-shown='139']")
    return int(re.search(r"edition/(\d+)/", page.url)[1])


def hand_in(newsroom, pk):
    newsroom.author.goto(newsroom.edition(pk))
    step(newsroom.author, "submit")
    assert "in review" in said(newsroom.author)


def put_the_photo_in_its_place(page, newsroom, pk):
    """From the check's own link to the field: the place that the import left gets a picture of the library."""
    page.goto(newsroom.edition(pk))
    page.click(".desk-problems a[href*='photo']")
    page.click("#photo_uses-0 .select2-selection")
    page.fill(".select2-search__field", "Illustration")
    page.click(".select2-results__option:has-text('Illustration') >> nth=0")
    follow(page, ".submit-row input[name=_continue]")
    page.wait_for_selector(".desk-ready")


def test_a_story_lives_from_its_import_to_its_withdrawal(newsroom, house, tmp_path):
    author, editor = newsroom.author, newsroom.editor

    # Imported, bound, translated, handed in.
    russian = imported(newsroom, tmp_path)
    bind_the_number(newsroom, russian)
    slug = author.input_value("#id_slug")
    english = translate_into_english(newsroom, russian)
    english_slug = author.input_value("#id_slug")
    hand_in(newsroom, russian)

    # Refused by a check, and nothing of it went out.
    editor.goto(newsroom.edition(russian))
    step(editor, "approve")
    assert "no photo is there" in said(editor)
    assert newsroom.public(f"/ru/articles/{slug}/").status == 404

    # Repaired where the check leads, and sent back for its words; the author reads why.
    put_the_photo_in_its_place(editor, newsroom, russian)
    editor.fill(".desk-steps [name=reason]", "Say whom they relieved.")
    step(editor, "send-back")
    author.goto(f"{house.address}/admin/inbox/")
    assert "Say whom they relieved." in author.inner_text(".desk-inbox li.unread >> nth=0")
    author.goto(newsroom.edition(russian))
    author.click(".tiptap")
    author.keyboard.press("Control+End")
    author.keyboard.press("Enter")
    author.keyboard.type("Они сменили выдуманную роту.")
    step(author, "submit")

    # Approved for a moment ahead, which the screen says in words before the last click.
    moment = a_moment_ahead()
    editor.goto(newsroom.edition(russian))
    editor.fill("#id_public_from", moment.strftime("%Y-%m-%dT%H:%M"))
    step(editor, "approve")
    assert f"{moment:%H:%M}" in editor.inner_text(".desk-schedule")
    assert newsroom.public(f"/ru/articles/{slug}/").status == 404
    follow(editor, "button[name=_confirmed]")
    assert "Approved" in said(editor)
    editor.goto(f"{house.address}/admin/articles/edition/calendar/")
    assert "Выдуманный взвод" in editor.inner_text("#content")

    # Until then nobody sees it, not in the list either; then everybody does, and no job ran.
    assert datetime.now(LOCAL) < moment
    assert newsroom.public(f"/ru/articles/{slug}/").status == 404
    assert "Выдуманный взвод" not in newsroom.public("/ru/articles/").text()
    sleep(max(0, (moment - datetime.now(LOCAL)).total_seconds()))
    newsroom.reader.goto(f"{house.address}/ru/articles/{slug}/")
    assert newsroom.reader.inner_text(".prose .figure-value") == "139"
    assert "Они сменили выдуманную роту." in newsroom.reader.inner_text(".prose")
    assert "Выдуманный взвод" in newsroom.public("/ru/articles/").text()

    # The translation knows that its source moved on, and is not public because its source is.
    assert newsroom.public(f"/en/articles/{english_slug}/").status == 404
    author.goto(newsroom.edition(english))
    assert "moved on" in author.inner_text(".desk-stale")

    # Corrected by the author, approved by the editor; what was wrong stays readable.
    author.goto(newsroom.edition(russian))
    follow(author, "input[value='Open the next edition']")
    author.wait_for_selector(".tiptap")
    second = int(re.search(r"edition/(\d+)/", author.url)[1])
    author.fill("#id_standfirst", "Выдуманный взвод сменил два выдуманных взвода.")
    author.fill("#id_correction", "Сменили два взвода, а не роту.")
    step(author, "submit")
    editor.goto(newsroom.edition(second))
    step(editor, "approve")
    assert "Approved" in said(editor)
    sleep(PROMISED)
    newsroom.reader.reload()
    assert "Сменили два взвода, а не роту." in newsroom.reader.inner_text("main")
    linked = json.loads(newsroom.reader.inner_text("script[type='application/ld+json']"))
    assert "Сменили два взвода, а не роту." in json.dumps(linked["correction"], ensure_ascii=False)
    assert "Проба всей жизни" in newsroom.public(f"/ru/articles/{slug}/1/").text()
    assert newsroom.public(f"/ru/articles/{slug}/2/changes/").status == 200
    for address in ("/ru/corrections/", "/ru/corrections/feed/"):
        assert "Сменили два взвода, а не роту." in newsroom.public(address).text()

    # Withdrawn: the address answers with the reason, and the story stands in no list.
    editor.goto(newsroom.edition(second))
    editor.fill("#withdraw-reason", "Всё это выдумано.")
    follow(editor, "button:text-is('Withdraw')")
    sleep(PROMISED)
    gone = newsroom.public(f"/ru/articles/{slug}/")
    assert gone.status == 410 and "Всё это выдумано." in gone.text()
    assert "Выдуманный взвод" not in newsroom.public("/ru/articles/").text()
    assert newsroom.complaints == [] and newsroom.of_the_editor == []
