"""Electronic records from the side of who issues them: to whom, on what proof, until when."""

import base64
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from kazasu.card.mdoc.application import FRESH, application_bytes, public_der
from kazasu.card.mdoc.checking import verify_issuer
from kazasu.card.mdoc.formats.credential import DS_PURPOSE, read_issuer_signed
from kazasu.card.mdoc.formats.elements import AGES, ELEMENTS, ISO, JP, check_value
from kazasu.card.mdoc.formats.status import check_status
from kazasu.card.mdoc.wallet import Wallet
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.mdoc import EndMdoc, IssueMdoc
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.exchange.handles import Named
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.dates import attained_on
from kazasu.jpki.mdoc import store as mdoc_store
from kazasu.jpki.mdoc.service import LIFE, MdocIssuer
from kazasu.jpki.mdoc.values import values_of
from tests.jpki import test_phones
from tests.jpki.test_phones import change
from tests.jpki.test_service import (
    CARD_ID,
    HANAKO,
    OTHER,
    PERSON,
    World,
    _certificate,
    asked,
    code_of,
)
from tests.support import pki
from tests.support.mdoc import NAME, OVER_20, Street

PHONE_KEYS = (5, 6)
URI = "http://jpki.localhost:8000/mdoc/status"


class Phones(World):
    """A certification service that issues records, and one phone with certificates."""

    def __init__(self, databases, clock):
        super().__init__(databases, clock)
        self.issued = self.services.issuing.issue(self.order())
        self.phone = test_phones.der(test_phones.apply(self, PHONE_KEYS).authentication)
        self.issuer = MdocIssuer(
            self.database, self.authorities, self.services.validation, clock, URI
        )
        self.trusted = [self.authorities.mdoc.certificate]
        self.wallet = Wallet()

    def by_phone(self, content, *, number=PHONE_KEYS[0], certificate=None):
        return self.evidence(content, number=number, certificate=certificate or self.phone)

    def evidence(self, content, *, number=2, certificate=None):
        return TapEvidence(
            certificate=pki.b64(certificate or self.issued.signing),
            signed=pki.b64(content),
            signature=pki.b64(pki.sign(number, content)),
        )

    def request(self, wallet=None, **card):
        wallet = wallet or self.wallet
        application = wallet.offer(self.clock.now())
        content = application.content
        return wallet.issue_request(
            application, self.evidence(content, **card), self.by_phone(content)
        )

    def get(self, wallet=None):
        wallet = wallet or self.wallet
        issued = self.issuer.issue(self.request(wallet), asked("phone"))
        wallet.accept(issued, self.trusted, self.clock.now())
        return issued

    def fetch(self, uri):
        prefix, _, number = uri.rpartition("/")
        assert prefix == URI
        return self.issuer.status_list(int(number))

    def state(self, wallet=None):
        """Good, or the fault that a relying party meets, a minute later."""
        self.clock.advance(timedelta(seconds=61))
        record = read_issuer_signed(base64.b64decode((wallet or self.wallet).held.credential))
        now = self.clock.now()
        mso = verify_issuer(record, self.trusted, now)
        try:
            check_status(mso.status, self.fetch, self.trusted, now)
        except Refusal as refusal:
            return refusal.fault.code
        return "good"


@pytest.fixture
def phones(databases, clock):
    return Phones(databases, clock)


def test_a_record_is_issued_shown_and_verified(phones, clock):
    """The whole way: card signs, jpki issues, phone keeps, bank asks, phone shows, bank verifies."""
    issued = phones.get()
    assert issued.valid_until - clock.now() <= LIFE
    street = Street(clock.now())
    street.bank = street.verifier(authorities=phones.trusted, fetch=phones.fetch)
    street.wallet = phones.wallet
    shown = street.whole([NAME, OVER_20])
    assert dict(shown.values) == {NAME: HANAKO.name, OVER_20: True}
    assert "document signer" in shown.steps[0].en


