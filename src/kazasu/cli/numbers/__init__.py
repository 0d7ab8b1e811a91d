"""``kazasu numbers``: the key under which a city's individual numbers stand in its database."""

import argparse
from pathlib import Path

from kazasu.app.country import enter
from kazasu.app.rooms import ROOMS, room_of
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.refusals import NO_NUMBERS
from kazasu.cli.output.speech import say
from kazasu.foundation.database.conversion import Floor
from kazasu.foundation.database.migrate import HOUSE, owner_options
from kazasu.foundation.database.owner import as_owner
from kazasu.foundation.enciphering import ColumnCipher
from kazasu.foundation.enciphering.faults import BEING_RENEWED
from kazasu.foundation.enciphering.key_files import (
    column_key_file,
    read_column_keys,
    write_column_keys,
)
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import find_server
from kazasu.foundation.text import Text
from kazasu.foundation.time.country_clock import open_clock
from kazasu.municipality.renewing import renew_numbers

SUMMARY = Text("個人番号の列の鍵を更新する", "renew the key of the individual numbers' column")


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    renew = verbs.add_parser(
        "renew",
        help="新しい鍵を作り、すべて暗号化し直す / begin a key, and encipher everything anew under it",
    )
    add_place(renew)
    renew.add_argument("institution", help="機関（city:141003） / the institution, city:141003")
    renew.add_argument(
        "--go-on", action="store_true",
        help="中断した更新を続ける（鍵は作らない） / go on with one that was interrupted; makes no key",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Also while the city is open: its processes take the new key as soon as the file has it.

    One renewal at a time: two would take each other's rows without end, and the later would write the file without the
    earlier's key.

    Raises Refusal ``cli.no-numbers``, ``enciphering.being-renewed``, ``enciphering.no-key``, ``enciphering.key-unreadable``, and as
    :func:`~kazasu.municipality.renewing.renew_numbers`.
    """
    settings = settings_from(arguments)
    room = room_of(arguments.institution)
    if not room or not ROOMS[room].holds_numbers:
        raise Refusal(NO_NUMBERS, institution=arguments.institution)
    tenant = arguments.institution.partition(":")[2]
    folder: Path = settings.directory_file.parent / "keys"
    read_column_keys(
        folder, arguments.institution
    )  # a wrong one is told before a server is started
    with find_server(settings) as server:
        enter(settings, server)
        floor = as_owner(server, HOUSE).url()
        with Floor.of(floor, owner_options(room), open_clock(settings)) as owner:
            if not owner.alone(f"numbers {arguments.institution}"):
                raise Refusal(BEING_RENEWED, institution=arguments.institution)
            keys = read_column_keys(folder, arguments.institution)
            if not arguments.go_on:
                keys = keys.begun_anew()
                write_column_keys(folder, keys)
            done = renew_numbers(ColumnCipher(tenant, keys), owner, tenant)
    say(
        Text("{at}: {count} 件を暗号化し直しました。{file} の控えを取ってください。",
             "{at}: {count} values enciphered anew. Take a copy of {file}."),
        at=arguments.institution, count=done, file=column_key_file(folder, arguments.institution),
    )  # fmt: skip
    return 0
