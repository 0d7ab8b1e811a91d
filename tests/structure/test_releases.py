"""What was released stays as it was: no migration of a release is edited or taken away, and the version is the newest release's."""

import tomllib

import pytest
from tools.release import ROOT, migrations, releases


@pytest.mark.parametrize("release", releases(), ids=lambda one: one["version"])
def test_its_migrations_are_as_they_were(release):
    now = migrations()
    changed = {path for path, digest in release["migrations"].items() if now.get(path) != digest}
    assert changed == set(), "write a new migration; a released one is never changed"
    assert len(release["commit"]) == 40


def test_there_is_a_beginning():
    assert releases(), "record the first release: python -m tools.release VERSION"


def test_the_version_is_the_newest_releases():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == releases()[-1]["version"]