def test_the_record_holds_the_certificates_data_and_no_number(phones):
    phones.get()
    record = read_issuer_signed(base64.b64decode(phones.wallet.held.credential))
    values = {item.name: item.value for item in record.items}
    assert set(values) == set(ELEMENTS) - {(JP, "portrait")}
    assert values[JP, "resident_address_unicode"] == HANAKO.address
    assert values[JP, "local_gov_code_unicode"] == "14100"
    assert values[JP, "birth_date_unicode"] == "平成2年4月1日"
    assert values[ISO, "birth_date"] == HANAKO.birth_date
    assert not [name for name in values if "number" in name[1]]


@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.sampled_from(AGES), st.integers(-1, 1))
def test_an_age_is_told_from_the_birthday_on(born, years, days):
    """Who sells alcohol asks at any hour; the eve, at whose end an age is attained, is still a day too early."""
    person = HANAKO.model_copy(update={"birth_date": born})
    on = attained_on(born, years) + timedelta(days=1 + days)
    values = values_of(person, "141003", on)
    assert values[ISO, f"age_over_{years}"] is (days >= 0)
    assert values[ISO, "age_in_years"] == years - (days < 0)


@given(
    st.builds(
        FourAttributes,
        name=st.text(min_size=1, max_size=30),
        address=st.text(max_size=30),
        birth_date=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
        sex=st.sampled_from("1290"),
    )
)
def test_every_item_has_its_type(person):
    for name, value in values_of(person, "011002", date(2026, 1, 1)).items():
        if name != (ISO, "birth_date"):  # a tagged date until it is read back
            check_value(name, value)


# ---------------------------------------------------------------- on what proof


def test_not_without_proof(phones, clock):
    def refused(request):
        return code_of(phones.issuer.issue, request, asked("phone"))

    good = phones.request()
    other = Wallet()
    assert refused(good.model_copy(update={"device_key": other.offer(clock.now()).device_key})) == (
        "jpki.not-the-phone"
    )
    theirs = phones.request(other)
    mixed = theirs.model_copy(update={"evidence": good.evidence})
    assert refused(mixed) == "jpki.wrong-challenge", "a card's signature for another phone's key"
    assert refused(phones.request(number=1)) == "jpki.bad-signature"
    assert refused(phones.request(certificate=phones.issued.authentication, number=1)) == (
        "jpki.unknown-issuer"
    )
    assert refused(good.model_copy(update={"device_key": "AAAA"})) == "jpki.weak-key"
    assert refused(good.model_copy(update={"device_proof": "-"})) == "jpki.unreadable-certificate"
    assert refused(good.model_copy(update={"at": good.at + timedelta(minutes=1)})) == (
        "jpki.not-the-phone"
    )
    assert phones.issuer.issue(good, asked("phone")).mdoc_id
    clock.advance(FRESH + timedelta(seconds=1))
    assert refused(good) == "jpki.stale-application"


def test_only_keys_that_a_phone_has(phones, clock):
    key = ec.generate_private_key(ec.SECP384R1())
    device_key, at = pki.b64(public_der(key)), clock.now()
    content = application_bytes("issue", device_key, at)
    request = IssueMdoc(
        evidence=phones.evidence(content), phone=phones.by_phone(content),
        device_key=device_key, device_proof="", at=at,
    )  # fmt: skip
    assert code_of(phones.issuer.issue, request, asked("phone")) == "jpki.weak-key"


@pytest.fixture
def theirs(phones):
    """Another person's card; its keys are 3 and 4."""
    return phones.services.issuing.issue(
        phones.order(card_id="000000000000002", resident_record_code=OTHER,
                     authentication_key=pki.public(3), signing_key=pki.public(4))
    )  # fmt: skip


