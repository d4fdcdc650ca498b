import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles import publishing, writing
from articles.models import Claim, Correction, Edition, State, Transition
from ledger import site_version
from missions import clearance
from missions.models import Deployment, Person, Tour
from missions.signals import record_changed
from tests import makers

pytestmark = pytest.mark.django_db


def refuses(change):
    """The database itself must refuse; the block keeps the test's transaction usable."""
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_nothing_of_a_draft_is_public(client, noon, contingent):
    draft = makers.draft_story(noon, title="A secret title")
    for address in ("/en/", "/en/articles/", f"/en/articles/{draft.slug}/", f"/en/articles/{draft.slug}/1/",
                    "/en/missions/undof/"):  # fmt: skip
        assert "A secret title" not in client.get(address).content.decode()
    assert client.get(f"/en/articles/{draft.slug}/").status_code == 404


def test_an_approved_edition_is_public_at_once_and_on_its_missions_page(client, editor, noon, contingent):
    makers.approved_story(noon, editor)
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert ">139</a>" in page and "The Paper" in page
    assert "The Golan contingent" in client.get("/en/missions/undof/").content.decode()


def test_an_edition_becomes_public_when_its_hour_comes_without_any_job(editor, noon, contingent):
    draft = makers.draft_story(noon)
    publishing.approve(draft, by=editor, at=noon, public_from=noon + timedelta(hours=2))
    assert not Edition.objects.in_force(noon + timedelta(minutes=119)).exists()
    assert Edition.objects.in_force(noon + timedelta(hours=2)).get() == draft


def test_the_next_edition_takes_over_and_the_earlier_stays_readable_at_its_number(client, editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon + timedelta(days=1))
    second.title = "The Golan contingent, corrected"
    second.save()
    publishing.approve(second, by=editor, at=noon + timedelta(days=2))
    assert Edition.objects.in_force(noon + timedelta(days=1)).get() == first
    assert Edition.objects.in_force(noon + timedelta(days=2)).get() == second
    assert "earlier edition" in client.get("/en/articles/golan-contingent/1/").content.decode()


def test_cancelling_a_scheduled_edition_leaves_the_one_in_force_where_it_is(editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon)
    publishing.approve(second, by=editor, at=noon, public_from=noon + timedelta(days=3))
    publishing.withdraw(second, reason="Not needed", by=editor, at=noon + timedelta(days=1))
    assert Edition.objects.in_force(noon + timedelta(days=5)).get() == first


def test_a_withdrawn_story_answers_410_with_its_reason_and_brings_nothing_older_back(client, editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon)
    publishing.approve(second, by=editor, at=noon)
    publishing.withdraw(second, reason="Its central claim was false.", by=editor, at=noon + timedelta(days=1))
    response = client.get("/en/articles/golan-contingent/")
    assert response.status_code == 410
    assert "Its central claim was false." in response.content.decode()
    assert not Edition.objects.in_force(noon + timedelta(days=2)).exists()


def test_an_earlier_edition_of_a_withdrawn_story_gives_the_reason_and_claims_no_expiry(
    client, editor, noon, contingent
):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon)
    publishing.approve(second, by=editor, at=noon)
    publishing.withdraw(second, reason="Its central claim was false.", by=editor, at=noon + timedelta(days=1))
    page = client.get("/en/articles/golan-contingent/1/").content.decode()
    assert "This story was withdrawn" in page and "Its central claim was false." in page
    assert "This edition has ended." not in page


def test_a_reason_that_a_suppression_hides_is_not_read_at_the_earlier_edition(client, editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon)
    publishing.approve(second, by=editor, at=noon)
    publishing.withdraw(second, reason="It names a person.", by=editor, at=noon + timedelta(days=1))
    Edition.objects.filter(pk=second.pk).update(suppressed_at=noon + timedelta(days=1))
    assert "It names a person." not in client.get("/en/articles/golan-contingent/1/").content.decode()


