"""Consent to be told of changes: what makes one, what does not, and how it ends."""

import json
import threading
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.identity.latest.document import replaces
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.register import person_store
from tests.jpki.latest.world import BANK, SHOP
from tests.jpki.test_service import HANAKO, _certificate, code_of

ACCESS = Access("system:test", "jpki.test", Text("試験", "test"))


def test_a_signed_document_is_a_consent_and_the_evidence_verifies_again(world):
    terms = world.terms()
    document = world.document(terms)
    given = world.consent(terms, document=document)
    assert given.person.attributes == HANAKO
    [(kept, signature, certificate)] = world.rows(
        "SELECT document, signature, certificate FROM attribute_consent"
    )
    assert bytes(kept) == document
    assert bytes(certificate) == world.issued.signing
    world.later(days=3000)
    report = world.reverify(
        given.person.certificate_id, bytes(signature), world.clock.now() - timedelta(days=3000),
        bytes(kept),
    )  # fmt: skip
    assert report.good
    [consent] = world.consents(given.person.person_ref)
    assert (consent.party, consent.items, consent.purpose) == (BANK, terms.items, terms.purpose)
    assert (consent.until, consent.ended_at, consent.pulls) == (terms.until, None, ())


def test_the_same_document_again_is_the_same_consent(world):
    terms = world.terms()
    first, again = world.consent(terms), world.consent(terms)
    assert first.consent_id == again.consent_id
    world.end(first.consent_id)
    assert code_of(world.consent, terms) == "jpki.consent-ended"


def test_two_parties_know_nothing_in_common(world):
    bank, shop = world.consent(), world.consent(party=SHOP)
    assert bank.person.certificate_id != shop.person.certificate_id
    assert bank.consent_id != shop.consent_id
    again = world.signed_for(BANK)
    assert again.certificate_id == bank.person.certificate_id
    assert world.signed_for(None).certificate_id is None
    city = world.signed_for(BANK, who="city:141003")
    assert city.certificate_id is None, "a city has no relying parties"
    assert world.states(bank.person.certificate_id, party=SHOP) == [("UNKNOWN", "")]


def _altered(world, change):
    """A document whose data differ from the terms that are asked for, properly signed."""
    terms = world.terms()
    data = terms.model_dump(mode="json") | change
    return terms, world.document(terms, data=data)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"items": ["name", "address", "gender"]}, "items"),
        ({"items": ["name"]}, "items"),
        ({"items": ["address", "name"]}, "items"),
        ({"purpose": "legal-duty"}, "purpose"),
        ({"purpose": "marketing"}, "document"),
        ({"party": SHOP}, "party"),
        ({"until": "2027-01-01T00:00:00Z"}, "until"),
        ({"request_id": str(uuid4())}, "request_id"),
        ({"form": "attribute-consent/2"}, "document"),
        ({"more": 1}, "document"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_the_document_must_say_what_is_asked_for(world, change, why):
    terms, document = _altered(world, change)
    with pytest.raises(Refusal) as refused:
        world.consent(terms, document=document)
    assert refused.value.fault.code == "jpki.bad-consent"
    assert refused.value.facts["why"] == why
    assert world.rows("SELECT FROM attribute_consent") == []


@pytest.mark.parametrize(
    "document",
    [
        b"I agree",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"title": {}, "lines": [], "data": {}}',
        b'{"title": {}, "lines": [1]}',
        b"[" * 5000,
    ],
    ids=["words", "empty", "list", "not-utf-8", "no-lines", "no-data", "deep"],
)
def test_what_is_no_consent_document_is_none(world, document):
    assert code_of(world.consent, document=document) == "jpki.bad-consent"


def test_a_name_said_twice_is_refused(world):
    terms = world.terms()
    text = world.document(terms).decode()
    twice = text.replace('"purpose":', '"purpose": "legal-duty", "purpose":').encode()
    assert json.loads(twice)["data"]["purpose"] == terms.purpose, "the second one wins silently"
    assert code_of(world.consent, terms, document=twice) == "jpki.bad-consent"


@pytest.mark.parametrize("until", [timedelta(0), timedelta(days=-1), timedelta(days=5 * 366 + 1)])
def test_a_term_that_is_over_or_too_long_is_refused(world, until):
    assert code_of(world.consent, until=world.clock.now() + until) == "jpki.bad-consent"


def test_only_a_good_signature_of_the_signing_key_counts(world):
    terms = world.terms()
    document = world.document(terms)
    authentication = world.evidence(document, 1, world.issued.authentication)
    assert code_of(world.consent, terms, evidence=authentication) == "jpki.unknown-issuer"
    assert code_of(world.consent, terms, number=3) == "jpki.bad-signature"
    other_document = world.evidence(world.document(world.terms()))
    assert code_of(world.consent, terms, evidence=other_document) == "jpki.wrong-challenge"
    other_certificate = world.evidence(document, 2, world.somebody_else())
    assert code_of(world.consent, terms, evidence=other_certificate) == "jpki.bad-signature"
    world.services.life.suspend("000000000000001")
    assert code_of(world.consent, terms) == "jpki.on-hold"
    world.services.life.release("000000000000001")
    world.moves(reissue=False)
    assert code_of(world.consent, terms) == "jpki.lapsed-by-change"
    assert world.rows("SELECT FROM attribute_consent") == []


