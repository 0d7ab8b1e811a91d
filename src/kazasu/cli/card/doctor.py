"""``card doctor``: is there everything that a card needs, and how is the card that lies there?"""

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path

from kazasu.card.client import NAMES, opened
from kazasu.card.transports.own_pcscd import DRIVERS
from kazasu.card.transports.pcsc import PcscReader, readers_seen
from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.output.speech import language, put
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``good`` None: missing, and not needed for everything."""

    what: str
    good: bool | None
    told: str

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: "–"}[self.good]
        return f"{mark} {self.what:<22} {self.told}"


def configure(verbs: Verbs) -> None:
    parser = add_verb(
        verbs, "doctor", Text("読取機とカードの具合を調べる", "look whether reader and card are well"), _run
    )  # fmt: skip
    parser.add_argument("--reader", default="", help="読取機の名前の一部 / part of a reader's name")


def _run(arguments: argparse.Namespace) -> int:
    """0 when a card can be used, 1 otherwise."""
    findings = [*_programs(), *_reader_and_card(arguments.reader)]
    for finding in findings:
        put(str(finding))
    return 0 if all(finding.good is not False for finding in findings) else 1


def _programs() -> list[Finding]:
    """What the virtual reader and other people's tools need."""
    driver = next(Path("/").glob(DRIVERS), None)
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    found = [
        (name, shutil.which(name) or shutil.which(name, path=path))
        for name in ("pcscd", "pkcs15-tool")
    ]
    found.append(("vpcd", str(driver) if driver else None))
    advice = Text("なし（apt-get install pcscd vsmartcard-vpcd opensc）",
                  "missing (apt-get install pcscd vsmartcard-vpcd opensc)").to(language())  # fmt: skip
    return [Finding(name, True if where else None, where or advice) for name, where in found]


def _reader_and_card(name: str) -> list[Finding]:
    own = language()
    try:
        readers = readers_seen()
    except Refusal as refusal:
        return [Finding("PC/SC", False, f"{refusal.title.to(own)} {refusal.todo.to(own)}")]
    found = [Finding("reader", True, reader) for reader in readers]
    try:
        with opened(lambda: PcscReader(name)) as card:
            good = card.is_my_number_card()
            found.append(Finding("My Number Card", good, card.token_label() if good else "—"))
            if good:
                found += [
                    Finding("PIN", bool(left), f"{left}: {NAMES[which].to(own)}")
                    for which, left in card.counters().items()
                    if left is not None
                ]
                signing = card.has_signing_certificate()
                found.append(Finding("signing certificate", True if signing else None, str(signing)))  # fmt: skip
    except Refusal as refusal:
        found.append(Finding("card", False, f"{refusal.title.to(own)} {refusal.todo.to(own)}"))
    return found
