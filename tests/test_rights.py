"""Rights come from the table of roles alone: a new user has none, and what is taken away is gone at the next page."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client

from articles import publishing
from articles.models import Notice
from ledger import roles
from ledger.models import User
from tests import makers
from tests.losing import LOSSES, lose_the_account

pytestmark = pytest.mark.django_db
PASSWORD = {"usable_password": "true", "password1": "a long pass phrase", "password2": "a long pass phrase"}


@pytest.fixture
def administrator(client):
    person = makers.person_of_role("administrator")
    client.force_login(person)
    return person


@pytest.fixture
def beyond():
    """A group that is no role of the table, and may do what no role may."""
    group = Group.objects.create(name="beyond the table")
    group.permissions.set(Permission.objects.filter(codename="delete_user"))
    return group


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


# --- a new user


def added_on_the_desk(client):
    client.post("/admin/ledger/user/add/", {"username": "new", **PASSWORD})


def made_in_the_shell(client):
    User.objects.create_user("new", password="a long pass phrase")


def created_as_a_row(client):
    User.objects.create(username="new")


@pytest.mark.parametrize("made", [added_on_the_desk, made_in_the_shell, created_as_a_row])
def test_a_new_user_has_no_role_no_right_and_no_desk(client, administrator, made):
    made(client)
    new = User.objects.get(username="new")
    assert (new.is_staff, new.is_superuser) == (False, False)
    assert not new.groups.exists() and not new.get_all_permissions()
    assert "/login/" in signed_in(new).get("/admin/")["Location"]


def test_an_invited_person_has_the_roles_of_the_invitation_and_nothing_else(client, administrator):
    sent = {"username": "new", "email": "new@house.example", "language": "en"}
    assert "roles" in client.post("/admin/ledger/user/invite/", sent).context["form"].errors
    role = Group.objects.get(name="author")
    client.post("/admin/ledger/user/invite/", {**sent, "roles": role.pk, "is_superuser": "on"})
    new = User.objects.get(username="new")
    assert new.get_all_permissions() == roles.ROLES["author"] and not new.is_superuser


# --- what is taken away


@pytest.mark.parametrize("lose", LOSSES)
def test_an_open_session_loses_at_its_next_request_all_that_its_person_lost(noon, editor, lose):
    draft = makers.draft_story(noon)
    photo = makers.photo(noon, makers.picture((90, 60)))
    file = draft.attachments.create(title="List", file="attachments/l.txt", kind="txt", size=6)
    file.file.storage.save("attachments/l.txt", photo.original)
    client, addresses = signed_in(editor), {
        f"/admin/articles/edition/{draft.pk}/change/": {302, 403},
        f"/admin/articles/edition/{draft.pk}/preview/": {302, 403},
        "/admin/inbox/": {302, 403},
        f"/photos/{photo.pk}/480.webp": {404},
        f"/attachments/{file.pk}/": {404},
    }  # fmt: skip
    assert client.get("/en/", {"as_of": "2025-12-01"})["X-Robots-Tag"] == "noindex"
    for address in addresses:
        response = client.get(address)
        assert list(response) and response.status_code == 200, address
    lose(editor)
    for address, closed in addresses.items():
        assert client.get(address).status_code in closed, address
    assert "X-Robots-Tag" not in client.get("/en/")  # nor does the past that they looked at go on
    sent = client.post(f"/admin/articles/edition/{draft.pk}/autosave/", {"title": "Theirs"})
    assert sent.status_code in (302, 403)
    draft.refresh_from_db()
    assert draft.title == "The Golan contingent"


def test_the_session_of_a_closed_account_is_nobodys(editor):
    client = signed_in(editor)
    lose_the_account(editor)
    assert "/login/" in client.get("/admin/")["Location"]
    assert client.get("/admin/login/").wsgi_request.user.is_anonymous


def test_who_left_the_desk_is_told_of_no_text_any_more(noon, editor, mailoutbox, django_capture_on_commit_callbacks):
    User.objects.filter(pk=editor.pk).update(is_staff=False, email="gone@house.example")
    with django_capture_on_commit_callbacks(execute=True):
        publishing.submit(makers.draft_story(noon, created_by=makers.author()), by=makers.author(), at=noon)
    assert not Notice.objects.filter(user=editor).exists() and mailoutbox == []


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_a_role_holds_nothing_for_who_is_not_of_the_desk(role):
    person = makers.person_of_role(role)
    assert all(person.has_perm(right) for right in roles.ROLES[role]) and person.has_module_perms("missions") == any(
        right.startswith("missions.") for right in roles.ROLES[role]
    )
    person.is_staff = False
    assert not any(person.has_perm(right) for right in roles.ROLES[role]) and not person.has_module_perms("missions")


# --- what nobody gives themselves


def user_form(user, **values):
    moment = {"date_joined_0": "2025-10-01", "date_joined_1": "12:00:00"}
    return {"username": user.username, "is_active": "on", "is_staff": "on", "language": "en", **moment, **values}


def test_an_administrator_raises_nobody_above_the_table_of_roles(client, administrator, beyond):
    delete = Permission.objects.get(codename="delete_user").pk
    own_role = Group.objects.get(name="administrator")
    for person in (administrator, makers.author()):
        sent = user_form(person, is_superuser="on", user_permissions=[delete], groups=[own_role.pk])
        assert client.post(f"/admin/ledger/user/{person.pk}/change/", sent).status_code == 302
        refused = client.post(f"/admin/ledger/user/{person.pk}/change/", user_form(person, groups=[beyond.pk]))
        assert "groups" in refused.context["adminform"].form.errors
        person.refresh_from_db()
        assert not person.is_superuser and not person.user_permissions.exists()
        assert list(person.groups.all()) == [own_role]
    sent = {"username": "new", "email": "new@house.example", "language": "en", "roles": beyond.pk}
    client.post("/admin/ledger/user/invite/", sent)
    client.post("/admin/ledger/user/add/", {"username": "new", **PASSWORD, "is_superuser": "on", "is_staff": "on"})
    assert not User.objects.get(username="new").is_superuser and not User.objects.filter(groups=beyond).exists()


def test_a_group_beyond_the_table_can_be_taken_from_who_has_it(client, administrator, beyond):
    colleague = makers.author()
    colleague.groups.add(beyond)
    address = f"/admin/ledger/user/{colleague.pk}/change/"
    role = Group.objects.get(name="author")
    assert client.post(address, user_form(colleague, groups=[role.pk, beyond.pk])).status_code == 302
    assert set(colleague.groups.all()) == {role, beyond}  # it is not lost by a change of something else
    client.post(address, user_form(colleague, groups=[role.pk]))
    assert set(colleague.groups.all()) == {role}


def test_an_administrator_closes_and_takes_over_no_account_above_the_table(client, administrator, mailoutbox):
    above = User.objects.create_superuser("above", email="above@house.example")
    base = f"/admin/ledger/user/{above.pk}/"
    for address in (f"{base}change/", f"{base}password/", f"{base}delete/", f"{base}invite-again/"):
        assert client.post(address, {**user_form(above, email="mine@house.example"), **PASSWORD}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": above.pk, "post": "yes", "index": "0"}
    client.post("/admin/ledger/user/", chosen)
    still = User.objects.get(pk=above.pk)
    assert (still.email, still.password, still.is_active) == (above.email, above.password, True) and not mailoutbox


def test_nobody_changes_on_the_desk_what_a_role_may(client, beyond):
    client.force_login(User.objects.create_superuser("above"))
    role = Group.objects.get(name="author")
    base, held = "/admin/auth/group/", set(role.permissions.all())
    sent = {"name": "author", "permissions": [Permission.objects.get(codename="delete_user").pk]}
    for address in (f"{base}add/", f"{base}{role.pk}/change/", f"{base}{role.pk}/delete/"):
        assert client.post(address, {**sent, "post": "yes"}).status_code == 403, address
    assert set(role.permissions.all()) == held
    assert "articles.add_edition" in client.get(f"{base}{role.pk}/change/").content.decode()
    assert "beyond the table" not in client.get(base).content.decode()  # the check names it


def test_what_differs_from_the_table_is_named_by_a_check_and_put_right_by_migrate(beyond):
    assert [warning.id for warning in roles.check(connection)] == ["ledger.W004"]
    beyond.delete()
    author, delete = Group.objects.get(name="author"), Permission.objects.get(codename="delete_user")
    author.permissions.add(delete)
    author.permissions.remove(Permission.objects.get(codename="view_article"))
    Group.objects.get(name="editor").delete()
    person = makers.person_of_role("author")
    person.user_permissions.add(delete)
    said = [(warning.id, warning.msg) for warning in roles.check(connection)]
    assert said == [
        ("ledger.W003", "The role author differs from the table: it lacks articles.view_article and holds besides "
                        "ledger.delete_user."),
        ("ledger.W003", "The role editor is missing."),
        ("ledger.W005", f"The user {person.pk} holds single permissions."),
    ]  # fmt: skip
    call_command("migrate", verbosity=0)
    assert [warning.id for warning in roles.check(connection)] == ["ledger.W005"]
    assert person.get_group_permissions() == roles.ROLES["author"]
