"""Compatibility mode: a test party is treated as the public sandbox treats it, and nobody else ever is.

What is sent is what INTER-Mediator's published adapter for the public service sends (``src/php/Auth/OAuth/MyNumberCardAdapter.php``):
``tests/foreign/inter_mediator.py`` runs the adapter itself.
"""

import base64
import hashlib
import json
import secrets
from copy import copy

import pytest
from joserfc.jwk import RSAKey

from kazasu.card.agreed import to_be_signed
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import Clients
from tests.identity.conftest import World
from tests.identity.parties import Relying, encoded
from tests.identity.refused import outcome
from tests.identity.test_registration import PURPOSES, decided
from tests.support.street import Street

RSA = RSAKey.generate_key(2048)
DAY = 86_400


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture
def operator(world):
    process = world.street.process
    return Clients(
        process.prepared.databases["identity"],
        world.clock,
        process.client,
        world.directory,
        sandbox=True,
    )


class Adapter(Relying):
    """An RSA key without a name, assertions as the adapter writes them."""

    def __init__(self, world, name="adapter", **registration):
        given = {"jwks": {"keys": [RSA.as_dict(private=False)]}, "compat": True} | registration
        super().__init__(world, name, **given)

    def assertion(self, **changes):
        now = int(self.world.clock.now().timestamp())
        claims = {
            "iss": self.client_id, "sub": self.client_id,
            "aud": f"{self.world.protocol}/token", "jti": f"6829a1c0b4{secrets.token_hex(6)}",
            "exp": str(now + DAY),
        } | changes  # fmt: skip
        return encoded({"alg": "RS256"}, claims, RSA)


@pytest.fixture(scope="module")
def adapter(world):
    return Adapter(world, "adapter", token_endpoint_auth_signing_alg="RS256")


def test_what_the_published_adapter_sends_signs_a_person_in(world, adapter):
    scope = "openid name address birthdate gender"
    began = adapter.authorize(scope=scope, acr_values="aal3 crl")
    verifier = adapter.verifier
    answer = world.answer_of(began)
    assert answer["session_state"]
    assert answer["state"] == "state-1234567890"
    told = adapter.redeem(answer["code"], verifier, client_id=adapter.client_id).json()
    assert told["scope"] == scope
    assert adapter.userinfo(told["access_token"]).json()["name"] == "横浜　花子"


def own(party, **claims):
    return party.token(
        assertion=party.assertion(**claims), grant_type="client_credentials", scope="sign"
    )


def test_a_day_is_enough_and_what_is_no_number_is_refused(world, adapter):
    now = int(world.clock.now().timestamp())
    for end in (now + DAY, str(now + DAY)):
        taken = own(adapter, exp=end)
        assert taken.is_success, taken.text
    for end in (now + 2 * DAY, str(now + 2 * DAY), str(now - 1), "soon", f"{now + 60}.5", "", "-1"):
        assert outcome(own(adapter, exp=end)) == "invalid_client", end


def test_an_assertion_of_a_day_serves_once(world, adapter):
    once = adapter.assertion(jti="once-and-no-more")
    form = {"grant_type": "client_credentials", "scope": "sign"}
    assert adapter.token(assertion=once, **form).is_success
    world.later(hours=23)
    assert outcome(adapter.token(assertion=once, **form)) == "invalid_client"


def test_who_is_not_in_it_gets_none_of_it(world):
    plain = Adapter(world, "plain", compat=None)
    assert outcome(own(plain)) == "invalid_client"
    known = Relying(world, "known")
    now = int(world.clock.now().timestamp())
    for claims in ({"exp": str(now + 60)}, {"exp": now + DAY}):
        assert outcome(own(known, **claims)) == "invalid_client", claims
    assert "session_state" not in world.answer_of(known.authorize())
    digest = base64.b64encode(bytes(32)).decode()
    assert outcome(deposit(known, digest)) == "identity.bad-document"
    asked = Relying.register(world, token_endpoint_auth_signing_alg="RS256")
    assert outcome(asked) == "invalid_client_metadata"


# ---------------------------------------------------------------- digests


def deposit(party, digest, **more):
    return party.world.browser.post(
        f"{party.world.origin}/api/sign-transactions",
        json={"digest": digest, "audiences": []} | more,
        headers={"authorization": f"Bearer {party.own()}"},
    )


@pytest.mark.parametrize("prefix", ["", "3031300d060960864801650304020105000420"])
def test_a_digest_is_signed_inside_a_document_that_says_so(world, adapter, prefix):
    digest = hashlib.sha256(b"a contract that nobody sees").digest()
    told = deposit(adapter, base64.b64encode(bytes.fromhex(prefix) + digest).decode()).json()
    assert "digest" in told["warning"]["en"]
    content = base64.b64decode(told["document"])
    assert json.loads(content)["lines"][1]["value"] == digest.hex()
    began = adapter.authorize(scope="openid sign", sign_transaction_id=told["sign_transaction_id"])
    tap = world.tap_of(began)
    assert base64.b64decode(tap.challenge) == content
    assert to_be_signed.read(content).lines[0].value_en == told["warning"]["en"], "as it is shown"


@pytest.mark.parametrize("wrong", ["", "AAAA", "!", base64.b64encode(bytes(48)).decode()])
def test_what_is_no_sha_256_is_refused(adapter, wrong):
    assert outcome(deposit(adapter, wrong)) == "identity.bad-document"


# ---------------------------------------------------------------- never further than that


@pytest.mark.parametrize("mode", ["team", "live"])
def test_a_party_that_is_reviewed_leaves_it(world, operator, mode):
    party = Adapter(world, f"grown-{mode}", purposes=PURPOSES)
    assert party.manage().json()["compat"]
    decided(operator, party, mode)
    told = party.manage().json()
    assert (told["mode"], told["compat"]) == (mode, False)
    wanted = told | {"compat": True}
    changed = party.manage("PUT", json=wanted).json()
    assert (changed["mode"], changed["compat"]) == (mode, False)
    assert outcome(own(party)) == "invalid_client"


def test_the_database_keeps_it_to_test_parties(world):
    party = Adapter(world, "forced")
    with pytest.raises(Exception, match="client_compat"):
        world.street.databases("identity").run(
            "test.force",
            lambda tx: tx.execute(
                "UPDATE client SET mode = 'team' WHERE client_id = %s", (party.client_id,)
            ),
        )


def test_production_knows_no_such_mode(world, module_databases):
    """Nor for a party that came along with a sandbox's database."""
    party = Adapter(world, "moved")
    outside = party.world = copy(world)
    outside.street = Street(
        module_databases, world.clock, "jpki", "identity",
        mode="production", pki_passphrase_file=str(world.street.settings.data / "pki" / "passphrase"),
    )  # fmt: skip
    outside.browser = outside.street.browser()
    assert outcome(own(party)) == "invalid_client"
    asked = Relying.register(outside, "late", compat=True)
    assert outcome(asked) == "invalid_client_metadata"


def test_compatible_is_a_test_party_of_a_sandbox():
    blank = dict.fromkeys(
        ("client_id", "institution", "sector", "name_ja", "name_en", "colour"), ""
    )
    lists = {name: [] for name in ("redirect_uris", "logout_uris", "scopes", "grants")}
    for mode in ("test", "team", "live"):
        for compat in (True, False):
            one = Client(
                **blank, **lists, keys=None, public_institution=False, mode=mode, compat=compat
            )
            assert one.compatible(sandbox=True) is (compat and mode == "test")
            assert not one.compatible(sandbox=False)
