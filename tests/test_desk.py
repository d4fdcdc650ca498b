import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from articles import publishing
from articles.models import Article, Edition, Section
from ledger.models import User
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db


LISTS = [f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry]


@pytest.fixture
def administrator(client):
    user = User.objects.create_superuser("root", password="a long pass phrase")
    client.force_login(user)
    return client


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


def test_an_author_cannot_approve_what_an_editor_can(client, noon):
    makers.golan_contingent()
    draft = makers.draft_story(noon, created_by=makers.author())
    client.force_login(makers.author())
    assert client.post(f"/admin/articles/edition/{draft.pk}/approve/").status_code == 403
    client.force_login(makers.person_of_role("editor"))
    assert client.get(f"/admin/articles/edition/{draft.pk}/approve/").status_code == 405
    client.post(f"/admin/articles/edition/{draft.pk}/change/", makers.written(draft, _step="approve"))
    draft.refresh_from_db()
    assert draft.state == "approved"


def test_an_approved_edition_cannot_be_edited_on_the_desk(administrator, noon):
    makers.golan_contingent()
    edition = makers.approved_story(noon, makers.person_of_role("editor"))
    administrator.post(f"/admin/articles/edition/{edition.pk}/change/", {"title": "Changed", "photo_uses-TOTAL_FORMS": 0,
                       "photo_uses-INITIAL_FORMS": 0})  # fmt: skip
    edition.refresh_from_db()
    assert edition.title == "The Golan contingent"
    page = administrator.get(f"/admin/articles/edition/{edition.pk}/change/").content.decode()
    assert 'name="_save"' not in page and "<p>On the Golan [[strength mission=UNDOF]] serve.</p>" in page


def test_a_broken_token_is_an_error_at_the_field(administrator, noon):
    article = Article.objects.create(working_title="x", section=Section.objects.get(slug="data"))
    response = administrator.post("/admin/articles/edition/add/", {
        "article": article.pk, "language": "en", "title": "T", "slug": "t", "day": "2025-01-01",
        "body": "<p>[[weather]]</p>", **makers.NO_INLINES,
    })  # fmt: skip
    assert "weather" in str(response.context["adminform"].form.errors["body"])


def test_the_desk_opens_with_the_work_that_waits(client, noon, django_assert_max_num_queries):
    editor = makers.person_of_role("editor")
    contingent = makers.golan_contingent()
    makers.approved_story(noon, editor, title="Printed with a figure")
    in_review = makers.draft_story(noon, language="ru", slug="golan", title="Waits for approval")
    publishing.submit(in_review, by=editor, at=noon)
    makers.draft_story(noon, language="kk", slug="golan-kk", title="Only begun")
    contingent.strength = 141
    contingent.save()
    record_changed.send(sender=type(contingent), at=noon, by=editor)
    client.force_login(editor)
    client.get("/admin/")  # the day's first reader asks the claims
    with django_assert_max_num_queries(12):
        page = client.get("/admin/", headers={"accept-language": "en"}).content.decode()
    assert "Waits for approval" in page and "Only begun" in page
    assert "printed 139, wrong for its own date" in page


def test_the_desk_speaks_the_language_that_was_chosen(administrator):
    assert "/i18n/setlang/" in administrator.get("/admin/").content.decode()
    for language in ("kk", "ru", "en"):
        administrator.post("/i18n/setlang/", {"language": language, "next": "/admin/"})
        assert f'lang="{language}"' in administrator.get("/admin/").content.decode()[:200]


def test_a_closed_door_says_so_in_the_readers_language_and_leads_on(client):
    client.force_login(makers.person_of_role("author"))
    response = client.get("/reports/", headers={"accept-language": "ru"})
    assert response.status_code == 403 and "/admin/" in response.content.decode()
    assert 'lang="ru"' in response.content.decode()
    assert "/reports/" not in client.get("/admin/").content.decode()


def test_a_form_from_an_old_page_is_answered_with_what_to_do(administrator):
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/admin/login/", {"login": "root"}, headers={"accept-language": "en"})
    assert response.status_code == 403 and "copy what you wrote" in response.content.decode()


