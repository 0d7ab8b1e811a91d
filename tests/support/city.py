"""A world for one city's rules: its hall and register, real, on one database. Ready in a fraction of a second.

For the rules of a desk or of the register. What other institutions have a part in is ``tests/support/town.py``.
"""

from datetime import date, timedelta

import psycopg

from kazasu.contracts.municipality import Address
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.names import CARD
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.kit import staff
from kazasu.municipality import founding as municipality
from kazasu.municipality.cards import corrected
from kazasu.municipality.cards.left import CardsLeftHere
from kazasu.municipality.casework.service import must_be_free
from kazasu.municipality.founding import FoundingCity, FoundingOffice, FoundingResident
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import (
    ANNOUNCED,
    CARD_DIFFERS,
    CARDS_LEFT,
    CASE_IS_FREE,
    DESK_CASES,
    GIVEN_BY,
    HEAD_SAID,
    HOUSEHOLD_CHANGES,
    LEAVING,
    MOVERS_CARDS,
    NEWBORN,
)
from kazasu.municipality.hall.service import FrontDesk
from kazasu.municipality.households import store as household_store
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.service.cards import CardsOfArrivals
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import register_number
from kazasu.municipality.register.service.households import Households
from tests.support.street import Street

OLD, NEW, THIRD = "141003", "011002", "401307"
CLERK = Clerk("clerk-1", "職員", frozenset(("counter", "decider", "operator", "protection")))
COUNTER = Clerk("clerk-2", "受付", frozenset(("counter",)))
STRANGER = 999_000_001
"""Somebody of the new city who has nothing to do with any move."""
TEST = Text("試験", "Test")
SINCE = date(2015, 4, 1)
_LETTERS = [letter for letter in map(chr, range(0x4E00, 0x9FA0)) if CARD.has(letter)]
"""Kanji that a certificate can show: the profile refuses others."""
NAMES = {OLD: ("横浜市", "神奈川県", "Kanagawa-ken", "Yokohama"),
          NEW: ("札幌市", "北海道", "Hokkaido", "Sapporo"),
         THIRD: ("福岡市", "福岡県", "Fukuoka-ken", "Fukuoka")}  # fmt: skip


def code_of(number):
    return ResidentRecordCode.from_body(f"9{number:09d}")


class City:
    """One city, and a second as a stranger to it. Household ``n`` has its head (person ``10 n``) and members after."""

    def __init__(self, databases, clock, households=1, size=2, protected=False, *, founded=False,
                 rooms=("municipality",)):  # fmt: skip
        """``protected``: all of them, or these persons by their numbers. ``founded``: open what is there already, as after a restart."""
        self.clock = clock
        self.databases = databases
        self.street = Street(databases, clock, *rooms)
        self.city = CityContext(self.street.house("municipality"))
        self.city.ports.offer(MOVERS_CARDS, CardsOfArrivals(self.city))
        self.city.ports.offer(CARD_DIFFERS, corrected.differs)
        self.city.ports.offer(CARDS_LEFT, CardsLeftHere(self.city.ports))
        self.city.ports.offer(DESK_CASES, cases.stands)
        self.city.ports.offer(GIVEN_BY, cases.given_by)
        self.city.ports.offer(ANNOUNCED, cases.announced)
        self.city.ports.offer(NEWBORN, cases.newborn_of)
        self.city.ports.offer(HEAD_SAID, cases.head_said)
        self.city.ports.offer(LEAVING, cases.Leaving(self.city))
        self.city.ports.offer(CASE_IS_FREE, must_be_free)
        self.city.ports.offer(HOUSEHOLD_CHANGES, household_store.of_households)
        self.front = FrontDesk(self.city)
        self.households = Households(self.city)
        residents = self._invented(households, size, protected)
        self.by_household = {}
        for one in residents[OLD]:
            self.by_household.setdefault(one.household_number, []).append(one)
        self.by_code = {r.record_code: r for r in residents[OLD]}
        if not founded:
            self._found(residents)

    # ------------------------------------------------------------ founding

    def _invented(self, households, size, protected):
        residents = {OLD: [], NEW: []}
        serial = 0
        for number in range(1, households + 1):
            for member in range(size):
                serial += 1
                person = number * 10 + member
                guarded = protected if isinstance(protected, bool) else person in protected
                residents[OLD].append(self._resident(OLD, serial, number, person, member, guarded))
        residents[NEW].append(self._resident(NEW, 1, 1, STRANGER, 0, False))
        return residents

    def _found(self, residents):
        for code, rows in residents.items():
            name, prefecture, roman, en = NAMES[code]
            city = FoundingCity(
                MunicipalityCode(code), Text(name, en), prefecture, roman, en,
                (FoundingOffice("hall", Text("本庁", "Hall"), f"{name}１", 2),),
            )  # fmt: skip
            self.databases.founder("municipality").run(
                "found",
                lambda tx, city=city, rows=rows: municipality.found(tx, city, rows),
                tenant=code,
                isolation="READ COMMITTED",
            )
            self.employ(CLERK, COUNTER, city=code)

    def found_third(self):
        """A third city, empty, with a hall and its staff."""
        self._found({THIRD: []})

    def employ(self, *clerks, city=OLD):
        """They have their posts at this city's desk, with the roles that they say."""
        members = [
            staff.Member(c.staff_id, c.name, sorted(c.roles), f"sub-{c.staff_id}") for c in clerks
        ]
        founder = self.databases.founder("municipality")
        founder.run("employ", lambda tx: staff.employ(tx, members), tenant=city)

    def dismiss(self, clerk, city=OLD, roles=None):
        """Their post ends, or is left with these roles."""
        with psycopg.connect(self.databases.url("municipality")) as connection:
            connection.execute(
                "DELETE FROM municipality.staff WHERE tenant = %s AND staff_id = %s",
                (city, clerk.staff_id),
            )
        if roles is not None:
            self.employ(Clerk(clerk.staff_id, clerk.name, frozenset(roles)), city=city)

    @staticmethod
    def _resident(code, serial, household, person, member, protected):
        name, prefecture, _, _ = NAMES[code]
        born = date(1950, 1, 1) + timedelta(days=person * 31 % 18_000)
        return FoundingResident(
            resident_id=register_number(serial),
            household_number=register_number(municipality.FIRST_HOUSEHOLD + household),
            record_code=code_of(person),
            individual_number=IndividualNumber.from_body(f"99{person:09d}"),
            name=f"試験　{_LETTERS[person % len(_LETTERS)]}",
            kana="シケン　ハジメ",
            birth_date=born,
            birth_text=wareki(born),
            sex="女" if member % 2 else "男",
            relationship=("世帯主", "妻", "子", "子", "子")[member],
            is_head=member == 0,
            address=Address(
                municipality_code=MunicipalityCode(code),
                prefecture=prefecture,
                city=f"{name}中央区" if code == NEW else f"{name}中区",
                town="本町",
                block=f"{household}番地",
            ),
            resident_since=SINCE,
            lives_here_since=SINCE,
            has_card=True,
            protected=protected,
        )

    def members(self, household=1):
        return self.by_household[register_number(municipality.FIRST_HOUSEHOLD + household)]

    # ------------------------------------------------------------ the desk

    def settle(self):
        self.street.settle()

    def resident(self, number, city=OLD):
        return self._read(city, lambda tx: register_store.by_record_code(tx, code_of(number)))

    def _read(self, city, work):
        return self.databases("municipality").read("test.read", work, tenant=city, access=reading())


def reading():
    return Access("system:test", "test.read", TEST)
