"""Each deed, done through the door that a user uses, is an entry of the ledger, and no entry holds a name."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from articles.models import Correction
from ledger import sealing
from ledger.models import Entry, Seal, User
from ledger.roles import ROLES
from missions import clearance
from missions.models import Clearance, Person, Tour
from reports.models import ReportRun
from tests import makers, taking

pytestmark = pytest.mark.django_db
PHRASE = "a long pass phrase"  # that of `makers.person_of_role`
CANARY = re.compile(r"(?i)canary|dana|192\.0\.2\.")


@pytest.fixture(autouse=True)
def english(english_desk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    cache.clear()


@pytest.fixture
def house(client, noon):
    """A house in which every person, tour, text and account can be told from an entry by a word that names it."""
    post = makers.golan_contingent(start=date(2024, 3, 1), place="CANARYPLACE")
    people = [
        Person.objects.create(family_name=f"CANARY{n}", given_name="CANARYGIVEN", service_number=f"CANARY-{n}")
        for n in range(3)
    ]
    ends = timezone.localdate() + timedelta(days=30)
    tours = [makers.tour(person, post, date(2024, 4, 1), ends, rank="CANARYRANK") for person in people]
    officer = makers.person_of_role("records officer", "canary-officer")
    given = [
        clearance.clear(people[0], "name", basis="consent", by=officer, at=noon),
        clearance.clear(tours[1], "rank", basis="consent", by=officer, at=noon),
    ]
    gone = Person.objects.create(family_name="CANARYGONE", given_name="CANARYGONE")
    gone_pk = gone.pk
    gone.delete()
    return SimpleNamespace(
        client=client, noon=noon, post=post, people=people, tours=tours, given=given, gone=gone_pk, officer=officer,
        colleague=User.objects.create_user("canary-colleague", "canary@house.example", PHRASE, is_staff=True, first_name="CANARYFIRST"),
    )  # fmt: skip


def sign_in(house, role):
    """This will sign in somebody of that role (or above all of them) and return them."""
    if role == "above":
        user = User.objects.create_superuser("canary-above", password=PHRASE)
    else:
        user = makers.person_of_role(role, f"canary-{role}".replace(" ", "-") + "-2")
    house.client.force_login(user)
    return user


# --- what is done. Each deed returns the id of what it was done to.


@dataclass(frozen=True)
class Deed:
    """Who does it (a role, "above" the roles, or nobody), and the verb and noun of its entry."""

    role: str
    verb: str
    noun: str
    do: Callable


DEEDS = {}


def deed(role, verb, noun):
    def kept(do):
        DEEDS[do.__name__.replace("_", " ")] = Deed(role, verb, noun, do)
        return do

    return kept


@deed("editor", "sign out", "ledger.user")
def signs_out(house, me):
    house.client.post("/admin/logout/")
    return me.pk


@deed("editor", "change password", "ledger.user")
def changes_the_own_password(house, me):
    new = {"new_password1": "another long phrase", "new_password2": "another long phrase"}
    assert house.client.post("/admin/password_change/", {"old_password": PHRASE, **new}).status_code == 302
    return me.pk


@deed("administrator", "change", "ledger.user")
def sets_a_colleagues_password(house, me):
    new = {"password1": "another long phrase", "password2": "another long phrase", "usable_password": "true"}
    assert house.client.post(f"/admin/ledger/user/{house.colleague.pk}/password/", new).status_code == 302
    return house.colleague.pk


def of_account(user, **values):
    joined = timezone.localtime(user.date_joined)
    return {
        "username": user.username, "first_name": user.first_name, "last_name": "", "email": user.email, "language": "kk",
        "is_active": "on", "is_staff": "on", "date_joined_0": joined.date().isoformat(),
        "date_joined_1": joined.strftime("%H:%M:%S"), **values,
    }  # fmt: skip


@deed("administrator", "change rights", "ledger.user")
def gives_a_role(house, me):
    role = Group.objects.get(name="editor")
    sent = of_account(house.colleague, groups=[role.pk])
    assert house.client.post(f"/admin/ledger/user/{house.colleague.pk}/change/", sent).status_code == 302
    entry = Entry.objects.get(verb="change rights")
    assert entry.details == {"given": [role.pk], "taken": []}
    return house.colleague.pk


@deed("above", "change rights", "ledger.user")
def takes_a_role_and_shuts_out(house, me):
    role = Group.objects.get(name="editor")
    house.colleague.groups.add(role)
    sent = of_account(house.colleague, is_superuser="on")
    del sent["is_active"]
    assert house.client.post(f"/admin/ledger/user/{house.colleague.pk}/change/", sent).status_code == 302
    entry = Entry.objects.get(verb="change rights")
    assert entry.details == {"given": [], "taken": [role.pk], "is_active": False, "is_superuser": True}
    return house.colleague.pk


@deed("administrator", "invite", "ledger.user")
def invites(house, me):
    sent = {"username": "dana", "first_name": "Dana", "last_name": "CANARY", "email": "dana@house.example",
            "language": "kk", "roles": [Group.objects.get(name="author").pk]}  # fmt: skip
    house.client.post("/admin/ledger/user/invite/", sent)
    return User.objects.get(username="dana").pk


NO_TOURS = {"tours-TOTAL_FORMS": 0, "tours-INITIAL_FORMS": 0}
OF_PERSON = {"family_name": "CANARYNEW", "given_name": "CANARYNEW", "born_precision": "day", **NO_TOURS}


@deed("records officer", "add", "missions.person")
def adds_a_person(house, me):
    assert house.client.post("/admin/missions/person/add/", OF_PERSON).status_code == 302
    return Person.objects.get(family_name="CANARYNEW").pk


@deed("records officer", "change", "missions.person")
def changes_a_person(house, me):
    change = f"/admin/missions/person/{house.people[0].pk}/change/"
    assert house.client.post(change, {**OF_PERSON, "_save_all_the_same": "1"}).status_code == 302
    return house.people[0].pk


@deed("records officer", "add", "missions.tour")
def adds_a_tour_on_the_page_of_a_person(house, me):
    person = Person.objects.create(family_name="CANARYNEW", given_name="CANARYNEW")
    tour = {"deployment": house.post.pk, "start": "2024-05-01", "start_precision": "day", "end_precision": "day"}
    sent = {**OF_PERSON, "tours-TOTAL_FORMS": 1, **{f"tours-0-{name}": value for name, value in tour.items()}}
    change = f"/admin/missions/person/{person.pk}/change/"
    assert house.client.post(change, {**sent, "_save_all_the_same": "1"}).status_code == 302
    return Tour.objects.get(person=person).pk


@deed("above", "delete", "missions.tour")
def deletes_a_tour_on_the_page_of_a_person(house, me):
    tour = house.tours[2]
    sent = {**OF_PERSON, "tours-TOTAL_FORMS": 1, "tours-INITIAL_FORMS": 1, "tours-0-id": tour.pk,
            "tours-0-person": tour.person_id, "tours-0-DELETE": "on"}  # fmt: skip
    change = f"/admin/missions/person/{tour.person_id}/change/"
    assert house.client.post(change, {**sent, "_save_all_the_same": "1"}).status_code == 302
    assert not Tour.objects.filter(pk=tour.pk).exists()
    return tour.pk


@deed("above", "delete", "missions.tour")
def deletes_a_tour(house, me):
    assert house.client.post(f"/admin/missions/tour/{house.tours[2].pk}/delete/", {"post": "yes"}).status_code == 302
    return house.tours[2].pk


@deed("records officer", "change", "missions.person")
def brings_an_earlier_state_back(house, me):
    person = house.people[0]
    past = person.history.earliest().history_id
    address = f"/admin/missions/person/{person.pk}/history/{past}/"
    assert house.client.post(address, {**OF_PERSON, "_save_all_the_same": "1"}).status_code == 302
    return person.pk


@deed("records officer", "clear", "missions.clearance")
def clears_a_field(house, me):
    sent = {"person": house.people[2].pk, "cleared_fields": ["person.name"], "coarseness": "exact", "basis": "consent"}
    assert house.client.post("/admin/missions/clearance/add/", sent).status_code == 302
    return Clearance.objects.get(person=house.people[2]).pk


@deed("records officer", "second", "missions.clearance")
def gives_the_second_word(house, me):
    return _acts(house, "second")


@deed("records officer", "revoke", "missions.clearance")
def revokes_a_clearance(house, me):
    return _acts(house, "revoke")


def _acts(house, action):
    sent = {"action": action, "_selected_action": house.given[0].pk, "_save_all_the_same": "1"}
    assert house.client.post("/admin/missions/clearance/", sent).status_code == 302
    return house.given[0].pk


def _steps(house, draft, step, **values):
    sent = makers.written(draft, _step=step, **values)
    assert house.client.post(f"/admin/articles/edition/{draft.pk}/change/", sent).status_code == 302
    return draft.pk


def _draft(house, **values):
    return makers.draft_story(house.noon, body="<p>Text</p>", created_by=makers.author(), **values)


@deed("author", "write", "articles.edition")
def writes(house, me):
    draft = _draft(house)
    sent = {**makers.written(draft), "title": "Another title"}
    assert house.client.post(f"/admin/articles/edition/{draft.pk}/autosave/", sent).status_code == 200
    return draft.pk


@deed("author", "in_review", "articles.edition")
def hands_in(house, me):
    return _steps(house, _draft(house), "submit")


@deed("editor", "approved", "articles.edition")
def approves(house, me):
    return _steps(house, _draft(house), "approve")


@deed("editor", "withdrawn", "articles.edition")
def withdraws(house, me):
    story = makers.approved_story(house.noon, makers.person_of_role("editor"), body="<p>Text</p>")
    house.client.post(f"/admin/articles/edition/{story.pk}/withdraw/", {"reason": "Wrong."})
    return story.pk


@deed("editor", "correct", "articles.correction")
def corrects(house, me):
    story = makers.approved_story(house.noon, makers.person_of_role("editor"), body="<p>Text</p>")
    house.client.post(f"/admin/articles/edition/{story.pk}/open-next/")
    following = story.article.editions.get(number=2)
    type(following).objects.filter(pk=following.pk).update(created_by=makers.author())
    _steps(house, following, "approve", correction="It was wrong.", title="Another title")
    return Correction.objects.get().pk


@deed("photo editor", "view original", "articles.photo")
def looks_at_a_photos_original(house, me):
    photo = makers.photo(house.noon)
    assert house.client.get(f"/admin/articles/photo/{photo.pk}/original/").status_code == 200
    return photo.pk


@deed("photo editor", "take out original", "articles.photo")
def takes_a_photos_original_out(house, me):
    photo = makers.photo(house.noon)
    assert house.client.get(f"/admin/articles/photo/{photo.pk}/original/file/").status_code == 200
    return photo.pk


@deed("report staff", "take out", "reports.reportrun")
def takes_a_report_out(house, me):
    response = house.client.post("/reports/deployment-roster/take", {"format": "csv", "language": "en"})
    assert response.streaming and b"".join(response.streaming_content)
    return ReportRun.objects.get(by=me).pk


@deed("records officer", "look at", "reports.reportrun")
def looks_at_a_report_of_people(house, me):
    page = house.client.post("/reports/nominal-roll/", {"purpose": "A test.", "language": "en"})
    assert "CANARY0" in page.content.decode()
    return ""


@deed("report staff", "verify", "reports.reportrun")
def asks_a_run_again(house, me):
    run, _content = taking.taken("deployment-roster", timezone.now(), by=me)
    house.client.post(f"/reports/runs/{run.pk}/verify")
    return run.pk


ROLL = "family name,given name,Mission,start,last day\nCANARYNEW,CANARYNEW,UNDOF,2024-05-01,\n"


@deed("records officer", "look at", "missions.importrun")
def looks_at_the_plan_of_a_nominal_roll(house, me):
    roll = SimpleUploadedFile("canary.csv", ROLL.encode())
    page = house.client.post("/admin/missions/importrun/import/", {"kind": "nominal_roll", "file": roll})
    assert page.context["plan"].counts["added"] == 1
    return ""


@deed("administrator", "look back", "ledger.user")
def looks_back_at_names_that_were_taken_back(house, me):
    assert house.client.get("/en/people/?as_of=2025-11-01").status_code == 200
    return me.pk


@pytest.mark.parametrize("name", DEEDS)
def test_who_does_it_is_in_the_ledger_with_what_it_was_done_to_and_without_a_name(house, name):
    done = DEEDS[name]
    me = sign_in(house, done.role)
    before = Entry.objects.latest("pk").pk
    subject = done.do(house, me)
    entries = Entry.objects.filter(pk__gt=before, verb=done.verb, noun=done.noun, object_id=str(subject), by=me)
    assert entries.count() == 1, list(Entry.objects.filter(pk__gt=before).values_list("verb", "noun", "object_id"))
    no_entry_names_anybody()


def no_entry_names_anybody():
    for entry in Entry.objects.all():
        said = json.dumps([entry.verb, entry.noun, entry.object_id, entry.details], ensure_ascii=False)
        assert not CANARY.search(said), said


# --- who comes in


def test_who_signs_in_is_in_the_ledger(house):
    sent = {"login": "canary-colleague", "password": PHRASE, "next": "/admin/"}
    assert house.client.post("/admin/login/", sent).status_code == 302
    entry = Entry.objects.get(verb="sign in", object_id=str(house.colleague.pk))
    assert (entry.by, entry.noun, entry.details) == (house.colleague, "ledger.user", {})
    no_entry_names_anybody()


@pytest.mark.parametrize("who", ["canary-colleague", "canary-nobody", "shut out", "not of the desk"])
def test_a_sign_in_that_fails_is_in_the_ledger_without_what_was_typed_and_from_where(house, who, caplog):
    known, password = house.colleague if who != "canary-nobody" else None, "wrong"
    if who in ("shut out", "not of the desk"):
        field, password = {"shut out": "is_active", "not of the desk": "is_staff"}[who], PHRASE
        User.objects.filter(pk=known.pk).update(**{field: False})
    sent = {"login": "canary-colleague" if known else who, "password": password}
    house.client.post("/admin/login/", sent, REMOTE_ADDR="192.0.2.77")
    entry = Entry.objects.get(verb="fail to sign in")
    assert (entry.by, entry.noun, entry.details) == (None, "ledger.user", {})
    assert entry.object_id == (str(known.pk) if known else "")
    assert f"entry {entry.pk} of the ledger, from 192.0.2.77" in caplog.text  # the log, which is forgotten, tells both
    assert "canary" not in caplog.text
    no_entry_names_anybody()


# --- who looks at personal data

PERSONAL = {"person", "tour", "clearance"}


def of(noun, house):
    """This will return a row of the noun, and the ids of the people whom its list shows."""
    rows = {"person": house.people, "tour": house.tours, "clearance": house.given}[noun]
    shown = house.people[:2] if noun == "clearance" else house.people
    return rows[0], sorted(person.pk for person in shown)


def looks(client, address, **query):
    """This will get a page and return what entries it left: (noun, object, details)."""
    before = Entry.objects.latest("pk").pk
    assert client.get(address, query).status_code == 200, address
    entries = Entry.objects.filter(pk__gt=before).order_by("pk")
    assert {entry.verb for entry in entries} <= {"look at"}
    return [(entry.noun, entry.object_id, entry.details) for entry in entries]


def test_the_nouns_that_hold_personal_data_are_these():
    flagged = {
        model._meta.model_name
        for model, site in admin.site._registry.items()
        if getattr(site, "holds_personal_data", False)
    }
    assert flagged == PERSONAL


@pytest.mark.parametrize("noun", sorted(PERSONAL))
def test_each_page_that_shows_peoples_data_leaves_one_entry_with_their_ids(house, noun):
    sign_in(house, "above")
    row, everybody = of(noun, house)
    base, label, own = f"/admin/missions/{noun}/", f"missions.{noun}", [everybody[0]]
    assert looks(house.client, base) == [(label, "", {"page": "list", "people": everybody})]
    assert looks(house.client, base, q="CANARYNOBODY") == []
    assert looks(house.client, f"{base}add/") == []
    assert looks(house.client, f"{base}{row.pk}/change/") == [(label, str(row.pk), {"page": "form", "people": own})]
    assert looks(house.client, f"{base}{row.pk}/history/") == [
        (label, str(row.pk), {"page": "history", "people": own})
    ]  # fmt: skip
    past = row.history.earliest().history_id
    assert looks(house.client, f"{base}{row.pk}/history/{past}/") == [
        (label, str(row.pk), {"page": "history", "people": own})
    ]  # fmt: skip
    if noun != "clearance":  # which nobody deletes
        assert looks(house.client, f"{base}{row.pk}/delete/") == [
            (label, str(row.pk), {"page": "delete", "people": own})
        ]  # fmt: skip
        before = Entry.objects.latest("pk").pk
        house.client.post(base, {"action": "delete_selected", "_selected_action": row.pk})
        entry = Entry.objects.get(pk__gt=before)
        assert (entry.verb, entry.details) == ("look at", {"page": "delete", "people": own})
    no_entry_names_anybody()


def test_who_looks_at_rows_that_were_deleted_is_noted(house):
    sign_in(house, "records officer")
    assert looks(house.client, "/admin/missions/person/deleted/") == [
        ("missions.person", "", {"page": "deleted", "people": [house.gone]})
    ]  # fmt: skip
    assert looks(house.client, "/admin/missions/tour/deleted/") == []


def test_whose_names_were_offered_as_choices_is_noted(house):
    sign_in(house, "records officer")
    query = {"app_label": "missions", "model_name": "tour", "field_name": "person", "term": "CANARY1"}
    assert looks(house.client, "/admin/autocomplete/", **query) == [
        ("missions.person", "", {"page": "choices", "people": [house.people[1].pk]})
    ]  # fmt: skip
    query = {"app_label": "missions", "model_name": "tour", "field_name": "deployment", "term": "UNDOF"}
    assert looks(house.client, "/admin/autocomplete/", **query) == []


def test_who_looks_at_the_tours_that_end_soon_is_noted(house):
    sign_in(house, "records officer")
    everybody = sorted(person.pk for person in house.people)
    assert looks(house.client, "/admin/missions/tour/service/") == [
        ("missions.tour", "", {"page": "service", "people": everybody})
    ]  # fmt: skip


def test_people_named_on_the_form_of_a_story_or_a_photo_are_noted_where_their_names_are_shown(house):
    story, photo = _draft(house).article, makers.photo(house.noon)
    for row in (story, photo):
        row.people.add(house.people[2])
    addresses = [f"/admin/articles/{row._meta.model_name}/{row.pk}/" for row in (story, photo)]
    sign_in(house, "administrator")
    for row, address in zip((story, photo), addresses, strict=True):
        for page, path in (("form", "change/"), ("history", "history/")):
            assert looks(house.client, address + path) == [
                (row._meta.label_lower, str(row.pk), {"page": page, "people": [house.people[2].pk]})
            ]  # fmt: skip
    sign_in(house, "editor")  # who sees numbers in the place of names
    for address in addresses:
        assert looks(house.client, f"{address}change/") == []


def test_a_list_of_people_costs_one_query_more_for_its_entry(house, django_assert_max_num_queries):
    sign_in(house, "records officer")
    house.client.get("/admin/missions/person/")
    with django_assert_max_num_queries(8):
        house.client.get("/admin/missions/person/")


def test_readers_leave_no_trace_in_the_ledger(house):
    before = Entry.objects.count()
    for address in ("/en/", "/en/missions/undof/", "/en/people/", "/en/figures/", "/api/v1/missions"):
        assert house.client.get(address).status_code == 200
    assert Entry.objects.count() == before


# --- the ledger on the desk

PAGES = ["/admin/ledger/entry/", "/admin/ledger/seal/"]


@pytest.fixture
def sealed(house):
    """An entry under a seal, and one that is not."""
    under = Entry.objects.create(
        at=house.noon, verb="approve", noun="articles.edition", object_id="4711", by=house.officer
    )
    sealing.seal(at=house.noon)
    waiting = Entry.objects.create(at=house.noon + timedelta(days=1), verb="clear", noun="x.y", by=house.colleague)
    return under, waiting


@pytest.mark.parametrize("role", [*ROLES, "above", "no role"])
def test_the_ledger_is_read_by_the_administrator_alone_and_changed_by_nobody(house, sealed, role):
    if role == "no role":
        house.client.force_login(house.colleague)
    else:
        sign_in(house, role)
    may, (under, _waiting), newest = role in ("administrator", "above"), sealed, Seal.objects.get()
    index = house.client.get("/admin/").content.decode()
    for noun, row in (("entry", under), ("seal", newest)):
        base = f"/admin/ledger/{noun}/"
        assert (base in index) == may
        for page in ("", f"{row.pk}/change/", f"{row.pk}/history/"):
            assert house.client.get(base + page).status_code == (200 if may else 403), base + page
        for page in ("add/", f"{row.pk}/delete/"):
            assert house.client.get(base + page).status_code == 403
        for page in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
            assert house.client.post(base + page, {"verb": "other", "post": "yes"}).status_code == 403
        house.client.post(base, {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert Entry.objects.get(pk=under.pk).verb == "approve" and Seal.objects.get() == newest


def test_the_desk_says_which_entry_is_sealed_and_by_what_hash(house, sealed):
    under, waiting = sealed
    sign_in(house, "administrator")
    rows = {row.pk: row for row in house.client.get("/admin/ledger/entry/").context["cl"].result_list}
    assert rows[under.pk].seal_number == 1 and rows[waiting.pk].seal_number is None
    assert "not sealed yet" in house.client.get(f"/admin/ledger/entry/{waiting.pk}/change/").content.decode()
    assert Seal.objects.get().sha256 in house.client.get("/admin/ledger/seal/").content.decode()


def test_the_ledger_is_narrowed_down_by_person_verb_noun_day_and_object(house, sealed):
    under, waiting = sealed
    sign_in(house, "administrator")

    def found(**query):
        page = house.client.get("/admin/ledger/entry/", query)
        assert page.status_code == 200, query
        return {row.pk for row in page.context["cl"].result_list}

    assert found(by=house.colleague.pk) == {waiting.pk}
    assert under.pk in found(by=house.officer.pk) and waiting.pk not in found(by=house.officer.pk)
    assert found(verb="approve") == {under.pk}
    assert found(noun="x.y") == {waiting.pk}
    assert under.pk in found(day="2025-10-23") and found(day="2025-10-24") == {waiting.pk}
    assert found(q="4711") == {under.pk}
    assert found(q="4711", day="2025-10-24") == set()
    for day in ("x", "2025-02-30", "9999-12-31", "0001-01-01"):
        assert len(found(day=day)) > 2
    assert len(found(by="x")) > 2
    page = house.client.get("/admin/ledger/entry/", {"q": "4711", "day": "2025-10-23"}).content.decode()
    assert '<input type="hidden" name="q" value="4711">' in page and 'value="2025-10-23"' in page


def test_a_page_of_the_ledger_asks_for_its_seals_at_once(house, sealed, django_assert_max_num_queries):
    sign_in(house, "administrator")
    for _each in range(60):
        Entry.objects.create(at=house.noon, verb="try", noun="x.y")
        sealing.seal(at=house.noon)
    house.client.get(reverse("admin:ledger_entry_changelist"))
    with django_assert_max_num_queries(14):
        house.client.get(reverse("admin:ledger_entry_changelist"))
