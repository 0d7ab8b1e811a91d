"""Which card a command means: one of the country's tray, of the workbench, or a real one on a reader."""

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kazasu.card.chip.image import CardBox
from kazasu.card.client import CardClient, opened
from kazasu.card.transports import Reader
from kazasu.card.transports.pcsc import PcscReader
from kazasu.card.transports.recorded import Recorder, Replay
from kazasu.card.transports.virtual import VirtualReader
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.refusals import NO_FILE, NO_PIN, NO_SUCH_CARD, NO_WORKBENCH
from kazasu.cli.output.speech import cause, put
from kazasu.cli.output.usage import Parser
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock, SystemClock
from kazasu.foundation.time.country_clock import open_clock
from kazasu.workbench.bench import Workbench

Verbs = Any
"""What ``add_subparsers`` gives; argparse has no public name for it."""


def add_verb(
    verbs: Verbs, name: str, summary: Text, work: Callable[[argparse.Namespace], int]
) -> Parser:
    both = f"{summary.en} / {summary.ja}"
    parser: Parser = verbs.add_parser(name, help=both, description=both)
    parser.set_defaults(work=work)
    add_place(parser)
    return parser


def add_card(parser: argparse.ArgumentParser) -> None:
    """Which card, and what is needed to work with it."""
    parser.add_argument("card", nargs="?", help="カードの名前 / name of a virtual card")
    parser.add_argument(
        "--pcsc", nargs="?", const="", metavar="READER",
        help="本物の読取機の上のカード / the card on a PC/SC reader",
    )  # fmt: skip
    parser.add_argument("--pin", help="暗証番号（なければ尋ねます）/ asked for if missing")
    parser.add_argument(
        "--force", action="store_true", help="最後の1回も使う / use the last try, too"
    )
    parser.add_argument("--trace", action="store_true", help="命令を見せる / show the commands")
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="命令と応答を書く / write the conversation down"
    )
    parser.add_argument(
        "--replay", type=Path, metavar="FILE",
        help="書いた会話のとおりに答えさせる / have a written conversation answer, instead of a card",
    )  # fmt: skip


def workbench(settings: Settings) -> Workbench:
    """Made at its first use; in a country it keeps the country's time. Raises Refusal ``cli.no-workbench-in-production``."""
    if not settings.sandbox:
        raise Refusal(NO_WORKBENCH)
    folder = settings.data / "workbench"
    folder.mkdir(parents=True, exist_ok=True)
    return Workbench(folder, clock_of(settings))


def clock_of(settings: Settings) -> Clock:
    return open_clock(settings) if settings.directory_file.exists() else SystemClock()


def boxes(settings: Settings) -> dict[str, CardBox]:
    """Where cards lie, by place."""
    return {
        "country": CardBox(settings.directory_file.parent / "cards"),
        "workbench": CardBox(settings.data / "workbench" / "cards"),
    }


def box_of(settings: Settings, card_id: str) -> CardBox:
    """Raises Refusal ``cli.no-such-card``."""
    for box in boxes(settings).values():
        if card_id in box:
            return box
    raise Refusal(NO_SUCH_CARD, given=card_id)


@contextmanager
def in_hand(arguments: argparse.Namespace) -> Iterator[CardClient]:
    """The chosen card, until the work is done; its trace is shown at the end, also of a failure."""
    with opened(lambda: _reader(arguments)) as client:
        try:
            yield client
        finally:
            if arguments.trace:
                for line in client.trace.lines:
                    put(str(line))


def _reader(arguments: argparse.Namespace) -> Reader:
    reader: Reader
    if arguments.replay:
        return _replay(arguments.replay)
    if arguments.pcsc is not None:
        reader = PcscReader(arguments.pcsc)
    elif arguments.card:
        box = box_of(settings_from(arguments), arguments.card)
        reader = VirtualReader(box, arguments.card)
    else:
        raise Refusal(NO_SUCH_CARD, given="")
    return Recorder(reader, arguments.record) if arguments.record else reader


def _replay(file: Path) -> Reader:
    """Raises Refusal ``cli.no-file``: it is not there, or holds no conversation."""
    try:
        return Replay(file)
    except OSError as error:
        raise Refusal(NO_FILE, given=file, why=cause(error)) from error
    except ValueError as error:
        raise Refusal(NO_FILE, given=file, why="--record") from error


def secret(given: str | None, what: Text) -> str:
    """The PIN or password: ``given``, or asked for without showing it.

    Raises Refusal ``cli.no-pin``: there is nobody to ask.
    """
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Refusal(NO_PIN)
    return getpass.getpass(f"{what.en} / {what.ja}: ")
