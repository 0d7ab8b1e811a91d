"""The request inspector: whole, redacted, one's own, for a day."""

import base64
import json
import threading
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from joserfc.jwk import ECKey

from kazasu.foundation.faults import CATALOGUE
from kazasu.identity.oauth.model import TABLE
from kazasu.lab.inspector import service, store
from kazasu.lab.inspector.steps import OTHER, STEPS, steps_of
from tests.identity.conftest import World
from tests.identity.parties import encoded
from tests.identity.registered_party import JWT_BEARER, Party


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock, "lab")


@pytest.fixture
def databases(module_databases):
    return module_databases


@pytest.fixture
def party(world):
    return Party(world)


def failed(request):
    found = [check for check in request["checks"] if check["state"] == "failed"]
    assert len(found) == 1, request["checks"]
    return found[0]


@pytest.mark.parametrize("endpoint", STEPS)
def test_a_refusal_is_one_step_with_what_to_change_wherever_it_is_met(endpoint):
    """Its own check where the endpoint has it, else the last line: never nothing."""
    for code, fault in TABLE.items():
        (step,) = [s for s in steps_of(endpoint, {"DPoP"}, code) if s.state == "failed"]
        assert step.hint is fault.hint
        assert step.title is (fault.check.title if fault.check in STEPS[endpoint] else OTHER)


def test_a_code_that_is_known_no_longer_has_no_hint():
    (step,) = [s for s in steps_of("auth", (), "request.of-yesterday") if s.state == "failed"]
    assert (step.title, step.hint) == (OTHER, None)


def test_a_good_login_passes_every_check(world, party):
    code = world.answer_of(party.authorize())["code"]
    assert party.redeem(code).status_code == 200
    token, auth = party.requests()
    assert (auth["endpoint"], token["endpoint"]) == ("auth", "token")
    for request in (auth, token):
        assert request["error"] is None
        assert {c["state"] for c in request["checks"]} <= {"passed", "nothing-to-check"}
    assert "passed" in {c["state"] for c in auth["checks"]}


def test_strangers_do_not_push_off_what_the_party_proved(world, party):
    """A client_id is no secret: what a browser or a wrong assertion brings in its name has a place of its own."""
    assert party.token(grant_type="client_credentials", scope="sign").status_code == 200
    bad = {"client_id": party.client_id, "redirect_uri": "https://x.example/", "state": "s"}
    for _ in range(110):
        world.browser.get(f"{world.protocol}/auth", params=bad)
    for _ in range(5):
        party.token(assertion=party.assertion(key=ECKey.generate_key("P-256")))
    shown = party.requests()
    assert [r["endpoint"] for r in shown if r["status"] == 200] == ["token"]
    assert len(shown) == 101


def test_nothing_that_opens_anything_is_kept(world, party, databases):
    code = world.answer_of(party.authorize(nonce="nonce-of-mine-777"))["code"]
    assertion = party.assertion(custom="secret-claim")
    answer = party.redeem(code, assertion=assertion, client_secert="misspelt-secret").json()
    world.userinfo(answer["access_token"])
    party.token(grant_type="refresh_token", refresh_token="refresh-me-0123456789")
    kept = json.dumps(party.requests())
    rows = databases("lab").read(
        "test.rows", lambda tx: tx.column("SELECT sent::text FROM inspected_request")
    )
    for secret in (
        code, party.verifier, answer["access_token"], answer["id_token"], "nonce-of-mine-777",
        assertion.rpartition(".")[2], "secret-claim", "misspelt-secret", "refresh-me-0123456789",
        party.registration_token,
    ):  # fmt: skip
        assert secret not in kept
        assert not any(secret in row for row in rows)
    assert f"({len(code)} chars, sha256 " in kept
    assert party.client_id in kept  # what is not secret is shown


@pytest.mark.parametrize(
    ("changes", "title", "part"),
    [
        ({"code_challenge_method": "plain"}, "PKCE", "S256"),
        ({"nonce": None}, "state and nonce", "random"),
        ({"scope": "name"}, "scopes", "openid"),
        ({"scope": "openid resident"}, "scopes", "registration"),
        ({"redirect_uri": "http://rp.localhost:9000/other"}, "redirect", ""),
        ({"sign_transaction_id": "1"}, "signing", "both"),
        ({"prompt": "none"}, "code flow", "refresh"),
    ],
)
def test_the_failed_check_is_named_with_what_to_change(party, changes, title, part):
    party.authorize(**changes)
    (request,) = party.requests()
    check = failed(request)
    assert title in check["check_en"]
    assert part in check["change_en"]
    assert check["change_ja"]
    states = [one["state"] for one in request["checks"]]
    place = states.index("failed")
    assert "not-reached" not in states[:place]
    assert "passed" not in states[place:]


