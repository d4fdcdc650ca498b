"""The main job in a real browser: from the record and a plain-text feature to the reader and the report."""

import csv
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.house import desk, follow

pytestmark = pytest.mark.browser

MISSIONS = """mission_acronym,mission_name,lead_department,mission_isactive,start_date,end_date,mission_location,mission_longitude,mission_latitude
UNDOF,United Nations Disengagement Observer Force,DPO,Yes,1974-05-31,,Camp Faouar,"35,9211","33,2367"
MINUSMA,United Nations Mission in Mali,DPO,NO,2013-04-25,2023-12-31,Bamako,"12,6500","-8,0000"
"""
FEATURE = """ date 2025-10-23 Выдуманная рота несёт службу на Голанах. Проба для проверки.

На Голанах сегодня служат 139 выдуманных человек.

Фото: Выдуманное агентство

"Здесь тихо", – сказал выдуманный офицер.
"""


def test_a_feature_goes_from_the_record_to_the_reader_and_the_report(house, browser, tmp_path):
    # 1. The record: the plan changes nothing, the second apply finds everything unchanged.
    missions = tmp_path / "missions.csv"
    missions.write_text(MISSIONS, encoding="utf-8")
    planned = house.manage("import_un_data", "missions", missions)
    assert "swapped" in planned and "Nothing was written" in planned
    house.manage("import_un_data", "missions", missions, "--apply")
    assert "unchanged 2" in house.manage("import_un_data", "missions", missions, "--apply")

    # 2. The feature becomes a draft, its number beside the record's answer.
    feature = tmp_path / "feature.txt"
    feature.write_text(FEATURE, encoding="utf-8")
    told = house.manage("import_article", feature, "--language", "ru")
    assert "[[strength mission=UNDOF]] = 139" in told and "agrees" in told
    pk = re.search(r"Draft (\d+)", told)[1]

    # 3. The author uploads a photo, puts it in its place, inserts a figure and hands in; the editor approves.
    page, complaints = desk(browser, house, "author")
    picture = tmp_path / "picture.png"
    Image.new("RGB", (1200, 800), "#8fd6e6").save(picture)
    page.goto(f"{house.address}/admin/articles/photo/add/")
    page.set_input_files("#id_original", picture)
    page.fill("#id_credit", "An invented agency")
    page.fill("#id_licence", "with permission")
    page.fill("#id_caption_ru", "Вышка, нарисованная программой")
    page.fill("#id_alt_ru", "Рисунок вышки")
    follow(page, "input[name=_save]")
    page.goto(f"{house.address}/admin/articles/photo/")
    while page.locator(".desk-no-picture").count():  # its renditions are made beside the requests
        page.reload()
    page.goto(f"{house.address}/admin/articles/edition/{pk}/change/")
    slug = page.input_value("#id_slug")
    for language in ("kk", "ru", "en"):
        public = page.context.request.get(f"{house.address}/{language}/articles/{slug}/")
        assert public.status == 404 and "Выдуманная" not in public.text()
    page.click("#photo_uses-0 .select2-selection")
    page.fill(".select2-search__field", "Вышка, нарисованная")
    page.click(".select2-results__option:has-text('нарисованная')")
    page.click(".ProseMirror[contenteditable=true]")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("По учёту их [[strength mission=UNDOF]].")
    follow(page, ".submit-row input[name=_continue]")
    assert "139" in page.inner_text(".desk-figures >> nth=0")
    follow(page, ".desk-steps button[value=submit]")
    assert "in review" in page.inner_text(".messagelist")
    editor, of_the_editor = desk(browser, house, "editor")
    editor.goto(f"{house.address}/admin/articles/edition/{pk}/change/")
    follow(editor, ".desk-steps button[value=approve]")
    assert "Approved" in editor.inner_text(".messagelist")
    assert complaints == of_the_editor == []

    # 4. The reader finds it, with its picture and its dated figure, and on the mission's page.
    reader = browser.new_context(locale="ru-RU", viewport={"width": 360, "height": 740}).new_page()
    problems = []
    reader.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    reader.goto(f"{house.address}/ru/articles/{slug}/")
    assert reader.inner_text(".prose .figure-value") == "139"
    assert reader.evaluate("document.documentElement.scrollWidth") == 360
    reader.locator(".prose img").scroll_into_view_if_needed()
    reader.wait_for_function("() => document.querySelector('.prose img').naturalWidth > 0")
    assert not reader.is_visible(".figure-card")
    reader.focus(".figure-value")
    assert "Centr Asia" in reader.inner_text(".figure-card")
    reader.click(".kicker a >> text=UNDOF")
    reader.wait_for_url("**/ru/missions/undof/")
    assert reader.is_visible("text=Выдуманная рота")
    for code in ("kk", "en", "ru"):
        reader.click(f".languages a[lang={code}]")
        reader.wait_for_url(f"**/{code}/missions/undof/")
    assert problems == []
    reader.goto(f"{house.address}/ru/articles/{slug}/")
    reader.click(".languages a[lang=kk]")
    assert reader.is_visible(f"a[href='/ru/articles/{slug}/']")

    # 5. Staff take the report out.
    staff, _complaints = desk(browser, house, "reports")
    staff.goto(f"{house.address}/reports/")
    follow(staff, "text=Strength by month")
    follow(staff, "#report-form button.default")
    assert "27 rows" in staff.inner_text(".report-answer")
    with staff.expect_download() as download:
        staff.click("#report-take button[value=csv]")
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert {row["Mission"] for row in rows} == {"UNMIN"} and len(rows) == 27
    staff.goto(f"{house.address}/reports/")
    follow(staff, "a[href^='/reports/runs/']")
    follow(staff, "button:has-text('Verify')")
    assert "asked again and is the same" in staff.inner_text("body")