def test_the_reason_of_a_withdrawal_names_nobody_and_no_place_that_is_not_cleared(client, editor, noon, contingent):
    edition = makers.approved_story(noon, editor, body="<p>Text</p>")
    observer = Person.objects.create(family_name="Тайнов", given_name="Данияр")
    Deployment.objects.update(place="Camp Zephyr")
    for reason in ("Против был Данияр Тайнов.", "It told of Camp Zephyr."):
        with pytest.raises(publishing.CannotWithdraw, match="The reason names"):
            publishing.withdraw(edition, reason=reason, by=editor, at=noon)
    assert client.get("/en/articles/golan-contingent/").status_code == 200
    name = clearance.clear(observer, "name", basis="consent", by=editor, at=noon)
    publishing.withdraw(edition, reason="Против был Данияр Тайнов.", by=editor, at=noon + timedelta(hours=1))
    assert "Тайнов" in client.get("/en/articles/golan-contingent/").content.decode()
    clearance.revoke(name, by=editor, at=noon + timedelta(days=1))
    response = client.get("/en/articles/golan-contingent/")
    assert response.status_code == 410 and "Тайнов" not in response.content.decode()


def test_an_old_address_leads_to_the_story_for_ever(client, editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon)
    Edition.objects.filter(pk=second.pk).update(slug="golan-today")
    publishing.approve(second, by=editor, at=noon)
    response = client.get("/en/articles/golan-contingent/")
    assert (response.status_code, response["Location"]) == (301, "/en/articles/golan-today/")


def test_a_story_missing_in_a_language_says_so_and_offers_the_others(client, editor, noon, contingent):
    makers.approved_story(noon, editor)
    response = client.get("/ru/articles/golan-contingent/")
    assert response.status_code == 404
    assert "/en/articles/golan-contingent/" in response.content.decode()


def test_the_address_of_a_story_whose_hour_has_not_come_is_told_to_nobody(client, editor, noon, contingent):
    english = makers.approved_story(noon, editor)
    russian = makers.draft_story(noon, language="ru", article=english.article, slug="soon-in-russian")
    publishing.approve(russian, by=editor, at=noon, public_from=noon + timedelta(days=36500))
    page = client.get("/ru/articles/soon-in-russian/")
    assert page.status_code == 404 and "golan-contingent" not in page.content.decode()
    assert "golan-contingent" in client.get("/kk/articles/golan-contingent/").content.decode()


def test_approval_names_every_problem_and_changes_nothing(editor, noon):
    draft = makers.draft_story(noon, standfirst=" ", body="<p>[[strength mission=NOWHERE]]</p>")
    with pytest.raises(publishing.CannotApprove) as refusal:
        publishing.approve(draft, by=editor, at=noon)
    assert len(refusal.value.problems) == 2
    assert "NOWHERE" in refusal.value.problems[1]
    draft.refresh_from_db()
    assert draft.state == State.DRAFT and not Claim.objects.exists()


def test_a_figure_that_the_record_cannot_answer_is_never_printed(editor, noon):
    makers.golan_contingent(strength=None, women=None)
    with pytest.raises(publishing.CannotApprove, match="strength mission=UNDOF"):
        publishing.approve(makers.draft_story(noon), by=editor, at=noon)


def test_an_uncleared_person_blocks_the_approval_until_cleared_after_the_tour(editor, noon, contingent):
    draft = makers.draft_story(noon)
    observer = Person.objects.create(family_name="Observer", given_name="Invented")
    Tour.objects.create(person=observer, deployment=contingent, start=contingent.start, end=noon.date())
    draft.article.people.add(observer)
    with pytest.raises(publishing.CannotApprove, match="not cleared"):
        publishing.approve(draft, by=editor, at=noon)
    clearance.clear(observer, "name", basis="consent", by=editor, at=noon)
    assert publishing.approve(draft, by=editor, at=noon).state == State.APPROVED


