"""A record that is closed by moving out: which certificates end with it, on the card and on its phone."""

from datetime import timedelta

import pytest

from kazasu.contracts.jpki.people import PersonChanged
from kazasu.jpki import faults
from kazasu.jpki.register import store as register_store
from tests.jpki.test_continuing import READING
from tests.jpki.test_phones import apply, der
from tests.jpki.test_service import CARD_ID, PERSON, World, code_of


@pytest.fixture
def world(databases, clock):
    world = World(databases, clock)
    world.issued = world.services.issuing.issue(world.order())
    return world


@pytest.mark.parametrize("ex_officio", [False, True])
def test_a_departure_ends_the_signing_certificates_and_without_a_notice_the_card(world, ex_officio):
    """公的個人認証法 12条1項2号, 15条1項2号, 16条の14; ex officio 31条1項1号 and 番号法施行令 14条4号."""
    got = apply(world)
    letter = PersonChanged(
        resident_record_code=PERSON, what="departure", municipality_code="141003",
        at=world.clock.now(), card_ends=ex_officio,
    )  # fmt: skip
    for _ in range(2):
        world.database.run("test", lambda tx: world.services.life.person_changed(tx, letter, None))
    gone = "jpki.revoked" if ex_officio else "jpki.lapsed-by-change"
    assert code_of(world.sign, world.issued.signing) == gone
    assert code_of(world.sign, der(got.signing), number=4) == gone
    if ex_officio:
        assert code_of(world.authenticate, world.issued.authentication) == "jpki.revoked"
        assert code_of(world.continued, 6, city="141003") == "jpki.card-ended"
    else:
        assert world.authenticate(world.issued.authentication)
        assert world.authenticate(der(got.authentication), number=3)


def test_a_departure_that_comes_after_the_arrival_leaves_the_new_certificate(world):
    left_at = world.clock.now()
    world.clock.advance(timedelta(days=3))
    world.changed("address", "011002")
    world.clock.advance(timedelta(minutes=1))
    world.continued(6)
    world.changed("departure", "141003", at=left_at)
    kinds = {one.kind for one in world.database.read("t", lambda tx: register_store.certificates_on(tx, CARD_ID), access=READING)}  # fmt: skip
    assert kinds == {"signing", "authentication"}


@pytest.mark.parametrize(
    "fault", [faults.REVOKED, faults.EXPIRED, faults.LAPSED_BY_CHANGE, faults.ON_HOLD]
)
def test_who_lives_in_no_city_is_told_where_too(fault):
    """Abroad, or between two cities, there is no “city where you live”."""
    for said, abroad, between in (
        (fault.todo.ja, "在外公館", "転入の届出"),
        (fault.todo.en, "embassy", "notice of moving in"),
    ):
        assert abroad in said
        assert between in said or fault is faults.ON_HOLD
