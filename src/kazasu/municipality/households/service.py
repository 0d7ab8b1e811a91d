"""A change of household at the desk: looked at before it is written, then written of everybody at once.

Nothing goes to the network: 世帯 and 続柄 are none of the 本人確認情報 (住民基本台帳法 30条の6), nor are they on a card or in a certificate.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values import readable
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.model import REGISTER, REPRESENTATIVES, Clerk
from kazasu.municipality.households import rules, store
from kazasu.municipality.households.model import (
    NUMBERS,
    REASON,
    Choice,
    Line,
    Notice,
    Plan,
    days_late,
)
from kazasu.municipality.households.store import Taken
from kazasu.municipality.register import heads
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident, register_number

CHANGING: Final = Text("世帯変更届の受付", "Taking a notice of a change of household")
LOOK: Final = desk("household.look", CHANGING, role="decider")
CHANGE: Final = desk(
    "household.change",
    Text("世帯変更届による住民票の修正", "A change of household"),
    role="decider",
)
LIST: Final = desk(
    "household.list", CHANGING, role=REGISTER, shows="nobody",
    why="numbers, kinds and days of notices: no name, no household",
)  # fmt: skip
T = TypeVar("T")
SHOWN_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change as it would be written; nothing of it is refused."""

    plan: Plan
    said: Sequence[tuple[Line, str, str]]
    """Each who is written anew, with their 続柄, and its reason where it departs from the register."""
    notice: Notice
    given_as: str
    doubts: Sequence[Text]
    late: int
    """Days after the last one for the notice."""

    @property
    def document(self) -> bytes:
        """All that the page shows of it: another version of anybody, or another answer, is another one."""
        shown = {
            "lines": [
                [line.before.resident_id, line.before.version, line.household, line.is_head, word]
                for line, word, _ in self.said
            ],
            "beside": [[one.resident_id, one.version] for one in self.plan.unchanged],
            "notice": asdict(self.notice),
            "doubts": [one.ja for one in self.doubts],
            "late": self.late,
        }
        return json.dumps(shown, ensure_ascii=False, default=str).encode()


class HouseholdChanges:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def household(self, tenant: str, clerk: Clerk, resident_id: str) -> list[Resident]:
        """Who lives with them, in the order of the paper. Raises Refusal ``municipality.unknown-resident``, ``municipality.wrong-state``."""
        return self._looked(
            tenant, clerk, resident_id, lambda tx: register_store.household_of(tx, resident_id)
        )

    def plan(self, tenant: str, clerk: Clerk, resident_id: str, choice: Choice) -> Plan:
        """Raises Refusal as :func:`kazasu.municipality.households.rules.plan`."""
        return self._looked(
            tenant, clerk, resident_id, lambda tx: self._plan(tx, resident_id, choice)
        )

    def propose(
        self, tenant: str, clerk: Clerk, resident_id: str,
        choice: Choice, written: Mapping[str, str], notice: Notice,
    ) -> Proposal:  # fmt: skip
        """What would be written. Raises Refusal as :func:`~kazasu.municipality.households.rules.plan`,
        :func:`~kazasu.municipality.households.rules.related` and :func:`~kazasu.municipality.households.rules.must_be_given`.
        """
        return self._looked(
            tenant, clerk, resident_id,
            lambda tx: self._propose(tx, resident_id, choice, written, notice),
        )  # fmt: skip

    def change(
        self, tenant: str, clerk: Clerk, resident_id: str,
        choice: Choice, written: Mapping[str, str], notice: Notice,
        *, mark: str, reviewed: Callable[[Proposal], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """Write everybody anew, in one transaction. Returns the number of the notice.

        Pressed a second time on the same page, it finds all written, and writes nothing.

        Args:
            mark: of what the clerk was shown; the number follows from it.
            reviewed: refuses where something else would be written now.

        Raises Refusal as :meth:`propose`.
        """
        case_id = readable.of(UUID(hex=mark), NUMBERS)

        def work(tx: Transaction) -> str:
            if store.find(tx, case_id) is None:
                proposal = self._propose(tx, resident_id, choice, written, notice)
                reviewed(proposal)
                self._write(tx, clerk, resident_id, case_id, proposal)
            return case_id

        return self._city.act(
            CHANGE, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), case=case_id
        )

    def taken(self, tenant: str, clerk: Clerk) -> list[Taken]:
        """The notices of the last days."""
        return self._city.act(
            LIST, lambda tx: store.since(tx, civil(tx.now) - SHOWN_FOR), tenant=tenant, clerk=clerk
        )

    # ------------------------------------------------------------ inside

    def _looked(
        self, tenant: str, clerk: Clerk, resident_id: str, work: Callable[[Transaction], T]
    ) -> T:
        return self._city.act(LOOK, work, tenant=tenant, clerk=clerk, subjects=(resident_id,))

    def _plan(self, tx: Transaction, resident_id: str, choice: Choice) -> Plan:
        own = register_store.household_of(tx, resident_id)
        there = register_store.household(tx, choice.joins) if choice.joins else []
        return rules.plan(choice, own, there, civil(tx.now))

    def _propose(
        self, tx: Transaction, resident_id: str,
        choice: Choice, written: Mapping[str, str], notice: Notice,
    ) -> Proposal:  # fmt: skip
        plan = self._plan(tx, resident_id, choice)
        today = civil(tx.now)
        given_as = rules.must_be_given(plan, notice, today)
        said = rules.related(plan, written, notice.because)
        late = days_late(notice.on, today)
        return Proposal(plan, said, notice, given_as, rules.doubts(plan, said), late)

    def _write(
        self, tx: Transaction, clerk: Clerk, resident_id: str, case_id: str, proposal: Proposal
    ) -> None:
        """Whoever gives up being head first: a household has one head at a time."""
        plan, notice = proposal.plan, proposal.notice
        new = ""
        if any(not line.household for line in plan.lines):
            new = register_number(register_store.next_numbers(tx, 0, 1)[1])
        order = sorted(proposal.said, key=lambda one: (one[0].is_head, not one[0].before.is_head))
        for line, relationship, because in order:
            after = line.after(relationship)
            if after == line.before:
                continue
            register_store.change(
                tx, line.before, reason=REASON[plan.kind] if line.changes_household else heads.REASON,
                changed_on=notice.on, household_number=after.household_number or new,
                is_head=after.is_head, relationship=after.relationship, because=because,
                case_id=case_id, processed_at=tx.now, processed_by=clerk.staff_id,
            )  # fmt: skip
        representative = notice.given_by in REPRESENTATIVES
        store.keep(tx, Taken(
            case_id=case_id, kind=plan.kind, resident_id=resident_id,
            households=list(dict.fromkeys([*plan.households, new])) if new else list(plan.households),
            people=[
                line.before.resident_id for line in plan.lines
                if (line.is_head if plan.kind == "head" else line.changes_household)
            ],
            changed_on=notice.on, notified_on=civil(tx.now), given_as=proposal.given_as,
            given_by=notice.giver_name if representative else notice.given_by, mandate=notice.mandate,
            document=notice.document, because=notice.because, staff_id=clerk.staff_id, at=tx.now,
        ))  # fmt: skip
