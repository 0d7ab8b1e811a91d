"""A phone's certificates: who gets them, what they hang on, and how they end; from both sides."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp

import kazasu.jpki
from kazasu.card.challenge import challenge_bytes
from kazasu.card.chip import common_ap
from kazasu.contracts.jpki.phones import (
    ChangePhone,
    IssuePhoneCertificates,
    MayCardSign,
    PhoneApplication,
    StateOfPhone,
)
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.jpki.certificates.lint import Case, lint
from kazasu.jpki.register import store as register_store
from kazasu.jpki.status import ocsp
from kazasu.jpki.status.service import Released
from tests.jpki.test_lifecycle import serial
from tests.jpki.test_service import CARD_ID, World, asked, code_of
from tests.support import pki

PHONE = "http://phone.localhost:8000"
HOLDS = Path(kazasu.jpki.__file__).parent / "migrations/0400-holds-by-what.sql"


@pytest.fixture
def world(databases, clock):
    world = World(databases, clock)
    world.issued = world.services.issuing.issue(world.order())
    return world


def application(world, keys=(3, 4), **changes):
    values = {
        "application_id": "a-1", "applied_at": world.clock.now(), "origin": PHONE,
        "platform": "android", "authentication_key": pki.b64(pki.public(keys[0])),
        "signing_key": pki.b64(pki.public(keys[1])),
    } | changes  # fmt: skip
    return PhoneApplication(**values).model_dump_json().encode()


def apply(world, keys=(3, 4), *, by=2, certificate=None, proofs=None, who="phone", signed=None, **changes):  # fmt: skip
    """The holder's card signs, the phone's keys prove themselves, J-LIS issues."""
    content = application(world, keys, **changes)
    proofs = proofs or keys
    evidence = TapEvidence(
        certificate=pki.b64(certificate or world.issued.signing),
        signed=pki.b64(signed or content),
        signature=pki.b64(pki.sign(by, signed or content)),
    )
    inquiry = IssuePhoneCertificates(
        application=pki.b64(content), evidence=evidence,
        authentication_proof=pki.b64(pki.sign(proofs[0], content)),
        signing_proof=pki.b64(pki.sign(proofs[1], content)),
    )  # fmt: skip
    return world.services.phones.issue(inquiry, asked(who))


def der(text):
    return base64.b64decode(text)


def change(world, action, *, certificate=None, number=1, label=None, origin=PHONE, only=""):
    content = challenge_bytes(label or f"phone-{action}", origin, "nonce", "request")
    evidence = TapEvidence(
        certificate=pki.b64(certificate or world.issued.authentication),
        signed=pki.b64(content), signature=pki.b64(pki.sign(number, content)),
    )  # fmt: skip
    inquiry = ChangePhone(
        action=action, evidence=evidence, expected=pki.b64(content), phone_id=only
    )
    return [one.state for one in world.services.phones.change(inquiry, asked("phone")).phones]


# ---------------------------------------------------------------- issue


def test_a_phone_gets_certificates_of_its_own_for_the_same_person(world):
    got = apply(world)
    by_card = world.authenticate(world.issued.authentication)
    by_phone = world.authenticate(der(got.authentication), number=3)
    assert by_phone.person_ref == by_card.person_ref
    assert (by_card.media, by_phone.media) == ("card", "phone")
    assert not by_phone.pin_less
    signed = world.sign(der(got.signing), number=4)
    assert signed.attributes.name == "横浜　花子"


def test_they_are_to_the_profile_with_the_policies_of_phones(world):
    got = apply(world)
    for kind, text in (("authentication", got.authentication), ("signing", got.signing)):
        certificate = x509.load_der_x509_certificate(der(text))
        issuer = world.authorities.issuing[kind].certificate
        assert lint(Case(certificate, kind, issuer, media="phone")) == []
        assert [one.rule.name for one in lint(Case(certificate, kind, issuer, media="card"))] == [
            "certificate-policy"
        ]
    card = x509.load_der_x509_certificate(world.issued.signing)
    assert [one.rule.name for one in lint(Case(card, "signing", world.authorities.issuing["signing"].certificate, media="phone"))] == ["certificate-policy"]  # fmt: skip


def test_never_past_the_card_nor_the_cards_certificate(world):
    end = x509.load_der_x509_certificate(der(apply(world).signing)).not_valid_after_utc
    on_card = x509.load_der_x509_certificate(world.issued.signing).not_valid_after_utc
    assert end == on_card, "the card's certificate ends before the card"
    assert end.astimezone(JST).date() == date(2030, 4, 1)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"origin": "http://elsewhere.test"}, "jpki.bad-phone-application"),
        ({"applied_at": datetime(2026, 11, 23, 0, 49, tzinfo=UTC)}, "jpki.bad-phone-application"),
        ({"proofs": (4, 3)}, "jpki.bad-phone-application"),
        ({"signed": b"another document"}, "jpki.wrong-challenge"),
        ({"by": 1}, "jpki.bad-signature"),
        ({"keys": (2, 4)}, "jpki.weak-key"),
    ],
    ids=["origin", "old", "not-its-key", "other-document", "not-the-signer", "key-of-the-card"],
)
def test_what_is_not_issued(world, wrong, code):
    assert code_of(lambda: apply(world, **wrong)) == code
    assert change(world, "show") == []


def test_what_a_phone_repeats_ends_however_late_the_letter_comes(world):
    """It says what the card's certificate says: the address of before the change, of which J-LIS had not heard yet."""
    changed_at = world.clock.now()
    world.clock.advance(timedelta(hours=1))
    got = apply(world)
    assert world.sign(der(got.signing), number=4)
    world.changed(at=changed_at)
    assert code_of(world.sign, der(got.signing), number=4) == "jpki.lapsed-by-change"


