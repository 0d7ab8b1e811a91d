"""Rows of the register: SQL in, typed values out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.jukinet.life import TRANSFER, TransferEvent
from kazasu.jukinet.model import OF_DATA, Claim, Registration, Transfer, What

_TRANSFER = f"SELECT {columns(Transfer)} FROM transfer"
_REGISTRATION = f"SELECT {columns(Registration)} FROM registration"


def latest_registration(tx: Transaction, person: str) -> Registration | None:
    return tx.maybe(
        Registration,
        f"{_REGISTRATION} WHERE resident_record_code = %s ORDER BY opened_epoch DESC LIMIT 1",
        (person,),
    )


def registrations(tx: Transaction, person: str) -> list[Registration]:
    """All of a person's registrations, oldest first."""
    return tx.all(
        Registration,
        f"{_REGISTRATION} WHERE resident_record_code = %s ORDER BY opened_epoch",
        (person,),
    )


def registration_of(tx: Transaction, person: str, opened_epoch: int) -> Registration:
    """The one that began with this epoch."""
    return tx.one(
        Registration,
        f"{_REGISTRATION} WHERE resident_record_code = %s AND opened_epoch = %s",
        (person, opened_epoch),
    )


def municipalities(tx: Transaction, person: str) -> list[str]:
    """Codes of all cities that are named in anything of the person's."""
    return tx.column(
        """SELECT municipality_code FROM registration WHERE resident_record_code = %(person)s
           UNION SELECT municipality_code FROM registration_event WHERE resident_record_code = %(person)s
           UNION SELECT unnest(ARRAY[from_municipality, to_municipality]) FROM transfer
                  WHERE resident_record_code = %(person)s""",
        {"person": person},
    )