def test_a_phones_key_is_one_persons(phones, theirs):
    """Somebody takes over a phone with its record, puts their own certificates on it, and asks with its key."""
    phones.get()
    got = test_phones.apply(phones, (7, 8), by=4, certificate=theirs.signing)
    request = phones.request(certificate=theirs.signing, number=4)
    phone = phones.by_phone(
        base64.b64decode(request.evidence.signed),
        number=7, certificate=test_phones.der(got.authentication),
    )  # fmt: skip
    taken = request.model_copy(update={"phone": phone})
    assert code_of(phones.issuer.issue, taken, asked("phone")) == "jpki.key-seen-twice"
    assert phones.issuer.issue(phones.request(), asked("phone")).mdoc_id, "their own, again"


def test_a_card_gets_a_record_onto_its_persons_phone_alone(phones, theirs):
    def refused(request, **phone):
        content = base64.b64decode(request.evidence.signed)
        by = phones.by_phone(content, **phone) if phone else request.phone
        return code_of(
            phones.issuer.issue, request.model_copy(update={"phone": by}), asked("phone")
        )

    others = phones.request(certificate=theirs.signing, number=4)
    assert refused(others) == "jpki.other-persons-phone"
    card = {"number": 1, "certificate": phones.issued.authentication}
    assert refused(phones.request(), **card) == "jpki.not-the-phone"
    assert refused(phones.request(), number=3) == "jpki.bad-signature"
    good = phones.request()
    old = good.model_copy(update={"phone": phones.by_phone(b"another application")})
    assert code_of(phones.issuer.issue, old, asked("phone")) == "jpki.wrong-challenge"
    change(phones, "hold")
    assert refused(phones.request()) == "jpki.on-hold"


@pytest.mark.told_of_faults
def test_a_phones_certificate_that_was_never_recorded_is_noted_as_such(phones):
    rogue = _certificate(phones, "authentication", phones.authorities.issuing["authentication"])
    request = phones.request()
    by = phones.by_phone(base64.b64decode(request.evidence.signed), number=1, certificate=rogue)
    request = request.model_copy(update={"phone": by})
    assert code_of(phones.issuer.issue, request, asked("phone")) == "jpki.not-recorded"
    kinds = phones.database.read(
        "test", lambda tx: tx.value("SELECT string_agg(kind, ',') FROM rogue")
    )
    assert kinds == "authentication"


def test_not_on_a_certificate_that_is_not_good(phones):
    phones.services.life.suspend(CARD_ID)
    assert code_of(phones.issuer.issue, phones.request(), asked("phone")) == "jpki.on-hold"
    phones.services.life.release(CARD_ID)
    phones.clock.advance(timedelta(seconds=1))
    phones.changed()
    assert code_of(phones.issuer.issue, phones.request(), asked("phone")) == "jpki.lapsed-by-change"


@pytest.mark.told_of_faults
def test_a_certificate_that_was_never_recorded_is_noted(phones, databases):
    rogue = _certificate(phones, "signing", phones.authorities.issuing["signing"])
    request = phones.request(certificate=rogue, number=1)
    assert code_of(phones.issuer.issue, request, asked("phone")) == "jpki.not-recorded"
    count = phones.database.read("test", lambda tx: tx.value("SELECT count(*) FROM rogue"))
    assert count == 1


def test_a_country_without_this_authority_says_so(phones):
    none = replace(phones.authorities, mdoc=None)
    issuer = MdocIssuer(phones.database, none, phones.services.validation, phones.clock, URI)
    assert code_of(issuer.issue, phones.request(), asked("phone")) == "jpki.no-mdoc-issuer"


# ---------------------------------------------------------------- until when


