"""SQL of protective measures: who is protected, who says so, and where a person lives as far as this service knows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.jpki.latest.measure import Measure, Protected


@dataclass(frozen=True, slots=True)
class _Announced:
    municipality_code: str
    at: datetime


def load(tx: Transaction, person_id: UUID) -> Protected:
    measure = tx.maybe(
        Measure,
        "SELECT protected, municipality_code, at FROM protected_person WHERE person_id = %s",
        (person_id,),
    )
    announced = tx.all(
        _Announced,
        "SELECT municipality_code, at FROM protection_announced WHERE person_id = %s",
        (person_id,),
    )
    return Protected(
        _residence(tx, person_id), measure, {one.municipality_code: one.at for one in announced}
    )


def _residence(tx: Transaction, person_id: UUID) -> str | None:
    """The network's word; before it has said anything, the city of the signing certificate, which lapses with the address."""
    found: str | None = tx.value(
        """SELECT coalesce(
               (SELECT municipality_code FROM residence WHERE person_id = %(person)s),
               (SELECT municipality_code FROM certificate
                 WHERE person_id = %(person)s AND kind = 'signing' AND revoked_at IS NULL
                 ORDER BY recorded_at DESC, serial LIMIT 1))""",
        {"person": person_id},
    )
    return found


def save(tx: Transaction, person_id: UUID, was: Protected, now: Protected) -> None:
    """What differs; where they live is :func:`note_residence`'s."""
    if now.measure is not None and now.measure != was.measure:
        tx.upsert("protected_person", now.measure, key=("person_id",), person_id=person_id)
    for city in was.announced.keys() - now.announced.keys():
        tx.execute(
            "DELETE FROM protection_announced WHERE person_id = %s AND municipality_code = %s",
            (person_id, city),
        )
    for city, at in now.announced.items():
        if was.announced.get(city) != at:
            tx.upsert(
                "protection_announced",
                key=("person_id", "municipality_code"),
                person_id=person_id,
                municipality_code=city,
                at=at,
            )


def note_residence(tx: Transaction, person_id: UUID, city: str | None, epoch: int | None) -> bool:
    """The network's word, ``epoch`` its count of the person's changes. False: it is older than what is known.

    A word without an epoch is of before it was told: it counts until there is one that has it.
    """
    return (
        tx.execute(
            """INSERT INTO residence AS known (person_id, municipality_code, epoch) VALUES (%s, %s, %s)
               ON CONFLICT (person_id) DO UPDATE
               SET municipality_code = excluded.municipality_code, epoch = excluded.epoch
               WHERE excluded.epoch >= known.epoch""",
            (person_id, city, epoch or 0),
        )
        == 1
    )