def test_approving_saves_what_was_just_typed_and_prints_that(client, noon):
    makers.golan_contingent()
    draft = makers.draft_story(noon, created_by=makers.author())
    client.force_login(makers.person_of_role("editor"))
    address = f"/admin/articles/edition/{draft.pk}/change/"
    client.post(address, makers.written(draft, body="<p>[[weather]]</p>", _step="approve"))
    draft.refresh_from_db()
    assert draft.state == "draft"  # a broken text is neither saved nor approved in an older wording
    client.post(address, makers.written(draft, title="Typed a moment ago", _step="approve"))
    draft.refresh_from_db()
    assert (draft.state, draft.title) == ("approved", "Typed a moment ago")


def test_an_author_who_forges_the_step_approves_nothing(client, noon):
    makers.golan_contingent()
    draft = makers.draft_story(noon)
    client.force_login(makers.person_of_role("author"))
    response = client.post(f"/admin/articles/edition/{draft.pk}/change/", makers.written(draft, _step="approve"))
    assert response.status_code == 403
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_administrator_cannot_take_the_place_of_who_is_above_the_table_of_roles(client):
    above = User.objects.create_superuser("above", password="a long pass phrase")
    client.force_login(makers.person_of_role("administrator"))
    new = {"password1": "another long phrase", "password2": "another long phrase", "usable_password": "true"}
    assert client.post(f"/admin/ledger/user/{above.pk}/password/", new).status_code == 403
    client.post(f"/admin/ledger/user/{above.pk}/change/", {"username": "taken"})
    above.refresh_from_db()
    assert above.username == "above" and above.check_password("a long pass phrase")


def test_a_file_or_photo_that_a_colleague_added_meanwhile_is_approved_by_nobody_who_has_not_seen_it(client, noon):
    makers.golan_contingent()
    draft = makers.draft_story(noon, created_by=makers.author())
    client.force_login(makers.person_of_role("editor"))
    address, picture = f"/admin/articles/edition/{draft.pk}/change/", makers.photo(noon)
    for add in (
        lambda text: text.attachments.create(title="List of names", file="attachments/list.txt", kind="txt", size=1),
        lambda text: text.photo_uses.create(place=1, photo=picture),
        lambda text: Article.objects.update(lead_photo=picture),
    ):
        opened = makers.written(draft, title="Typed while it was open", _step="approve")
        add(draft)
        answer = client.post(address, opened, headers={"accept-language": "en"}, follow=True)
        assert "look at it, then approve" in answer.content.decode()
        draft = Edition.objects.get(pk=draft.pk)
        assert (draft.state, draft.title) == ("draft", "Typed while it was open")  # what was typed is not lost
    client.post(address, makers.written(draft, _step="approve"))
    assert Edition.objects.get(pk=draft.pk).state == "approved"


def test_a_second_draft_of_a_language_is_refused_at_its_field(client, noon):
    draft = makers.draft_story(noon)
    client.force_login(makers.author())
    new = makers.written(draft, article=draft.article_id, language="en", slug="another")
    page = client.post("/admin/articles/edition/add/", new, headers={"accept-language": "en"})
    assert page.status_code == 200 and "already has an open draft in this language" in page.content.decode()


def test_the_place_of_the_lead_photo_is_taken_by_no_other(client, noon):
    draft, picture = makers.draft_story(noon, body="<p>Text</p>"), makers.photo(noon)
    client.force_login(makers.author())
    row = {"photo_uses-TOTAL_FORMS": 1, "photo_uses-0-place": 0, "photo_uses-0-photo": picture.pk}
    address = f"/admin/articles/edition/{draft.pk}/change/"
    assert client.post(address, makers.written(draft, **row)).status_code == 200
    assert not draft.photo_uses.exists()
    assert client.post(address, makers.written(draft, **{**row, "photo_uses-0-place": 1})).status_code == 302


