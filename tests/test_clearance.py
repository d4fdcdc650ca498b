"""Nothing leaves the house unless it was cleared by name."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from articles import publishing
from articles.models import Edition
from ledger import site_version
from ledger.models import Entry, User
from missions import clearance, figures
from missions.models import Clearance, Deployment, Person, Tour
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def observer():
    return Person.objects.create(
        family_name="Observer", given_name="Invented", patronymic="Private", name_latin="Latin Observer",
        service_number="S-1", note="private", born=date(1980, 1, 2), sex="f",
    )  # fmt: skip


@pytest.fixture
def tour(observer):
    post = makers.golan_contingent(start=date(2024, 3, 1), end=date(2025, 4, 11), cleared=())
    return Tour.objects.create(
        person=observer, deployment=post, start=date(2024, 3, 1), end=date(2025, 4, 11), appointment="liaison officer",
        rank="captain",
    )  # fmt: skip


def clear(record, *fields, by, at, **values):
    return [clearance.clear(record, field, basis="consent", by=by, at=at, **values) for field in fields]


def test_of_a_person_nothing_is_public_by_default(observer, tour, noon):
    assert clearance.public(observer, at=noon) is None
    assert clearance.public(tour, at=noon) is None and clearance.public(tour.deployment, at=noon) is None


def test_only_what_was_cleared_is_told_and_never_the_patronymic_or_number(observer, tour, officer, noon):
    clear(observer, "name", by=officer, at=noon)
    clear(tour, "rank", "mission", by=officer, at=noon)
    shown = clearance.public(observer, at=noon)
    assert shown == clearance.PublicPerson("Latin Observer", (clearance.PublicTour(mission="UNDOF", rank="captain"),))
    with override("ru"):
        assert clearance.public(observer, at=noon).name == "Invented Observer"


def test_a_clearance_holds_from_its_moment_to_its_end_and_not_beyond(observer, officer, noon):
    clear(observer, "name", by=officer, at=noon, since=noon + timedelta(days=1), until=noon + timedelta(days=2))
    told = [clearance.public(observer, at=noon + timedelta(hours=hours)) is not None for hours in (0, 23, 24, 47, 48)]
    assert told == [False, False, True, True, False]


def test_nobody_is_named_while_on_a_tour(observer, tour, officer, noon):
    clear(observer, "name", by=officer, at=noon.replace(year=2024, month=6))
    assert clearance.public(observer, at=noon.replace(year=2024, month=7)) is None
    assert clearance.public(observer, at=noon) is not None


def test_a_month_is_told_instead_of_a_day_and_the_end_only_when_it_came(tour, officer, noon):
    clear(tour, "period", by=officer, at=noon.replace(year=2024), coarseness=Clearance.Coarseness.MONTH)
    assert clearance.public(tour, at=noon.replace(year=2024)).period == "since March 2024"
    assert clearance.public(tour, at=noon).period == "March 2024 – April 2025"


def test_a_place_cleared_as_mission_only_is_never_told(officer, noon):
    post = makers.golan_contingent(place="A village", end=date(2025, 1, 1), cleared=())
    clear(post, "kind", by=officer, at=noon)
    clear(post, "place", by=officer, at=noon, coarseness=Clearance.Coarseness.MISSION)
    assert clearance.public(post, at=noon).place == ""


def test_a_casualty_waits_for_the_next_of_kin_a_day_and_two_different_people(observer, tour, officer, noon):
    second = makers.person_of_role("records officer", "second-officer")
    clear(observer, "name", by=officer, at=noon - timedelta(days=9))
    clear(tour, "rank", by=officer, at=noon - timedelta(days=9))
    assert clearance.public(observer, at=noon)
    Tour.objects.filter(pk=tour.pk).update(casualty="fatality")
    tour.refresh_from_db()
    assert clearance.public(observer, at=noon) is None and clearance.public(tour, at=noon) is None
    with pytest.raises(clearance.NotClearable):
        clear(tour, "casualty", by=officer, at=noon)
    tour.next_of_kin_told_at = noon
    tour.save()
    (given,) = clear(tour, "casualty", by=officer, at=noon)
    late = noon + timedelta(hours=30)
    assert clearance.public(tour, at=late) is None
    with pytest.raises(clearance.NotClearable):
        clearance.second(given, by=officer, at=noon)
    clearance.second(given, by=second, at=noon + timedelta(hours=1))
    assert clearance.public(observer, at=noon + timedelta(hours=23)) is None
    assert clearance.public(tour, at=noon + timedelta(hours=24)).casualty == "fatality"
    assert clearance.public(observer, at=late).name == "Latin Observer"


def told(text, at):
    """This will return the value of a figure as the public may know it, and as the house knows it."""
    answer = figures.ask(figures.parse(text), on=date(2025, 1, 1))
    return clearance.answers([answer], at=at)[0].value, answer.value


def test_a_small_group_is_not_told_apart_by_sex_or_category_in_public(settings, noon):
    post = makers.golan_contingent(strength=4, women=1)
    assert told("strength mission=UNDOF", noon) == (4, 4)
    assert told("women mission=UNDOF", noon) == (None, 1)
    assert told("strength mission=UNDOF kind=contingent", noon) == (None, 4)
    shown = clearance.public(post, at=noon)
    assert (shown.strength, shown.is_small, shown.women) == (None, True, None)
    settings.SMALL_GROUP = 4
    assert told("women mission=UNDOF", noon) == (1, 1)
    shown = clearance.public(post, at=noon)
    assert (shown.strength, shown.is_small, shown.women) == (4, False, 1)


def test_what_the_un_published_of_a_small_group_is_told(officer, noon):
    post = makers.golan_contingent(strength=4, women=1, cleared=())
    for field in ("kind", "strength", "women"):
        clearance.clear(post, field, basis="un_publication", by=officer, at=noon)
    shown = clearance.public(post, at=noon)
    assert (shown.strength, shown.is_small, shown.women) == (4, False, 1)


@pytest.mark.parametrize(
    ("figure", "field"),
    [
        ("strength mission=UNDOF", "strength"), ("women", "women"), ("authorised_strength mission=UNDOF",
        "authorised_strength"), ("missions_joined", "kind"), ("years_since_first_tour", "period"),
    ],
)  # fmt: skip
def test_a_figure_is_public_only_while_its_deployments_are_cleared_for_it(noon, figure, field):
    second = makers.golan_contingent(cleared=(), start=date(2024, 3, 1), rotation=2, authorised_strength=200)
    value = figures.ask(figures.parse(figure), on=date(2025, 1, 1)).value
    assert value is not None and told(figure, noon) == (None, value)
    makers.clear(second, field)
    assert told(figure, noon) == (value, value)
    second.clearances.update(revoked_at=noon, revoked_by=makers.person_of_role("records officer"))
    assert told(figure, noon) == (None, value)


def test_an_uncleared_deployment_stands_on_no_page_and_its_figure_blocks_the_approval(client, editor, noon):
    makers.golan_contingent(strength=871, women=863, cleared=())
    draft = makers.draft_story(noon)
    with pytest.raises(publishing.CannotApprove, match=r"strength mission=UNDOF.*Not every"):
        publishing.approve(draft, by=editor, at=noon)
    for address in ("/en/", "/en/missions/undof/"):
        assert not re.search(r"\b8(71|63)\b", client.get(address).content.decode())


def test_revoking_a_deployments_clearance_suppresses_every_story_that_prints_its_figure(client, officer, editor, noon):
    post = makers.golan_contingent()
    story = makers.approved_story(noon, editor)
    untouched = makers.approved_story(noon, editor, body="<p>Text.</p>", slug="other")
    clearance.revoke(post.clearances.get(field="kind"), by=officer, at=noon)
    assert client.get(f"/en/articles/{story.slug}/").status_code == 200
    clearance.revoke(post.clearances.get(field="strength"), by=officer, at=noon)
    page = client.get(f"/en/articles/{story.slug}/")
    assert page.status_code == 410 and "139" not in page.content.decode()
    assert client.get(f"/en/articles/{untouched.slug}/").status_code == 200


def test_the_desk_is_told_what_an_uncleared_rotation_changes_and_the_reader_only_when_it_is_cleared(
    client, officer, editor, noon
):
    makers.golan_contingent()
    story = makers.approved_story(noon, editor)
    second = makers.golan_contingent(strength=20, cleared=(), kind=Deployment.Kind.STAFF_OFFICERS)
    page = lambda: client.get(f"/en/articles/{story.slug}/").content.decode()  # noqa: E731
    clearance.clear(second, "kind", basis="official_release", by=officer, at=noon)
    assert story.claims.get().value_today == 159 and "159" not in page()
    clearance.clear(second, "strength", basis="official_release", by=officer, at=noon)
    assert "159" in page()


def named_story(observer, editor, at, **values):
    draft = makers.draft_story(at - timedelta(hours=1), body="<p>Text.</p>", **values)
    draft.article.people.add(observer)
    return publishing.approve(draft, by=editor, at=at)


def test_revoking_suppresses_every_story_that_names_the_person_past_ones_too(client, observer, officer, editor, noon):
    (given,) = clear(observer, "name", by=officer, at=noon - timedelta(days=2))
    first = named_story(observer, editor, noon - timedelta(days=1))
    later = makers.draft_story(noon, article=first.article, number=2, body="<p>Text.</p>")
    publishing.approve(later, by=editor, at=noon)
    other = makers.approved_story(noon, editor, body="<p>Text.</p>", slug="other")
    addresses = ["/en/articles/golan-contingent/", "/en/articles/golan-contingent/1/"]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    before = site_version.current()
    clearance.revoke(given, by=officer, at=noon + timedelta(hours=1))
    assert [client.get(address).status_code for address in addresses] == [410, 404]
    assert client.get(f"/en/articles/{other.slug}/").status_code == 200
    assert site_version.current() == before + 1
    assert {edition.pk for edition in Edition.objects.suppressed_for_desk(noon + timedelta(hours=1))} == {later.pk}
    client.force_login(editor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "Suppressed" in client.get("/admin/").content.decode()


def test_a_clearance_that_expires_takes_its_story_with_it_without_any_job(observer, officer, editor, noon):
    clear(observer, "name", by=officer, at=noon - timedelta(days=2), until=noon + timedelta(days=5))
    story = named_story(observer, editor, noon)
    clear(observer, "name", by=officer, at=noon, until=noon + timedelta(days=7))
    alive = [Edition.objects.published(noon + timedelta(days=days)).filter(pk=story.pk).exists() for days in (1, 6, 8)]
    assert alive == [True, True, False]


def test_a_clearance_is_given_seconded_and_revoked_on_the_desk_and_noted_in_the_ledger(client, tour, officer):
    client.force_login(officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = "/admin/missions/clearance/add/"
    data = {"tour": tour.pk, "cleared_fields": ["person.name"], "coarseness": "exact", "basis": "consent"}
    assert "Name the one record" in client.post(page, data).content.decode()
    assert client.post(page, {**data, "cleared_fields": ["tour.rank", "tour.mission"]}).status_code == 302
    given, other = Clearance.objects.order_by("pk")
    assert (given.field, given.by, given.subject, other.field) == ("rank", officer, tour, "mission")
    chosen = {"_selected_action": given.pk}
    answer = client.post("/admin/missions/clearance/", {"action": "second", **chosen}, follow=True)
    assert "another person" in answer.content.decode()
    client.post("/admin/missions/clearance/", {"action": "revoke", **chosen})
    given.refresh_from_db()
    assert given.revoked_by == officer
    verbs = Entry.objects.filter(noun="missions.clearance").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["clear", "clear", "look at", "revoke"]  # the list was looked at between


@pytest.mark.parametrize("basis", ["official_release", "un_publication"])
def test_nobody_is_named_without_their_own_consent(client, observer, officer, noon, basis):
    with pytest.raises(clearance.NotClearable, match="consent"):
        clearance.clear(observer, "name", basis=basis, by=officer, at=noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.create(person=observer, field="name", basis=basis, by=officer, since=noon)
    client.force_login(officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    data = {"person": observer.pk, "cleared_fields": ["person.name"], "coarseness": "exact", "basis": basis}
    page = client.post("/admin/missions/clearance/add/", data).content.decode()
    assert "only with the consent of the person" in page and not Clearance.objects.exists()


def test_a_clearance_cannot_end_before_it_starts(observer, officer, noon):
    with pytest.raises(ValidationError):
        clear(observer, "name", by=officer, at=noon, until=noon - timedelta(days=1))


def test_an_approval_looks_ahead_to_the_end_of_a_clearance_that_is_running(observer, officer, editor, noon):
    clear(observer, "name", by=officer, at=noon - timedelta(days=2), until=noon + timedelta(days=5))
    story = named_story(observer, editor, noon)
    alive = [Edition.objects.published(noon + timedelta(days=days)).filter(pk=story.pk).exists() for days in (4, 6)]
    assert alive == [True, False]


def test_a_story_is_not_public_when_who_it_names_serves_again(observer, tour, officer, editor, noon):
    clear(observer, "name", by=officer, at=noon - timedelta(days=2))
    story = named_story(observer, editor, noon)
    second = makers.golan_contingent(strength=120, start=date(2025, 10, 1), rotation=2, cleared=())
    Tour.objects.create(person=observer, deployment=second, start=noon.date() + timedelta(days=3))
    record_changed.send(sender=Tour, at=noon, by=officer)
    alive = [Edition.objects.published(noon + timedelta(days=days)).filter(pk=story.pk).exists() for days in (2, 3)]
    assert alive == [True, False]
    draft = makers.draft_story(noon, body="<p>Text.</p>", slug="other")
    draft.article.people.add(observer)
    with pytest.raises(publishing.CannotApprove, match="not cleared"):
        publishing.approve(draft, by=editor, at=noon, public_from=noon + timedelta(days=5))


def released_injury(tour, officer, noon):
    """The tour's injury, made public on two words after the next of kin were told nine days ago."""
    second = makers.person_of_role("records officer", "second-officer")
    tour.casualty, tour.next_of_kin_told_at = "injury", noon - timedelta(days=9)
    tour.save()
    (given,) = clear(tour, "casualty", by=officer, at=noon - timedelta(days=8))
    clearance.second(given, by=second, at=noon - timedelta(days=8))
    return given


