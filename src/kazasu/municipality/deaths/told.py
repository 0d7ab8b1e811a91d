"""A death that another city entered while this one registered the person (住民基本台帳法 9条2項; 同法施行令 8条・12条2項1号): it waits at the desk, which enters it
ex officio on that city's word. Nobody is closed as dead without somebody who looked."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kazasu.contracts.jukinet import DeathTold
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.municipality.deaths import store
from kazasu.municipality.deaths.model import OPEN
from kazasu.municipality.deaths.store import Told
from kazasu.municipality.hall.context import CityContext, city_id, desk, own
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import DIED, Resident

TOLD: Final = Text("ほかの市区町村から伝えられた死亡", "Deaths that other cities told of")
RECEIVE: Final = own("death.told", TOLD)
PASS_ON: Final = own("death.pass-on", TOLD)
LIST: Final = desk("death.list-told", TOLD, role="decider")


@dataclass(frozen=True, slots=True)
class Row:
    told: Told
    city: Text
    resident: Resident | None
    """None: their arrival is being registered."""
    waits: int
    """Days since it was told."""


class DeathsTold:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def receive(self, tx: Transaction, letter: DeathTold, _: Received) -> None:
        """Who is dead here already was entered meanwhile; a repetition changes nothing."""
        tx.audit(RECEIVE.by(subjects=(store.named(letter.resident_record_code),)))
        store.put(tx, Told(letter.resident_record_code, letter.told_by, letter.on, tx.now))
        record = register_store.by_record_code(tx, letter.resident_record_code)
        if record is not None and record.reason == DIED:
            store.settle(tx, letter.resident_record_code)

    def waiting(self, tenant: str, clerk: Clerk) -> list[Row]:
        def work(tx: Transaction) -> list[Row]:
            return [
                Row(
                    one, self.name_of(one),
                    register_store.by_record_code(tx, one.resident_record_code),
                    (civil(tx.now) - civil(one.at)).days,
                )
                for one in store.waiting(tx)
            ]  # fmt: skip

        return self._city.act(LIST, work, tenant=tenant, clerk=clerk)

    def pass_on(self, tenant: str, _: date) -> int:
        """Of who has moved on since, or is dead by now, nothing can be entered here: the network tells the city that has them. Returns of how many."""

        def due(tx: Transaction) -> list[tuple[Told, Resident]]:
            found = [(one, register_store.by_record_code(tx, one.resident_record_code)) for one in store.waiting(tx)]  # fmt: skip
            return [(one, record) for one, record in found if record and record.state not in OPEN]

        def work(tx: Transaction, one: tuple[Told, Resident]) -> bool:
            told, record = one
            tx.shown((record.resident_id,))
            store.settle(tx, told.resident_record_code)
            if record.reason != DIED:
                self._city.tell_network(
                    tx, record.resident_id, record.record_code, "death", told.died_on
                )
            return True

        return self._city.each_itself(PASS_ON, due, work, tenant=tenant)

    def name_of(self, told: Told) -> Text:
        """Of the city that told it."""
        code = told.told_by
        known = city_id(code) in self._city.directory
        return self._city.entry(code).name if known else Text(code, code)