def test_it_ends_with_the_card_and_a_phone_alone_renews_it(phones, clock):
    phones.get()
    assert phones.state() == "good"
    clock.advance(timedelta(days=10))
    first = phones.wallet.held
    issued = phones.issuer.refresh(phones.wallet.refresh_request(clock.now()), asked("phone"))
    phones.wallet.accept(issued, phones.trusted, clock.now())
    assert phones.wallet.held.valid_until > first.valid_until
    assert phones.wallet.held.mdoc_id != first.mdoc_id
    assert phones.state() == "good"
    phones.services.life.end_card(CARD_ID)
    assert phones.state() == "mdoc.revoked"
    again = phones.wallet.refresh_request(clock.now())
    assert code_of(phones.issuer.refresh, again, asked("phone")) == "jpki.unknown-mdoc"


def test_a_move_ends_it(phones):
    phones.get()
    phones.clock.advance(timedelta(seconds=1))
    phones.changed()
    assert phones.state() == "mdoc.revoked"


def test_a_lost_card_suspends_it(phones):
    phones.get()
    phones.services.life.suspend(CARD_ID)
    assert phones.state() == "mdoc.revoked"
    refresh = phones.wallet.refresh_request(phones.clock.now())
    assert code_of(phones.issuer.refresh, refresh, asked("phone")) == "jpki.unknown-mdoc"
    phones.services.life.release(CARD_ID)
    assert phones.state() == "good"


def test_a_lost_phone_suspends_it_and_a_found_one_has_it_again(phones):
    phones.get()
    change(phones, "hold")
    assert phones.state() == "mdoc.revoked"
    refresh = phones.wallet.refresh_request(phones.clock.now())
    assert code_of(phones.issuer.refresh, refresh, asked("phone")) == "jpki.unknown-mdoc"
    change(phones, "release")
    assert phones.state() == "good"


@pytest.mark.parametrize("how", ["ended with the card", "another phone"])
def test_it_ends_with_the_phones_certificates(phones, how):
    phones.get()
    phones.clock.advance(timedelta(minutes=1))
    if how == "another phone":
        test_phones.apply(phones, (7, 8), replaces=True)
    else:
        change(phones, "end")
    assert phones.state() == "mdoc.revoked"
    refresh = phones.wallet.refresh_request(phones.clock.now())
    assert code_of(phones.issuer.refresh, refresh, asked("phone")) == "jpki.unknown-mdoc"


def test_the_holder_gives_it_up(phones, clock):
    phones.get()
    old = phones.wallet.held
    phones.get()
    kept = Wallet()
    phones.get(kept)
    phones.issuer.end(phones.wallet.end_request(), asked("phone"))
    phones.issuer.end(phones.wallet.end_request(), asked("phone"))
    assert phones.state() == "mdoc.revoked"
    phones.wallet.held = old
    assert phones.state() == "mdoc.revoked", "all records of that key"
    assert phones.state(kept) == "good", "another phone's stay"
    refresh = phones.wallet.refresh_request(clock.now())
    assert code_of(phones.issuer.refresh, refresh, asked("phone")) == "jpki.unknown-mdoc"


def test_nobody_ends_or_renews_anothers(phones, clock):
    phones.get()
    held = phones.wallet.held

    def ended(**changes):
        inquiry = phones.wallet.end_request().model_copy(update=changes)
        return code_of(phones.issuer.end, inquiry, asked("phone"))

    assert ended(person_ref="x") == "jpki.unknown-mdoc"
    assert ended(mdoc_id=str(uuid4())) == "jpki.unknown-mdoc"
    assert ended(mdoc_id="x") == "jpki.unknown-mdoc"
    inquiry = EndMdoc(mdoc_id=held.mdoc_id, person_ref=held.person_ref)
    assert code_of(phones.issuer.end, inquiry, asked("identity")) == "jpki.unknown-mdoc"
    thief = Wallet()
    thief.held = held
    stolen = thief.refresh_request(clock.now())
    assert code_of(phones.issuer.refresh, stolen, asked("phone")) == "jpki.not-the-phone"
    late = phones.wallet.refresh_request(clock.now() - FRESH - timedelta(seconds=2))
    assert code_of(phones.issuer.refresh, late, asked("phone")) == "jpki.stale-application"
    assert phones.state() == "good"


