"""``found staff | operator | clients``: who works where, and who may ask the identity service.

Nobody's subject is known before their first sign-in, and no institution looks into another's tables for it. So a clerk
signs in once with the staff card, is refused, and reads out the subject on that page; who keeps the list enters it.
"""

import argparse
import csv
import io
import re
from pathlib import Path
from typing import Final

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.found.place import FOUND, in_production, place_of
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import BAD_CHARTER, BAD_ROWS
from kazasu.cli.output.speech import cause, put, say
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.street import institution
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.names import of_letters
from kazasu.foundation.values.visible import seen
from kazasu.identity import founding as identity
from kazasu.kit.staff import Member, by_staff_id, employ, member

_COLUMNS: Final = ("staff_id", "name", "roles", "subject")
_READING: Final = "kana"
"""A column that may be there: how the name is read, for pages in English."""
_SUBJECT: Final = re.compile("[A-Za-z0-9_-]{32}")
"""A subject of the identity service: 32 hexadecimal digits, in 0.2.0 base64url, which could begin with -."""


def configure(verbs: Verbs) -> None:
    staff = add_verb(
        verbs, "staff", Text("窓口の職員を登録する", "enter who works at a desk"), _staff
    )
    staff.add_argument("institution", help="機関 / institution: city:141003, bank, …")
    staff.add_argument(
        "file",
        type=Path,
        help="職員の CSV / CSV of the staff: staff_id,name,roles (a b c),subject[,kana]",
    )
    operator = add_verb(
        verbs, "operator", Text("認証サービスの運用者を登録する", "enter an operator of the identity service"), _operator
    )  # fmt: skip
    operator.add_argument(
        "subject",
        help="断られた画面に出る番号（- で始まるものは -- のあとに） / as the page that refuses shows it; one that begins with - goes after --",
    )
    add_verb(
        verbs, "clients", Text("名簿の機関を認証サービスに登録する", "let the directory's institutions ask the identity service"), _clients
    )  # fmt: skip


def _staff(arguments: argparse.Namespace) -> int:
    """All rows or none; who is entered just so stays, who is entered otherwise is told."""
    settings = in_production(settings_from(arguments))
    at = _institution(arguments.institution)
    members = _members(arguments.file, institution(at.kind).staff)
    with place_of(settings, at) as place:
        made = place.database.run(
            "found.staff",
            lambda tx: _employ(tx, arguments.file, members),
            tenant=at.tenant,
            access=FOUND[institution(at.kind).schema].by(),
        )
    say(
        Text("{at}: 職員 {count} 人を登録しました。", "{at}: {count} members of staff entered."),
        at=at,
        count=made,
    )
    return 0


def _institution(given: str) -> InstitutionId:
    """Raises Refusal ``cli.bad-charter``."""
    try:
        at = InstitutionId(given)
        if not institution(at.kind).staff:
            raise ValueError("it has no desk")
    except (ValueError, KeyError) as error:
        raise Refusal(BAD_CHARTER, file=given, why=cause(error)) from None
    return at


def _members(path: Path, roles: tuple[str, ...]) -> list[Member]:
    """Raises Refusal ``cli.bad-rows``, after every wrong line was told."""
    found: list[Member] = []
    wrong: list[str] = []
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        if tuple(reader.fieldnames or ()) not in (_COLUMNS, (*_COLUMNS, _READING)):
            wrong.append(f"1: {','.join(_COLUMNS)}[,{_READING}]")
        for row in reader if not wrong else ():
            given = {name: str(row[name] or "").strip() for name in _COLUMNS}
            kana = str(row.get(_READING) or "").strip()
            held = given["roles"].split()
            if not all(given.values()):
                wrong.append(f"{reader.line_num}: E0001")
            elif unseen := [name for name in _COLUMNS if not _written(given[name])]:
                wrong.append(f"{reader.line_num}: E0002 {' '.join(unseen)}")
            elif kana and not _written(kana):
                wrong.append(f"{reader.line_num}: E0002 {_READING}")
            elif unknown := [one for one in held if one not in roles]:
                wrong.append(f"{reader.line_num}: E0002 roles: {unknown} ({' '.join(roles)})")
            elif not _SUBJECT.fullmatch(given["subject"]):
                wrong.append(f"{reader.line_num}: E0003 subject: {_SUBJECT.pattern}")
            elif any(
                given["staff_id"] == one.staff_id or given["subject"] == one.subject
                for one in found
            ):
                wrong.append(f"{reader.line_num}: E0004 staff_id, subject")
            else:
                found.append(Member(given["staff_id"], given["name"], held, given["subject"], kana))
    except (UnicodeDecodeError, csv.Error) as error:
        wrong.append(f"1: E0002 CSV (UTF-8): {error}")
    for one in wrong:
        put(f"{path}:{one}")
    if wrong or not found:
        raise Refusal(BAD_ROWS, file=path, count=len(wrong))
    return found


def _written(text: str) -> bool:
    return seen(text) and of_letters(text)


def _employ(tx: Transaction, path: Path, members: list[Member]) -> int:
    there = {one.staff_id: one for one in by_staff_id(tx, [one.staff_id for one in members])}
    posts = ((one, member(tx, one.subject)) for one in members)
    other = [
        one
        for one, held in posts
        if there.get(one.staff_id, one) != one or (held is not None and held != one)
    ]
    if other:
        put(f"{path}: E0004 staff_id: {' '.join(one.staff_id for one in other)}")
        raise Refusal(BAD_ROWS, file=path, count=len(other))
    fresh = [one for one in members if one.staff_id not in there]
    employ(tx, fresh)
    return len(fresh)


def _operator(arguments: argparse.Namespace) -> int:
    settings = in_production(settings_from(arguments))
    if not _SUBJECT.fullmatch(arguments.subject):
        raise Refusal(BAD_CHARTER, file="SUBJECT", why=_SUBJECT.pattern)
    with place_of(settings, "identity") as place:
        new = place.database.run(
            "found.operator", lambda tx: identity.appoint(tx, arguments.subject),
            access=FOUND["identity"].by(),
        )  # fmt: skip
    say(
        Text("運用者を登録しました。", "The operator is entered.")
        if new
        else Text("すでに運用者です。何も変えていません。", "This is an operator already. Nothing was changed.")
    )  # fmt: skip
    return 0


def _clients(arguments: argparse.Namespace) -> int:
    """Again when the directory has grown: those that are registered stay as they are."""
    settings = in_production(settings_from(arguments))
    with place_of(settings, "identity") as place:
        made = place.database.run(
            "found.clients", lambda tx: identity.register_missing(tx, place.directory)
        )
    say(Text("{count} 機関を登録しました。", "{count} institutions are registered."), count=made)
    return 0
