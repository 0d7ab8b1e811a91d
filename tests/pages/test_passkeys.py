"""Passkeys in a real Chromium with a virtual authenticator: bound after a tap, then enough for signing in."""

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.society.stories.stage import Person
from tests.support.chromium import PHONE
from tests.support.party import PIN, Party

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture
def rei(stage, axe_source):
    one = stage(size=PHONE, axe=axe_source)
    person = Person(one, "松本　玲", one.browser())
    session = person.browser.context.new_cdp_session(person.browser.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    person.authenticator = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})[
        "authenticatorId"
    ]
    person.session = session
    return person


@pytest.fixture
def party(country):
    made = Party(country, "diary")
    yield made
    made.close()


def bound(person):
    person.browser.get(f"{person.stage.origin('identity')}/account")
    person.tap(pin=PIN)
    return person.browser.press("Make a passkey on this device").expect("The passkey is ready")


def test_a_passkey_is_enough_to_sign_in_and_for_nothing_more(rei, party):
    subject = party.login(rei).subject
    bound(rei)
    started = party.start(rei)
    rei.browser.press("Sign in with a passkey")
    found = party.finish(rei, started)
    assert found.subject == subject
    assert (found.acr, found.amr) == ("aal2", ("hwk", "user"))
    for scope, acr in (("openid name", ""), ("openid", "aal3")):
        party.start(rei, scope, levels=tuple(acr.split()))
        rei.browser.expect("The tray of cards")


def test_a_removed_passkey_opens_nothing(rei, party):
    bound(rei)
    removal = rei.browser.page.get_by_role("link", name="Remove this passkey")
    while removal.count():
        removal.first.click()
        rei.browser.expect("Remove the passkey?").press("Remove the passkey")
        rei.browser.expect("The passkey was removed")
    started = party.start(rei)
    rei.browser.page.get_by_role("button", name="Sign in with a passkey").click()
    rei.browser.page.get_by_text("The passkey was not confirmed").wait_for()
    with pytest.raises(Refusal):
        party.finish(rei, started)


def test_a_device_that_does_not_know_its_owner_opens_nothing(rei, party):
    bound(rei)
    rei.session.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": rei.authenticator, "isUserVerified": False},
    )
    party.start(rei)
    rei.browser.page.get_by_role("button", name="Sign in with a passkey").click()
    rei.browser.page.get_by_text("You stopped").wait_for()


def test_nothing_on_these_pages_shuts_anybody_out(rei):
    bound(rei)
    page = rei.browser.page
    page.get_by_role("button", name="Make a passkey on this device").click()
    page.get_by_text("This device has a passkey already").wait_for()
    assert page.get_by_text("The passkey is ready").count() == 0, "that was before"
    assert rei.browser.violations == []
    assert rei.browser.wide == []
