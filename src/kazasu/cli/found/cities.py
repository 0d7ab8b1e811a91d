"""``found city | registrations``: a city's residents, and their first registration at the network.

The register's rows stay at the city; the network gets a file that the city signed, with record codes and dates alone.
"""

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.found.charter import Charter, read_charter
from kazasu.cli.found.place import FOUND, Place, in_production, place_of
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import (
    BAD_CHARTER,
    BAD_LIST,
    BAD_REGISTRATIONS,
    BAD_ROWS,
    CITY_THERE,
    REGISTERED_ELSEWHERE,
)
from kazasu.cli.output.speech import put, say
from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.exchange.carrier.letters import Post
from kazasu.exchange.keys import verified
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_private
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode
from kazasu.jukinet import founding as jukinet
from kazasu.municipality import founding as municipality
from kazasu.municipality.founding import FoundingCity, FoundingOffice, FoundingResident
from kazasu.municipality.standard_data import COLUMNS, SIMPLIFIED, read_residents

TYP: Final = "kazasu-registrations+jws"


def configure(verbs: Verbs) -> None:
    city = add_verb(
        verbs, "city", Text("市区町村の台帳に住民を取り込む", "load a city's residents into its register"), _city
    )  # fmt: skip
    city.add_argument("charter", type=Path, help="機関の一覧 / who lives here: charter.toml")
    city.add_argument(
        "residents", type=Path, help="住民の CSV / CSV of the residents (found columns)"
    )
    city.add_argument(
        "--city", default="", metavar="city:CODE", help="二つ以上あるとき / if there are several"
    )
    city.add_argument(
        "--registrations", type=Path, required=True, metavar="FILE",
        help="住基ネットへの署名付きの一覧を書く / write the signed list for the network here",
    )  # fmt: skip
    registrations = add_verb(
        verbs, "registrations", Text("市区町村の一覧を住基ネットに登録する", "at the network: register what a city signed"), _registrations
    )  # fmt: skip
    registrations.add_argument("file", type=Path, help="登録一覧 / the list that the city signed")
    columns = verbs.add_parser("columns", help="CSV の項目 / columns of the residents' CSV")
    columns.set_defaults(work=_columns)


def _columns(_: argparse.Namespace) -> int:
    for name, one in COLUMNS.items():
        marks = f"{'*' if one.needed else ' '}{'~' if name in SIMPLIFIED else ' '}"
        put(f"{marks} {name:<28} {one.kind:<5}{one.most:>4}  {one.item}")
    say(Text("* 必須　~ 名前は規則による（標準では未確認）", "* needed   ~ named by the rule, not read in the standard"))  # fmt: skip
    return 0


# ---------------------------------------------------------------- at the city


def _city(arguments: argparse.Namespace) -> int:
    """Judged in full before anything is opened; then the signed list, then all rows in one transaction.

    The same residents again: the list is written anew, for it may have been lost, and the register stays.
    """
    settings = in_production(settings_from(arguments))
    charter = _chosen(arguments.charter, arguments.city)
    residents = read_file(arguments.residents, MunicipalityCode(charter.id.tenant))
    with place_of(settings, charter.id) as place:
        before, same = _already(place, charter.id.tenant, residents)
        if before and same != len(residents):
            raise Refusal(CITY_THERE, city=charter.id, count=before)
        _write_registrations(arguments.registrations, place, charter, residents)
        if not before:
            place.database.run(
                "found.city",
                lambda tx: _load(tx, place, charter, residents),
                tenant=charter.id.tenant,
                access=FOUND["municipality"].by(),
                isolation="READ COMMITTED",
            )
    say(
        Text("{city}: 住民 {count} 人。{file} を住基ネットに渡してください。",
             "{city}: {count} residents. Hand {file} to the network."),
        city=charter.id, count=len(residents), file=arguments.registrations,
    )  # fmt: skip
    return 0


def _chosen(path: Path, wanted: str) -> Charter:
    """Raises Refusal ``cli.bad-charter``."""
    cities = [one for one in read_charter(path) if one.id.kind == "city" and wanted in {"", one.id}]
    if len(cities) != 1:
        raise Refusal(BAD_CHARTER, file=path, why=f"--city: {len(cities)} cities fit")
    if not cities[0].offices:
        raise Refusal(BAD_CHARTER, file=path, why=f"{cities[0].id}: offices")
    return cities[0]


