"""``kazasu audit verify``: has anybody edited, removed or slipped in an audit record?"""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row, tuple_row
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kazasu.app.country import enter
from kazasu.app.rooms import ROOMS
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.refusals import NO_COUNTRY, NO_FILE, NO_HEADS, UNREADABLE_HEADS
from kazasu.cli.output.speech import cause, in_turn, language, put, say
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

_NOT_COMPARED = Text(
    "ファイルに、この機関の根がありません。新しい記録が消されていないかは、確かめられていません",
    "The file has no root of this log: whether its newest records were removed is not proved",
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
    earlier = read_heads(arguments.heads) if arguments.heads else None
    directory = read_directory(settings.directory_file, open_clock(settings))
    found = 0
    with find_server(settings) as server:
        enter(settings, server)
        with server.connect(autocommit=False) as connection:
            for room in in_turn(_rooms_in(connection), _READING):
                if arguments.verb == "heads":
                    _print_heads(connection, room)
                    continue
                for tenant, size, findings in check_room(connection, room, directory, earlier):
                    found += len(findings)
                    compared = [
                        one for one in earlier or () if (one.room, one.tenant) == (room, tenant)
                    ]
                    _report(
                        room,
                        tenant,
                        size,
                        findings,
                        None if earlier is None else len(compared),
                        as_json=arguments.json,
                    )
    return 1 if found else 0


class Head(BaseModel):
    """A signed root as it was printed once, and kept where nobody of the institution reaches it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    room: str
    tenant: str
    size: int
    root: str = Field(pattern=r"^(?:[0-9a-f]{2})+$")
    signature: str


def read_heads(file: Path) -> list[Head]:
    """Raises Refusal ``cli.no-file``, ``cli.no-heads`` (the file says nothing of anything), ``cli.unreadable-heads``."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Refusal(NO_FILE, given=file, why=cause(error)) from None
    except UnicodeDecodeError:
        raise Refusal(UNREADABLE_HEADS, file=file, line=1) from None
    if not any(line.strip() for line in lines):
        raise Refusal(NO_HEADS, file=file)
    heads = []
    for number, line in enumerate(lines, 1):
        try:
            heads.append(Head.model_validate_json(line))
        except ValidationError:
            raise Refusal(UNREADABLE_HEADS, file=file, line=number) from None
    return heads


def _print_heads(connection: psycopg.Connection[Any], room: str) -> None:
    _stand_in(connection, room)
    for head in connection.execute(
        """SELECT DISTINCT ON (tenant) tenant, size, encode(root, 'hex'), signature
           FROM audit_checkpoint ORDER BY tenant, size DESC"""
    ):
        tenant, size, root, signature = head
        one = Head(room=room, tenant=tenant, size=size, root=root, signature=signature)
        put(json.dumps(one.model_dump(), ensure_ascii=False))


def check_room(
    connection: psycopg.Connection[Any],
    room: str,
    directory: Directory,
    earlier: Iterable[Head] | None = None,
) -> Iterator[tuple[str, int, list[Finding]]]:
    """``(tenant, records in the tree, findings)`` of each tenant of a room; as administrator.

    A room without a record is named, too. Only ``earlier`` heads tell an empty log from an emptied one: who administers the database
    can remove the newest records together with their roots. Where heads are given and a log with roots has none among them, that is a
    finding: nothing was proved of it.

    Args:
        earlier: heads that were kept elsewhere; None: none are to be compared.
    """
    _stand_in(connection, room)
    tenants = connection.execute(
        "SELECT tenant FROM audit_log UNION SELECT tenant FROM audit_checkpoint"
    )
    heads = [head for head in earlier or () if head.room == room]
    for tenant in sorted({one for (one,) in tenants} | {one.tenant for one in heads}) or [""]:
        mine = [(h.size, bytes.fromhex(h.root), h.signature) for h in heads if h.tenant == tenant]
        size, findings = _check_tenant(connection, room, tenant, directory, mine)
        if earlier is not None and size and not mine:
            findings.append(Finding(tenant, "heads", _NOT_COMPARED))
        yield tenant, size, findings


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


def _report(
    room: str,
    tenant: str,
    size: int,
    findings: list[Finding],
    compared: int | None,
    *,
    as_json: bool,
) -> None:
    """``compared``: with how many earlier roots; None: with none, as none were given."""
    place = f"{room} {tenant}".strip()
    if as_json:
        document = {
            "room": room,
            "tenant": tenant,
            "records": size,
            "compared": compared,
            "findings": [{"where": f.where, "what": f.what.en} for f in findings],
        }
        put(json.dumps(document, ensure_ascii=False))
        return
    told = Text(
        "{place}: 記録 {size} 件、所見 {count} 件", "{place}: {size} records, {count} findings"
    )
    if compared:
        told = Text(
            told.ja + "（前に書き出した根 {compared} 個と比べた）",
            told.en + " (compared with {compared} earlier roots)",
        )
    say(told, place=place, size=size, count=len(findings), compared=compared)
    for finding in findings:
        put(f"  {finding.where}: {finding.what.to(language())}")
