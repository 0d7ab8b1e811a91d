"""``card serve | insert | remove | trace``: virtual cards for other people's programs.

What lies on the reader is a line in a file that the serving process looks at, so that cards are laid down
and taken up from any shell. One process serves the reader of a data folder, and only it clears what lies there.
"""

import argparse
import fcntl
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from kazasu.card.chip.image import Elsewhere, NoSuchCard
from kazasu.card.chip.machine import Card, Chip
from kazasu.card.faults import ELSEWHERE, NO_CARD
from kazasu.card.trace import Traced
from kazasu.card.transports.own_pcscd import OwnPcscd
from kazasu.card.transports.vpcd import SLOTS, STANDARD_PORT, VirtualSlots, at_port
from kazasu.cli.card.card_selection import Verbs, add_verb, box_of
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import NOTHING_TO_RUN, READER_SERVED, TOO_MANY_CARDS
from kazasu.cli.output.speech import put, say
from kazasu.cli.output.usage import Parser
from kazasu.cli.processes.signals import ended_by_signals, until_ended
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.user import lock_file
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text

_NOTICED: Final = 2.0
"""Seconds in which a pcscd that runs notices a card."""


def configure(verbs: Verbs) -> None:
    serving = add_verb(
        verbs, "serve", Text("読取機にカードを置いて待つ", "put cards on a virtual reader"), _serve
    )
    serving.add_argument("cards", nargs="*", metavar="CARD", help="最大2枚 / at most two")
    serving.add_argument(
        "--system", type=int, nargs="?", const=STANDARD_PORT, metavar="PORT",
        help="この機械の pcscd（vpcd）へ / into this machine's own pcscd",
    )  # fmt: skip
    serving.add_argument("--trace", action="store_true", help="命令を見せる / show the commands")
    inserting = add_verb(verbs, "insert", Text("カードを置く", "lay a card on the reader"), _insert)
    inserting.add_argument("card", help="カードの名前 / name of a virtual card")
    removing = add_verb(verbs, "remove", Text("カードを取る", "take the card away"), _remove)
    for parser in (inserting, removing):
        parser.add_argument(
            "--slot", type=int, choices=range(SLOTS), default=0, help="読取機の場所 / place on the reader (0)"
        )  # fmt: skip
    tracing = add_verb(
        verbs, "trace", Text("他のプログラムとカードの会話を見る", "see what a program says to a card"),
        lambda given: _trace(given, tracing),
    )  # fmt: skip
    tracing.add_argument("card", help="カードの名前 / name of a virtual card")
    tracing.add_argument(
        "program",
        nargs=argparse.REMAINDER,
        help="動かすプログラム / the program to run: -- pkcs15-tool -c",
    )


class _Slots:
    """The cards that the files name; taken in hand while they lie there."""

    def __init__(self, settings: Settings, *, trace: bool) -> None:
        self._settings = settings
        self._trace = trace
        self._names = [""] * SLOTS
        self._told = [""] * SLOTS
        self._chips: list[Chip | None] = [None] * SLOTS
        self._hands = [ExitStack() for _ in range(SLOTS)]
        self._lock = threading.Lock()

    def look(self, n: int) -> Chip | None:
        with self._lock:
            name = _read(self._settings, n)
            if name != self._names[n]:
                self._change(n, name)
            return self._chips[n]

    def _change(self, n: int, name: str) -> None:
        """A card that is not to be had now is told once and tried again: it may be put down where it lies."""
        self._hands[n].close()
        self._names[n], self._chips[n] = "", None
        if name:
            try:
                box = box_of(self._settings, name)
                image = self._hands[n].enter_context(box.hold(name))
            except (NoSuchCard, Elsewhere, Refusal):
                if self._told[n] != name:
                    say(_NOT_HERE, card=name, slot=n)
                self._told[n] = name
                return
            card: Chip = Card(image, box.save)
            self._chips[n] = Traced(card, put) if self._trace else card
        self._names[n], self._told[n] = name, ""

    def close(self) -> None:
        for hand in self._hands:
            hand.close()


_NOT_HERE: Final = Text(
    "カード {card} は別の読取機の上にあるか、ありません。空くのを待っています（場所 {slot}）。",
    "Card {card} lies on another reader, or is nowhere. Place {slot} waits for it.",
)


