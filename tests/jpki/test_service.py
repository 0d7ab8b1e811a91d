"""The certification service from the side of those who ask it."""

import base64
import json
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.card import tlv
from kazasu.card.chip import common_ap, text_ap
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.cards import CardOrder, ContinueCard
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.contracts.jpki.validation import (
    AddressPerson,
    TapEvidence,
    ValidateAuthentication,
    ValidateSignature,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import open_handle
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.numbers import ResidentRecordCode
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.certificates import profile
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.services import services
from kazasu.jpki.status import ocsp
from tests.support import pki
from tests.support.institutions import Institutions

PERSON = ResidentRecordCode("24727059608")
OTHER = ResidentRecordCode.from_body("1111111111")
HANAKO = FourAttributes(
    name="横浜　花子",
    address="神奈川県横浜市中区本町６丁目５０番地",
    birth_date=date(1990, 4, 1),
    sex="2",
)
MOVED = HANAKO.model_copy(update={"address": "北海道札幌市中央区北１条西２丁目"})
CARD_ID = "000000000000001"


def asked(who):
    return Asked(who, who, uuid4(), "system", Text("試験", "test"))


class World:
    def __init__(self, databases, clock):
        self.clock = clock
        self.institutions = Institutions(
            clock, "jpki", "identity", "portal", "phone", "city:141003"
        )
        self.authorities = pki.authorities(clock)
        self.database = databases("jpki")
        self.services = services(self.database, self.authorities, self.institutions["jpki"], clock)

    def order(self, **changes):
        values = {
            "card_id": CARD_ID,
            "resident_record_code": PERSON,
            "municipality_code": "141003",
            "prefecture": "Kanagawa-ken",
            "city": "Yokohama-shi",
            "attributes": HANAKO,
            "name_flags": "00000",
            "address_flags": "0" * len(HANAKO.address),
            "issued_on": date(2025, 6, 1),
            "card_expires_on": date(2035, 4, 1),
            "authentication_key": pki.public(1),
            "signing_key": pki.public(2),
        }
        return Order(**values | changes)

    def authenticate(self, certificate, content=b"challenge", *, number=1, who="identity", **more):
        evidence = TapEvidence(
            certificate=pki.b64(certificate),
            signed=pki.b64(content),
            signature=pki.b64(pki.sign(number, content)),
            **more,
        )
        inquiry = ValidateAuthentication(evidence=evidence, expected=pki.b64(b"challenge"))
        return self.services.validation.validate_authentication(inquiry, asked(who))

    def sign(self, certificate, *, number=2, at=None, who="city:141003"):
        evidence = TapEvidence(
            certificate=pki.b64(certificate),
            signed=pki.b64(b"document"),
            signature=pki.b64(pki.sign(number, b"document")),
        )
        inquiry = ValidateSignature(evidence=evidence, expected=pki.b64(b"document"), at=at)
        return self.services.validation.validate_signature(inquiry, asked(who))

    def changed(self, what="address", city="141003", at=None):
        """The network's letter, heard now."""
        letter = PersonChanged(
            resident_record_code=PERSON, what=what, municipality_code=city,
            at=at or self.clock.now(),
        )  # fmt: skip
        self.database.run("test", lambda tx: self.services.life.person_changed(tx, letter, None))

    def continued(self, number=3, *, city="011002", card_id=CARD_ID, person=PERSON, **order):
        """A city has the card on its reader continued; ``number`` None: a card that does not sign."""
        record = common_ap.CommonRecord(card_id, "14100", date(2035, 4, 1)).encode()
        inquiry = ContinueCard(
            order=CardOrder(
                resident_record_code=person, municipality_code=city, prefecture="Hokkaido",
                city="Sapporo-shi", attributes=MOVED, **order,
            ),
            card_id=pki.b64(record + tlv.encode(0xDF31, bytes(32))),
            signing_public_key=pki.b64(pki.public(number)) if number else "",
        )  # fmt: skip
        script = self.services.continuing.continue_card(inquiry, asked(f"city:{city}")).script
        return json.loads(base64.b64decode(json.loads(script)["body"]))


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)


def code_of(call, *arguments, **more):
    with pytest.raises(Refusal) as refused:
        call(*arguments, **more)
    return refused.value.fault.code


