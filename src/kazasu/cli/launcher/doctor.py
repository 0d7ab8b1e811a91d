"""``./kazasu doctor`` before the environment is complete: what can be seen with Python alone."""

import argparse
import os
from pathlib import Path

from kazasu.cli.launcher.environment import Environment
from kazasu.cli.launcher.findings import Finding, Words, judged, show
from kazasu.cli.launcher.machine import machine, names, port
from kazasu.cli.launcher.programs import programs
from kazasu.cli.launcher.usage import BareParser

STANDARD_PORT = 8000
_USE: Words = ("すべてのコマンド", "every command")


def asks_help(words: list[str]) -> bool:
    return "-h" in words or "--help" in words


def examine(root: Path, words: list[str]) -> int:
    """The findings that need no package; exit status as :func:`show`. ``words``: what followed ``doctor``."""
    given = _parser().parse_args(words)
    data = Path(given.data or os.environ.get("KAZASU_DATA") or root / "data").resolve()
    number = given.port or _port(os.environ.get("KAZASU_PORT", ""))
    found = [*machine(root, data), environment(root), port(number), *names(), *programs()]
    return show(found, as_json=given.json)


def environment(root: Path) -> Finding:
    """Whether ``.venv`` holds what the lock file asks for, as it stands now."""
    good = Environment(root).ready("runtime")
    told: Words = ("用意できています", "ready") if good else (
        "まだ用意できていません（データベースと国のことは、そのあとで分かります）",
        "not ready yet (what concerns database and country can be seen afterwards)")  # fmt: skip
    return Finding("environment", judged(good=good, needed=True), told, _USE, "" if good else "./kazasu --help")  # fmt: skip


def _port(text: str) -> int:
    """A setting that does not read is told by the command proper."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536 else STANDARD_PORT  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    """The options of the command proper; its help needs its packages."""
    parser = BareParser(prog="kazasu doctor", add_help=False, allow_abbrev=False)
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--database", metavar="URL")
    parser.add_argument("--port", type=int, choices=range(1, 65536), metavar="N")
    parser.add_argument("--json", action="store_true")
    return parser