def test_an_embargo_is_never_laid_upon_an_hour_that_was_approved(client):
    at = timezone.now()
    edition = publishing.approve(
        makers.draft_story(at, body="<p>Text</p>"), by=makers.author(), at=at, public_from=at + timedelta(days=1)
    )
    client.force_login(makers.person_of_role("editor"))
    form = {"working_title": "Golan", "section": edition.article.section_id, "embargo_until_1": "00:00"}
    address = f"/admin/articles/article/{edition.article_id}/change/"
    page = client.post(address, {**form, "embargo_until_0": "2090-01-01"}, headers={"accept-language": "en"})
    assert "is approved for an earlier hour" in page.content.decode()
    edition.article.refresh_from_db()
    assert edition.article.embargo_until is None
    assert client.post(address, {**form, "embargo_until_0": at.date().isoformat()}).status_code == 302
    publishing.withdraw(edition, reason="Not now.", by=makers.author(), at=at)
    assert client.post(address, {**form, "embargo_until_0": "2090-01-01"}).status_code == 302


@pytest.mark.parametrize(
    "page, sent",
    [
        ("place-photo", {"photo": "x"}), ("chips", {"token": "strength", "day": "2025-13-45"}),
        ("approve", {"public_from": "0001-01-01T00:00"}), ("reschedule", {"public_until": "9999-12-31T23:59"}),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_answered_and_breaks_nothing(client, noon, page, sent):
    draft = makers.draft_story(noon)
    client.force_login(makers.person_of_role("editor"))
    assert client.post(f"/admin/articles/edition/{draft.pk}/{page}/", sent).status_code < 500


def test_the_work_that_waits_stands_before_the_table_of_everything(administrator, english_desk):
    page = administrator.get("/admin/").content.decode()
    assert page.index("Nothing waits for approval.") < page.index('class="app-articles module"')


def test_the_history_of_a_text_is_its_revisions(administrator, noon):
    edition = makers.draft_story(noon)
    page = administrator.get(f"/admin/articles/edition/{edition.pk}/change/").content.decode()
    assert f"/admin/articles/edition/{edition.pk}/history/" in page
    response = administrator.get(f"/admin/articles/edition/{edition.pk}/history/")
    assert response["Location"] == f"/admin/articles/edition/{edition.pk}/revisions/"


def test_nothing_leads_to_a_history_that_nobody_keeps(administrator, noon):
    makers.golan_contingent()
    moved = makers.approved_story(noon, makers.person_of_role("editor")).transitions.first()
    mission = makers.golan_mission()
    assert "historylink" not in administrator.get(f"/admin/articles/transition/{moved.pk}/change/").content.decode()
    assert "historylink" in administrator.get(f"/admin/missions/mission/{mission.pk}/change/").content.decode()


def test_lists_name_figures_and_people_in_words_and_not_by_their_keys(administrator, english_desk, noon):
    makers.golan_contingent()
    editor = makers.person_of_role("editor", "e.omarova")
    editor.first_name, editor.last_name = "Elena", "Omarova"
    editor.save()
    makers.approved_story(noon, editor)
    claims = administrator.get("/admin/articles/claim/").content.decode()
    assert (
        "strength, UNDOF" in claims and "{&quot;mission&quot;" not in claims and "years_since_first_tour<" not in claims
    )
    transitions = administrator.get("/admin/articles/transition/").content.decode()
    assert "Elena Omarova" in transitions and "e.omarova" not in transitions


def test_the_number_of_rows_stands_in_words_of_its_own_and_not_with_the_lists_plural(administrator, english_desk):
    page = administrator.get("/admin/articles/section/").content.decode()
    assert f"{Section.objects.count()} entries" in page


def test_every_moment_of_the_desk_is_written_with_the_day_before_the_month_and_without_am_or_pm(noon):
    for language in ("kk", "ru", "en"):
        with override(language):
            short = date_format(noon, "SHORT_DATETIME_FORMAT")
        assert short.startswith("23") and short.endswith("12:00"), (language, short)


def test_a_day_and_an_hour_say_what_they_are_of(administrator, english_desk, noon):
    article = makers.draft_story(noon).article
    page = administrator.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert 'aria-label="Embargo until: day"' in page and 'aria-label="Embargo until: hour"' in page


def test_who_changes_their_password_keeps_the_desks_head(administrator, english_desk):
    page = administrator.get("/admin/password_change/").content.decode()
    assert 'class="desk-languages"' in page and "/admin/account/" in page
