"""``card serve | insert | remove | trace``: virtual cards for other people's programs.

What lies on the reader is a line in a file that the serving process looks at, so that cards are laid down
and taken up from any shell.
"""

import argparse
import os
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from kazasu.card.chip.image import Elsewhere, NoSuchCard
from kazasu.card.chip.machine import Card, Chip
from kazasu.card.trace import Traced
from kazasu.card.transports.own_pcscd import OwnPcscd
from kazasu.card.transports.vpcd import SLOTS, STANDARD_PORT, VirtualSlots, at_port
from kazasu.cli.card.card_selection import Verbs, add_verb, box_of
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import NOTHING_TO_RUN
from kazasu.cli.output.speech import put, say
from kazasu.cli.processes.signals import ended_by_signals
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text


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
        verbs, "trace", Text("他のプログラムとカードの会話を見る", "see what a program says to a card"), _trace
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
        self._hands[n].close()
        self._names[n], self._chips[n] = "", None
        with suppress(NoSuchCard, Elsewhere, Refusal):
            if name:
                box = box_of(self._settings, name)
                image = self._hands[n].enter_context(box.hold(name))
                card: Chip = Card(image, box.save)
                self._chips[n] = Traced(card, put) if self._trace else card
            self._names[n] = name

    def close(self) -> None:
        for hand in self._hands:
            hand.close()


def _serve(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    for n, name in enumerate(arguments.cards[:SLOTS]):
        box_of(settings, name)
        _write(settings, n, name)
    slots = _Slots(settings, trace=arguments.trace)
    looks = [lambda n=n: slots.look(n) for n in range(SLOTS)]
    with ended_by_signals(), ExitStack() as stack:
        stack.callback(slots.close)
        if arguments.system is not None:
            stack.enter_context(VirtualSlots(looks, at_port(arguments.system)))
            say(
                Text(
                    "この機械の pcscd の vpcd（ポート {port}）へカードを出しています。",
                    "Cards go to this machine's pcscd with vpcd at port {port}.",
                ),
                port=arguments.system,
            )
        else:
            service = stack.enter_context(OwnPcscd(looks))
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
        stack.callback(_clear, settings)
        threading.Event().wait()
    return 0


def _insert(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    box_of(settings, arguments.card)
    _write(settings, arguments.slot, arguments.card)
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    _write(settings_from(arguments), arguments.slot, "")
    return 0


def _trace(arguments: argparse.Namespace) -> int:
    """Exit status: the program's."""
    program = [word for word in arguments.program if word != "--"]
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
        service.wait(0, present=True)
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
