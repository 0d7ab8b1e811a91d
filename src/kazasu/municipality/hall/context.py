"""What all desks of a city hall stand on."""

from collections.abc import Sequence
from dataclasses import dataclass

from kazasu.contracts.portal import CaseProgress, MoveEvent
from kazasu.exchange.directory import Directory
from kazasu.exchange.room import House
from kazasu.foundation.audit import Access
from kazasu.foundation.clock import Clock
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import NOT_YOUR_ROLE

OUT_DESK = Text("転出担当", "Moving-out desk")
IN_DESK = Text("転入担当", "Moving-in desk")
CARD_DESK = Text("カード窓口", "Card desk")
SYSTEM = Text("住民記録システム", "Resident record system")


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who works at the desk: signed in by staff card."""

    staff_id: str
    name: str
    roles: frozenset[str]

    def needs(self, role: str) -> None:
        """Raises Refusal ``municipality.not-your-role``."""
        if role not in self.roles:
            raise Refusal(NOT_YOUR_ROLE, role=role)

    def access(
        self, action: str, purpose: Text, subjects: Sequence[str] = (), case: str = ""
    ) -> Access:
        return Access(f"clerk:{self.staff_id}", f"municipality.{action}", purpose, tuple(subjects), case)  # fmt: skip


@dataclass(frozen=True)
class Hall:
    """The house as a city hall sees it; the tenant says which city."""

    house: House

    @property
    def database(self) -> Database:
        return self.house.database

    @property
    def directory(self) -> Directory:
        return self.house.directory

    @property
    def clock(self) -> Clock:
        return self.house.clock

    def tell(
        self,
        tx: Transaction,
        case_id: str,
        event: MoveEvent,
        desk: Text,
        note: Text | None = None,
        proof: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        """A line of the resident's timeline, with the change that it reports."""
        letter = CaseProgress(
            case_id=case_id,
            event=event,
            at=tx.now,
            institution=city_id(tx.tenant),
            desk_ja=desk.ja,
            desk_en=desk.en,
            note_ja=note.ja if note else "",
            note_en=note.en if note else "",
            proof=tuple(proof),
        )
        self.house.post(city_id(tx.tenant)).send(tx, letter, to="portal", case=case_id)


def city_id(code: str) -> str:
    return f"city:{code}"


def system_access(
    action: str, purpose: Text, subjects: Sequence[str] = (), case: str = ""
) -> Access:
    """What the system does by itself, on a letter or a date."""
    return Access(
        "system:resident-records", f"municipality.{action}", purpose, tuple(subjects), case
    )
