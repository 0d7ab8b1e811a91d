"""Each mended fault is kept as a patch that puts it back: it still fits the tree, and its tests still catch it."""

import pytest
from tools.mutants import ROOT, Tree, kept

from tests.support.sample import sample

SAMPLE = 2
"""How many are put back in the normal run: others at each commit; ``--deep`` takes all."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    with Tree(tmp_path_factory.mktemp("mutants")) as made:
        yield made


@pytest.mark.parametrize("mutant", kept(), ids=lambda mutant: mutant.name)
def test_fits_the_tree(mutant):
    assert mutant.applies(ROOT, "--check") == ""
    for test in mutant.caught_by:
        file, _, name = test.partition("::")
        function = name.rpartition("::")[2].partition("[")[0]
        assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), test


@pytest.mark.parametrize(
    "mutant", sample(kept(), SAMPLE, lambda one: one.name), ids=lambda mutant: mutant.name
)
@pytest.mark.timeout(600)
def test_is_caught(tree, mutant):
    assert tree.caught(mutant) == "", mutant.fault


@pytest.mark.deep
@pytest.mark.parametrize("mutant", kept(), ids=lambda mutant: mutant.name)
@pytest.mark.timeout(900)
def test_every_one_is_caught(tree, mutant):
    assert tree.caught(mutant) == "", mutant.fault
