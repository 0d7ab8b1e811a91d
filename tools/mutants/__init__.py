"""Kept patches that put a mended fault back, and the proof that a test catches each of them.

A ``.patch`` beside this file is a unified diff with two header lines: ``Fault:`` one sentence, ``Caught-by:`` test ids. Applied to a
copy of the tree, at least one of these tests must fail.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.databases import FORGETFUL
from tools.mutants.warm import Warm

from kazasu.foundation.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
_HEADER = re.compile(r"^(Fault|Caught-by): (.+)$", re.MULTILINE)
_OUTCOME = re.compile(
    r"^(PASSED|FAILED|ERROR) (\S+\.py(?:::[^\s\[@]+)*(?:\[[^\n]*?\])?)(?:@\S+)?(?: - .*)?$",
    re.MULTILINE,
)
_CHANGED = re.compile(r"^\+\+\+ b/(\S+)$", re.MULTILINE)
_LAYERS_OF_THE_SERVER = (
    "src/kazasu/foundation/database/",
    "src/kazasu/foundation/postgres/",
    "tests/support/databases.py",
)
"""Who changes these may change roles, which belong to the whole server."""
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

    @property
    def files(self) -> list[str]:
        """Those that it changes."""
        return _CHANGED.findall(self.path.read_text(encoding="utf-8"))

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
        folder.chmod(0o711)  # so that, as root, the server's user gets in
        self.folder = folder / "tree"
        self._scratch = folder / "scratch"
        self._warm: Warm | None = None
        self._server: EmbeddedPostgres | None = None
        self._green: dict[tuple[str, ...], bool] = {}
        self._second = int(time.time())
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
        self.changed(mutant.files)
        try:
            done = self._run(
                mutant.caught_by,
                alone=any(one.startswith(_LAYERS_OF_THE_SERVER) for one in mutant.files),
            )
        finally:
            mutant.applies(self.folder, "--reverse")
            self.changed(mutant.files)
        if done.returncode == _TESTS_FAILED:
            return ""
        survived = "survived" if done.returncode == 0 else f"pytest ended with {done.returncode}"
        return f"{survived}\n{done.stdout[-2000:]}{done.stderr[-500:]}"

    def changed(self, files: Sequence[str]) -> None:
        """Give them a second of their own: compiled files are told from stale ones by it, and runs are shorter than it."""
        self._second += 2
        for file in files:
            if (self.folder / file).exists():
                os.utime(self.folder / file, (self._second, self._second))

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

    def believe_green(self, mutants: Sequence[Mutant]) -> None:
        """Their tests pass without the fault: whoever says so has just run the suite."""
        self._green |= {mutant.caught_by: True for mutant in mutants}

    def _pass_without(self, tests: tuple[str, ...]) -> bool:
        """A test that is red anyway proves nothing. Each is run once for all faults that it catches."""
        if tests not in self._green:
            self._green[tests] = self.passes(*tests)
        return self._green[tests]

    def passes(self, *tests: str) -> bool:
        """Whether these tests pass in the tree as it is; what cannot be collected or hangs does not."""
        return self._run(tests).returncode == 0

    def _run(
        self,
        tests: Sequence[str],
        *options: str,
        patience: float = _PATIENCE_SECONDS,
        alone: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Each run is a fork of one warm process, on one server of databases.

        ``alone``: with a server of its own, for what the tree does to a server would stay for the next run.
        """
        arguments = [
            *("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
            *(() if alone else (f"--scratch={self._common_server()}",)),
            *(options or ("-x", "-n", "0")),
            *tests,
        ]
        if self._warm is None:
            self._warm = Warm(self.folder, _without_settings())
        return self._warm.run(arguments, patience)

    def _common_server(self) -> Path:
        if self._server is None:
            self._scratch.mkdir(mode=0o711)
            self._server = EmbeddedPostgres(self._scratch / "server", FORGETFUL)
            self._server.start()
        return self._scratch

    def close(self) -> None:
        """End the processes; the folder is its maker's."""
        if self._warm is not None:
            self._warm.close()
        if self._server is not None:
            self._server.destroy()

    def __enter__(self) -> "Tree":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ended_as_by_ctrl_c() -> None:
    """Whoever is asked to end takes the processes and the server down."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def _without_settings() -> dict[str, str]:
    hidden = ("KAZASU_", "PYTEST_", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