def test_an_application_is_good_once(world):
    content = {"application_id": "once"}
    apply(world, **content)
    assert code_of(lambda: apply(world, replaces=True, **content)) == "jpki.weak-key"


def test_a_phone_does_not_enrol_a_phone(world):
    got = apply(world)
    again = code_of(lambda: apply(world, (5, 6), by=4, certificate=der(got.signing), replaces=True))
    assert again == "jpki.phone-needs-card"


def test_nobody_under_15(world):
    """A signing certificate for a child exists where a city made an exception; not for a phone."""
    child = world.order(
        card_id="000000000000005", resident_record_code="11111111110",
        attributes=world.order().attributes.model_copy(update={"birth_date": date(2014, 1, 1)}),
        authentication_key=pki.public(7), signing_key=pki.public(8), card_expires_on=date(2029, 1, 1),
    )  # fmt: skip
    issued = world.services.issuing.issue(child)
    refused = code_of(lambda: apply(world, by=8, certificate=issued.signing))
    assert refused == "jpki.phone-too-young"


def test_one_phone_a_person_and_the_one_before_ends(world):
    first = apply(world)
    assert code_of(lambda: apply(world, (5, 6), platform="iphone")) == "jpki.phone-exists"
    world.clock.advance(timedelta(minutes=1))
    second = apply(world, (5, 6), platform="iphone", replaces=True)
    assert code_of(world.authenticate, der(first.authentication), number=3) == "jpki.revoked"
    assert world.authenticate(der(second.authentication), number=5)
    assert change(world, "show") == ["good", "ended"]


# ---------------------------------------------------------------- lost, found, ended


def test_a_lost_phone_is_held_with_the_card_at_any_hour_and_the_card_stays_good(world):
    got = apply(world)
    world.clock.set(datetime(2026, 12, 31, 18, 3, tzinfo=UTC))  # 3 in the morning of New Year
    assert change(world, "hold") == ["held"]
    assert change(world, "hold") == ["held"], "twice is once"
    assert code_of(world.authenticate, der(got.authentication), number=3) == "jpki.on-hold"
    assert code_of(world.sign, der(got.signing), number=4) == "jpki.on-hold"
    assert world.authenticate(world.issued.authentication)
    assert change(world, "release") == ["good"]
    assert world.authenticate(der(got.authentication), number=3)
    assert code_of(lambda: change(world, "release")) == "jpki.not-held"


def _told(world):
    """What the identity service was told of the person, oldest first."""
    identity = world.institutions["identity"]
    sealed = world.database.read(
        "test.told",
        lambda tx: tx.column(
            "SELECT sealed FROM outbox WHERE kind = 'identity/certificate-event/1' ORDER BY seq"
        ),
    )
    opened = [identity.open(one, "kazasu-letter+jws", signer="jpki")[1] for one in sealed]
    bodies = [json.loads(one)["body"] for one in opened]
    return [one["event"] for one in bodies if one["signs_in"]]


