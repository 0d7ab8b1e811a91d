"""Expected arrivals, who comes, and their cards."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from kazasu.contracts.municipality import Mover
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import JSON, columns
from kazasu.foundation.enciphering import Enciphered, enciphered
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.kit import periods
from kazasu.municipality.casework.model import Act
from kazasu.municipality.moving.life import CARRYING_CERTIFICATE, DECIDED, OPEN_IN, InState
from kazasu.municipality.moving.model import Arriver, MovingIn, mover_in
from kazasu.municipality.moving.store.cases import save_case
from kazasu.municipality.register.model import KEEPING

IN_ARRIVER: Final = Enciphered("arriver", bound=("case_id", "token"), duty=KEEPING)
"""How a mover's number stands; nobody is found by it, so it has no index."""
_IN: Final = columns(MovingIn)


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected arrival with its appointment, for the list."""

    PERSON: ClassVar = "person"

    case_id: str
    state: str
    kind: str
    half: str
    applicant: str
    movers: list[dict[str, Any]] = field(metadata={JSON: True})
    """Name and reading of each, the head first, whether they are registered by this case, and from which day who comes later will live here; empty before the certificate data came."""
    people: int
    protected: bool
    office_id: str
    on_date: date | None
    starts: str
    planned_on: str
    """Of the certificate data, as a date is written there; empty before they came."""
    announced_on: str
    """The moving day of the reservation, in the same way."""
    by_paper: bool
    received_at: datetime
    decided_by: str
    registered_at: datetime | None

    @property
    def person(self) -> str:
        return mover_in(self.case_id)

    @property
    def decided(self) -> Act:
        by = self.decided_by if self.state in DECIDED else ""
        return (Text("登録", "Registered"), by, self.registered_at)


def find(tx: Transaction, case_id: str) -> MovingIn | None:
    return tx.maybe(
        MovingIn,
        f"SELECT {_IN} FROM moving_in WHERE municipality_code = %s AND case_id = %s",
        (tx.tenant, case_id),
    )


def add(tx: Transaction, case: MovingIn) -> None:
    tx.insert("moving_in", case, municipality_code=tx.tenant)


def save(tx: Transaction, case: MovingIn) -> bool:
    """Write a changed case; False when somebody else changed it since it was read."""
    return save_case(tx, "moving_in", case)


def expected(tx: Transaction, states: Sequence[str], on: date | None = None) -> list[Expected]:
    """Arrivals by their appointment, those of one day when ``on`` is given."""
    return tx.all(
        Expected,
        """SELECT m.case_id, m.state, m.kind,
                  CASE WHEN m.kind = 'within-city' THEN ''
                       WHEN m.certificate IS NULL THEN 'certificate'
                       WHEN m.reservation IS NULL THEN 'reservation' ELSE '' END AS half,
                  coalesce(m.reservation ->> 'applicant_name', '') AS applicant,
                  coalesce(w.movers, '[]') AS movers, w.people, coalesce(w.protected, false) AS protected,
                  coalesce(v.office_id, '') AS office_id, v.on_date,
                  coalesce(v.starts, '') AS starts,
                  coalesce(m.certificate ->> 'planned_date', '') AS planned_on,
                  coalesce(m.reservation -> 'notice' ->> 'move_date', '') AS announced_on,
                  coalesce(m.certificate ->> 'paper', '') <> '' AS by_paper, m.received_at,
                  m.decided_by, m.registered_at
           FROM moving_in m
           CROSS JOIN LATERAL (
                SELECT jsonb_agg(jsonb_build_object('name', a.mover -> 'name', 'kana', a.mover -> 'kana', 'registered', a.resident_id <> '', 'comes_on', a.comes_on)
                                 ORDER BY a.mover ->> 'relationship' <> '世帯主', a.mover ->> 'birth_date', a.token) AS movers,
                       count(*)::int AS people, bool_or((a.mover ->> 'protected')::boolean) AS protected
                FROM arriver a WHERE a.municipality_code = m.municipality_code AND a.case_id = m.case_id) w
           LEFT JOIN visit_place v ON v.municipality_code = m.municipality_code
                AND v.case_id = m.case_id AND v.held_until IS NULL
           WHERE m.municipality_code = %(tenant)s AND m.state = ANY(%(states)s)
             AND (%(on)s::date IS NULL OR v.on_date = %(on)s)
           ORDER BY v.on_date NULLS LAST, v.starts, m.received_at LIMIT 500""",
        {"tenant": tx.tenant, "states": list(states), "on": on},
    )


def past_special_route(tx: Transaction, today: date) -> list[str]:
    """Cases whose certificate data may have run out; the rule itself says which have."""
    return tx.column(
        """SELECT case_id FROM moving_in
           WHERE municipality_code = %s AND state = ANY(%s) AND certificate IS NOT NULL
             AND (certificate ->> 'planned_date')::date + %s < %s AND NOT certificate ? 'paper'""",
        (tx.tenant, list(CARRYING_CERTIFICATE), periods.SPECIAL_AFTER_PLANNED, today),
    )


def add_arriver(tx: Transaction, case_id: str, token: UUID, mover: Mover) -> None:
    """Certificate data that come anew replace those that are there; what the desk noted stays."""
    document = json.loads(mover.model_dump_json(exclude={"individual_number"}))
    row = _ArriverRow(
        case_id, token, document, mover.individual_number, True, "",
        "pending" if mover.has_card else "none",
    )  # fmt: skip
    values = tx.values(row, {"municipality_code": tx.tenant})
    tx.execute(
        """INSERT INTO arriver (municipality_code, case_id, token, mover, individual_number, included,
                                resident_id, card)
           VALUES (%(municipality_code)s, %(case_id)s, %(token)s, %(mover)s, %(individual_number)s,
                   %(included)s, %(resident_id)s, %(card)s)
           ON CONFLICT (municipality_code, case_id, token) DO UPDATE
           SET mover = EXCLUDED.mover, individual_number = EXCLUDED.individual_number""",
        values,
    )


@dataclass(frozen=True, slots=True)
class _ArriverRow:
    PERSON: ClassVar = "person"

    case_id: str
    token: UUID
    mover: dict[str, Any]
    """Without its number."""
    individual_number: IndividualNumber = field(metadata=enciphered(IN_ARRIVER))
    included: bool
    resident_id: str
    card: Any
    moved_on: date | None = None
    residence_card: Any = "none"
    comes_on: date | None = None

    @property
    def person(self) -> str:
        return self.resident_id or mover_in(self.case_id)


def arrivers(tx: Transaction, case_id: str) -> list[Arriver]:
    """The people of an arrival, the head first."""
    rows = tx.all(
        _ArriverRow,
        f"""SELECT {columns(_ArriverRow)} FROM arriver
           WHERE municipality_code = %s AND case_id = %s
           ORDER BY mover ->> 'relationship' <> '世帯主', mover ->> 'birth_date', token""",
        (tx.tenant, case_id),
    )
    return [
        Arriver(
            r.case_id,
            r.token,
            _mover(r),
            r.included,
            r.resident_id,
            r.card,
            r.moved_on,
            r.residence_card,
            r.comes_on,
        )
        for r in rows
    ]


def _mover(row: _ArriverRow) -> Mover:
    number = row.individual_number.reveal(duty=KEEPING)
    return Mover.model_validate_json(json.dumps(row.mover | {"individual_number": number}))


def cases_of(tx: Transaction, record_code: str) -> list[str]:
    """The cases that bring this person here, registered or not."""
    return tx.column(
        "SELECT DISTINCT case_id FROM arriver WHERE municipality_code = %s AND record_code = %s",
        (tx.tenant, record_code),
    )


@dataclass(frozen=True, slots=True)
class Moving:
    """A change of address within the city that is not over."""

    case_id: str
    state: InState


def within_the_city(tx: Transaction, record_codes: Sequence[str], but: str) -> list[Moving]:
    """Other changes of address of these people that wait for a visit or a decision."""
    return tx.all(
        Moving,
        """SELECT DISTINCT m.case_id, m.state
           FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
           WHERE a.municipality_code = %s AND a.record_code = ANY(%s) AND a.included AND a.resident_id = ''
             AND m.kind = 'within-city' AND m.state = ANY(%s) AND m.case_id <> %s
           ORDER BY m.case_id""",
        (tx.tenant, [str(one) for one in record_codes], list(OPEN_IN), but),
    )


def include(tx: Transaction, arriver: Arriver, *, included: bool) -> None:
    """Does this person move, as the notice was completed at the desk?"""
    tx.execute(
        """UPDATE arriver SET included = %s
           WHERE municipality_code = %s AND case_id = %s AND token = %s""",
        (included, tx.tenant, arriver.case_id, arriver.token),
    )


def note_resident(
    tx: Transaction, arriver: Arriver, resident_id: str, moved_on: date, notified_on: date
) -> None:
    """Under which 宛名番号 this person was entered into the register, with which moving day and by the notice of which day."""
    tx.execute(
        """UPDATE arriver SET included = true, resident_id = %s, moved_on = %s, notified_on = %s, registered_at = %s,
                  residence_card = %s
           WHERE municipality_code = %s AND case_id = %s AND token = %s""",
        (
            resident_id, moved_on, notified_on, tx.now,
            "pending" if arriver.mover.residence_card_number else "none", tx.tenant, arriver.case_id, arriver.token,
        ),
    )  # fmt: skip


def note_residence_card(tx: Transaction, arriver: Arriver) -> None:
    """The new address was written on it."""
    tx.execute(
        """UPDATE arriver SET residence_card = 'written'
           WHERE municipality_code = %s AND case_id = %s AND token = %s""",
        (tx.tenant, arriver.case_id, arriver.token),
    )


def note_coming(tx: Transaction, arriver: Arriver, comes_on: date | None) -> None:
    """From which day who is still to come will live here."""
    tx.execute(
        """UPDATE arriver SET comes_on = %s
           WHERE municipality_code = %s AND case_id = %s AND token = %s""",
        (comes_on, tx.tenant, arriver.case_id, arriver.token),
    )


def settle_card(
    tx: Transaction, case_id: str, token: UUID, outcome: Literal["continued", "lost"]
) -> None:
    tx.execute(
        """UPDATE arriver SET card = %s
           WHERE municipality_code = %s AND case_id = %s AND token = %s""",
        (outcome, tx.tenant, case_id, token),
    )


def forget_cards_of(tx: Transaction, case_id: str, notified: Sequence[date]) -> None:
    """Nobody waits any more for the cards of whom this case registered by a notice of one of these days."""
    tx.execute(
        """UPDATE arriver a SET card = 'none' FROM moving_in m
           WHERE a.municipality_code = %s AND a.case_id = %s AND a.card = 'pending' AND a.resident_id <> ''
             AND m.municipality_code = a.municipality_code AND m.case_id = a.case_id
             AND coalesce(a.notified_on, m.notified_on) = ANY(%s)""",
        (tx.tenant, case_id, list(notified)),
    )


def forget_cards(tx: Transaction, resident_id: str) -> list[str]:
    """Nobody waits for this person's card here any more. Returns the cases that did."""
    return tx.column(
        """UPDATE arriver a SET card = 'none' FROM moving_in m
           WHERE a.municipality_code = %s AND a.resident_id = %s AND a.card = 'pending' AND a.included
             AND m.municipality_code = a.municipality_code AND m.case_id = a.case_id
           RETURNING a.case_id""",
        (tx.tenant, resident_id),
    )