def test_a_good_signature_names_the_person_to_the_asker_alone(world):
    issued = world.services.issuing.issue(world.order())
    first = world.authenticate(issued.authentication)
    again = world.authenticate(issued.authentication)
    assert first.person_ref == again.person_ref
    assert first.handle is None
    assert len(first.steps) == 6
    city = world.sign(issued.signing)
    assert city.person_ref != first.person_ref
    assert city.attributes == HANAKO
    opened = open_handle(world.institutions["city:141003"], city.handle, world.clock)
    assert opened.resident_record_code == PERSON
    sealed = world.services.persons.address_person(
        AddressPerson(person_ref=first.person_ref, audience="portal"), asked("identity")
    )
    assert open_handle(world.institutions["portal"], sealed.handle, world.clock)
    had_asked = replace(asked("identity"), actor="institution:portal")
    world.services.persons.address_person(
        AddressPerson(person_ref=first.person_ref, audience="portal"), had_asked
    )
    looked = "SELECT string_agg(actor, ' ' ORDER BY id) FROM audit_log WHERE action = 'jpki.person.address'"
    actors = world.database.run("test", lambda tx: tx.value(looked, ()))
    assert actors == "institution:identity institution:portal", (
        "the record is of who had it asked, not of who passed it on"
    )
    assert (
        code_of(
            world.services.persons.address_person,
            AddressPerson(person_ref=city.person_ref, audience="portal"),
            asked("identity"),
        )
        == "jpki.unknown-person"
    )


def test_each_reason_is_named(world):
    issued = world.services.issuing.issue(world.order())
    assert code_of(world.authenticate, issued.authentication, b"other") == "jpki.wrong-challenge"
    assert code_of(world.authenticate, issued.authentication, number=2) == "jpki.bad-signature"
    assert code_of(world.authenticate, issued.signing, number=2) == "jpki.unknown-issuer"
    assert code_of(world.sign, issued.authentication, number=1) == "jpki.unknown-issuer"
    assert code_of(world.authenticate, b"no certificate") == "jpki.unreadable-certificate"
    assert (
        code_of(world.sign, issued.signing, at=world.clock.now() - timedelta(days=900))
        == "jpki.not-yet-valid"
    )
    world.clock.set(datetime(2030, 4, 2, tzinfo=JST))
    assert code_of(world.authenticate, issued.authentication) == "jpki.expired"


@pytest.mark.told_of_faults
def test_a_certificate_that_was_signed_but_never_recorded_is_refused(world):
    world.services.issuing.issue(world.order())
    rogue = _certificate(world, "authentication", world.authorities.issuing["authentication"])
    assert code_of(world.authenticate, rogue) == "jpki.not-recorded"


def test_the_right_authority_with_the_wrong_policy_is_refused(world):
    world.services.issuing.issue(world.order())
    wrong = _certificate(world, "signing", world.authorities.issuing["authentication"])
    assert code_of(world.authenticate, wrong) == "jpki.wrong-purpose"


def _certificate(world, kind, authority: Authority, serial=0x11223344) -> bytes:
    flags = "0" * len(HANAKO.name), "0" * len(HANAKO.address)
    subject = profile.Subject(HANAKO, *flags, "Kanagawa-ken", "Yokohama-shi", "141003")
    now = world.clock.now()
    end = datetime(now.year, 12, 31, 23, 59, 59, tzinfo=JST)
    made = profile.build(
        authority, kind, subject, pki.key(1).public_key(), serial,
        now - timedelta(days=1), end,
    )  # fmt: skip
    return made.public_bytes(Encoding.DER)


def test_a_move_ends_the_signing_certificate_and_only_that(world):
    issued = world.services.issuing.issue(world.order())
    signed_at = world.clock.now()
    world.clock.advance(timedelta(hours=1))
    world.changed()
    world.changed()
    assert code_of(world.sign, issued.signing) == "jpki.lapsed-by-change"
    assert world.sign(issued.signing, at=signed_at).attributes == HANAKO
    assert world.authenticate(issued.authentication).person_ref
    world.changed("death")
    assert code_of(world.authenticate, issued.authentication) == "jpki.revoked"


def test_a_key_is_certified_once(world):
    world.services.issuing.issue(world.order())
    again = world.order(card_id="000000000000002", resident_record_code=OTHER)
    assert code_of(world.services.issuing.issue, again) == "jpki.key-seen-twice"
    own = world.order(card_id="000000000000003")
    assert code_of(world.services.issuing.issue, own) == "jpki.weak-key", "no copy of another's"


def test_card_surface_is_proven_or_refused(world):
    issued = world.services.issuing.issue(world.order())
    issuer = world.authorities.card_issuer
    basic = text_ap.basic_file(HANAKO)
    proof = text_ap.proof_file(bytes(32), basic, issuer)
    surface = {
        "card_surface_proof": pki.b64(proof),
        "card_surface_key": pki.b64(issuer.cv_certificate),
    }
    good = world.authenticate(issued.authentication, card_surface=pki.b64(basic), **surface)
    assert good.attributes == HANAKO
    other = text_ap.basic_file(HANAKO.model_copy(update={"name": "横浜　太郎"}))
    assert (
        code_of(world.authenticate, issued.authentication, card_surface=pki.b64(other), **surface)
        == "jpki.bad-card-surface"
    )


