"""Paper certificates of moving out, and what was asked and answered of those whose arrival nobody tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from kazasu.contracts.municipality import WhereMover
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import JSON, columns


@dataclass(frozen=True, slots=True)
class Paper:
    """転出証明書, as it was issued."""

    PERSON: ClassVar = "applicant_id"

    number: str
    case_id: str
    issue: int
    """1 for the first; a later one is 再交付, and the ones before hold no more."""
    content: dict[str, Any] = field(metadata={JSON: True})
    """What is printed, as of the first issue."""
    applicant_id: str
    issued_on: date
    issued_by: str


_PAPER: Final = columns(Paper)


def add(tx: Transaction, paper: Paper) -> None:
    tx.insert("moving_paper", paper, municipality_code=tx.tenant)


def of_case(tx: Transaction, case_id: str) -> list[Paper]:
    """All of a case, the first first."""
    return tx.all(
        Paper,
        f"SELECT {_PAPER} FROM moving_paper WHERE municipality_code = %s AND case_id = %s ORDER BY issue",
        (tx.tenant, case_id),
    )


def find(tx: Transaction, number: str) -> Paper | None:
    return tx.maybe(
        Paper,
        f"SELECT {_PAPER} FROM moving_paper WHERE municipality_code = %s AND number = %s",
        (tx.tenant, number),
    )


@dataclass(frozen=True, slots=True)
class Query:
    """One city was asked of one case."""

    case_id: str
    to_municipality: str
    asked_at: datetime
    answer: WhereMover | str
    """Empty: not answered yet."""
    answered_at: datetime | None
    registered: Sequence[UUID] | None = None
    """Whom of the case that city has registered, by their tokens; None: it did not say."""

    def of(self, token: UUID) -> str:
        """What the answer says of this person: one key of the answers; empty: there is none yet."""
        if self.registered is None or self.answer == "":
            return self.answer
        if token in self.registered:
            return "registered"
        return "left-out" if self.answer == "registered" else self.answer


def ask(tx: Transaction, case_id: str, city: str) -> None:
    """Asked anew, the answer of before is no more."""
    tx.upsert(
        "arrival_query",
        key=("municipality_code", "case_id", "to_municipality"),
        municipality_code=tx.tenant, case_id=case_id, to_municipality=city, asked_at=tx.now, answer="",
        answered_at=None, registered=None,
    )  # fmt: skip


def answer(
    tx: Transaction, case_id: str, city: str, where: WhereMover, registered: Sequence[UUID]
) -> bool:
    """``registered``: whom that city has registered, by their tokens. False: this city was not asked."""
    return (
        tx.execute(
            """UPDATE arrival_query SET answer = %s, answered_at = %s, registered = %s
               WHERE municipality_code = %s AND case_id = %s AND to_municipality = %s""",
            (where, tx.now, list(registered), tx.tenant, case_id, city),
        )
        == 1
    )


def queries(tx: Transaction, case_ids: Sequence[str]) -> list[Query]:
    """Of these cases, by city."""
    return tx.all(
        Query,
        f"""SELECT {columns(Query)} FROM arrival_query WHERE municipality_code = %s AND case_id = ANY(%s)
            ORDER BY case_id, to_municipality""",
        (tx.tenant, list(case_ids)),
    )
