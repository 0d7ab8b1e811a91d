"""``kazasu faults``: the catalogue, on the screen or as docs/faults.md."""

import argparse
import importlib
import pkgutil
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Final

import kazasu
from kazasu.cli.output.refusals import UNKNOWN_FAULT
from kazasu.cli.output.speech import language, put, say
from kazasu.foundation.faults import CATALOGUE, Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.society.catalogue.examples import filled, fits

SUMMARY = Text("断られる場合の一覧", "the catalogue of faults")

_WHO = {"resident": "本人 resident", "clerk": "職員 clerk", "operator": "運用者 operator",
        "integrator": "接続者 integrator"}  # fmt: skip
_NOT_OURS: Final = ("__main__", "pytest_plugin")
"""Modules that are for other programs to import."""
_HEAD = """# 断られる場合の一覧 / The catalogue of faults

Written by `./kazasu faults --write docs/faults.md`; do not edit by hand. Every refusal has a stable code, what
happened, what to do now and who can do it. Pages show the texts; programs get the code in an
RFC 9457 problem (`type` ends with the code).
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--write", metavar="FILE", type=Path, help="docs/faults.md を書く / write the document"
    )
    parser.add_argument("code", nargs="?", help="番号か、文面の言葉 / a code, or words of its text")


def run(arguments: argparse.Namespace) -> int:
    catalogue = load_catalogue()
    if arguments.write:
        arguments.write.write_text(document(catalogue), encoding="utf-8")
        say(Text("{file}: {count} 件", "{file}: {count} faults"),
            file=arguments.write, count=len(catalogue))  # fmt: skip
        return 0
    own = language()
    for fault in _asked_for(arguments.code or "", catalogue):
        title, todo = filled(fault)
        put(f"{fault.code}  {fault.status}  {title.to(own)} → {todo.to(own)}")
    return 0


def _asked_for(given: str, catalogue: list[Fault]) -> list[Fault]:
    """The one of this code, or all that have these words. Raises Refusal ``cli.unknown-fault``."""
    exact = [fault for fault in catalogue if fault.code == given]
    chosen = exact or [fault for fault in catalogue if fits(fault, given)]
    if not chosen:
        near = get_close_matches(given, [fault.code for fault in catalogue], n=3, cutoff=0)
        raise Refusal(UNKNOWN_FAULT, given=given, near=", ".join(near))
    return chosen


def load_catalogue() -> list[Fault]:
    """All faults of the house by code: every module is imported, so that each is declared."""
    for module in pkgutil.walk_packages(kazasu.__path__, "kazasu."):
        if not module.name.endswith(_NOT_OURS):
            importlib.import_module(module.name)
    return sorted(CATALOGUE.values(), key=lambda fault: fault.code)


def document(catalogue: list[Fault]) -> str:
    """docs/faults.md: one table a room."""
    parts = [_HEAD]
    for room, faults in groupby(catalogue, key=lambda fault: fault.code.partition(".")[0]):
        parts.append(
            f"\n## {room}\n\n| code | HTTP | what happened | what to do | who | source |\n"
        )
        parts.append("|---|---|---|---|---|---|\n")
        parts.extend(_row(fault) for fault in faults)
    return "".join(parts)


def _row(fault: Fault) -> str:
    cells = (
        f"`{fault.code}`", str(fault.status), f"{fault.title.ja}<br>{fault.title.en}",
        f"{fault.todo.ja}<br>{fault.todo.en}", _WHO[fault.who], fault.source,
    )  # fmt: skip
    shielded = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(shielded)} |\n"