def test_the_release_of_an_injury_releases_no_death(observer, tour, officer, noon):
    clear(observer, "name", by=officer, at=noon - timedelta(days=9))
    released_injury(tour, officer, noon)
    assert clearance.public(tour, at=noon).casualty == "injury"
    tour.casualty = "fatality"
    with pytest.raises(ValidationError, match="told to the next of kin anew"):
        tour.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        tour.save()
    tour.next_of_kin_told_at = noon - timedelta(days=2)
    tour.save()
    assert clearance.public(observer, at=noon) is None and clearance.public(tour, at=noon) is None


def test_no_word_is_given_for_a_casualty_before_the_next_of_kin_are_told(tour, officer, noon):
    Tour.objects.filter(pk=tour.pk).update(casualty="fatality", next_of_kin_told_at=noon + timedelta(days=30))
    tour.refresh_from_db()
    with pytest.raises(clearance.NotClearable):
        clear(tour, "casualty", by=officer, at=noon)


def test_a_story_ends_with_the_release_of_the_casualty_that_it_rests_on(observer, tour, officer, editor, noon):
    clear(observer, "name", by=officer, at=noon - timedelta(days=9))
    given = released_injury(tour, officer, noon)
    Clearance.objects.filter(pk=given.pk).update(until=noon + timedelta(days=3))
    story = named_story(observer, editor, noon)
    alive = [Edition.objects.published(noon + timedelta(days=days)).filter(pk=story.pk).exists() for days in (2, 4)]
    assert alive == [True, False]


