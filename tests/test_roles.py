"""What each role may open and do, over every address of the desk and of the reports.

`OPENS` has a row for each address that is no plain page of a noun, `LISTS` one for each noun. Who adds an address adds
its row: the test names the address that has none.
"""

import re

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLResolver, get_resolver, reverse

from articles import publishing
from articles.forms import PhotoForm
from articles.models import Comment, Edition, Photo, Section
from ledger.models import User
from ledger.roles import ROLES
from peacekeeping.demo import illustrations
from tests import makers

pytestmark = pytest.mark.django_db

A, E, P, R, S, D = "author", "editor", "photo editor", "records officer", "report staff", "administrator"
EVERYBODY = {A, E, P, R, S, D}
STAFF = EVERYBODY | {"staff without a role"}
NEWSROOM, RECORD = {A, E, P, D}, {A, E, R, S, D}
PEOPLE = {*STAFF, "reader with an account", "nobody"}

# noun: who may see its list, who may open its form to add, who may change one.
NOUNS = {
    "articles.article": ({A, E, P, D}, {A, E, D}, {A, E, D}),
    "articles.edition": ({A, E, P, D}, {A, E, D}, {A, E, D}),
    "articles.section": ({A, E, D}, {E, D}, {E, D}),
    "articles.topic": ({A, E, D}, {E, D}, {E, D}),
    "articles.author": ({A, E, D}, {E, D}, {E, D}),
    "articles.photo": ({A, E, P, D}, {A, E, P, D}, {E, P, D}),
    "articles.frontpage": ({E, D}, {E, D}, {E, D}),
    "articles.bundle": ({E, D}, {E, D}, {E, D}),
    "articles.claim": ({A, E, D}, set(), set()),
    "articles.correction": ({A, E, D}, set(), set()),
    "articles.transition": ({A, E, D}, set(), set()),
    "articles.redirect": ({A, E, D}, set(), set()),
    "articles.revision": ({A, E, D}, set(), set()),
    "articles.comment": ({A, E, D}, set(), set()),
    "articles.reviewlink": ({A, E, D}, set(), set()),
    "articles.errorreport": ({E, R, D}, set(), set()),
    "missions.country": (RECORD, {R, D}, {R, D}),
    "missions.mission": (RECORD, {R, D}, {R, D}),
    "missions.missionalias": (RECORD, {R, D}, {R, D}),
    "missions.unit": (RECORD, {R, D}, {R, D}),
    "missions.deployment": (RECORD, {R, D}, {R, D}),
    "missions.milestone": (RECORD, {R, D}, {R, D}),
    "missions.source": (RECORD, {R, D}, {R, D}),
    "missions.person": ({R, D}, {R, D}, {R, D}),
    "missions.tour": ({R, D}, {R, D}, {R, D}),
    "missions.clearance": ({R, D}, {R, D}, {R, D}),
    "missions.contribution": ({R, D}, set(), set()),
    "missions.casualty": ({R, D}, set(), set()),
    "missions.importrun": ({R, D}, set(), set()),
    "missions.acceptance": ({R, D}, set(), set()),
    "reports.reportrun": ({S, D}, set(), set()),
    # Their owners write them on the pages of the reports.
    "reports.savedreport": ({S, D}, set(), set()),
    "reports.schedule": ({S, D}, set(), set()),
    "ledger.user": ({D}, {D}, {D}),
    "ledger.entry": ({D}, set(), set()),
    "ledger.erasure": ({R, D}, set(), set()),
    "auth.group": ({D}, set(), set()),
}

