"""The house's own sign-on (OpenID Connect), tried against a real provider on this machine."""

import re
from contextlib import contextmanager

import oidc_provider_mock
import pytest
import requests
from oidc_provider_mock import User

from tests.house import House

pytestmark = pytest.mark.sqlite  # the house of these tests lies there on either leg

ADDRESS = "dana@newsroom.example"
PEOPLE = [
    User(sub="dana", claims={"email": ADDRESS, "email_verified": True}),
    User(sub="liar", claims={"email": ADDRESS, "email_verified": False}),
    User(sub="guest", claims={"email": "guest@newsroom.example", "email_verified": True}),
    User(sub="gone", claims={"email": "gone@newsroom.example", "email_verified": True}),
]
MAKE = f"""
from tests import makers
from ledger.models import User
makers.person_of_role("editor", "dana")
User.objects.filter(username="dana").update(email="{ADDRESS.upper()}")
User.objects.create_user("gone", email="gone@newsroom.example", is_staff=True, is_active=False)
"""


@pytest.fixture(scope="module")
def provider():
    with oidc_provider_mock.run_server_in_thread(user_claims=PEOPLE) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where a house lies that has one editor, and one who left."""
    folder = tmp_path_factory.mktemp("sign-on")
    house = House(folder)
    house.manage("migrate", "-v0")
    house.manage("collectstatic", "-v0", "--noinput")
    house.manage("shell", "-c", MAKE)
    return folder


@contextmanager
def served(folder, provider, **environment):
    """That house, whose desk knows the provider."""
    house = House(folder)
    house.environment.update(
        OIDC_SERVER_URL=provider, OIDC_CLIENT_ID="desk", OIDC_CLIENT_SECRET="kept", OIDC_NAME="The ministry",
        SECOND_FACTOR_DEMANDED="on", SITE_URL=house.address, **environment,
    )  # fmt: skip
    server = house.start()
    yield house
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def house(folder, provider):
    with served(folder, provider, OIDC_PROVES_TWO_FACTORS="on") as house:
        yield house


def sign_on(house, person):
    """A browser in which the provider has vouched for that person, and the page that it came to in the end."""
    browser = requests.Session()
    browser.headers["accept-language"] = "en"
    door = browser.get(f"{house.address}/admin/login/?next=/admin/account/")
    assert "Sign in by The ministry" in door.text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', door.text)[1]
    asked = browser.post(
        f"{house.address}/admin/login/sso/house/", {"csrfmiddlewaretoken": token, "next": "/admin/account/"},
        headers={"referer": door.url}, allow_redirects=False,
    )  # fmt: skip
    assert "code_challenge=" in asked.headers["Location"]  # who reads the answer on its way gets nothing by it
    return browser, browser.post(asked.headers["Location"], {"sub": person})


def test_who_was_invited_signs_in_by_the_houses_own_sign_on_and_comes_to_the_page_they_asked_for(house):
    for _time in range(2):  # the second time by the account that the first has joined
        browser, page = sign_on(house, "dana")
        assert page.url == f"{house.address}/admin/account/" and "Your user name is dana" in page.text
        assert browser.get(f"{house.address}/admin/articles/edition/").status_code == 200


@pytest.mark.parametrize("person", ["liar", "guest", "gone"])
def test_nobody_comes_in_by_an_address_that_is_not_proved_not_invited_or_of_somebody_who_left(house, person):
    browser, page = sign_on(house, person)
    assert "The desk has no account for you" in page.text and "/admin/login/" in page.url
    assert "/admin/login/" in browser.get(f"{house.address}/admin/").url


def test_a_sign_on_that_demands_one_factor_is_followed_by_the_desks_own(folder, provider):
    with served(folder, provider) as house:
        _browser, page = sign_on(house, "dana")
        assert page.url == f"{house.address}/admin/factors/" and "set up a second factor first" in page.text
