"""Signing in: a password, a second proof, sessions that end, and being asked again before personal data."""

import base64
import hashlib
import hmac
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from articles.models import Edition
from ledger import accounts, factors
from ledger.models import Entry, User
from tests import makers

pytestmark = pytest.mark.django_db

PHRASE = "a long pass phrase"
KEY = base64.b32encode(b"twenty bytes of keys").decode()
EN = {"accept-language": "en"}
SENSITIVE = ["editor", "photo editor", "records officer", "administrator"]


@pytest.fixture(autouse=True)
def nothing_was_counted():
    cache.clear()


def code(key=KEY, at=None):
    """This will return the six digits that an app shows at the moment `at` (RFC 6238, SHA-1, 30 seconds)."""
    counter = int(at or time.time()) // 30
    digest = hmac.new(base64.b32decode(key), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(name, password=PHRASE, browser=None, place="192.0.2.1", **sent):
    browser = browser or Client(headers=EN)
    answer = browser.post("/admin/login/", {"login": name, "password": password, **sent}, REMOTE_ADDR=place)
    return browser, answer


def with_app(role="editor", **values):
    """Somebody of that role whose authenticator app is set up."""
    user = makers.person_of_role(role, **values)
    TOTP.activate(user, KEY)
    return user


def signed_in(user):
    """A browser in which `user` has signed in by password and app."""
    browser, _answer = sign_in(user.username)
    assert browser.post("/admin/factors/authenticate/", {"code": code()}, REMOTE_ADDR="192.0.2.1").status_code == 302
    cache.clear()  # an app's code opens once; tests of one half of a minute need it more often
    return browser


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def test_who_may_neither_approve_nor_see_personal_data_signs_in_by_password(settings):
    makers.author()
    browser, answer = sign_in("author")
    assert answer["Location"] == "/admin/" and is_in(browser)


@pytest.mark.parametrize("role", SENSITIVE)
def test_a_password_alone_opens_nothing_to_who_may_approve_or_see_personal_data(role, noon):
    user = makers.person_of_role(role)
    draft = makers.draft_story(noon)
    browser, _answer = sign_in(user.username)
    for page in ("/admin/", "/admin/articles/edition/", "/admin/missions/person/", "/reports/", "/admin/account/"):
        answer = browser.get(page)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/factors/"), page
    browser.post(f"/admin/articles/edition/{draft.pk}/change/", makers.written(draft, _step="approve"))
    assert Edition.objects.get(pk=draft.pk).state != "approved"
    page = browser.get("/admin/factors/")
    assert page.status_code == 200 and "set up a second factor first" in page.content.decode()


def test_away_from_the_desk_a_session_that_proved_too_little_is_nobodys(noon):
    makers.person_of_role("editor")
    browser, _answer = sign_in("editor")
    answer = browser.get("/en/?as_of=2024-01-01")
    assert "Cache-Control" not in answer or "no-store" not in answer["Cache-Control"]
    assert answer.wsgi_request.user.is_anonymous


def test_the_desk_opens_as_soon_as_an_app_is_set_up_and_hands_out_recovery_codes(monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda work, **options: work())  # within the request, as it is served
    user = makers.person_of_role("editor")
    browser, _answer = sign_in("editor")
    browser.get("/admin/factors/totp/activate/")
    again = browser.post("/admin/again/?next=/admin/factors/totp/activate/", {"password": PHRASE})
    assert again["Location"] == "/admin/factors/totp/activate/"
    key = re.search(r"<code[^>]*>([A-Z2-7]+)<", browser.get("/admin/factors/totp/activate/").content.decode())[1]
    assert "not right" in browser.post("/admin/factors/totp/activate/", {"code": "000000"}).content.decode()
    answer = browser.post("/admin/factors/totp/activate/", {"code": code(key)})
    assert answer["Location"] == "/admin/factors/recovery-codes/" and is_in(browser)
    shown = re.findall(r"<code>(\d{8})</code>", browser.get(answer["Location"]).content.decode())
    assert len(set(shown)) == 10
    assert Entry.objects.filter(verb="add second factor", object_id=str(user.pk)).count() == 2


def test_a_change_of_how_somebody_signs_in_is_told_to_them(sends):
    user = with_app(username="dana")
    User.objects.filter(pk=user.pk).update(email="dana@newsroom.example", language="en")
    browser = signed_in(user)
    browser.post("/admin/again/?next=/admin/", {"password": PHRASE})
    with sends():
        browser.post("/admin/factors/recovery-codes/generate/")
    (letter,) = mail.outbox
    assert letter.to == ["dana@newsroom.example"] and "the earlier ones open nothing" in letter.body


def test_password_and_code_open_the_desk_and_neither_alone_does():
    user = with_app()
    browser, answer = sign_in(user.username)
    assert answer["Location"].startswith("/admin/factors/authenticate/") and not is_in(browser)
    assert "not right" in browser.post("/admin/factors/authenticate/", {"code": "000000"}).content.decode()
    assert not is_in(browser)
    assert browser.post("/admin/factors/authenticate/", {"code": code()})["Location"] == "/admin/"
    assert is_in(browser)
    stranger = Client()
    stranger.post("/admin/factors/authenticate/", {"code": code()})
    assert not is_in(stranger)


def test_the_code_of_an_app_opens_once():
    user = with_app()
    first, _answer = sign_in(user.username)
    second, _answer = sign_in(user.username)
    used = code()
    first.post("/admin/factors/authenticate/", {"code": used})
    second.post("/admin/factors/authenticate/", {"code": used})
    assert is_in(first) and not is_in(second)


def test_a_recovery_code_opens_once():
    user = with_app()
    lost = RecoveryCodes.activate(user).generate_codes()[0]
    for opens in (True, False):
        browser, _answer = sign_in(user.username)
        browser.post("/admin/factors/authenticate/", {"code": lost})
        assert is_in(browser) is opens


def test_codes_are_not_guessed():
    user = with_app()
    browser, _answer = sign_in(user.username)
    for _time in range(5):
        browser.post("/admin/factors/authenticate/", {"code": "000000"})
    assert "Too many codes" in browser.post("/admin/factors/authenticate/", {"code": code()}).content.decode()
    assert not is_in(browser)


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_who_needs_a_second_factor_cannot_remove_the_last(kind, monkeypatch):
    user = with_app()
    browser = signed_in(user)
    browser.post("/admin/again/?next=/admin/", {"password": PHRASE})
    address = "/admin/factors/totp/deactivate/"
    if kind == Authenticator.Type.WEBAUTHN:
        Authenticator.objects.all().delete()
        key = Authenticator.objects.create(user=user, type=kind, data={"name": "of steel", "credential": {}})
        address = f"/admin/factors/webauthn/keys/{key.pk}/remove/"
    assert "set up another one before" in browser.post(address).content.decode()
    assert Authenticator.objects.filter(user=user, type=kind).exists()
    monkeypatch.setattr(factors, "is_needed_by", lambda user: False)
    assert browser.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=user, type=kind).exists()


