"""Passkeys over HTTP with a device that lies: what a browser with a real one would never send (``pages/test_passkeys.py``)."""

import json
from urllib.parse import urlsplit

import pytest

from kazasu.society.stories.moving import PIN
from tests.support.authenticator import Authenticator
from tests.support.pages import followed

DOCUMENT = json.dumps(
    {
        "title": {"ja": "申込", "en": "Application"},
        "lines": [{"label_ja": "氏名", "label_en": "Name", "value": "x"}],
        "data": {},
    },
    ensure_ascii=False,
).encode()
REI, SOTA = "松本　玲", "山田　颯太"


class Device:
    """Somebody's browser with a passkey device."""

    def __init__(self, stage, person):
        self.origin = stage.origin("identity")
        self.person = person
        self.browser = person.browser
        self.key = Authenticator(self.origin, urlsplit(self.origin).hostname)

    def post(self, path, content=None):
        body = content if isinstance(content, bytes) else json.dumps(content or {}).encode()
        headers = {"origin": self.origin, "accept": "application/json"}
        return self.browser.client.post(f"{self.origin}{path}", content=body, headers=headers)

    def at_account(self):
        self.browser.get(f"{self.origin}/account")
        self.person.tap(pin=PIN)
        return self

    def offered(self):
        return self.post("/account/passkeys/options").json()

    def bind(self, answer=None):
        return self.post("/account/passkeys", answer or self.key.create(self.offered()))

    def known(self):
        """The person's passkeys as the account page lists them."""
        forms = self.browser.get("/account").page.forms
        actions = [urlsplit(form.action or "").path for form in forms]
        return [path for path in actions if "/passkeys/" in path]

    def asked(self, party, scope="openid"):
        """A sign-in begun at a party: path of its passkey, and the options for it."""
        party.start(self.person, scope)
        button = self.browser.page.xpath("//button[@data-passkey='use']")[0]
        path = button.get("data-url")
        return path, self.post(f"{path}/options").json()


def held_for(answer, handle):
    """The answer of a device that says that it holds the passkey for somebody else."""
    return answer | {"response": answer["response"] | {"userHandle": handle}}


def code(answer):
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


@pytest.fixture
def device(stage, person):
    return lambda name: Device(stage, person(name))


@pytest.fixture
def rei(device):
    """Somebody whose passkey is bound."""
    one = device(REI).at_account()
    assert one.bind().json()["onward"].startswith("/account?kept=")
    return one


def test_a_device_signs_in_with_what_it_bound(rei, shop):
    party = shop("diary")
    started = party.start(rei.person)
    path = rei.browser.page.xpath("//button[@data-passkey='use']")[0].get("data-url")
    answer = rei.post(path, rei.key.get(rei.post(f"{path}/options").json()))
    rei.browser.get(answer.json()["onward"])
    assert party.finish(rei.person, started).acr == "aal2"


@pytest.mark.parametrize("handle", [None, ""])
def test_a_device_that_does_not_say_for_whom_signs_in_all_the_same(rei, shop, handle):
    """Genosyn/genosyn #42: platforms give no handle, and the credential's number is one person's."""
    path, options = rei.asked(shop("diary"))
    assert "onward" in rei.post(path, held_for(rei.key.get(options), handle)).json()


def test_a_passkey_that_counts_nothing_signs_in_again_and_again(rei, shop):
    """ritou/elixir-web_authn_lite #10: what is synced between devices says zero each time (WebAuthn 6.1.1)."""
    for _ in range(3):
        path, options = rei.asked(shop("diary"))
        rei.key.count = -1
        assert "onward" in rei.post(path, rei.key.get(options)).json()


def test_a_count_of_nothing_after_one_that_counted_is_a_copys(rei, shop):
    """usememos/memos #5872: zero must not put the count out of use."""
    path, options = rei.asked(shop("diary"))
    rei.key.count = 4
    rei.browser.get(rei.post(path, rei.key.get(options)).json()["onward"])
    path, options = rei.asked(shop("diary"))
    rei.key.count = -1
    assert code(rei.post(path, rei.key.get(options))) == "identity.bad-passkey"


def test_a_wrong_origin_is_no_failure_of_ours_and_names_no_address(device):
    """LanternOps/breeze #6499: a 500 that echoed the expected origin."""
    one = device(REI).at_account()
    answer = one.bind(one.key.create(one.offered(), origin="https://id.example"))
    assert 400 <= answer.status_code < 500
    assert "id.example" not in answer.text
    assert f"expected {one.origin}" not in answer.text