def lose_cards(tx: Transaction, resident_id: str) -> list[str]:
    """The card of who left for another city, and had come from one, was not continued here. Returns the cases that waited for it."""
    return tx.column(
        """UPDATE arriver a SET card = 'lost' FROM moving_in m
           WHERE a.municipality_code = %s AND a.resident_id = %s AND a.card = 'pending' AND a.included
             AND m.municipality_code = a.municipality_code AND m.case_id = a.case_id AND m.kind = 'between-cities'
           RETURNING a.case_id""",
        (tx.tenant, resident_id),
    )


def note_continued_before(tx: Transaction, case_id: str, tokens: Sequence[UUID]) -> None:
    """The old city continued these movers' cards in time: they go on. Who is registered already is settled."""
    tx.execute(
        """UPDATE arriver SET mover = mover || '{"card_not_continued": false}'
           WHERE municipality_code = %s AND case_id = %s AND token = ANY(%s) AND resident_id = ''""",
        (tx.tenant, case_id, list(tokens)),
    )


def registered_by(tx: Transaction, case_id: str) -> list[str]:
    """宛名番号 of whom this case entered into the register."""
    return tx.column(
        """SELECT resident_id FROM arriver
           WHERE municipality_code = %s AND case_id = %s AND resident_id <> '' ORDER BY resident_id""",
        (tx.tenant, case_id),
    )


