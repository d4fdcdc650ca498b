"""A person whose name stands in every text of the house that may hold one, and the search for whatever is left of it."""

import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django_tasks_db.models import DBTaskResult

from articles import publishing
from articles.models import Article, Bundle, Comment, ErrorReport, Notice, ReviewLink, Section
from missions import clearance, waiting_files
from missions.models import Acceptance, ImportRun, Milestone, Person, Source, Tour
from reports.models import PreparedFile, ReportRun, SavedReport, Schedule
from tests import makers

# What may be left of the name in any spelling, in Python's escapes too.
NAME = re.compile(
    r"(?i)кенар|kenar|канарк|kanark|554433|\\u043a\\u0435\\u043d\\u0430\\u0440|\\u041a\\u0435\\u043d\\u0430\\u0440"
)
FULL = "Жалған Кенарев"
LONG_AGO = date(2024, 3, 1), date(2024, 9, 1)


def plant(noon, editor, officer):
    """This will make the person with everything that names them, and return (person, story, spared story)."""
    before = noon - timedelta(days=30)
    contingent = makers.golan_contingent()
    person = makers.person("Канаркин", "Жалған", patronymic="Жасандыұлы", name_latin="Zhalgan Kenarev", sex="m",
                           born=date(1980, 5, 5), service_number="KZ-554433", note=f"{FULL}: a note")  # fmt: skip
    person.family_name = "Кенарев"  # as it is since a correction
    person.save()
    other = makers.person("Ахметов", "Азамат")
    for one in (person, other):
        makers.tour(one, contingent, *LONG_AGO, appointment="водитель Жалғана Кенарева", rank="сержант")
        clearance.clear(one, "name", basis="consent", by=officer, at=before)
    clearance.clear(person.tours.get(), "rank", basis="official_release", by=officer, at=before)

    alone = makers.photo(before, name="kenarev.jpg", caption_ru=f"{FULL} на Голанах", alt_en="Zhalgan Kenarev at work")
    group = makers.photo(before, makers.picture((900, 700)), name="group.jpg", caption_ru=f"{FULL} и Азамат Ахметов")
    alone.people.add(person)
    group.people.add(person, other)

    story = _story(before, editor, officer, person, alone, group)
    spared = Article.objects.create(working_title="Kept", section=Section.objects.get(slug="missions"))
    spared.people.add(person)
    makers.approved_story(before, editor, article=spared, language="ru", slug="kept", title="Остаётся",
                          body=f"<p>Пишет {FULL}.</p>")  # fmt: skip
    _elsewhere(before, editor, officer, person)
    makers.known_since(before, Person, Tour)
    return person, story, spared


def _story(before, editor, officer, person, alone, group):
    article = Article.objects.create(
        working_title=f"О {FULL}",
        section=Section.objects.get(slug="missions"),
        lead_photo=alone,
        imported_from="kenarev.txt",
    )
    article.people.add(person)
    draft = makers.draft_story(
        before, article=article, language="ru", slug="zhalgan-kenarev", title=f"Вернулся {FULL}",
        standfirst="О Кенареве Жалгане пишут.", byline="Ж. Кенарев", created_by=makers.author(),
        body="<p>Сержант <strong>Жалған</strong> Кенарев дома. Кенарева встретили. Раньше — Жалған Канаркин.</p><p>[[photo 1]]</p>",
    )  # fmt: skip
    draft.photo_uses.create(place=1, photo=group, caption=f"Слева {FULL}")
    draft.attachments.create(
        title=f"Письмо {FULL}", file=ContentFile(f"{FULL}".encode(), "kenarev.txt"), kind="txt", size=9
    )
    publishing.submit(draft, by=makers.author(), at=before)
    publishing.send_back(draft, reason=f"Проверьте, кто {FULL}", by=editor, at=before)
    draft.refresh_from_db()
    link = ReviewLink.objects.create(
        edition=draft, reviewer="Guest", token_sha256="0", created_at=before, created_by=editor,
        expires_at=before + timedelta(days=7),
    )  # fmt: skip
    Comment.objects.create(edition=draft, link=link, about="Кенарев", text=f"Точно {FULL}?", at=before)
    Notice.objects.create(user=editor, kind="comment", edition=draft, text=f"Guest: {FULL}?", at=before)
    first = publishing.approve(draft, by=editor, at=before)
    second = publishing.open_next(first, by=makers.author(), at=before)
    second.correction, second.slug = f"{FULL} вернулся в мае, не в июне.", "kenarev-doma"
    second.save()
    publishing.approve(second, by=editor, at=before)
    default_storage.save(f"shares/story/{second.pk}/0.jpg", ContentFile("Кенарев".encode()))
    Bundle.objects.create(name=f"Пакет {FULL}")
    makers.draft_story(before, article=Article.objects.create(working_title="Other", section=article.section),
                       language="ru", slug="other", title="Другое", body=f"<p>Был и {FULL}. Кенарев молчал.</p>")  # fmt: skip
    return second


