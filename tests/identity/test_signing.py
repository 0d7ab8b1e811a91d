"""Signing transactions as lasting evidence, and documents that say something."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from kazasu.card.agreed.to_be_signed import readable
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.visible import unseen_letter
from kazasu.foundation.web.edge.connections import MOST_ADDRESS
from kazasu.identity import scopes
from kazasu.identity.service import document
from kazasu.identity.service.taps import OpenTap, Taps
from kazasu.identity.store import cleaning
from kazasu.identity.store.authorizations import Tap, Waiting
from tests.identity.conftest import PERSON
from tests.identity.party import BANK, OTHERS_CARD, SHOP, Party, encoded


@pytest.fixture
def party(world, databases, tmp_path):
    return Party(world, databases, tmp_path)


def content(**changes):
    values = {
        "title": {"ja": "振込の依頼", "en": "Transfer"},
        "lines": [{"label_ja": "金額", "label_en": "Amount", "value": "12,000円"}],
        "data": {"transfer": 1},
    }
    return json.dumps(values | changes, ensure_ascii=False).encode()


def signed(party, what=None, **tap):
    number = party.signings.deposit(BANK, encoded(what or content()), [])
    party.tap(number, **tap)
    return party.signings.result(BANK, str(number))


def verify(party, result, what=None, *, who=BANK, **changes):
    body = {"evidence_id": result["evidence_id"], "document": encoded(what or content())} | changes
    return party.call("POST", "/api/sign-transactions/verify", body, party=who)


def claims_of(party, result):
    """Of a statement, by the keys that are published for it."""
    keys = KeySet.import_key_set(party.desk.keys.for_statements())
    return jwt.decode(result["statement"], keys, ["ES256"])


def test_a_private_party_gets_a_statement_and_never_the_signature_or_the_certificate(party):
    result = signed(party)
    assert set(result) == {"verified", "evidence_id", "certificate_id", "signed_at", "statement"}
    token, minute = claims_of(party, result), party.clock.now().replace(second=0, microsecond=0)
    assert token.header["typ"] == "kazasu-signature-evidence+jws"
    at = int(minute.timestamp())
    assert token.claims == {
        "iss": party.desk.issuer, "aud": BANK, "sub": f"subject-of-{BANK}", "jti": result["evidence_id"], "iat": at, "signed_at": at,
        "document_sha256": hashlib.sha256(content()).hexdigest(), "acr": "aal3", "verdict": "good",
        "status": {"method": "OCSP", "at": at},
    }  # fmt: skip
    again = signed(party)
    assert again["certificate_id"] == result["certificate_id"], (
        "the same certificate, for this party"
    )
    assert again["evidence_id"] != result["evidence_id"]


def test_no_raw_signature_of_a_private_party_lies_open(party, databases):
    signed(party)
    with psycopg.connect(databases.url("identity")) as connection:
        kept = connection.execute("SELECT signature FROM identity.sign_transaction").fetchall()
    assert kept == [("",)]


def test_a_public_institution_gets_what_it_hands_to_the_verifier(party):
    named = encoded(content(audiences=["city:141003"]))
    number = party.signings.deposit("portal", named, ["city:141003"])
    party.tap(number, "portal", audiences=["city:141003"])
    result = party.signings.result("portal", str(number))
    assert len(base64.b64decode(result["signature"])) == 256
    assert list(result["certificates"]) == ["city:141003"]
    assert "statement" not in result


def test_the_number_that_j_lis_has_is_told_to_nobody(party, databases):
    result = signed(party)
    with psycopg.connect(databases.url("jpki")) as connection:
        theirs = {
            str(one) for (one,) in connection.execute("SELECT evidence_id FROM jpki.evidence")
        }
    assert theirs
    assert not [one for one in theirs if one in json.dumps(result) + str(claims_of(party, result))]


def test_statements_verify_when_the_key_is_long_gone_unless_somebody_has_it(party):
    result, keys = signed(party), party.desk.keys
    for _ in range(3):
        party.world.later(days=92)
        keys.rotate()
        party.world.later(days=3)
        keys.rotate()
    kid = claims_of(party, result).header["kid"]
    assert kid not in {one["kid"] for one in keys.published()["keys"]}
    late = verify(party, result).json()
    assert claims_of(party, late).claims["verdict"] == "good"
    keys.replace_at_once()
    claims_of(party, result)  # its key was thrown away before anybody could have it
    with pytest.raises(InvalidKeyIdError):
        claims_of(party, late)


def test_years_later_it_is_still_good(party):
    world = party.world
    result = signed(party)
    now = verify(party, result).json()
    assert now["good"]
    letter = PersonChanged(
        resident_record_code=PERSON, what="address", municipality_code="141003",
        at=world.clock.now() + timedelta(hours=1),
    )  # fmt: skip
    world.later(hours=2)
    world.street.databases("jpki").run(
        "test", lambda tx: world.jpki.life.person_changed(tx, letter, None)
    )
    assert verify(party, result).json()["good"], "revoked since"
    world.clock.set(datetime(2036, 1, 1, tzinfo=JST))
    party.database.run("test.purge", cleaning.purge)
    with pytest.raises(Refusal, match="unknown-sign-transaction"):
        party.signings.result(BANK, str(uuid4()))
    late = verify(party, result).json()
    assert late["good"], "expired, and the transaction long purged"
    assert (late["policy"], late["signed_at"]) == ("archive", result["signed_at"])
    assert [step["name"] for step in late["steps"]] == [
        "document", "content", "issuer", "purpose", "signature", "time", "status",
    ]  # fmt: skip
    assert all(step["ja"] and step["en"] and step["good"] for step in late["steps"])
    assert late["sentence"]["ja"]
    assert late["sentence"]["en"]


def test_an_altered_document_is_not_the_one_that_was_signed(party):
    result = signed(party)
    altered = content(lines=[{"label_ja": "金額", "label_en": "Amount", "value": "92,000円"}])
    report = verify(party, result, altered).json()
    assert not report["good"]
    wrong = [(step["name"], step["fault"]) for step in report["steps"] if not step["good"]]
    assert wrong == [("document", ""), ("signature", "jpki.bad-signature")]
    assert claims_of(party, report).claims["verdict"] == "not-confirmed"


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"who": SHOP}, (404, "identity.unknown-evidence")),
        ({"evidence_id": str(uuid4())}, (404, "identity.unknown-evidence")),
        ({"evidence_id": "1"}, (422, "exchange.unreadable")),
        ({"document": "%"}, (422, "identity.bad-document")),
        ({"document": ""}, (422, "identity.bad-document")),
        ({"document": None}, (422, "exchange.unreadable")),
        ({"signature": "x"}, (422, "exchange.unreadable")),
    ],
    ids=["another-party", "unknown", "no-uuid", "no-base64", "empty", "missing", "more"],
)
def test_what_cannot_be_verified_says_why(party, changes, answer):
    response = verify(party, signed(party), **changes)
    assert (response.status_code, response.json()["code"]) == answer


def test_verification_needs_the_scope(party):
    body = {"evidence_id": str(uuid4()), "document": encoded(content())}
    answer = party.call("POST", "/api/sign-transactions/verify", body, scopes="latest_attributes")
    assert answer.json()["code"] == "identity.not-authorized"


def test_the_evidence_lies_sealed(party, databases):
    result = signed(party)
    with psycopg.connect(databases.url("identity")) as connection:
        rows = connection.execute("SELECT * FROM identity.signature_evidence").fetchall()
    text = str(rows)
    assert result["evidence_id"] in text
    assert result["certificate_id"] not in text


def test_a_signature_that_does_not_verify_leaves_nothing(party):
    number = party.signings.deposit(BANK, encoded(content()), [])
    for changes in ({"key": OTHERS_CARD}, {"card": party.world.issued.authentication}):
        with pytest.raises(Refusal):
            party.tap(number, **changes)
    with pytest.raises(Refusal, match="not-signed"):
        party.signings.result(BANK, str(number))
    for other in (str(uuid4()), "no number", str(number)[:-1]):
        with pytest.raises(Refusal, match="unknown-sign-transaction"):
            party.signings.result(BANK, other)
    party.tap(number)
    with pytest.raises(Refusal, match="unknown-sign-transaction"):
        party.signings.result(SHOP, str(number))


def test_a_public_institution_names_who_gets_the_certificate(party):
    with pytest.raises(Refusal) as refused:
        party.signings.deposit("portal", encoded(content()), [])
    assert refused.value.facts["why"] == "audiences"
    for audiences in (["nobody"], ["city:141003", "city:141003"], ["city:141003"] * 11):
        with pytest.raises(Refusal) as refused:
            party.signings.deposit("portal", encoded(content()), audiences)
        assert refused.value.facts["why"] == "audiences"
    named = encoded(content(audiences=["city:141003"]))
    assert party.signings.deposit("portal", named, ["city:141003"])


@pytest.mark.parametrize("who", [BANK, SHOP, "portal"])
@pytest.mark.parametrize("audience", ["bank", "portal", "jpki", "city:141003"])
def test_the_certificate_goes_where_a_review_let_it_go(party, who, audience):
    """A test party had the certificate, with name and address, sent to a bank and a payment service."""
    document_for = encoded(content(audiences=[audience]))
    if (who, audience) == ("portal", "city:141003"):
        assert party.signings.deposit(who, document_for, [audience])
        return
    with pytest.raises(Refusal) as refused:
        party.signings.deposit(who, document_for, [audience])
    assert refused.value.fault.code == "identity.audience-not-reviewed"


@pytest.mark.parametrize("named", [[], ["city:011002"], ["city:141003", "city:011002"]])
def test_who_gets_the_certificate_stands_in_what_is_signed(party, named):
    with pytest.raises(Refusal) as refused:
        party.signings.deposit("portal", encoded(content(audiences=named)), ["city:141003"])
    assert refused.value.fault.code == "identity.audiences-differ"


def test_no_row_of_a_private_party_has_audiences(world, databases):
    founder = world.street.databases.founder("identity")
    change = "UPDATE client SET audiences = '{city}' WHERE NOT public_institution"
    with pytest.raises(psycopg.errors.CheckViolation):
        founder.run("test.audiences", lambda tx: tx.execute(change))


# ---------------------------------------------------------------- words that a person can read

UNSEEN = ["\u200b", "\u200d\u2060", "\u3000", " ", "\u00ad", "\ufe0f", "\U000e0100", "\u3164", "\u2800", "\t", "\n"]  # fmt: skip
NEVER = ["a\x00b", "金額\x1b[2J", "abc\u202edcba", "\u2066x\u2069", "x\u2028y", "\x7f1", "a\rb", "\u200f100 9000", "\u061c100 9000",
         "100\u200f-\u200f200", "1\u200b0\U000e0041\u00ad0", "1\u034f", "1\ufe0f", "1\u180e", "1\u206a", "1\ufff9", "1\u3164", "1" + "\u0301" * 31, "1\t2"]  # fmt: skip


def _refused_at(**changes):
    with pytest.raises(Refusal) as refused:
        document.read(content(**changes))
    assert refused.value.fault.code == "identity.bad-document"
    where, _, why = refused.value.facts["why"].partition(": ")
    assert why or where == "JSON", "never the place without the reason"
    return where


@pytest.mark.parametrize("text", [*UNSEEN, *NEVER], ids=ascii)
def test_text_that_nobody_can_read_is_no_text(text):
    line = {"label_ja": "金額", "label_en": "Amount", "value": "1円"}
    for member in line:
        assert _refused_at(lines=[line, line | {member: text}]) == f"lines.1.{member}"
    for language in ("ja", "en"):
        title = {"ja": "題", "en": "Title"} | {language: text}
        assert _refused_at(title=title) == f"title.{language}"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"label_ja": "あ", "label_en": "a", "value": ""}]}, "lines"),
        ({"lines": [{"label_ja": "", "label_en": "a", "value": "1"}]}, "lines.0.label_ja"),
        (
            {"lines": [{"label_ja": "あ", "label_en": "a", "value": "", "value_en": "1"}]},
            "lines.0.value",
        ),
        (
            {"lines": [{"label_ja": "あ", "label_en": "a", "value": "1", "value_en": "\u202e1"}]},
            "lines.0.value_en",
        ),
        ({"title": {"ja": "題", "en": ""}}, "title.en"),
        ({"title": {"ja": "題"}}, "title.en"),
        ({"more": 1}, "more"),
        ({"data": {"yen": float("nan")}}, "JSON"),
        ({"data": {"yen": [float("-inf")]}}, "JSON"),
    ],
    ids=str,
)
def test_title_and_lines_are_required(changes, why):
    assert _refused_at(**changes) == why


@pytest.mark.parametrize(
    "text",
    ["—", "○", "辻\U000e0100", "\ue000", "12,000円", "Ａ", "なし", "1行目\n2行目", "é", "🏦"],
)
def test_what_seen_is_read(text):
    line = {"label_ja": "金額", "label_en": "Amount", "value": text}
    assert document.read(content(lines=[line])).lines[0].value == text


@given(st.text(max_size=30))
def test_a_text_is_readable_if_something_shows_and_nothing_hides(text):
    if unseen_letter(text, lines=True) or not text.strip():
        assert not readable(text, lines=True)
    if text.isalnum() and text.isascii():
        assert readable(text)
    if readable(text, lines=True):
        assert readable(text + "あ", lines=True)
        assert not readable(text + "\u202e", lines=True)


@given(st.integers(0, 64_002))
def test_a_document_has_its_size(size):
    text = base64.b64encode(b"x" * size).decode()
    if 0 < size <= document.MOST_BYTES:
        assert len(document.decoded(text)) == size
    else:
        with pytest.raises(Refusal):
            document.decoded(text)


def longest(**changes):
    """The longest document of this kind that is taken."""
    least, most = 1, document.MOST_BYTES
    while most - least > 1:
        middle = (least + most) // 2
        what = content(**{name: make(middle) for name, make in changes.items()})
        try:
            document.check_carried(what)
        except Refusal:
            most = middle
        else:
            least = middle
    return content(**{name: make(least) for name, make in changes.items()})


def address_of(party, number):
    """Where the browser is sent with a document: by a client with all names and purposes of their full length."""
    desk, now = party.desk, party.world.clock.now()
    ja, en = "あ" * 60, "x" * 60
    client = replace(
        desk.client(BANK), name_ja=ja, name_en=en, scopes=["sign", *scopes.ATTRIBUTES],
        purposes={one: ["あ" * 100, "x" * 100] for one in scopes.ATTRIBUTES},
    )  # fmt: skip
    waiting = Waiting(
        "x" * 40, BANK, "https://rp.example/cb", ["openid", "sign", *scopes.ATTRIBUTES], "s" * 255, "n" * 255,
        "c" * 43, [], UUID(str(number)), b"", "12", now + timedelta(minutes=5), None, None,
    )  # fmt: skip
    tap = Tap(
        "t" * 32, "x" * 40, "terminal", "n" * 43, "", now + timedelta(minutes=5), [ja, en], now
    )
    request = Taps(desk).request_of(OpenTap(tap, waiting, client))
    return f"/tap?{urlencode({'request': request, 'lang': 'en'})}"


@pytest.mark.parametrize(
    "changes",
    [
        {"data": lambda size: {"x": "x" * size}},
        {"lines": lambda size: [{"label_ja": "あ" * 500, "label_en": "x", "value": "あ" * size}]},
    ],
    ids=["mostly data", "mostly words"],
)
def test_what_is_taken_comes_to_the_reader_and_the_rest_is_refused_at_once(party, changes):
    what = longest(**changes)
    number = party.signings.deposit(BANK, encoded(what), [])
    assert MOST_ADDRESS * 0.6 < len(address_of(party, number)) <= MOST_ADDRESS
    more = what.replace(b"x" * 10 if "data" in changes else "あ".encode() * 10, b"x" * 1_400, 1)
    with pytest.raises(Refusal) as refused:
        party.signings.deposit(BANK, encoded(more), [])
    assert refused.value.fault.code == "identity.long-document"
