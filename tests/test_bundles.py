import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from articles import bundles, publishing, readiness, rescheduling, seen
from articles.models import Bundle, Edition
from missions import clearance
from missions.models import Deployment, Person
from tests import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def pair(noon):
    """A bundle of two open editions of one story, English and Russian."""
    makers.golan_contingent()
    english = makers.draft_story(noon)
    russian = makers.draft_story(noon, language="ru", slug="golany", article=english.article)
    bundle = Bundle.objects.create(name="The Golan")
    for edition in (english, russian):
        bundles.put(edition, bundle, by=makers.author(), at=noon)
    return bundle


def approved(pair, editor, noon):
    return bundles.approve(pair, by=editor, at=noon, public_from=noon + 2 * DAY)


def test_a_bundle_becomes_public_at_one_moment(pair, editor, noon):
    approved(pair, editor, noon)
    assert not Edition.objects.in_force(noon + 2 * DAY - timedelta(seconds=1)).exists()
    assert Edition.objects.in_force(noon + 2 * DAY).count() == 2


def test_one_broken_edition_keeps_the_whole_bundle_back_and_every_problem_is_named(pair, editor, noon):
    pair.editions.update(standfirst="")
    with pytest.raises(bundles.CannotMoveBundle) as refusal:
        approved(pair, editor, noon)
    assert len(refusal.value.by_edition) == 2
    assert not Edition.objects.filter(approved_at__isnull=False).exists()


def test_nobody_approves_a_bundle_that_holds_a_text_of_their_own(pair, editor, noon):
    pair.editions.filter(language="ru").update(created_by=editor)
    with pytest.raises(bundles.CannotMoveBundle, match="somebody else"):
        approved(pair, editor, noon)
    assert not Edition.objects.filter(approved_at__isnull=False).exists()


def test_an_edition_is_not_approved_without_its_bundle_but_is_once_taken_out(pair, editor, noon):
    english = pair.editions.get(language="en")
    with pytest.raises(publishing.CannotApprove, match="The Golan"):
        publishing.approve(english, by=editor, at=noon)
    bundles.put(english, None, by=editor, at=noon)
    assert publishing.approve(english, by=editor, at=noon).state == "approved"


def test_one_edition_of_a_waiting_bundle_is_neither_withdrawn_nor_moved_alone(pair, editor, noon):
    approved(pair, editor, noon)
    english = pair.editions.get(language="en")
    with pytest.raises(publishing.CannotWithdraw, match="The Golan"):
        publishing.withdraw(english, reason="Not now.", by=editor, at=noon + DAY)
    with pytest.raises(publishing.CannotMove, match="The Golan"):
        rescheduling.reschedule(english, public_from=noon + 3 * DAY, public_until=None, by=editor, at=noon)


def test_a_bundle_cancelled_before_its_hour_is_never_public(pair, editor, noon):
    approved(pair, editor, noon)
    bundles.cancel(pair, reason="Not needed.", by=editor, at=noon + DAY)
    assert not Edition.objects.issued(noon + 9 * DAY).exists()


def test_moving_a_bundle_moves_all_of_it(pair, editor, noon):
    approved(pair, editor, noon)
    bundles.reschedule(pair, public_from=noon + 5 * DAY, by=editor, at=noon + DAY)
    assert not Edition.objects.in_force(noon + 4 * DAY).exists()
    assert Edition.objects.in_force(noon + 5 * DAY).count() == 2


def test_a_bundle_that_is_public_is_no_longer_moved_or_cancelled(pair, editor, noon):
    approved(pair, editor, noon)
    for verb in (
        lambda: bundles.cancel(pair, reason="x", by=editor, at=noon + 2 * DAY),
        lambda: bundles.reschedule(pair, public_from=noon + 5 * DAY, by=editor, at=noon + 2 * DAY),
    ):
        with pytest.raises(bundles.CannotMoveBundle, match="public already"):
            verb()


def test_nothing_enters_or_leaves_a_bundle_once_it_is_approved(pair, editor, noon):
    approved(pair, editor, noon)
    with pytest.raises(bundles.CannotMoveBundle, match="decided already"):
        bundles.put(pair.editions.first(), None, by=editor, at=noon)
    with pytest.raises(bundles.CannotMoveBundle, match="decided already"):
        bundles.put(makers.draft_story(noon, slug="other"), pair, by=editor, at=noon)


def approved_with_a_name(pair, editor, noon):
    """This will approve the pair with a story that names somebody, and return the clearance that it rests on."""
    observer = Person.objects.create(family_name="Observer", given_name="Invented")
    named = makers.draft_story(noon, slug="observer")
    named.article.people.add(observer)
    given = clearance.clear(observer, "name", basis="consent", by=editor, at=noon)
    bundles.put(named, pair, by=editor, at=noon)
    approved(pair, editor, noon)
    return given


