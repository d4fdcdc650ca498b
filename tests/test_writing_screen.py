"""The writing screen in a real browser: what is typed survives a crash, a lost network and an expired login."""

import re

import pytest

from tests.house import desk, follow

pytestmark = pytest.mark.browser
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {color:red}</style></head><body>
<!--StartFragment--><p class=MsoNormal style='margin:0'><span lang=RU style='font-size:11pt'>Первый&nbsp;абзац<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>первый</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>второй</p>
<!--EndFragment--></body></html>"""
WEB = """<div class="article"><nav>Menu</nav><h1 onclick="x()">A title</h1><script>alert(1)</script><div style="color:red">Some <b>bold</b>
<a href="https://paper.example/1" onclick="y()" class="z">link</a></div><img src="https://tracker.example/p.gif"><p></p></div>"""


@pytest.fixture
def opened(house, browser):
    """An author's page with the next edition of a story of the demonstration open, and its address."""
    page, complaints = desk(browser, house, "author")
    page.goto(f"{house.address}/admin/articles/edition/?language__exact=en")
    follow(page, "#result_list tbody th a >> nth=0")
    if page.locator("input[value='Open the next edition']").count():
        follow(page, "input[value='Open the next edition']")
    page.wait_for_selector(".tiptap")
    return page, page.url, complaints


def write(page, text):
    page.click(".tiptap")
    page.wait_for_timeout(100)  # 20 ms after it got the focus the editor puts the selection back that it knows of
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type(text)


def saved(page):
    page.wait_for_selector("#writing-status:text-matches('^Saved')")


def test_what_is_typed_is_saved_by_itself_and_a_figure_shows_its_value(opened):
    page, address, complaints = opened
    write(page, "On the Golan [[strength mission=UNDOF]] serve.")
    saved(page)
    page.wait_for_selector(".chip.chip-figure[data-shown='139']")
    page.goto(address)
    assert "On the Golan" in page.inner_text(".tiptap")
    assert complaints == []


class Checks:
    """The questions that the page asks for its checks, each held until the test lets it be answered."""

    def __init__(self, page):
        self.page, self.held, self.asked = page, [], 0
        page.route("**/checks/", self._hold)

    def _hold(self, route):
        self.asked += 1
        self.held.append(route)

    def next(self):
        """This will wait for the next question and return it."""
        while not self.held:
            self.page.wait_for_timeout(50)
        return self.held.pop()


def rewrite_and_save(page, text):
    """This will put `text` in place of the whole body and save it at once."""
    page.click(".tiptap")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    with page.expect_response("**/autosave/"):
        page.keyboard.press("Control+s")


def test_many_saves_ask_for_the_checks_once_and_the_last_text_is_what_is_checked(opened):
    page, _address, complaints = opened
    checks = Checks(page)
    for count in (141, 142, 143):
        rewrite_and_save(page, f"Some {count} serve.")
        page.wait_for_selector("#desk-checks-status:has-text('checked again when you pause')")
    question = checks.next()
    page.wait_for_selector("#desk-checks[aria-busy]")
    assert page.inner_text("#desk-checks-status") == "The text is being checked again."
    rewrite_and_save(page, "Some 144 serve and 145 served.")
    assert checks.asked == 1  # one at a time
    question.continue_()
    checks.next().continue_()
    page.wait_for_selector("#desk-checks-status:empty", state="attached")
    assert checks.asked == 2 and page.locator("#desk-checks[aria-busy]").count() == 0
    assert "2 numbers in the text" in page.inner_text("#desk-checks")
    assert complaints == []


def test_checks_that_were_not_answered_are_said_to_be_old_and_asked_for_again(opened):
    page, _address, _complaints = opened
    checks = Checks(page)
    rewrite_and_save(page, "Some 141 serve, 142 served and 143 will.")
    checks.next().abort()
    page.wait_for_selector("#desk-checks-status.warning:has-text('earlier text')")
    assert "3 numbers in the text" not in page.inner_text("#desk-checks")
    checks.next().continue_()
    page.wait_for_selector("#desk-checks:has-text('3 numbers in the text')")
    assert page.inner_text("#desk-checks-status") == ""


