"""Passkeys in a real Chromium with a virtual authenticator: bound after a tap, then enough for signing in."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.society.stories.stage import Person
from tests.support.chromium import PHONE
from tests.support.party import PIN, Party

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Device:
    """The authenticator of a page, which may be told to hesitate, or not to know its owner."""

    def __init__(self, browser, page=None, **changes):
        self._session = browser.context.new_cdp_session(page or browser.page)
        self._session.send("WebAuthn.enable")
        made = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | changes})
        self._own = {"authenticatorId": made["authenticatorId"]}

    def set(self, what, **values):
        self._session.send(f"WebAuthn.set{what}", self._own | values)

    def owner(self, *, known):
        self.set("UserVerified", isUserVerified=known)

    def patient(self, *, answers):
        """Whether somebody touches it when it asks."""
        self.set("AutomaticPresenceSimulation", enabled=answers)

    @property
    def keys(self):
        return self._session.send("WebAuthn.getCredentials", self._own)["credentials"]

    def hold(self, *keys):
        """These passkeys and no others, as a copy of the device would have them."""
        self._session.send("WebAuthn.clearCredentials", self._own)
        for one in keys:
            self._session.send("WebAuthn.addCredential", self._own | {"credential": one})


@pytest.fixture
def owner(stage, axe_source):
    """``owner("松本　玲")``: a person at a phone that keeps passkeys."""

    def at(name):
        one = stage(size=PHONE, axe=axe_source)
        person = Person(one, name, one.browser())
        person.device = Device(person.browser)
        return person

    return at


@pytest.fixture
def rei(owner):
    return owner("松本　玲")


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
    rei.device.owner(known=False)
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


# ---------------------------------------------------------------- what goes otherwise

SIGNED = """async ({challenge, rpId}) => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  const publicKey = {challenge: bytes(challenge), rpId, userVerification: "required"};
  let one;
  try { one = await navigator.credentials.get({publicKey}); } catch (error) { return error.name; }
  const {clientDataJSON, authenticatorData, signature, userHandle} = one.response;
  const response = {clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: text(userHandle)};
  return {id: one.id, rawId: text(one.rawId), type: one.type, response};
}"""
"""A real ceremony on whichever page it is played."""
POSTED = """async ([url, body]) => {
  const headers = {"content-type": "application/json", accept: "application/json"};
  const answer = await fetch(url, {method: "POST", headers, body: JSON.stringify(body)});
  return answer.json();
}"""


def begun(party, person):
    """A sign-in under way: where its passkey goes, and the challenge that is to be signed."""
    party.start(person)
    page = person.browser.page
    place = page.get_by_role("button", name="Sign in with a passkey").get_attribute("data-url")
    return place, page.evaluate(POSTED, [f"{place}/options", {}])


def sent(person, place, answer):
    return person.browser.page.evaluate(POSTED, [place, answer])


def pressed(person, button, said):
    """A press that leads nowhere: the page stays, and says so."""
    before = person.browser.url
    page = person.browser.page
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_text(said).wait_for()
    assert person.browser.url == before


def at_account(person):
    person.browser.get(f"{person.stage.origin('identity')}/account")
    return person.tap(pin=PIN)


def known(person):
    page = person.browser.get(f"{person.stage.origin('identity')}/account").page
    return page.get_by_role("link", name="Remove this passkey").count()


@pytest.fixture
def elsewhere():
    """An address on the same host name, at another port: the device takes it for the same site, the service does not."""

    class Blank(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><title>Sign in</title>")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_who_left_in_the_middle_has_bound_nothing_and_may_begin_again(rei):
    at_account(rei)
    before = known(rei)
    rei.device.patient(answers=False)
    page = rei.browser.page
    page.get_by_role("button", name="Make a passkey on this device").click()
    page.locator("button[data-passkey]:disabled").wait_for()
    page.reload()  # while the device still asks for a finger
    assert (known(rei), rei.device.keys) == (before, [])
    rei.device.patient(answers=True)
    rei.browser.press("Make a passkey on this device").expect("The passkey is ready")
    assert known(rei) == before + 1


def test_who_left_in_the_middle_of_a_sign_in_goes_on_with_the_same_request(rei, party):
    bound(rei)
    rei.device.patient(answers=False)
    started = party.start(rei)
    page = rei.browser.page
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.locator("button[data-passkey]:disabled").wait_for()
    page.reload()
    rei.device.patient(answers=True)
    rei.browser.press("Sign in with a passkey")
    assert party.finish(rei, started).acr == "aal2"


def test_a_device_that_does_not_know_its_owner_is_not_bound(rei):
    at_account(rei)
    before = known(rei)
    rei.device.owner(known=False)
    pressed(
        rei, "Make a passkey on this device", "You stopped, or time ran out. Nothing was changed"
    )
    assert (known(rei), rei.device.keys) == (before, [])


def test_what_was_signed_at_another_address_opens_nothing(rei, party, elsewhere):
    """A page that looks the same, on the same host, brings the service's own challenge before the person and carries the answer back."""
    bound(rei)
    place, options = begun(party, rei)
    trap = rei.browser.context.new_page()
    trap.goto(f"http://{options['rpId']}:{elsewhere}/")
    Device(rei.browser, trap).hold(*rei.device.keys)
    answer = trap.evaluate(SIGNED, options)
    assert answer["response"]["signature"], "the device took it for the same site"
    assert sent(rei, place, answer)["code"] == "identity.bad-passkey"
    # Neither does the same passkey on the right page for the challenge that is used up.
    answer = rei.browser.page.evaluate(SIGNED, options)
    assert sent(rei, place, answer)["code"] == "identity.bad-passkey"