def test_continued_use_gives_a_new_signing_certificate_for_the_persons_own_card(world):
    issued = world.services.issuing.issue(world.order())
    world.clock.advance(timedelta(days=1))
    world.changed(city="011002")
    evidence = common_ap.CommonRecord(CARD_ID, "14100", date(2035, 4, 1)).encode()
    evidence += tlv.encode(0xDF31, bytes(32))
    moved = HANAKO.model_copy(update={"address": "北海道札幌市中央区北１条西２丁目"})

    def inquiry(person, number=3):
        return ContinueCard(
            order=CardOrder(
                resident_record_code=person, municipality_code="011002", prefecture="Hokkaido",
                city="Sapporo-shi", attributes=moved,
            ),
            card_id=pki.b64(evidence),
            signing_public_key=pki.b64(pki.public(number)),
        )  # fmt: skip

    nothing = inquiry(PERSON).model_copy(update={"card_id": pki.b64(b"no record")})
    assert (
        code_of(world.services.continuing.continue_card, nothing, asked("city:011002"))
        == "jpki.unknown-card"
    )
    assert (
        code_of(world.services.continuing.continue_card, inquiry(OTHER), asked("city:011002"))
        == "jpki.card-of-other-person"
    )
    assert (
        code_of(world.services.continuing.continue_card, inquiry(PERSON, 2), asked("city:011002"))
        == "jpki.weak-key"
    )
    assert (
        "signature"
        in world.services.continuing.continue_card(inquiry(PERSON), asked("city:011002")).script
    )
    assert issued.signing


def test_a_card_that_does_not_sign_gets_its_surface_and_no_certificate(world):
    """Of a child, say. The script is good for one time: a later one has a greater number."""
    world.services.issuing.issue(world.order(signing_key=None))
    world.changed(city="011002")
    evidence = common_ap.CommonRecord(CARD_ID, "14100", date(2035, 4, 1)).encode()
    inquiry = ContinueCard(
        order=CardOrder(
            resident_record_code=PERSON, municipality_code="011002", prefecture="Hokkaido",
            city="Sapporo-shi", attributes=HANAKO,
        ),
        card_id=pki.b64(evidence + tlv.encode(0xDF31, bytes(32))),
        signing_public_key="",
    )  # fmt: skip

    def script():
        document = json.loads(
            world.services.continuing.continue_card(inquiry, asked("city:011002")).script
        )
        return json.loads(base64.b64decode(document["body"]))

    first = script()
    assert (first["what"], first["signing_certificate"]) == ("continue", "")
    world.clock.advance(timedelta(microseconds=1))
    assert script()["number"] > first["number"]
    expired = world.order().card_expires_on
    world.clock.set(datetime(expired.year, expired.month, expired.day, 14, 59, tzinfo=UTC))
    assert script(), "on its last day, in Tokyo"
    world.clock.advance(timedelta(minutes=1))
    refused = code_of(world.services.continuing.continue_card, inquiry, asked("city:011002"))
    assert refused == "jpki.card-expired"


def test_openssl_reads_the_chain_and_the_status(world, tmp_path):
    issued = world.services.issuing.issue(world.order())
    authority = world.authorities.issuing["signing"].certificate
    assert authority.subject.rfc4514_string() == (
        "OU=Kazasu sandbox agency,OU=JPKI for digital signature,O=KAZASU-SANDBOX,C=JP"
    )
    certificate = x509.load_der_x509_certificate(issued.signing)
    (tmp_path / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    (tmp_path / "c.pem").write_bytes(certificate.public_bytes(Encoding.PEM))

    def openssl(*arguments):
        done = subprocess.run(
            ["openssl", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    at = str(int(world.clock.now().timestamp()))
    verified = openssl("verify", "-CAfile", "ca.pem", "-attime", at, "-ignore_critical", "c.pem")
    assert "OK" in verified
    openssl("ocsp", "-no_nonce", "-issuer", "ca.pem", "-cert", "c.pem", "-reqout", "q.der")

    def answer():
        der = ocsp.answer(
            (tmp_path / "q.der").read_bytes(), world.authorities.responders,
            world.services.life.status, world.clock.now(),
        )  # fmt: skip
        (tmp_path / "a.der").write_bytes(der)
        return openssl(
            "ocsp", "-no_nonce", "-respin", "a.der", "-issuer", "ca.pem", "-cert", "c.pem", "-CAfile", "ca.pem",
            "-validity_period", "999999999", "-attime", at,
        )  # fmt: skip

    assert "c.pem: good" in answer()
    world.clock.advance(timedelta(seconds=1))
    world.changed()
    assert "c.pem: revoked" in answer()