def test_a_crash_without_network_loses_nothing(opened, house):
    page, address, _complaints = opened
    context = page.context
    context.set_offline(True)
    write(page, "Typed while the network was down.")
    page.wait_for_selector("#writing-status.warning")
    page.close(run_before_unload=False)
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#writing-kept", state="visible")
    assert "Typed while" not in page.inner_text(".tiptap")
    page.click("[data-bring]")
    assert "Typed while the network was down." in page.inner_text(".tiptap")
    saved(page)
    page.reload()
    page.wait_for_selector(".tiptap")
    assert "Typed while the network was down." in page.inner_text(".tiptap")


def test_an_expired_login_is_said_and_loses_nothing(opened, house):
    page, address, _complaints = opened
    page.context.clear_cookies(name="sessionid")
    write(page, "Typed after the login had expired.")
    page.wait_for_selector("#writing-status:has-text('signed out')")
    page.goto(f"{house.address}/admin/")
    page.fill("#id_login", "author")
    page.fill("#id_password", house.passwords["author"])
    follow(page, ".desk-fields button")
    page.goto(address)
    page.wait_for_selector("#writing-kept", state="visible")
    page.click("[data-bring]")
    saved(page)
    assert "Typed after the login had expired." in page.inner_text(".tiptap")


def test_two_texts_are_shown_side_by_side_and_neither_is_lost(opened, house, browser):
    page, address, _complaints = opened
    other, _ = desk(browser, house, "editor")
    other.goto(address)
    other.wait_for_selector(".tiptap")
    other.wait_for_selector("#writing-others:has-text('Author (demo)')")
    other.fill("#id_byline", "By the editor")
    saved(other)
    page.fill("#id_byline", "By the author")
    follow(page, "#writing-conflict button")
    page.wait_for_selector(".desk-conflict")
    assert "By the editor" in page.inner_text(".desk-conflict") and page.input_value("#id_byline") == "By the author"
    follow(page, ".submit-row input[name=_continue]")
    page.goto(address)
    assert page.input_value("#id_byline") == "By the author"


@pytest.mark.parametrize(("html", "shown"), [
    (WORD, "<p>Первый абзац</p><ul><li><p>первый</p></li><li><p>второй</p></li></ul>"),
    (WEB, '<h2>A title</h2><p>Some <strong>bold</strong> <a href="https://paper.example/1"'),
])  # fmt: skip
def test_pasting_from_word_and_from_a_web_page_comes_out_clean(opened, html, shown):
    page, _address, _complaints = opened
    page.click(".tiptap")
    page.keyboard.press("Control+a")
    page.evaluate(
        """html => {
          const data = new DataTransfer()
          data.setData("text/html", html)
          const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
          document.querySelector(".tiptap").dispatchEvent(paste)
        }""",
        html,
    )
    text = page.evaluate("document.querySelector('#id_body').value")
    assert shown in text
    for trace in ("Mso", "style", "onclick", "tracker", "alert", "Menu", "class=", "&nbsp;"):
        assert trace not in text, text


def test_a_figure_is_found_and_put_into_the_text_by_the_keyboard_alone(opened):
    page, _address, _complaints = opened
    write(page, "Women: ")
    page.keyboard.press("Control+Shift+f")
    page.wait_for_selector("dialog[open] li button")
    page.keyboard.type("women mission=undof")
    page.wait_for_selector("dialog[open] li:only-child")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip-figure:has-text('women mission=UNDOF')")
    assert "Women: [[women mission=UNDOF]]" in page.evaluate("document.querySelector('#id_body').value")


def test_a_key_beside_a_figure_takes_all_of_it_away_and_leaves_no_half(opened):
    page, _address, _complaints = opened
    write(page, "On the Golan [[strength mission=UNDOF]]")
    page.wait_for_selector(".tiptap p:last-child .chip.chip-figure[data-shown='139']")
    page.keyboard.press("Backspace")
    assert page.inner_text(".tiptap p:last-child").strip() == "On the Golan"


def test_a_photo_put_into_the_text_takes_no_selected_words_away(opened):
    page, _address, _complaints = opened
    write(page, "These words stay.")
    page.keyboard.press("Shift+Home")
    page.click("[data-of=photo]")
    page.click("#choosing dialog li button >> nth=0")
    page.wait_for_selector(".tiptap p:last-child .chip-photo")
    assert page.inner_text(".tiptap p:nth-last-child(2)") == "These words stay."