def test_another_person_cannot_sign_the_same_document(world):
    terms = world.terms()
    world.consent(terms)
    other = world.somebody_else()
    assert code_of(world.consent, terms, number=8, certificate=other) == "jpki.bad-consent"


@pytest.mark.told_of_faults
def test_a_rogue_certificate_is_noted_here_too(world):
    rogue = _certificate(world, "signing", world.authorities.issuing["signing"])
    assert code_of(world.consent, number=1, certificate=rogue) == "jpki.not-recorded"
    assert len(world.rows("SELECT FROM rogue")) == 1


# ---------------------------------------------------------------- ending


def test_each_side_can_end_it_once_and_nobody_else(world):
    first, second = world.consent(), world.consent(purpose="contract-screening")
    ref = first.person.person_ref
    stranger = world.signed_for(BANK, number=8, certificate=world.somebody_else()).person_ref
    assert code_of(world.end, first.consent_id, party=SHOP) == "jpki.consent-ended"
    assert code_of(world.end, first.consent_id, person_ref=stranger) == "jpki.consent-ended"
    assert code_of(world.end, first.consent_id, person_ref="nobody") == "jpki.unknown-person"
    assert code_of(world.end, uuid4(), party=BANK) == "jpki.consent-ended"
    both = {"party": BANK, "person_ref": ref}
    assert code_of(world.end, first.consent_id, **both) == "jpki.bad-consent"
    none = {"party": None}
    assert code_of(world.end, first.consent_id, **none) == "jpki.bad-consent"
    assert world.give(first.consent_id)
    ended = world.end(first.consent_id, person_ref=ref)
    world.later()
    assert world.end(first.consent_id, person_ref=ref) == ended, "twice is once"
    world.end(second.consent_id, party=BANK)
    by = {one.consent_id: one.ended_by for one in world.consents(ref)}
    assert by == {first.consent_id: "person", second.consent_id: "party"}
    history = world.rows(
        "SELECT event, by_whom FROM attribute_consent_history WHERE consent_id = %s ORDER BY at",
        (first.consent_id,),
    )
    assert history == [("given", "person"), ("ended", "person")]


def test_a_newer_consent_to_the_same_replaces_the_one_before(world):
    """Two tabs, both signed: what the person ends is all that there is."""
    before = world.consent()
    others = [
        world.consent(items=("name",)), world.consent(purpose="contract-screening"),
        world.consent(party=SHOP),
    ]  # fmt: skip
    strangers = world.consent(number=8, certificate=world.somebody_else())
    world.subscribe(before.consent_id)
    world.later()
    turned = tuple(reversed(world.terms().items))
    newer = world.consent(items=turned)
    stands = {one.consent_id: one for one in world.consents(newer.person.person_ref)}
    assert stands[before.consent_id].ended_by == "person"
    assert replaces(stands[newer.consent_id], stands[before.consent_id])
    for one in (*others, newer):
        assert stands[one.consent_id].ended_at is None
        assert not replaces(stands[newer.consent_id], stands[one.consent_id])
    [theirs] = world.consents(strangers.person.person_ref)
    assert theirs.ended_at is None
    assert code_of(world.give, before.consent_id) == "jpki.consent-ended"
    assert world.changes(newer.consent_id) == ["unchanged"]
    history = world.rows(
        "SELECT event, by_whom FROM attribute_consent_history WHERE consent_id = %s ORDER BY at",
        (before.consent_id,),
    )
    assert history[-1] == ("ended", "person")


def test_ended_expired_unknown_and_anothers_are_one_answer(world):
    ended, expiring = world.consent(), world.consent(until=world.clock.now() + timedelta(days=1))
    world.end(ended.consent_id)
    shop = world.consent(party=SHOP)

    def told(consent_id):
        with pytest.raises(Refusal) as refused:
            world.give(consent_id)
        return refused.value.fault.code, refused.value.facts, refused.value.title

    answers = {repr(told(one)) for one in (ended.consent_id, uuid4(), shop.consent_id)}
    assert world.changes(ended.consent_id, uuid4(), shop.consent_id) == ["ended"] * 3
    world.later(days=1)
    answers.add(repr(told(expiring.consent_id)))
    assert world.changes(expiring.consent_id) == ["ended"]
    assert len(answers) == 1
    assert "jpki.consent-ended" in answers.pop()