def relationship_before(tx: Transaction, case_id: str, resident_id: str) -> str:
    """続柄 in the household that they left, of whom this case registered; empty: it registered nobody of this number."""
    found = tx.column(
        """SELECT mover ->> 'relationship' FROM arriver
           WHERE municipality_code = %s AND case_id = %s AND resident_id = %s""",
        (tx.tenant, case_id, resident_id),
    )
    return str(found[0]) if found else ""


def partly_within(tx: Transaction) -> list[str]:
    """Changes of address within the city of which some came and others have not; the rule says whose days are over."""
    return tx.column(
        """SELECT case_id FROM moving_in
           WHERE municipality_code = %s AND state = 'partly' AND kind = 'within-city' ORDER BY case_id""",
        (tx.tenant,),
    )


def awaited_within(tx: Transaction, record_code: str) -> list[str]:
    """Changes of address within the city that are to come for this person, whether or not they were chosen at the counter."""
    return tx.column(
        """SELECT DISTINCT m.case_id FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
           WHERE a.municipality_code = %s AND a.record_code = %s AND a.resident_id = ''
             AND m.kind = 'within-city' AND m.state = ANY(%s) ORDER BY m.case_id""",
        (tx.tenant, record_code, list(OPEN_IN)),
    )


def unsettled_of(tx: Transaction, resident_id: str) -> list[str]:
    """Cases by which this person was registered here, and of which others are still to come or a card is to be updated."""
    return tx.column(
        """SELECT DISTINCT m.case_id FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
           WHERE a.municipality_code = %s AND a.resident_id = %s
             AND (m.state = 'partly' OR EXISTS (
                 SELECT FROM arriver o WHERE o.municipality_code = a.municipality_code AND o.case_id = a.case_id
                     AND o.resident_id <> '' AND o.included AND o.card = 'pending'))
           ORDER BY m.case_id""",
        (tx.tenant, resident_id),
    )


