"""``python -m tools.nightly --into DIR [--hours N]``: every heavy rig, one after the other, for as long as there is time.

What passed at this commit is not run again, so a night that ended in the middle goes on in the next. Prints one line a rig;
their output lies in DIR. Exit status 1: a rig failed; 2: there was no time for all.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.mutants import ROOT, kept
from tools.mutants.generated import AREAS

PYTEST = ("-m", "pytest", "-q", "-n", "0", "--deep", "-p", "no:cacheprovider")
EXPLORED = (
    "exchange",
    "foundation",
    "jpki",
    "jukinet",
    "municipality",
    "identity",
    "card",
    "portal",
)
"""Folders of tests whose properties are tried with many more examples."""


@dataclass(frozen=True)
class Rig:
    name: str
    arguments: tuple[str, ...]


def rigs(into: Path) -> list[Rig]:
    """Short ones first: a fault is known early."""
    return [
        *(Rig(f"deep {name}", (*PYTEST, "-m", "deep", name)) for name in _with_deep_tests()),
        *(Rig(f"explored {one}", (*PYTEST, f"tests/{one}")) for one in EXPLORED if (ROOT / "tests" / one).is_dir()),
        *(Rig(f"mutant {one.name}", ("-m", "tools.mutants", one.name)) for one in kept()),
        *(Rig(f"generated {area}", ("-m", "tools.mutants.generated", area, "--journal", str(into / "generated.jsonl"))) for area in AREAS),
    ]  # fmt: skip


def _with_deep_tests() -> list[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    marked = (
        one
        for one in files
        if "node_modules" not in one.parts and "mark.deep" in one.read_text(encoding="utf-8")
    )
    own = ROOT / "tests" / "structure" / "test_mutants.py"  # each is a rig of its own here
    return sorted(str(one.relative_to(ROOT)) for one in marked if one != own)


class Journal:
    """Which rig passed at which commit."""

    def __init__(self, file: Path) -> None:
        self._file = file
        status = subprocess.run(
            ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        head = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        self._commit = "" if status.stdout else head.stdout.strip()  # changed files are no commit
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        found = map(json.loads, lines)
        self.passed = {
            one["rig"]
            for one in found
            if one["passed"] and self._commit and one["commit"] == self._commit
        }

    def put(self, rig: Rig, *, passed: bool, seconds: float) -> None:
        line = {
            "rig": rig.name,
            "commit": self._commit,
            "passed": passed,
            "seconds": round(seconds, 1),
        }
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")


def run(rig: Rig, log: Path) -> bool:
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [sys.executable, *rig.arguments],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, required=True, metavar="DIR")
    parser.add_argument("--hours", type=float, default=8.0)
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    journal = Journal(given.into / "journal.jsonl")
    end, failed = time.monotonic() + given.hours * 3600, 0
    left = [rig for rig in rigs(given.into) if rig.name not in journal.passed]
    while left and time.monotonic() < end:
        rig, began = left.pop(0), time.monotonic()
        log = given.into / f"{rig.name.replace('/', '.').replace(' ', '-')}.log"
        passed = run(rig, log)
        seconds = time.monotonic() - began
        journal.put(rig, passed=passed, seconds=seconds)
        failed += not passed
        print(f"{'passed' if passed else 'FAILED'}  {seconds:7.1f} s  {rig.name}", flush=True)
    if left:
        print(f"no time for {len(left)}: begin again with the same --into")
    return 1 if failed else 2 if left else 0


if __name__ == "__main__":
    sys.exit(main())
