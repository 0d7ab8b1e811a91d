"""After issue: renewal, suspension, revocation of one and of many, lists, the index, the re-audit."""

import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.jpki.issuing.model import renewable_from
from kazasu.jpki.register import store as register_store
from kazasu.jpki.status import ocsp
from kazasu.jpki.status.bulk import Progress
from kazasu.jpki.status.revocation_index import RevocationIndex, Snapshot
from kazasu.jpki.status.revocation_lists import DELTA_LIFE, FULL_LIFE, RevocationLists
from kazasu.jpki.status.service import Released
from tests.jpki.test_service import CARD_ID, OTHER, World, _certificate, code_of
from tests.support import pki

PHONE = "000000000000009"


@pytest.fixture
def world(databases, clock):
    world = World(databases, clock)
    world.issued = world.services.issuing.issue(world.order())
    world.lists = RevocationLists(world.database, world.authorities.by_generation)
    world.index = RevocationIndex(world.database)
    world.inspection = world.services.inspection
    return world


def serial(der):
    return x509.load_der_x509_certificate(der).serial_number


def phone(world):
    """A phone's certificates, hanging on the card."""
    return world.services.issuing.issue(
        world.order(card_id=PHONE, media="phone", parent_card=CARD_ID,
                    authentication_key=pki.public(3), signing_key=pki.public(4))
    )  # fmt: skip


# ---------------------------------------------------------------- renewal


@given(st.dates(date(2026, 1, 1), date(2040, 12, 31)), st.sampled_from(["RSA-2048", "P-384"]))
def test_renewal_begins_so_many_months_before_the_end(last, algorithm):
    end = datetime(last.year, last.month, last.day, 14, 59, 59, tzinfo=UTC)
    first = renewable_from(end, algorithm)
    months = (last.year * 12 + last.month) - (first.year * 12 + first.month)
    assert months == {"RSA-2048": 3, "P-384": 12}[algorithm]
    assert first.day == last.day or (first + timedelta(days=1)).day == 1


def test_renewed_not_before_its_time_and_the_old_ones_end(world):
    order = world.order(issued_on=date(2029, 12, 20), authentication_key=pki.public(3), signing_key=pki.public(4))  # fmt: skip
    assert code_of(world.services.renewal.renew, order) == "jpki.too-early"
    world.clock.set(datetime(2029, 12, 31, 23, 59, tzinfo=JST))
    assert code_of(world.services.renewal.renew, order) == "jpki.too-early"
    world.clock.set(datetime(2030, 1, 1, 9, 0, tzinfo=JST))
    new = world.services.renewal.renew(world.order(issued_on=date(2030, 1, 1), authentication_key=pki.public(3), signing_key=pki.public(4)))  # fmt: skip
    assert code_of(world.authenticate, world.issued.authentication) == "jpki.revoked"
    before = world.authenticate(new.authentication, number=3)
    assert before.person_ref, "the asker's name for the person survives"
    end = x509.load_der_x509_certificate(new.authentication).not_valid_after_utc
    assert end.astimezone(JST).date() == date(2034, 4, 1)


def test_nobody_renews_anothers_card(world):
    order = world.order(resident_record_code=OTHER)
    assert code_of(world.services.renewal.renew, order) == "jpki.card-of-other-person"
    assert (
        code_of(world.services.renewal.renew, world.order(card_id="9" * 15)) == "jpki.unknown-card"
    )


# ---------------------------------------------------------------- suspension


def test_a_lost_card_is_held_with_its_phone_and_released(world):
    signed_before = world.clock.now()
    on_phone = phone(world)
    world.clock.advance(timedelta(hours=1))
    assert world.services.life.suspend(CARD_ID) == 4
    assert world.services.life.suspend(CARD_ID) == 0, "twice is once"
    held_at = world.clock.now()
    for certificate, number in ((world.issued.authentication, 1), (on_phone.authentication, 3)):
        assert code_of(world.authenticate, certificate, number=number) == "jpki.on-hold"
    assert world.sign(world.issued.signing, at=signed_before)
    world.clock.advance(timedelta(days=2))
    assert world.services.life.release(CARD_ID) == Released(4, 0)
    assert world.authenticate(world.issued.authentication)
    assert code_of(world.sign, world.issued.signing, at=held_at) == "jpki.on-hold", "then it was"
    assert code_of(world.services.life.release, CARD_ID) == "jpki.not-held"
    assert code_of(world.services.life.suspend, "9" * 15) == "jpki.unknown-card"