def test_nobody_reads_a_second_factor_in_the_database_nor_opens_it_under_another_key(settings):
    user = with_app()
    kept = Authenticator.objects.get(user=user)
    assert KEY not in str(kept.data)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "another key, that is long enough to be one",
        [settings.SECRET_KEY],
    )
    assert is_in(signed_in(user))
    settings.SECRET_KEY_FALLBACKS = []
    browser, _answer = sign_in(user.username)
    answer = browser.post("/admin/factors/authenticate/", {"code": code()})
    assert answer.status_code == 200 and not is_in(browser)


def test_an_administrator_takes_away_what_somebody_lost_and_all_their_sessions_end(client, sends):
    user = with_app(username="aliya")
    User.objects.filter(pk=user.pk).update(email="aliya@newsroom.example", language="en")
    hers = signed_in(user)
    administrator = makers.person_of_role("administrator")
    client.force_login(administrator)
    assert "take-factor" in client.get(f"/admin/ledger/user/{user.pk}/change/").content.decode()
    with sends():
        client.post(f"/admin/ledger/user/{user.pk}/take-factor/")
    assert not Authenticator.objects.exists() and not is_in(hers)
    assert "took your second factor away" in mail.outbox[0].body
    entry = Entry.objects.get(verb="take away second factor")
    assert (entry.by, entry.object_id, entry.details) == (administrator, str(user.pk), {"kinds": ["totp"]})