def test_a_clearance_revoked_before_the_hour_holds_the_whole_bundle_back(pair, editor, noon):
    given = approved_with_a_name(pair, editor, noon)
    clearance.revoke(given, by=editor, at=noon + DAY)
    assert not Edition.objects.published(noon + 3 * DAY).exists()


def test_a_clearance_revoked_after_the_hour_takes_only_what_rests_on_it(pair, editor, noon):
    given = approved_with_a_name(pair, editor, noon)
    clearance.revoke(given, by=editor, at=noon + 3 * DAY)
    assert Edition.objects.published(noon + 3 * DAY).count() == 2


def test_languages_of_a_bundle_are_judged_by_what_the_bundle_prints(editor, noon):
    makers.golan_contingent()
    english = makers.approved_story(noon, editor, body="<p>Nothing counted.</p>")
    russian = makers.approved_story(noon, editor, language="ru", slug="golany", article=english.article)
    Deployment.objects.update(strength=140)
    bundle = Bundle.objects.create(name="Set right")
    for edition, changes in ((english, {"body": "<p>[[strength mission=UNDOF]] serve.</p>"}),
                             (russian, {"correction": "It was 140."})):  # fmt: skip
        following = publishing.open_next(edition, by=makers.author(), at=noon)
        Edition.objects.filter(pk=following.pk).update(**changes)
        bundles.put(following, bundle, by=editor, at=noon)
    bundles.approve(bundle, by=editor, at=noon + DAY)
    assert Edition.objects.in_force(noon + DAY).filter(number=2).count() == 2


def test_no_path_leads_a_draft_into_a_bundle_that_was_decided(pair, editor, noon):
    approved(pair, editor, noon)
    other = makers.draft_story(noon, slug="late", body="<p>Text</p>")
    with pytest.raises(DatabaseError, match="decided already"), transaction.atomic():
        Edition.objects.filter(pk=other.pk).update(bundle=pair)
    Edition.objects.filter(bundle=pair).update(change_note="")  # what is in it stays as it is


def confirmation(client, address, **asked):
    """This will return what the second click sends, after the page has shown what was asked for."""
    page = client.post(address, asked).content.decode()
    return {**asked, "_confirmed": "1", "shown": re.search(r'name="shown" value="([^"]+)"', page)[1]}


def test_the_second_click_counts_for_the_hour_the_editions_and_the_texts_that_were_shown(client, pair, editor, noon):
    client.force_login(editor)
    address = f"/admin/articles/bundle/{pair.pk}/steps/"
    asked = {"_step": "approve", "public_from": "2090-11-27T09:00"}
    confirmed = confirmation(client, address, **asked)
    page = client.post(address, {**confirmed, "public_from": "2090-11-27T08:00"}, headers={"accept-language": "en"})
    assert "not those that this page had shown" in page.content.decode()
    Edition.objects.filter(language="ru").update(title="Typed meanwhile")
    client.post(address, confirmed)
    confirmed = confirmation(client, address, **asked)
    other = makers.draft_story(noon, slug="slipped-in", body="<p>Text</p>", title="Slipped in")
    bundles.put(other, pair, by=makers.author(), at=noon)
    client.post(address, confirmed)
    assert not pair.editions.filter(state="approved").exists()
    assert client.post(address, confirmation(client, address, **asked)).status_code == 302
    assert pair.editions.filter(state="approved").count() == 3
    asked = {"_step": "reschedule", "public_from": "2090-11-28T09:00"}
    confirmed = confirmation(client, address, **asked)
    client.post(address, {**confirmed, "public_from": "2090-11-28T07:00"})
    pair.refresh_from_db()
    assert pair.public_from.day == 27
    client.post(address, confirmed)
    pair.refresh_from_db()
    assert pair.public_from.day == 28


def test_a_bundle_is_approved_with_the_editions_that_were_seen_and_no_other(pair, editor, noon):
    upon = seen.bundle(pair.editions.all())
    other = makers.draft_story(noon, slug="slipped-in", body="<p>Text</p>")
    bundles.put(other, pair, by=makers.author(), at=noon)
    with pytest.raises(bundles.CannotMoveBundle, match="Other editions"):
        bundles.approve(pair, by=editor, at=noon, upon=upon)


