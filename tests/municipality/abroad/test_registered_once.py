"""Who comes without a transfer is one city's: whatever desks press at once, are killed or refuse, one registers them and the others read why not."""

from contextlib import suppress
from datetime import timedelta

import pytest

from kazasu.contracts.jukinet import ClaimPerson, GiveNumbers, LastRegistrationOf
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.faults import UNREACHABLE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.abroad.service.coming import ComingFromAbroad
from kazasu.municipality.abroad.service.first import FirstEntries
from kazasu.municipality.abroad.service.outside import FromOutside
from kazasu.municipality.births.service import Births
from kazasu.municipality.register.faults import NUMBER_HELD
from tests.municipality.abroad.test_coming_from_abroad import HEAD, abroad, comes, said
from tests.municipality.abroad.test_first_entry import foreign, japanese, record
from tests.municipality.abroad.test_from_outside import NUMBER
from tests.municipality.abroad.test_from_outside import said as outside
from tests.municipality.births.test_births import BORN
from tests.support.city import CLERK, NEW, OLD, STRANGER, THIRD, reading
from tests.support.town import Town

TAKEN = "jukinet.person-taken"


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock, size=3)
    town.found_third()
    return town


def fault(act):
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.fault.code


def openings(town):
    """What lies in the cities, and at the network."""
    found = [
        town._read(city, lambda tx: tx.value("SELECT count(*) FROM opening"))
        for city in (OLD, NEW, THIRD)
    ]
    network = town.databases("jukinet").read(
        "test.claims", lambda tx: tx.value("SELECT count(*) FROM claim"), access=reading()
    )
    return sum(found), network


# ------------------------------------------------------------ who comes back


def test_two_desks_press_at_once(town, monkeypatch):
    """The second one was told that they are abroad, before the first one had them."""
    abroad(town, HEAD)
    desk = ComingFromAbroad(town.city)
    town.between(
        monkeypatch, LastRegistrationOf, lambda: desk.enter(THIRD, CLERK, said(town, HEAD, THIRD))
    )
    assert fault(lambda: desk.enter(NEW, CLERK, said(town, HEAD))) == TAKEN
    assert town.resident(HEAD, NEW) is None, "nothing is written"
    town.settle()
    assert town.resident(HEAD, THIRD).state == "resident"
    assert town.states(HEAD) == {OLD: "left", NEW: None}
    assert openings(town) == (0, 0)
    assert town.broken() == {}


def test_before_the_first_ones_letter_the_network_says_whose_they_are(town):
    abroad(town, HEAD)
    desk = ComingFromAbroad(town.city)
    desk.enter(NEW, CLERK, said(town, HEAD))
    with pytest.raises(Refusal) as refused:
        desk.enter(OLD, CLERK, said(town, HEAD, OLD))
    assert refused.value.facts["standing_en"] == "they are registered"
    town.settle()
    assert town.broken() == {}


def test_killed_between_it_is_gone_on_with(town, monkeypatch):
    abroad(town, HEAD)
    killed(town, monkeypatch, lambda: comes(town, HEAD))
    assert openings(town) == (1, 1)
    assert town.resident(HEAD, NEW) is None
    comes(town, HEAD)
    assert town.resident(HEAD, NEW).state == "resident"
    assert openings(town) == (0, 0)
    assert town.broken() == {}


def test_killed_between_and_nobody_presses_again(town, monkeypatch):
    """It is given back, and they can go to another city."""
    abroad(town, HEAD)
    killed(town, monkeypatch, lambda: comes(town, HEAD))
    assert fault(lambda: comes(town, HEAD, OLD)) == "municipality.not-from-abroad"
    town.clock.set(town.clock.now() + timedelta(minutes=3))
    town.settle()
    assert openings(town) == (0, 0)
    comes(town, HEAD, OLD)
    assert town.states(HEAD) == {OLD: "resident", NEW: None}
    assert town.broken() == {}


def test_who_is_slower_than_that_writes_nothing(town, monkeypatch):
    """It was given back while the network's answer was on its way; another city has them since."""
    abroad(town, HEAD)

    def later():
        town.clock.set(town.clock.now() + timedelta(minutes=3))
        town.settle()
        comes(town, HEAD, OLD)

    town.between(monkeypatch, ClaimPerson, later)
    assert fault(lambda: comes(town, HEAD)) == "municipality.opening-given-back"
    assert town.states(HEAD) == {OLD: "resident", NEW: None}
    assert town.broken() == {}


def test_what_is_refused_at_the_last_moment_is_given_back(town, monkeypatch):
    abroad(town, HEAD)

    def held_by_another(*_args, **_more):
        raise Refusal(NUMBER_HELD)

    with monkeypatch.context() as during:
        during.setattr(ComingFromAbroad, "_write", held_by_another)
        assert fault(lambda: comes(town, HEAD)) == "municipality.number-held"
    assert openings(town) == (0, 0)
    comes(town, HEAD, OLD)
    assert town.states(HEAD) == {OLD: "resident", NEW: None}


@pytest.mark.parametrize("lost", ["the question", "the answer"])
def test_the_network_does_not_answer(town, monkeypatch, lost):
    """Whether it has given them nobody knows: the city asks again, or gives them back."""
    abroad(town, HEAD)
    with monkeypatch.context() as during:
        away(during, ClaimPerson, asked=lost == "the answer")
        assert fault(lambda: comes(town, HEAD)) == "exchange.unreachable"
    assert town.resident(HEAD, NEW) is None
    town.clock.set(town.clock.now() + timedelta(minutes=3))
    town.settle()
    assert openings(town) == (0, 0)
    comes(town, HEAD)
    assert town.broken() == {}


