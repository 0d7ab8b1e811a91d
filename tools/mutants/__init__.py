"""Kept patches that put a mended fault back, and the proof that a test catches each of them.

A ``.patch`` beside this file is a unified diff with two header lines: ``Fault:`` one sentence, ``Caught-by:`` test ids. Applied to a
copy of the tree, at least one of these tests must fail.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
_HEADER = re.compile(r"^(Fault|Caught-by): (.+)$", re.MULTILINE)
_OUTCOME = re.compile(
    r"^(PASSED|FAILED|ERROR) (\S+\.py(?:::[^\s\[@]+)*(?:\[[^\n]*?\])?)(?:@\S+)?(?: - .*)?$",
    re.MULTILINE,
)
_PATIENCE_SECONDS = 300.0
_TESTS_FAILED = 1
"""pytest's exit status when tests ran and some failed; every other one proves nothing."""


@dataclass(frozen=True)
class Mutant:
    """One kept patch."""

    path: Path
    fault: str
    caught_by: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def applies(self, tree: Path, *options: str) -> str:
        """What ``git apply`` says against it; empty: it fits."""
        done = subprocess.run(
            ["git", "apply", "-C1", *options, str(self.path)],
            cwd=tree, capture_output=True, text=True, check=False,
            env=os.environ | {"GIT_CEILING_DIRECTORIES": str(tree.parent)},
        )  # fmt: skip
        return done.stderr if done.returncode else ""


def kept() -> list[Mutant]:
    """All of them. Raises ``ValueError`` for a patch without its two header lines."""
    return [_read(path) for path in sorted(FOLDER.glob("*.patch"))]


def _read(path: Path) -> Mutant:
    head = path.read_text(encoding="utf-8").partition("\ndiff ")[0]
    found = dict(_HEADER.findall(head))
    if set(found) != {"Fault", "Caught-by"}:
        raise ValueError(f"{path.name}: needs the lines 'Fault: …' and 'Caught-by: …'")
    return Mutant(path, found["Fault"], tuple(found["Caught-by"].split()))


class Tree:
    """A copy of the working tree to put faults into; the environment stays the clone's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tree"
        self._green: dict[tuple[str, ...], bool] = {}
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        for command in (
            ["init", "-q"],
            ["add", "-A"],
        ):  # for tests that ask git for the tree's files
            subprocess.run(["git", *command], cwd=self.folder, check=True, capture_output=True)
        for shared in (".kazasu", ".venv"):  # axe-core, foreign tools, packages
            if (ROOT / shared).exists():
                (self.folder / shared).symlink_to(ROOT / shared)

    def caught(self, mutant: Mutant) -> str:
        """Empty when a test failed on the fault; else what happened instead."""
        if not self._pass_without(mutant.caught_by):
            return "its tests fail without the fault"
        if trouble := mutant.applies(self.folder):
            return f"does not apply: {trouble}"
        try:
            done = self._run(mutant.caught_by)
        finally:
            mutant.applies(self.folder, "--reverse")
        if done.returncode == _TESTS_FAILED:
            return ""
        survived = "survived" if done.returncode == 0 else f"pytest ended with {done.returncode}"
        return f"{survived}\n{done.stdout[-2000:]}{done.stderr[-500:]}"

    def learn_green(self, mutants: Sequence[Mutant]) -> None:
        """Run their tests once, together: starting pytest for each costs more than most of them do."""
        asked = sorted({test for mutant in mutants for test in mutant.caught_by})
        said = self._run(
            asked, "-n", "2", "-rA", "--tb=no", patience=_PATIENCE_SECONDS * len(asked)
        )
        ended: dict[str, bool] = {}
        for outcome, test in _OUTCOME.findall(said.stdout):
            for name in {test, test.partition("[")[0]}:
                ended[name] = ended.get(name, True) and outcome == "PASSED"
        for mutant in mutants:
            if all(ended.get(test) for test in mutant.caught_by):  # what was red is asked alone
                self._green[mutant.caught_by] = True

    def _pass_without(self, tests: tuple[str, ...]) -> bool:
        """A test that is red anyway proves nothing. Each is run once for all faults that it catches."""
        if tests not in self._green:
            self._green[tests] = self.passes(*tests)
        return self._green[tests]

    def passes(self, *tests: str) -> bool:
        """Whether these tests pass in the tree as it is; what cannot be collected or hangs does not."""
        return self._run(tests).returncode == 0

    def _run(
        self, tests: Sequence[str], *options: str, patience: float = _PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            *("-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(options or ("-x", "-n", "0")),
            *tests,
        ]
        running = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=_without_settings(),
        )  # fmt: skip
        try:
            out, complaints = running.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)  # so that pytest takes its server down
            out, complaints = running.communicate()
        return subprocess.CompletedProcess(command, running.returncode, out, complaints)


def _without_settings() -> dict[str, str]:
    hidden = ("KAZASU_", "PYTEST_", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
