"""Latest four attributes from the side of a relying party, with a real certification service behind."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.contracts.jpki.latest import ConsentTerms
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.identity.latest import document as consent
from kazasu.identity.latest import store as kept
from kazasu.identity.service import document
from tests.conftest import THE_DAY
from tests.identity.conftest import HANAKO, PERSON
from tests.identity.party import BANK, OTHERS_CARD, SHOP, Party, encoded

NOBODYS = UUID(int=1)
SAPPORO = HANAKO.model_copy(update={"address": "北海道札幌市中央区北１条西２丁目"})


@pytest.fixture
def party(world, databases, tmp_path):
    return Party(world, databases, tmp_path)


def moves(party, attributes=SAPPORO, *, reissue=True):
    world = party.world
    world.later(hours=1)
    letter = PersonChanged(
        resident_record_code=PERSON, what="address", municipality_code="141003",
        at=world.clock.now(),
    )  # fmt: skip
    world.street.databases("jpki").run(
        "test", lambda tx: world.jpki.life.person_changed(tx, letter, None)
    )
    world.later(hours=1)
    if reissue:
        order = world._order(PERSON, "000000000000001", 1, 6)
        world.jpki.issuing.issue(_with(order, attributes))


def _with(order, attributes):
    return replace(
        order, attributes=attributes, address_flags="0" * len(attributes.address),
        authentication_key=None,
    )  # fmt: skip


def problem(response):
    return response.status_code, response.json()["code"]


def test_consent_changed_give_withdraw(party):
    """The whole story: the bank that learns of a move, until the customer ends it."""
    agreed = party.agreed()
    assert agreed.result["consent"] == {
        "consent_id": agreed.id, "items": ["name", "address"], "purpose": "keep-customer-data",
        "until": "2027-11-23T01:00:00Z",
    }  # fmt: skip
    assert "certificates" not in agreed.result
    first = agreed.result["certificate_id"]

    def changes():
        return party.latest_call("changes", {"consent_ids": [agreed.id]}).json()["answers"]

    def give(**more):
        return party.latest_call("give", {"consent_id": agreed.id} | more)

    assert changes() == [{"consent_id": agreed.id, "state": "unchanged"}]
    moves(party, reissue=False)
    status = party.latest_call("status", {"certificate_ids": [first]}).json()
    assert status["states"] == [
        {"certificate_id": first, "state": "REVOKED", "reason": "affiliation_changed", "check_method": "OCSP"}
    ]  # fmt: skip
    assert changes()[0]["state"] == "pending"
    assert problem(give()) == (403, "jpki.nothing-supplied")
    party.world.jpki.issuing.issue(
        _with(party.world._order(PERSON, "000000000000001", 1, 6), SAPPORO)
    )
    assert changes()[0]["state"] == "changed"
    given_ = give().json()
    assert given_["attributes"] == {
        "name": HANAKO.name, "address": {"formatted": SAPPORO.address},
    }  # fmt: skip
    assert given_["certificate_id"] != first
    assert give(items=["address"]).json()["attributes"] == {
        "address": {"formatted": SAPPORO.address}
    }
    assert problem(give(items=["gender"])) == (403, "jpki.not-consented")
    ref = _person_ref(party)
    [standing] = party.latest.consents_of(ref).consents
    assert sorted(pull.outcome for pull in standing.pulls if pull.what == "give") == [
        "nothing", "supplied", "supplied",
    ]  # fmt: skip
    ended = party.latest.withdraw(ref, standing.consent_id)
    assert ended.party == BANK
    assert problem(give()) == (410, "jpki.consent-ended")
    assert changes()[0]["state"] == "ended"


def _person_ref(party):
    def work(tx):
        return tx.value("SELECT person_ref FROM signature_evidence LIMIT 1")

    return party.database.run("test", work, access=Access("system:test", "x.y", Text("試", "t")))


def test_the_document_is_written_by_the_service_and_says_what_it_does(party):
    answer = party.propose(items=["address"], purpose="legal-duty", months=60).json()
    content = base64.b64decode(answer["document"])
    shown = document.read(content)
    terms = consent.terms_in(shown.data)
    assert (terms.party, terms.items, terms.purpose) == (BANK, ("address",), "legal-duty")
    text = " ".join(f"{line.value} {line.value_en}" for line in shown.lines)
    for word in ("例の銀行", "住所", "Address", "法律", "2031", "いつでもやめられます"):
        assert word in text
    assert "氏名" not in text
    again = party.propose(items=["address"], purpose="legal-duty", months=60).json()
    assert again["document"] != answer["document"], "a signature is good for one consent"


def test_no_party_deposits_a_consent_of_its_own(party):
    content = json.loads(base64.b64decode(party.propose().json()["document"]))
    for form in ("attribute-consent/1", " Attribute-Consent/2", "ATTRIBUTE-CONSENT"):
        content["data"]["form"] = form
        with pytest.raises(Refusal) as refused:
            party.signings.deposit(BANK, encoded(json.dumps(content).encode()), [])
        assert refused.value.facts["why"] == "data.form"


def test_a_proposal_is_of_closed_lists(party):
    good = {"items": ["name"], "purpose": "legal-duty", "months": 60}
    assert party.latest_call("consents", good).status_code == 201
    for change in (
        {"items": []}, {"items": ["name", "kana"]}, {"items": ["individual_number"]},
        {"items": "name"}, {"purpose": "marketing"}, {"purpose": ""}, {"months": 0},
        {"months": 61}, {"months": -1}, {"months": "x"}, {"party": SHOP}, {"until": "2099-01-01"},
        {"document": "e30="},
    ):  # fmt: skip
        answer = party.latest_call("consents", good | change)
        assert problem(answer) == (422, "exchange.unreadable"), change


def test_an_item_twice_is_no_consent(party):
    number = party.propose(items=["name", "name"]).json()["sign_transaction_id"]
    with pytest.raises(Refusal) as refused:
        party.tap(number)
    assert refused.value.fault.code == "jpki.bad-consent"


def test_what_does_not_fit_is_no_question(party):
    for name, body in (
        ("status", {"certificate_ids": []}),
        ("status", {"certificate_ids": [str(NOBODYS)] * 10_001}),
        ("status", {"certificate_ids": ["1"]}),
        ("status", {"consent_ids": [str(NOBODYS)]}),
        ("changes", {"consent_ids": []}),
        ("changes", {"consent_ids": [str(NOBODYS)] * 10_001}),
        ("give", {}),
        ("give", {"consent_id": "x"}),
        ("give", {"consent_id": str(NOBODYS), "items": []}),
        ("give", {"consent_id": str(NOBODYS), "items": ["kana"]}),
        ("consents", None),
    ):
        assert problem(party.latest_call(name, body)) == (422, "exchange.unreadable"), (name, body)


def test_without_the_scope_nothing_is_answered(party):
    for method, path in (
        ("POST", "consents"), ("POST", "status"), ("POST", "changes"), ("POST", "give"),
        ("DELETE", f"consents/{NOBODYS}"), ("PUT", f"consents/{NOBODYS}/subscription"),
    ):  # fmt: skip
        answer = party.call(method, f"/api/latest-attributes/{path}", {"on": True}, scopes="sign")
        assert problem(answer) == (401, "identity.not-authorized"), path


def test_another_party_has_nothing_of_it(party):
    agreed = party.agreed()
    shop = {"party": SHOP}
    give = party.latest_call("give", {"consent_id": agreed.id}, **shop)
    assert problem(give) == (410, "jpki.consent-ended")
    ids = {"certificate_ids": [agreed.result["certificate_id"]]}
    assert party.latest_call("status", ids, **shop).json()["states"][0]["state"] == "UNKNOWN"
    ids = {"consent_ids": [agreed.id]}
    assert party.latest_call("changes", ids, **shop).json()["answers"][0]["state"] == "ended"
    path = f"/api/latest-attributes/consents/{agreed.id}"
    assert problem(party.call("DELETE", path, **shop)) == (410, "jpki.consent-ended")
    on = party.call("PUT", f"{path}/subscription", {"on": True}, **shop)
    assert problem(on) == (410, "jpki.consent-ended")
    assert party.latest_call("give", {"consent_id": agreed.id}).status_code == 200


def test_the_party_gives_up_and_subscribes(party):
    agreed = party.agreed()
    path = f"/api/latest-attributes/consents/{agreed.id}"
    assert party.call("PUT", f"{path}/subscription", {"on": True}).json() == {"on": True}
    assert party.call("PUT", f"{path}/subscription", {"on": False}).json() == {"on": False}
    assert problem(party.call("PUT", f"{path}/subscription", {})) == (422, "exchange.unreadable")
    assert party.call("DELETE", path).status_code == 204
    assert party.call("DELETE", path).status_code == 204, "twice is once"
    assert problem(party.call("PUT", f"{path}/subscription", {"on": True}))[0] == 410
    unknown = f"/api/latest-attributes/consents/{uuid4()}"
    assert problem(party.call("DELETE", unknown)) == (410, "jpki.consent-ended")
    bad = party.call("DELETE", "/api/latest-attributes/consents/x")
    assert problem(bad) == (422, "exchange.unreadable")


def test_a_consent_is_signed_by_a_signing_key_and_over_this_document(party):
    world = party.world
    number = party.propose().json()["sign_transaction_id"]
    other = party.content(party.propose().json()["sign_transaction_id"])
    for changes, code in (
        ({"card": world.issued.authentication, "key": 1}, "jpki.unknown-issuer"),
        ({"key": OTHERS_CARD}, "jpki.bad-signature"),
        ({"card": world.other.signing}, "jpki.bad-signature"),
        ({"signed": encoded(other)}, "jpki.wrong-challenge"),
        ({"certificate": encoded(b"none")}, "jpki.unreadable-certificate"),
    ):
        with pytest.raises(Refusal) as refused:
            party.tap(number, **changes)
        assert refused.value.fault.code == code
    party.tap(number)  # it was still open
    with pytest.raises(AssertionError):
        party.tap(number)


def test_no_two_parties_learn_a_common_name(party):
    bank, shop = party.agreed().result, party.agreed(SHOP).result
    shared = {str(value) for value in bank.values()} & {str(value) for value in shop.values()}
    assert shared <= {"True", "{}", bank["signed_at"]}


def test_the_purpose_in_the_persons_list_names_the_party(party):
    agreed = party.agreed()
    party.latest_call("give", {"consent_id": agreed.id})

    def purposes(tx):
        return tx.column("SELECT purpose_ja FROM audit_log WHERE action = 'jpki.attributes.give'")

    found = party.world.street.databases("jpki").read("test", purposes)
    assert set(found) == {"例の銀行: 同意した最新の情報の提供"}


def test_whom_to_tell_is_known_here(party):
    agreed = party.agreed()
    access = Access("system:test", "identity.test", Text("試験", "test"))

    def work(tx):
        known = kept.client_of_consent(tx, agreed.result["consent"]["consent_id"])
        return known, kept.client_of_consent(tx, uuid4())

    assert party.database.run("test", work, access=access) == (BANK, None)


def test_an_event_arrives_from_jpki(party):
    agreed = party.agreed()
    path = f"/api/latest-attributes/consents/{agreed.id}/subscription"
    party.call("PUT", path, {"on": True})
    moves(party)
    party.world.street.settle()

    def events(tx):
        return tx.column(
            "SELECT fields[1] FROM audit_log WHERE action = 'identity.certificate.event' ORDER BY id"
        )

    assert party.database.read("test", events) == ["revoked", "reissued", "attributes-changed"]


# ---------------------------------------------------------------- rules

ITEMS = st.lists(st.sampled_from(["name", "address", "birthdate", "gender"]), min_size=1, unique=True)  # fmt: skip


@given(
    items=ITEMS,
    purpose=st.sampled_from(["keep-customer-data", "contract-screening", "legal-duty"]),
    days=st.integers(1, 1800),
    name=st.text(st.characters(categories=["L"]), min_size=1, max_size=60),
)
def test_words_and_terms_say_the_same(items, purpose, days, name):
    terms = ConsentTerms(
        request_id=uuid4(), party="RP1", items=tuple(items), purpose=purpose,
        until=THE_DAY + timedelta(days=days),
    )  # fmt: skip
    shown = document.read(consent.consent_document(terms, Text(name, name)))
    assert consent.terms_in(shown.data) == terms
    who, what = shown.lines[0].value, shown.lines[1].value_en
    assert name in who
    words = {"name": "Name", "address": "Address", "birthdate": "Date of birth", "gender": "Sex"}
    assert {item for item, word in words.items() if word in what} == set(items)


@pytest.mark.parametrize(
    "data",
    [
        {}, {"form": "attribute-consent/2"}, {"form": "attribute-consent/1"}, {"form": None},
        {"form": "attribute-consent/1", "party": "RP1"}, {"case": "MV-1"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_consent_of_ours_is_read_as_none(data):
    assert consent.terms_in(data) is None
