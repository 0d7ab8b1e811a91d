"""Who may have a card continued and which card, and what becomes of the certificate before: every way of issuing, every state of a card."""

from datetime import date, datetime, timedelta

import pytest

from kazasu.contracts.jpki.cards import CardNotContinued
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST, civil
from kazasu.jpki.register import store as register_store
from tests.jpki.test_service import CARD_ID, OTHER, PERSON, World, code_of
from tests.support import pki

OLD, NEW, THIRD = "141003", "011002", "401307"
PHONE = "phone-1"
EXPIRED = datetime(2035, 4, 2, 9, 0, tzinfo=JST)
READING = Access("system:test", "jpki.test", Text("試験", "Test"))
IN_TIME = datetime(2030, 1, 15, 9, 0, tzinfo=JST)
"""From when the certificates can be renewed."""


@pytest.fixture
def world(databases, clock):
    world = World(databases, clock)
    world.issued = world.services.issuing.issue(world.order())
    world.clock.advance(timedelta(hours=1))
    return world


def recorded(world):
    """How many certificates there are."""
    count = "SELECT count(*) FROM certificate"
    return world.database.run("test.count", lambda tx: tx.value(count), access=READING)


def moves(world, city=NEW):
    world.changed(city=city)
    world.clock.advance(timedelta(minutes=1))


def good(world, kind="signing", card_id=CARD_ID):
    """Certificates that the register calls neither revoked nor held, by municipality."""

    def look(tx):
        rows = register_store.certificates_on(tx, card_id)
        return [
            one.municipality_code
            for one in rows
            if one.kind == kind
            and register_store.held_at(tx, one.kind, one.serial, world.clock.now()) is None
        ]

    return world.database.run("test.good", look, access=READING)


# ---------------------------------------------------------------- who may order it


def test_the_city_of_residence_alone_has_a_card_continued(world):
    """An earlier city's list may be old; the network's word is not."""
    assert code_of(world.continued, city=NEW) == "jpki.not-registered-there", "not moved yet"
    moves(world)
    assert code_of(world.continued, city=OLD) == "jpki.not-registered-there"
    assert world.continued(city=NEW)["what"] == "continue"
    moves(world, THIRD)
    for city in (OLD, NEW):
        for number in (4, None):
            refused = code_of(world.continued, number, city=city)
            assert refused == "jpki.not-registered-there", (city, number)
    assert good(world) == []
    world.continued(5, city=THIRD)
    assert good(world) == [THIRD]


@pytest.mark.parametrize("what", ["death", "emigration"])
def test_who_is_registered_nowhere_has_no_card_continued(world, what):
    world.changed(what)
    assert code_of(world.continued, city=OLD) == "jpki.not-registered-there"
    assert code_of(world.continued, person=OTHER) == "jpki.card-of-other-person"


# ---------------------------------------------------------------- every way, every state


def issue_again(world):
    world.services.issuing.issue(world.order(authentication_key=None, signing_key=pki.public(5)))


def renew(world):
    order = world.order(
        issued_on=civil(world.clock.now()), authentication_key=None, signing_key=pki.public(5)
    )
    world.services.renewal.renew(order)


def go_on(world):
    world.continued(5, city=OLD)


def go_on_without_signing(world):
    world.continued(None, city=OLD)


def phone(world):
    world.services.issuing.issue(
        world.order(card_id=PHONE, media="phone", parent_card=CARD_ID,
                    authentication_key=pki.public(5), signing_key=pki.public(6))
    )  # fmt: skip


def in_use(_):
    """Nothing happened to it."""


def suspended(world):
    world.services.life.suspend(CARD_ID)


def suspended_after_the_address_changed(world):
    """Its signing certificate had lapsed already: what is held is the other one."""
    world.changed()
    suspended(world)


def found_again(world):
    suspended(world)
    world.services.life.release(CARD_ID)


def ended(world):
    world.services.life.end_card(CARD_ID)


def ended_while_it_was_held(world):
    suspended(world)
    ended(world)


def expired(world):
    world.clock.set(EXPIRED)


WAYS = (issue_again, renew, go_on, go_on_without_signing, phone)
STATES = {
    in_use: None,
    found_again: None,
    suspended: "jpki.on-hold",
    suspended_after_the_address_changed: "jpki.on-hold",
    ended: "jpki.card-ended",
    ended_while_it_was_held: "jpki.card-ended",
    expired: "jpki.card-expired",
}