def test_another_sites_page_gets_no_signature_at_all(rei, party):
    bound(rei)
    _, options = begun(party, rei)
    trap = rei.browser.context.new_page()
    trap.goto(f"{rei.stage.origin('bank')}/")
    Device(rei.browser, trap).hold(*rei.device.keys)
    assert trap.evaluate(SIGNED, options) == "SecurityError"


def test_one_answer_serves_once(rei, party):
    bound(rei)
    place, options = begun(party, rei)
    answer = rei.browser.page.evaluate(SIGNED, options)
    assert "code=" in sent(rei, place, answer)["onward"]
    assert sent(rei, place, answer)["code"] == "identity.signed-in-already"
    place, _ = begun(party, rei)  # another sign-in has a challenge of its own
    assert sent(rei, place, answer)["code"] == "identity.bad-passkey"


def test_two_tabs_of_one_sign_in_give_one_code(rei, party):
    bound(rei)
    started = party.start(rei)
    second = rei.browser.context.new_page()
    second.goto(rei.browser.url)
    copy = Device(rei.browser, second)
    copy.hold(*rei.device.keys)
    rei.browser.press("Sign in with a passkey")
    assert party.finish(rei, started).acr == "aal2"
    second.get_by_role("button", name="Sign in with a passkey").click()
    second.get_by_text("You are signed in already").wait_for()
    assert "/tap/" in second.url


def test_a_copied_device_is_noticed_by_its_count(rei, party):
    """WebAuthn 7.2 (22): a count that does not grow is of a clone."""
    bound(rei)
    copied = rei.device.keys
    started = party.start(rei)
    rei.browser.press("Sign in with a passkey")
    party.finish(rei, started)
    rei.device.hold(*copied)
    party.start(rei)
    pressed(rei, "Sign in with a passkey", "The passkey was not confirmed")


def test_another_persons_passkey_is_another_person(rei, owner, party):
    mine = party.login(rei)
    sota = owner("山田　颯太")
    bound(sota)
    bound(rei)
    rei.device.hold(*sota.device.keys)  # Rei's telephone in Sota's hand
    started = party.start(rei)
    rei.browser.press("Sign in with a passkey")
    found = party.finish(rei, started)
    assert found.subject != mine.subject
    # A service that asks for the same person once more gets no code from somebody else's.
    again = party.openid.start(party.party, ["openid"])
    rei.browser.get(f"{again.url}&{urlencode({'id_token_hint': mine.id_token})}")
    pressed(rei, "Sign in with a passkey", "This is not the person who signed in before")


def test_a_passkey_is_not_bound_under_somebody_elses_sign_in(rei, owner):
    """Two people, one telephone: each signs in and binds one of their own, though the device knows one already."""
    sota = owner("山田　颯太")
    bound(sota)
    at_account(rei)
    rei.device.hold(*sota.device.keys)
    rei.browser.press("Make a passkey on this device").expect("The passkey is ready")
    holders = {one["userHandle"] for one in rei.device.keys}
    assert len(rei.device.keys) == len(holders) == 2
