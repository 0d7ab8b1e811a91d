"""The page about steps and states shows the code of the tests' own procedure."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "steps-and-states.md").read_text(encoding="utf-8")
SHOWN = [
    (ROOT / "tests" / name).read_text(encoding="utf-8")
    for name in ("support/centre.py", "foundation/test_cases.py")
]
PIECES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_what_it_shows_is_what_runs(piece):
    assert any(piece in source for source in SHOWN), piece


def test_it_shows_something():
    assert len(PIECES) > 5
