"""What a story rests on besides a name: a place, a picture; and what the newsroom hears before a clearance ends."""

from datetime import timedelta

import pytest

from articles import readiness
from articles.models import Edition, Notice
from missions import clearance
from missions.models import Deployment, Person
from missions.signals import record_changed
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ready_pictures")]
DAY = timedelta(days=1)


@pytest.fixture
def camp(noon):
    """A contingent that came home and whose place is cleared."""
    contingent = makers.golan_contingent(place="Camp Faouar", end=noon.date() - 30 * DAY)
    makers.clear(contingent, "place")
    return contingent


def story_of_the_camp(noon, editor, **values):
    return makers.approved_story(noon, editor, **{"body": "<p>At Camp Faouar.</p>", "slug": "faouar", **values})


def is_public(edition, at):
    return Edition.objects.published(at).filter(pk=edition.pk).exists()


@pytest.mark.parametrize("field", ["title", "standfirst", "body", "correction"])
def test_a_printed_place_is_gone_at_every_address_when_its_clearance_is_revoked(
    client, noon, editor, officer, camp, field
):
    first = makers.approved_story(noon - 9 * DAY, editor, slug="faouar", body="<p>At Camp Faouar.</p>")
    draft = makers.draft_story(noon, article=first.article, number=2, slug="faouar", **{"body": "<p>Text.</p>",
                               field: "<p>At Camp Faouar.</p>" if field == "body" else "At Camp Faouar."})  # fmt: skip
    makers.publishing.approve(draft, by=editor, at=noon)
    other = makers.approved_story(noon, editor, body="<p>Text.</p>", slug="other")
    clearance.revoke(camp.clearances.get(field="kind"), by=officer, at=noon)
    addresses = ["/en/articles/faouar/", "/en/articles/faouar/1/", "/en/articles/faouar/2/"]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
    clearance.revoke(camp.clearances.get(field="place"), by=officer, at=noon + DAY)
    assert [client.get(address).status_code for address in addresses] == [410, 404, 404]
    assert is_public(other, noon + DAY)


def test_the_end_of_a_places_clearance_takes_its_story_with_it_without_any_job(noon, editor, officer, camp):
    camp.clearances.filter(field="place").update(until=noon + 5 * DAY)
    story = story_of_the_camp(noon, editor)
    assert [is_public(story, noon + days * DAY) for days in (4, 5)] == [True, False]
    clearance.clear(camp, "place", basis="official_release", by=officer, at=noon, until=noon + 7 * DAY)
    assert [is_public(story, noon + days * DAY) for days in (6, 7)] == [True, False]


def test_a_place_where_the_contingent_turns_out_to_serve_still_is_no_longer_public(noon, editor, officer, camp):
    story = story_of_the_camp(noon, editor)
    Deployment.objects.update(end=None)
    record_changed.send(sender=Deployment, at=noon + DAY, by=officer)
    assert not is_public(story, noon + DAY)


def test_a_place_shared_by_two_contingents_rests_on_both(noon, editor, officer, camp):
    second = makers.golan_contingent(140, place="Camp Faouar", end=noon.date(), rotation=2)
    draft = makers.draft_story(noon, body="<p>At Camp Faouar.</p>")
    assert readiness.problems(draft, at=noon)[0] != []
    makers.clear(second, "place")
    story = makers.publishing.approve(draft, by=editor, at=noon)
    clearance.revoke(second.clearances.get(field="place"), by=officer, at=noon + DAY)
    assert not is_public(story, noon + DAY)


def test_a_place_that_a_missions_own_page_names_binds_no_story(noon, editor, officer, camp):
    camp.mission.headquarters = "Camp Faouar"
    camp.mission.save()
    story = story_of_the_camp(noon, editor)
    clearance.revoke(camp.clearances.get(field="place"), by=officer, at=noon + DAY)
    assert is_public(story, noon + DAY)


@pytest.fixture
def in_print(noon, editor, picture):
    """Two approved editions that print the picture, the second as its lead, and one that does not."""
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>", created_by=makers.author())
    draft.photo_uses.create(place=1, photo=picture)
    led = makers.draft_story(noon, body="<p>Text.</p>", slug="led")
    led.article.lead_photo = picture
    led.article.save()
    other = makers.draft_story(noon, body="<p>Text.</p>", slug="other")
    return [makers.publishing.approve(edition, by=editor, at=noon) for edition in (draft, led, other)]


def see_in(client, picture, *people, page="change/"):
    """This will say on the desk, as an administrator does, that the picture shows these people."""
    client.force_login(makers.person_of_role("administrator"))
    values = {name: getattr(picture, name) for name in ("credit", "licence", "alt_kk", "alt_ru", "alt_en",
              "caption_kk", "caption_ru", "caption_en", "focal_x", "focal_y")}  # fmt: skip
    values["people"] = [person.pk for person in people]
    assert client.post(f"/admin/articles/photo/{picture.pk}/{page}", values).status_code == 302
    client.logout()