# Other addresses, as Django spells them: who may open it, or None where POST alone is answered (see DOES).
OPENS = {
    "admin/": STAFF,
    "admin/password_change/": STAFF,
    "admin/password_change/done/": STAFF,
    "admin/jsi18n/": STAFF,
    "admin/missions/tour/service/": {R, D},
    "admin/missions/importrun/import/": {R, D},
    "admin/missions/acceptance/quality/": {R, D},
    "admin/missions/person/due/": {R, D},
    "admin/personal-data/": STAFF,
    "admin/ledger/user/<id>/password/": {D},
    "reports/": {R, S, D},
    "reports/<slug:slug>/": {R, S, D},
    "admin/account/": STAFF,
    "admin/account/close/": STAFF,
    "admin/inbox/": NEWSROOM,
    "admin/ledger/user/invite/": {D},
    "admin/articles/claim/queue/": {A, E, D},
    "admin/articles/errorreport/queue/": {E, R, D},
    "admin/articles/edition/calendar/": NEWSROOM,
    "admin/articles/edition/<int:pk>/checks/": NEWSROOM,
    "admin/articles/edition/<int:pk>/preview/": NEWSROOM,
    "admin/articles/edition/<int:pk>/page/": NEWSROOM,
    "admin/articles/edition/<int:pk>/choices/": {A, E, D},
    "admin/articles/edition/<int:pk>/numbers/": {A, E, D},
    "admin/articles/edition/<int:pk>/review/": {A, E, D},
    "admin/articles/edition/<int:pk>/revisions/": NEWSROOM,
    "admin/articles/frontpage/layout/": {E, D},
    "admin/articles/frontpage/preview/": {E, D},
    "admin/articles/photo/upload/": NEWSROOM,
    "admin/articles/edition/<int:pk>/withdraw/": None,
    "admin/articles/edition/<int:pk>/open-next/": None,
    "admin/articles/edition/<int:pk>/set-apart/": None,
    "admin/articles/edition/<int:pk>/take-back/": None,
    "admin/articles/edition/<int:pk>/other-place/": None,
    "admin/articles/edition/<int:pk>/place-after-all/": None,
}
# Who may send something there, or open it: it answers for rows that this house does not hold, and 403 to all others.
REACHES = {
    "admin/articles/edition/<int:pk>/autosave/": {A, E, D},
    "admin/articles/edition/<int:pk>/chips/": NEWSROOM,
    "admin/articles/edition/<int:pk>/place-photo/": {A, E, D},
    "admin/articles/edition/<int:pk>/approve/": {E, D},
    "admin/articles/edition/<int:pk>/bundle/": {A, E, D},
    "admin/articles/edition/<int:pk>/reschedule/": {E, D},
    "admin/articles/edition/<int:pk>/translate/": {A, E, D},
    "admin/articles/edition/<int:pk>/translation/": NEWSROOM,
    "admin/articles/bundle/<int:pk>/steps/": NEWSROOM,
    "admin/articles/claim/<int:pk>/correct-all/": {A, E, D},
    "admin/articles/claim/<int:pk>/correct/": {A, E, D},
    "admin/articles/claim/<int:pk>/leave/": {A, E, D},
    "admin/articles/errorreport/<int:pk>/settle/": {E, R, D},
    "admin/articles/photo/<int:pk>/original/": {P, D},
    "admin/articles/photo/<int:pk>/original/file/": {P, D},
    "admin/articles/photo/waiting/<slug:key>/": NEWSROOM,
    "admin/ledger/user/<int:pk>/invite-again/": {D},
    "admin/accounts/<int:pk>/close/": {D},
    "admin/account/data/": STAFF,
    "admin/missions/person/<int:pk>/privacy/": {R, D},
    "reports/<slug:slug>/take": {R, S, D},
    "reports/<slug:slug>/save": {S, D},
    "reports/<slug:slug>/star": {R, S, D},
    # Of what is another's, or is not there, all of the desk hear the same: 404.
    "reports/runs/<int:pk>/": STAFF,
    "reports/runs/<int:pk>/state": STAFF,
    "reports/runs/<int:pk>/cancel": STAFF,
    "reports/runs/<int:pk>/verify": STAFF,
    "reports/recalls/<int:pk>/seen": STAFF,
    "reports/saved/<int:pk>/": STAFF,
    "reports/saved/<int:pk>/take": STAFF,
    "reports/saved/<int:pk>/change": STAFF,
    "reports/saved/<int:pk>/delete": STAFF,
    "reports/saved/<int:pk>/schedule": STAFF,
    "reports/schedules/<int:pk>/pause": STAFF,
    "reports/schedules/<int:pk>/delete": STAFF,
    # Whose file it is says test_report_background; of others' nobody is told that there are any.
    "reports/runs/<int:pk>/file": STAFF,
}
# Answered alike to everybody, or by the address that it leads on to.
OPEN_OR_ELSEWHERE = {
    "admin/login/", "admin/logout/", "admin/autocomplete/", "admin/r/<int:content_type_id>/<int:object_id>/",
    "admin/password_reset/", "admin/password_reset/done/", "admin/reset/<uidb64>/<token>/", "admin/reset/done/",
    "admin/(?P<url>.*)$", "admin/^(?P<app_label>auth|ledger|missions|articles|reports)/$",
}  # fmt: skip

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


def addresses():
    """This will return every address of the desk and the reports as Django spells it, without the leading slash."""

    def walk(resolver, before):
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, route)
            else:
                yield route

    return [route for route in walk(get_resolver(), "") if route.startswith(("admin/", "reports/"))]


