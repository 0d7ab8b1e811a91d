"""Each mended fault is kept as a patch that puts it back: it still fits the tree, and its tests still catch it."""

import hashlib
import subprocess

import pytest
from tools.mutants import ROOT, Tree, kept

SAMPLE = 4
"""How many are put back in the normal run: others at each commit; ``--deep`` takes all."""


def sampled():
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout

    def drawn(mutant):
        return hashlib.sha256((commit + mutant.name).encode()).digest()

    return sorted(kept(), key=drawn)[:SAMPLE]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return Tree(tmp_path_factory.mktemp("mutants"))


@pytest.mark.parametrize("mutant", kept(), ids=lambda mutant: mutant.name)
def test_fits_the_tree(mutant):
    assert mutant.applies(ROOT, "--check") == ""
    for test in mutant.caught_by:
        file, _, name = test.partition("::")
        function = name.rpartition("::")[2].partition("[")[0]
        assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), test


@pytest.mark.parametrize("mutant", sampled(), ids=lambda mutant: mutant.name)
@pytest.mark.timeout(600)
def test_is_caught(tree, mutant):
    assert tree.caught(mutant) == "", mutant.fault


@pytest.mark.deep
@pytest.mark.parametrize("mutant", kept(), ids=lambda mutant: mutant.name)
@pytest.mark.timeout(900)
def test_every_one_is_caught(tree, mutant):
    assert tree.caught(mutant) == "", mutant.fault