def test_a_printed_picture_that_turns_out_to_show_somebody_uncleared_takes_its_stories_off_the_site(
    client, noon, picture, in_print, editor
):
    Notice.objects.all().delete()
    see_in(client, picture, Person.objects.create(family_name="Observer", given_name="Invented"))
    addresses = ["/en/articles/golan-contingent/", "/en/articles/led/", "/en/articles/other/"]
    assert [client.get(address).status_code for address in addresses] == [410, 410, 200]
    assert client.get(picture.url).status_code == 404
    told = Notice.objects.filter(kind="suppressed").values_list("user__username", "edition__slug")
    assert set(told) == {("author", "golan-contingent"), ("editor", "golan-contingent"), ("editor", "led")}


def test_an_earlier_state_of_a_picture_that_comes_back_with_somebody_uncleared_takes_its_stories_off_the_site(
    client, noon, picture, in_print
):
    observer = Person.objects.create(family_name="Observer", given_name="Invented")
    picture.people.add(observer)
    past = picture.history.latest("history_id")
    picture.people.clear()
    assert is_public(in_print[0], noon + DAY)
    see_in(client, picture, observer, page=f"history/{past.history_id}/")
    assert list(picture.people.all()) == [observer] and client.get("/en/articles/led/").status_code == 410


def test_whoever_is_seen_in_a_printed_picture_later_binds_its_stories_like_a_name_in_the_text(
    client, noon, picture, in_print, officer
):
    observer = Person.objects.create(family_name="Observer", given_name="Invented")
    given = clearance.clear(observer, "name", basis="consent", by=officer, at=noon)
    see_in(client, picture, observer)
    assert [is_public(edition, noon + DAY) for edition in in_print] == [True, True, True]
    clearance.revoke(given, by=officer, at=noon + DAY)
    assert [is_public(edition, noon + DAY) for edition in in_print] == [False, False, True]


def test_an_approved_story_that_waits_for_its_hour_never_comes_out_with_somebody_uncleared_in_its_picture(
    client, noon, picture, editor
):
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=picture)
    story = makers.publishing.approve(draft, by=editor, at=noon, public_from=noon + 9 * DAY)
    picture.people.add(Person.objects.create(family_name="Observer", given_name="Invented"))
    record_changed.send(sender=Person, at=noon + DAY, by=editor)
    assert not is_public(story, noon + 9 * DAY)


def inbox_of(user):
    return list(user.notices.filter(read_at=None).order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def observer():
    return Person.objects.create(family_name="Observer", given_name="Invented")


@pytest.fixture
def naming_story(noon, observer, editor):
    """A story by an author who stays, that names somebody whose clearance has no end yet."""
    clearance.clear(observer, "name", basis="consent", by=editor, at=noon - 9 * DAY)
    draft = makers.draft_story(noon, body="<p>Invented Observer.</p>", created_by=makers.author())
    story = makers.publishing.approve(draft, by=editor, at=noon)
    Notice.objects.all().delete()
    return story


def test_the_newsroom_hears_of_a_clearance_that_will_end_when_that_is_written_down(
    client, noon, observer, naming_story, editor
):
    observer.clearances.update(until=noon + 9 * DAY)
    record_changed.send(sender=Person, at=noon + DAY, by=editor)
    for user in (makers.author(), editor):
        assert inbox_of(user) == ["suppression_ahead"]
    client.force_login(editor)
    page = client.get("/admin/inbox/", headers={"accept-language": "en"}).content.decode()
    assert "rests on a clearance that ends" in page and "closes on 1 November 2025, 12:00" in page
    record_changed.send(sender=Person, at=noon + 2 * DAY, by=editor)
    assert inbox_of(editor) == ["suppression_ahead"]  # nothing new was written down


def test_an_end_that_moves_is_told_once_more_and_the_old_word_no_longer_waits(
    client, noon, observer, naming_story, editor, officer
):
    observer.clearances.update(until=noon + 9 * DAY)
    record_changed.send(sender=Person, at=noon, by=editor)
    clearance.clear(observer, "name", basis="consent", by=officer, at=noon, until=noon + 20 * DAY)
    assert inbox_of(editor) == ["suppression_ahead"] and editor.notices.count() == 2
    clearance.clear(observer, "name", basis="consent", by=officer, at=noon)
    assert inbox_of(editor) == []
    client.force_login(editor)
    assert "stays public" in client.get("/admin/inbox/", headers={"accept-language": "en"}).content.decode()


def test_a_revocation_takes_the_place_of_the_end_that_was_foretold(noon, observer, naming_story, editor, officer):
    observer.clearances.update(until=noon + 9 * DAY)
    record_changed.send(sender=Person, at=noon, by=editor)
    clearance.revoke(observer.clearances.get(), by=officer, at=noon + DAY)
    assert inbox_of(editor) == inbox_of(makers.author()) == ["suppressed"]


def test_who_approves_a_story_whose_clearance_has_an_end_is_told_at_once(noon, observer, editor):
    clearance.clear(observer, "name", basis="consent", by=editor, at=noon, until=noon + 9 * DAY)
    makers.publishing.approve(makers.draft_story(noon, body="<p>Invented Observer.</p>"), by=editor, at=noon)
    assert inbox_of(editor) == ["suppression_ahead"]


def test_a_withdrawn_story_waits_for_no_end_of_a_clearance(noon, observer, naming_story, editor):
    makers.publishing.withdraw(naming_story, reason="It was not so.", by=editor, at=noon)
    Notice.objects.all().delete()
    observer.clearances.update(until=noon + 9 * DAY)
    record_changed.send(sender=Person, at=noon, by=editor)
    assert not Notice.objects.exists()
