"""A birth, a move abroad, a return, a first record and an arrival by paper from outside, killed at every commit and letter that they pass: pressed again, each is written once.

As ``moving/test_crashes.py`` does of a move: killed by an exception that nothing catches, opened again on the same databases. Each point is died
at in a household of its own, so one country is enough.
"""

import time
from datetime import date, timedelta

import pytest

from kazasu.foundation.time.clock import today
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.jukinet import store as jukinet_store
from kazasu.municipality.abroad.first import First
from kazasu.municipality.abroad.model import Said
from kazasu.municipality.abroad.outside import Outside
from kazasu.municipality.abroad.service.coming import Coming, ComingFromAbroad
from kazasu.municipality.abroad.service.first import FirstEntries
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.abroad.service.outside import FromOutside
from kazasu.municipality.births.model import Birth
from kazasu.municipality.births.service import Births
from kazasu.municipality.register import store as register_store
from tests.municipality.moving.test_crashes import (
    PATIENCE_SECONDS,
    POINTS,
    Killed,
    _of_a_running_country,
)
from tests.support.city import CLERK, NEW, OLD, code_of, reading
from tests.support.databases import Databases
from tests.support.town import Town

HOUSEHOLDS = 60


def head(household):
    return household * 10


def page(household):
    """The mark of what the clerk was shown, who presses the same page again."""
    return f"{household:032x}"


def born(town, household):
    parent = town.resident(head(household))
    birth = Birth(
        f"佐藤　海{household}", "サトウ　ウミ", "女", today(town.clock), "notice", registered_domicile="横浜市中区本町１番",
        domicile_head="佐藤　太郎",
    )  # fmt: skip
    Births(town.city).enter(OLD, CLERK, parent.resident_id, birth, mark=page(household))


def is_born(town, household):
    home = town.resident(head(household)).household_number
    members = town._read(OLD, lambda tx: register_store.household(tx, home))
    [child] = [one for one in members if one.reason == "出生"]
    return [child.version, *registrations(town, child.record_code)] == [1, (OLD, None)]


def leaves(town, household):
    one = town.resident(head(household))
    if one.state == "left":
        return  # who presses again is told so by the page: the record is closed
    said = Said(
        (one.resident_id,), today(town.clock), "アメリカ合衆国", one.resident_id, "passport"
    )
    LeavingTheCountry(town.city).enter(OLD, CLERK, one.resident_id, said, mark=page(household))


def has_left(town, household):
    found = town.resident(head(household))
    return (found.state, found.reason) == ("left", "国外転出") and registrations(
        town, found.record_code
    ) == [(OLD, today(town.clock))]


def comes(town, household):
    ComingFromAbroad(town.city).enter(
        NEW,
        CLERK,
        Coming(code_of(head(household)), today(town.clock), town.elsewhere(NEW), "passport"),
        mark=page(household),
    )


def has_come(town, household):
    found = town.resident(head(household), NEW)
    return (found.state, found.version) == ("resident", 1) and registrations(
        town, found.record_code
    )[-1:] == [(NEW, None)]


def newcomer(town, household):
    return First(
        "foreign", f"NGUYEN VAN {chr(65 + household % 26)}{chr(65 + household // 26)}", "グエン　ヴァン", date(1990, 1, 1), "男",
        today(town.clock), town.elsewhere(NEW, f"{household}番地"), "passport", nationality="ベトナム", status="留学",
        stays_until=today(town.clock) + timedelta(days=300), card_number=f"AB{household:08}CD",
    )  # fmt: skip


def enters(town, household):
    FirstEntries(town.city).enter(NEW, CLERK, newcomer(town, household), mark=page(household))


def has_entered(town, household):
    sql = "SELECT resident_id FROM resident WHERE residence_card_number = %s"
    card = newcomer(town, household).card
    [one] = town._read(NEW, lambda tx: tx.column(sql, (card,)))
    found = town._read(NEW, lambda tx: register_store.by_id(tx, one))
    return [found.version, *registrations(town, found.record_code)] == [1, (NEW, None)]


def arrives(town, household):
    one = First(
        "japanese", f"佐藤　{chr(0x4E00 + household)}", "サトウ　ソラ", date(1990, 1, 1), "女", today(town.clock),
        town.elsewhere(NEW, f"{household}番地"), "passport", registered_domicile="愛知県名古屋市", domicile_head="佐藤　空",
    )  # fmt: skip
    said = Outside(
        one,
        "愛知県名古屋市",
        "中区三の丸１番",
        f"第{household}号",
        today(town.clock),
        paper_code(household),
    )
    number = IndividualNumber.from_body(f"1{household:010}")
    FromOutside(town.city).enter(NEW, CLERK, said, number, mark=page(household))


def paper_code(household):
    return ResidentRecordCode.from_body(f"1{household:09}")


def has_arrived(town, household):
    code = paper_code(household)
    found = town._read(NEW, lambda tx: register_store.by_record_code(tx, code))
    letters = FromOutside(town.city).letters(NEW, CLERK)
    waiting = [one for one, *_ in letters if one.resident_id == found.resident_id]
    return [found.version, len(waiting), *registrations(town, code)] == [1, 1, (NEW, None)]


def registrations(town, code):
    found = town.databases("jukinet").read(
        "test.network", lambda tx: jukinet_store.registrations(tx, code), access=reading()
    )
    return [(one.municipality_code, one.until) for one in found]


STORIES = {
    "birth": (born, is_born, ()),
    "leaving": (leaves, has_left, ()),
    "coming": (comes, has_come, (leaves,)),
    "first entry": (enters, has_entered, ()),
    "from outside": (arrives, has_arrived, ()),
}


class Watched:
    """What is passed between a press and the last letter; dies once where it is told to."""

    def __init__(self):
        self.passed, self.dies_at = [], ""

    def __call__(self, name):
        if _of_a_running_country() or name.startswith(("test.", "found")):
            return
        self.passed.append(name)
        if name == self.dies_at:
            self.dies_at = ""
            raise Killed(name)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("story", STORIES)
def test_killed_anywhere_it_is_written_once(
    story, monkeypatch, postgres_server, scratch, clock, request
):
    press, done, first = STORIES[story]
    watched = Watched()
    with Databases(postgres_server, scratch, clock) as databases, monkeypatch.context() as during:
        for module in POINTS:
            during.setattr(f"{module}.crash_point", watched)
        town = Town(databases, clock, households=HOUSEHOLDS, size=1)
        prepared(town, first, 1)
        watched.passed.clear()
        press(town, 1)
        town.settle()
        points = sorted(set(watched.passed))
        assert done(town, 1)
        assert len(points) > 8, points
        if not request.config.getoption("--deep"):
            points = points[::2]
        assert len(points) < HOUSEHOLDS
        for household, point in enumerate(points, start=2):
            prepared(town, first, household)
            watched.dies_at = point
            town = to_its_end(town, press, done, household, databases, clock)
            assert watched.dies_at == "", f"{point} was passed, and died at"
        assert town.broken() == {}


def prepared(town, steps, household):
    for step in steps:
        step(town, household)
    town.settle()


def to_its_end(town, press, done, household, databases, clock):
    """Pressed until nothing dies any more; the same clerk, the same answers."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert time.monotonic() < end, household
        try:
            press(town, household)
            town.settle()
        except Killed:
            town = Town(databases, clock, founded=True)
            continue
        if finished(town, done, household):
            return town
        time.sleep(0.05)


def finished(town, done, household):
    """A letter whose receipt was lost is sent again a little later, by the country's clock."""
    town.clock.set(town.clock.now() + timedelta(seconds=20))
    town.settle()
    return done(town, household)
