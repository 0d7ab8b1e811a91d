"""Letters: nothing lost, nothing twice, nothing altered, nothing out of order (I4 of the move)."""

from collections.abc import Iterator
from uuid import UUID

from kazasu.app.invariants.checker_view import CheckerView, Invariant, Row
from kazasu.exchange.room import tenant_of
from kazasu.foundation.text import Text

Address = tuple[str, UUID]
"""Receiver's tenant and room are not enough: a letter is known by its receiver and number."""


def _room(institution: str) -> str:
    return "municipality" if institution.startswith("city:") else institution


def _outboxes(sight: CheckerView) -> Iterator[Row]:
    for room in sight.rooms:
        yield from sight.rows(
            room,
            """SELECT sender, recipient, message_id, kind, case_id, seq, sent_at,
                      coalesce(hash, sha256(convert_to(sealed, 'UTF8'))) AS hash FROM outbox""",
        )


def _inboxes(sight: CheckerView) -> dict[Address, Row]:
    """Letters received, by the receiving room and tenant, and number."""
    found: dict[Address, Row] = {}
    for room in sight.rooms:
        for row in sight.rows(
            room,
            "SELECT tenant, sender, message_id, kind, case_id, seq, hash, applied_at, fault FROM inbox",
        ):
            found[f"{room}:{row['tenant']}", row["message_id"]] = row
    return found


def _address(recipient: str, message_id: UUID) -> Address:
    return f"{_room(recipient)}:{tenant_of(recipient)}", message_id


def _lost(sight: CheckerView) -> Iterator[str]:
    inboxes = _inboxes(sight)
    for letter in _outboxes(sight):
        receiver = letter["recipient"]
        if letter["sent_at"] is None or not sight.has(receiver, _room(receiver)):
            continue
        received = inboxes.get(_address(letter["recipient"], letter["message_id"]))
        if received is None:
            yield f"{letter['kind']} {letter['message_id']} {letter['sender']} → {letter['recipient']}"


def _altered(sight: CheckerView) -> Iterator[str]:
    inboxes = _inboxes(sight)
    for letter in _outboxes(sight):
        received = inboxes.get(_address(letter["recipient"], letter["message_id"]))
        if received is not None and (
            received["hash"] != letter["hash"]
            or received["sender"] != letter["sender"]
            or received["case_id"] != letter["case_id"]
        ):
            yield f"{letter['kind']} {letter['message_id']}"


def _from_nowhere(sight: CheckerView) -> Iterator[str]:
    known = {_address(row["recipient"], row["message_id"]) for row in _outboxes(sight)}
    for address, letter in _inboxes(sight).items():
        sender = letter["sender"]
        if sight.has(sender, _room(sender)) and address not in known:
            yield f"{letter['kind']} {letter['message_id']} ({letter['sender']})"


def _alarms(sight: CheckerView) -> Iterator[str]:
    for room in sight.rooms:
        for row in sight.rows(room, "SELECT sender, message_id FROM inbox_alarm"):
            yield f"{room}: {row['sender']} {row['message_id']}"


def _out_of_order(sight: CheckerView) -> Iterator[str]:
    """A letter of a case was applied before an earlier one of the same sender."""
    for room in sight.rooms:
        for row in sight.rows(
            room,
            """SELECT later.sender, later.case_id, later.seq FROM inbox later
               WHERE later.applied_at IS NOT NULL AND later.seq > 1 AND NOT EXISTS (
                   SELECT FROM inbox earlier
                   WHERE earlier.tenant = later.tenant AND earlier.sender = later.sender
                     AND earlier.case_id = later.case_id AND earlier.seq = later.seq - 1
                     AND earlier.applied_at <= later.applied_at)""",
        ):
            yield f"{room}: {row['sender']} {row['case_id']} #{row['seq']}"


def _silent(sight: CheckerView) -> Iterator[str]:
    """A letter that waits must say why: the operator's page shows the fault."""
    for room in sight.rooms:
        for row in sight.rows(
            room, "SELECT kind, message_id FROM inbox WHERE applied_at IS NULL AND fault = ''"
        ):
            yield f"{room}: {row['kind']} {row['message_id']}"


def _given_up(sight: CheckerView) -> Iterator[str]:
    """Work that was promised with a change, and that nobody tries any more."""
    for room in sight.rooms:
        for row in sight.rows(
            room, "SELECT id, task_name, attempts FROM procrastinate_jobs WHERE status = 'failed'"
        ):
            yield f"{row['task_name']} {row['id']}: {row['attempts']} tries"


LETTERS = (
    Invariant(
        "no-work-given-up",
        Text("約束した仕事で、もうだれもしないものはない", "No work that was promised is tried by nobody any more"),
        (), _given_up,
    ),
    Invariant(
        "letter-not-lost",
        Text("受け取りの返事があった文書は、相手に届いている", "A letter with a receipt lies at its receiver"),
        (), _lost,
    ),
    Invariant(
        "letter-not-altered",
        Text("届いた文書は、送った文書と同じ", "What arrived is what was sent"),
        (), _altered,
    ),
    Invariant(
        "letter-has-a-sender",
        Text("届いた文書には、送った機関がある", "Every letter received was sent by somebody"),
        (), _from_nowhere,
    ),
    Invariant(
        "letter-number-once",
        Text("同じ番号で中身の違う文書が来ていない", "No number came with two contents"),
        (), _alarms,
    ),
    Invariant(
        "letters-in-order",
        Text("同じ案件の文書は、送った順に処理された", "Letters of a case were applied in order"),
        (), _out_of_order,
    ),
    Invariant(
        "no-letter-waits-in-silence",
        Text("待っている文書には理由がある", "A letter that waits says why"),
        (), _silent,
    ),
)  # fmt: skip
