"""Everything that must be refused (:mod:`tests.identity.refused`): the answer is the expected one, and none is accepted."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, RSAKey

from kazasu.exchange.keys import verified
from kazasu.foundation.faults import Refusal
from kazasu.kit.openid import OpenId, RelyingParty, Started
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import CASES, Two, outcome

# Short keys come in on purpose; joserfc warns before we refuse.
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")


@pytest.fixture(scope="module")
def two(module_databases):
    return Two(World(module_databases, module_databases.clock))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused(two, case):
    assert outcome(case.send(two)) == case.expected


def test_an_assertion_that_expired_is_told_the_time_here(two):
    """The country's clock may have been moved: nothing else would tell a program of the machine's time."""
    answer = two.asserting(two.a.assertion(exp=two.now() - 1))
    here = datetime.fromtimestamp(two.now(), UTC).strftime("%Y-%m-%dT")
    assert f"the time here is {here}" in answer.json()["error_description"]


def test_a_key_that_nobody_registered_is_no_signature_that_does_not_verify(two):
    """Two mistakes, two sentences: the wrong ``kid``, and the right one over another key."""
    said = {
        "unknown": two.a.assertion(header={"kid": "of-yesterday"}),
        "other key": two.a.assertion(key=ECKey.generate_key("P-256")),
    }
    told = {name: two.asserting(one).json()["error_description"] for name, one in said.items()}
    assert told["unknown"] == "the kid of the assertion is of no registered key"
    assert told["other key"] == "the assertion does not verify with the registered key"


def test_there_are_enough_and_each_once():
    assert len(CASES) >= 120
    assert [name for name, n in Counter(case.name for case in CASES).items() if n > 1] == []
    assert all(case.follows for case in CASES)


UNCHANGED = {
    "authorization": lambda t: t.a.authorize(),
    "pushed": lambda t: t.a.visit({"client_id": t.a.client_id, "request_uri": t.a.push().json()["request_uri"]}),
    "assertion": lambda t: t.asserting(t.a.assertion()),
    "assertion PS256": lambda t: with_rsa(t),  # noqa: PLW0108 - below
    "code": lambda t: t.a.redeem(*t.a.code()),
    "code and key": lambda t: t.a.redeem(
        *t.a.code(dpop_jkt=t.a.dpop.thumbprint()), headers={"dpop": t.a.proof("POST", t.token_url)}
    ),
    "refresh": lambda t: t.a.refresh(t.a.login(scope="openid offline_access")["refresh_token"]),
    "proof": lambda t: t.showing(),
    "proof at token": lambda t: t.proving(),
    "userinfo": lambda t: t.b.userinfo(t.others["access_token"]),
    "userinfo by body": lambda t: t.a.form("userinfo", {"access_token": t.others["access_token"]}),
    "document": lambda t: t.a.deposit(),
    "registration": lambda t: Relying.register(t.world),
    "own registration": lambda t: t.a.manage(),
    "sign-out": lambda t: t.world.browser.get(
        f"{t.world.protocol}/logout", params={"id_token_hint": t.a.login()["id_token"], "client_id": t.a.client_id}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNCHANGED)
def test_the_same_request_without_its_mistake_is_accepted(two, name):
    """Else everything above would be refused for another reason than its own."""
    assert outcome(UNCHANGED[name](two)).startswith("accepted")


def with_rsa(two):
    key = RSAKey.generate_key(2048, {"kid": "rsa"})
    party = Relying(two.world, "rsa", jwks={"keys": [{**key.as_dict(private=False), "kid": "rsa"}]})
    party.key = key
    assertion = party.assertion(header={"alg": "PS256"})
    return party.token(assertion=assertion, grant_type="client_credentials", scope="sign")


# ---------------------------------------------------------------- every key at every door


def made(two):
    """One token of each kind, good where it belongs."""
    world = two.world
    tap = parse_qs(urlsplit(two.a.authorize().headers["location"]).query)["request"][0]
    return {
        "ID token": two.others["id_token"],
        "logout token": two.by_service("logout+jwt"),
        "security event": two.by_service("secevent+jwt"),
        "assertion of alpha": two.a.assertion(),
        "assertion of beta": two.b.assertion(),
        "assertion of portal": world.assertion("portal"),
        "DPoP proof": two.a.proof("POST", two.token_url),
        "tap request": tap,
        "letter": world.street.process.institution("portal").sign(b"{}", "kazasu-letter+jws"),
    }


def doors(two):
    """Who verifies what; each raises or answers with an error when it is not for it."""
    world = two.world

    def asserted(token, client_id):
        form = {"client_id": client_id, "grant_type": "client_credentials", "scope": "sign"}
        assert two.a.token(assertion=token, **form).is_success

    def hinted(token):
        answer = world.browser.get(f"{world.protocol}/logout", params={"id_token_hint": token})
        assert answer.status_code < 400

    def proven(token):
        form = {"grant_type": "client_credentials", "scope": "sign"}
        assert two.a.token(headers={"dpop": token}, **form).is_success

    return {
        "ID token": hinted,
        "assertion of alpha": lambda token: asserted(token, two.a.client_id),
        "assertion of beta": lambda token: asserted(token, two.b.client_id),
        "assertion of portal": lambda token: asserted(token, "portal"),
        "DPoP proof": proven,
        "tap request": lambda token: verified(token, "kazasu-tap+jws", world.directory, "identity"),
        "letter": lambda token: verified(token, "kazasu-letter+jws", world.directory, "portal"),
    }


def test_only_the_diagonal_passes(two):
    passed = set()
    for door, enter in doors(two).items():
        for kind, token in made(two).items():
            with suppress(AssertionError, Refusal):
                enter(token)
                passed.add((kind, door))
    assert passed == {(door, door) for door in doors(two)}


# ---------------------------------------------------------------- two parties, every door of each other


def test_no_party_reaches_anything_of_another(two):
    """Both ways round; what is asked for exists, and its owner gets it."""
    for one, other in ((two.a, two.b), (two.b, two.a)):
        tokens = other.login(scope="openid name offline_access")
        number = other.deposit().json()["sign_transaction_id"]
        code, verifier = other.code()
        request_uri = other.push().json()["request_uri"]
        tries = {
            "code": one.redeem(code, verifier, redirect_uri=other.redirect_uri),
            "refresh": one.refresh(tokens["refresh_token"]),
            "pushed": one.visit({"client_id": one.client_id, "request_uri": request_uri}),
            "result": one.result(number),
            "signing": one.authorize(scope="openid sign", sign_transaction_id=number),
            "read": one.manage(of=other),
            "change": one.manage("PUT", of=other, json=Relying.metadata("x", one.key)),
            "delete": one.manage("DELETE", of=other),
            "review": one.manage("POST", of=other, path="/review"),
            "team": one.manage("POST", of=other, path="/team"),
        }
        assert [
            name for name, answer in tries.items() if outcome(answer).startswith("accepted")
        ] == []
        assert other.refresh(tokens["refresh_token"]).is_success
        assert outcome(other.result(number)) == "identity.not-signed"
        assert other.manage().is_success


# ---------------------------------------------------------------- what a relying party must see to


@pytest.mark.parametrize("change", [{"iss": "https://evil.test"}, {"iss": ""}, {"state": "other"}])
def test_an_answer_of_another_issuer_or_start_is_not_taken(two, change):
    """Mix-up (RFC 9207) and login CSRF: what the answer names is what the party compares."""
    answer = two.world.answer_of(two.a.authorize()) | change
    openid = OpenId(two.world.issuer, two.world.browser, two.world.clock)
    party = RelyingParty(two.a.client_id, two.a.redirect_uri, two.a.key)
    started = Started("", "state-1234567890", "nonce-1234567890", two.a.verifier)
    with pytest.raises(Refusal) as refused:
        openid.finish(party, started, answer, userinfo=False)
    assert refused.value.fault.code == "signin.not-genuine"


def test_a_code_put_into_another_session_gives_no_person(two):
    """Code injection (RFC 9700 4.5): alpha's victim's session holds another verifier."""
    stolen, _ = two.a.code()
    mine = two.a.request()
    assert mine["state"]
    assert outcome(two.a.redeem(stolen, two.a.verifier)) == "invalid_grant"


def test_errors_come_with_the_issuer_too(two):
    answer = two.world.answer(two.a.authorize(scope="openid resident"))
    assert (answer["iss"], answer["error"]) == (two.world.issuer, "invalid_scope")