def test_it_never_outlives_the_certificate(phones, clock):
    end = x509.load_der_x509_certificate(phones.issued.signing).not_valid_after_utc
    clock.set(end - timedelta(days=3))
    assert phones.get().valid_until == end


def test_an_age_of_a_fresh_record_is_of_that_day(phones, clock):
    clock.set(datetime(2030, 3, 31, 23, 0, tzinfo=JST))

    def age():
        phones.get()
        record = read_issuer_signed(base64.b64decode(phones.wallet.held.credential))
        return next(i.value for i in record.items if i.name == (ISO, "age_in_years"))

    assert age() == 39
    clock.advance(timedelta(hours=2))  # 1 April, the birthday
    assert age() == 40


def test_a_list_there_is_and_one_there_is_not(phones):
    assert phones.issuer.status_list(0)
    assert code_of(phones.issuer.status_list, 1) == "jpki.no-list"
    phones.get()
    assert phones.issuer.status_list(0) is phones.issuer.status_list(0), "signed once a minute"


def test_a_full_list_begins_a_new_one_and_a_taken_place_is_drawn_again(phones, monkeypatch):
    monkeypatch.setattr(mdoc_store, "FULL", 2)
    places = iter([5, 5, 5, 6, 7, 5])
    monkeypatch.setattr(mdoc_store.secrets, "randbelow", lambda _: next(places))
    found = []
    for _ in range(4):
        phones.get()
        record = read_issuer_signed(base64.b64decode(phones.wallet.held.credential))
        mso = verify_issuer(record, phones.trusted, phones.clock.now())
        found.append((mso.status.uri.rpartition("/")[2], mso.status.index))
    assert found == [("0", 5), ("0", 6), ("1", 7), ("1", 5)]


def test_signers_change_in_good_time_and_old_records_stay_good(phones, clock):
    phones.get()
    first = phones.issuer.signer(clock.now())
    assert phones.issuer.signer(clock.now()) is first
    clock.set(first.certificate.not_valid_after_utc - LIFE + timedelta(minutes=1))
    assert phones.issuer.signer(clock.now()) is not first
    phones.get()
    assert phones.state() == "good"


# ---------------------------------------------------------------- seen from outside


def test_the_resident_sees_it_issued(phones, clock):
    phones.get()
    access = Access("system:test", "test", Text("試験", "test"))
    entries = phones.database.read(
        "test",
        lambda tx: audit.accesses(tx, phones.services.persons.names(tx, Named(PERSON))),
        access=access,
    )
    assert "jpki.mdoc.issue" in {entry.action for entry in entries}


def test_the_register_keeps_a_hash_of_the_phones_key_and_no_attribute(phones):
    phones.get()
    access = Access("system:test", "test", Text("試験", "test"))
    row = phones.database.read(
        "test", lambda tx: tx.value("SELECT row_to_json(mdoc)::text FROM mdoc"), access=access
    )
    assert HANAKO.name not in row
    assert HANAKO.address not in row


def test_openssl_reads_the_chain(phones, tmp_path, clock):
    signer = phones.issuer.signer(clock.now()).certificate
    authority = phones.authorities.mdoc.certificate
    (tmp_path / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    (tmp_path / "ds.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    at = str(int(clock.now().timestamp()))
    command = ["openssl", "verify", "-x509_strict", "-CAfile", "ca.pem", "-attime", at, "ds.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "C=JP" in authority.subject.rfc4514_string()
    assert "KAZASU-SANDBOX" in authority.subject.rfc4514_string()
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.path_length) == (True, 0)
    purposes = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert (purposes.critical, list(purposes.value)) == (True, [DS_PURPOSE])
    years = authority.not_valid_after_utc - authority.not_valid_before_utc
    assert years <= timedelta(days=366 * 20)
    assert signer.not_valid_after_utc - signer.not_valid_before_utc <= timedelta(days=457)