def test_a_wrong_redirect_address_is_told_what_differs(party):
    """For programs too; never what the person at the tap is told."""
    party.authorize(redirect_uri="http://rp.localhost:9000/other")
    party.authorize(redirect_uri=None)
    nothing, other = (failed(request) for request in party.requests())
    assert party.metadata["redirect_uris"][0] in other["change_en"]
    assert "the path" in other["change_en"]
    assert party.metadata["redirect_uris"][0] in nothing["change_ja"]
    assert "card" not in other["change_en"]


def test_who_reads_waits_for_what_is_just_being_written(party, monkeypatch):
    """The tick has taken the notes and not committed them yet."""
    taken, go_on = threading.Event(), threading.Event()
    keep = service.Inspector._keep

    def slowly(inspector, rows):
        if rows:
            taken.set()
            assert go_on.wait(10)
        keep(inspector, rows)

    monkeypatch.setattr(service.Inspector, "_keep", slowly)
    party.authorize(nonce=None)
    found = []
    first, second = (
        threading.Thread(target=lambda: found.append(party.requests())) for _ in range(2)
    )
    first.start()
    assert taken.wait(10)
    second.start()
    second.join(0.5)  # who does not wait would have read by now
    go_on.set()
    first.join(20)
    second.join(20)
    assert [len(rows) for rows in found] == [1, 1]


def test_assertions_are_opened_and_judged(party):
    party.token(assertion=party.assertion(key=ECKey.generate_key("P-256")), grant_type="x")
    party.token(assertion=party.assertion(aud="https://elsewhere.example"), grant_type="x")
    party.token(grant_type="x", headers={"DPoP": "no.jwt"})
    proof, audience, signature = party.requests()
    assert "signature" in failed(signature)["check_en"]
    assert "aud" in failed(audience)["change_en"]
    sent = {one["name"]: one["value"] for one in audience["sent"]}
    opened = json.loads(sent["client_assertion"])
    assert opened["claims"]["aud"] == "https://elsewhere.example"
    assert opened["header"]["alg"] == "ES256"
    assert "DPoP" in failed(proof)["check_en"]


def test_the_same_words_of_dpop_and_assertion_are_told_apart(world, party):
    party.token(assertion=party.assertion(jti="x"), grant_type="x")
    assert "assertion" in failed(party.requests()[0])["check_en"]
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": party.key.as_dict(private=False)}
    claims = {"htm": "POST", "htu": f"{world.protocol}/token", "jti": "x"}
    claims["iat"] = int(world.clock.now().timestamp())
    party.token(grant_type="x", headers={"DPoP": encoded(header, claims, party.key)})
    told, assertion = party.requests()
    assert told["error_description"] == assertion["error_description"]
    assert "DPoP" in failed(told)["check_en"]
    assert failed(told)["change_en"] != failed(assertion)["change_en"]


def test_faults_of_our_own_are_checks_too(world, party):
    world.browser.post(
        f"{world.origin}/api/sign-transactions",
        json={"document": "!", "audiences": []},
        headers={
            "authorization": "Bearer "
            + party.token(grant_type="client_credentials", scope="sign").json()["access_token"]
        },
    )
    deposit = party.requests()[0]
    assert deposit["fault"] == "identity.bad-document"
    assert "document" in failed(deposit)["check_en"]


def test_only_the_party_itself_sees_its_requests(world, party):
    other = Party(world)
    party.authorize(nonce=None)
    assert other.requests() == []
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer "}):
        answer = world.browser.get(f"{world.origin}/api/requests", headers=headers)
        assert answer.json()["code"] == "identity.not-your-registration"


def test_institutions_and_live_parties_are_not_recorded(world, party, databases):
    world.authorize(nonce=None)
    databases("identity").run(
        "test.team",
        lambda tx: tx.execute(
            "UPDATE client SET mode = 'team' WHERE client_id = %s", (party.client_id,)
        ),
    )
    party.authorize(nonce=None)
    assert party.requests() == []


def test_records_end_after_a_day_of_the_country(world, party, databases):
    party.authorize(nonce=None)
    assert len(party.requests()) == 1
    world.later(hours=24, seconds=1)
    assert party.requests() == []
    world.street.process.rooms["identity"].ticks["forget"]()
    count = databases("lab").read(
        "test.count", lambda tx: tx.value("SELECT count(*) FROM inspected_request")
    )
    assert count == 0