@pytest.mark.parametrize(("action", "event"), [("hold", "held"), ("end", "revoked")])
def test_who_stops_a_lost_phone_stops_the_sign_ins_made_on_it(world, action, event):
    """They lie in the phone's browser, for hours: whoever found it would go on as its owner."""
    apply(world)
    world.authenticate(world.issued.authentication)  # they have signed in somewhere
    change(world, "show")
    assert _told(world) == []
    change(world, action)
    if action == "hold":
        change(world, action)
    assert _told(world) == [event], "twice is once"
    if action == "hold":
        change(world, "release")
        assert _told(world) == [event, "released"]


def test_the_finder_of_a_phone_can_end_it_and_nothing_else(world):
    got = apply(world)
    by_phone = {"certificate": der(got.authentication), "number": 3}
    for action in ("show", "hold", "release"):
        assert code_of(lambda a=action: change(world, a, **by_phone)) == "jpki.phone-needs-card"
    assert change(world, "end", **by_phone) == ["ended"]
    assert code_of(lambda: change(world, "hold")) == "jpki.no-phone"


def test_a_challenge_for_one_thing_does_another_never(world):
    apply(world)
    labels = ["authenticate", "authenticate-without-pin", "phone-show", "phone-hold", "phone-release"]  # fmt: skip
    for label in labels:
        assert code_of(lambda one=label: change(world, "end", label=one)) == "jpki.wrong-challenge"
    other = code_of(lambda: change(world, "end", origin="http://portal.localhost:8000"))
    assert other == "jpki.wrong-challenge"
    assert change(world, "show") == ["good"]


# ---------------------------------------------------------------- the cascade, from the card's side


def card_renewed(world):
    world.clock.set(datetime(2030, 1, 1, 9, 0, tzinfo=JST))
    world.services.renewal.renew(world.order(issued_on=date(2030, 1, 1), authentication_key=pki.public(5), signing_key=pki.public(6)))  # fmt: skip


ENDS = {
    "the card was returned": lambda w: w.services.life.end_card(CARD_ID),
    "the card was renewed": card_renewed,
    "by serial number, of very many": lambda w: w.services.bulk.revoke_many(
        [(k, serial(getattr(w.issued, k))) for k in ("signing", "authentication")], "key_compromise"
    ),
    "death": lambda w: w.changed("death"),
}


@pytest.mark.parametrize("how", ENDS)
def test_what_ends_the_card_ends_the_phone(world, how):
    got = apply(world)
    ENDS[how](world)
    assert code_of(world.authenticate, der(got.authentication), number=3) == "jpki.revoked"
    assert code_of(world.sign, der(got.signing), number=4) in ("jpki.revoked", "jpki.lapsed-by-change")  # fmt: skip


def test_a_move_ends_the_signing_certificate_of_the_phone_alone(world):
    got = apply(world)
    world.changed("address")
    assert code_of(world.sign, der(got.signing), number=4) == "jpki.lapsed-by-change"
    assert world.authenticate(der(got.authentication), number=3)


def test_the_end_of_a_phone_is_not_the_end_of_the_card(world):
    apply(world)
    change(world, "end")
    assert world.authenticate(world.issued.authentication)
    assert world.sign(world.issued.signing)


def test_a_held_card_holds_its_phone_and_enrols_none(world):
    got = apply(world)
    world.services.life.suspend(CARD_ID)
    assert code_of(world.authenticate, der(got.authentication), number=3) == "jpki.on-hold"
    assert code_of(lambda: apply(world, (5, 6), replaces=True)) == "jpki.on-hold"
    world.services.life.release(CARD_ID)
    assert world.authenticate(der(got.authentication), number=3)


# ---------------------------------------------------------------- each hold is lifted by what put it