def of_a_noun():
    """This will return the spelt addresses of the plain pages of every noun of the desk."""
    pages = set()
    for model in admin.site._registry:
        base = f"admin/{model._meta.app_label}/{model._meta.model_name}/"
        pages |= {base + page for page in (
            "", "add/", "<path:object_id>/history/", "<path:object_id>/delete/", "<path:object_id>/change/",
            "<path:object_id>/", "<id>/password/", "deleted/", "^([^/]+)/history/([^/]+)/$",
        )}  # fmt: skip
    return pages - {"admin/ledger/user/<id>/password/"}


def test_every_address_of_the_desk_and_the_reports_has_a_row_in_the_table():
    rows = OPENS.keys() | REACHES.keys() | OPEN_OR_ELSEWHERE | of_a_noun()
    assert sorted(set(addresses()) - rows) == [], "give these addresses a row in OPENS (tests/test_roles.py)"
    assert sorted((OPENS.keys() | REACHES.keys()) - set(addresses())) == [], "these rows are about no address"


def test_every_noun_of_the_desk_has_a_row_in_the_table():
    nouns = {model._meta.label_lower for model in admin.site._registry}
    assert sorted(nouns - NOUNS.keys()) == [], "give these nouns a row in NOUNS (tests/test_roles.py)"
    assert sorted(NOUNS.keys() - nouns) == []


def test_every_step_of_an_edition_that_is_sent_has_a_row_in_the_table():
    sent = {route.split("/")[-2] for route, who in OPENS.items() if who is None}
    assert sorted(sent ^ DOES.keys()) == []


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


@pytest.fixture
def house(noon):
    """One row of the nouns that can be made by hand, by label."""
    edition = makers.draft_story(noon, body="<p>Text</p>")
    contingent = makers.golan_contingent()
    return {
        "articles.article": edition.article, "articles.edition": edition, "articles.section": edition.article.section,
        "missions.mission": contingent.mission, "missions.deployment": contingent, "missions.source": contingent.source,
        "missions.clearance": contingent.clearances.first(), "missions.country": makers.country(),
        "ledger.user": makers.person_of_role("author", "colleague"),
        "auth.group": makers.author().groups.get(),
    }  # fmt: skip


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_each_role_opens_the_pages_of_the_nouns_in_its_row_and_no_other(client, house, who):
    sign_in(client, who)
    wrong = []
    for noun, (lists, adds, changes) in NOUNS.items():
        base = f"/admin/{noun.replace('.', '/')}/"
        rows = {base: lists, f"{base}add/": adds}
        if row := house.get(noun):
            rows |= {f"{base}{row.pk}/change/": lists, f"{base}{row.pk}/history/": lists}
            rows[f"{base}{row.pk}/delete/"] = _who_holds(noun, "delete") - (
                {"administrator"} if noun == "ledger.user" else set()
            )
        if f"{base}deleted/"[1:] in addresses_of_today():
            rows[f"{base}deleted/"] = changes
        wrong += [
            (address, got) for address, may in rows.items() if (got := answer(client, address)) != expected(who, may)
        ]
    assert wrong == []


def _who_holds(noun, verb):
    app, model = noun.split(".")
    return {role for role, rights in ROLES.items() if f"{app}.{verb}_{model}" in rights}


def addresses_of_today():
    return set(addresses())


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_each_role_opens_the_other_addresses_in_its_row_and_no_other(client, house, who):
    sign_in(client, who)
    known = {"<int:pk>": str(house["articles.edition"].pk), "<id>": str(house["ledger.user"].pk),
             "<slug:slug>": "strength-by-month"}  # fmt: skip
    wrong = []
    for spelt, may in OPENS.items():
        if may is not None:
            address = "/" + re.sub(r"<[^>]+>", lambda match: known[match[0]], spelt)
            wrong += [(address, got)] if (got := answer(client, address)) != expected(who, may) else []
    assert wrong == []


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_each_role_reaches_what_its_row_says_and_nobody_else_does(client, house, who):
    sign_in(client, who)
    wrong = []
    for spelt, may in REACHES.items():
        address = "/" + re.sub(r"<int:pk>", str(house["articles.edition"].pk), spelt).replace("<slug:key>", "none")
        address = address.replace("<slug:slug>", "strength-by-month")
        response = client.post(address, {})
        is_let_in = response.status_code != 403 and "/login/" not in response.get("Location", "")
        wrong += [(address, response.status_code)] if is_let_in != (who in may) else []
    assert wrong == []


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