def test_the_end_of_a_card_ends_its_phones_and_no_hold_brings_it_back(world):
    on_phone = phone(world)
    world.services.life.suspend(CARD_ID)
    assert world.services.life.end_card(CARD_ID) == 4
    assert code_of(world.authenticate, on_phone.authentication, number=3) == "jpki.revoked"
    assert code_of(world.services.life.release, CARD_ID) == "jpki.not-held"
    assert code_of(world.services.life.end_card, CARD_ID, "because") == "jpki.unknown-reason"


# ---------------------------------------------------------------- many


def test_very_many_with_a_dry_run_before(world, monkeypatch):
    monkeypatch.setattr("kazasu.jpki.status.bulk.AT_ONCE", 1)
    named = [("signing", serial(world.issued.signing)), ("authentication", serial(world.issued.authentication)), ("signing", 42)]  # fmt: skip
    told = []
    assert world.services.bulk.revoke_many(named, "key_compromise", dry_run=True) == Progress(
        2, 0, 1
    )
    assert world.authenticate(world.issued.authentication)
    world.services.bulk.revoke_many(named[:1], "key_compromise")
    assert world.services.bulk.revoke_many(named, "key_compromise", tell=told.append) == Progress(
        1, 1, 1
    )
    assert [one.done + one.before + one.unknown for one in told] == [1, 2, 3]
    assert code_of(world.authenticate, world.issued.authentication) == "jpki.revoked"
    assert code_of(world.services.bulk.revoke_many, named, "for-fun") == "jpki.unknown-reason"


# ---------------------------------------------------------------- lists


def read_list(world, der, kind="signing"):
    found = x509.load_der_x509_crl(der)
    assert found.is_signature_valid(world.authorities.issuing[kind].certificate.public_key())
    return found


def reasons(found):
    return {one.serial_number: one.extensions.get_extension_for_class(x509.CRLReason).value.reason
            for one in found}  # fmt: skip


def test_a_municipalitys_list_and_its_deltas(world):
    signing = serial(world.issued.signing)
    first = read_list(world, world.lists.full("signing", 1, "141003").der)
    assert len(first) == 0
    assert first.next_update_utc - first.last_update_utc == FULL_LIFE
    point = first.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    assert "Yokohama-shi CRLDP" in point.full_name[0].value.rfc4514_string()
    certificate = x509.load_der_x509_certificate(world.issued.signing)
    named = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert named[0].full_name == point.full_name, "it is the list that the certificate names"

    world.clock.advance(timedelta(minutes=1))
    world.services.life.suspend(CARD_ID)
    assert world.lists.full("signing", 1, "141003").der == first.public_bytes(Encoding.DER), "kept"
    delta = read_list(world, world.lists.delta("signing", 1, "141003").der)
    base = delta.extensions.get_extension_for_class(x509.DeltaCRLIndicator).value.crl_number
    assert base == first.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert reasons(delta) == {signing: x509.ReasonFlags.certificate_hold}

    world.clock.advance(DELTA_LIFE)
    world.services.life.release(CARD_ID)
    lifted = read_list(world, world.lists.delta("signing", 1, "141003").der)
    assert reasons(lifted) == {signing: x509.ReasonFlags.remove_from_crl}

    world.changed()
    world.clock.advance(FULL_LIFE)
    second = read_list(world, world.lists.full("signing", 1, "141003").der)
    assert reasons(second) == {signing: x509.ReasonFlags.affiliation_changed}
    world.clock.set(datetime(2031, 1, 1, tzinfo=UTC))
    assert len(read_list(world, world.lists.full("signing", 1, "141003").der)) == 0, (
        "expired anyway"
    )
    assert code_of(world.lists.full, "signing", 1, "011002") == "jpki.no-list"
    assert code_of(world.lists.full, "signing", 7, "141003") == "jpki.no-list"