def test_nobody_takes_away_their_own_nor_that_of_somebody_above_them(client, noon):
    administrator = with_app("administrator")
    above = User.objects.create_superuser("above", password=PHRASE)
    TOTP.activate(above, KEY)
    client.force_login(administrator)
    assert client.post(f"/admin/ledger/user/{above.pk}/take-factor/").status_code == 403
    client.post(f"/admin/ledger/user/{administrator.pk}/take-factor/")
    client.force_login(makers.person_of_role("editor"))
    assert client.post(f"/admin/ledger/user/{administrator.pk}/take-factor/").status_code == 403
    assert Authenticator.objects.count() == 2
    with pytest.raises(factors.CannotTakeAway):
        factors.take_away(above, by=administrator, at=noon)


def test_who_guesses_from_a_thousand_places_shuts_out_no_browser_of_its_owner(monkeypatch):
    monkeypatch.setattr(accounts, "MOST_WRONG_OF_STRANGERS", 12)
    makers.author()
    hers, answer = sign_in("author")
    assert answer.status_code == 302
    hers.post("/admin/logout/")
    for number in range(20):
        sign_in("author", "wrong", place=f"198.51.100.{number}")
    _stranger, answer = sign_in("author", place="203.0.113.9")
    assert "Too many passwords" in answer.content.decode()  # nor does a stranger who guesses right get in
    _hers, answer = sign_in("author", browser=hers, place="203.0.113.9")
    assert answer.status_code == 302 and is_in(hers)


def test_a_known_browser_is_known_for_its_own_name_alone_and_guesses_no_more_than_others(monkeypatch):
    makers.author()
    User.objects.create_user("dana", password=PHRASE, is_staff=True)
    hers, _answer = sign_in("author")
    hers.post("/admin/logout/")
    for _time in range(accounts.MOST_WRONG_FOR_NAME):
        sign_in("author", "wrong", browser=hers)
        sign_in("dana", "wrong", browser=hers)
    for name in ("author", "dana"):
        _hers, answer = sign_in(name, browser=hers)
        assert "Too many passwords" in answer.content.decode()
    hers.cookies["desk_device"] = "made:up:by-hand"
    _hers, answer = sign_in("author", browser=hers, place="203.0.113.9")
    assert answer.status_code == 302


@pytest.mark.parametrize("values", [{"is_staff": False}, {"is_active": False}])
def test_who_is_not_of_the_desk_is_told_the_same_as_for_a_wrong_password(values):
    makers.author()
    _browser, wrong = sign_in("author", "wrong")
    User.objects.filter(username="author").update(**values)
    browser, answer = sign_in("author")
    assert answer.status_code == 200 and not is_in(browser)
    said = [re.findall(r"errorlist[^>]*>(.*?)</ul>", page.content.decode(), re.S) for page in (wrong, answer)]
    assert said[0] and said[0] == said[1]


def test_a_session_ends_when_its_owner_is_of_the_desk_no_longer():
    user = with_app()
    browser = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_staff=False)
    answer = browser.get("/admin/")
    assert answer["Location"].startswith("/admin/login/") and not Session.objects.exists()


@pytest.mark.parametrize(
    "what, setting, amount", [("since", "SESSION_HOURS", 3600), ("seen", "SESSION_IDLE_MINUTES", 60)]
)
def test_a_session_ends_when_it_is_old_and_when_nobody_used_it(what, setting, amount, settings):
    setattr(settings, setting, 2)
    browser = signed_in(with_app())
    for ago, stands in ((2 * amount - 5, True), (2 * amount + 5, False)):
        session = browser.session
        session[what] = time.time() - ago
        session.save()
        assert is_in(browser) is stands


def test_a_page_that_is_open_and_forgotten_keeps_no_session_alive():
    browser = signed_in(with_app())
    session = browser.session
    session["seen"] = time.time() - 1000
    session.save()
    browser.get("/admin/", headers={"x-heartbeat": "1"})
    assert time.time() - browser.session["seen"] > 900
    browser.get("/admin/")
    assert time.time() - browser.session["seen"] < 900


def aged(browser, minutes):
    """The browser's session, as if its proofs had been given so long ago."""
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= minutes * 60
    session.save()


@pytest.mark.parametrize("noun", ["person", "tour", "clearance", "importrun/import"])
def test_personal_data_is_shown_only_to_who_has_proved_lately_who_they_are(noun):
    browser = signed_in(with_app("records officer"))
    for page in (f"/admin/missions/{noun}/", "/admin/missions/mission/"):
        assert browser.get(page).status_code == 200
    aged(browser, 61)
    answer = browser.get(f"/admin/missions/{noun}/")
    assert answer.status_code == 302 and answer["Location"].startswith("/admin/again/?next=")
    assert browser.get("/admin/missions/mission/").status_code == 200
    answer = browser.post(answer["Location"], {"password": PHRASE})
    assert answer["Location"] == f"/admin/missions/{noun}/" and browser.get(answer["Location"]).status_code == 200