@pytest.mark.parametrize(
    "bend",
    [
        lambda d, o: d.key.create(o, origin="https://id.example"),
        lambda d, o: d.key.create(o, verified=False),
        lambda d, o: d.key.create(o | {"challenge": "AAAA"}),
        lambda d, o: d.key.get(o),
        lambda d, o: {"id": "x"},
    ],
    ids=["another site", "owner unknown", "another challenge", "no new key", "nothing"],
)
def test_what_a_device_offers_wrongly_is_not_bound(device, bend):
    one = device(REI).at_account()
    before = one.known()
    assert code(one.bind(bend(one, one.offered()))) == "identity.bad-passkey"
    assert one.known() == before


def test_an_offer_is_taken_once(device):
    one = device(REI).at_account()
    answer = one.key.create(one.offered())
    assert one.bind(answer).is_success
    assert code(one.bind(answer)) == "identity.bad-passkey"


def test_a_device_is_one_persons(rei, device):
    assert code(rei.bind()) == "identity.passkey-known"
    sota = device(SOTA).at_account()
    sota.key = rei.key
    assert code(sota.bind()) == "identity.passkey-known"
    assert sota.known() == []


def test_somebody_elses_passkey_cannot_be_removed(rei, device):
    known = rei.known()
    sota = device(SOTA).at_account()
    for path in (*known, "/account/passkeys/none/end", "/account/passkeys/00/end"):
        refused = followed(sota.browser.client, sota.post(path))
        assert "identity.unknown-passkey" in refused.text
    assert rei.known() == known


@pytest.mark.parametrize(
    "bend",
    [
        lambda d, o: d.key.get(o, origin="https://id.example"),
        lambda d, o: d.key.get(o, verified=False),
        lambda d, o: d.key.get(o | {"challenge": "AAAA"}),
        lambda d, o: d.key.get(o) | {"id": "AAAA", "rawId": "AAAA"},
        lambda d, o: Authenticator(d.origin, d.key.rp_id).get(o) | {"id": d.key.get(o)["id"]},
        lambda d, o: held_for(d.key.get(o), "AAAA"),
    ],
    ids=[
        "another site",
        "owner unknown",
        "another challenge",
        "unknown key",
        "signed by another",
        "held for another",
    ],
)
def test_what_a_device_signs_wrongly_opens_nothing_and_costs_the_challenge(rei, shop, bend):
    path, options = rei.asked(shop("diary"))
    assert code(rei.post(path, bend(rei, options))) == "identity.bad-passkey"
    assert code(rei.post(path, rei.key.get(options))) == "identity.bad-passkey"


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff"])
def test_what_is_no_json_is_no_passkey(rei, shop, content):
    path, _ = rei.asked(shop("diary"))
    assert code(rei.post(path, content)) == "identity.bad-passkey"


def test_a_copied_key_is_noticed_by_its_count(rei, shop):
    """WebAuthn §7.2 step 21: a count that does not grow is of a clone."""
    path, options = rei.asked(shop("diary"))
    rei.key.count = 6
    rei.browser.get(rei.post(path, rei.key.get(options)).json()["onward"])
    path, options = rei.asked(shop("diary"))
    rei.key.count = 3
    assert code(rei.post(path, rei.key.get(options))) == "identity.bad-passkey"


def requests_of(rei):
    """The authorization requests that this browser began."""
    names = (one.name for one in rei.browser.client.cookies.jar)
    return {name.removeprefix("tap-") for name in names if name.startswith("tap-")}


@pytest.mark.parametrize(
    ("scope", "levels"), [("openid name", ()), ("openid sign", ()), ("openid", ("aal3",))]
)
def test_a_request_that_needs_the_card_takes_no_passkey(rei, shop, scope, levels):
    """It is not offered; whoever sends it all the same is told that the card is needed."""
    party = shop("diary")
    signing = {}
    if "sign" in scope:
        signing["sign_transaction_id"] = party.openid.open_signing(party.party, DOCUMENT, [])
    before = requests_of(rei)
    party.start(rei.person, scope, levels=levels, **signing)
    (request,) = requests_of(rei) - before
    place = f"/tap/{request}"
    assert not rei.browser.has("Sign in with a passkey")
    _, options = rei.asked(shop("other"))
    for path, content in (
        (f"{place}/passkey/options", {}),
        (f"{place}/passkey", rei.key.get(options)),
    ):
        assert code(rei.post(path, content)) == "identity.card-needed"
