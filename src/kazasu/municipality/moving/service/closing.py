"""The end of an accepted notice: everybody of it has arrived somewhere, or stays."""

from dataclasses import replace

from kazasu.foundation.database import Transaction
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.moving.model import SYSTEM, OutState
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices


def close_if_all_are_gone(city: CityContext, tx: Transaction, case_id: str) -> None:
    """Nobody of it is on the way any more, and at least one has arrived: the old city is done."""
    states = {one.state for one in notices.leavers(tx, case_id)}
    case = notices.find(tx, case_id)
    if states <= {"arrived", "cancelled"} and case is not None and case.state == OutState.ACCEPTED:
        cases.save(tx, replace(case, state=OutState.CLOSED))
        city.send_progress(tx, case_id, "old-record-closed", SYSTEM)