def test_nothing_that_was_typed_is_lost_when_the_house_asks_who_it_is():
    browser = signed_in(with_app("records officer"))
    person = makers.person("Zhumabayev", "Invented")
    address = f"/admin/missions/person/{person.pk}/change/"
    form = browser.get(address).context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    typed = {**values, "family_name": "Typed long ago", "_looked": "1"}
    for formset in browser.get(address).context["inline_admin_formsets"]:
        typed |= {f"{formset.formset.prefix}-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    aged(browser, 61)
    answer = browser.post(address, typed)
    assert answer["Location"].startswith("/admin/again/")
    assert "family" not in answer["Location"]
    answer = browser.post(answer["Location"], {"password": "wrong"})
    assert "password is not right" in answer.content.decode()
    answer = browser.post(f"/admin/again/?next={address}", {"password": PHRASE})
    assert answer.status_code == 302 and answer["Location"] == "/admin/missions/person/"
    person.refresh_from_db()
    assert person.family_name == "Typed long ago"


def test_who_came_by_single_sign_on_alone_signs_in_by_it_again_before_personal_data(client, settings):
    officer = makers.person_of_role("records officer")
    officer.set_unusable_password()
    officer.save()
    client.force_login(officer)
    assert client.get("/admin/missions/person/").status_code == 200
    aged(client, 61)
    answer = client.get("/admin/missions/person/")
    assert answer["Location"] == "/admin/login/?next=/admin/missions/person/" and not is_in(client)


def test_a_report_of_personal_data_asks_once_more_and_others_do_not(noon):
    browser = signed_in(with_app("records officer"))
    aged(browser, 61)
    assert browser.get("/reports/contributions/").status_code == 200
    assert browser.get("/reports/nominal-roll/")["Location"].startswith("/admin/again/")
    answer = browser.post("/reports/nominal-roll/take", {"format": "csv", "purpose": "a check"})
    assert answer["Location"].startswith("/admin/again/")


def test_an_open_session_is_no_way_to_guess_its_password():
    browser = signed_in(with_app("records officer"))
    for _time in range(accounts.MOST_WRONG_FOR_NAME):
        browser.post("/admin/again/", {"password": "wrong"})
    assert "Too many passwords" in browser.post("/admin/again/", {"password": PHRASE}).content.decode()


def test_a_person_sees_where_they_are_signed_in_and_ends_the_others():
    user = with_app()
    here, there = signed_in(user), signed_in(user)
    page = here.get("/admin/sessions/").content.decode()
    assert page.count("192.0.2.1") == 2
    here.post("/admin/sessions/")
    assert is_in(here) and not is_in(there)


def test_a_new_password_ends_every_other_session():
    user = with_app()
    here, there = signed_in(user), signed_in(user)
    new = "another long pass phrase"
    here.post("/admin/password_change/", {"old_password": PHRASE, "new_password1": new, "new_password2": new})
    assert is_in(here) and not is_in(there)


def test_no_page_before_the_door_makes_an_account():
    names = ("account_signup", "mfa_signup_webauthn", "socialaccount_signup", "account_email", "account_reset_password")
    for name in names:
        with pytest.raises(Exception, match=name):
            reverse(name)


def test_the_cookies_of_the_desk_come_with_the_sign_in_and_not_before():
    browser = Client()
    browser.get("/en/")
    assert not browser.cookies
    makers.author()
    browser, _answer = sign_in("author", browser=browser)
    assert {"sessionid", "desk_device"} <= set(browser.cookies)
    assert browser.cookies["desk_device"]["path"] == "/admin/" and browser.cookies["desk_device"]["httponly"]


def test_the_deployment_check_names_a_house_that_demands_no_second_factor(settings):
    from django.core.checks import run_checks

    assert not [found for found in run_checks(include_deployment_checks=True) if found.id == "ledger.W002"]
    settings.SECOND_FACTOR_DEMANDED = False
    assert [found for found in run_checks(include_deployment_checks=True) if found.id == "ledger.W002"]
