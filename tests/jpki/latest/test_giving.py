""" "Changed since?", "give", current status, and what is told of whom: above all of protected people."""

import json
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.numbers import ResidentRecordCode
from kazasu.foundation.web.edge.problems import problem
from tests.jpki.latest.world import BANK, SAPPORO, SHOP, LatestWorld
from tests.jpki.test_lifecycle import serial
from tests.jpki.test_service import CARD_ID, HANAKO, code_of
from tests.support import pki

ITEMS = ("name", "address", "birthdate", "gender")


def told(supplied):
    return {name: value for name, value in supplied.model_dump().items() if value is not None}


# ---------------------------------------------------------------- the way it goes


def test_a_move_from_the_consent_to_the_new_address(world):
    agreed = world.consent()
    number, old = agreed.consent_id, agreed.person.certificate_id
    assert world.changes(number) == ["unchanged"]
    assert world.states(old) == [("GOOD", "")]
    world.moves(reissue=False)
    assert world.states(old) == [("REVOKED", "affiliation_changed")]
    assert world.changes(number) == ["pending"]
    assert code_of(world.give, number) == "jpki.nothing-supplied"
    world.reissued()
    assert world.changes(number) == ["changed"]
    answer = world.give(number)
    assert told(answer.attributes) == {"name": HANAKO.name, "address": SAPPORO.address}
    assert answer.certificate_id != old
    assert world.states(answer.certificate_id, old) == [
        ("GOOD", ""), ("REVOKED", "affiliation_changed"),
    ]  # fmt: skip
    assert world.changes(number) == ["unchanged"]
    assert world.give(number) == answer.model_copy(), "an answer that was lost can be had again"
    history = world.rows("SELECT event FROM attribute_consent_history ORDER BY at")
    assert history == [("given",), ("supplied",)]


def test_item_by_item(world):
    agreed = world.consent(items=ITEMS)
    for item in ITEMS:
        field = {"birthdate": "birth_date", "gender": "sex"}.get(item, item)
        assert told(world.give(agreed.consent_id, (item,)).attributes) == {
            field: getattr(HANAKO, field)
        }
    narrow = world.consent(items=("address",))
    for item in ("name", "birthdate", "gender"):
        for asked in ((item,), ("address", item)):
            assert code_of(world.give, narrow.consent_id, asked) == "jpki.not-consented"
    assert [row[0] for row in world.rows("SELECT DISTINCT outcome FROM attribute_pull")] == [
        "supplied"
    ]


def test_what_changes_nothing_is_no_change(world):
    """A phone's certificate beside the card's, the end of a suspension: the party has the newest data."""
    agreed = world.consent()
    world.later()
    world.services.issuing.issue(
        world.order(card_id="0" * 14 + "9", media="phone", parent_card=CARD_ID,
                    authentication_key=pki.public(5), signing_key=pki.public(6))
    )  # fmt: skip
    assert world.changes(agreed.consent_id) == ["unchanged"]
    world.services.life.suspend(CARD_ID)
    assert world.changes(agreed.consent_id) == ["pending"]
    assert world.states(agreed.person.certificate_id) == [("REVOKED", "certificate_hold")]
    assert code_of(world.give, agreed.consent_id) == "jpki.nothing-supplied"
    world.services.life.release(CARD_ID)
    assert world.changes(agreed.consent_id) == ["unchanged"]


def test_an_expired_certificate_supplies_nothing(world):
    world.clock.set(datetime(2029, 12, 1, tzinfo=JST))
    agreed = world.consent(until=world.clock.now() + timedelta(days=365))
    world.clock.set(datetime(2030, 4, 2, tzinfo=JST))
    assert world.states(agreed.person.certificate_id) == [("EXPIRED", "")]
    assert world.changes(agreed.consent_id) == ["pending"]
    assert code_of(world.give, agreed.consent_id) == "jpki.nothing-supplied"


def test_a_renewal_gives_a_new_certificate_id(world):
    world.clock.set(datetime(2030, 1, 2, 9, 0, tzinfo=JST))
    agreed = world.consent()
    world.services.renewal.renew(
        world.order(issued_on=world.clock.now().date(), authentication_key=pki.public(3),
                    signing_key=pki.public(4))
    )  # fmt: skip
    assert world.states(agreed.person.certificate_id) == [("REVOKED", "superseded")]
    world.later()
    assert world.changes(agreed.consent_id) == ["changed"]
    assert told(world.give(agreed.consent_id).attributes)["address"] == HANAKO.address