def test_openssl_reads_the_list(world, tmp_path):
    world.changed()
    (tmp_path / "list.crl").write_bytes(world.lists.full("signing", 1, "141003").der)
    authority = world.authorities.issuing["signing"].certificate
    (tmp_path / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    done = subprocess.run(
        ["openssl", "crl", "-inform", "DER", "-in", "list.crl", "-CAfile", "ca.pem", "-text", "-noout"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "verify OK" in done.stderr
    assert "Affiliation Changed" in done.stdout


# ---------------------------------------------------------------- the index


def test_the_index_follows_the_register(world):
    signing, authentication = serial(world.issued.signing), serial(world.issued.authentication)
    first = world.index.current()
    assert not first.is_revoked("signing", signing)
    world.clock.advance(timedelta(seconds=1))
    world.services.life.suspend(CARD_ID)
    assert world.index.follow().is_revoked("authentication", authentication)
    assert not first.is_revoked("authentication", authentication), "a snapshot does not change"
    world.clock.advance(timedelta(seconds=1))
    world.services.life.release(CARD_ID)
    world.changed()
    after = world.index.follow()
    assert after.is_revoked("signing", signing)
    assert not after.is_revoked("authentication", authentication)
    assert set(after.among("signing", [1, signing, 99])) == {signing}
    whole = RevocationIndex(world.database).current()
    assert (whole.revoked, whole.size()) == (after.revoked, after.size()), "a restart loses nothing"


@given(st.sets(st.integers(0x01000000, 0x7FFFFFFF), max_size=300), st.sets(st.integers(0x01000000, 0x7FFFFFFF), max_size=300))  # fmt: skip
def test_the_index_is_exact(revoked, asked):
    snapshot = Snapshot(datetime(2026, 1, 1, tzinfo=UTC))
    snapshot.revoked["signing"].update(revoked)
    assert set(snapshot.among("signing", asked)) == revoked & asked
    assert all(snapshot.is_revoked("signing", one) == (one in revoked) for one in asked | revoked)


# ---------------------------------------------------------------- OCSP signed ahead


def test_answers_are_signed_ahead_and_never_old(world):
    answers = ocsp.Answers(
        world.authorities.responders, world.services.life.status, world.clock.now
    )
    certificate = x509.load_der_x509_certificate(world.issued.authentication)
    issuer = world.authorities.issuing["authentication"].certificate
    builder = x509_ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    plain = builder.build().public_bytes(Encoding.DER)
    nonce = builder.add_extension(x509.OCSPNonce(b"n" * 16), critical=False).build()
    first = answers.answer(plain)
    assert answers.answer(plain) == first
    read = x509_ocsp.load_der_ocsp_response(answers.answer(nonce.public_bytes(Encoding.DER)))
    assert read.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 16
    assert len(answers._kept) == 1, "what has a nonce or does not read is not kept"
    answers.answer(b"nonsense")
    assert len(answers._kept) == 1

    def state():
        return x509_ocsp.load_der_ocsp_response(answers.answer(plain))

    world.services.life.end_card(CARD_ID)
    world.clock.advance(timedelta(seconds=20))
    answers.ahead()
    assert state().certificate_status is x509_ocsp.OCSPCertStatus.REVOKED
    assert world.clock.now() - state().this_update_utc <= ocsp.FRESH
    world.clock.advance(timedelta(hours=1))
    answers.ahead()
    assert answers._kept == {}
    assert state().next_update_utc > world.clock.now()


# ---------------------------------------------------------------- rogues and the re-audit


@pytest.mark.told_of_faults
def test_a_rogue_with_a_recorded_serial_number_is_found(world):
    """The authority's key in other hands: a serial number that exists does not help."""
    taken = serial(world.issued.authentication)
    rogue = _certificate(
        world, "authentication", world.authorities.issuing["authentication"], taken
    )
    assert code_of(world.authenticate, rogue) == "jpki.not-recorded"
    assert code_of(world.authenticate, rogue) == "jpki.not-recorded"
    outcome = world.inspection.hold()
    assert [(one.kind, one.serial, one.what) for one in outcome.findings] == [("authentication", taken, "rogue")]  # fmt: skip


def test_the_re_audit_finds_what_is_not_as_it_should_be(world):
    assert world.inspection.hold().findings == ()
    world.inspection.when_due()
    held = world.database.read("t", lambda tx: tx.value("SELECT count(*) FROM inspection"))
    assert held == 1, "not due"
    other = _certificate(world, "signing", world.authorities.issuing["authentication"])

    def spoil(tx):
        tx.execute("UPDATE certificate SET der = %s WHERE kind = 'signing'", (other,))
        tx.execute("UPDATE certificate SET der = 'x' WHERE kind = 'authentication'")

    world.database.run("spoil", spoil, access=_access())
    world.clock.advance(timedelta(days=1))
    found = {(one.kind, one.what) for one in world.inspection.hold().findings}
    assert found == {("signing", "issuer"), ("signing", "not-as-recorded"), ("signing", "other-key"), ("authentication", "unreadable")}  # fmt: skip


def _access():
    return Access("system:test", "test", Text("試験", "test"))


def test_a_serial_number_of_another_generation_is_unknown(world):
    row = world.database.read(
        "t",
        lambda tx: register_store.status(tx, "signing", serial(world.issued.signing)),
        access=_access(),
    )
    assert row.generation == 1
    assert len(row.fingerprint) == 32
