"""Moving in from a municipality that is not in the directory, by its paper certificate (住民基本台帳法 22条; 同法施行令 23条2項 has both numbers on it): nobody
is asked but the network, which must not know them, and the notice of moved-in (9条1項) goes there by post.

One person at a time: of a family the one who heads it first, the others join.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from kazasu.contracts.jukinet import LastRegistrationOf, NumbersGiven
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.abroad import store
from kazasu.municipality.abroad.faults import (
    KNOWN_HERE,
    LETTER_PROTECTED,
    LETTER_UNKNOWN,
    NETWORK_KNOWS,
    OUTSIDE_IS_HERE,
)
from kazasu.municipality.abroad.outside import REASON, MovedIn, Outside, OutsideEntry
from kazasu.municipality.abroad.service.coming import STANDINGS
from kazasu.municipality.abroad.service.first import proposed, record_of
from kazasu.municipality.hall import printing
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.model import REGISTER, Clerk
from kazasu.municipality.register import protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NUMBER_HELD
from kazasu.municipality.register.model import Resident, register_number
from kazasu.municipality.register.service import pressed
from kazasu.municipality.register.service.opening import Openings

TAKING: Final = Text(
    "つながっていない市区町村からの転入の受付",
    "Taking somebody from a municipality that is not connected",
)
POSTING: Final = Text("郵送する転入通知", "Notices of moved-in that go by post")
LOOK: Final = desk("from-outside.look", TAKING, role="decider")
ENTER: Final = desk("from-outside.enter", TAKING, role="decider")
LIST: Final = desk("from-outside.list", POSTING, role=REGISTER)
PRINT: Final = desk("from-outside.print", POSTING, role="counter")
SENT: Final = desk("from-outside.sent", POSTING, role="counter")
LETTER: Final = Path(__file__).parent.parent / "templates" / "moved_in.typ"
_KEYS: Final = ("resident_id", "version", "record_code", "reason", "changed_on")


class FromOutside:
    def __init__(self, city: CityContext) -> None:
        self._city = city
        self._openings = Openings(city)

    def propose(self, tenant: str, clerk: Clerk, outside: Outside) -> OutsideEntry:
        """What would be written.

        Raises Refusal as :meth:`~kazasu.municipality.abroad.service.first.FirstEntries.propose`, and ``municipality.outside-city``,
        ``municipality.outside-connected``, ``municipality.outside-code``, ``municipality.outside-known``.
        """
        entry = self._city.act(
            LOOK, lambda tx: self._proposed(tx, outside), tenant=tenant, clerk=clerk
        )
        known = self._city.inquirer(tenant).ask(
            LastRegistrationOf(resident_record_code=outside.record_code),
            of="jukinet",
            purpose=TAKING,
        )
        if known.standing != "unknown":
            said = STANDINGS.get(known.standing, Text("国外へ転出した", "they moved abroad"))
            raise Refusal(NETWORK_KNOWS, standing=said.ja, standing_en=said.en)
        return entry

    def enter(
        self, tenant: str, clerk: Clerk, outside: Outside, number: IndividualNumber,
        *, mark: str = "", reviewed: Callable[[OutsideEntry], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """They are registered here, the network hears of it, and the notice waits to be posted. Returns 宛名番号.

        Pressed a second time on the same page it finds them registered, and writes nothing.

        Args:
            mark: of what the clerk was shown.
            reviewed: refuses where something else would be written now.

        Raises Refusal as :meth:`propose`, and ``municipality.number-held``, ``jukinet.person-taken``, ``jukinet.person-known``, ``jukinet.number-of-another``.
        """
        entered = self._city.act(
            LOOK, lambda tx: pressed.standing(tx, mark), tenant=tenant, clerk=clerk
        )
        if entered:
            return entered[0]
        self.propose(tenant, clerk, outside)
        self._city.act(
            LOOK, lambda tx: _must_be_theirs(tx, number, outside.record_code),
            tenant=tenant, clerk=clerk,
        )  # fmt: skip

        def work(tx: Transaction, use: Callable[[Transaction], None]) -> str:
            if entered := pressed.standing(tx, mark):
                return entered[0]
            entry = self._proposed(tx, outside)
            reviewed(entry)
            use(tx)
            new = self._write(tx, clerk, entry, number)
            pressed.keep(tx, mark, new)
            return new

        def write(use: Callable[[Transaction], None]) -> str:
            return self._city.act(ENTER, lambda tx: work(tx, use), tenant=tenant, clerk=clerk)

        return self._openings.enter(
            tenant, clerk, outside.record_code, "from-outside", write, number=number
        )

    def letters(self, tenant: str, clerk: Clerk) -> list[tuple[MovedIn, Resident, bool]]:
        """Those to be posted first; of whom the place is hidden is said, and no place of theirs is shown."""

        def work(tx: Transaction) -> list[tuple[MovedIn, Resident, bool]]:
            found = store.notices_by_post(tx)
            people = {
                one.resident_id: one
                for one in register_store.several(tx, [one.resident_id for one in found])
            }
            near = protection.around(tx, list(people.values()))
            return [
                (one, people[one.resident_id], near.covers(people[one.resident_id]))
                for one in found
            ]

        return self._city.act(LIST, work, tenant=tenant, clerk=clerk)

    def print(self, tenant: str, clerk: Clerk, token: UUID | str) -> bytes:
        """The letter, with what the record says of them now.

        Raises Refusal ``municipality.outside-letter-unknown``, ``municipality.outside-letter-protected``, ``municipality.no-fonts``.
        """

        def work(tx: Transaction) -> tuple[MovedIn, Resident, bool]:
            letter, resident = _letter(tx, token)
            hidden = protection.around(tx, [resident]).covers(resident)
            if hidden and "protection" not in clerk.roles:
                raise Refusal(LETTER_PROTECTED)
            return letter, resident, hidden

        letter, resident, hidden = self._city.act(PRINT, work, tenant=tenant, clerk=clerk)
        return printing.printed(LETTER, {
            "mark": printing.SANDBOX if self._city.house.settings.sandbox else "",
            "to": letter.old_city, "from": self._city.entry(tenant).name.ja, "name": resident.name, "kana": resident.kana,
            "birth": resident.birth_text, "sex": resident.sex, "old_address": letter.old_address,
            "new_address": "" if hidden else letter.new_address, "moved_in_on": wareki(letter.moved_in_on),
            "notified_on": wareki(letter.notified_on), "planned_on": wareki(letter.planned_on), "paper": letter.paper,
            "on": wareki(civil(self._city.clock.now())),
        })  # fmt: skip

    def sent(self, tenant: str, clerk: Clerk, token: UUID | str) -> None:
        """It went by post. Pressed again it changes nothing. Raises Refusal ``municipality.outside-letter-unknown``."""

        def work(tx: Transaction) -> None:
            letter, _ = _letter(tx, token)
            if letter.sent_at is None:
                store.note_sent(tx, letter.token, clerk.staff_id)

        self._city.act(SENT, work, tenant=tenant, clerk=clerk)

    # ------------------------------------------------------------ inside

    def _proposed(self, tx: Transaction, outside: Outside) -> OutsideEntry:
        """Raises Refusal as :meth:`propose`, but of the network."""
        municipality, code = outside.municipality, outside.record_code
        for one in self._city.directory.of_kind("city"):
            prefecture = one.facts.get("prefecture")
            if f"{prefecture.ja if prefecture else ''}{one.name.ja}" == municipality:
                raise Refusal(
                    OUTSIDE_IS_HERE, municipality_ja=one.name.ja, municipality_en=one.name.en
                )
        before = register_store.by_record_code(tx, code)
        if before is not None and before.state != "left":
            raise Refusal(KNOWN_HERE, resident_id=before.resident_id)
        entry = proposed(tx, outside.first)
        closed = before.resident_id if before else ""
        alike = [one for one in entry.alike if one != closed]
        return OutsideEntry(outside, replace(entry, alike=alike), closed)

    def _write(
        self, tx: Transaction, clerk: Clerk, found: OutsideEntry, number: IndividualNumber
    ) -> str:
        outside, first = found.outside, found.outside.first
        code = outside.record_code
        _must_be_theirs(tx, number, code)
        last, household = register_store.next_numbers(tx, 1, 0 if first.joins else 1)
        numbers = NumbersGiven(resident_record_code=code, individual_number=number)
        home = first.joins or register_number(household)
        new = replace(
            record_of(tx, clerk, found.entry, numbers, register_number(last), home),
            reason=REASON, former_address=outside.former_address, because=outside.because,
        )  # fmt: skip
        before = register_store.by_record_code(tx, code)
        if before is not None:
            items = {
                one.name: getattr(new, one.name) for one in fields(new) if one.name not in _KEYS
            }
            new = register_store.change(tx, before, reason=REASON, changed_on=first.on, **items)
        else:
            register_store.enter(tx, new)
        tx.shown((new.resident_id,))
        store.put_moved_in(tx, MovedIn(
            new.resident_id, uuid4(), outside.municipality, outside.former_address, found.entry.address.line, outside.paper,
            outside.planned_on, first.on, civil(tx.now), clerk.staff_id, tx.now,
        ))  # fmt: skip
        self._city.tell_network(tx, new.resident_id, code, "from-outside", first.on)
        return new.resident_id


def _must_be_theirs(tx: Transaction, number: IndividualNumber, code: str) -> None:
    """By this city's own register. Raises Refusal ``municipality.number-held``."""
    with tx.unseen():
        held = register_store.by_number(tx, number)
    if held is not None and held.record_code != code:
        raise Refusal(NUMBER_HELD)


def _letter(tx: Transaction, token: UUID | str) -> tuple[MovedIn, Resident]:
    """Raises Refusal ``municipality.outside-letter-unknown``."""
    letter = store.moved_in_of(tx, str(token))
    resident = register_store.by_id(tx, letter.resident_id) if letter else None
    if letter is None or resident is None:
        raise Refusal(LETTER_UNKNOWN)
    return letter, resident
