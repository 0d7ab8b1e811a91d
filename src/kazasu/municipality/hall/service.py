"""The hall's own use cases: the front page, the desk's first page, letters that wait."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from kazasu.contracts.base import Done
from kazasu.contracts.municipality import Office, Reachable
from kazasu.contracts.offices import OfficeFound, OfficeOf
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.room import tenant_of
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.kit.faults import NO_SUCH_LETTER
from kazasu.kit.letters import LettersThatWait, Way, letters_that_wait, see_to
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.faults import OFFICE_UNKNOWN
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import HELD_BY, HeldCase
from kazasu.municipality.hall.store import OfficeRow
from kazasu.municipality.hall.subject import Queue

COUNTS: Final = desk(
    "desk.counts", Text("窓口の一覧の確認", "Looking at the desk's queues"),
    shows="nobody", why="how many wait, never who",
)  # fmt: skip
MINE: Final = desk(
    "desk.mine", Text("自分の担当の確認", "Looking at one’s own cases"),
    shows="nobody", why="numbers of cases, and what a colleague wrote with them",
)  # fmt: skip
LETTERS: Final = desk(
    "letters.list", Text("滞留している通知の確認", "Looking at letters that wait"), role="operator",
    shows="nobody", why="kinds and numbers of letters; what they say is sealed",
)  # fmt: skip
AGAIN: Final = desk(
    "letters.again", Text("滞留している通知の再送・再適用", "Sending or applying a letter once more"),
    role="operator", shows="nobody", why="a letter's number; what it says is sealed",
)  # fmt: skip
BY_HAND: Final = desk(
    "letters.open", Text("日付の合わない通知を、手で反映する", "Applying a letter by hand whose date cannot be right"),
    role="operator", shows="nobody", why="a letter's number; what it says is sealed",
)  # fmt: skip


class FrontDesk:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def offices(self, tenant: str) -> list[OfficeRow]:
        """Of the public front page; no personal data."""
        return self._city.database.read("front.offices", hall_store.offices, tenant=tenant)

    def office(self, inquiry: OfficeOf, asked: Asked) -> OfficeFound:
        """One office and the way to its counter; no personal data. Raises Refusal ``municipality.office-unknown``."""

        def work(tx: Transaction) -> OfficeFound:
            rows = hall_store.offices(tx)
            row = next((one for one in rows if one.office_id == inquiry.office_id), None)
            if row is None:
                raise Refusal(OFFICE_UNKNOWN)
            office = Office(
                office_id=row.office_id,
                name_ja=row.name_ja,
                name_en=row.name_en,
                address=row.location,
            )
            return OfficeFound(office=office, plan=hall_store.office_plan(tx, row.office_id))

        return self._city.database.read("front.office", work, tenant=tenant_of(asked.institution))

    def counts(self, tenant: str, clerk: Clerk, queues: Sequence[Queue]) -> list[int | None]:
        """How many wait in each queue today; None for a queue that is not counted."""

        def work(tx: Transaction) -> list[int | None]:
            day = civil(tx.now)

            def of(queue: Queue) -> int | None:
                if queue.count_for is not None:
                    return queue.count_for(tx, clerk.staff_id)
                return queue.count(tx, day) if queue.count else None

            return [of(queue) for queue in queues]

        return self._city.act(COUNTS, work, tenant=tenant, clerk=clerk)

    def mine(self, tenant: str, clerk: Clerk) -> list[HeldCase]:
        """What waits for this clerk alone."""
        held_by = self._city.ports.use(HELD_BY)
        return self._city.act(
            MINE, lambda tx: held_by(tx, clerk.staff_id), tenant=tenant, clerk=clerk
        )

    def letters(self, tenant: str, clerk: Clerk) -> LettersThatWait:
        """Raises Refusal ``kit.not-your-role``."""

        def work(tx: Transaction) -> LettersThatWait:
            return letters_that_wait(tx, self._city.directory)

        return self._city.act(LETTERS, work, tenant=tenant, clerk=clerk)

    def try_again(self, tenant: str, clerk: Clerk, message_id: UUID, way: Way) -> None:
        """Send or apply a letter once more, or apply it by hand.

        Raises Refusal ``kit.not-your-role``, ``kit.no-such-letter``.
        """
        if not self._city.act(
            BY_HAND if way == "dated" else AGAIN,
            lambda tx: see_to(tx, way, message_id),
            tenant=tenant,
            clerk=clerk,
            case=str(message_id),
        ):
            raise Refusal(NO_SUCH_LETTER)

    def reachable(self, _: Reachable, asked: Asked) -> Done:
        self._city.database.read(
            "reachable", lambda tx: tx.value("SELECT 1"), tenant=tenant_of(asked.institution)
        )
        return Done()