def epoch(tx: Transaction, person: str) -> int:
    """0 for a person who was never registered."""
    return int(tx.value("SELECT epoch FROM person WHERE resident_record_code = %s", (person,)) or 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a person's registration: what becomes epoch ``epoch``."""

    resident_record_code: str
    epoch: int
    what: What
    municipality_code: str
    effective_on: date
    told_by: str
    token: UUID | None = None


def take_step(tx: Transaction, step: Step) -> None:
    """Move the person from ``step.epoch - 1`` to ``step.epoch`` and record why.

    The record's primary key refuses a second step of the same epoch.
    """
    tx.insert("registration_event", step, recorded_at=tx.now)
    tx.upsert(
        "person",
        key=("resident_record_code",),
        resident_record_code=step.resident_record_code,
        epoch=step.epoch,
    )


def open_registration(tx: Transaction, new: Registration) -> None:
    tx.insert("registration", new)


def end_registration(tx: Transaction, old: Registration, until: date | None) -> None:
    """Set the day from which ``old`` no longer holds; None takes an end back."""
    tx.execute(
        """UPDATE registration SET until = %s
           WHERE resident_record_code = %s AND opened_epoch = %s""",
        (until, old.resident_record_code, old.opened_epoch),
    )


def lived_in(tx: Transaction, person: str, city: str) -> bool:
    """Was this person ever registered in that city?"""
    return bool(
        tx.value(
            """SELECT true FROM registration WHERE resident_record_code = %s AND municipality_code = %s
               LIMIT 1""",
            (person, city),
        )
    )


def closed_by(tx: Transaction, person: str) -> UUID | None:
    """The token whose planned departure was the last that happened to this person; None when it was anything else."""
    found: UUID | None = tx.value(
        """SELECT CASE WHEN what = 'departure' THEN token END FROM registration_event
           WHERE resident_record_code = %s AND what <> ALL(%s) ORDER BY epoch DESC LIMIT 1""",
        (person, sorted(OF_DATA)),
    )
    return found


def last_step(tx: Transaction, person: str) -> str:
    """What became of this person's registration last, whatever was corrected of their data since; empty: nothing since founding."""
    found = tx.value(
        """SELECT what FROM registration_event WHERE resident_record_code = %s AND what <> ALL(%s)
           ORDER BY epoch DESC LIMIT 1""",
        (person, sorted(OF_DATA)),
    )
    return str(found or "")


def transfer(tx: Transaction, person: str, token: UUID) -> Transfer | None:
    return tx.maybe(
        Transfer, f"{_TRANSFER} WHERE resident_record_code = %s AND token = %s", (person, token)
    )


def transfer_by_token(tx: Transaction, token: UUID) -> Transfer | None:
    person = tx.value(
        "SELECT resident_record_code FROM transfer_locator WHERE token = %s", (token,)
    )
    return transfer(tx, person, token) if person else None


def open_transfer_of(tx: Transaction, person: str) -> Transfer | None:
    return tx.maybe(
        Transfer, f"{_TRANSFER} WHERE resident_record_code = %s AND state = 'OPEN'", (person,)
    )


def latest_transfer_of(tx: Transaction, person: str) -> Transfer | None:
    return tx.maybe(
        Transfer,
        f"{_TRANSFER} WHERE resident_record_code = %s ORDER BY opened_at DESC, token LIMIT 1",
        (person,),
    )


def insert_transfer(tx: Transaction, new: Transfer) -> None:
    tx.insert("transfer", new, opened_at=tx.now)
    tx.insert("transfer_locator", token=new.token, resident_record_code=new.resident_record_code)
    if not new.on_paper:
        tx.insert("transfer_due", token=new.token, expires_on=new.expires_on)


def settle(
    tx: Transaction,
    open_one: Transfer,
    event: TransferEvent,
    *,
    by: str,
    request_id: UUID | None = None,
    epoch: int | None = None,
) -> bool:
    """Compare-and-set: what stood as it was read becomes what the table says. False when it was settled before.

    Raises Refusal ``states.not-now``.
    """
    state = TRANSFER.turn(open_one.state, event).to
    won = tx.execute(
        """UPDATE transfer SET state = %s, settled_at = %s, settled_by = %s, request_id = %s,
                               epoch = %s
           WHERE resident_record_code = %s AND token = %s AND state = %s""",
        (
            state,
            tx.now,
            by,
            request_id,
            epoch,
            open_one.resident_record_code,
            open_one.token,
            open_one.state,
        ),
    )
    tx.execute("DELETE FROM transfer_due WHERE token = %s", (open_one.token,))
    return won == 1


def give_paper(tx: Transaction, transfer: Transfer) -> None:
    """Compare-and-set: what is open, or ran out, can be used once with the paper, and runs out no more.

    Raises Refusal ``states.not-now``.
    """
    state = TRANSFER.turn(transfer.state, "paper-given").to
    tx.execute(
        """UPDATE transfer SET state = %s, on_paper = true, settled_at = NULL, settled_by = NULL
           WHERE resident_record_code = %s AND token = %s AND state = %s""",
        (state, transfer.resident_record_code, transfer.token, transfer.state),
    )
    tx.execute("DELETE FROM transfer_due WHERE token = %s", (transfer.token,))


def due(tx: Transaction, today: date, most: int = 500) -> list[UUID]:
    """Open tokens whose last day is past. Names no person, so it needs no audit row."""
    found: list[UUID] = tx.column(
        "SELECT token FROM transfer_due WHERE expires_on < %s ORDER BY expires_on LIMIT %s",
        (today, most),
    )
    return found


def untold(tx: Transaction, most: int = 500) -> list[UUID]:
    """Consumed tokens of whose arrival the old city was not told. Names no person, so it needs no audit row."""
    return tx.column("SELECT token FROM transfer_untold LIMIT %s", (most,))


def no_longer_untold(tx: Transaction, token: UUID) -> bool:
    """False when another process told it before."""
    return tx.execute("DELETE FROM transfer_untold WHERE token = %s", (token,)) == 1


def numbering_key(tx: Transaction) -> bytes:
    """The key under which numbers are spread; made the first time that it is asked for."""
    tx.insert("numbering_key", twice="keep", secret=secrets.token_bytes(32))
    return bytes(tx.value("SELECT secret FROM numbering_key"))


def place_of_request(
    tx: Transaction, request_id: UUID, municipality: str, same_person: bytes | None
) -> tuple[int, bool]:
    """Its place in the row of those who were given numbers, the same whenever it is asked; and whether another notice of the same person
    was given it before."""
    found = tx.value("SELECT serial FROM numbers_given WHERE request_id = %s", (request_id,))
    if found is not None:
        return int(found), False
    if same_person is not None:
        found = tx.value("SELECT serial FROM numbers_given WHERE same_person = %s", (same_person,))
        if found is not None:
            return int(found), True
    place = int(tx.value("SELECT coalesce(max(serial) + 1, 0) FROM numbers_given"))
    tx.insert(
        "numbers_given",
        request_id=request_id,
        serial=place,
        municipality_code=municipality,
        given_at=tx.now,
        same_person=same_person,
    )
    return place, False


_CLAIM = f"SELECT {columns(Claim)} FROM claim WHERE resident_record_code = %s"


def claim_of(tx: Transaction, person: str) -> Claim | None:
    return tx.maybe(Claim, _CLAIM, (person,))


def put_claim(tx: Transaction, claim: Claim) -> None:
    tx.insert("claim", claim)


def end_claim(tx: Transaction, claim: Claim) -> None:
    tx.execute(
        "DELETE FROM claim WHERE resident_record_code = %s AND request_id = %s",
        (claim.resident_record_code, claim.request_id),
    )


def holder_of(tx: Transaction, index: bytes) -> str | None:
    """Whose number it is, or is about to be."""
    found = tx.value(
        "SELECT resident_record_code FROM number_held WHERE number_index = %s", (index,)
    ) or tx.value("SELECT resident_record_code FROM claim WHERE number_index = %s", (index,))
    return str(found) if found else None


def hold(tx: Transaction, index: bytes, person: str) -> None:
    """From their registration on it is nobody else's."""
    tx.insert("number_held", twice="keep", number_index=index, resident_record_code=person)


def is_given(tx: Transaction, serial: int) -> bool:
    return bool(tx.value("SELECT true FROM numbers_given WHERE serial = %s", (serial,)))


def copy_held(tx: Transaction, batch: Sequence[tuple[bytes, str]]) -> int:
    """Bulk load (founding only)."""
    return tx.copy("number_held", ("number_index", "resident_record_code"), batch)


def first_registrations(tx: Transaction, people: Sequence[str]) -> list[Registration]:
    """Of many people (founding only)."""
    return tx.all(
        Registration,
        f"{_REGISTRATION} WHERE resident_record_code = ANY(%s) AND opened_epoch = 1",
        (list(people),),
    )


def copy_registrations(tx: Transaction, batch: Sequence[Registration]) -> int:
    """Bulk load first registrations of new persons (founding only)."""
    tx.copy(
        "person", ("resident_record_code", "epoch"), ((r.resident_record_code, 1) for r in batch)
    )
    return tx.copy(
        "registration",
        ("resident_record_code", "opened_epoch", "municipality_code", "since"),
        ((r.resident_record_code, r.opened_epoch, r.municipality_code, r.since) for r in batch),
    )