def test_the_newest_are_kept_when_there_are_too_many(world, party, monkeypatch):
    monkeypatch.setattr(store, "MOST", 3)
    for number in range(5):
        party.authorize(scope="openid", ui_locales=f"x{number}", nonce=None)
        world.later(seconds=1)
    seen = [{s["name"]: s["value"] for s in r["sent"]}["ui_locales"] for r in party.requests()]
    assert seen == ["x4", "x3", "x2"]


def test_a_flood_of_notes_pushes_out_the_oldest_and_no_request(world, databases):
    inspector = service.Inspector(
        databases("lab"), world.clock, SimpleNamespace(clients=None, callers=None)
    )
    assert inspector._notes.maxlen == service.WAITING
    assert timedelta(hours=24) == store.KEPT


NUL, HALF = "\0", "\ud800"
DEEP = "[" * 50_000


def unsigned(header, claims):
    """A token as a stranger writes it; its parts need not be JSON."""
    parts = (one if isinstance(one, str) else json.dumps(one) for one in (header, claims))
    return ".".join([*(b64(part.encode()) for part in parts), "c2ln"])


def b64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


STRANGE = {
    "NUL in the client's name": {"params": {"client_id": NUL}},
    "NUL beside it": {"params": {"state": NUL, NUL: "x"}},
    "a token nested without bottom": {"data": {"client_assertion": unsigned(DEEP, {})}},
    "claims nested without bottom": {"data": {"client_assertion": unsigned({}, DEEP)}},
    "NUL in a token": {"data": {"client_assertion": unsigned({"alg": NUL}, {"iss": NUL})}},
    "half a letter in a token": {"data": {"client_assertion": unsigned({HALF: HALF}, {"iss": HALF})}},
    "half a letter in a key": {"headers": {"DPoP": unsigned({"jwk": {"d": HALF}}, {HALF: 1})}},
    "the sender is half a letter": {
        "data": {
            "client_assertion_type": JWT_BEARER,
            "client_assertion": unsigned({"alg": "ES256"}, {"iss": HALF}),
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("what", STRANGE)
@pytest.mark.parametrize("named", [False, True], ids=["a stranger's", "in the party's name"])
def test_what_a_stranger_sends_costs_nobody_anothers_requests(world, party, what, named):
    party.authorize(ui_locales="before", nonce=None)
    strange = {place: dict(given) for place, given in STRANGE[what].items()}
    where = "token" if "data" in strange else "auth"
    place = "data" if where == "token" else "params"
    if named:
        strange.setdefault(place, {}).setdefault("client_id", party.client_id)
    method = "POST" if where == "token" else "GET"
    world.browser.request(method, f"{world.protocol}/{where}", **strange)
    party.authorize(ui_locales="after", nonce=None)
    world.street.process.rooms["identity"].ticks["inspect"]()
    seen = [{s["name"]: s["value"] for s in r["sent"]} for r in party.requests()]
    assert [one["ui_locales"] for one in seen if "ui_locales" in one] == ["after", "before"]


def test_a_row_that_cannot_be_kept_costs_itself_alone(world, party, monkeypatch):
    made = service._row

    def spoilt(note, client):
        row = made(note, client)
        return replace(row, code=NUL) if dict(note.sent)["ui_locales"] == "b" else row

    monkeypatch.setattr(service, "_row", spoilt)
    for name in "abc":
        party.authorize(ui_locales=name, nonce=None)
    seen = [{s["name"]: s["value"] for s in r["sent"]}["ui_locales"] for r in party.requests()]
    assert seen == ["c", "a"]


def test_notes_wait_while_there_is_no_database(world, party, monkeypatch):
    inspector = world.street.process.rooms["identity"].ticks["inspect"].__self__
    party.authorize(nonce=None)
    with monkeypatch.context() as away:
        away.setattr(store, "insert", lambda tx, rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            inspector.write()
    assert len(party.requests()) == 1


def test_no_party_is_told_to_leave_its_card_alone():
    """Words for the person who met a fault are no hint for who built the service."""
    codes = {code for checks in STEPS.values() for check in checks for code in check.faults}
    for code in codes & set(CATALOGUE):
        words = [
            hint.en
            for endpoint in STEPS
            for step in steps_of(endpoint, (), code)
            if (hint := step.hint)
        ]
        assert words, code
        for said in words:
            assert "card" not in said, code
            assert "this page" not in said, code