def test_a_found_card_does_not_wake_a_phone_that_its_owner_stopped(world):
    """A bag with both was lost, and the card alone came back: whoever has the phone signs in and signs with it no more."""
    got = apply(world)
    world.authenticate(world.issued.authentication)
    change(world, "hold")
    assert world.services.life.suspend(CARD_ID) == 2
    assert world.services.life.release(CARD_ID) == Released(2, still_held=2)
    assert world.authenticate(world.issued.authentication)
    assert code_of(world.authenticate, der(got.authentication), number=3) == "jpki.on-hold"
    assert code_of(world.sign, der(got.signing), number=4) == "jpki.on-hold"
    assert held_by(world, got.phone_id) == {"phone"}
    assert _told(world) == ["held", "held", "released"]
    assert code_of(world.services.life.release, CARD_ID) == "jpki.not-held", "twice"
    assert code_of(world.authenticate, der(got.authentication), number=3) == "jpki.on-hold"
    assert change(world, "release") == ["good"], "its owner has found it"
    assert world.authenticate(der(got.authentication), number=3)
    assert held_by(world, got.phone_id) == {""}


def test_a_phone_that_is_held_with_the_card_says_by_what(world):
    phone_id = apply(world).phone_id
    world.services.life.suspend(CARD_ID)
    assert held_by(world, phone_id) == {"card"}
    assert code_of(lambda: change(world, "release")) == "jpki.on-hold", "not by a card on hold"
    world.services.life.release(CARD_ID)
    change(world, "hold")
    world.services.life.suspend(CARD_ID)
    assert held_by(world, phone_id) == {"both"}


def test_a_phone_is_stopped_by_its_name_while_the_card_is_held_and_stays_so(world):
    """Who has no card in hand says on the telephone that the phone is gone, too."""
    got = apply(world)
    world.services.life.suspend(CARD_ID)
    assert world.services.life.suspend(got.phone_id) == 0, "it works nowhere already"
    assert held_by(world, got.phone_id) == {"both"}
    assert world.services.life.release(CARD_ID) == Released(2, still_held=2)
    assert code_of(world.authenticate, der(got.authentication), number=3) == "jpki.on-hold"
    assert world.services.life.release(got.phone_id).certificates == 2
    assert world.authenticate(der(got.authentication), number=3)


def test_a_phone_of_an_ended_card_is_not_woken(world):
    got = apply(world)
    change(world, "hold")
    world.services.life.suspend(CARD_ID)
    world.services.life.end_card(CARD_ID)
    assert code_of(world.services.life.release, CARD_ID) == "jpki.not-held"
    assert code_of(world.authenticate, der(got.authentication), number=3) == "jpki.revoked"


@pytest.mark.parametrize(
    ("lost", "told"),
    [(("phone", "card"), "both"), (("card",), "card"), (("phone",), "phone")],
)  # fmt: skip
def test_of_holds_of_before_a_phones_own_stays_its_own(world, databases, lost, told):
    """As the migration finds them, run by the schema's owner, whom row level security binds, too."""
    got = apply(world)
    for one in lost:
        world.clock.advance(timedelta(hours=1))
        change(world, "hold") if one == "phone" else world.services.life.suspend(CARD_ID)
    with psycopg.connect(databases.url("jpki")) as connection:
        connection.execute("SET search_path TO jpki")
        [owner] = connection.execute(
            "SELECT tableowner FROM pg_tables WHERE tablename = 'certificate_hold'"
        ).fetchone()
        connection.execute(f'SET ROLE "{owner}"')
        connection.execute(
            "ALTER TABLE certificate_hold DROP CONSTRAINT certificate_hold_by, DROP COLUMN by_card, DROP COLUMN by_phone"
        )
        connection.execute(HOLDS.read_text())
    assert held_by(world, got.phone_id) == {told}
    if "card" in lost:
        assert world.services.life.release(CARD_ID).still_held == (2 if told == "both" else 0)


def held_by(world, phone_id):
    answer = world.services.phones.state(StateOfPhone(phone_id=phone_id), asked("phone"))
    return {one.held_by for one in answer.certificates}


def may_sign(world, record=None):
    sent = record if record is not None else common_ap.CommonRecord(CARD_ID, "14100", date(2035, 4, 1)).encode()  # fmt: skip
    inquiry = MayCardSign(card_record=pki.b64(sent))
    return world.services.phones.may_sign(inquiry, asked("phone")).signs


