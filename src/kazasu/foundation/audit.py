"""No audit, no data (design §3.3): the record of each access to personal data, and its proof.

The row is written in the transaction that reads or writes the data; tables declared *personal*
refuse every row to a transaction that has none (migration ``0001``). Rows become leaves of an
RFC 6962 Merkle tree per tenant; its signed roots make later edits, deletions and insertions
visible (reliability §5).
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

T = TypeVar("T")


class Statements(Protocol):
    """A transaction, as the audit log needs it."""

    @property
    def tenant(self) -> str: ...
    @property
    def now(self) -> datetime: ...
    def execute(
        self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> int: ...
    def all(
        self, cls: type[T], query: str, params: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[T]: ...
    def maybe(
        self, cls: type[T], query: str, params: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> T | None: ...
    def value(self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Any: ...
    def insert(
        self, table: str, row: Any = None, /, *, twice: Any = "refuse", **more: Any
    ) -> bool: ...
    def after_commit(self, callback: Callable[[], None]) -> None: ...


@dataclass(frozen=True, slots=True)
class Duty:
    """The post of a clerk, asked for in the statement that writes the record (``on_duty`` of the kit's staff tables)."""

    staff_id: str
    role: str
    """Several with a space between: one of them. Empty: any."""
    refusal: Refusal
    """Raised where they do not hold it, or not any more."""
    about: str = ""
    """Whose record is to be open to them by an emergency look, whatever their role (:mod:`kazasu.kit.emergency`); empty: the role decides."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An emergency look that is open now, as the record of each look in it names it."""

    look_id: str
    agreed_by: str
    told: list[str]
    """Who reads of it: whose data are seen, which need not be whose record it is."""
    reason_ja: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Access:
    """Who touches whose data, what for: the record of an action, made by :meth:`~kazasu.foundation.actions.Action.by`."""

    actor: str
    """``clerk:<staff id>``, ``resident``, ``system:<what>`` or ``institution:<id>``."""
    action: str
    """``<room>.<thing>.<verb>``."""
    purpose: Text
    """Shown to the resident."""
    subjects: tuple[str, ...] = ()
    """The room's own person ids, as far as they are known before anything is read; the transaction adds whom it shows."""
    case: str = ""
    fields: tuple[str, ...] = ()
    duty: Duty | None = None
    nameless: bool = False
    """The action says why its record names nobody, whatever is read."""
    own: bool = False
    """Done by the person themselves: nobody else's row may be shown under it."""
    looks_only: bool = False
    """By an emergency look: nothing else is written in its transaction."""


AGREED_BY: Final = "agreed-by:"
"""Before the second post, among the fields of a record made by an emergency look. Residents read that there were two, not who."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One stored record, as :func:`leaf_hash` commits to it."""

    id: int
    tenant: str
    at: datetime
    actor: str
    action: str
    purpose_ja: str
    purpose_en: str
    subjects: list[str]
    case_id: str
    fields: list[str]
    nonce: bytes
    leaf: bytes


def leaf_hash(row: AuditRow) -> bytes:
    """RFC 6962 §2.1 leaf over a salted commitment: erasing the nonce makes the leaf opaque."""
    content = json.dumps(
        [
            row.tenant,
            row.at.isoformat(),
            row.actor,
            row.action,
            row.purpose_ja,
            row.purpose_en,
            row.subjects,
            row.case_id,
            row.fields,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    return hashlib.sha256(b"\x00" + row.nonce + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The compact form of a Merkle tree: one full subtree root per set bit of ``size``."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        self.peaks.append(leaf)
        self.size += 1
        carry = self.size
        while carry % 2 == 0:
            right = self.peaks.pop()
            self.peaks.append(node_hash(self.peaks.pop(), right))
            carry //= 2

    @property
    def root(self) -> bytes:
        """RFC 6962 §2.1 tree hash; of the empty tree the hash of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def record(tx: Statements, access: Access) -> tuple[AuditRow, Access]:
    """Write the row of ``access``; the access as it is on record, which an emergency look has made another one.

    Raises the refusal of its :class:`Duty`, with nothing written.
    """
    duty = access.duty
    if duty is None:
        found = _written(tx, access, _RECORD, ())
    elif not duty.about:
        found = _written(tx, access, _ON_DUTY, (duty.staff_id, duty.role))
    else:
        asked = (duty.staff_id, duty.about, tx.now)
        opened = tx.maybe(
            Opened,
            """SELECT look_id, agreed_by, told, reason_ja, reason_en
               FROM emergency_open(%s, %s, %s)""",
            asked,
        )
        if opened is None:
            raise duty.refusal
        access = _in_emergency(access, opened)
        found = _written(tx, access, _IN_EMERGENCY, (*asked, opened.look_id))
    if found is None:
        raise duty.refusal if duty else LookupError("the record was not written")
    return found, access


def _in_emergency(access: Access, opened: Opened) -> Access:
    """Both posts are named, and who reads it reads why, and that there were two."""
    said = access.purpose
    return replace(
        access,
        purpose=Text(
            f"{said.ja}（緊急の閲覧：{opened.reason_ja}。職員2人の判断）",
            f"{said.en} (emergency look: {opened.reason_en}; two members of staff agreed)",
        ),
        subjects=(*access.subjects, *opened.told),
        case=opened.look_id,
        fields=(*access.fields, f"{AGREED_BY}clerk:{opened.agreed_by}"),
        looks_only=True,
    )


def _written(
    tx: Statements, access: Access, statement: str, condition: tuple[Any, ...]
) -> AuditRow | None:
    """None: the statement's condition does not hold."""
    draft = AuditRow(
        0,
        tx.tenant,
        tx.now,
        access.actor,
        access.action,
        access.purpose.ja,
        access.purpose.en,
        list(dict.fromkeys(access.subjects)),
        access.case,
        list(access.fields),
        secrets.token_bytes(16),
        b"",
    )
    draft = replace(draft, leaf=leaf_hash(draft))
    written = tx.value(
        statement,
        (
            draft.tenant, draft.at, draft.actor, draft.action, draft.purpose_ja, draft.purpose_en,
            draft.subjects, draft.case_id, draft.fields, draft.nonce, draft.leaf, *condition,
        ),
    )  # fmt: skip
    return None if written is None else replace(draft, id=int(written))


def name(tx: Statements, row: AuditRow, shown: Iterable[str]) -> AuditRow:
    """The row of this very transaction, naming these as well: whose rows were shown."""
    named = replace(row, subjects=list(dict.fromkeys((*row.subjects, *shown))))
    if named.subjects == row.subjects:
        return row
    named = replace(named, leaf=leaf_hash(named))
    tx.execute("SELECT name_shown(%s, %s, %s)", (named.id, named.subjects, named.leaf))
    return named


def _recorded(condition: str) -> str:
    return f"""WITH written AS (
            INSERT INTO audit_log (tenant, at, actor, action, purpose_ja, purpose_en,
                                   subjects, case_id, fields, nonce, leaf)
            SELECT %s, %s::timestamptz, %s, %s, %s, %s, %s::text[], %s, %s::text[], %s::bytea, %s::bytea
            {condition} RETURNING tenant, id, subjects),
        named AS (
            INSERT INTO audit_subject (tenant, subject, audit_id)
            SELECT DISTINCT tenant, unnest(subjects), id FROM written)
        INSERT INTO audit_pending (tenant, audit_id) SELECT tenant, id FROM written
        RETURNING audit_id"""


_RECORD: Final = _recorded("")
_ON_DUTY: Final = _recorded("WHERE on_duty(%s, %s)")
_IN_EMERGENCY: Final = _recorded(
    "WHERE EXISTS (SELECT FROM emergency_open(%s, %s, %s) WHERE look_id = %s)"
)


MOST_ACCESSES: Final = 200


def accesses(
    tx: Statements,
    subject: str | Sequence[str],
    limit: int = MOST_ACCESSES,
    before: datetime | None = None,
) -> list[AuditRow]:
    """The latest records that name ``subject``, or one of these names of one person; newest first.

    ``before``: of the older ones. Whoever makes many records must not push another out of sight.
    """
    names = [subject] if isinstance(subject, str) else list(subject)
    if before is not None:
        return tx.all(
            AuditRow,
            """SELECT a.id, a.tenant, a.at, a.actor, a.action, a.purpose_ja, a.purpose_en, a.subjects,
                      a.case_id, a.fields, a.nonce, a.leaf
               FROM audit_log a
               WHERE a.tenant = %s AND a.at < %s AND a.id IN (
                   SELECT audit_id FROM audit_subject WHERE tenant = a.tenant AND subject = ANY(%s))
               ORDER BY a.at DESC, a.id DESC LIMIT %s""",
            (tx.tenant, before, names, limit),
        )
    return tx.all(
        AuditRow,
        """SELECT a.id, a.tenant, a.at, a.actor, a.action, a.purpose_ja, a.purpose_en, a.subjects,
                  a.case_id, a.fields, a.nonce, a.leaf
           FROM (SELECT DISTINCT tenant, audit_id FROM audit_subject
                 WHERE tenant = %s AND subject = ANY(%s) ORDER BY audit_id DESC LIMIT %s) s
           JOIN audit_log a ON a.tenant = s.tenant AND a.id = s.audit_id
           ORDER BY a.id DESC""",
        (tx.tenant, names, limit),
    )


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    size: int
    root: bytes
    peaks: list[bytes]
    signature: str


@dataclass(frozen=True, slots=True)
class _Unsealed:
    id: int
    leaf: bytes


def seal(
    tx: Statements,
    sign: Callable[[bytes], str],
    most: int = 5000,
    watch: Callable[[Sequence[int]], None] = lambda _: None,
) -> int:
    """Take committed rows of this tenant that have no place in the tree yet, in order of id. Returns how many.

    ``sign`` signs ``checkpoint_bytes``. ``watch`` is given the ids of these records: each comes by here once, soon after it
    was written. Concurrent sealers are kept apart by a tenant's lock row. The transaction is
    READ COMMITTED: it must see what others committed while it waited for the lock.
    """
    tx.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"audit seal {tx.tenant}",))
    last = tx.maybe(
        _Checkpoint,
        """SELECT size, root, peaks, signature FROM audit_checkpoint
           WHERE tenant = %s ORDER BY size DESC LIMIT 1""",
        (tx.tenant,),
    )
    rows = tx.all(
        _Unsealed,
        """SELECT a.id, a.leaf
           FROM audit_pending p JOIN audit_log a ON a.tenant = p.tenant AND a.id = p.audit_id
           WHERE p.tenant = %s ORDER BY a.id LIMIT %s""",
        (tx.tenant, most),
    )
    if not rows:
        return 0
    frontier = Frontier(last.size, list(last.peaks)) if last else Frontier()
    first = frontier.size
    for row in rows:
        frontier.add(row.leaf)
    tx.execute(
        "DELETE FROM audit_pending WHERE tenant = %s AND audit_id = ANY(%s)",
        (tx.tenant, [row.id for row in rows]),
    )
    tx.execute(
        """INSERT INTO audit_leaf (tenant, leaf_index, audit_id)
           SELECT %s, %s + n - 1, id
           FROM unnest(%s::bigint[]) WITH ORDINALITY AS given(id, n)""",
        (tx.tenant, first, [row.id for row in rows]),
    )
    tx.insert(
        "audit_checkpoint",
        tenant=tx.tenant,
        size=frontier.size,
        root=frontier.root,
        peaks=frontier.peaks,
        at=tx.now,
        signature=sign(checkpoint_bytes(tx.tenant, frontier.size, frontier.root)),
    )
    watch([row.id for row in rows])
    return len(rows)


def checkpoint_bytes(tenant: str, size: int, root: bytes) -> bytes:
    """What the institution signs: a note of tenant, tree size and root."""
    return f"KAZASU-AUDIT-V1\n{tenant}\n{size}\n{root.hex()}\n".encode()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: where, and what."""

    tenant: str
    where: str
    what: Text


def verify(
    tenant: str,
    leaves: Iterable[tuple[int, AuditRow | None]],
    checkpoints: Sequence[tuple[int, bytes, str]],
    check_signature: Callable[[bytes, str], bool],
) -> list[Finding]:
    """Recompute the tree from the rows and compare it with every signed root.

    Args:
        leaves: ``(leaf_index, row)`` in order; ``None`` where the row is gone.
        checkpoints: ``(size, root, signature)`` in order of size.
    """
    findings: list[Finding] = []
    frontier = Frontier()
    waiting = list(checkpoints)

    def compare() -> None:
        while waiting and waiting[0][0] <= frontier.size:
            size, root, signature = waiting.pop(0)
            if size == frontier.size and root != frontier.root:
                findings.append(Finding(tenant, f"size {size}", _ROOT_DIFFERS))
            if not check_signature(checkpoint_bytes(tenant, size, root), signature):
                findings.append(Finding(tenant, f"size {size}", _BAD_SIGNATURE))

    for index, row in leaves:
        if index != frontier.size:
            findings.append(Finding(tenant, f"leaf {frontier.size}", _LEAF_GONE))
            return findings
        if row is None:
            findings.append(Finding(tenant, f"leaf {index}", _ROW_GONE))
            return findings
        if leaf_hash(row) != row.leaf:
            findings.append(Finding(tenant, f"record {row.id}", _ROW_EDITED))
        frontier.add(leaf_hash(row))
        compare()
    findings.extend(Finding(tenant, f"size {size}", _TRUNCATED) for size, _, _ in waiting)
    return findings


_ROOT_DIFFERS = Text("署名された根と一致しません", "The tree does not give the signed root")
_BAD_SIGNATURE = Text("根の署名が正しくありません", "The root's signature is not valid")
_LEAF_GONE = Text("木の葉が抜けています", "A leaf of the tree is missing")
_ROW_GONE = Text("監査記録が消されています", "The audit record was deleted")
_ROW_EDITED = Text("監査記録が書き換えられています", "The audit record was edited")
_TRUNCATED = Text(
    "署名された大きさより記録が少ないです", "There are fewer records than were signed"
)