def _serve(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    names: Sequence[str] = arguments.cards
    if len(names) > SLOTS:
        raise Refusal(TOO_MANY_CARDS, most=SLOTS, given=" ".join(names))
    for name in names:
        box_of(settings, name)
    with ended_by_signals(), ExitStack() as stack:
        stack.enter_context(_only_one(settings))
        slots = _Slots(settings, trace=arguments.trace)
        stack.callback(_clear, settings)
        stack.callback(slots.close)
        for n, name in enumerate(names):
            _write(settings, n, name)
            if slots.look(n) is None:
                raise Refusal(ELSEWHERE)
        looks = [lambda n=n: slots.look(n) for n in range(SLOTS)]
        if arguments.system is not None:
            machine = stack.enter_context(VirtualSlots(looks, at_port(arguments.system)))
            here = [machine.wait(n, present=True, seconds=_NOTICED) for n in range(len(names))]
            say(
                Text(
                    "この機械の pcscd の vpcd（ポート {port}）へカードを出しています。",
                    "Cards go to this machine's pcscd with vpcd at port {port}.",
                ),
                port=arguments.system,
            )
            if not all(here):
                say(_NO_DRIVER, port=arguments.system)
        else:
            service = stack.enter_context(OwnPcscd(looks))
            for n in range(len(names)):
                if not service.wait(n, present=True):
                    raise Refusal(NO_CARD)
            say(Text("別の端末で次を実行すると、どの PC/SC プログラムからも見えます:",
                     "In another shell, this lets any PC/SC program see them:"))  # fmt: skip
            for name, value in service.environment.items():
                put(f"  export {name}={value}")
        say(
            Text(
                "./kazasu card insert NAME、card remove で置いたり取ったりできます。Ctrl-C で終わります。",
                "./kazasu card insert NAME and card remove lay cards down and take them up. Ctrl-C ends.",
            )
        )
        until_ended()
    return 0


_NO_DRIVER: Final = Text(
    "ポート {port} の vpcd にはまだ届いていません。pcscd が動けば、すぐに出ます。",
    "The vpcd at port {port} is not reached yet; they will be there as soon as pcscd runs.",
)


def _insert(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    box = box_of(settings, arguments.card)
    if _read(settings, arguments.slot) != arguments.card:
        try:
            with box.hold(arguments.card):
                pass
        except Elsewhere:
            raise Refusal(ELSEWHERE) from None
        _write(settings, arguments.slot, arguments.card)
    if not _served(settings):
        say(
            Text(
                "読取機はまだ動いていません。./kazasu card serve で、このカードが載った読取機が動きます。",
                "No reader is served yet. ./kazasu card serve starts one, with this card on it.",
            )
        )
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    _write(settings_from(arguments), arguments.slot, "")
    return 0


def _trace(arguments: argparse.Namespace, parser: Parser) -> int:
    """Exit status: the program's.

    argparse gives the program all words behind the card, our own options with them; the first ``--`` says where it begins, and
    every later one is the program's.
    """
    program: list[str] = arguments.program
    if program[:1] != ["--"] and program[0:1] and program[0].startswith("-"):
        at = program.index("--") if "--" in program else len(program)
        own, program = program[:at], program[at:]
        arguments = parser.parsed([*own, arguments.card])
    program = program[1:] if program[:1] == ["--"] else program
    if not program:
        raise Refusal(NOTHING_TO_RUN, given="")
    box = box_of(settings_from(arguments), arguments.card)
    with ended_by_signals(), ExitStack() as stack:
        try:
            image = stack.enter_context(box.hold(arguments.card))
        except Elsewhere:
            raise Refusal(NOTHING_TO_RUN, given=arguments.card) from None
        chip = Traced(Card(image, box.save), lambda line: put(f"  {line}"))
        service = stack.enter_context(OwnPcscd([lambda: chip]))
        if not service.wait(0, present=True):
            raise Refusal(NO_CARD)
        try:
            done = subprocess.run(  # noqa: S603 - the person's own command
                program, env={**os.environ, **service.environment}, check=False
            )
        except OSError as error:
            raise Refusal(NOTHING_TO_RUN, given=f"{program[0]}: {error.strerror}") from error
    return done.returncode


# ---------------------------------------------------------------- the files


def _file(settings: Settings, n: int) -> Path:
    return settings.data / "reader" / f"slot-{n}"


def _read(settings: Settings, n: int) -> str:
    try:
        return _file(settings, n).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def _write(settings: Settings, n: int, name: str) -> None:
    write_whole(_file(settings, n), name)


def _clear(settings: Settings) -> None:
    for n in range(SLOTS):
        _file(settings, n).unlink(missing_ok=True)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """The reader of this folder is served by nobody else meanwhile.

    Raises Refusal ``cli.reader-served``.
    """
    path = _file(settings, 0).with_name("served")
    path.parent.mkdir(parents=True, exist_ok=True)
    with lock_file(path) as lock:
        until = time.monotonic() + 1.0  # somebody may be looking whether it is served
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Refusal(READER_SERVED, folder=path.parent) from None
                time.sleep(0.05)
        yield


def _served(settings: Settings) -> bool:
    try:
        with _file(settings, 0).with_name("served").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
