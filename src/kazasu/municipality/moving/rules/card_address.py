"""The address that a mover's card still carries: who moves again within the time for having it updated holds a card of the move before."""

from uuid import UUID

from kazasu.contracts.municipality import Mover
from kazasu.foundation.database import Transaction
from kazasu.municipality.moving.store import arrivals
from kazasu.municipality.moving.store.arrivals import CardRow
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import mover_of


def leaving(
    tx: Transaction,
    resident: Resident,
    token: UUID,
    head_name: str = "",
    *,
    ex_officio: bool = False,
) -> Mover:
    """A resident as a mover, with what their card says still.

    Args:
        ex_officio: no notice of it was given in time: their card ends with the record (番号法施行令 14条4号).
    """
    mover = mover_of(resident, token, head_name)
    return mover.model_copy(
        update={
            "card_address": on_the_card(tx, resident),
            "card_not_continued": bool(not_continued(tx, resident)),
            "card_ended": ex_officio and mover.has_card,
        }
    )


def not_continued(tx: Transaction, resident: Resident) -> list[CardRow]:
    """What their card waits for here since an arrival from another city: it ends where they leave before it is continued (番号法施行令 14条)."""
    waiting = arrivals.cards_carried(tx, resident.resident_id)
    return [one for one in waiting if one.kind == "between-cities"]


def on_the_card(tx: Transaction, resident: Resident) -> str:
    """Of somebody of this city whose card waits here: the address of before the first move since it was written, as this city's register
    or the city before told it. Empty: it carries today's, or, of a protected person, is said to nobody (I8).
    """
    if resident.protected:
        return ""
    waiting = arrivals.cards_carried(tx, resident.resident_id)
    if not waiting:
        return ""
    first = min(waiting, key=lambda one: (one.registered_at, one.case_id))
    told = next(
        (one.mover.card_address for one in arrivals.arrivers(tx, first.case_id) if one.token == first.token), ""
    )  # fmt: skip
    if told:
        return told
    versions = register_store.history(tx, resident.resident_id)
    return next(
        (one.former_address for one in reversed(versions) if one.case_id == first.case_id), ""
    )
