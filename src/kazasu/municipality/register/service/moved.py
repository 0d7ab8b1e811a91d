"""The move by which somebody is registered here, and who may read on it what becomes of their record."""

from kazasu.foundation.database import Transaction
from kazasu.municipality.hall.ports import GIVEN_BY, Ports
from kazasu.municipality.register import store
from kazasu.municipality.register.model import MOVED_HERE, Resident


def moved_by(tx: Transaction, resident_id: str) -> Resident | None:
    """The version of the record that their last move here wrote."""
    versions = store.history(tx, resident_id)
    return next((one for one in versions if one.reason in MOVED_HERE), None)


def read_on(tx: Transaction, ports: Ports, resident: Resident, called: str) -> str:
    """The case on which a change of this record is told; empty: on none. Who gave that notice reads it, as long as they live together;
    of a household with a protected person nothing is said (I8).

    Args:
        called: their name before the change.
    """
    moved = moved_by(tx, resident.resident_id)
    members = store.household(tx, resident.household_number)
    if moved is None or not moved.case_id or any(one.protected for one in members):
        return ""
    by = ports.use(GIVEN_BY)(tx, moved.case_id)
    return moved.case_id if by in {called, *(one.name for one in members)} else ""
