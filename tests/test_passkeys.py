"""Keys and passkeys, tried in a real browser with a virtual authenticator."""

import re

import pytest

from tests.house import House, follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(demonstration, tmp_path_factory):
    """A house that demands a second factor; keys are for a name, not for a number."""
    house = House(tmp_path_factory.mktemp("passkeys"))
    house.address = house.address.replace("127.0.0.1", "localhost")
    house.environment.update(SECOND_FACTOR_DEMANDED="on", SITE_URL=house.address)
    house.move_into(demonstration)
    server = house.start()
    yield house
    server.terminate()
    server.wait()


@pytest.fixture
def page(browser, house):
    """A page of somebody who may approve, with a key that has a PIN, and every complaint of the console."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    tool = context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    assert page.complaints == []
    context.close()


def by_password(page, house):
    page.goto(f"{house.address}/admin/")
    page.fill("#id_login", "editor")
    page.fill("#id_password", house.passwords["editor"])
    follow(page, ".desk-fields button")


def sign_out(page):
    follow(page, "#logout-form button")


def test_a_passkey_is_set_up_and_signs_in_alone_and_a_key_is_the_second_proof(page, house):
    by_password(page, house)
    assert "set up a second factor first" in page.inner_text("#content")
    follow(page, "text=Add a key or passkey")
    page.fill("#id_password", house.passwords["editor"])
    follow(page, ".desk-fields button")
    page.fill("#id_name", "The computer in room 12")
    page.check("#id_passwordless")
    follow(page, "#mfa_webauthn_add")
    assert len(re.findall(r"\b\d{8}\b", page.inner_text(".desk-codes"))) == 10
    page.goto(f"{house.address}/admin/factors/")
    assert "The computer in room 12 (signs in without a password)" in page.inner_text("#content")
    page.goto(f"{house.address}/admin/")
    assert "set up a second factor" not in page.inner_text("#content")
    sign_out(page)
    page.goto(f"{house.address}/admin/articles/edition/")
    follow(page, "#passkey_login")
    page.goto(f"{house.address}/admin/articles/edition/")
    assert page.locator("#changelist").count() == 1
    sign_out(page)
    by_password(page, house)
    assert "Your password is right" in page.inner_text("#content") and page.locator("#changelist").count() == 0
    follow(page, "#mfa_webauthn_authenticate")
    page.goto(f"{house.address}/admin/articles/edition/")
    assert page.locator("#changelist").count() == 1
