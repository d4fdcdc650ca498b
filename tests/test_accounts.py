import re
import threading

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.test import Client

from ledger import accounts, invitations, letters
from ledger.models import Entry, User
from tests import makers

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PHRASE = "a phrase that nobody guesses"
ASIDE = letters.aside  # before the tests put another in its place
LINK = re.compile(r"https?://[^/\s]+(/admin/reset/\S+)")


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def administrator():
    return makers.person_of_role("administrator")


def form(**values):
    return {
        "username": "dana", "first_name": "Dana", "last_name": "Omarova", "email": "dana@newsroom.example",
        "language": "en", "roles": [Group.objects.get(name="author").pk], **values,
    }  # fmt: skip


def invited(administrator, noon, **values):
    return invitations.invite(
        by=administrator, at=noon,
        **{**form(), "roles": Group.objects.filter(name="author"), **values},
    )  # fmt: skip


def set_password(browser, letter, phrase=PHRASE):
    """This will follow a letter's link, type a password, and return the last answer."""
    page = browser.get(LINK.search(letter.body)[1], follow=True, headers=ENGLISH)
    if not page.context["validlink"]:
        return page
    address = page.request["PATH_INFO"]
    return browser.post(address, {"new_password1": phrase, "new_password2": phrase}, follow=True, headers=ENGLISH)


def test_an_invited_person_sets_a_password_signs_in_and_has_the_role(client, administrator, sends, settings):
    settings.SITE_URL = "https://peacekeeping.example"
    client.force_login(administrator)
    with sends():
        client.post("/admin/ledger/user/invite/", form())
    dana = User.objects.get(username="dana")
    assert dana.is_staff and not dana.is_superuser and not dana.has_usable_password()
    (letter,) = mail.outbox
    assert letter.to == ["dana@newsroom.example"] and "https://peacekeeping.example/admin/reset/" in letter.body
    browser = Client()
    assert "Your password is set" in set_password(browser, letter).content.decode()
    browser.post("/admin/login/", {"login": "dana", "password": PHRASE, "next": "/admin/"})
    assert browser.get("/admin/").status_code == 200
    assert User.objects.get(username="dana").has_perm("articles.add_edition")


def test_the_link_of_an_invitation_opens_once_and_not_for_ever(administrator, noon, sends, settings):
    with sends():
        invited(administrator, noon)
    set_password(Client(), mail.outbox[0])
    again = set_password(Client(), mail.outbox[0], "a second phrase, stolen")
    assert "used already" in again.content.decode()
    assert User.objects.get(username="dana").check_password(PHRASE)
    with sends():
        invited(administrator, noon, username="late", email="late@newsroom.example")
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "too old" in set_password(Client(), mail.outbox[1]).content.decode()


def test_inviting_again_ends_the_earlier_link(client, administrator, noon, sends):
    with sends():
        dana = invited(administrator, noon)
    client.force_login(administrator)
    assert "Invite again" in client.get(f"/admin/ledger/user/{dana.pk}/change/", headers=ENGLISH).content.decode()
    with sends():
        client.post(f"/admin/ledger/user/{dana.pk}/invite-again/")
    first, second = mail.outbox
    assert "used already" in set_password(Client(), first).content.decode()
    assert "is set" in set_password(Client(), second).content.decode()


def test_who_has_signed_in_is_not_invited_again(client, administrator, noon, sends):
    dana = invited(administrator, noon)
    User.objects.filter(pk=dana.pk).update(last_login=noon)
    client.force_login(administrator)
    assert "Invite again" not in client.get(f"/admin/ledger/user/{dana.pk}/change/", headers=ENGLISH).content.decode()
    with sends():
        client.post(f"/admin/ledger/user/{dana.pk}/invite-again/")
    assert mail.outbox == []


def test_another_invitation_takes_no_password_away(administrator, noon, sends):
    with sends():
        dana = invited(administrator, noon)
    set_password(Client(), mail.outbox[0])
    with sends():
        invitations.invite_again(dana, by=administrator, at=noon)
    dana.refresh_from_db()
    assert dana.check_password(PHRASE) and len(mail.outbox) == 2


def test_an_administrator_invites_nobody_above_the_table_of_roles(client, administrator, noon, sends):
    client.force_login(administrator)
    client.post("/admin/ledger/user/invite/", form(is_superuser="on"))
    assert not User.objects.get(username="dana").is_superuser
    with pytest.raises(invitations.CannotInvite):
        invited(administrator, noon, username="root", email="root@newsroom.example", is_superuser=True)
    above = User.objects.create_superuser("above", email="above@newsroom.example")
    with sends():
        assert client.post(f"/admin/ledger/user/{above.pk}/invite-again/").status_code == 403
    assert mail.outbox == []