@pytest.mark.parametrize("state", STATES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.__name__)
def test_nothing_is_issued_on_a_card_that_is_not_in_use(world, way, state):
    world.clock.set(IN_TIME)
    state(world)
    before = recorded(world)
    if STATES[state] is None:
        way(world)
    else:
        assert code_of(way, world) == STATES[state]
        assert recorded(world) == before


def test_a_hold_that_comes_between_the_look_and_the_record_counts(world, monkeypatch):
    """Two transactions: what the first saw must hold in the second."""
    moves(world)
    issue = world.services.issuing.issue

    def meanwhile(order, before):
        suspended(world)
        return issue(order, before)

    monkeypatch.setattr(world.services.issuing, "issue", meanwhile)
    assert code_of(world.continued) == "jpki.on-hold"


# ---------------------------------------------------------------- what becomes of the one before


def test_a_card_has_one_signing_certificate_however_often_it_is_continued(world):
    """The tab was closed after the card had written, and the clerk did it again."""
    moves(world)
    phone(world)
    for number in (7, 8, 9):
        world.continued(number)
    assert good(world) == [NEW]
    assert good(world, card_id=PHONE) == [], "it hung on the one before"
    world.continued(None)
    assert good(world) == [NEW], "without a new one there is nothing that ends the one before"


@pytest.mark.parametrize("hour", [8, 15])
def test_a_letter_that_comes_late_leaves_what_was_issued_after_the_change(databases, clock, hour):
    """The printed time is noon at the latest, in whole seconds; the change was at half past, by the microsecond."""
    clock.set(datetime(2026, 11, 30, hour, 30, 0, 500, tzinfo=JST))
    world = World(databases, clock)
    world.services.issuing.issue(world.order())
    clock.advance(timedelta(hours=1))
    changed_at = clock.now()
    clock.advance(timedelta(milliseconds=200))
    world.continued(city=OLD)
    world.changed(at=changed_at)
    assert good(world) == [OLD]
    clock.advance(timedelta(milliseconds=200))
    world.changed()
    assert good(world) == [], "a further change ends it"


def test_an_order_counts_as_of_when_the_city_read_its_register(world):
    moves(world)
    read_at = world.clock.now()
    world.clock.advance(timedelta(minutes=1))
    corrected_at = world.clock.now()
    world.clock.advance(timedelta(minutes=1))
    world.continued(as_of=read_at)
    assert good(world) == [NEW]
    world.changed("name", city=NEW, at=corrected_at)
    assert good(world) == [], "its name is the one of before the correction"
    ahead = world.clock.now() + timedelta(days=1)
    world.continued(7, as_of=ahead)
    world.clock.advance(timedelta(minutes=1))
    world.changed("name", city=NEW)
    assert good(world) == [], "a city's clock that is ahead shields nothing"


# ---------------------------------------------------------------- not continued in time


def lapse(world, city=NEW, notified_on=date(2027, 1, 5), registered_at=None):
    letter = CardNotContinued(
        resident_record_code=PERSON,
        municipality_code=city,
        notified_on=notified_on,
        registered_at=registered_at,
    )
    world.database.run("test", lambda tx: world.services.life.not_continued(tx, letter, None))


def test_a_card_that_nobody_continued_ends_with_everything_on_it(world):
    moves(world)
    phone(world)
    lapse(world, city=OLD)
    assert good(world, "authentication") == [OLD], "of an earlier city nothing is heard"
    lapse(world)
    lapse(world)
    for card in (CARD_ID, PHONE):
        assert good(world, "authentication", card) == good(world, "signing", card) == []
    assert code_of(world.authenticate, world.issued.authentication) == "jpki.revoked"
    assert code_of(world.continued) == "jpki.card-ended"


def test_a_card_that_was_made_since_the_notice_goes_on(world):
    moves(world)
    lapse(world, notified_on=civil(world.clock.now()))
    assert good(world, "authentication") == [OLD]


@pytest.mark.parametrize("minutes", [1, -1], ids=["made before", "made since"])
def test_on_the_day_of_the_move_the_minute_decides(world, minutes):
    """A card handed out in the morning carries the old address, though the notice is of the same day."""
    moves(world)
    made_at = world.database.run(
        "test.made",
        lambda tx: tx.value("SELECT issued_at FROM card WHERE card_id = %s", (CARD_ID,)),
        access=READING,
    )
    registered_at = made_at + timedelta(minutes=minutes)
    lapse(world, notified_on=civil(made_at), registered_at=registered_at)
    assert good(world, "authentication") == ([] if minutes > 0 else [OLD])
