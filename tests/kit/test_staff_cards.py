"""A staff card that ends: told to who works with it and to the operators in time, and nobody is kept out for the question."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from lxml import html

from kazasu.contracts.jpki.own import CardEnds, CardOfStaff
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.street import institution
from kazasu.foundation.alarms.ringing import see, unseen
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.kit.openid import STALE, OpenId, Person
from kazasu.kit.staff import Member, admit_staff, employ
from kazasu.kit.told import staff_cards
from tests.support.pages import signed_in_at
from tests.support.street import Street

CITY = "141003"


class World:
    def __init__(self, databases, clock, monkeypatch):
        self.databases, self.clock = databases, clock
        self.street = Street(databases, clock, "municipality", "portal")
        self.asked = []
        self.ends_in = None
        monkeypatch.setattr(
            OpenId, "handle", lambda _, party, token, audience: f"{token}:{audience}"
        )
        monkeypatch.setattr(Inquirer, "ask", lambda _, inquiry, **more: self._ask(inquiry, **more))
        members = [
            Member("k-1", "試験　一", ["operator"], "sub-1", "シケン　ハジメ"),
            Member("k-2", "試験　二", ["operator"], "sub-2", "シケン　フタツ"),
        ]
        databases.founder("municipality").run("test", lambda tx: employ(tx, members), tenant=CITY)

    def _ask(self, inquiry, *, of, purpose):
        assert isinstance(inquiry, CardOfStaff)
        self.asked.append((of, inquiry.handle, purpose))
        if isinstance(self.ends_in, Exception):
            raise self.ends_in
        return CardEnds(ends_on=None if self.ends_in is None else today(self.clock) + timedelta(days=self.ends_in))  # fmt: skip

    def signs_in(self):
        """What their session says of the card."""
        declared = institution("city")
        now = self.clock.now()
        person = Person(
            subject="sub-1", acr="aal3", amr=("sc",), auth_time=now, access_token="token", access_until=now, id_token="",
        )  # fmt: skip
        request = SimpleNamespace(state=SimpleNamespace(tenant=CITY))
        admitted = admit_staff(self.street.house("municipality"), declared)(request, person)
        self.data = dict(admitted.data)
        return self.data["card_ends"]

    def rung(self):
        return self.databases("municipality").read("test", unseen, tenant=CITY)

    def page(self, path="/desk", who="k-1", **data):
        browser = signed_in_at(
            self.street, f"city:{CITY}", "municipality", "staff", who, **(self.data | data)
        )
        return browser.get(f"{path}?lang=en").text


@pytest.fixture
def world(databases, clock, monkeypatch):
    return World(databases, clock, monkeypatch)


@pytest.mark.parametrize(
    ("days", "told", "rings"),
    [(61, False, 0), (60, True, 0), (31, True, 0), (30, True, 1), (0, True, 1), (None, False, 0)],
)
def test_told_sixty_days_before_and_the_operators_thirty(world, days, told, rings):
    world.ends_in = days
    assert bool(world.signs_in()) is told
    found = today(world.clock) + timedelta(days=days or 0)
    assert world.asked == [("jpki", "token:jpki", staff_cards.WHY)]
    assert ("The certificate of your card ends on" in world.page()) is told
    assert ("The certificate of your card ends on" in world.page("/desk/alarms")) is told
    if told:
        banner = html.fromstring(world.page()).get_element_by_id("card-ends").text_content()
        assert f"{found.year}" in banner
        assert found.isoformat() not in banner
    assert [one.kind for one in world.rung()] == ["staff-card"] * rings


def test_it_rings_once_a_stage_and_says_who_until_when(world):
    world.ends_in = 30
    for _ in range(3):
        world.signs_in()
    (alarm,) = world.rung()
    assert alarm.times == 1
    line = "(k-1): until Wednesday 23 December 2026"
    assert line in world.page("/desk/alarms", "k-2")
    assert line not in world.page("/desk/alarms"), (
        "whose card it is reads it on every page of theirs"
    )
    close = lambda tx: see(tx, alarm.alarm_id, "clerk:op", "ordered")  # noqa: E731
    world.databases("municipality").run("test", close, tenant=CITY)
    world.clock.advance(timedelta(days=22))
    world.ends_in = 8
    world.signs_in()
    assert world.rung() == [], "what was looked into does not ring each morning"
    world.clock.advance(timedelta(days=1))
    world.ends_in = 7
    world.signs_in()
    assert [one.facts["days"] for one in world.rung()] == [7], "a week before it does, once more"


@pytest.mark.parametrize("trouble", [Refusal(STALE), RuntimeError("away")])
def test_who_gives_no_answer_keeps_nobody_out(world, trouble):
    world.ends_in = trouble
    assert world.signs_in() == ""
    assert world.rung() == []


def test_an_institution_that_may_not_name_people_asks_nobody(world):
    person = SimpleNamespace(access_token="token")
    bank = institution("bank")
    assert not bank.client.handles
    assert staff_cards.ending(world.street.house("municipality"), bank, "", person) is None
    nobody = replace(institution("city"), client=None)
    assert staff_cards.ending(world.street.house("municipality"), nobody, CITY, person) is None
    assert world.asked == []
