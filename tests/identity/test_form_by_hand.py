"""The desk's form: keys by their address, applications, RS256 and compatibility are there for who registers by hand, too."""

import json
import re

import pytest
from joserfc.jwk import ECKey
from lxml import html

from kazasu.identity.clients import model, store
from kazasu.identity.integrators.forms import PartyForm
from kazasu.identity.oauth.model import OAuthError
from tests.identity.conftest import World
from tests.identity.test_party_keys import Place
from tests.support.pages import followed

KEY = ECKey.generate_key("P-256", {"kid": "hand"})
KEYS = json.dumps({"keys": [KEY.as_dict(private=False)]})
WEB = "http://form.localhost:9000/callback"
OWN, LOOPBACK = "com.example.form:/callback", "http://127.0.0.1/callback"


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture
def place():
    made = Place()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Hand:
    """Somebody at the desk, by the form as its page gives it."""

    def __init__(self, world):
        self.world, self.browser = world, world.street.browser()

    def send(self, path, **fields):
        answer = self.browser.post(
            f"{self.world.origin}{path}", data=fields, headers={"origin": self.world.origin}
        )
        return html.fromstring(followed(self.browser, answer).text)

    def register(self, **fields):
        given = {"name": "By Form", "name_ja": "用紙の店", "redirect_uris": WEB} | fields
        return self.send("/integrators/register?lang=en", **given)

    def form(self):
        """The fields as the change's page shows them, sent back as they are."""
        page = html.fromstring(
            self.browser.get(f"{self.world.origin}/integrators/client/change?lang=en").text
        )
        return dict(page.get_element_by_id("main-form").form_values())

    def change(self, **fields):
        given = {name: value for name, value in (self.form() | fields).items() if value is not None}
        return self.send("/integrators/client/change?lang=en", **given)

    @property
    def client(self):
        """What is registered now."""
        page = self.browser.get(f"{self.world.origin}/integrators/client").text
        client_id = re.search(r"RP\d{8}", page)[0]
        return self._run(lambda tx: store.client(tx, client_id))

    def reviewed(self):
        client_id = self.client.client_id
        self._run(lambda tx: store.set_mode(tx, client_id, "live"))

    def _run(self, work):
        return self.world.street.databases("identity").run("test.party", work)


@pytest.fixture
def hand(world):
    return Hand(world)


def errors(page):
    """What is said beside which field."""
    return {
        one.get("id").removesuffix("-error"): " ".join(one.text_content().split())
        for one in page.xpath("//p[@class='field-error'][@id]")
    }


# ---------------------------------------------------------------- keys


def test_keys_may_lie_at_an_address(hand, place):
    place.lies({"keys": [KEY.as_dict(private=False)]})
    hand.register(jwks_uri=place.address)
    assert hand.client.jwks_uri == place.address
    assert [one["kid"] for one in hand.client.keys["keys"]] == ["hand"]
    assert hand.form()["jwks"] in ("", None), "what lies elsewhere is not pasted here"
    assert errors(hand.change(contact="desk@example.jp")) == {}
    assert hand.client.jwks_uri == place.address, "a change of something else leaves it"
    hand.change(jwks=KEYS, jwks_uri="")
    assert (hand.client.jwks_uri, hand.client.keys["keys"][0]["kid"]) == ("", "hand")


@pytest.mark.parametrize("fields", [{}, {"jwks": KEYS, "jwks_uri": "https://form.example/jwks"}], ids=["none", "both"])  # fmt: skip
def test_keys_are_given_in_one_way(hand, fields):
    said = errors(hand.register(**fields))
    assert list(said) == ["jwks"]
    assert "one of the two" in said["jwks"]


def test_an_address_without_keys_is_said_at_its_field(hand, place):
    place.lies({"keys": []}, status=404)
    assert list(errors(hand.register(jwks_uri=place.address))) == ["jwks_uri"]
    assert list(errors(hand.register(jwks_uri="ftp://form.example/jwks"))) == ["jwks_uri"]
    assert list(errors(hand.register(jwks_uri="http://form.example/jwks"))) == ["jwks_uri"]


# ---------------------------------------------------------------- applications


def test_an_application_is_registered_and_changed_by_hand(hand):
    hand.register(jwks=KEYS, native="y", redirect_uris=f"{OWN}\n{LOOPBACK}")
    assert hand.client.native
    assert hand.client.redirect_uris == [OWN, LOOPBACK]
    assert hand.form()["native"] == "y"
    assert errors(hand.change(contact="app@example.jp")) == {}
    assert hand.client.native
    assert hand.client.redirect_uris == [OWN, LOOPBACK]


def test_an_applications_address_without_the_tick_says_what_to_tick(hand):
    said = errors(hand.register(jwks=KEYS, redirect_uris=f"{WEB}\n{OWN}"))
    assert list(said) == ["redirect_uris"]
    assert said["redirect_uris"].startswith("Line 2: ")
    assert "own devices" in said["redirect_uris"]
    said = errors(hand.register(jwks=KEYS, redirect_uris="javascript:alert(1)"))
    assert list(said) == ["redirect_uris"]


# ---------------------------------------------------------------- RS256, compatibility


def test_rs256_and_compatibility_are_ticks(hand):
    hand.register(jwks=KEYS, rs256="y", compat="y")
    assert (hand.client.id_token_alg, hand.client.compat) == ("RS256", True)
    shown = hand.form()
    assert (shown["rs256"], shown["compat"]) == ("y", "y")
    hand.change(rs256=None, compat=None)
    assert (hand.client.id_token_alg, hand.client.compat) == ("ES256", False)


def test_a_reviewed_party_is_offered_no_compatibility_and_gets_none(hand):
    hand.register(jwks=KEYS)
    hand.reviewed()
    assert "compat" not in hand.form()
    hand.change(compat="y")
    assert (hand.client.mode, hand.client.compat) == ("live", False)


def test_production_offers_no_compatibility(module_databases, world):
    form = PartyForm(
        name="X",
        name_ja="店",
        redirect_uris="https://form.example/callback",
        jwks=KEYS,
        compat=True,
    )
    with pytest.raises(OAuthError) as refused:
        model.check(form.registration(), sandbox=False)
    (said,) = form.refused(refused.value).errors
    assert said.name == "compat"
