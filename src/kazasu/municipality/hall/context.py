"""The city hall as every subject sees it: what it may use, and how work is done in somebody's name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.portal import CaseProgress, MoveEvent
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.carrier.letters import Post
from kazasu.exchange.directory import Directory, Entry
from kazasu.exchange.handles import open_handle
from kazasu.exchange.keys import Institution
from kazasu.exchange.room import RoomContext
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import ResidentRecordCode
from kazasu.municipality.hall.model import Clerk, Role
from kazasu.municipality.hall.ports import Ports

T = TypeVar("T")


@dataclass(frozen=True)
class CityContext:
    """One program for all cities of the process; the tenant says which."""

    house: RoomContext
    ports: Ports = field(default_factory=Ports)

    @property
    def database(self) -> Database:
        return self.house.database

    @property
    def directory(self) -> Directory:
        return self.house.directory

    @property
    def clock(self) -> Clock:
        return self.house.clock

    def entry(self, tenant: str) -> Entry:
        """The city as the directory has it: its name, its origin."""
        return self.directory.entry(city_id(tenant))

    def institution(self, tenant: str) -> Institution:
        return self.house.institution(city_id(tenant))

    def inquirer(self, tenant: str) -> Inquirer:
        return self.house.inquirer(city_id(tenant))

    def post(self, tx: Transaction) -> Post:
        """Letters of this transaction's city."""
        return self.house.post(city_id(tx.tenant))

    def record_code(self, tenant: str, handle: str) -> ResidentRecordCode:
        """住民票コード of the person whom a handle names to this city.

        Raises Refusal ``exchange.bad-handle``, ``exchange.stale-handle``.
        """
        return open_handle(self.institution(tenant), handle, self.clock).resident_record_code

    def act(
        self,
        action: str,
        work: Callable[[Transaction], T],
        *,
        tenant: str,
        clerk: Clerk,
        purpose: Text,
        role: Role | None = None,
        subjects: Sequence[str] = (),
        case: str = "",
    ) -> T:
        """A clerk's work in one transaction, recorded first.

        Args:
            action: names the audit row (``municipality.<action>``) and the crash points.
            role: which the clerk must hold; None: anyone who is signed in at the desk.

        Raises Refusal ``municipality.not-your-role``, before anything is read.
        """
        if role is not None:
            clerk.check(role)
        access = clerk.access(action, purpose, subjects, case)
        return self.database.run(action, work, tenant=tenant, access=access)

    def act_itself(
        self,
        action: str,
        work: Callable[[Transaction], T],
        *,
        tenant: str,
        purpose: Text,
        subjects: Sequence[str] = (),
        case: str = "",
    ) -> T:
        """The system's own work, on a letter or a date; recorded the same way."""
        access = system_access(action, purpose, subjects, case)
        return self.database.run(action, work, tenant=tenant, access=access)

    def look_itself(
        self,
        action: str,
        work: Callable[[Transaction], T],
        *,
        tenant: str,
        purpose: Text,
        case: str = "",
    ) -> T:
        """Like :meth:`act_itself` for work that only looks: one snapshot, never a lost race."""
        access = system_access(action, purpose, case=case)
        return self.database.read(action, work, tenant=tenant, access=access)

    def send_progress(
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
        self.post(tx).send(tx, letter, to="portal", case=case_id)


def city_id(code: str) -> InstitutionId:
    return InstitutionId.of("city", code)


def system_access(
    action: str, purpose: Text, subjects: Sequence[str] = (), case: str = ""
) -> Access:
    """What the system does by itself, on a letter or a date."""
    return Access(
        "system:resident-records", f"municipality.{action}", purpose, tuple(subjects), case
    )
