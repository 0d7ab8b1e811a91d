"""Taking a case, handing it over, putting it back, and writing a note on it. Each is on record."""

from collections.abc import Sequence
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.casework import store
from kazasu.municipality.casework.faults import (
    CANNOT_GO_ON,
    CASE_HELD,
    CASE_OVER,
    NO_COLLEAGUE,
    NOBODY_TO_HAND_TO,
)
from kazasu.municipality.casework.model import Holder, free_for
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.faults import TAKEN_BY, UNKNOWN_CASE
from kazasu.municipality.hall.model import CASES, REGISTER, Clerk, Role
from kazasu.municipality.hall.ports import DESK_CASES, Way

_WHO: Final = Text("届出の担当の決定", "Deciding who of the staff has a case")
TAKE: Final = desk("case.take", _WHO, role=CASES)
HAND_OVER: Final = desk("case.hand-over", _WHO, role=CASES)
PUT_BACK: Final = desk("case.put-back", _WHO, role=CASES)
NOTE: Final = desk("case.note", Text("届出へのメモ", "Writing a note on a case"), role=REGISTER)


def must_be_free(tx: Transaction, way: Way, case_id: str, staff_id: str) -> None:
    """Two clerks never go on with one case at a time: who is not said to have it takes it over first.

    Raises Refusal ``municipality.case-held``.
    """
    holder = store.holders(tx, way, [case_id]).get(case_id)
    if holder is not None and not free_for(holder, staff_id):
        raise Refusal(CASE_HELD, name=holder.name, name_en=with_reading(holder.name, holder.kana))


class CaseWork:
    """Whoever has a post may take a case, from a colleague too: from then on they alone go on with it (:func:`must_be_free`)."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def take(self, tenant: str, clerk: Clerk, way: Way, case_id: str, seen: str) -> None:
        """It is mine from now on.

        Args:
            seen: who had it on the page on which this was pressed; empty: nobody.

        Raises Refusal ``municipality.unknown-case``, ``municipality.case-over``, ``municipality.taken-by``: another has it by now.
        """

        def work(tx: Transaction) -> None:
            holder = self._holder(tx, way, case_id, still=True)
            if holder is not None and holder.staff_id not in (seen, clerk.staff_id):
                name_en = with_reading(holder.name, holder.kana)
                raise Refusal(TAKEN_BY, name=holder.name, name_en=name_en)
            if holder is None or holder.staff_id != clerk.staff_id:
                store.give(tx, way, case_id, clerk.staff_id)
                store.write(tx, way, case_id, clerk.staff_id, "took")

        self._city.act(TAKE, work, tenant=tenant, clerk=clerk, case=case_id)

    def hand_over(
        self, tenant: str, clerk: Clerk, way: Way, case_id: str, to: str, words: str
    ) -> None:
        """A colleague has it from now on, with what they should know.

        Raises Refusal ``municipality.unknown-case``, ``municipality.case-held``, ``municipality.nobody-to-hand-to``,
        ``municipality.no-such-colleague``, ``municipality.colleague-cannot``, ``municipality.case-over``.
        """

        def work(tx: Transaction) -> None:
            self._holder(tx, way, case_id, still=True)
            if not to:
                raise Refusal(NOBODY_TO_HAND_TO)
            colleague = store.colleagues(tx).get(to)
            if colleague is None or to == clerk.staff_id:
                raise Refusal(NO_COLLEAGUE)
            if not colleague.holds(self._next(tx, way, case_id)):
                raise Refusal(
                    CANNOT_GO_ON,
                    name=colleague.name,
                    name_en=with_reading(colleague.name, colleague.kana),
                )
            store.give(tx, way, case_id, to)
            store.write(tx, way, case_id, clerk.staff_id, "handed", words, colleague.name)

        self._city.act(HAND_OVER, work, tenant=tenant, clerk=clerk, case=case_id, way=way)

    def put_back(self, tenant: str, clerk: Clerk, way: Way, case_id: str, words: str) -> None:
        """Nobody has it; it is in the queue for everybody.

        Raises Refusal ``municipality.unknown-case``, ``municipality.case-held``.
        """

        def work(tx: Transaction) -> None:
            if self._holder(tx, way, case_id, still=True) is not None:
                store.put_back(tx, way, case_id)
                store.write(tx, way, case_id, clerk.staff_id, "released", words)

        self._city.act(PUT_BACK, work, tenant=tenant, clerk=clerk, case=case_id, way=way)

    def note(
        self, tenant: str, clerk: Clerk, way: Way, case_id: str, words: str, after: str = ""
    ) -> None:
        """For the colleagues; the resident does not read it. The same page sent twice (Back, a double click) is one note.

        Args:
            after: how many lines the page showed.

        Raises Refusal ``municipality.unknown-case``.
        """

        def work(tx: Transaction) -> None:
            self._holder(tx, way, case_id)
            if after and store.is_written(tx, way, case_id, clerk.staff_id, words, int(after)):
                return
            store.write(tx, way, case_id, clerk.staff_id, "note", words)

        self._city.act(NOTE, work, tenant=tenant, clerk=clerk, case=case_id)

    def _next(self, tx: Transaction, way: Way, case_id: str) -> Sequence[Role]:
        """Who can do what comes next; none where the case is over."""
        found = self._city.ports.use(DESK_CASES)(tx, way, case_id)
        if found is None:
            raise Refusal(UNKNOWN_CASE)
        return found

    def _holder(
        self, tx: Transaction, way: Way, case_id: str, *, still: bool = False
    ) -> Holder | None:
        """``still``: only where there is something left to do."""
        if not self._next(tx, way, case_id) and still:
            raise Refusal(CASE_OVER)
        return store.holders(tx, way, [case_id]).get(case_id)
