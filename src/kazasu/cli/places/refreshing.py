"""``kazasu places refresh``: first what would change, and with ``--take`` the change. Each table is written whole or not at all."""

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kazasu.cli.options import add_place, settings_alone
from kazasu.cli.output.refusals import BAD_USAGE
from kazasu.cli.output.speech import put, say, tell
from kazasu.cli.places import report
from kazasu.cli.places.residents import unplaced
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.country_clock import open_clock
from kazasu.foundation.values.places import tables
from kazasu.foundation.values.places.importing import address_base, japanpost
from kazasu.foundation.values.places.importing.changes import Snapshot, compare, snapshot
from kazasu.foundation.values.places.importing.delivered import Delivered, delivered
from kazasu.foundation.values.places.importing.faults import MUCH_SMALLER, SAMPLE_IN_PRODUCTION
from kazasu.foundation.values.places.postcodes import rows_of
from kazasu.foundation.values.places.registry import known
from kazasu.foundation.values.places.tables import POSTCODES, REGISTRY, About

_LEAST_LEFT = 0.95
"""Of the table's rows: an edition changes some hundreds of 120,000."""
_READING = Text("{what}: {rows} 行", "{what}: {rows} rows")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A table that was read, compared, and may be laid down."""

    name: str
    about: About
    laid: Callable[[], bytes]


def configure(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    refresh = verbs.add_parser(
        "refresh",
        help="新しい表で何が変わるかを見て、--take で取り込む / what a newer table changes; --take takes it",
    )
    add_place(refresh)
    refresh.add_argument(
        "--postcodes", type=Path, metavar="FILE",
        help="日本郵便の utf_ken_all（CSV か ZIP） / Japan Post's utf_ken_all, CSV or ZIP",
    )  # fmt: skip
    refresh.add_argument(
        "--registry", type=Path, nargs="+", default=[], metavar="FILE",
        help="レジストリの mt_pref・mt_city・mt_town（CSV か ZIP。足りない県は不明のまま） / the Registry's mt_pref, mt_city and mt_town, CSV or ZIP; what they lack is unknown",
    )  # fmt: skip
    refresh.add_argument(
        "--edition", default="", metavar="DAY",
        help="版の日付（ZIP の日付のかわりに） / the edition's day, instead of the one in the ZIP",
    )  # fmt: skip
    refresh.add_argument("--take", action="store_true", help="取り込む（なければ見るだけ） / take it; else it is only shown")  # fmt: skip
    refresh.add_argument(
        "--smaller",
        action="store_true",
        help="ずっと小さい表でも取り込む / also a much smaller table",
    )
    refresh.add_argument("--json", action="store_true", help="一行一件 / one object a line")
    refresh.set_defaults(work=run)


def run(arguments: argparse.Namespace) -> int:
    """1 where addresses of residents would no longer stand in the table, and it was not taken.

    Raises Refusal ``places.…`` of a file that is not as it should be, ``cli.bad-usage`` without one.
    """
    if not arguments.postcodes and not arguments.registry:
        raise Refusal(
            BAD_USAGE, command="kazasu places refresh",
            ja="--postcodes か --registry が要ります", en="--postcodes or --registry is needed",
        )  # fmt: skip
    settings = settings_alone(arguments)
    _use(settings)
    ready, lost = list[_Ready](), 0
    if arguments.postcodes:
        made, lost = _postcodes(settings, arguments)
        ready.append(made)
    if arguments.registry:
        ready.append(_registry(settings, arguments))
    if not arguments.take:
        _last(
            Text(
                "見ただけです。何も変えていません。取り込むには --take を付けてください。",
                "Shown only; nothing was changed. --take takes it.",
            ),
            arguments,
        )
        return 1 if lost else 0
    for one in ready:
        tables.lay(settings.places_folder, one.name, one.laid())
    _last(Text("{folder} に取り込みました。動いているプロセスは、次に始めたときに読みます。",
               "Taken, into {folder}. Processes that run read it when they start next."), arguments, folder=settings.places_folder)  # fmt: skip
    return 0


def _last(words: Text, arguments: argparse.Namespace, **facts: object) -> None:
    if arguments.json:
        put(json.dumps({"taken": arguments.take}))
    else:
        say(words, **facts)


def _use(settings: Settings) -> None:
    """The table in use, to compare with; one that does not read is replaced, and until then the package's counts."""
    try:
        tables.use(settings.places_folder)
    except Refusal as refusal:
        say(refusal.title)


def _postcodes(settings: Settings, arguments: argparse.Namespace) -> tuple[_Ready, int]:
    file = delivered(arguments.postcodes)
    found = japanpost.read(file, _told(file))
    rows = [row for several in found.values() for row in several]
    before, after = snapshot(rows_of()), snapshot(rows)
    _must_be_whole(file, before, after, arguments)
    about = _about("Japan Post", [file], len(rows), arguments)
    report.of_postcodes(compare(before, after), about, as_json=arguments.json)
    lost = unplaced(settings, before, after)
    report.of_residents(lost, as_json=arguments.json)
    return _Ready(POSTCODES, about, lambda: japanpost.laid(found, about)), sum(
        (lost or {}).values()
    )


def _must_be_whole(
    file: Delivered, before: Snapshot, after: Snapshot, arguments: argparse.Namespace
) -> None:
    """Raises Refusal ``places.much-smaller``."""
    had, has = len(before.by_postcode), len(after.by_postcode)
    if has < had * _LEAST_LEFT and not arguments.smaller:
        raise Refusal(MUCH_SMALLER, file=file.name, before=f"{had:,}", after=f"{has:,}")


def _registry(settings: Settings, arguments: argparse.Namespace) -> _Ready:
    files = [delivered(path) for path in arguments.registry]
    on = civil(open_clock(settings).now())
    found = address_base.read(files, on, _told(files[-1]))
    if found.sample and not settings.sandbox:
        raise Refusal(SAMPLE_IN_PRODUCTION, file=", ".join(one.name for one in files))
    before, after = known(), {key: "".join(names[:3]) for key, names in found.towns.items()}
    if before and len(after) < len(before) * _LEAST_LEFT and not arguments.smaller:
        raise Refusal(
            MUCH_SMALLER, file=files[-1].name, before=f"{len(before):,}", after=f"{len(after):,}"
        )
    about = _about("Digital Agency", files, len(after), arguments, on=on, sample=found.sample)
    report.of_registry(found, before, after, about, as_json=arguments.json)
    return _Ready(REGISTRY, about, lambda: address_base.laid(found, about))


def _about(
    source: str, files: Sequence[Delivered], rows: int, arguments: argparse.Namespace,
    on: date | None = None, *, sample: bool = False,
) -> About:  # fmt: skip
    """The same files give the same table: nothing of it is when or where it was taken, but the day for which rows were in force."""
    digest = hashlib.sha256("".join(one.sha256 for one in files).encode()).hexdigest()
    return About(
        source, ", ".join(one.name for one in files), arguments.edition or max(one.edition for one in files), rows, sample,
        files[0].sha256 if len(files) == 1 else digest, on.isoformat() if on else "",
    )  # fmt: skip


def _told(file: Delivered) -> Callable[[int], None]:
    return lambda rows: tell(_READING, what=file.name, rows=f"{rows:,}")
