"""Each deed, done through the door that a user uses, is an entry of the ledger, and no entry holds a name."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles.models import Correction
from ledger.models import Entry, User
from missions.models import Clearance, Person, Tour
from reports.models import ReportRun
from tests import audited, makers, taking
from tests.audited import PHRASE, a_draft, no_entry_names_anybody, sign_in

pytestmark = pytest.mark.django_db
english, house = audited.english, audited.house  # fixtures


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


@deed("author", "write", "articles.edition")
def writes(house, me):
    draft = a_draft(house)
    sent = {**makers.written(draft), "title": "Another title"}
    assert house.client.post(f"/admin/articles/edition/{draft.pk}/autosave/", sent).status_code == 200
    return draft.pk


@deed("author", "in_review", "articles.edition")
def hands_in(house, me):
    return _steps(house, a_draft(house), "submit")


@deed("editor", "approved", "articles.edition")
def approves(house, me):
    return _steps(house, a_draft(house), "approve")


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
