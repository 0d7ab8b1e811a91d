"""Looking at the register: the search, and a record with all its versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.staff import Member, by_staff_id
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.register import protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import UNKNOWN_RESIDENT
from kazasu.municipality.register.model import UNVEILING, Resident
from kazasu.municipality.register.protection import Protection
from kazasu.municipality.register.store import FormerName

SEARCH: Final = desk("resident.search", Text("住民の検索", "Looking for a resident"), reasoned=True)
UNVEIL: Final = desk("resident.unveil", UNVEILING, reasoned=True)
READ: Final = desk("resident.read", Text("住民票の確認", "Looking at a resident's record"))


@dataclass(frozen=True, slots=True)
class Record:
    versions: list[Resident]
    """The newest first."""
    household: list[Resident]
    staff: Mapping[str, Member]
    """Who processed the versions, by their number; who has no post here any more is missing."""
    protection: Protection
    """Whose places these versions would show."""


@dataclass(frozen=True, slots=True)
class Found:
    residents: list[Resident]
    protection: Protection
    former: Sequence[FormerName]

    def former_of(self, one: Resident) -> Mapping[str, str]:
        """Names that the person had before, with their readings, the newest first."""
        return {
            was.name: was.kana
            for was in self.former
            if was.resident_id == one.resident_id and was.name != one.name
        }


class Records:
    """Each look is recorded before anything is shown."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def search(self, tenant: str, clerk: Clerk, wanted: str, reason: Text) -> Found:
        """By number, or by the beginning of name or reading. Whoever is found reads later what it was for.

        Raises Refusal ``actions.reason-needed``.
        """

        def work(tx: Transaction) -> Found:
            residents = register_store.search(tx, wanted)
            before = register_store.former_names(tx, [one.resident_id for one in residents])
            return Found(residents, protection.around(tx, residents), before)

        return self._city.act(SEARCH, work, tenant=tenant, clerk=clerk, reason=reason)

    def look(self, tenant: str, clerk: Clerk, resident_id: str) -> Record:
        """Raises Refusal ``municipality.unknown-resident``."""

        def work(tx: Transaction) -> Record:
            versions = register_store.history(tx, resident_id)
            if not versions:
                raise Refusal(UNKNOWN_RESIDENT)
            with tx.unseen():  # clerks at work, not whom the look is about
                staff = by_staff_id(tx, {one.processed_by for one in versions})
            household = register_store.household(tx, versions[0].household_number)
            found = {one.staff_id: one for one in staff}
            return Record(versions, household, found, protection.around(tx, versions))

        return self._city.act(READ, work, tenant=tenant, clerk=clerk, subjects=(resident_id,))

    def unveil(self, tenant: str, clerk: Clerk, resident_id: str, reason: Text) -> None:
        """Where a protected person lives may be shown now, since it is on record what for; they read it.

        In the record of somebody who lives with them, they read it and that one does not: it would say that they are protected.

        Raises Refusal ``actions.reason-needed``, ``municipality.unknown-resident``.
        """

        def work(tx: Transaction) -> None:
            with tx.unseen():
                versions = register_store.history(tx, resident_id)
            if not versions:
                raise Refusal(UNKNOWN_RESIDENT)
            tx.shown(protection.around(tx, versions).read_by(resident_id))

        self._city.act(UNVEIL, work, tenant=tenant, clerk=clerk, reason=reason)
