"""The city hall as every subject sees it: what it may use, and how work is done in somebody's name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from kazasu.contracts.base import InstitutionId, at_counter
from kazasu.contracts.jukinet import Change, RegistrationChanged
from kazasu.contracts.municipality import CardToUpdate
from kazasu.contracts.portal import ABOUT_CARDS, CaseProgress, MoveEvent, StillToCome
from kazasu.exchange.carrier.inquiries import Asked, Inquirer
from kazasu.exchange.carrier.letters import Post
from kazasu.exchange.directory import Directory, Entry
from kazasu.exchange.handles import open_handle
from kazasu.exchange.keys import Institution
from kazasu.exchange.room import RoomContext, tenant_of
from kazasu.foundation.actions import Action, Shows, action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode
from kazasu.municipality.hall.model import Clerk, Role
from kazasu.municipality.hall.ports import CARDS_LEFT, CASE_IS_FREE, Ports, WaitingCard, Way

T = TypeVar("T")
F = TypeVar("F")


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

    def tell_network(
        self,
        tx: Transaction,
        resident_id: str,
        code: ResidentRecordCode,
        what: Change,
        on: date,
        *,
        card_goes_on: bool = False,
    ) -> None:
        """What changed in the register of one person (住民基本台帳法 30条の6), with the change. The only place that writes this letter.

        All of one person are one case of the carrier, whatever brought them about: the network applies them in the order in which
        they were written here. By the notice of each, a departure overtook the arrival before it.
        """
        letter = RegistrationChanged(
            resident_record_code=code,
            municipality_code=MunicipalityCode(tx.tenant),
            what=what,
            on=on,
            card_goes_on=card_goes_on,
        )
        self.post(tx).send(tx, letter, to="jukinet", case=f"REG-{resident_id}")

    def act(
        self,
        action: Action,
        work: Callable[[Transaction], T],
        *,
        tenant: str,
        clerk: Clerk,
        subjects: Sequence[str] = (),
        case: str = "",
        way: Way | None = None,
        reason: Text | str = "",
        emergency: str = "",
    ) -> T:
        """A clerk's work in one transaction, recorded first; whoever is shown in it is named, too.

        Args:
            way: at which desk the case lies: this goes on with it, which is for the colleague who has it. None: it only looks,
                or says who has it (tests/municipality/casework/test_held.py walks all pages that send something of a case).
            emergency: 宛名番号 whose record an emergency look has opened to them, who lack the role.

        Raises Refusal ``kit.not-your-role``, ``kit.not-staff``, ``kit.emergency-not-open``, before anything is read;
        ``municipality.case-held``.
        """
        access = clerk.access(action, subjects, case, reason=reason, emergency=emergency)

        def unless_held(tx: Transaction) -> T:
            if way is not None:
                self.ports.use(CASE_IS_FREE)(tx, way, case, clerk.staff_id)
            return work(tx)

        return self.database.run(action.label, unless_held, tenant=tenant, access=access)

    def act_itself(
        self,
        action: Action,
        work: Callable[[Transaction], T],
        *,
        tenant: str,
        subjects: Sequence[str] = (),
        case: str = "",
    ) -> T:
        """The system's own work, on a letter or a date; recorded the same way."""
        access = action.by(subjects=subjects, case=case)
        return self.database.run(action.label, work, tenant=tenant, access=access)

    def look_itself(
        self,
        action: Action,
        work: Callable[[Transaction], T],
        *,
        tenant: str,
        case: str = "",
    ) -> T:
        """Like :meth:`act_itself` for work that only looks: one snapshot, never a lost race."""
        return self.database.read(action.label, work, tenant=tenant, access=action.by(case=case))

    def each_itself(
        self,
        action: Action,
        find: Callable[[Transaction], Iterable[F]],
        work: Callable[[Transaction, F], object],
        *,
        tenant: str,
    ) -> int:
        """The system's own work on each of those that fall due, in a transaction of its own: one that fails is nobody else's.

        Returns for how many it came to something. Raises ``ExceptionGroup`` as :func:`kazasu.foundation.database.each.each` does.
        """
        return each(
            self.look_itself(action, find, tenant=tenant),
            lambda one: self.act_itself(action, lambda tx: work(tx, one), tenant=tenant),
        )

    def answer(
        self,
        action: Action,
        work: Callable[[Transaction], T],
        asked: Asked,
        *,
        fields: Sequence[str] = (),
        looks: bool = False,
    ) -> T:
        """What another institution asked for; its own purpose is on record. ``looks``: nothing changes by it."""
        access = action.by(f"institution:{asked.asker}", purpose=asked.purpose, fields=fields)
        do = self.database.read if looks else self.database.run
        return do(action.label, work, tenant=tenant_of(asked.institution), access=access)

    def send_progress(
        self,
        tx: Transaction,
        case_id: str,
        event: MoveEvent,
        desk: Text,
        note: Text | None = None,
        proof: Sequence[tuple[str, str, str]] = (),
        address: str = "",
        not_registered: Sequence[str] = (),
        city: str = "",
        to_come: Sequence[StillToCome] = (),
        residence_cards: Sequence[CardToUpdate] | None = None,
        gone: Sequence[str] = (),
    ) -> None:
        """A line of the resident's timeline, with the change that it reports. Of a move of which notice was given at a counter the portal
        has no case: nothing goes there, and the resident reads of it in their own record."""
        if at_counter(case_id):
            return
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
            address=address,
            not_registered=tuple(not_registered),
            to_come=tuple(to_come),
            gone=tuple(gone),
            residence_cards=None if residence_cards is None else tuple(residence_cards),
            city=MunicipalityCode(city) if city else None,
            cards=self._cards_left(tx, case_id) if event in ABOUT_CARDS else None,
        )
        self.post(tx).send(tx, letter, to="portal", case=case_id)

    def _cards_left(self, tx: Transaction, case_id: str) -> tuple[CardToUpdate, ...]:
        """As it stands with this line: each such line says all, so that the newest one is enough."""
        return tuple(card_to_update(one) for one in self.ports.use(CARDS_LEFT).of_case(tx, case_id))


def card_to_update(card: WaitingCard) -> CardToUpdate:
    """What its holder and who gave notice for them may read of it."""
    return CardToUpdate(name=card.name, until=card.until, ends=card.ends)


def city_id(code: str) -> InstitutionId:
    return InstitutionId.of("city", code)


def own(name: str, purpose: Text, *, shows: Shows = "found", why: str = "") -> Action:
    """Declare what the system does by itself, on a letter or a date; ``name`` without the room."""
    return action(
        f"municipality.{name}", "system", purpose, itself="resident-records", shows=shows, why=why
    )


def desk(
    name: str,
    purpose: Text,
    *,
    role: Role | Sequence[Role] = (),
    reasoned: bool = False,
    shows: Shows = "found",
    why: str = "",
    emergency: bool = False,
) -> Action:
    """Declare what a clerk does; ``name`` without the room. Several roles: one of them. No role: anyone with a post here."""
    return action(
        f"municipality.{name}",
        "clerk",
        purpose,
        role=role,
        reasoned=reasoned,
        shows=shows,
        why=why,
        emergency=emergency,
    )
