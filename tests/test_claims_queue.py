"""The claims queue of the desk: what is printed and in force, against what the record says now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from articles import claim_queue, publishing
from articles.models import Bundle, Claim, Edition
from ledger import site_version
from ledger.models import Entry
from missions.models import Deployment
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db
QUEUE = "/admin/articles/claim/queue/"


@pytest.fixture(autouse=True)
def english_desk(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def signed_in(client, editor):
    client.force_login(editor)
    return client


def record_says(contingent, at, **values):
    Deployment.objects.filter(pk=contingent.pk).update(**values)
    record_changed.send(sender=Deployment, at=at, by=None)


def moved_on(contingent, at):
    """This will follow the contingent with a larger one, so that what was printed was right for its day."""
    contingent.end = at.date() + timedelta(days=30)
    contingent.save()
    makers.golan_contingent(strength=150, women=9, start=contingent.end)
    later = at + timedelta(days=60)
    record_changed.send(sender=Deployment, at=later, by=None)
    return later


def test_the_queue_shows_what_was_printed_what_the_record_says_and_who_else_prints_it(
    signed_in, editor, noon, contingent
):
    english = makers.approved_story(noon, editor)
    russian = makers.approved_story(noon, editor, language="ru", slug="golany", article=english.article, title="Голаны")
    record_says(contingent, noon + timedelta(days=1), strength=141)
    page = signed_in.get(QUEUE)
    rows = {row.claim.edition.language: row for row in page.context["rows"]}
    assert set(rows) == {"en", "ru"} and page.context["verdict"] == "wrong"
    assert (rows["en"].claim.printed, rows["en"].then, rows["en"].today) == ("139", "141", "141")
    assert rows["en"].siblings == [russian] and rows["en"].claim.asked_at == noon + timedelta(days=1)
    text = page.content.decode()
    assert "Wrong for its own date: 2" in text and "Agrees: 0" in text and "Correct in all languages" in text


@pytest.fixture
def anniversary(editor, noon, contingent):
    """A story of 2025 that counts the full years since 1 March 2024: one then, two from March 2026 on."""
    body = "<p>For [[years_since_first_contingent]] year it has served.</p>"
    return makers.approved_story(noon, editor, body=body)


MARCH = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Almaty"))


def test_a_figure_that_moves_by_the_calendar_is_right_when_it_is_looked_at(anniversary):
    version = site_version.current()
    claim_queue.bring_to_today(at=MARCH)
    claim = anniversary.claims.get()
    assert (claim.printed, claim.verdict, claim.value_today) == ("1", "moved_on", 2)
    anniversary.refresh_from_db()
    assert "the record says 2" in anniversary.rendered and site_version.current() == version + 1


@pytest.mark.parametrize("address", [QUEUE, "/admin/articles/claim/", "/admin/", "/admin/articles/edition/{}/change/"])
def test_every_page_of_the_desk_with_verdicts_answers_as_of_today(signed_in, anniversary, address):
    page = signed_in.get(address.format(anniversary.pk)).content.decode()
    assert anniversary.claims.get().verdict == "moved_on" and "oved on since" in page


def test_claims_are_asked_by_the_first_reader_of_a_day_and_by_no_other(anniversary, django_assert_num_queries):
    claim_queue.bring_to_today(at=MARCH)
    with django_assert_num_queries(1):
        claim_queue.bring_to_today(at=MARCH + timedelta(hours=14))
    claim_queue.bring_to_today(at=MARCH + timedelta(hours=15, minutes=1))  # a minute after midnight in Almaty
    asked = Entry.objects.filter(verb=claim_queue.ASKED).order_by("at")
    assert [entry.details for entry in asked] == [{"editions": [anniversary.pk]}, {"editions": []}]


def test_a_day_on_which_nothing_moved_leaves_every_page_as_it_is(anniversary):
    claim_queue.bring_to_today(at=MARCH - timedelta(days=11))
    version = site_version.current()
    claim_queue.bring_to_today(at=MARCH - timedelta(days=10))
    assert site_version.current() == version and anniversary.claims.get().verdict == "agrees"


def test_only_what_the_public_reads_as_the_story_now_stands_in_the_queue(signed_in, editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    withdrawn = makers.approved_story(noon, editor, slug="withdrawn")
    publishing.withdraw(withdrawn, reason="False.", by=editor, at=noon)
    record_says(contingent, noon, strength=141)
    assert list(claim_queue.waiting(noon)) == [first.claims.get()]
    following = publishing.open_next(first, by=makers.author(), at=noon)
    Edition.objects.filter(pk=following.pk).update(correction="It was 141.")
    publishing.approve(following, by=editor, at=noon)
    assert [claim.verdict for claim in claim_queue.waiting(noon)] == ["agrees"]


def test_the_queue_is_filtered_by_language_verdict_and_figure(signed_in, editor, noon, contingent):
    body = "<p>[[strength mission=UNDOF]] and [[women mission=UNDOF]]</p>"
    makers.approved_story(noon, editor, body=body)
    makers.approved_story(noon, editor, language="ru", slug="golany")
    record_says(contingent, noon, strength=141)

    def found(**asked):
        return [(row.claim.edition.language, row.claim.key) for row in signed_in.get(QUEUE, asked).context["rows"]]

    assert found(verdict="agrees") == [("en", "women")]
    assert found(language="ru") == [("ru", "strength")]
    assert found(verdict="wrong", figure="women") == found(verdict="silent") == []
    assert signed_in.get(QUEUE, {"verdict": "x", "page": "y"}).status_code == 200


def test_the_queue_asks_as_few_questions_for_sixty_stories_as_for_one(
    signed_in, editor, noon, contingent, django_assert_max_num_queries
):
    makers.approved_story(noon, editor)
    record_says(contingent, noon, strength=141)
    signed_in.get(QUEUE)
    with django_assert_max_num_queries(12) as few:
        signed_in.get(QUEUE)
    for number in range(5):
        makers.approved_story(noon, editor, slug=f"story-{number}", body="<p>[[strength mission=UNDOF]]</p>" * 12)
    record_says(contingent, noon, strength=142)
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = signed_in.get(QUEUE)
    assert len(page.context["rows"]) == 50 and page.context["page"].paginator.count == 61


def test_seen_and_left_a_figure_that_moved_on_leaves_the_queue_until_the_record_says_something_new(
    signed_in, editor, noon, contingent
):
    edition = makers.approved_story(noon, editor)
    later = moved_on(contingent, noon)
    claim = edition.claims.get()
    assert claim.verdict == "moved_on"
    assert "Seen, leave it" in signed_in.get(QUEUE).content.decode()
    response = signed_in.post(f"/admin/articles/claim/{claim.pk}/leave/", {"back": f"{QUEUE}?language=en"})
    assert response["Location"] == f"{QUEUE}?language=en"
    Claim.objects.filter(pk=claim.pk).update(asked_at=noon)
    assert not claim_queue.waiting(later).exists()
    Claim.objects.filter(pk=claim.pk).update(asked_at="2099-01-01T00:00Z")  # the record changed after it was left
    assert claim_queue.waiting(later).exists()


def test_a_wrong_figure_cannot_be_left_and_what_was_left_comes_back_when_it_becomes_wrong(
    signed_in, editor, noon, contingent
):
    edition = makers.approved_story(noon, editor)
    record_says(contingent, noon, strength=141)
    claim = edition.claims.get()
    page = signed_in.post(f"/admin/articles/claim/{claim.pk}/leave/", follow=True).content.decode()
    assert "right for its own date" in page
    with pytest.raises(claim_queue.CannotLeave):
        claim_queue.leave(claim, by=editor, at=noon)
    assert claim_queue.waiting(noon).exists()


def test_the_queue_opens_the_next_edition_and_corrects_in_all_languages(signed_in, editor, noon, contingent):
    english = makers.approved_story(noon, editor)
    makers.approved_story(noon, editor, language="ru", slug="golany", article=english.article)
    record_says(contingent, noon, strength=141)
    claim = english.claims.get()
    response = signed_in.post(f"/admin/articles/claim/{claim.pk}/correct/")
    draft = Edition.objects.get(language="en", number=2)
    assert response["Location"] == f"/admin/articles/edition/{draft.pk}/change/"
    page = signed_in.post(f"/admin/articles/claim/{claim.pk}/correct-all/", follow=True).content.decode()
    assert "English, Русский" in page and "The next edition is being written" in page
    assert Bundle.objects.get().editions.count() == 2


def test_only_who_may_write_decides_in_the_queue(client, editor, noon, contingent):
    claim = makers.approved_story(noon, editor).claims.get()
    client.force_login(editor)
    for verb in ("correct", "correct-all", "leave"):
        assert client.get(f"/admin/articles/claim/{claim.pk}/{verb}/").status_code == 405
    for role in ("photo editor", "records officer", "report staff"):
        client.force_login(makers.person_of_role(role))
        assert client.get(QUEUE).status_code == 403
        for verb in ("correct", "correct-all", "leave"):
            assert client.post(f"/admin/articles/claim/{claim.pk}/{verb}/").status_code == 403
    assert Edition.objects.count() == 1


def test_a_decision_never_leads_to_another_site(signed_in, editor, noon, contingent):
    claim = makers.approved_story(noon, editor).claims.get()
    response = signed_in.post(f"/admin/articles/claim/{claim.pk}/leave/", {"back": "https://evil.example/"})
    assert response["Location"] == QUEUE


def test_who_may_not_see_the_record_sees_no_number_of_it_that_is_not_cleared(client, editor, noon, contingent):
    edition = makers.approved_story(noon, editor)
    later = moved_on(contingent, noon)
    claim_queue.bring_to_today(at=timezone.now())
    Claim.objects.filter(edition=edition).update(is_told=False, value_today=8713)
    client.force_login(makers.person_of_role("photo editor"))
    page = client.get(f"/admin/articles/edition/{edition.pk}/change/").content.decode()
    assert "not for the public yet" in page and "8713" not in page and "8,713" not in page
    (row,) = claim_queue.rows(list(claim_queue.waiting(later)), later, language="en", sees_the_record=False)
    assert (row.then, row.today) == ("not for the public yet", "not for the public yet")
    client.force_login(editor)
    assert "8,713" in client.get(f"/admin/articles/edition/{edition.pk}/change/").content.decode()
    assert "8,713" in client.get(QUEUE).content.decode()


def test_the_desk_leads_to_the_queue(signed_in):
    assert QUEUE in signed_in.get("/admin/").content.decode()


def test_the_desk_says_what_a_withdrawal_does_and_asks_for_its_reason(signed_in, editor, noon, contingent):
    edition = makers.approved_story(noon, editor)
    page = signed_in.get(f"/admin/articles/edition/{edition.pk}/change/").content.decode()
    assert "answers everyone with this reason" in page
    page = signed_in.post(f"/admin/articles/edition/{edition.pk}/withdraw/", {"reason": " "}, follow=True)
    assert "Give the reason" in page.content.decode()
    page = signed_in.post(f"/admin/articles/edition/{edition.pk}/withdraw/", {"reason": "Its source was forged."},
                          follow=True)  # fmt: skip
    assert "Its address now answers with the reason" in page.content.decode()
