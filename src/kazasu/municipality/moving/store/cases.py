"""Writing a changed case, at the old city and at the new one."""

from dataclasses import replace

from kazasu.foundation.database import Transaction
from kazasu.municipality.moving.model import MovingIn, MovingOut


def save_case(tx: Transaction, table: str, case: MovingOut | MovingIn) -> bool:
    """Its next version; False when somebody else changed it since it was read."""
    return tx.update(
        table,
        replace(case, version=case.version + 1),
        key=("municipality_code", "case_id"),
        was={"version": case.version},
        municipality_code=tx.tenant,
    )
