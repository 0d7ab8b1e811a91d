"""What ends with the record that a departure closes: the certificate for signing always, the card where no notice was given of it."""

from datetime import timedelta

import pytest

from kazasu.foundation.time.clock import today
from kazasu.municipality.cards import corrected
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.moving.rules import lapsing
from kazasu.municipality.moving.service.walk_in import PaperCounter
from tests.municipality.moving.test_at_counter import HEAD, accepted, paper_of, taken
from tests.municipality.moving.test_late_cards import good
from tests.support import pki
from tests.support.city import CLERK, NEW, OLD
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.counter, town.papers = NoticeCounter(town.city), PaperCounter(town.city)
    found = town.sign_in_key(town.members()[0], 2, pki.public(5))
    town.databases.__dict__.setdefault("issued", {})[2] = found
    return town


def both(town):
    return good(town, "signing"), good(town)


def leaves(town, days=3):
    case = town.submit(moves_on=today(town.clock) + timedelta(days=days))
    town.settle()
    town.accept(case)
    town.settle()
    return case


def passes(town, days):
    town.clock.set(town.clock.now() + timedelta(days=days))
    town.settle()


def waiting(town):
    person = town.resident(HEAD).resident_id
    return town._read(OLD, lambda tx: corrected.of(tx, [person]))


def test_the_certificate_for_signing_ends_on_the_day_and_not_with_the_notice(town):
    leaves(town)
    passes(town, 2)
    assert both(town) == (True, True), "the day is still to come"
    passes(town, 1)
    assert town.resident(HEAD).state == "left-planned"
    assert both(town) == (False, True), "the address in it is of a record that is closed"


def test_of_a_day_that_is_past_it_ends_when_the_notice_is_accepted(town):
    accepted(town, taken(town, on=today(town.clock) - timedelta(days=5)))
    passes(town, 0)
    assert town.resident(HEAD).state == "left-planned"
    assert both(town) == (False, True)


def test_who_gives_up_after_the_day_has_no_old_certificate_back_and_waits_for_a_new_one(town):
    case = leaves(town)
    passes(town, 4)
    town.portal.withdraw("sub-1", case)
    town.settle()
    assert town.resident(HEAD).state == "resident"
    assert both(town) == (False, True)
    (card,) = waiting(town)
    assert not card.ends, "the card itself goes on"
    told = next(e for e in town.portal.move("sub-1", case).events if e.event == "cancelled")
    assert "署名用の電子証明書は失効" in told.note_ja
    assert "new one" in told.note_en
    (shown,) = [one for one in town.cards.waiting(OLD, CLERK) if one.name == card.name]
    assert shown.case_id == case
    assert town.broken() == {}


def test_who_gives_up_before_the_day_keeps_it(town):
    case = leaves(town)
    town.portal.withdraw("sub-1", case)
    town.settle()
    passes(town, 5)
    assert both(town) == (True, True)
    assert waiting(town) == []


def test_a_departure_of_which_no_notice_was_given_in_time_ends_the_card(town):
    on = today(town.clock) - timedelta(days=25)
    case = taken(town, on=on, because="賃貸借契約の終わりを見た")
    accepted(town, case)
    passes(town, 1)
    assert town.resident(HEAD).state == "left-planned"
    assert both(town) == (False, False)
    town.papers.fetch(NEW, CLERK, paper_of(town, case), "横浜市")
    town.settle()
    people = town.people(case)
    assert [one.mover.card_ended for one in people] == [one.mover.has_card for one in people]
    arrival = town.arrival(case)
    assert not any(lapsing.keeps(arrival, one.mover) for one in people)
    (said,) = lapsing.told(arrival, [one for one in people if one.mover.card_ended])
    assert "職権" in said.ja
    assert "ex officio" in said.en