@pytest.mark.parametrize("role", ["author", "editor", "records officer"])
def test_only_who_keeps_the_users_invites(client, role):
    client.force_login(makers.person_of_role(role))
    assert client.get("/admin/ledger/user/invite/").status_code == 403
    assert client.post("/admin/ledger/user/invite/", form()).status_code == 403
    assert not User.objects.filter(username="dana").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""},
        {"roles": []},
        {"email": "DANA@newsroom.example"},
        {"username": "Taken"},
        {"email": "a\nb@c.example"},
    ],
)
def test_an_invitation_that_cannot_arrive_makes_no_account(client, administrator, wrong):
    User.objects.create_user("taken", email="dana@newsroom.example")
    before = User.objects.count()
    client.force_login(administrator)
    answer = client.post("/admin/ledger/user/invite/", form(**{"email": "new@newsroom.example", **wrong}))
    assert answer.status_code == 200 and User.objects.count() == before


def test_the_sign_in_page_leads_to_a_new_password(client):
    assert "/admin/password_reset/" in client.get("/admin/login/").content.decode()
    assert client.get("/admin/password_reset/").status_code == 200


def test_a_lost_password_is_set_anew_by_letter_in_the_users_own_language(client, sends):
    user = User.objects.create_user("aliya", email="Aliya@newsroom.example", password="lost", language="en")
    with sends():
        client.post("/admin/password_reset/", {"email": "aliya@NEWSROOM.example"}, headers={"accept-language": "ru"})
    (letter,) = mail.outbox
    assert letter.to == ["Aliya@newsroom.example"] and "Your user name is aliya." in letter.body
    assert "is set" in set_password(Client(), letter).content.decode()
    user.refresh_from_db()
    assert user.check_password(PHRASE)


def test_a_letter_names_the_house_and_not_the_host_that_a_request_claims(client, sends, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://peacekeeping.example"
    User.objects.create_user("aliya", email="aliya@newsroom.example", password="lost")
    with sends():
        client.post("/admin/password_reset/", {"email": "aliya@newsroom.example"}, headers={"host": "evil.example"})
    assert "https://peacekeeping.example/admin/reset/" in mail.outbox[0].body and "evil" not in mail.outbox[0].body


def test_nobody_learns_whether_an_address_is_known(client, sends):
    User.objects.create_user("aliya", email="aliya@newsroom.example", password="lost")
    answers = []
    for address in ("aliya@newsroom.example", "nobody@newsroom.example"):
        seen = []
        with sends():
            for _time in range(4):
                answer = client.post("/admin/password_reset/", {"email": address}, follow=True, headers=ENGLISH)
                page = answer.content.decode().replace(address, "")
                seen.append((answer.status_code, re.sub(r'(nonce|value)="[^"]*"', "", page)))
        answers.append(seen)
    assert answers[0] == answers[1]
    assert [status for status, _page in answers[0]] == [200, 200, 200, 429]


def test_how_long_the_answer_takes_tells_nobody_whether_an_address_is_known(client, sends, monkeypatch):
    User.objects.create_user("aliya", email="aliya@newsroom.example", password="lost")
    works = []
    monkeypatch.setattr("ledger.letters.aside", works.append)
    with sends():
        client.post("/admin/password_reset/", {"email": "aliya@newsroom.example"})
    assert mail.outbox == []  # the answer was there before the mail server was asked
    (work,) = works
    work()
    assert [letter.to for letter in mail.outbox] == [["aliya@newsroom.example"]]


def test_letters_leave_in_a_thread_of_their_own():
    done = threading.Event()
    ASIDE(done.set)
    assert done.wait(10)


def test_so_many_wrong_passwords_are_taken_from_one_place_and_then_not_even_the_right_one(client, monkeypatch):
    for name in ("aliya", "dana"):
        User.objects.create_user(name, password=PHRASE, is_staff=True)

    def sign_in(name, password=PHRASE, place="192.0.2.1"):
        sent = {"login": name, "password": password}
        return Client().post("/admin/login/", sent, headers=ENGLISH, REMOTE_ADDR=place)

    for name in ("aliya", "nobody"):
        for _time in range(accounts.MOST_WRONG_FOR_NAME):
            assert "Too many" not in sign_in(name, "wrong").content.decode()
        assert "Too many passwords were tried" in sign_in(name).content.decode()
    assert sign_in("dana").status_code == 302
    assert sign_in("aliya", place="192.0.2.2").status_code == 302  # nobody else is shut out by it
    monkeypatch.setattr(accounts, "MOST_WRONG_FROM_PLACE", 3)
    for _time in range(5):
        assert sign_in("dana", place="192.0.2.3").status_code == 302  # right ones are not counted
    for number in range(3):
        sign_in(f"guess-{number}", "wrong", place="192.0.2.4")
    assert "Too many passwords were tried" in sign_in("dana", place="192.0.2.4").content.decode()


def test_an_open_session_is_no_way_to_guess_its_password(client):
    user = User.objects.create_user("aliya", email="aliya@newsroom.example", password=PHRASE, is_staff=True)
    client.force_login(user)
    values = {"first_name": "", "last_name": "", "email": "new@newsroom.example", "language": "en"}
    for _time in range(accounts.MOST_WRONG_FOR_NAME):
        client.post("/admin/account/", {**values, "password": "wrong"})
    assert (
        "Too many" in client.post("/admin/account/", {**values, "password": PHRASE}, headers=ENGLISH).content.decode()
    )
    user.refresh_from_db()
    assert user.email == "aliya@newsroom.example"


def test_an_invited_person_who_lost_the_letter_gets_another(client, administrator, noon, sends):
    invited(administrator, noon)
    with sends():
        client.post("/admin/password_reset/", {"email": "dana@newsroom.example"})
    assert "is set" in set_password(Client(), mail.outbox[0]).content.decode()


def test_who_was_shut_out_gets_no_letter_and_no_way_in(client, administrator, noon, sends):
    with sends():
        dana = invited(administrator, noon)
    User.objects.filter(pk=dana.pk).update(is_active=False)
    without = User.objects.create_user("without", email="without@newsroom.example")  # an unusable password, on purpose
    User.objects.filter(pk=without.pk).update(last_login=noon)
    with sends():
        for address in ("dana@newsroom.example", "without@newsroom.example"):
            client.post("/admin/password_reset/", {"email": address})
    assert len(mail.outbox) == 1  # the invitation alone
    assert "used already" in set_password(Client(), mail.outbox[0]).content.decode()


def test_one_place_cannot_flood_the_house_with_letters(noon, monkeypatch):
    monkeypatch.setattr(accounts, "MOST_FROM_PLACE", 3)
    for number in range(3):
        accounts.ask_for_letter(f"{number}@newsroom.example", place="192.0.2.1", at=noon)
    with pytest.raises(accounts.CannotAsk):
        accounts.ask_for_letter("4@newsroom.example", place="192.0.2.1", at=noon)
    accounts.ask_for_letter("5@newsroom.example", place="192.0.2.2", at=noon)


def test_behind_a_proxy_a_client_cannot_choose_the_place_it_comes_from(client, settings, monkeypatch):
    settings.HTTPS = True
    monkeypatch.setattr(accounts, "MOST_FROM_PLACE", 2)
    codes = [
        client.post("/admin/password_reset/", {"email": f"{n}@newsroom.example"}, secure=True,
                    headers={"x-forwarded-for": f"198.51.100.{n}, 192.0.2.1"}).status_code
        for n in range(3)
    ]  # fmt: skip
    assert codes == [302, 302, 429]


def test_a_user_changes_the_language_and_nobody_elses_account(client):
    user, other = makers.author(), makers.person_of_role("editor")
    client.force_login(user)
    client.post("/admin/account/", {"language": "ru", "first_name": "A", "last_name": "B", "email": "", "pk": other.pk,
                "username": "editor2", "is_superuser": "on"})  # fmt: skip
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.language, user.first_name, user.username, user.is_superuser) == ("ru", "A", "author", False)
    assert other.language == "kk"
    assert "/admin/password_change/" in client.get("/admin/account/").content.decode()