def test_in_bulk_each_answer_stands_where_it_was_asked(world):
    mine = [world.consent(items=items) for items in (("name",), ("address",), ("gender",))]
    shops = world.consent(party=SHOP)
    asked = [uuid4(), mine[2].consent_id, shops.consent_id, mine[0].consent_id, mine[2].consent_id]
    assert world.changes(*asked) == ["ended", "unchanged", "ended", "unchanged", "unchanged"]
    numbers = [uuid4(), mine[0].person.certificate_id, shops.person.certificate_id]
    assert world.states(*numbers) == [("UNKNOWN", ""), ("GOOD", ""), ("UNKNOWN", "")]


@pytest.mark.parametrize("count", [0, 10_001])
def test_too_many_or_none_are_no_question(world, count):
    many = [uuid4()] * count
    with pytest.raises(ValueError, match="certificate_ids"):
        world.states(*many)
    with pytest.raises(ValueError, match="consent_ids"):
        world.changes(*many)


def test_ten_thousand_are_one_question(world):
    states = world.states(*[uuid4()] * 9_999, world.signed_for(BANK).certificate_id)
    assert states[-1] == ("GOOD", "")
    assert len(states) == 10_000


# ---------------------------------------------------------------- protected people


def _dead(world):
    world.moves(reissue=False)
    world.changed("death")


def _emigrated(world):
    world.later()
    world.changed("emigration")


def _held(world):
    world.services.life.suspend(CARD_ID)


def _pending(world):
    world.moves(reissue=False)


def _protected(world):
    world.protect()
    world.moves()


def _protected_after(world):
    world.moves()
    world.protect()


def _card_ended(world):
    world.services.life.end_card(CARD_ID)


REASONS = [_dead, _emigrated, _held, _pending, _protected, _protected_after, _card_ended]


class Watch:
    """Which statements a use case runs, in the test's own thread: another story's country may be at work beside it."""

    def __init__(self, monkeypatch):
        self.statements = []
        self.thread = threading.get_ident()
        for name in ("execute", "all", "value", "column"):
            self._watch(monkeypatch, name)

    def _watch(self, monkeypatch, name):
        real = getattr(Transaction, name)

        def watched(tx, *arguments):
            if threading.get_ident() == self.thread:
                self.statements.append(next(text for text in arguments if isinstance(text, str)))
            return real(tx, *arguments)

        monkeypatch.setattr(Transaction, name, watched)


def _seen(world, consent_id, watch):
    """All that a party sees, and all that the database is made to do."""
    watch.statements.clear()
    with pytest.raises(Refusal) as refused:
        world.give(consent_id)
    wire = json.dumps(refused.value.to_document(), ensure_ascii=False).encode()
    page = problem(refused.value)
    return wire, page.status_code, bytes(page.body), world.changes(consent_id), list(watch.statements)  # fmt: skip


@pytest.mark.parametrize("happens", REASONS, ids=lambda one: one.__name__.strip("_"))
def test_no_refusal_tells_why(databases, clock, world, monkeypatch, happens):
    """Content, size and the statements behind them are the same for whatever reason there is."""
    other = world.somebody_else()
    twin = world.consent(number=8, certificate=other)
    world.later()
    world.lapse(ResidentRecordCode.from_body("1111111111"))
    agreed = world.consent()
    happens(world)
    world.later()
    watch = Watch(monkeypatch)
    expected = _seen(world, twin.consent_id, watch)
    assert expected[3] == ["pending"]
    assert _seen(world, agreed.consent_id, watch) == expected
    assert world.rows("SELECT DISTINCT outcome FROM attribute_pull ORDER BY 1") == [
        ("nothing",), ("pending",),
    ]  # fmt: skip


def test_until_something_changes_a_protected_person_is_like_anybody(world):
    """Status GOOD beside "pending" would tell: nobody else ever looks like that."""
    agreed = world.consent()
    before = world.give(agreed.consent_id), world.changes(agreed.consent_id)
    world.protect()
    assert (world.give(agreed.consent_id), world.changes(agreed.consent_id)) == before
    assert world.states(agreed.person.certificate_id) == [("GOOD", "")]


