import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from articles import photos, publishing
from articles.models import Article, Edition, Photo, Section
from ledger import site_version
from ledger.models import User
from missions.models import Contribution, ImportRun
from missions.un_data import apply
from peacekeeping.demo import illustrations, load
from reports import run as runs
from reports.catalogue import REPORTS
from reports.models import Format, ReportRun, ReportRunEnd
from reports.writers import as_csv
from tests import makers

pytestmark = pytest.mark.django_db
LISTS = [f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry]


@pytest.fixture
def administrator(client):
    user = User.objects.create_superuser("root", password="a long pass phrase")
    client.force_login(user)
    return client


@pytest.fixture
def picture(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    photo = Photo(credit="Drawn", licence="CC0", alt_en="A chart", alt_ru="Схема", alt_kk="Сызба")
    photo.original = ContentFile(illustrations.draw("figures"), name="chart.png")
    photo.save()
    return photo


@pytest.mark.parametrize("address", LISTS)
def test_every_list_of_the_desk_opens_searches_and_asks_few_questions(
    administrator, address, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        assert administrator.get(address).status_code == 200
    assert administrator.get(f"{address}?q=golan").status_code == 200


@pytest.mark.parametrize("address", ["/admin/", *LISTS[:6], "/reports/"])
def test_the_desk_is_closed_to_the_public(client, address):
    response = client.get(address)
    assert response.status_code == 302 and "login" in response["Location"]


def test_the_desks_policy_allows_no_inline_or_evaluated_script(administrator):
    response = administrator.get("/admin/articles/edition/add/")
    policy = response["Content-Security-Policy"]
    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    assert re.fullmatch(r"'self' 'nonce-[\w+/=]+'", directives["script-src"])
    assert "unsafe" not in directives["style-src"] and directives["frame-ancestors"] == "'none'"
    for tag in re.findall(r"<script[^>]*>", response.content.decode()):
        assert "src=" in tag or "nonce=" in tag, tag


def test_public_pages_carry_no_nonce_and_set_no_cookie(client):
    response = client.get("/en/")
    assert "nonce" not in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies


def test_an_author_cannot_approve_what_an_editor_can(client, noon):
    makers.golan_contingent()
    draft = makers.draft_story(noon)
    client.force_login(makers.person_of_role("author"))
    assert client.post(f"/admin/articles/edition/{draft.pk}/approve/").status_code == 403
    client.force_login(makers.person_of_role("editor"))
    assert client.get(f"/admin/articles/edition/{draft.pk}/approve/").status_code == 405
    assert client.post(f"/admin/articles/edition/{draft.pk}/approve/").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "approved"


def test_an_approved_edition_cannot_be_edited_on_the_desk(administrator, noon):
    makers.golan_contingent()
    edition = makers.approved_story(noon, makers.person_of_role("editor"))
    administrator.post(f"/admin/articles/edition/{edition.pk}/change/", {"title": "Changed", "photo_uses-TOTAL_FORMS": 0,
                       "photo_uses-INITIAL_FORMS": 0})  # fmt: skip
    edition.refresh_from_db()
    assert edition.title == "The Golan contingent"


def test_a_broken_token_is_an_error_at_the_field(administrator, noon):
    article = Article.objects.create(working_title="x", section=Section.objects.get(slug="data"))
    response = administrator.post("/admin/articles/edition/add/", {
        "article": article.pk, "language": "en", "title": "T", "slug": "t", "day": "2025-01-01",
        "body": "<p>[[weather]]</p>", "photo_uses-TOTAL_FORMS": 0, "photo_uses-INITIAL_FORMS": 0,
    })  # fmt: skip
    assert "weather" in str(response.context["adminform"].form.errors["body"])


def test_a_photo_has_no_address_until_an_edition_uses_it_and_none_after_withdrawal(client, noon, picture):
    makers.golan_contingent()
    editor = makers.person_of_role("editor")
    address = f"/photos/{picture.pk}/480/"
    assert client.get(address).status_code == 404
    draft = makers.draft_story(noon, body="<p>Text</p><p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    assert client.get(address).status_code == 404
    edition = publishing.approve(draft, by=editor, at=noon)
    response = client.get(address)
    assert response.status_code == 200 and b"".join(response.streaming_content)[8:12] == b"WEBP"
    assert client.get(f"/photos/{picture.pk}/4000/").status_code == 404
    publishing.withdraw(edition, reason="Wrong.", by=editor, at=noon + timedelta(days=1))
    assert client.get(address).status_code == 404


def test_a_photo_without_alt_text_in_the_storys_language_blocks_its_approval(noon, picture):
    makers.golan_contingent()
    Photo.objects.update(alt_en="")
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    with pytest.raises(publishing.CannotApprove, match="alt text"):
        publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_file_that_is_no_allowed_picture_is_refused_with_a_reason(content):
    with pytest.raises(photos.CannotTake):
        photos.check(SimpleUploadedFile("x.png", content))


def many_stories(numbers, noon, editor):
    section = Section.objects.get(slug="data")
    articles = Article.objects.bulk_create(Article(working_title=str(n), section=section) for n in numbers)
    Edition.objects.bulk_create(
        Edition(article=article, language="en", title=f"Story {n}", slug=f"story-{n}", day=noon.date(), state="approved",
                standfirst="s", body="<p>b</p>", rendered="<p>b</p>", created_at=noon, approved_at=noon,
                approved_by=editor, public_from=noon)
        for n, article in zip(numbers, articles, strict=True)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/en/", 12), ("/en/articles/", 1), ("/en/articles/?page=2", 1), ("/en/articles/story-3/", 5), ("/en/missions/", 3),
     ("/en/missions/undof/", 14)],
)  # fmt: skip
def test_a_public_page_asks_no_more_questions_for_a_thousand_stories_than_for_thirty(
    client, noon, address, queries, django_assert_max_num_queries
):
    makers.golan_contingent()
    editor = makers.person_of_role("editor")
    many_stories(range(30), noon, editor)
    with django_assert_max_num_queries(queries) as few:
        assert client.get(address).status_code == 200
    many_stories(range(30, 1000), noon, editor)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("path", ["", "articles/", "missions/", "missions/undof/"])
def test_every_page_stands_in_every_language_and_links_to_the_others(client, language, path):
    makers.golan_contingent()
    page = client.get(f"/{language}/{path}").content.decode()
    assert f'<html lang="{language}">' in page
    for other in ("kk", "ru", "en"):
        assert f'href="/{other}/{path}"' in page


def test_a_wrong_page_number_is_not_found(client):
    for page in ("x", "99", "-1e9"):
        assert client.get(f"/en/articles/?page={page}").status_code == 404


def test_the_root_leads_to_the_readers_language(client):
    assert client.get("/", headers={"accept-language": "ru,en;q=0.5"})["Location"] == "/ru/"
    assert client.get("/")["Location"] == "/kk/"


# --- Reports -----------------------------------------------------------------------------------------------------


@pytest.fixture
def months(noon):
    mission = makers.golan_mission()
    run = ImportRun.objects.create(kind="contributions", file_name="=evil.csv", sha256="0" * 64, at=noon, plan={},
                                   source=None)  # fmt: skip
    for month, total in ((date(2025, 8, 31), 139), (date(2025, 9, 30), 138)):
        Contribution.objects.create(run=run, known_from=noon, contributor=makers.country(), mission=mission, month=month,
                                    personnel_type="troops", men=total - 2, women=2, total=total)  # fmt: skip


def test_strength_by_month_comes_as_csv_with_its_run_and_end(client, months):
    client.force_login(makers.person_of_role("report staff"))
    response = client.get("/reports/strength-by-month.csv", {"start": "2025-09-01"}, headers={"accept-language": "en"})
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeffMonth,Mission,Category,Men,Women,Total,Source")
    assert list(csv.reader(io.StringIO(text)))[1:] == [["2025-09-30", "UNDOF", "troops", "136", "2", "138", ""]]
    run = ReportRun.objects.get()
    assert (run.by.username, run.format, run.end.rows, len(run.end.sha256)) == ("report-staff", "csv", 1, 64)


def test_a_report_is_refused_without_its_permission_and_leaves_no_run(client, months):
    client.force_login(makers.person_of_role("author"))
    assert client.get("/reports/strength-by-month.csv").status_code == 403
    assert client.get("/reports/").status_code == 403
    assert not ReportRun.objects.exists()


def test_a_period_turned_round_is_an_error_at_the_field(client, months):
    client.force_login(makers.person_of_role("report staff"))
    response = client.get("/reports/strength-by-month.csv", {"start": "2025-09-01", "end": "2025-01-01"})
    assert response.status_code == 400 and response.context["form"].errors["end"]
    assert not ReportRun.objects.exists()


def test_a_download_that_breaks_off_says_where(months, noon):
    report = REPORTS["strength-by-month"]
    run = runs.open_run(report, parameters={}, on=noon.date(), known_at=None, language="en", format=Format.CSV,
                        by=makers.person_of_role("report staff"), at=noon)  # fmt: skip
    stream = runs.stream(report, run, parameters={})
    next(stream)
    stream.close()
    end = ReportRunEnd.objects.get(run=run)
    assert end.broke_off and not end.sha256


def test_no_cell_can_run_as_a_formula():
    text = b"".join(as_csv(["a"], [("=1+1",), ("+1",), ("-1",), ("@x",), ("\tx",), (-5,), ("fine",)])).decode()
    assert [row[0] for row in csv.reader(io.StringIO(text[1:]))] == [
        "a",
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "-5",
        "fine",
    ]


def test_the_demo_loads_once_and_refuses_a_database_of_somebody_else(tmp_path, settings, noon):
    settings.MEDIA_ROOT = tmp_path
    passwords = load.load(at=noon.replace(year=2026))
    assert set(passwords) == {"editor", "author", "records", "reports", "admin"}
    for language in ("kk", "ru", "en"):
        assert Edition.objects.filter(language=language).in_force(noon.replace(year=2026)).count() == 6
    assert load.load(at=noon.replace(year=2026)) == {}


def test_the_demo_refuses_records_that_are_not_its_own(noon):
    makers.golan_mission()
    with pytest.raises(load.NotOurs, match="mission"):
        load.load(at=noon)
    assert not User.objects.exists()


def test_an_import_tells_the_newsroom(tmp_path, noon):
    path = tmp_path / "m.csv"
    path.write_text(
        "mission_acronym,mission_name,lead_department,mission_isactive,start_date,end_date,mission_location,"
        "mission_longitude,mission_latitude\nALPHA,A,DPO,Yes,,,,,\n"
    )
    before = site_version.current()
    apply.apply(apply.make_plan("missions", path), by=None, at=noon)
    assert site_version.current() == before + 1