def _elsewhere(before, editor, officer, person):
    source = Source.objects.create(title=f"Согласие {FULL}", publisher="Office", retrieved=before.date())
    person.source = source
    person.save()
    Milestone.objects.create(date=before.date(), title_en="Return", text_ru=f"Вернулся {FULL}", source=source)
    ImportRun.objects.create(kind="nominal_roll", file_name="Zhalgan Kenarev.xlsx", sha256="0", at=before,
                             plan={"rows": [{"reason": f"{FULL}: no birth"}]})  # fmt: skip
    Acceptance.objects.create(
        check_name="sums", subject="x", fingerprint="0", reason=f"{FULL} twice", by=officer, at=before
    )
    ErrorReport.objects.create(key="strength", as_of=before.date(), page="/ru/", wrong=f"Там был {FULL}", language="ru",
                               at=before, fingerprint="0", source="From Zhalgan Kenarev")  # fmt: skip
    run = ReportRun.objects.create(
        report="nominal-roll", by=officer, at=before, parameters={}, on=LONG_AGO[0], known_on=before, language="ru",
        format="csv", columns=["person"], purpose=f"Справка: {FULL}",
    )  # fmt: skip
    PreparedFile.objects.create(
        run=run, state="ready", bytes=9, ready_at=before, expires_at=before + timedelta(days=300),
        file=default_storage.save("reports/1-x.csv", ContentFile("Кенарев".encode())),
    )  # fmt: skip
    saved = SavedReport.objects.create(name=f"Рапорт {FULL}", report="nominal-roll", owner=officer)
    Schedule.objects.create(saved_report=saved, day_of_month=1, purpose=f"Для {FULL}", begins=before.date())
    DBTaskResult.objects.create(
        status="FAILED", args_kwargs={"args": [], "kwargs": {}}, task_path="x", backend_name="default",
        run_after=before, exception_class_path="x", traceback=f"ValueError: {FULL}", finished_at=before,
    )  # fmt: skip
    roll = ContentFile(f"family_name\n{FULL}\n".encode())
    default_storage.save(f"{waiting_files.ROOM}/1-nominal_roll-refuse-ab-cd/roll.csv", roll)


def left_in_the_database():
    """This will return {table: [rows, as text, in which something of the name is left]}."""
    found = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
            tables = [name for (name,) in cursor.fetchall()]
        else:
            tables = connection.introspection.table_names()
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = [" ".join(map(_text, row)) for row in cursor.fetchall()]
            if hits := [row for row in rows if NAME.search(row)]:
                found[table] = hits
    return found


def _text(value):
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "ignore")
    return str(value)


def left_in_files():
    """This will return the files below the storage and `var` whose name or content holds something of the name."""
    found = []
    for folder in (Path(settings.MEDIA_ROOT), Path(settings.VAR_DIR)):
        for file in folder.rglob("*"):
            content = file.read_bytes().decode("utf-8", "ignore") if file.is_file() else ""
            if zipfile.is_zipfile(file) if file.is_file() else False:
                content += " ".join(zipfile.ZipFile(file).namelist())
            if NAME.search(file.name) or NAME.search(content):
                found.append(str(file))
    return found