def test_nothing_newer_of_a_protected_person_is_ever_told(world):
    agreed = world.consent()
    world.subscribe(agreed.consent_id)
    world.protect()
    world.moves()
    assert world.changes(agreed.consent_id) == ["pending"]
    assert code_of(world.give, agreed.consent_id) == "jpki.nothing-supplied"
    assert _events(world) == ["revoked"], "no new certificate, no news"
    world.later()
    world.protect(protected=False)
    assert world.changes(agreed.consent_id) == ["changed"]
    assert _events(world) == ["revoked", "attributes-changed"]
    assert told(world.give(agreed.consent_id).attributes)["address"] == SAPPORO.address


@given(
    steps=st.lists(
        st.sampled_from(["move", "reissue", "hold", "release", "give", "protect"]), max_size=6
    )
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_protected_person_looks_like_one_who_stayed_away(
    databases, clock, monkeypatch, steps
):
    """Two people live the same life; one is protected, the other never goes to the counter."""
    seen = []
    for protected in (True, False):
        world = _fresh(LatestWorld, databases, clock)
        agreed = world.consent()
        if protected:
            world.protect()
        seen.append(_life(world, agreed, steps, at_the_counter=protected))
    assert seen[0] == seen[1]


_numbers = iter(range(1, 100_000))


def _fresh(kind, databases, clock):
    """Another person with a card in the same database."""
    number = next(_numbers)
    person = ResidentRecordCode.from_body(f"{number:010}")

    class Other(kind):
        def order(self, **changes):
            return super().order(**{
                "resident_record_code": person, "card_id": f"{number:015}",
                "authentication_key": pki.public(f"a{number}"),
                "signing_key": pki.public(f"s{number}"),
            } | changes)  # fmt: skip

        def evidence(self, document, number_=None, certificate=None):
            del number_
            return super().evidence(document, f"s{number}", certificate)

    world = Other(databases, clock)
    world.person, world.number = person, number
    world.key = iter(f"n{number}-{n}" for n in range(100))
    world.protect = lambda: kind.protect(world, person=person)
    return world


def _life(world, agreed, steps, *, at_the_counter):
    card = f"{world.number:015}"
    seen = []
    for step in steps:
        world.clock.advance(timedelta(hours=1))
        if step == "move":
            world.lapse(world.person)
        elif step == "reissue" and at_the_counter and world.changes(agreed.consent_id) == ["pending"]:  # fmt: skip
            with suppress(Refusal):  # on a card that is held nothing is issued
                world.reissued(next(world.key))
        elif step == "hold":
            world.services.life.suspend(card)
        elif step == "release":
            try:
                world.services.life.release(card)
            except Refusal:
                seen.append("not held")
        try:
            given = told(world.give(agreed.consent_id).attributes)
        except Refusal as refusal:
            given = refusal.fault.code, dict(refusal.facts)
        seen.append((given, world.changes(agreed.consent_id), world.states(agreed.person.certificate_id)))  # fmt: skip
    return seen


# ---------------------------------------------------------------- subscription and events


def _events(world):
    """Letters to the identity service that lie in the outbox, opened with its key."""
    identity = world.institutions["identity"]
    letters = []
    for (sealed,) in world.rows(
        "SELECT sealed FROM outbox WHERE kind = 'identity/certificate-event/1' ORDER BY seq"
    ):
        _, payload = identity.open(sealed, "kazasu-letter+jws", signer="jpki")
        letters.append(json.loads(payload)["body"])
    world.letters = letters
    return [letter["event"] for letter in letters]


def test_what_the_identity_service_is_told(world):
    world.services.life.suspend(CARD_ID)
    assert _events(world) == [], "a person whom it does not know"
    world.services.life.release(CARD_ID)
    agreed, quiet = world.consent(), world.consent(party=SHOP)
    world.subscribe(agreed.consent_id)
    world.services.life.suspend(CARD_ID)
    world.services.life.suspend(CARD_ID)
    world.services.life.release(CARD_ID)
    world.moves()
    assert _events(world) == ["held", "released", "revoked", "reissued", "attributes-changed"]
    assert {letter["person_ref"] for letter in world.letters} == {agreed.person.person_ref}
    assert world.letters[-1]["consents"] == [str(agreed.consent_id)]
    world.later()
    world.changed("death")
    assert _events(world)[5:] == ["revoked", "deceased"]
    both = sorted(str(one.consent_id) for one in (agreed, quiet))
    assert sorted(world.letters[-1]["consents"]) == both


def test_a_subscription_that_is_off_or_ended_brings_no_event(world):
    first, second, third = (
        world.consent(items=items) for items in (("name",), ("address",), ("name", "address"))
    )
    for one in (first, second, third):
        world.subscribe(one.consent_id)
    world.subscribe(first.consent_id, on=False)
    world.end(second.consent_id)
    world.moves()
    assert _events(world)[-1] == "attributes-changed"
    assert world.letters[-1]["consents"] == [str(third.consent_id)]
    assert code_of(world.subscribe, second.consent_id) == "jpki.consent-ended"
    assert code_of(world.subscribe, third.consent_id, party=SHOP) == "jpki.consent-ended"
    assert code_of(world.subscribe, uuid4()) == "jpki.consent-ended"


def test_a_renewal_and_every_other_end_is_told(world):
    agreed = world.consent()
    world.subscribe(agreed.consent_id)
    world.services.bulk.revoke_many([("signing", serial(world.issued.signing))], "key_compromise")
    assert world.states(agreed.person.certificate_id) == [("REVOKED", "key_compromise")]
    world.later()
    third = world.reissued(attributes=HANAKO)
    assert _events(world) == ["revoked", "reissued", "attributes-changed"]
    world.give(agreed.consent_id)
    named = [("signing", serial(third)), ("signing", 1)]
    world.services.bulk.revoke_many(named, "key_compromise", dry_run=True)
    world.services.bulk.revoke_many(named, "key_compromise")
    world.services.bulk.revoke_many(named, "key_compromise")
    world.services.life.end_card(CARD_ID)
    assert _events(world)[3:] == ["revoked", "revoked"]


# ---------------------------------------------------------------- kept signatures


def test_a_kept_signature_is_judged_as_of_when_it_was_made(world):
    signed = world.signed_for(BANK)
    at, signature = world.clock.now(), pki.sign(2, b"document")
    again = world.reverify(signed.certificate_id, signature, at)
    assert again.good
    assert again.policy == "archive"
    assert [step.name for step in again.steps] == [
        "content", "issuer", "purpose", "signature", "time", "status",
    ]  # fmt: skip
    assert all(step.ja and step.en and step.good for step in again.steps)
    world.moves()
    assert world.reverify(signed.certificate_id, signature, at).good, "revoked later"
    world.clock.set(datetime(2036, 1, 1, tzinfo=JST))
    assert world.reverify(signed.certificate_id, signature, at).good, "expired later"
    late = world.reverify(signed.certificate_id, signature, world.clock.now())
    assert (late.good, late.steps[4].fault) == (False, "jpki.expired")


def test_what_was_not_good_then_is_not_good_now(world):
    signed = world.signed_for(BANK)
    at, signature = world.clock.now(), pki.sign(2, b"document")
    number = signed.certificate_id

    def faults(report):
        assert not report.good
        return {step.fault for step in report.steps if step.good is False}

    altered = world.reverify(number, signature, at, document=b"Document")
    assert faults(altered) == {"jpki.bad-signature"}
    others = world.reverify(number, pki.sign(3, b"document"), at)
    assert faults(others) == {"jpki.bad-signature"}
    early = world.reverify(number, signature, at - timedelta(days=900))
    assert faults(early) == {"jpki.not-yet-valid"}
    world.moves()
    after = world.reverify(number, signature, world.clock.now())
    assert faults(after) == {"jpki.lapsed-by-change"}


def test_only_the_party_that_got_it_can_have_it_verified(world):
    number = world.signed_for(BANK).certificate_id
    now, signature = world.clock.now(), pki.sign(2, b"document")
    assert (
        code_of(world.reverify, number, signature, now, party=SHOP) == "jpki.unknown-certificate-id"
    )
    assert code_of(world.reverify, uuid4(), signature, now) == "jpki.unknown-certificate-id"


def test_no_answer_holds_a_serial_number(world):
    agreed = world.consent(items=ITEMS)
    number = serial(world.issued.signing)
    given_ = world.give(agreed.consent_id)
    text = " ".join(
        [agreed.model_dump_json(), given_.model_dump_json()]
        + [one.model_dump_json() for one in world.consents(agreed.person.person_ref)]
        + [world.reverify(agreed.person.certificate_id, b"", world.clock.now()).model_dump_json()]
    ).lower()
    for form in (str(number), f"{number:x}", f"{number:08x}"):
        assert form not in text