def test_the_line_of_a_quotation_becomes_its_speaker_without_being_selected(opened):
    page, _address, _complaints = opened
    write(page, "Outside of a quotation")
    page.click("[data-speaker]")
    assert page.inner_text("#choosing [data-hint]") != "" and not page.locator(".tiptap p:last-child cite").count()
    page.keyboard.press("Enter")
    page.click(".prose-menubar :text-is('format_quote')")
    page.keyboard.type("It is quiet here")
    page.keyboard.press("Enter")
    page.keyboard.type("An officer")
    page.click("[data-speaker]")
    assert page.inner_text(".tiptap blockquote:last-child cite") == "An officer"
    page.keyboard.press("Enter")
    page.keyboard.type("said")
    assert page.inner_text(".tiptap blockquote:last-child cite") == "An officer"


def test_a_new_text_has_its_day_and_an_address_with_every_letter_and_is_offered_no_second_time(house, browser):
    page, complaints = desk(browser, house, "author")
    add = f"{house.address}/admin/articles/edition/add/"
    page.goto(add)
    page.wait_for_selector(".tiptap")
    page.locator("#id_title").fill("Голандағы бір күн: байқаушының өңі")
    page.press("#id_title", "End")  # the admin makes the address when a key comes up
    assert page.input_value("#id_slug") == "golandagy-bir-kun-bayqaushynyn-oni"
    page.select_option("#id_language", "kk")
    page.click(".field-article .select2-selection")
    page.click(".select2-results__option >> nth=0")
    assert page.input_value("#id_day") != ""
    follow(page, ".submit-row [name=_save]")
    if page.locator(".errorlist").count():  # a story of the demonstration may have an open text in the language
        pytest.fail(page.inner_text(".errorlist"))
    page.wait_for_selector("#choosing")
    page.goto(add)
    page.wait_for_selector(".tiptap")
    page.wait_for_timeout(300)
    assert not page.locator("#writing-kept").is_visible()
    assert complaints == []


def test_a_translation_that_was_not_saved_is_asked_about_and_offered_again(opened):
    page, _address, _complaints = opened
    follow(page, "button:has-text('Translate into') >> nth=0")
    page.wait_for_selector("#translation")
    address = page.url.partition("#")[0]
    page.fill("[name=standfirst]", "Words that nobody has saved.")
    page.close(run_before_unload=False)
    page = page.context.new_page()
    page.goto(address)
    page.click("#translation-kept [data-bring]")
    assert page.input_value("[name=standfirst]") == "Words that nobody has saved."
    follow(page, "#translation [type=submit]")
    page.wait_for_selector(".messagelist")
    page.goto(address)
    assert page.input_value("[name=standfirst]") == "Words that nobody has saved."
    assert not page.locator("#translation-kept").is_visible()


@pytest.mark.parametrize(("language", "bold", "link"), [
    ("kk-KZ", "қалың", "Сілтемені өңдеу"), ("ru-RU", "полужирный", "Правка ссылки"),
])  # fmt: skip
def test_the_editors_buttons_and_dialogs_speak_the_language_of_the_desk(house, browser, language, bold, link):
    page, complaints = desk(browser, house, "author", language)
    page.goto(f"{house.address}/admin/articles/edition/?language__exact=en")
    follow(page, "#result_list tbody th a >> nth=0")
    if page.locator(".desk-steps form[action*='open-next']").count():
        follow(page, ".desk-steps form[action*='open-next'] input[type=submit]")
    page.wait_for_selector(f".prose-menubar [title='{bold}']")
    write(page, "слово")
    page.keyboard.press("Control+Shift+ArrowLeft")
    titles = page.eval_on_selector_all(".prose-menubar [title]", "all => all.map(one => one.title + one.ariaLabel)")
    assert [title for title in titles if re.search("[a-z]", title)] == []
    assert not re.search("[A-Za-z]", page.locator(".prose-menubar__picker").first.text_content())
    page.click(".prose-menubar :text-is('insert_link')")
    assert link in page.inner_text("dialog[open]")
    assert complaints == []
