"""Issuing that is cut in the middle, and keys that have a prime in common."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.jpki.certificates.profile import spki
from kazasu.jpki.issuing import primes, service
from tests.jpki.test_service import CARD_ID, OTHER, World, code_of
from tests.support import pki

LOOKED = Access("system:test", "test", Text("試験", "test"))


class PowerCutError(BaseException):
    """Nothing of ours catches it."""


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)


@pytest.fixture
def dying(monkeypatch):
    """The process dies once: between "recorded" and "signed"."""

    def cut(name):
        if name == "jpki.recorded":
            monkeypatch.setattr(service, "crash_point", lambda _: None)
            raise PowerCutError

    def arm():
        monkeypatch.setattr(service, "crash_point", cut)

    return arm


def rows(world):
    return world.database.read(
        "t",
        lambda tx: tx.column("SELECT kind || ' ' || (der IS NOT NULL) FROM certificate ORDER BY 1"),
        access=LOOKED,
    )


def test_an_issue_that_was_killed_goes_on(world, dying):
    dying()
    with pytest.raises(PowerCutError):
        world.services.issuing.issue(world.order())
    assert rows(world) == ["authentication false", "signing false"]
    world.clock.advance(timedelta(minutes=1))
    issued = world.services.issuing.issue(world.order())
    assert rows(world) == ["authentication true", "signing true"], "and nothing is left over"
    assert world.authenticate(issued.authentication)
    assert world.sign(issued.signing)
    assert world.services.inspection.hold().findings == ()
    assert code_of(world.services.issuing.issue, world.order()) == "jpki.weak-key", "handed out"


def test_what_the_dead_process_had_signed_is_not_recorded(world, dying):
    dying()
    with suppress(PowerCutError):
        world.services.issuing.issue(world.order())
    before = world.database.read(
        "t", lambda tx: tx.value("SELECT serial FROM certificate WHERE kind = 'signing'"), access=LOOKED
    )  # fmt: skip
    issued = world.services.issuing.issue(world.order())
    assert x509.load_der_x509_certificate(issued.signing).serial_number != before
    assert world.services.life.status("signing", before) is None


def test_nobody_else_goes_on_with_it(world, dying):
    dying()
    with suppress(PowerCutError):
        world.services.issuing.issue(world.order())
    again = world.order(card_id="000000000000002", resident_record_code=OTHER)
    assert code_of(world.services.issuing.issue, again) == "jpki.key-seen-twice"


def test_data_that_changed_in_between_are_those_of_the_second(world, dying):
    """The letter of the move revokes what was recorded; it was on no card."""
    dying()
    with suppress(PowerCutError):
        world.services.issuing.issue(world.order())
    world.clock.advance(timedelta(minutes=1))
    world.changed(city="011002")
    world.clock.advance(timedelta(minutes=1))
    issued = world.services.issuing.issue(world.order(municipality_code="011002", city="Sapporo-shi"))  # fmt: skip
    assert world.sign(issued.signing)
    assert world.services.inspection.hold().findings == ()


def test_a_suspension_in_between_holds_the_second_too(world, dying):
    dying()
    with suppress(PowerCutError):
        world.services.issuing.issue(world.order())
    assert world.services.life.suspend(CARD_ID) == 2
    assert code_of(world.services.issuing.issue, world.order()) == "jpki.on-hold"
    world.services.life.release(CARD_ID)
    assert world.authenticate(world.services.issuing.issue(world.order()).authentication)


def test_of_two_that_issue_at_once_one_hands_out(world, monkeypatch):
    """The first is slow; the second takes its record over, and what the first signed is nobody's."""
    again = []

    def slow(name):
        if name == "jpki.recorded" and not again:
            again.append(None)
            again[0] = world.services.issuing.issue(world.order())

    monkeypatch.setattr(service, "crash_point", slow)
    assert code_of(world.services.issuing.issue, world.order()) == "jpki.issued-again"
    assert world.authenticate(again[0].authentication)


def test_a_continuing_that_was_killed_goes_on_with_the_same_key(world, dying):
    world.services.issuing.issue(world.order())
    world.clock.advance(timedelta(days=1))
    world.changed(city="011002")
    dying()
    with suppress(PowerCutError):
        world.continued(3)
    assert world.continued(3)["signing_certificate"]


