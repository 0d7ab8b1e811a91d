"""Why a case of the desk says no place without a reason (I8); the rule itself is register/protection.py."""

from collections.abc import Sequence

from kazasu.contracts.municipality import Address
from kazasu.foundation.database import Transaction
from kazasu.municipality.moving import addressing
from kazasu.municipality.moving.model import Arriver, MovingIn
from kazasu.municipality.register import protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.protection import Protection
from kazasu.municipality.register.veiling import Because


def around_arrival(
    tx: Transaction, case: MovingIn, people: Sequence[Arriver], old_address: str
) -> Protection:
    """Where they were, where they said that they move, what was entered, and where they are registered."""
    places = [addressing.announced(case), old_address]
    places += [one["data"] for one in case.visit.get("compared", ()) if one["item"] == "address"]
    if "address" in case.entry:
        places.append(Address.model_validate(case.entry["address"]).line)
    households = [case.entry["joins_household"]] if case.entry.get("joins_household") else []
    with tx.unseen():
        here = [_record(tx, case, one) for one in people]
    return protection.around(
        tx, [one for one in here if one is not None], places=places, households=households
    )


def _record(tx: Transaction, case: MovingIn, one: Arriver) -> Resident | None:
    """Of somebody who is registered here: one who comes back after years says nothing by where they were."""
    if case.kind == "within-city" or one.resident_id:
        return register_store.by_record_code(tx, one.mover.resident_record_code)
    return None


def of_arrival(case: MovingIn, people: Sequence[Arriver], near: Protection) -> Because:
    """A reservation comes from the portal, which does not know who is protected: until the certificate data say it, anybody of it
    may be. Nobody at the desk needs the new address before then: it is entered when the visitor is there."""
    if any(one.mover.protected for one in people):
        return "person"
    if near.people:
        return "place"
    awaited = case.kind == "between-cities" and case.certificate is None
    return "unknown" if awaited and case.reservation is not None else ""


def of_notice(movers: Sequence[Resident], near: Protection) -> Because:
    """Who lives with a protected person may move to where that one moves."""
    if any(one.protected for one in movers):
        return "person"
    return "place" if near.people else ""
