"""What each role may do to a text; which addresses open to whom is held by `test_doors`."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles import publishing
from articles.forms import PhotoForm
from articles.models import Comment, Edition, Photo, Section
from ledger.models import User
from ledger.roles import ROLES
from peacekeeping.demo import illustrations
from tests import makers

pytestmark = pytest.mark.django_db

A, E, P, R, S, D = "author", "editor", "photo editor", "records officer", "report staff", "administrator"
STAFF = {A, E, P, R, S, D, "staff without a role"}
NEWSROOM = {A, E, P, D}
PEOPLE = {*STAFF, "reader with an account", "nobody"}

# Steps of an open edition, sent with the form of its text: who may, and in which state the edition is.
FORM_DOES = {
    "submit": ({A, E, D}, "draft"),
    "send-back": ({E, D}, "in_review"),
    "approve": ({E, D}, "draft"),
}
# What may be sent, to the address of one edition.
DOES = {
    "withdraw": ({E, D}, "approved"),
    "open-next": ({A, E, D}, "approved"),
    "set-apart": ({E, D}, "draft"),
    "take-back": ({E, D}, "draft"),
    "other-place": ({E, D}, "draft"),
    "place-after-all": ({E, D}, "draft"),
}


def sign_in(client, who):
    """This will sign in somebody of that role, or leave the door as nobody finds it."""
    if who in ROLES:
        client.force_login(makers.person_of_role(who, f"{who}-at-the-door"))
    elif who != "nobody":
        client.force_login(User.objects.create_user("x", password="a long pass phrase", is_staff=who in STAFF))


def answer(client, address, method="get", **data):
    """This will return "opens", "closed" or "sent to the door", as the address answered."""
    response = getattr(client, method)(address, data)
    if response.status_code == 302 and "/login/" in response["Location"]:
        return "sent to the door"
    if response.status_code in (200, 302):
        return "opens"
    assert response.status_code == 403, f"{address} answers {response.status_code}"
    return "closed"


def expected(who, allowed):
    if who not in STAFF:
        return "sent to the door"
    return "opens" if who in allowed else "closed"


@pytest.mark.parametrize("step", sorted(DOES | FORM_DOES))
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_each_role_makes_the_steps_in_its_row_and_no_other(client, noon, who, step):
    allowed, state = (DOES | FORM_DOES)[step]
    editor = makers.person_of_role("editor", "another-editor")
    draft = makers.draft_story(noon, body="<p>Text</p>", created_by=makers.author())
    if state == "in_review":
        publishing.submit(draft, by=makers.author(), at=noon)
    elif state == "approved":
        publishing.approve(draft, by=editor, at=noon)
    sign_in(client, who)
    before = list(Edition.objects.values_list("state", "number").order_by("pk"))
    page, form = (step, {}) if step in DOES else ("change", makers.written(draft, _step=step))
    got = answer(client, reverse(f"admin:articles_edition_{page}", args=[draft.pk]), "post", reason="Because.", **form)
    assert got == expected(who, allowed)
    if step not in ("set-apart", "take-back", "other-place", "place-after-all"):
        after = list(Edition.objects.values_list("state", "number").order_by("pk"))
        assert (before != after) == (who in allowed)


@pytest.mark.parametrize("step", sorted(FORM_DOES))
def test_a_step_of_a_text_is_made_with_its_form_and_by_no_other_way(client, noon, step):
    draft = makers.draft_story(noon, body="<p>Text</p>", created_by=makers.author())
    if step == "send-back":
        publishing.submit(draft, by=makers.author(), at=noon)
    client.force_login(makers.person_of_role("editor"))
    before = Edition.objects.get(pk=draft.pk).state
    for sent in ({"reason": "Because."}, {"reason": "Because.", "_confirmed": "1"}):
        client.post(f"/admin/articles/edition/{draft.pk}/{step}/", sent)
        client.post(f"/admin/articles/edition/{draft.pk}/change/", {**sent, "_step": step})
    assert Edition.objects.get(pk=draft.pk).state == before


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_the_address_of_a_draft_is_told_only_to_who_may_see_it(client, noon, who):
    draft = makers.draft_story(noon)
    of_editions = ContentType.objects.get_for_model(Edition).pk
    sign_in(client, who)
    response = client.get(f"/admin/r/{of_editions}/{draft.pk}/")
    assert ("golan-contingent" in response.get("Location", "")) == (who in NEWSROOM)
    assert "golan-contingent" not in client.get(f"/admin/r/{of_editions}/ {draft.pk}/").get("Location", "")


# Whose comment on whose text each role settles; an editor's own text is an editor's like any other.
SETTLES = {
    ("anybody's", "anybody's"): {E, D},
    ("anybody's", "one's own"): {A, E, D},
    ("one's own", "anybody's"): {A, E, D},
}  # fmt: skip


@pytest.mark.parametrize(("comment", "text"), SETTLES)
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_each_role_settles_the_comments_in_its_row_and_no_other(client, noon, who, comment, text):
    sign_in(client, who)
    me = User.objects.filter(pk=client.session.get("_auth_user_id")).first()
    colleague = makers.person_of_role("editor", "colleague")
    draft = makers.draft_story(noon, created_by=me if text == "one's own" else colleague)
    written = Comment.objects.create(
        edition=draft, text="Is this so?", by=(me if comment == "one's own" else None) or colleague, at=noon
    )
    address = reverse("admin:articles_edition_review", args=[draft.pk])
    allowed = SETTLES[comment, text]
    assert answer(client, address, "post", do="settle", comment=written.pk) == expected(who, allowed)
    written.refresh_from_db()
    assert bool(written.settled_at) == (who in allowed)


def test_what_the_public_sees_of_an_approved_story_at_once_is_not_the_authors_to_change(client, noon):
    editor = makers.person_of_role("editor")
    edition = makers.approved_story(noon, editor, body="<p>Text</p>")
    article, mission = edition.article, makers.golan_mission()
    form = {
        "working_title": "Renamed", "section": Section.objects.get(slug="history").pk, "missions": [mission.pk],
        "embargo_until_0": "", "embargo_until_1": "",
    }  # fmt: skip
    article.embargo_until = noon
    article.save()
    address = f"/admin/articles/article/{article.pk}/change/"
    client.force_login(makers.person_of_role("author", "writer"))
    client.post(address, form)
    article.refresh_from_db()
    assert (article.working_title, article.section.slug, article.embargo_until) == ("Renamed", "missions", noon)
    assert not article.missions.exists()
    client.force_login(editor)
    client.post(address, form)
    article.refresh_from_db()
    assert (article.section.slug, article.embargo_until, article.missions.get()) == ("history", None, mission)


def test_a_picture_that_an_approved_story_prints_is_not_replaced(noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = makers.photo(noon)
    draft = makers.draft_story(noon, body="<p>[[photo 1]]</p>")
    draft.photo_uses.create(place=1, photo=photo)

    def errors():
        other = SimpleUploadedFile("b.png", illustrations.draw("golan"), "image/png")
        values = {"credit": "Drawn", "licence": "CC0", "focal_x": 50, "focal_y": 50}
        form = PhotoForm(values, {"original": other}, instance=Photo.objects.get(pk=photo.pk))
        form.at = noon
        return form.errors

    assert not errors()
    publishing.approve(draft, by=makers.person_of_role("editor"), at=noon)
    assert "original" in errors()
