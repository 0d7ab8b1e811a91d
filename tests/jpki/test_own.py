"""One's own cards: what their holder is told, in which state, and that nobody else is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.contracts.jpki.own import OwnCards
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.jpki.own.model import OwnRow, standing
from kazasu.jpki.own.service import READ
from kazasu.jpki.register import store as register_store
from tests.jpki.test_lifecycle import serial
from tests.jpki.test_phones import apply
from tests.jpki.test_service import OTHER, PERSON, World, asked, code_of
from tests.support import pki

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Seen:
    action: str
    subjects: list[str]


DAYS = st.none() | st.integers(-400, 0)


@pytest.fixture
def world(databases, clock):
    world = World(databases, clock)
    world.issued = world.services.issuing.issue(world.order())
    return world


def cards(world, person=PERSON, audience="jpki"):
    handle = seal_handle(world.institutions["jpki"], person, audience, world.clock)
    return world.services.own_cards.cards(OwnCards(handle=handle), asked("portal")).cards


def states(card):
    return {one.kind: one.standing for one in card.certificates}


def test_a_new_card_and_what_lapses_with_a_move(world):
    (card,) = cards(world)
    assert (card.media, card.expires_on, card.platform) == ("card", date(2035, 4, 1), "")
    assert states(card) == {"authentication": "good", "signing": "good"}
    signing = card.certificates[1]
    assert (signing.expires_on, signing.renewable_from) == (date(2030, 4, 1), date(2030, 1, 1))
    world.changed("address")
    (card,) = cards(world)
    assert states(card) == {"authentication": "good", "signing": "lapsed"}
    assert card.certificates[1].since == world.clock.now()


def test_a_phone_is_there_until_all_of_it_has_ended(world):
    apply(world)
    assert [one.media for one in cards(world)] == ["card", "phone"]
    assert cards(world)[1].platform == "android"
    world.changed("address")
    assert states(cards(world)[1]) == {"authentication": "good", "signing": "lapsed"}
    world.changed("death")
    (card,) = cards(world)
    assert states(card) == {"authentication": "stopped", "signing": "lapsed"}


def test_what_is_held_is_said_and_comes_back(world):
    number = serial(world.issued.authentication)

    def both(work):
        world.database.run(
            "test", lambda tx: work(tx, "authentication", number, "card"),
            access=Access("system", "test", Text("試験", "Test"), ("x",)),
        )  # fmt: skip

    both(register_store.hold)
    assert states(cards(world)[0])["authentication"] == "held"
    both(register_store.release)
    assert states(cards(world)[0])["authentication"] == "good"


def test_the_old_card_is_not_shown_beside_the_new_one(world):
    world.clock.set(world.clock.now() + timedelta(days=1))
    newer = world.order(
        card_id="000000000000002", authentication_key=pki.public(3), signing_key=pki.public(4),
        issued_on=date(2026, 11, 24),
    )  # fmt: skip
    world.services.issuing.issue(newer)
    assert [one.media for one in cards(world)] == ["card", "card"], "until the old one is revoked"
    numbers = ("authentication", world.issued.authentication), ("signing", world.issued.signing)
    for kind, der in numbers:
        world.database.run(
            "test",
            lambda tx, kind=kind, der=der: register_store.revoke(tx, kind, serial(der), tx.now, "superseded"),
            access=Access("system", "test", Text("試験", "Test"), ("x",)),
        )  # fmt: skip
    (card,) = cards(world)
    assert states(card) == {"authentication": "good", "signing": "good"}


def test_nobody_else_is_told(world):
    assert cards(world, OTHER) == ()
    assert code_of(cards, world, audience="portal") == "exchange.bad-handle"
    cards(world)
    found = world.database.run(
        "test",
        lambda tx: tx.all(
            _Seen, "SELECT action, subjects FROM audit_log WHERE action = %s ORDER BY id", (READ.name,)
        ),
    )  # fmt: skip
    assert [len(one.subjects) for one in found] == [0, 1], "the record names whose cards were shown"


@given(ends=st.integers(-400, 400), revoked=DAYS, held=DAYS)
def test_what_came_first_counts(ends, revoked, held):
    at = {name: None if days is None else NOW + timedelta(days=days)
          for name, days in (("revoked", revoked), ("held", held))}  # fmt: skip
    row = OwnRow(
        uuid4(), "1", "card", "", NOW, date(2035, 4, 1), "signing", b"", NOW + timedelta(days=ends),
        at["revoked"], "affiliation_changed" if at["revoked"] else "", at["held"],
    )  # fmt: skip
    state, since = standing(row, NOW)
    stopped = at["revoked"] or at["held"]
    if stopped is None or row.not_after < stopped:
        assert (state, since) == ("expired" if row.not_after < NOW else "good", None)
    else:
        assert (state, since) == ("lapsed" if at["revoked"] else "held", stopped)