# ------------------------------------------------------------ who never was registered


@pytest.mark.parametrize("who", [foreign, japanese])
def test_a_first_entry_at_two_desks(town, monkeypatch, who):
    """The same residence card, the same place in the family register: the same numbers, and one record."""
    desk = FirstEntries(town.city)
    there = who(town, address=town.elsewhere(OLD), name=who(town).name.replace("　", " "))
    town.between(monkeypatch, GiveNumbers, lambda: desk.enter(OLD, CLERK, there))
    assert fault(lambda: desk.enter(NEW, CLERK, who(town))) == TAKEN
    town.settle()
    assert fault(lambda: desk.enter(NEW, CLERK, who(town))) == TAKEN
    assert len(everybody_called(town, who(town).name)) == 1
    assert openings(town) == (0, 0)
    assert town.broken() == {}


def test_where_the_first_city_was_killed_the_second_one_has_the_same_numbers(town, monkeypatch):
    desk = FirstEntries(town.city)
    seen = []
    ask = Inquirer.ask

    def asked(inquirer, inquiry, **more):
        answer = ask(inquirer, inquiry, **more)
        if inquiry.kind == GiveNumbers.kind:
            seen.append(answer.resident_record_code)
            if len(seen) == 1:
                raise Refusal(UNREACHABLE, institution="jukinet")
        return answer

    monkeypatch.setattr(Inquirer, "ask", asked)
    with suppress(Refusal):
        desk.enter(OLD, CLERK, japanese(town, address=town.elsewhere(OLD)))
    written = record(town, desk.enter(NEW, CLERK, japanese(town)))
    assert [written.record_code] * 2 == seen
    town.settle()
    assert town.broken() == {}


def test_somebody_of_another_family_register_is_another_person(town):
    desk = FirstEntries(town.city)
    first = desk.enter(NEW, CLERK, japanese(town))
    other = japanese(
        town, address=town.elsewhere(OLD), registered_domicile="大阪府大阪市北区梅田一丁目"
    )
    desk.enter(OLD, CLERK, other)
    town.settle()
    assert record(town, first).state == "resident"
    assert len(everybody_called(town, other.name)) == 2
    assert town.broken() == {}


def test_who_moved_abroad_since_is_no_first_entry(town):
    """Another notice of theirs is answered by how the network knows them."""
    desk = FirstEntries(town.city)
    found = record(town, desk.enter(NEW, CLERK, japanese(town)))
    town.settle()

    def left(tx):
        town.city.tell_network(tx, found.resident_id, found.record_code, "emigration", today(town.clock))  # fmt: skip

    town.databases("municipality").run("test.left", left, tenant=NEW, access=reading())
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=1))
    there = japanese(town, address=town.elsewhere(OLD))
    assert fault(lambda: desk.enter(OLD, CLERK, there)) == "jukinet.person-known"


def test_a_child_whose_parents_live_in_two_cities(town, monkeypatch):
    """Each desk enters it with the parent who lives there."""
    here, there = town.resident(HEAD).resident_id, town.resident(STRANGER, NEW).resident_id
    desk = Births(town.city)
    town.between(monkeypatch, GiveNumbers, lambda: desk.enter(NEW, CLERK, there, BORN))
    assert fault(lambda: desk.enter(OLD, CLERK, here, BORN)) == TAKEN
    town.settle()
    assert fault(lambda: desk.enter(OLD, CLERK, here, BORN)) == TAKEN
    assert len(everybody_called(town, BORN.name)) == 1
    assert openings(town) == (0, 0)
    assert town.broken() == {}


def test_from_outside_at_two_desks(town, monkeypatch):
    desk = FromOutside(town.city)
    there = outside(town, japanese(town, address=town.elsewhere(OLD)))
    town.between(monkeypatch, LastRegistrationOf, lambda: desk.enter(OLD, CLERK, there, NUMBER))
    assert fault(lambda: desk.enter(NEW, CLERK, outside(town), NUMBER)) == TAKEN
    town.settle()
    assert len(everybody_called(town, japanese(town).name)) == 1
    assert town.broken() == {}


def everybody_called(town, name):
    found = []
    for city in (OLD, NEW, THIRD):
        found += town._read(
            city,
            lambda tx: tx.column(
                """SELECT resident_id FROM resident WHERE municipality_code = %s AND state = 'resident'
                     AND translate(name, ' 　', '') = translate(%s, ' 　', '')""",
                (tx.tenant, name),
            ),
        )
    return found


def killed(town, monkeypatch, act):
    """The process dies after the network's answer, before anything is written."""

    class Killed(BaseException):
        pass

    def dies():
        raise Killed

    with monkeypatch.context() as during:
        town.between(during, ClaimPerson, dies)
        with pytest.raises(Killed):
            act()


def away(monkeypatch, kind, *, asked):
    ask = Inquirer.ask

    def tried(inquirer, inquiry, **more):
        if inquiry.kind != kind.kind:
            return ask(inquirer, inquiry, **more)
        if asked:
            ask(inquirer, inquiry, **more)
        raise Refusal(UNREACHABLE, institution="jukinet")

    monkeypatch.setattr(Inquirer, "ask", tried)
