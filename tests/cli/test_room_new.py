"""``kazasu room new NAME``: what is refused, and that what is written passes the house's own checks.

That the rooms work when they are opened is tested by the tests that they bring along.
"""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kazasu.cli.commands import run
from kazasu.cli.room.writing import Wanted, write

ROOT = Path(__file__).parents[2]
LISTS = (".importlinter", "docs/architecture.md", "README.md", "README.ja.md", "pyproject.toml")


@pytest.fixture
def tree(tmp_path):
    """A tree to write into that has the house's packages and the lists that people read."""
    for name in LISTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for folder in ("src/kazasu", "tests"):
        (tmp_path / folder).mkdir(parents=True)
        for one in (ROOT / folder).iterdir():
            (tmp_path / folder / one.name).symlink_to(one)
    return tmp_path


@pytest.mark.parametrize(
    ("tenants", "sign_in", "staff"), list(itertools.product([True, False], repeat=3))
)
def test_what_is_written_is_in_the_house_style(tree, tenants, sign_in, staff):
    wanted = Wanted("museum", "博物館", "Museum", tenants=tenants, sign_in=sign_in, staff=staff)
    files = [str(file) for file in write(tree, wanted) if file.suffix == ".py"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", *files],
        cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "kazasu.museum |" in (tree / ".importlinter").read_text()


def test_nothing_is_written_where_a_list_has_no_place_for_it(tree):
    (tree / "docs" / "architecture.md").write_text("no table\n")
    with pytest.raises(LookupError, match=r"architecture\.md"):
        write(tree, Wanted("museum", "博物館", "Museum", tenants=False, sign_in=True, staff=False))
    assert not (tree / "src" / "kazasu" / "museum").exists()


@pytest.mark.parametrize("name", ["Museum", "my-museum", "ab", "museum2", "lambda"])
def test_a_name_that_is_no_package_is_refused(capsys, name):
    assert run(["room", "new", name]) == 2
    assert "cli.bad-room-name" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["bank", "city", "foundation"])
def test_a_name_that_is_taken_is_refused(capsys, name):
    assert run(["room", "new", name]) == 2
    assert "cli.room-there" in capsys.readouterr().err