def test_languages_of_one_story_never_print_different_values_for_one_day(editor, noon, contingent):
    english = makers.approved_story(noon, editor)
    Deployment.objects.update(strength=140)
    russian = makers.draft_story(noon, language="ru", article=english.article, slug="golany")
    with pytest.raises(publishing.CannotApprove, match="139"):
        publishing.approve(russian, by=editor, at=noon)


@pytest.mark.parametrize("field", ["title", "slug", "standfirst", "byline", "body"])
def test_what_an_approved_edition_printed_can_be_changed_by_no_path(editor, noon, contingent, field):
    edition = makers.approved_story(noon, editor)
    refuses(lambda: Edition.objects.filter(pk=edition.pk).update(**{field: "changed"}))


def test_the_database_refuses_to_undo_or_delete_an_approval_and_its_claims(editor, noon, contingent):
    edition = makers.approved_story(noon, editor)
    refuses(lambda: Edition.objects.filter(pk=edition.pk).update(state="draft", approved_at=None))
    refuses(lambda: Edition.objects.filter(pk=edition.pk)._raw_delete("default"))
    refuses(lambda: edition.claims.update(value=140))
    refuses(lambda: edition.claims.all()._raw_delete("default"))
    refuses(lambda: Claim.objects.create(
        edition=edition, place=9, key="strength", value=1, printed="1", unit="persons", as_of=noon.date(), asked_at=noon
    ))  # fmt: skip


def test_corrections_and_transitions_are_append_only(editor, noon, contingent):
    edition = makers.approved_story(noon, editor)
    second = publishing.open_next(edition, by=makers.author(), at=noon)
    Edition.objects.filter(pk=second.pk).update(correction="It was 139.")
    publishing.approve(second, by=editor, at=noon)
    correction = Correction.objects.get(edition=edition, set_right_by=second, text="It was 139.")
    refuses(lambda: Correction.objects.filter(pk=correction.pk).update(text="Nothing happened."))
    refuses(lambda: Correction.objects.filter(pk=correction.pk)._raw_delete("default"))
    refuses(lambda: Transition.objects.update(reason="other"))


def test_no_two_stories_share_an_address_in_one_language(editor, noon, contingent):
    makers.approved_story(noon, editor)
    refuses(lambda: makers.draft_story(noon))
    makers.draft_story(noon, language="ru")  # another language may


def test_an_edition_is_never_public_before_its_approval(editor, noon, contingent):
    with pytest.raises(publishing.CannotApprove):
        publishing.approve(makers.draft_story(noon), by=editor, at=noon, public_from=noon - timedelta(days=1))
    edition = Edition.objects.get()
    refuses(lambda: Edition.objects.filter(pk=edition.pk).update(
        state="approved", approved_at=noon, approved_by=editor, public_from=noon - timedelta(seconds=1)
    ))  # fmt: skip


def test_a_printed_figure_stays_and_is_asked_again_when_the_record_changes(client, editor, noon, contingent):
    edition = makers.approved_story(noon, editor)
    later = noon + timedelta(days=100)
    contingent.end = noon.date() + timedelta(days=30)
    contingent.save()
    makers.golan_contingent(strength=150, women=9, start=contingent.end)
    record_changed.send(sender=Deployment, at=later, by=editor)
    claim = edition.claims.get()
    assert (claim.value, claim.verdict, claim.value_then, claim.value_today) == (139, "moved_on", 139, 150)
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert ">139</a>" in page and "the record says 150" in page
    Deployment.objects.filter(pk=contingent.pk).update(strength=137)
    record_changed.send(sender=Deployment, at=later, by=editor)
    claim.refresh_from_db()
    assert (claim.value, claim.verdict, claim.value_then) == (139, "wrong", 137)