def test_a_second_word_on_an_old_reading_does_not_undo_a_revocation(observer, officer, noon):
    (given,) = clear(observer, "name", by=officer, at=noon)
    stale = Clearance.objects.get(pk=given.pk)
    clearance.revoke(given, by=officer, at=noon)
    with pytest.raises(clearance.NotClearable):
        clearance.second(stale, by=makers.person_of_role("records officer", "second-officer"), at=noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.filter(pk=given.pk).update(revoked_at=None, revoked_by=None)
    assert clearance.public(observer, at=noon) is None


def test_revoking_makes_the_field_private_whatever_else_had_cleared_it(observer, officer, noon):
    first, second = clear(observer, "name", by=officer, at=noon), clear(observer, "name", by=officer, at=noon)
    clearance.revoke(second[0], by=officer, at=noon + timedelta(hours=1))
    assert clearance.public(observer, at=noon + timedelta(hours=1)) is None
    first[0].refresh_from_db()
    assert first[0].revoked_by == officer


def test_what_is_cleared_of_a_tour_never_becomes_another_persons(observer, tour, officer, noon):
    clear(tour, "rank", by=officer, at=noon)
    tour.person = Person.objects.create(family_name="Other", given_name="Invented")
    with pytest.raises(ValidationError, match="revoke the clearances first"):
        tour.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        tour.save()


def test_a_small_group_cannot_be_reckoned_from_the_missions_sum(client, noon):
    makers.golan_contingent(strength=139, women=7)
    makers.golan_contingent(strength=3, women=1, kind=Deployment.Kind.STAFF_OFFICERS)
    assert told("strength mission=UNDOF", noon) == (None, 142) and told("women", noon) == (None, 8)
    assert told("strength", noon) == (142, 142)
    page = client.get("/en/missions/undof/").content.decode()
    assert "142" not in page and "139" in page and "under 5" in page


def test_a_source_goes_out_only_with_a_number(officer, noon):
    post = makers.golan_contingent(cleared=("kind",))
    assert clearance.public(post, at=noon).source is None
    makers.clear(post, "strength")
    assert clearance.public(post, at=noon).source == post.source


def test_a_count_of_named_tours_needs_a_clearance_of_its_own(noon):
    post = makers.golan_contingent(strength=2, women=None, start=date(2024, 3, 1))
    for number in range(3):
        person = Person.objects.create(family_name=f"Invented {number}", given_name="Soldier")
        Tour.objects.create(person=person, deployment=post, start=date(2024, 3, 1))
    assert told("tours", noon) == (None, 3) and told("persons_served", noon) == (None, 3)
    makers.clear(post, "tours")
    assert told("tours", noon) == (3, 3)


def test_a_reader_is_told_nothing_that_rests_on_a_clearance_with_an_end(client, officer, editor, noon):
    makers.golan_contingent()
    story = makers.approved_story(noon, editor)
    second = makers.golan_contingent(strength=20, cleared=("kind",), kind=Deployment.Kind.STAFF_OFFICERS)
    clearance.clear(second, "strength", basis="official_release", by=officer, at=noon, until=noon + timedelta(days=2))
    assert story.claims.get().value_today == 159 and not story.claims.get().is_told
    assert "159" not in client.get(f"/en/articles/{story.slug}/").content.decode()


def test_an_editor_chooses_among_cleared_names_and_reads_no_other(client, observer, officer, noon):
    cleared = Person.objects.create(family_name="Cleared", given_name="Invented", patronymic="Private")
    at = timezone.now()
    clear(cleared, "name", by=officer, at=at)
    story = makers.draft_story(noon).article
    story.people.add(observer)
    for role in ("author", "editor", "photo editor"):
        client.force_login(User.objects.filter(groups__name=role).first() or makers.person_of_role(role))
        pages = [f"/admin/articles/article/{story.pk}/{part}/" for part in ("change", "history")]
        text = "".join(client.get(page).content.decode() for page in pages)
        assert ("Invented Cleared" in text) == (role != "photo editor")
        assert not re.search("Observer|Private|Latin", text), role