def test_before_anything_is_typed_it_is_told_whether_the_card_can_sign(world):
    assert may_sign(world)
    world.services.life.suspend(CARD_ID)
    assert not may_sign(world)
    world.services.life.release(CARD_ID)
    assert may_sign(world)
    apply(world)
    assert may_sign(world), "a phone takes nothing from its card"
    world.changed()
    assert not may_sign(world), "it lapsed with the address"
    assert code_of(lambda: apply(world, (5, 6), replaces=True)) == "jpki.lapsed-by-change"


@pytest.mark.parametrize("until", [date(2030, 4, 1), date(2030, 4, 2)])
def test_a_card_cannot_sign_past_its_signing_certificate(world, until):
    end = x509.load_der_x509_certificate(world.issued.signing).not_valid_after_utc
    world.clock.set(end if until.day == 2 else end - timedelta(seconds=1))
    assert may_sign(world) is (until.day == 1)


def test_what_is_no_card_of_ours_cannot_sign(world):
    other = common_ap.CommonRecord("9" * 15, "14100", date(2035, 4, 1)).encode()
    for record in (other, b"", b"\x01\x02ab", other[:-1]):
        assert not may_sign(world, record)


def test_seen_by_ocsp_within_60_seconds(world):
    got = apply(world)
    answers = ocsp.Answers(
        world.authorities.responders, world.services.life.status, world.clock.now
    )
    certificate = x509.load_der_x509_certificate(der(got.authentication))
    issuer = world.authorities.issuing["authentication"].certificate
    builder = x509_ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    asking = builder.build().public_bytes(Encoding.DER)

    def state():
        return x509_ocsp.load_der_ocsp_response(answers.answer(asking))

    assert state().certificate_status is x509_ocsp.OCSPCertStatus.GOOD
    ended_at = world.clock.now()
    world.services.life.end_card(CARD_ID)
    while state().certificate_status is x509_ocsp.OCSPCertStatus.GOOD:
        world.clock.advance(timedelta(seconds=5))
        answers.ahead()
        assert world.clock.now() - ended_at <= timedelta(seconds=60)
    assert timedelta(seconds=60) >= ocsp.FRESH


def test_which_card_a_phone_hangs_on_is_recorded(world):
    got = apply(world)
    row = world.database.read(
        "t", lambda tx: register_store.card(tx, got.phone_id), access=Access("system:test", "t", Text("試", "t"))
    )  # fmt: skip
    assert (row.parent_card, row.media, row.platform) == (CARD_ID, "phone", "android")


# ---------------------------------------------------------------- what the phone shows of itself


def states(world, phone_id):
    answer = world.services.phones.state(StateOfPhone(phone_id=phone_id), asked("phone"))
    return {one.kind: (one.state, one.since) for one in answer.certificates}


def test_a_phone_is_told_what_became_of_its_certificates_and_since_when(world):
    phone_id = apply(world).phone_id
    good = {"authentication": ("good", None), "signing": ("good", None)}
    assert states(world, phone_id) == good
    world.services.life.suspend(CARD_ID)
    held = states(world, phone_id)
    assert {state for state, _ in held.values()} == {"held"}
    assert all(since <= world.clock.now() for _, since in held.values())
    world.services.life.release(CARD_ID)
    assert states(world, phone_id) == good
    world.clock.advance(timedelta(days=1))
    world.services.life.end_card(CARD_ID)
    ended = states(world, phone_id)
    assert {state for state, _ in ended.values()} == {"ended"}
    assert all(since is not None for _, since in ended.values())


def test_a_certificate_that_is_over_is_no_longer_good(world):
    phone_id = apply(world).phone_id
    world.clock.advance(timedelta(days=5 * 366))
    assert {state for state, _ in states(world, phone_id).values()} == {"ended"}


@pytest.mark.parametrize("phone_id", ["phone-0", CARD_ID, ""])
def test_a_card_is_no_phone(world, phone_id):
    inquiry = StateOfPhone.model_construct(phone_id=phone_id)
    assert code_of(world.services.phones.state, inquiry, asked("phone")) == "jpki.no-phone"


def test_one_phone_alone_is_ended_and_never_anothers(world):
    """Who holds a card beside somebody's phone empties it only where it is the holder's own."""
    got = apply(world)
    with pytest.raises(Refusal) as caught:
        change(world, "end", only="phone-of-somebody")
    assert caught.value.fault.code == "jpki.other-persons-phone"
    assert change(world, "show") == ["good"]
    assert change(world, "end", only=got.phone_id) == ["ended"]
