from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.db import transaction

from articles import notices, publishing, review
from articles.models import Notice
from ledger.models import User
from missions import clearance
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def author():
    return with_address(makers.author(), "ru")


@pytest.fixture
def editor():
    return with_address(makers.person_of_role("editor"), "en")


@pytest.fixture
def draft(noon, author):
    makers.golan_contingent()
    return makers.draft_story(noon, created_by=author)


def with_address(user, language):
    user.email, user.language = f"{user.username}@newsroom.example", language
    user.save()
    return user


def inbox_of(user):
    return list(user.notices.order_by("pk").values_list("kind", "text"))


def test_everyone_who_may_approve_hears_of_a_text_in_review_but_not_who_handed_it_in(draft, author, editor, noon):
    second = makers.person_of_role("editor", "second-editor")
    gone = makers.person_of_role("editor", "gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    publishing.submit(draft, by=second, at=noon)
    assert inbox_of(editor) == [("for_review", "")]
    assert inbox_of(second) == inbox_of(author) == inbox_of(gone) == []


def test_the_author_hears_why_the_text_came_back_and_what_became_of_it(draft, author, editor, noon):
    publishing.submit(draft, by=author, at=noon)
    publishing.send_back(draft, reason="The name is wrong.", by=editor, at=noon)
    publishing.submit(draft, by=author, at=noon)
    publishing.approve(draft, by=editor, at=noon)
    publishing.withdraw(draft, reason="It was not so.", by=editor, at=noon + timedelta(hours=1))
    assert inbox_of(author) == [("sent_back", "The name is wrong."), ("approved", ""), ("withdrawn", "It was not so.")]


def test_a_text_that_a_colleague_dealt_with_waits_in_nobodys_inbox(draft, author, editor, noon):
    second = makers.person_of_role("editor", "second-editor")
    publishing.submit(draft, by=author, at=noon)
    publishing.approve(draft, by=second, at=noon)
    assert inbox_of(editor) == [("for_review", "")] and not editor.notices.filter(read_at=None).exists()


def test_a_step_that_was_refused_leaves_no_notice(draft, author, editor, noon):
    with pytest.raises(publishing.CannotMove):
        publishing.send_back(draft, reason="No", by=editor, at=noon)
    with pytest.raises(publishing.CannotMove):
        publishing.withdraw(draft, reason="No", by=editor, at=noon)
    assert not Notice.objects.exists()


def test_the_author_hears_once_when_a_revoked_clearance_suppresses_the_story(author, editor, noon):
    contingent = makers.golan_contingent()
    draft = makers.draft_story(noon, created_by=author)
    publishing.approve(draft, by=editor, at=noon)
    clearance.revoke(contingent.clearances.get(field="strength"), by=editor, at=noon + timedelta(hours=1))
    record_changed.send(sender=type(contingent), at=noon + timedelta(hours=2), by=editor)
    draft.refresh_from_db()
    assert draft.suppressed_at
    assert [kind for kind, _text in inbox_of(author)] == ["approved", "suppressed"]
    assert [kind for kind, _text in inbox_of(editor)] == ["suppressed"]


def test_a_comment_reaches_who_writes_the_text_and_who_let_the_fact_checker_in(draft, author, editor, noon):
    review.comment(draft, text="Why 139?", by=author, at=noon)
    assert not Notice.objects.exists()  # nobody is told what they said themselves
    link, _token = review.make_link(draft, reviewer="Aigul", by=editor, at=noon)
    review.comment(draft, text="It is 140.", about="139", link=link, at=noon)
    assert inbox_of(author) == inbox_of(editor) == [("comment", "Aigul: 139: It is 140.")]


def test_the_inbox_shows_unread_notices_first_and_only_ones_own(client, draft, author, editor, noon):
    publishing.submit(draft, by=author, at=noon)
    for number, reason in enumerate(["Read before", "Newer, unread"]):
        Notice.objects.create(user=author, kind="sent_back", edition=draft, by=editor, text=reason,
                              at=noon - timedelta(days=number), read_at=None if number else noon)  # fmt: skip
    client.force_login(author)
    page = client.get("/admin/inbox/", headers=ENGLISH).content.decode()
    assert page.index("Newer, unread") < page.index("Read before")
    assert "waits for your review" not in page and f"/admin/articles/edition/{draft.pk}/change/" in page
    assert "desk-count" in page and "(1 unread)" in page


def test_nobody_marks_anothers_notice_as_read(client, draft, author, editor, noon):
    publishing.submit(draft, by=author, at=noon)
    notice = editor.notices.get()
    client.force_login(author)
    for which in (notice.pk, "all", "x", "²", "9" * 30):
        assert client.post("/admin/inbox/", {"notice": which}).status_code == 302
    notice.refresh_from_db()
    assert notice.read_at is None
    client.force_login(editor)
    client.get("/admin/inbox/", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None  # looking at the inbox marks nothing
    client.post("/admin/inbox/", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at


def test_all_is_marked_as_read_at_once(client, draft, author, editor, noon):
    for _time in range(2):
        publishing.submit(draft, by=author, at=noon)
        publishing.send_back(draft, reason="Again", by=editor, at=noon)
    publishing.submit(draft, by=author, at=noon)
    client.force_login(author)
    client.post("/admin/inbox/", {"notice": "all"})
    assert not author.notices.filter(read_at=None).exists() and editor.notices.filter(read_at=None).exists()
    assert "desk-count" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("role", ["records officer", "report staff"])
def test_who_has_no_part_in_the_newsroom_has_no_inbox(client, draft, role, editor, noon):
    person = makers.person_of_role(role)
    draft.created_by = person
    draft.save()
    publishing.submit(draft, by=person, at=noon)
    publishing.send_back(draft, reason="No", by=editor, at=noon)
    assert not person.notices.exists()
    client.force_login(person)
    assert client.get("/admin/inbox/").status_code == 403
    assert "/admin/inbox/" not in client.get("/admin/").content.decode()


def test_the_inbox_is_closed_to_the_public(client):
    response = client.get("/admin/inbox/")
    assert response.status_code == 302 and "login" in response["Location"]


def test_the_inbox_asks_as_many_questions_for_many_notices_as_for_one(
    client, draft, author, noon, django_assert_max_num_queries
):
    for number in range(60):
        Notice.objects.create(user=author, kind="approved", edition=draft, at=noon + timedelta(minutes=number))
    client.force_login(author)
    with django_assert_max_num_queries(8):
        assert client.get("/admin/inbox/").status_code == 200
    assert client.get("/admin/inbox/?page=2").status_code == 200


def test_a_text_for_review_is_mailed_after_the_commit_in_the_readers_language(
    draft, author, editor, noon, settings, django_capture_on_commit_callbacks
):
    settings.SITE_URL = "https://peacekeeping.example"
    makers.person_of_role("editor", "without-address")
    with django_capture_on_commit_callbacks(execute=True):
        publishing.submit(draft, by=author, at=noon)
        assert mail.outbox == []
    (letter,) = mail.outbox
    assert letter.to == ["editor@newsroom.example"] and "The Golan contingent" in letter.subject
    assert f"https://peacekeeping.example/admin/articles/edition/{draft.pk}/change/" in letter.body


def test_a_text_sent_back_is_mailed_with_who_and_why(draft, author, editor, noon, django_capture_on_commit_callbacks):
    author.language = "en"
    author.save()
    publishing.submit(draft, by=author, at=noon)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.send_back(draft, reason="The name & the rank are wrong.", by=editor, at=noon)
    (letter,) = mail.outbox
    assert letter.to == ["author@newsroom.example"]
    assert "The name & the rank are wrong." in letter.body and "editor" in letter.body


def test_a_step_that_was_rolled_back_is_mailed_to_nobody(
    draft, author, editor, noon, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        publishing.submit(draft, by=author, at=noon)
        raise RuntimeError
    assert mail.outbox == [] and not Notice.objects.exists()


class DownBackend(locmem.EmailBackend):
    asked = 0

    def open(self):
        DownBackend.asked += 1
        raise ConnectionRefusedError("no mail server")


def test_a_mail_server_that_is_down_stops_no_text_and_is_asked_once(
    draft, author, editor, noon, settings, caplog, django_capture_on_commit_callbacks
):
    with_address(makers.person_of_role("editor", "second-editor"), "en")
    settings.EMAIL_BACKEND = "tests.test_inbox.DownBackend"
    DownBackend.asked = 0
    with django_capture_on_commit_callbacks(execute=True):
        publishing.submit(draft, by=author, at=noon)
    draft.refresh_from_db()
    assert draft.state == "in_review" and editor.notices.exists() and DownBackend.asked == 1
    assert "mail server" in caplog.text and "newsroom.example" not in caplog.text


def test_one_refused_address_keeps_no_letter_from_the_others(
    draft, author, editor, noon, django_capture_on_commit_callbacks
):
    wrong = makers.person_of_role("editor", "a-wrong-address")
    User.objects.filter(pk=wrong.pk).update(email="x@newsroom.example\nBcc: all@world.example")
    with_address(makers.person_of_role("editor", "z-editor"), "en")
    with django_capture_on_commit_callbacks(execute=True):
        publishing.submit(draft, by=author, at=noon)
    assert {letter.to[0] for letter in mail.outbox} == {"editor@newsroom.example", "z-editor@newsroom.example"}


def test_no_header_can_be_smuggled_in_through_a_title(draft, author, editor, noon, django_capture_on_commit_callbacks):
    draft.title = "Golan\r\nBcc: all@world.example"
    draft.save()
    with django_capture_on_commit_callbacks(execute=True):
        publishing.submit(draft, by=author, at=noon)
    (letter,) = mail.outbox
    message = letter.message()
    assert message["Bcc"] is None and "\n" not in message["Subject"] and "\r" not in message["Subject"]


def test_many_comments_of_a_fact_checker_are_one_letter_until_they_are_read(
    draft, author, editor, noon, django_capture_on_commit_callbacks
):
    link, _token = review.make_link(draft, reviewer="Aigul", by=author, at=noon)
    with django_capture_on_commit_callbacks(execute=True):
        for text in ("One", "Two", "Three"):
            review.comment(draft, text=text, link=link, at=noon)
    assert len(mail.outbox) == 1 and "Aigul: One" in mail.outbox[0].body
    notices.mark_read(author, at=noon)
    with django_capture_on_commit_callbacks(execute=True):
        review.comment(draft, text="Four", link=link, at=noon)
    assert len(mail.outbox) == 2 and author.notices.count() == 4
