"""Renewal of the signing certificate, on a card that lies on the reader."""

from datetime import date, datetime, timedelta

import pytest
from cryptography import x509

from kazasu.card.chip.machine import Card
from kazasu.card.client import CardClient
from kazasu.card.making import Certificates, blank, personalise
from kazasu.card.transports.virtual import ChipReader
from kazasu.contracts.jpki.validation import TapEvidence, ValidateSignature
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.jpki.certificates import profile
from tests.jpki.test_service import HANAKO, World, asked, code_of
from tests.support import pki

PIN, PASSWORD = "1234", "ABC123"
IN_TIME = datetime(2030, 1, 15, 9, 0, tzinfo=JST)


class Counter(World):
    """The certification service, and a card that it issued, in somebody's hand."""

    def __init__(self, databases, clock):
        super().__init__(databases, clock)
        made = blank("hanako", "900001000000002")
        self.serial = made.serial
        self.issued = self.services.issuing.issue(
            self.order(
                card_id=made.serial,
                authentication_key=made.authentication_key,
                signing_key=made.signing_key,
            )
        )
        image = personalise(
            made,
            attributes=HANAKO,
            individual_number=IndividualNumber.from_body("99123456789"),
            municipality_code="141003",
            expires_on=date(2035, 4, 1),
            security_code="1234",
            certificates=Certificates(
                self.issued.authentication,
                self.issued.signing,
                self.authorities.der("authentication"),
                self.authorities.der("signing"),
            ),
            issuer=self.authorities.card_issuer,
        )
        self.card = CardClient(ChipReader(Card(image, lambda _: None)))

    def renew(self):
        identified = self.card.identified(PIN)
        key = self.card.new_signing_key(PIN)
        script = self.services.renewal.renew_on_card(identified, key)
        self.card.apply_script(script.encode(), PIN)

    def signs(self):
        """A document signed with the card, as a city has it checked."""
        signed = self.card.sign(b"document", PASSWORD)
        evidence = TapEvidence(
            certificate=pki.b64(signed.certificate),
            signed=pki.b64(b"document"),
            signature=pki.b64(signed.signature),
        )
        inquiry = ValidateSignature(evidence=evidence, expected=pki.b64(b"document"), at=None)
        return self.services.validation.validate_signature(inquiry, asked("city:141003"))


@pytest.fixture
def counter(databases, clock):
    return Counter(databases, clock)


def test_the_card_goes_on_with_a_new_certificate_and_the_old_one_ends(counter):
    before = counter.signs()
    old = x509.load_der_x509_certificate(counter.issued.signing)
    counter.clock.set(IN_TIME)
    counter.renew()
    after = counter.signs()
    assert (after.attributes, after.person_ref) == (HANAKO, before.person_ref)
    new = x509.load_der_x509_certificate(counter.card.certificate("signing", PASSWORD))
    assert new.not_valid_after_utc.astimezone(JST).date() == date(2034, 4, 1)
    assert profile.flags_of(new) == profile.flags_of(old), "nothing else is said of the person"
    assert counter.services.life.status("signing", old.serial_number).reason == "superseded"
    kept = x509.load_der_x509_certificate(counter.issued.authentication).serial_number
    assert counter.services.life.status("authentication", kept).revoked_at is None
    assert counter.card.attributes(PIN) == HANAKO


def test_what_is_not_renewed(counter):
    assert code_of(counter.renew) == "jpki.too-early"
    assert counter.signs().attributes == HANAKO, "a refusal leaves the card as it was"
    counter.clock.set(IN_TIME)
    counter.services.life.suspend(counter.serial)
    assert code_of(counter.renew) == "jpki.on-hold", "whoever found a lost card renews nothing"
    counter.services.life.release(counter.serial)
    counter.changed()
    assert code_of(counter.renew) == "jpki.revoked", "the data changed: continued use, not renewal"
    renew = counter.services.renewal.renew_on_card
    assert code_of(renew, b"nothing", pki.public(4)) == "jpki.unknown-card"
    counter.services.issuing.issue(
        counter.order(
            card_id=counter.serial, authentication_key=None, signing_key=pki.public(5),
            issued_on=date(2025, 6, 1),
        )
    )  # fmt: skip
    assert code_of(renew, counter.card.identified(PIN), b"no key") == "jpki.weak-key"


def test_what_a_renewal_repeats_ends_however_late_the_letter_comes(counter):
    """It says what the certificate before said: the address of before the change, of which J-LIS had not heard yet."""
    counter.clock.set(IN_TIME)
    changed_at = counter.clock.now()
    counter.clock.advance(timedelta(hours=1))
    counter.renew()
    assert counter.signs()
    counter.changed(at=changed_at)
    assert code_of(counter.signs) == "jpki.lapsed-by-change"


def test_a_card_that_expired_is_replaced_not_renewed(counter):
    counter.clock.set(datetime(2035, 4, 2, 0, 0, tzinfo=JST))
    assert code_of(counter.renew) == "jpki.card-expired"


def test_issue_and_renewal_are_found_by_whom_they_concern(counter, clock):
    clock.set(IN_TIME)
    counter.renew()

    def look(tx):
        everybody = tx.column("SELECT person_id::text FROM person")
        return [{row.action for row in audit.accesses(tx, one)} for one in everybody]

    access = Access("system:test", "jpki.test", Text("試験", "Test"))
    (seen,) = counter.database.read("test", look, access=access)
    assert {"jpki.certificate.issue", "jpki.certificate.renew"} <= seen
    nameless = "SELECT count(*) FROM audit_log WHERE action ~ 'certificate.(issue|renew)' AND subjects = '{}'"
    assert counter.database.read("test", lambda tx: tx.value(nameless)) == 0