def test_an_open_session_is_not_enough_to_send_the_letters_elsewhere(client):
    user = makers.author()
    client.force_login(user)
    data = {"language": "kk", "email": "elsewhere@world.example"}
    assert "present password" in client.post("/admin/account/", data, headers=ENGLISH).content.decode()
    client.post("/admin/account/", {**data, "password": "wrong"})
    user.refresh_from_db()
    assert user.email == ""
    client.post("/admin/account/", {**data, "password": "a long pass phrase"})
    user.refresh_from_db()
    assert user.email == "elsewhere@world.example"


def test_nobody_takes_the_address_of_a_colleague(client):
    User.objects.create_user("other", email="other@newsroom.example")
    user = makers.author()
    client.force_login(user)
    client.post(
        "/admin/account/", {"language": "kk", "email": "Other@newsroom.example", "password": "a long pass phrase"}
    )
    user.refresh_from_db()
    assert user.email == ""


def test_the_account_page_is_for_who_is_signed_in(client):
    assert "login" in client.get("/admin/account/")["Location"]


def test_what_happens_to_accounts_is_in_the_ledger_without_a_name_or_address(client, administrator, noon, sends):
    with sends():
        invited(administrator, noon)
    invitations.invite_again(User.objects.get(username="dana"), by=administrator, at=noon)
    with sends():
        client.post("/admin/password_reset/", {"email": "dana@newsroom.example"})
    set_password(Client(), mail.outbox[-1])
    dana = User.objects.get(username="dana")
    accounts.change(dana, password="", at=noon, language="ru")
    entries = Entry.objects.filter(noun="ledger.user", object_id=str(dana.pk)).order_by("pk")
    assert list(entries.values_list("verb", "by")) == [
        ("invite", administrator.pk), ("invite again", administrator.pk), ("ask for a new password", None),
        ("set password", dana.pk), ("change own account", dana.pk),
    ]  # fmt: skip
    assert not any("dana" in str(entry.details).casefold() for entry in entries)


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", ""])
def test_the_sign_in_leads_to_the_desk_and_to_no_other_site(client, wanted):
    User.objects.create_user("aliya", password=PHRASE, is_staff=True)
    answer = client.post("/admin/login/", {"login": "aliya", "password": PHRASE, "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