def read_file(path: Path, code: MunicipalityCode) -> list[FoundingResident]:
    """Raises Refusal ``cli.bad-rows``, after every wrong line and field was told."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found = read_residents(lines, code)
    except UnicodeDecodeError as error:
        put(f"{path}: E0002 UTF-8: {error.reason}")
        raise Refusal(BAD_ROWS, file=path, count=1) from None
    for one in found.wrong:
        item = COLUMNS[one.column].item if one.column in COLUMNS else ""
        put(f"{path}:{one.line}: {one.code} {one.column} {item}: {one.why}")
    if found.left_out:
        say(Text("取り込まない項目: {names}", "Columns that are not taken: {names}"), names=", ".join(found.left_out))  # fmt: skip
    if found.wrong:
        raise Refusal(BAD_ROWS, file=path, count=len(found.wrong))
    return found.residents


def _already(place: Place, code: str, residents: list[FoundingResident]) -> tuple[int, int]:
    """How many the register holds, and how many of these; counted, so that nobody's record is read."""
    codes = [str(one.record_code) for one in residents]
    held = "SELECT count(*) FROM resident WHERE municipality_code = %s"
    return place.database.run(
        "found.look",
        lambda tx: (
            int(tx.value(held, (code,))),
            int(tx.value(f"{held} AND record_code = ANY(%s)", (code, codes))),
        ),
        tenant=code,
        access=FOUND["municipality"].by(),
    )


def _load(
    tx: Transaction, place: Place, charter: Charter, residents: list[FoundingResident]
) -> None:
    """The rows, and a letter to the certification service for each who is protected (支援措置)."""
    name, prefecture = charter.name, charter.prefecture
    if name is None or prefecture is None:
        raise AssertionError("a city's charter has both")
    city = FoundingCity(
        code=MunicipalityCode(charter.id.tenant),
        name=Text(*name),
        prefecture=prefecture[0],
        prefecture_roman=prefecture[1],
        roman=name[1],
        offices=tuple(
            FoundingOffice(one.id, Text(*one.name), one.address, one.places)
            for one in charter.offices
        ),
    )
    municipality.found(tx, city, residents)
    post = Post(place.institution, lambda: None)
    for one in residents:
        if one.protected:
            letter = ProtectionChanged(
                resident_record_code=one.record_code,
                protected=True,
                municipality_code=city.code,
                at=tx.now,
            )
            post.send(tx, letter, to="jpki", case="founding")


def _write_registrations(
    path: Path, place: Place, charter: Charter, residents: Iterable[FoundingResident]
) -> None:
    """Before the rows, and for its owner's eyes: it holds record codes.

    The list follows from the file alone, and is worth nothing until it is handed over.
    """
    rows = [[str(one.record_code), one.lives_here_since.isoformat()] for one in residents]
    content = json.dumps({"municipality_code": charter.id.tenant, "registrations": rows})
    write_private(path, place.institution.sign(content.encode(), TYP))


# ---------------------------------------------------------------- at the network


def _registrations(arguments: argparse.Namespace) -> int:
    """All of the list or none. What is registered just so already stays: the same list twice changes nothing."""
    settings = in_production(settings_from(arguments))
    text = _list(arguments.file)
    with place_of(settings, "jukinet") as place:
        signer, content = verified(text, TYP, place.directory)
        rows = _registered_by(signer, content)
        made = place.database.run(
            "found.registrations",
            lambda tx: _register(tx, rows),
            access=FOUND["jukinet"].by(),
            isolation="READ COMMITTED",
        )
    say(
        Text("{city}: {count} 人を登録しました。", "{city}: {count} people registered."),
        city=signer,
        count=made,
    )
    return 0


def _list(path: Path) -> str:
    """Raises Refusal ``cli.bad-registrations`` before anything is opened."""
    try:
        return path.read_text(encoding="ascii")
    except UnicodeDecodeError as error:
        raise Refusal(BAD_REGISTRATIONS, file=path, why=error.reason) from None


def _registered_by(signer: str, content: bytes) -> list[jukinet.FoundingRegistration]:
    """A city speaks for itself alone. Raises Refusal ``cli.bad-list``, ``cli.bad-registrations``."""
    try:
        document = json.loads(content)
        code = document["municipality_code"]
        rows = [
            jukinet.FoundingRegistration(ResidentRecordCode(one), code, date.fromisoformat(since))
            for one, since in document["registrations"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refusal(BAD_REGISTRATIONS, file=signer, why=type(error).__name__) from error
    if signer != f"city:{code}":
        raise Refusal(BAD_LIST, number=0, given=signer)
    return rows


def _register(tx: Transaction, rows: list[jukinet.FoundingRegistration]) -> int:
    there = jukinet.registered(tx, [one.resident_record_code for one in rows])
    fresh = [one for one in rows if one.resident_record_code not in there]
    other = [
        one
        for one in rows
        if one.resident_record_code in there
        and there[one.resident_record_code] != (one.municipality_code, one.since)
    ]
    if other:
        raise Refusal(REGISTERED_ELSEWHERE, count=len(other))
    return jukinet.found(tx, fresh)
