"""A move abroad is looked at before it is entered; its day closes the records, and the network hears of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.municipality.abroad import model, store
from kazasu.municipality.abroad.countries import named
from kazasu.municipality.abroad.faults import NOT_PLANNED
from kazasu.municipality.abroad.model import REASON, STAYS, Emigrant, Going, Proposal, Said
from kazasu.municipality.hall.context import CityContext, desk, own
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import LEAVING, Abroad, Gone
from kazasu.municipality.register import heads
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import UNKNOWN_RESIDENT
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.service import pressed

ENTERING: Final = Text("国外転出の受付", "Taking a notice of moving abroad")
LOOK: Final = desk("abroad.look", ENTERING, role="decider")
ENTER: Final = desk("abroad.enter", ENTERING, role="decider", reasoned=True)
CANCEL: Final = desk(
    "abroad.cancel", Text("国外転出の取消し", "Cancelling a move abroad"),
    role="decider", reasoned=True,
)  # fmt: skip
LEAVE: Final = own(
    "abroad.leave", Text("国外転出の日による除票", "Closing a record on the day of moving abroad")
)
T = TypeVar("T")


class LeavingTheCountry:
    """国外転出 (住民基本台帳法 24条). Nothing of it can be done at the portal (秦野市: the online notice is for moves within Japan)."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def household(self, tenant: str, clerk: Clerk, resident_id: str) -> list[Resident]:
        """Who lives with them, in the order of the paper. Raises Refusal ``municipality.unknown-resident``."""
        return self._looked(
            tenant, clerk, resident_id, lambda tx: register_store.household_of(tx, resident_id)
        )

    def propose(self, tenant: str, clerk: Clerk, resident_id: str, said: Said) -> Proposal:
        """What would be entered.

        Raises Refusal ``municipality.unknown-resident``, ``municipality.abroad-nobody``, ``municipality.abroad-country``,
        ``municipality.abroad-in-a-year``, ``municipality.abroad-before-they-came``, ``municipality.abroad-late-because``,
        ``municipality.abroad-left-alone``, ``municipality.abroad-not-their-notice``, ``municipality.abroad-card-ends``.
        """
        return self._looked(
            tenant, clerk, resident_id, lambda tx: self._propose(tx, resident_id, said)
        )

    def enter(
        self, tenant: str, clerk: Clerk, resident_id: str, said: Said,
        *, mark: str = "", reviewed: Callable[[Proposal], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """Those who go are leaving until the day, which closes their records; one that is today or past closes them at once.

        Pressed a second time on the same page it finds all written, and writes nothing.

        Args:
            mark: of what the clerk was shown.
            reviewed: refuses where something else would be written now.

        Raises Refusal as :meth:`propose`.
        """

        def work(tx: Transaction) -> None:
            if pressed.standing(tx, mark):
                return
            proposal = self._propose(tx, resident_id, said)
            reviewed(proposal)
            self._write(tx, clerk, proposal)
            pressed.keep(tx, mark, *(one.resident.resident_id for one in proposal.going))

        self._city.act(
            ENTER, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=said.reason
        )

    def cancel(self, tenant: str, clerk: Clerk, resident_id: str, because: str) -> None:
        """Before the day: they stay. Of each by themselves.

        Raises Refusal ``municipality.unknown-resident``, ``municipality.abroad-not-planned``.
        """

        def work(tx: Transaction) -> None:
            found, planned = register_store.by_id(tx, resident_id), store.of(tx, resident_id)
            if found is None:
                raise Refusal(UNKNOWN_RESIDENT)
            if planned is None or planned.gone or found.state != "leaving":
                raise Refusal(NOT_PLANNED)
            register_store.change(
                tx, found, state="resident", reason=STAYS, changed_on=civil(tx.now), planned_to="", planned_on=None,
                because=because, processed_at=tx.now, processed_by=clerk.staff_id,
            )  # fmt: skip
            store.take_back(tx, resident_id)

        self._city.act(
            CANCEL, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=because
        )

    def leave(self, tenant: str, today: date) -> int:
        """Everybody whose day has come; returns of how many households."""

        def due(tx: Transaction) -> list[list[Emigrant]]:
            found: dict[str, list[Emigrant]] = {}
            for one in store.due(tx, today):
                record = register_store.by_id(tx, one.resident_id)
                found.setdefault(record.household_number if record else "", []).append(one)
            return list(found.values())

        return self._city.each_itself(LEAVE, due, self._leave, tenant=tenant)

    # ------------------------------------------------------------ inside

    def _looked(
        self, tenant: str, clerk: Clerk, resident_id: str, work: Callable[[Transaction], T]
    ) -> T:
        return self._city.act(LOOK, work, tenant=tenant, clerk=clerk, subjects=(resident_id,))

    def _propose(self, tx: Transaction, resident_id: str, said: Said) -> Proposal:
        found = _proposed(tx, resident_id, said)
        going = [_gone(one.resident) for one in found.going]
        return replace(found, touched=self._city.ports.use(LEAVING).touched_by(tx, *going))

    def _write(self, tx: Transaction, clerk: Clerk, proposal: Proposal) -> None:
        said = proposal.said
        rows = []
        for one in proposal.going:
            register_store.change(
                tx, one.resident, state="leaving", reason=REASON, changed_on=said.on,
                notified_on=None if proposal.late else civil(tx.now), because=said.because.strip(), planned_to=said.to,
                planned_on=said.on, case_id="", processed_at=tx.now, processed_by=clerk.staff_id,
            )  # fmt: skip
            row = Emigrant(
                one.resident.resident_id, said.on, False, one.card, proposal.given_by, said.mandate.strip(), said.document,
                clerk.staff_id, tx.now,
            )  # fmt: skip
            store.put(tx, row)
            rows.append(row)
        self._city.ports.use(LEAVING).go_abroad(
            tx, [_gone(one.resident) for one in proposal.going], clerk.staff_id
        )
        if proposal.now:
            self._leave(tx, rows)

    def _leave(self, tx: Transaction, rows: Sequence[Emigrant]) -> bool:
        """Those of one household who leave on a day: the record is closed for good, for no city will tell of an arrival."""
        gone: list[Resident] = []
        for row in rows:
            record = register_store.by_id(tx, row.resident_id)
            if record is None or record.state != "leaving":
                store.take_back(tx, row.resident_id)  # they died meanwhile
                continue
            gone.append(record)
            self._close(tx, record, row)
        if not gone:
            return False
        head = next((one for one in gone if one.is_head), None)
        heads.name_one(tx, gone[0].household_number, on=rows[0].planned_on, gone=head)
        return True

    def _close(self, tx: Transaction, record: Resident, row: Emigrant) -> None:
        register_store.change(
            tx, record, state="left", is_head=False, has_card=row.card == "goes-on", reason=REASON, changed_on=row.planned_on,
            confirmed_to=record.planned_to, confirmed_on=row.planned_on, processed_at=tx.now, processed_by="system",
        )  # fmt: skip
        store.put(tx, replace(row, gone=True))
        self._city.ports.use(LEAVING).gone(tx, record.resident_id)
        self._city.tell_network(
            tx, record.resident_id, record.record_code, "emigration", row.planned_on,
            card_goes_on=row.card == "goes-on",
        )  # fmt: skip


def entered(tx: Transaction, resident_id: str) -> Abroad | None:
    """As :class:`~kazasu.municipality.hall.ports.MovesAbroad`."""
    row, record = store.of(tx, resident_id), register_store.by_id(tx, resident_id)
    if row is None or row.gone or record is None:
        return None
    return Abroad(row.planned_on, named(model.country_of(record.planned_to)), row.card)


def _gone(one: Resident) -> Gone:
    return Gone(one.resident_id, str(one.record_code), one.name, protected=one.protected)


def _proposed(tx: Transaction, resident_id: str, said: Said) -> Proposal:
    household, today = register_store.household_of(tx, resident_id), civil(tx.now)
    going = model.who_goes(household, said)
    model.must_be_possible(going, said, today)
    model.must_be_cared_for(household, said, today)
    staying = [one for one in household if one not in going]
    head = next((one for one in going if one.is_head), None)
    return Proposal(
        said=said,
        going=[Going(one, model.card_of(one, said, today)) for one in going],
        staying=staying,
        giver=model.giver(household, said, today),
        succession=heads.succession(staying, head, today) if head else None,
        now=said.on <= today,
        late=periods.notice_is_late(said.on, today),
    )
