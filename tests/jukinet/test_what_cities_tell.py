"""What cities tell of one person crosses what the network has decided meanwhile: nothing is lost by it, and nothing is undone."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.jukinet.conftest import FUKUOKA, SAPPORO, TEST, YOKOHAMA, person
from tests.jukinet.test_races import race

from kazasu.contracts import jukinet as contract
from kazasu.foundation.faults import Refusal
from kazasu.jukinet import store

WHO = person(0)
NEW = person(9)
"""Whom nobody has registered."""


def claim(world, who, city, what="immigration", request=None):
    inquiry = contract.ClaimPerson(
        request_id=request or uuid4(), resident_record_code=who, municipality_code=city, what=what
    )
    world.answers.claim_person(inquiry, world.asked(f"city:{city}"))
    return inquiry.request_id


def release(world, who, city, request):
    inquiry = contract.ReleasePerson(
        request_id=request, resident_record_code=who, municipality_code=city
    )
    return world.answers.release_person(inquiry, world.asked(f"city:{city}")).released


def fault(act):
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.fault.code.removeprefix("jukinet.")


def last(world, who, city=SAPPORO):
    inquiry = contract.LastRegistrationOf(resident_record_code=who)
    answer = world.answers.last_registration_of(inquiry, world.asked(f"city:{city}"))
    return answer.standing, answer.municipality_code


# ------------------------------------------------------------ claims


def test_one_city_has_them_and_only_it(world):
    world.change(WHO, "emigration", on=date(2026, 11, 1))
    request = claim(world, WHO, SAPPORO)
    assert claim(world, WHO, SAPPORO, request=request) == request, "asked again it is the same"
    assert fault(lambda: claim(world, WHO, FUKUOKA)) == "person-taken"
    assert fault(lambda: claim(world, WHO, SAPPORO)) == "person-taken", "another press of its own"
    assert last(world, WHO, FUKUOKA) == ("registered", SAPPORO)
    assert last(world, WHO, SAPPORO) == ("abroad", YOKOHAMA), "who has them goes on"
    assert fault(lambda: world.change(WHO, "immigration", FUKUOKA, date(2026, 11, 20))) == "person-taken"  # fmt: skip
    world.change(WHO, "immigration", SAPPORO, date(2026, 11, 20))
    assert world.registrations(WHO)[-1] == (SAPPORO, date(2026, 11, 20), None)
    assert fault(lambda: claim(world, WHO, FUKUOKA)) == "person-taken"
    assert not release(world, WHO, SAPPORO, request), "it was used"


def test_given_back_it_is_free_for_another(world):
    world.change(WHO, "emigration", on=date(2026, 11, 1))
    request = claim(world, WHO, SAPPORO)
    assert not release(world, WHO, FUKUOKA, request), "not its own"
    assert not release(world, WHO, SAPPORO, uuid4()), "another press's"
    assert release(world, WHO, SAPPORO, request)
    assert not release(world, WHO, SAPPORO, request), "once"
    claim(world, WHO, FUKUOKA)


def test_three_cities_at_once(world):
    for number in range(6):
        who = person(number)
        world.change(who, "emigration", on=date(2026, 11, 1))
        ended = race(*(
            lambda city=city, who=who: str(claim(world, who, city) and "claimed")
            for city in (YOKOHAMA, SAPPORO, FUKUOKA)
        ))  # fmt: skip
        assert sorted(ended) == ["claimed", "jukinet.person-taken", "jukinet.person-taken"]


@pytest.mark.parametrize("what", ["birth", "immigration", "from-outside"])
def test_as_whom_nobody_comes(world, what):
    """Who lives somewhere, is on the way, is dead; who moved abroad is no newborn."""
    assert fault(lambda: claim(world, WHO, SAPPORO, what)) == "person-taken"
    moving = person(1)
    world.depart(moving, world.open(moving))
    assert fault(lambda: claim(world, moving, SAPPORO, what)) == "person-known"
    world.change(person(2), "death")
    assert fault(lambda: claim(world, person(2), SAPPORO, what)) == "person-known"
    world.change(person(3), "emigration")
    if what == "immigration":
        claim(world, person(3), SAPPORO, what)
    else:
        assert fault(lambda: claim(world, person(3), SAPPORO, what)) == "person-known"
    claim(world, NEW, SAPPORO, what)


# ------------------------------------------------------------ deaths


def moved(world, who=WHO):
    token = world.open(who)
    world.consume(who, token)
    return token


def test_a_death_is_passed_on_to_who_has_them(world):
    moved(world)
    world.change(WHO, "death", YOKOHAMA, date(2026, 11, 22))
    [told] = [one for one in world.told_to(SAPPORO) if "told_by" in one]
    assert (told["told_by"], told["on"]) == (YOKOHAMA, "2026-11-22")
    assert world.registrations(WHO)[-1][:1] == (SAPPORO,)
    world.change(WHO, "death", SAPPORO, date(2026, 11, 22))
    assert world.registrations(WHO)[-1][2] == date(2026, 11, 22)
    world.change(WHO, "death", YOKOHAMA, date(2026, 11, 22))
    assert len([one for one in world.told_to(SAPPORO) if "told_by" in one]) == 1, "known by then"


def test_a_death_of_who_is_abroad_or_about_to_come_back(world):
    moved(world)
    world.change(WHO, "emigration", SAPPORO, date(2026, 11, 22))
    world.clock.advance(timedelta(days=1))
    request = claim(world, WHO, FUKUOKA)
    world.change(WHO, "death", YOKOHAMA, date(2026, 11, 22))
    assert [one["on"] for one in world.told_to(FUKUOKA)] == ["2026-11-22"], "its desk enters it"
    release(world, WHO, FUKUOKA, request)
    before = world.told_to_jpki()
    world.change(WHO, "death", YOKOHAMA, date(2026, 11, 22))
    assert last(world, WHO)[0] == "dead"
    assert world.told_to_jpki() == before + 1


def test_a_city_that_never_had_them_says_nothing_of_them(world):
    assert fault(lambda: world.change(WHO, "death", FUKUOKA)) == "not-registered-there"
    assert fault(lambda: world.change(WHO, "name", FUKUOKA)) == "not-registered-there"


@pytest.mark.parametrize("what", ["name", "address", "birth-date", "sex"])
def test_a_correction_that_comes_after_the_arrival_elsewhere_is_acknowledged(world, what):
    moved(world)
    epoch = world.epoch(WHO)
    world.change(WHO, what, YOKOHAMA)
    assert world.epoch(WHO) == epoch


def test_a_notice_of_moving_out_that_comes_after_the_death_lets_nobody_arrive(world):
    world.change(WHO, "death", on=date(2026, 11, 20))
    token = world.open(WHO)
    assert world.state(token) == "CANCELLED"
    assert fault(lambda: world.consume(WHO, token)) == "transfer-cancelled"


def test_a_notice_of_moving_out_that_overtook_the_coming_back_waits_for_it(world):
    world.change(WHO, "emigration", on=date(2026, 11, 1))
    assert fault(lambda: world.open(WHO)) == "not-registered-there"
    world.change(WHO, "immigration", YOKOHAMA, date(2026, 11, 10))
    token = world.open(WHO)
    assert world.state(token) == "OPEN"


# ------------------------------------------------------------ a correction changes nothing of where they are


@pytest.mark.parametrize("what", ["name", "address", "birth-date", "sex"])
def test_corrected_since_they_are_still_abroad(world, what):
    world.change(WHO, "emigration", on=date(2026, 11, 1))
    world.change(WHO, what)
    assert last(world, WHO) == ("abroad", YOKOHAMA)


@pytest.mark.parametrize("what", ["name", "sex"])
def test_corrected_after_the_departure_the_paper_and_the_cancellation_work_still(world, what):
    token = world.open(WHO, expires=world.today())
    world.depart(WHO, token)
    world.change(WHO, what)
    world.clock.advance(timedelta(days=1))
    world.register.expire_due()
    assert world.give_paper(token) == "OPEN"
    other = person(1)
    token = world.open(other, expires=world.today())
    world.depart(other, token)
    world.change(other, what)
    world.clock.advance(timedelta(days=1))
    world.register.expire_due()
    assert world.cancel(token) == "CANCELLED"
    [(city, _, until)] = world.registrations(other)
    assert (city, until) == (YOKOHAMA, None)


# ------------------------------------------------------------ numbers of one person


def give(world, city, same="", request=None):
    inquiry = contract.GiveNumbers(
        request_id=request or uuid4(), municipality_code=city, same_person=same
    )
    return world.answers.give_numbers(inquiry, world.asked(f"city:{city}")).resident_record_code


def test_two_notices_of_one_person_have_the_same_numbers(world):
    mine, theirs = contract.same_person("card", "AB"), contract.same_person("card", "CD")
    code = give(world, SAPPORO, mine)
    assert give(world, FUKUOKA, mine) == code
    assert give(world, FUKUOKA, theirs) != code
    assert give(world, SAPPORO) != give(world, SAPPORO)
    claim(world, code, SAPPORO)
    assert give(world, SAPPORO, mine) == code
    assert fault(lambda: give(world, FUKUOKA, mine)) == "person-taken"
    world.change(code, "immigration", SAPPORO)
    assert fault(lambda: give(world, FUKUOKA, mine)) == "person-taken"
    world.change(code, "death", SAPPORO)
    assert fault(lambda: give(world, FUKUOKA, mine)) == "person-known"


def test_desks_differ_in_spaces_alone():
    assert contract.same_person("佐藤　空", "1") == contract.same_person("佐藤 空", " 1")
    assert contract.same_person("佐藤", "空") != contract.same_person("佐藤空", "")


def test_of_the_hash_nothing_is_kept_that_says_whose_it_is(world):
    same = contract.same_person("card", "AB")
    give(world, SAPPORO, same)
    kept = world.database.read(
        "test", lambda tx: tx.column("SELECT same_person FROM numbers_given"), access=TEST
    )
    assert [bytes(one).hex() for one in kept] != [same]
    assert all(len(one) == 32 for one in kept)
    assert store.claim_of