def test_a_renewal_that_was_killed_goes_on_with_another_key(world, dying):
    world.services.issuing.issue(world.order())
    world.clock.set(datetime(2030, 2, 1, tzinfo=JST))
    renewed = {"authentication_key": None, "issued_on": datetime(2030, 2, 1, tzinfo=JST).date()}
    dying()
    with suppress(PowerCutError):
        world.services.renewal.renew(world.order(signing_key=pki.public(3), **renewed))
    done = world.services.renewal.renew(world.order(signing_key=pki.public(4), **renewed))
    assert world.sign(done.signing, number=4)


# ---------------------------------------------------------------- shared primes


def shared(one, other):
    """A key with one prime of each of these."""
    p, q = pki.key(one).private_numbers().p, pki.key(other).private_numbers().q
    return spki(rsa.RSAPublicNumbers(65537, p * q).public_key())


def weak(world, **keys):
    order = world.order(card_id="000000000000009", resident_record_code=OTHER, **keys)
    return code_of(world.services.issuing.issue, order) == "jpki.weak-key"


@pytest.mark.told_of_faults
@pytest.mark.parametrize("block", [1000, 2, 1])
def test_a_prime_of_another_key_is_found_at_issue(world, monkeypatch, block):
    monkeypatch.setattr(primes, "IN_A_BLOCK", block)
    world.services.issuing.issue(world.order())
    for _ in range(3):
        world.services.issuing.primes.gather()
    assert weak(world, authentication_key=pki.public(3), signing_key=shared(2, 4))
    assert weak(world, authentication_key=shared(1, 5), signing_key=None)
    signed = [row for row in rows(world) if row.endswith("true")]
    assert len(signed) == 2, "nothing was signed for them"
    sound = world.order(card_id="000000000000008", resident_record_code=OTHER, authentication_key=pki.public(6), signing_key=pki.public(7))  # fmt: skip
    assert world.services.issuing.issue(sound).signing


@pytest.mark.told_of_faults
def test_two_keys_of_one_card_share_a_prime(world):
    assert weak(world, authentication_key=shared(3, 4), signing_key=shared(3, 5))


@pytest.mark.parametrize("block", [1, 1000])
def test_a_key_is_not_held_against_itself(world, dying, monkeypatch, block):
    """Recorded, killed, gathered into a block, and ordered again."""
    monkeypatch.setattr(primes, "IN_A_BLOCK", block)
    dying()
    with suppress(PowerCutError):
        world.services.issuing.issue(world.order())
    for _ in range(3):
        world.services.issuing.primes.gather()
    assert world.services.issuing.issue(world.order()).signing


@pytest.mark.told_of_faults
def test_keys_from_before_there_was_the_check_are_caught_up_with(databases, world):
    world.services.issuing.issue(world.order())
    databases.founder("jpki").run("t", lambda tx: tx.execute("DELETE FROM modulus"))
    world.services.issuing.primes.gather()
    assert weak(world, authentication_key=shared(1, 4), signing_key=None)


@pytest.mark.told_of_faults
def test_blocks_are_read_once_and_the_newest_count(world, monkeypatch):
    monkeypatch.setattr(primes, "IN_A_BLOCK", 1)
    monkeypatch.setattr(primes, "MOST_BLOCKS", 1)
    world.services.issuing.issue(world.order(signing_key=None))
    world.services.issuing.primes.gather()
    later = world.order(card_id="000000000000007", resident_record_code=OTHER, authentication_key=pki.public(5), signing_key=None)  # fmt: skip
    world.services.issuing.issue(later)
    world.services.issuing.primes.gather()
    assert weak(world, authentication_key=shared(5, 4), signing_key=None)
    assert len(world.services.issuing.primes._blocks) == 1


def test_what_is_no_rsa_key_has_no_modulus():
    assert primes.modulus_of(b"no key") == 0


def test_a_key_that_does_not_read_is_weak(world):
    with pytest.raises(Refusal) as refused:
        world.services.issuing.issue(world.order(signing_key=b"no key"))
    assert refused.value.fault.code == "jpki.weak-key"