def test_a_consent_lives_to_the_instant_and_not_beyond(world):
    given = world.consent(until=world.clock.now() + timedelta(days=1))
    world.later(days=1, microseconds=-1)
    assert world.give(given.consent_id)
    world.later(microseconds=1)
    assert code_of(world.give, given.consent_id) == "jpki.consent-ended"
    assert code_of(world.subscribe, given.consent_id) == "jpki.consent-ended"


def test_the_database_itself_refuses(world):
    """Whatever a program forgets: terms never change, an end is an end, no pull without a live consent."""
    given = world.consent()

    def run(statement, *parameters):
        world.database.run("test", lambda tx: tx.execute(statement, parameters), access=ACCESS)

    for change in ("items = ARRAY['gender']", "until = until + interval '1 year'", "party = 'x'"):
        with pytest.raises(psycopg.errors.RaiseException, match="never change"):
            run(f"UPDATE attribute_consent SET {change}")
    pull = "INSERT INTO attribute_pull VALUES (%s, %s, %s, 'give', %s, 'supplied')"
    run(pull, given.consent_id, uuid4(), world.clock.now(), ["name"])
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        run(pull, given.consent_id, uuid4(), world.clock.now(), ["gender"])
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        run(pull, given.consent_id, uuid4(), world.clock.now() + timedelta(days=366), ["name"])
    world.end(given.consent_id)
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        run(pull, given.consent_id, uuid4(), world.clock.now(), ["name"])
    with pytest.raises(psycopg.errors.RaiseException, match="stays ended"):
        run("UPDATE attribute_consent SET ended_at = NULL, ended_by = ''")
    for table in ("attribute_consent_history", "attribute_pull", "certificate_ref"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(f"DELETE FROM {table}")


def test_after_a_withdrawal_has_returned_no_give_succeeds(world):
    """Many gives run against one withdrawal; none that began after it returned gets anything."""
    for _ in range(3):
        given = world.consent()
        withdrawn, late, failed = threading.Event(), [], []

        def gives(consent_id=given.consent_id, withdrawn=withdrawn, late=late, failed=failed):
            after = 0
            while after < 3:
                began_after = withdrawn.is_set()
                after += began_after
                try:
                    world.give(consent_id)
                except Exception as error:
                    failed.append(getattr(getattr(error, "fault", None), "code", repr(error)))
                else:
                    late += [began_after] if began_after else []

        threads = [threading.Thread(target=gives) for _ in range(4)]
        for thread in threads:
            thread.start()
        world.end(given.consent_id, person_ref=given.person.person_ref)
        withdrawn.set()
        for thread in threads:
            thread.join()
        assert late == []
        assert set(failed) == {"jpki.consent-ended"}


def test_a_withdrawal_waits_for_the_give_that_runs(world, monkeypatch):
    """Once it has returned, not even a give that began before it may still commit."""
    given = world.consent()
    inside, go_on, order = threading.Event(), threading.Event(), []
    real = latest_store.add_pulls

    def slow(tx, *arguments):
        inside.set()
        assert go_on.wait(10)
        real(tx, *arguments)

    monkeypatch.setattr(latest_store, "add_pulls", slow)

    def gives():
        world.give(given.consent_id)
        order.append("given")

    def withdraws():
        world.end(given.consent_id, person_ref=given.person.person_ref)
        order.append("withdrawn")

    giving = threading.Thread(target=gives)
    giving.start()
    assert inside.wait(10)
    withdrawing = threading.Thread(target=withdraws)
    withdrawing.start()
    withdrawing.join(0.5)
    assert order == [], "the withdrawal came back while a give was running"
    go_on.set()
    giving.join()
    withdrawing.join()
    assert set(order) == {"given", "withdrawn"}
    assert world.changes(given.consent_id) == ["ended"]


def test_the_resident_sees_consent_and_pulls_in_their_list_of_accesses(world):
    given = world.consent()
    world.give(given.consent_id, ("address",))
    world.changes(given.consent_id)
    world.states(given.person.certificate_id)
    world.end(given.consent_id, person_ref=given.person.person_ref)
    asker, ref = "identity", given.person.person_ref

    def look(tx):
        return audit.accesses(tx, str(person_store.person_by_ref(tx, asker, ref)))

    entries = world.database.read("test", look, access=ACCESS)
    assert {
        "jpki.consent.give", "jpki.attributes.give", "jpki.attributes.ask-changed",
        "jpki.status.check", "jpki.consent.end",
    } <= {entry.action for entry in entries}  # fmt: skip
    assert [e.fields for e in entries if e.action == "jpki.attributes.give"] == [["address"]]
    [consent] = world.consents(given.person.person_ref)
    pulls = {(pull.what, pull.items, pull.outcome) for pull in consent.pulls}
    assert pulls == {("give", ("address",), "supplied"), ("changes", (), "unchanged")}


def test_nobody_without_certificates_has_consents(world):
    assert code_of(world.consents, "nobody") == "jpki.unknown-person"
