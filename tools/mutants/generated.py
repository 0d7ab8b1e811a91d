"""``python -m tools.mutants.generated [AREA …]``: a seeded sample of small changes to what must not be wrong.

Each change (mutmut's operators: a comparison turned, a number one more, a word lost, a branch swapped) is made in a copy of the tree, and
the area's tests are run until one fails. What survives is printed: it is either a change that means the same, or a missing test.

A journal keeps what was found for each file as it stands, so that a run that was ended goes on where it was.
"""

import argparse
import hashlib
import json
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.mutators import mutation_operators
from tests.support.folders import in_memory
from tools.mutants import ROOT, Tree, ended_as_by_ctrl_c

SAMPLE = 60
WANTED = 0.9
"""The part of them that tests must catch."""


@dataclass(frozen=True)
class Area:
    """Files that are changed, and the tests that must notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


AREAS = {
    "inbox": Area(("exchange/carrier/letters.py", "exchange/carrier/envelope.py"), ("tests/exchange", "tests/structure/test_senders.py")),
    "audit": Area(("foundation/audit.py",), ("tests/foundation/test_audit.py", "tests/foundation/test_sealing.py", "tests/foundation/test_accesses.py", "tests/foundation/test_shown.py", "tests/foundation/test_actions.py")),
    "database": Area(
        ("foundation/database/transactions.py", "foundation/database/rows.py"),
        ("tests/foundation/test_database.py", "tests/foundation/test_rows.py", "tests/foundation/test_shown.py", "tests/foundation/test_enciphering.py", "tests/foundation/test_limits.py"),
    ),
    "jukinet": Area(("jukinet/model.py", "jukinet/service.py", "jukinet/store.py"), ("tests/jukinet", "tests/municipality/moving/test_moving.py")),
    "city": Area(
        ("municipality/register/model.py", "municipality/register/relationships/forms.py", "municipality/moving/model.py"),
        ("tests/municipality/register", "tests/municipality/moving/test_moving.py"),
    ),
    "validator": Area(("jpki/validation/validator.py", "jpki/validation/service.py"), ("tests/jpki/test_validator.py", "tests/jpki/test_service.py", "tests/jpki/test_phones.py", "tests/jpki/latest")),
    "grants": Area(
        ("identity/service/tokens.py", "identity/store/grants.py"),
        ("tests/identity/test_refresh.py", "tests/identity/test_negative.py", "tests/identity/test_profile.py", "tests/identity/test_dpop.py", "tests/identity/test_latest.py", "tests/identity/test_oauth_table.py", "tests/identity/test_revocation.py",
         "tests/identity/test_payments.py", "tests/lab/test_inspector.py"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One file with one small change in it."""

    file: str
    line: int
    before: str
    after: str
    text: str

    @property
    def name(self) -> str:
        return hashlib.sha256(f"{self.file}\0{self.text}".encode()).hexdigest()[:16]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.before} → {self.after}"


class _Finder(cst.CSTVisitor):
    """Every node of a function that an operator changes; docstrings, names of types and decorators mean nothing at run time."""

    METADATA_DEPENDENCIES = (PositionProvider, ParentNodeProvider)

    def __init__(self) -> None:
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, int]] = []
        self._within = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._within += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._within -= 1

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False

    def visit_Decorator(self, node: cst.Decorator) -> bool:
        return False

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._within:
            line = self.get_metadata(PositionProvider, node).start.line
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.found += [(node, changed, line) for changed in operator(node)]
        return super().on_visit(node)


class Source:
    """One file below ``src/kazasu``, and what the operators make of it."""

    def __init__(self, file: str) -> None:
        self.file = file
        text = (ROOT / "src" / "kazasu" / file).read_text(encoding="utf-8")
        wrapper = MetadataWrapper(cst.parse_module(text))
        self._module = wrapper.module
        finder = _Finder()
        wrapper.visit(finder)
        self.found = finder.found

    def changed(self, node: cst.CSTNode, into: cst.CSTNode, line: int) -> Change:
        text = self._module.deep_replace(node, into).code  # type: ignore[arg-type]
        return Change(self.file, line, self._short(node), self._short(into), text)

    def _short(self, node: cst.CSTNode) -> str:
        return " ".join(self._module.code_for_node(node).split())[:80]


def sampled(area: Area, size: int, seed: int) -> list[Change]:
    """The same for the same files and seed."""
    every = [(source, *one) for source in map(Source, area.files) for one in source.found]
    drawn = random.Random(seed).sample(every, min(size, len(every)))  # noqa: S311
    return [source.changed(*one) for source, *one in drawn]


def survives(tree: Tree, area: Area, change: Change) -> bool:
    """Whether the area's tests pass with it. Raises ``RuntimeError``: they could not be run."""
    place = tree.folder / "src" / "kazasu" / change.file
    kept = place.read_text(encoding="utf-8")
    file = str(place.relative_to(tree.folder))
    place.write_text(change.text, encoding="utf-8")
    tree.changed([file])
    try:
        return tree.passes(*area.tests)
    finally:
        place.write_text(kept, encoding="utf-8")
        tree.changed([file])


class Journal:
    """What was found before, by area and change."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._found: dict[str, bool] = {}
        if file and file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                self._found |= json.loads(line)

    def get(self, key: str) -> bool | None:
        return self._found.get(key)

    def put(self, key: str, survived: bool) -> None:
        self._found[key] = survived
        if self._file:
            with self._file.open("a", encoding="utf-8") as out:
                out.write(json.dumps({key: survived}) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("areas", nargs="*", metavar="AREA", help=", ".join(AREAS))
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--journal", type=Path)
    given = parser.parse_args()
    if unknown := set(given.areas) - set(AREAS):
        parser.error(f"there is no area {', '.join(sorted(unknown))}; there are {', '.join(AREAS)}")
    journal, missed = Journal(given.journal), []
    in_memory()
    ended_as_by_ctrl_c()
    with (
        tempfile.TemporaryDirectory(prefix="kazasu-mutants-") as folder,
        Tree(Path(folder)) as tree,
    ):
        for name in given.areas or AREAS:
            area = AREAS[name]
            if not tree.passes(*area.tests):
                raise SystemExit(f"{name}: its tests fail without any change")
            survivors, drawn = [], sampled(area, given.sample, given.seed)
            for change in drawn:
                key = f"{name} {change.name}"
                if (survived := journal.get(key)) is None:
                    survived = survives(tree, area, change)
                    journal.put(key, survived)
                if survived:
                    survivors.append(change)
                    print(f"survived  {name}  {change}", flush=True)
            caught = 1 - len(survivors) / len(drawn)
            print(
                f"{name}: {len(drawn) - len(survivors)} of {len(drawn)} caught ({caught:.0%})",
                flush=True,
            )
            if caught < WANTED:
                missed.append(name)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