def test_script_in_the_body_never_reaches_the_reader(client, editor, noon, contingent):
    hostile = "<p onclick='x()'>Text<script>alert(1)</script><img src=x onerror=y></p><a href='javascript:z'>w</a>"
    makers.approved_story(noon, editor, body=hostile)
    page = client.get("/en/articles/golan-contingent/").content.decode()
    for trace in ("alert(1)", "onclick", "onerror", "javascript:"):
        assert trace not in page


def test_nothing_is_ever_printed_into_the_tag_of_a_link_or_a_picture(client, editor, noon, contingent):
    other = makers.approved_story(noon, editor, slug="other", title="Another story", body="<p>Text</p>")
    mark = f"[[story {other.article_id}]]"
    draft = makers.draft_story(
        noon,
        body='<p><a href="https://paper.example/[[photo 1]]">one</a> [[photo 1]] '
        '<a href="https://paper.example/?[[strength mission=UNDOF]]">two</a> [[strength mission=UNDOF]]</p>',
    )
    draft.photo_uses.create(place=1, photo=makers.photo(noon), alt=f"A chart {mark}", caption=f"Drawn {mark}")
    publishing.approve(draft, by=editor, at=noon)
    page = client.get("/en/articles/golan-contingent/").content.decode()
    assert page.count("<figure") == 1 and page.count('class="figure"') == 1 and "Another story" not in page
    assert re.findall(r'href="(https://paper.example/\S*)"', page.partition('class="figure"')[0]) == [
        "https://paper.example/%5B%5Bphoto%201%5D%5D",
        "https://paper.example/?%5B%5Bstrength%20mission=UNDOF%5D%5D",
    ]


def test_a_token_is_no_template_and_a_broken_one_names_itself(editor, noon, contingent):
    draft = makers.draft_story(noon, body="<p>{{ request }} {% now %} [[weather]]</p>")
    with pytest.raises(publishing.CannotApprove, match="weather"):
        publishing.approve(draft, by=editor, at=noon)


def test_the_site_version_rises_with_every_approval(editor, noon, contingent):
    before = site_version.current()
    makers.approved_story(noon, editor)
    assert site_version.current() > before


def test_public_pages_ask_for_a_moment_that_has_come(client, editor, contingent):
    now = timezone.now()
    draft = makers.draft_story(now)
    publishing.approve(draft, by=editor, at=now, public_from=now + timedelta(days=1))
    assert client.get(f"/en/articles/{draft.slug}/").status_code == 404


def test_who_alone_wrote_in_an_imported_draft_does_not_approve_it_unless_the_newsroom_says_so(client, noon, settings):
    makers.golan_contingent()
    imported = makers.draft_story(noon)
    editor, colleague = makers.person_of_role("editor"), makers.person_of_role("editor", "colleague")
    imported = writing.save(imported, {"title": "Quite another title"}, version=1, by=editor, at=noon)
    with pytest.raises(publishing.CannotApprove, match="You wrote this text"):
        publishing.approve(imported, by=editor, at=noon)
    client.force_login(editor)
    page = client.get(f"/admin/articles/edition/{imported.pk}/change/", headers={"accept-language": "en"})
    assert "somebody else has to approve it" in page.content.decode()
    assert 'value="approve"' not in page.content.decode()
    assert publishing.approve(imported, by=colleague, at=noon).state == "approved"


def test_an_earlier_edition_that_was_corrected_does_not_lead_to_itself(client, editor, noon, contingent):
    first = makers.approved_story(noon, editor)
    second = publishing.open_next(first, by=makers.author(), at=noon)
    Edition.objects.filter(pk=second.pk).update(correction="The title was wrong.")
    publishing.approve(second, by=editor, at=noon)
    own = 'href="/en/articles/golan-contingent/1/"'
    assert own in client.get("/en/articles/golan-contingent/").content.decode()
    page = client.get("/en/articles/golan-contingent/1/").content.decode()
    assert "The title was wrong." in page and own not in page
