"""A payment that is approved by a tap (RFC 9396): what the reader shows is what was pushed, signed and answered."""

import base64
import json
from types import SimpleNamespace

import psycopg
import pytest

from kazasu.card.agreed.consent import bound
from kazasu.card.agreed.payment import purpose
from kazasu.card.challenge import read_challenge
from kazasu.exchange.keys import decrypt
from kazasu.foundation.faults import Refusal
from kazasu.identity.consents import payment, words
from kazasu.identity.consents.service import Links
from kazasu.identity.passkeys.service import Passkeys
from kazasu.identity.store import cleaning
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome

ONE = {
    "type": "payment", "instructedAmount": {"currency": "JPY", "amount": "1200"},
    "creditorName#ja": "しおり書店", "creditorName#en": "Shiori Books", "reference": "r" * 32,
}  # fmt: skip


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


@pytest.fixture(scope="module")
def party(world):
    return Relying(world, "shop-pay", dpop_bound_access_tokens=True)


def push(party, details, **request):
    endpoint = f"{party.world.protocol}/ext/par/request"
    text = details if isinstance(details, str) else json.dumps(details)
    return party.push(
        headers={"dpop": party.proof("POST", endpoint)}, authorization_details=text, **request
    )


def began(party, details=(ONE,), **request):
    pushed = push(party, list(details), **request)
    assert pushed.status_code == 201, pushed.text
    return party.visit(
        {"client_id": party.client_id, "request_uri": pushed.json()["request_uri"]}
    ), party.verifier


def rows(world, query):
    with psycopg.connect(world.street.databases.url("identity")) as connection:
        connection.execute("SET search_path TO identity")
        return connection.execute(query).fetchall()


def test_what_is_read_signed_and_answered_is_what_was_pushed(world, party):
    at_reader, verifier = began(party)
    tap = world.tap_of(at_reader)
    assert tap.purpose_ja == "しおり書店に1,200円を払う"
    assert tap.purpose_en == "Pay 1,200 yen to Shiori Books"
    assert tap.pin == "required"
    code = world.answer_of(at_reader)["code"]
    proof = party.proof("POST", f"{world.protocol}/token")
    answer = party.redeem(code, verifier, headers={"dpop": proof}).json()
    assert answer["authorization_details"] == [ONE]
    document = rows(world, "SELECT document FROM consent ORDER BY given_at DESC LIMIT 1")[0][0]
    nonce = read_challenge(base64.b64decode(tap.challenge)).nonce
    assert nonce.endswith(bound("", document.encode())), "the card signed this document"
    kept = json.loads(document)["authorization_details"]
    canonical = payment.read(_strict(), ("openid",), json.dumps([ONE]))
    assert kept == payment.digest(canonical), "whoever has the details can show it"
    assert "しおり書店" not in document
    assert "1200" not in document
    left = rows(world, "SELECT count(*) FROM authorization_grant WHERE details <> ''")
    assert left == [(0,)], "forgotten with the code"


def test_the_person_sees_later_what_was_approved(world, party, module_databases):
    at_reader, _ = began(party)
    world.answer_of(at_reader)
    action, sealed, release_id, person = rows(
        world,
        """SELECT r.action, p.sealed, r.release_id, r.person_ref
           FROM release r JOIN approved_payment p USING (release_id) ORDER BY r.at DESC LIMIT 1""",
    )[0]
    assert action == "pay"
    assert ("1200" in sealed, "Shiori" in sealed) == (False, False)
    own = world.street.process.institution("identity")
    links = Links(module_databases("identity"), None, lambda text: decrypt(text, own))
    paid = links.payments(person)[release_id]
    assert (paid.payee.ja, paid.payee.en, paid.amount) == ("しおり書店", "Shiori Books", 1200)
    assert links.payments("somebody else") == {}
    steps = words.plain_steps(links.release(person, release_id))
    assert "Payee and amount" in steps[-1].en
    with psycopg.connect(module_databases.url("identity")) as connection:
        connection.execute(
            "UPDATE identity.approved_payment SET expires_at = %s", (world.clock.now(),)
        )
    assert links.payments(person) == {}
    module_databases("identity").run("test.clean", cleaning.purge, isolation="READ COMMITTED")
    assert rows(world, "SELECT count(*) FROM approved_payment") == [(0,)]


def _strict():
    return type("Client", (), {"strict": True})()


def test_a_weaker_level_first_still_asks_for_the_pin(world, party):
    at_reader, _ = began(party, acr_values="aal2 aal3")
    assert world.tap_of(at_reader).pin == "required"


@pytest.mark.parametrize(("details", "refused"), [("", False), ("[1]", True)])
def test_no_passkey_approves_a_payment(details, refused):
    """Though it may sign in with the same scopes and level."""
    waiting = SimpleNamespace(
        scopes=["openid"], acr_values=["aal2"], details=details, card_only=False
    )
    taps = SimpleNamespace(waiting=lambda *_: (waiting, None))
    desk = SimpleNamespace(origin="http://id.localhost")
    passkeys = Passkeys(desk, taps, None)
    if not refused:
        assert passkeys._waiting("a", "b") == (waiting, None)
        return
    with pytest.raises(Refusal) as caught:
        passkeys._waiting("a", "b")
    assert caught.value.fault.code == "identity.card-needed"


@pytest.mark.parametrize(
    "change",
    [
        {"type": "account"}, {"reference": "short"}, {"reference": "r" * 65}, {"more": 1},
        {"creditorName#ja": ""}, {"creditorName#en": "x" * 41}, {"creditorName#en": " x"},
        {"creditorName#ja": "a\u202eb"}, {"creditorName#ja": "a\nb"}, {"creditorName#ja": None},
        {"instructedAmount": {"currency": "USD", "amount": "1"}},
        *({"instructedAmount": {"currency": "JPY", "amount": amount}}
          for amount in ("0", "-1", "01", "1.5", "1000001", "１", "1\n", 1, "")),
    ],
)  # fmt: skip
def test_what_is_no_payment(party, change):
    assert outcome(push(party, [ONE | change])) == "invalid_authorization_details"


@pytest.mark.parametrize("text", ["x", "{}", "[]", "[1]", json.dumps([ONE, ONE]), json.dumps(ONE)])
def test_what_is_not_one(party, text):
    assert outcome(push(party, text)) == "invalid_authorization_details"


def test_only_pushed_alone_and_by_a_strict_party(world, party):
    assert outcome(push(party, [ONE], scope="openid name")) == "invalid_authorization_details"
    plain = Relying(world, "plain-pay")
    text = json.dumps([ONE])
    assert outcome(plain.push(authorization_details=text)) == "invalid_authorization_details"
    assert (
        outcome(plain.authorize(authorization_details=text)) == "back:invalid_authorization_details"
    )


@pytest.mark.parametrize("amount", [1, 999, 1_000_000])
def test_the_words_are_the_services_own(amount):
    details = [ONE | {"instructedAmount": {"currency": "JPY", "amount": str(amount)}}]
    canonical = payment.read(_strict(), ("openid",), json.dumps(details))
    assert f"{amount:,}円" in purpose(canonical).ja
    assert payment.given(canonical) == details