def test_the_bundles_page_approves_all_and_names_every_problem(client, pair, editor, noon):
    client.force_login(editor)
    address = f"/admin/articles/bundle/{pair.pk}/steps/"
    Edition.objects.filter(language="ru").update(standfirst="")
    page = client.post(address, {"_step": "approve"}, headers={"accept-language": "en"}).content.decode()
    assert "The standfirst is missing." in page
    Edition.objects.filter(language="ru").update(standfirst="Who serves there.")
    confirmed = confirmation(client, address, _step="approve", public_from="2090-11-27T09:00")
    assert not pair.editions.filter(state="approved").exists()  # the first click only shows what would be seen
    assert client.post(address, confirmed).status_code == 302
    assert pair.editions.filter(state="approved").count() == 2
    assert "2090" in client.get(address, headers={"accept-language": "en"}).content.decode()


def linked(noon, bundle, editor, *bodies):
    """Stories of one bundle whose texts lead to each other; {0} and {1} stand for their numbers in `bodies`."""
    drafts = [makers.draft_story(noon, slug=f"story-{place}") for place in range(len(bodies))]
    numbers = [draft.article_id for draft in drafts]
    for draft, body in zip(drafts, bodies, strict=True):
        Edition.objects.filter(pk=draft.pk).update(body=body.format(*numbers))
        if bundle:
            bundles.put(draft, bundle, by=editor, at=noon)
    return [Edition.objects.get(pk=draft.pk) for draft in drafts]


EACH_OTHER = [
    ("<p>[[story {1}]]</p>", "<p>[[story {0}]]</p>"),
    ('<p><a href="/en/articles/story-1/">b</a></p>', '<p><a href="/en/articles/story-0/">a</a></p>'),
    ('<p><a href="/en/articles/story-1/1/">b</a></p>', "<p>[[story {0}]]</p>"),
]


@pytest.mark.parametrize("bodies", EACH_OTHER)
def test_stories_of_one_bundle_may_lead_to_each_other(editor, noon, bodies):
    bundle = Bundle.objects.create(name="Two")
    one, _other = linked(noon, bundle, editor, *bodies)
    assert readiness.problems(one, at=noon)[0] == []  # the screen says so before
    bundles.approve(bundle, by=editor, at=noon, public_from=noon + DAY)
    assert Edition.objects.in_force(noon + DAY).count() == 2


@pytest.mark.parametrize("bodies", EACH_OTHER)
def test_without_the_bundle_a_story_that_is_no_ones_yet_leads_nobody_on(editor, noon, bodies):
    one, other = linked(noon, None, editor, *bodies)
    assert len(readiness.problems(one, at=noon)[0]) == len(readiness.problems(other, at=noon)[0]) == 1
    bundles.put(one, Bundle.objects.create(name="One"), by=editor, at=noon)
    bundles.put(other, Bundle.objects.create(name="Other"), by=editor, at=noon)
    for edition in (one, other):
        edition.refresh_from_db()
        assert len(readiness.problems(edition, at=noon)[0]) == 1


def test_a_mate_in_another_language_is_no_related_story(editor, noon):
    bundle = Bundle.objects.create(name="Two")
    one, other = linked(noon, bundle, editor, *EACH_OTHER[0])
    Edition.objects.filter(pk=other.pk).update(language="ru")
    assert len(readiness.problems(one, at=noon)[0]) == 1


def test_of_stories_that_lead_to_each_other_none_comes_out_where_one_is_refused(editor, noon):
    bundle = Bundle.objects.create(name="Two")
    _one, other = linked(noon, bundle, editor, *EACH_OTHER[0])
    Edition.objects.filter(pk=other.pk).update(standfirst="")
    with pytest.raises(bundles.CannotMoveBundle):
        bundles.approve(bundle, by=editor, at=noon)
    assert not Edition.objects.filter(approved_at__isnull=False).exists()


def test_the_writing_screen_offers_the_stories_of_the_bundle_as_related_ones(client, editor, noon):
    one, other, alone = linked(noon, None, editor, "<p>a</p>", "<p>b</p>", "<p>c</p>")
    bundle = Bundle.objects.create(name="Two")
    for edition in (one, other):
        bundles.put(edition, bundle, by=editor, at=noon)
    client.force_login(editor)
    found = client.get(f"/admin/articles/edition/{one.pk}/choices/", {"of": "story", "q": "GOLAN"}).json()["choices"]
    assert [choice["token"] for choice in found] == [f"[[story {other.article_id}]]"] and not alone.bundle


def test_a_new_bundle_and_its_row_in_the_list_lead_to_the_page_that_says_how_it_is_filled(client, english_desk):
    client.force_login(makers.person_of_role("editor"))
    page = client.post("/admin/articles/bundle/add/", {"name": "Two"}, follow=True)
    bundle = Bundle.objects.get()
    steps = f"/admin/articles/bundle/{bundle.pk}/steps/"
    assert page.redirect_chain == [(steps, 302)] and "on its writing screen" in page.content.decode()
    assert f'href="{steps}' in client.get("/admin/articles/bundle/").content.decode()
