"""``kazasu audit verify``: has anybody edited, removed or slipped in an audit record?"""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row, tuple_row

from kazasu.app.country import enter
from kazasu.app.rooms import ROOMS
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.refusals import NO_COUNTRY, UNREADABLE_HEADS
from kazasu.cli.output.speech import in_turn, language, put, say
from kazasu.exchange.directory import Directory, read_directory
from kazasu.exchange.keys import verified
from kazasu.foundation.audit import AuditRow, Finding, verify
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import find_server
from kazasu.foundation.text import Text
from kazasu.foundation.time.country_clock import open_clock

SUMMARY = Text("監査記録が書き換えられていないか調べる", "prove that no audit record was changed")
CHECKPOINT = "kazasu-checkpoint+jws"

_READING = Text("機関", "institution")
_SLIPPED_IN = Text(
    "署名された木にない監査記録があります", "An audit record is not in the signed tree"
)

_NOT_FOUND_BY = Text(
    "記録にある人から、その記録が見つかりません", "A person whom the record names does not find it"
)


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument(
        "verb", choices=("verify", "heads"),
        help="verify: 検査する / check the tree; heads: 署名された根を書き出す / print the signed roots, to be kept elsewhere",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="一行一件 / one object a line")
    parser.add_argument(
        "--heads", type=Path, metavar="FILE",
        help="前に heads で書き出した根も確かめる / prove that the tree still holds what heads printed earlier",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    if not settings.directory_file.exists():
        raise Refusal(NO_COUNTRY, data=settings.data)
    earlier = read_heads(arguments.heads) if arguments.heads else ()
    directory = read_directory(settings.directory_file, open_clock(settings))
    found = 0
    with find_server(settings) as server:
        enter(settings, server)
        with psycopg.connect(server.url()) as connection:
            for room in in_turn(_rooms_in(connection), _READING):
                if arguments.verb == "heads":
                    _print_heads(connection, room)
                    continue
                for tenant, size, findings in check_room(connection, room, directory, earlier):
                    found += len(findings)
                    _report(room, tenant, size, findings, as_json=arguments.json)
    return 1 if found else 0


@dataclass(frozen=True, slots=True)
class Head:
    """A signed root as it was printed once, and kept where nobody of the institution reaches it."""

    room: str
    tenant: str
    size: int
    root: str
    signature: str


def read_heads(file: Path) -> list[Head]:
    """Raises Refusal ``cli.unreadable-heads``."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        heads = [Head(**json.loads(line)) for line in lines]
        for head in heads:
            bytes.fromhex(head.root)
            if type(head.size) is not int:
                raise ValueError(head.size)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Refusal(UNREADABLE_HEADS, file=file, why=error) from None
    return heads


def _print_heads(connection: psycopg.Connection[Any], room: str) -> None:
    _stand_in(connection, room)
    for head in connection.execute(
        """SELECT DISTINCT ON (tenant) tenant, size, encode(root, 'hex'), signature
           FROM audit_checkpoint ORDER BY tenant, size DESC"""
    ):
        put(json.dumps(asdict(Head(room, *head)), ensure_ascii=False))


def check_room(
    connection: psycopg.Connection[Any],
    room: str,
    directory: Directory,
    earlier: Iterable[Head] = (),
) -> Iterator[tuple[str, int, list[Finding]]]:
    """``(tenant, records in the tree, findings)`` of each tenant of a room; as administrator.

    A room without a record is named, too. Only ``earlier`` heads tell an empty log from an emptied one: who administers the database
    can remove the newest records together with their roots.
    """
    _stand_in(connection, room)
    tenants = connection.execute(
        "SELECT tenant FROM audit_log UNION SELECT tenant FROM audit_checkpoint"
    )
    heads = [head for head in earlier if head.room == room]
    for tenant in sorted({one for (one,) in tenants} | {one.tenant for one in heads}) or [""]:
        mine = [(h.size, bytes.fromhex(h.root), h.signature) for h in heads if h.tenant == tenant]
        yield tenant, *_check_tenant(connection, room, tenant, directory, mine)


def _stand_in(connection: psycopg.Connection[Any], room: str) -> None:
    connection.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(room)))


def _check_tenant(
    connection: psycopg.Connection[Any],
    room: str,
    tenant: str,
    directory: Directory,
    earlier: list[tuple[int, bytes, str]],
) -> tuple[int, list[Finding]]:
    signer = ROOMS[room].of(tenant)
    checkpoints = connection.execute(
        "SELECT size, root, signature FROM audit_checkpoint WHERE tenant = %s ORDER BY size",
        (tenant,),
    ).fetchall()

    def check_signature(content: bytes, signature: str) -> bool:
        try:
            return verified(signature, CHECKPOINT, directory, signer)[1] == content
        except Refusal:
            return False

    signed = sorted({*checkpoints, *earlier}, key=lambda one: one[0])
    findings = verify(tenant, _leaves(connection, tenant), signed, check_signature)
    slipped = connection.execute(
        """SELECT a.id FROM audit_log a
           WHERE a.tenant = %(tenant)s
             AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.tenant = a.tenant AND l.audit_id = a.id)
             AND NOT EXISTS (SELECT FROM audit_pending p
                             WHERE p.tenant = a.tenant AND p.audit_id = a.id)
           ORDER BY a.id LIMIT 100""",
        {"tenant": tenant},
    ).fetchall()
    findings += [Finding(tenant, f"record {number}", _SLIPPED_IN) for (number,) in slipped]
    hidden = connection.execute(
        """SELECT DISTINCT a.id FROM audit_log a, unnest(a.subjects) named(subject)
           WHERE a.tenant = %(tenant)s AND NOT EXISTS (
               SELECT FROM audit_subject s WHERE s.tenant = a.tenant
                 AND s.subject = named.subject AND s.audit_id = a.id)
           ORDER BY a.id LIMIT 100""",
        {"tenant": tenant},
    ).fetchall()
    findings += [Finding(tenant, f"record {number}", _NOT_FOUND_BY) for (number,) in hidden]
    return (checkpoints[-1][0] if checkpoints else 0), findings


def _leaves(
    connection: psycopg.Connection[Any], tenant: str
) -> Iterator[tuple[int, AuditRow | None]]:
    """The tree's leaves in order, read in pieces: a register's log does not fit into memory."""
    with (
        connection.cursor("leaves", row_factory=tuple_row) as indices,
        connection.cursor(row_factory=class_row(AuditRow)) as rows,
    ):
        indices.itersize = 5000
        indices.execute(
            "SELECT leaf_index, audit_id FROM audit_leaf WHERE tenant = %s ORDER BY leaf_index",
            (tenant,),
        )
        while batch := indices.fetchmany(5000):
            found = {
                row.id: row
                for row in rows.execute(
                    """SELECT id, tenant, at, actor, action, purpose_ja, purpose_en, subjects,
                              case_id, fields, nonce, leaf
                       FROM audit_log WHERE tenant = %s AND id = ANY(%s)""",
                    (tenant, [audit_id for _, audit_id in batch]),
                )
            }
            for index, audit_id in batch:
                yield index, found.get(audit_id)


def _rooms_in(connection: psycopg.Connection[Any]) -> list[str]:
    """Rooms that have a floor in this database."""
    return [
        room
        for room in ROOMS
        if connection.execute("SELECT to_regclass(%s)", (f"{room}.audit_log",)).fetchone()
        != (None,)
    ]


def _report(room: str, tenant: str, size: int, findings: list[Finding], *, as_json: bool) -> None:
    place = f"{room} {tenant}".strip()
    if as_json:
        document = {
            "room": room,
            "tenant": tenant,
            "records": size,
            "findings": [{"where": f.where, "what": f.what.en} for f in findings],
        }
        put(json.dumps(document, ensure_ascii=False))
        return
    say(Text("{place}: 記録 {size} 件、所見 {count} 件", "{place}: {size} records, {count} findings"),
        place=place, size=size, count=len(findings))  # fmt: skip
    for finding in findings:
        put(f"  {finding.where}: {finding.what.to(language())}")