def purge_arrivers(tx: Transaction, case_id: str, tokens: Sequence[UUID] | None = None) -> None:
    """The certificate data of a transfer that does not end here are deleted (I9): of these tokens, of all by default.

    Who is in the register already stays.
    """
    tx.execute(
        """DELETE FROM arriver WHERE municipality_code = %(tenant)s AND case_id = %(case)s AND resident_id = ''
             AND (%(all)s OR token = ANY(%(tokens)s))""",
        {"tenant": tx.tenant, "case": case_id, "all": tokens is None, "tokens": list(tokens or ())},
    )


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card that carries the old address still."""

    PERSON: ClassVar = "resident_id"

    case_id: str
    token: UUID
    resident_id: str
    name: str
    notified_on: date
    kana: str
    kind: str
    moved_on: date
    registered_at: datetime
    leaves_on: date | None = None
    """Of who has an accepted notice of moving on: its planned day."""


@dataclass(frozen=True, slots=True)
class UnsettledCard:
    """Of somebody from another city, whoever it is."""

    case_id: str
    notified_on: date


CARD_WAITS: Final = """a.resident_id <> '' AND a.included AND a.card = 'pending'
    AND EXISTS (SELECT FROM resident r
                 WHERE r.municipality_code = a.municipality_code AND r.resident_id = a.resident_id
                   AND r.state IN ('resident', 'leaving'))"""
"""Of arriver ``a`` and case ``m``: its holder is registered here, whether or not others of the notice are still to come. Who comes back has a case of the coming: the wait of before ended when
they arrived elsewhere (:func:`forget_cards`)."""

# Null on the person: registered before each person had days of their own, and so with the whole of the case.
_WAITING: Final = """SELECT a.case_id, a.token, a.resident_id, r.name, coalesce(a.notified_on, m.notified_on) AS notified_on, r.kana, m.kind,
           coalesce(a.moved_on, m.moved_on, m.notified_on) AS moved_on, coalesce(a.registered_at, m.registered_at) AS registered_at,
           CASE WHEN r.state = 'leaving' THEN r.planned_on END AS leaves_on
    FROM arriver a JOIN moving_in m USING (municipality_code, case_id) JOIN resident r USING (municipality_code, resident_id)
    WHERE a.municipality_code = %s AND """
_CARDS: Final = f"{_WAITING}{CARD_WAITS}"
"""By the name that the register has now: who changed theirs after the move is called so, and found so."""
_CARRIED: Final = CARD_WAITS.replace("'leaving'", "'leaving', 'left-planned'")


def cards_waiting(tx: Transaction) -> list[CardRow]:
    return tx.all(CardRow, f"{_CARDS} ORDER BY notified_on, a.resident_id", (tx.tenant,))


def card_waiting(tx: Transaction, case_id: str, token: UUID) -> CardRow | None:
    return tx.maybe(
        CardRow, f"{_CARDS} AND a.case_id = %s AND a.token = %s", (tx.tenant, case_id, token)
    )


def cards_of_case(tx: Transaction, case_id: str) -> list[CardRow]:
    return tx.all(
        CardRow,
        f"{_CARDS} AND a.case_id = %s ORDER BY r.birth_date, a.resident_id",
        (tx.tenant, case_id),
    )


def cards_moved_on(tx: Transaction, case_id: str) -> int:
    """How many of this case were registered here and have left before their card was updated."""
    return int(
        tx.value(
            f"""SELECT count(*) FROM arriver a WHERE a.municipality_code = %s AND a.case_id = %s
                AND a.resident_id <> '' AND a.included AND a.card = 'pending' AND NOT ({CARD_WAITS})""",
            (tx.tenant, case_id),
        )
    )


def cards_of_resident(tx: Transaction, resident_id: str) -> list[CardRow]:
    return tx.all(
        CardRow, f"{_CARDS} AND a.resident_id = %s ORDER BY a.case_id", (tx.tenant, resident_id)
    )


def cards_carried(tx: Transaction, resident_id: str) -> list[CardRow]:
    """What their card waits for, also of who has left by the plan and is registered nowhere yet: they carry it as it is."""
    return tx.all(
        CardRow,
        f"{_WAITING}{_CARRIED} AND a.resident_id = %s ORDER BY a.case_id",
        (tx.tenant, resident_id),
    )


def cards_unsettled(tx: Transaction) -> list[UnsettledCard]:
    """Cases by their day, so that a card that lapses is looked for without looking at anybody."""
    return tx.all(
        UnsettledCard,
        """SELECT DISTINCT a.case_id, coalesce(a.notified_on, m.notified_on) AS notified_on
           FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
           WHERE a.municipality_code = %s AND a.resident_id <> '' AND m.kind = 'between-cities'
             AND a.included AND a.card = 'pending' ORDER BY a.case_id""",
        (tx.tenant,),
    )
