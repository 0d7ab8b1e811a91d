"""The visit: who came, whether card and data agree, and the provisional entry (仮登録)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.municipality import (
    Address,
)
from kazasu.exchange.handles import open_handle
from kazasu.foundation import periods
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.openid import Person
from kazasu.municipality.faults import (
    ATTRIBUTES_DIFFER,
    CHANGED_MEANWHILE,
    MOVED_IN_FUTURE,
    NOBODY_CHOSEN,
    NOT_OF_THIS_MOVE,
    ONE_HEAD,
    SPECIAL_ROUTE_CLOSED,
)
from kazasu.municipality.hall.context import (
    IN_DESK,
    Clerk,
    Hall,
    city_id,
)
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register import model, relationships
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Arriver, MovingIn

VISITING: Final = Text("転入届の受付（本人の確認）", "Receiving the notice of moving in (identity)")
ENTERING: Final = Text("転入届の受理（仮登録）", "Entering the notice of moving in")


@dataclass(frozen=True, slots=True)
class EnteredPerson:
    """What the clerk completed for one person."""

    token: UUID
    included: bool
    relationship: str
    is_head: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The notice of moving in, as completed at the desk."""

    moved_on: date
    address: Address
    people: tuple[EnteredPerson, ...]
    joins_household: str = ""
    """世帯番号 of a household here that they join; empty: a household of their own."""


class ArrivalDesk:
    """転入担当, at the counter."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def receive_visitor(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, person: Person
    ) -> list[model.Comparison]:
        """Somebody held their card at the desk: is it one of the movers, and do the data agree?

        Raises:
            Refusal: ``municipality.not-of-this-move`` (nothing of the case is shown),
                ``municipality.attributes-differ``.
        """
        clerk.needs("counter")
        institution = self._hall.house.institution(city_id(tenant))
        handle = open_handle(institution, person.resident_handle, self._hall.clock)
        if person.birth_date is None:
            raise Refusal(NOT_OF_THIS_MOVE)
        attributes = FourAttributes(
            name=person.name,
            address=person.address,
            birth_date=person.birth_date,
            sex=person.sex,
        )

        def work(tx: Transaction) -> list[model.Comparison]:
            case = cases.arrival_at(tx, case_id, version, ("ready", "visited", "missed"))
            arriver = next(
                (
                    one
                    for one in moving.arrivers(tx, case_id)
                    if one.mover.resident_record_code == handle.resident_record_code
                ),
                None,
            )
            if arriver is None:
                raise Refusal(NOT_OF_THIS_MOVE)
            compared = model.compare(
                attributes, arriver.mover, self._old_address(tx, case, arriver)
            )
            visit = {
                "token": str(arriver.token),
                "name": arriver.mover.name,
                "clerk": clerk.staff_id,
                "at": tx.now.isoformat(),
                "compared": [
                    {"item": c.item, "ja": c.label.ja, "en": c.label.en, "card": c.card,
                     "data": c.data, "same": c.same}
                    for c in compared
                ],
            }  # fmt: skip
            cases.save(tx, replace(case, state="visited", visit=visit))
            self._hall.tell(tx, case_id, "visited", IN_DESK)
            return compared

        compared: list[model.Comparison] = self._run(
            "arrival.visit", work, tenant, clerk, VISITING, case_id
        )
        return compared

    @staticmethod
    def _old_address(tx: Transaction, case: MovingIn, arriver: Arriver) -> str:
        if case.certificate is not None:
            return str(case.certificate["old_address"])
        resident = register.by_record_code(tx, arriver.mover.resident_record_code)
        return resident.address if resident else ""

    # ------------------------------------------------------------ provisional entry

    def enter(self, tenant: str, clerk: Clerk, case_id: str, version: int, entry: Entry) -> None:
        """届出の受理, 仮登録: nothing of it reaches the register, certificates or other systems (I4).

        Raises:
            Refusal: ``municipality.moved-in-future``, ``municipality.special-route-closed``,
                ``municipality.nobody-chosen``, ``municipality.one-head``,
                ``municipality.bad-relationship``, ``municipality.attributes-differ``.
        """
        clerk.needs("counter")

        def work(tx: Transaction) -> None:
            case = cases.arrival_at(tx, case_id, version, ("visited", "provisional"))
            different = [c["ja"] for c in case.visit["compared"] if not c["same"]]
            if different:
                raise Refusal(ATTRIBUTES_DIFFER, items="、".join(different))
            today = civil(tx.now)
            self._check_entry(case, entry, today)
            arrivers = {one.token: one for one in moving.arrivers(tx, case_id)}
            for one in entry.people:
                found = arrivers.get(one.token)
                if found is None:
                    raise Refusal(CHANGED_MEANWHILE)
                moving.set_arriver(
                    tx, found, included=one.included, resident_id=found.resident_id, card=found.card
                )
            kept = {
                "address": entry.address.model_dump(mode="json"),
                "joins_household": entry.joins_household,
                "people": [
                    {"token": str(p.token), "relationship": p.relationship, "is_head": p.is_head}
                    for p in entry.people
                    if p.included
                ],
                "clerk": clerk.staff_id,
            }
            cases.save(
                tx,
                replace(
                    case, state="provisional", entry=kept, moved_on=entry.moved_on,
                    notified_on=today,
                ),
            )  # fmt: skip

        self._run("arrival.enter", work, tenant, clerk, ENTERING, case_id)

    @staticmethod
    def _check_entry(case: MovingIn, entry: Entry, today: date) -> None:
        if entry.moved_on > today:
            raise Refusal(MOVED_IN_FUTURE)
        if case.certificate is not None:
            planned = date.fromisoformat(case.certificate["planned_date"])
            if not periods.special_route_open(entry.moved_on, planned, today):
                until = min(
                    periods.moving_in_until(entry.moved_on),
                    periods.transfer_usable_until(planned),
                )
                raise Refusal(SPECIAL_ROUTE_CLOSED, until=until)
        people = [one for one in entry.people if one.included]
        if not people:
            raise Refusal(NOBODY_CHOSEN)
        for one in people:
            relationships.check(one.relationship)
        heads = sum(one.is_head for one in people)
        named = sum(one.relationship == relationships.HEAD for one in people)
        wanted = 0 if entry.joins_household else 1
        if heads != wanted or named != wanted:
            raise Refusal(ONE_HEAD)

    def send_back(self, tenant: str, clerk: Clerk, case_id: str, version: int) -> None:
        """The decider returns a provisional entry to the counter."""

        def work(tx: Transaction) -> None:
            case = cases.arrival_at(tx, case_id, version, ("provisional",))
            cases.save(tx, replace(case, state="visited", entry={}))

        self._run("arrival.send-back", work, tenant, clerk, ENTERING, case_id)

    def _run(
        self, label: str, work: Any, tenant: str, clerk: Clerk, purpose: Text, case_id: str
    ) -> Any:
        return self._hall.database.run(
            label,
            work,
            tenant=tenant,
            access=clerk.access(label, purpose, case=case_id),
        )
