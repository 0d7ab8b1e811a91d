"""Who the server runs as. PostgreSQL refuses root, so root lends it an unprivileged user."""

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.faults import NO_PLACE

OWN_USER = "kazasu-postgres"
_KNOWN_USERS = (OWN_USER, "postgres", "_postgres", "nobody")
_MAKING = Path("/run/kazasu-postgres.lock")  # root alone writes there
SHARED_HOMES = (Path("/var/lib/kazasu"), Path("/var/tmp/kazasu"))  # noqa: S108 - ours, checked below


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The operating system's user of the server; ``borrowed`` when it is not our own."""

    name: str
    uid: int
    gid: int
    borrowed: bool

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, in ``/``, without our environment (no PG* leaks in)."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"}
        if self.borrowed:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603 - programs we chose ourselves
            command, env=environment, cwd="/", text=True, check=False, umask=0o077, **options
        )

    def can(self, path: Path, right: Literal["x", "w"]) -> bool:
        """Whether the user may enter or execute (``x``), or write into, ``path``."""
        if not self.borrowed:
            return os.access(path, os.X_OK if right == "x" else os.W_OK)
        return self.run(["/bin/sh", "-c", f'test -{right} "$1"', "sh", str(path)]).returncode == 0

    def same(self, one: Path, other: Path) -> bool:
        """Whether both lead to one folder. Asked as this user: its processes' links in ``/proc`` are shut even
        to root in a container without ``CAP_SYS_PTRACE``."""
        try:
            return one.samefile(other)
        except FileNotFoundError:
            return False
        except PermissionError:
            question = ["/bin/sh", "-c", 'test "$1" -ef "$2"', "sh", str(one), str(other)]
            return self.borrowed and self.run(question).returncode == 0

    def own(self, path: Path) -> Path:
        """Make ``path`` a folder that only this user enters."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.borrowed:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)
        return path

    def shared_home(self) -> Path:
        """A folder of ours that this user can pass through but not write to.

        Raises:
            Refusal: ``postgres.no-place``.
        """
        for home in SHARED_HOMES:
            try:
                home.mkdir(mode=0o755, parents=True, exist_ok=True)
            except OSError:
                continue
            stat = home.lstat()
            if stat.st_uid == os.geteuid() and not home.is_symlink() and self.can(home, "x"):
                return home
        places = ", ".join(map(str, SHARED_HOMES))
        raise Refusal(NO_PLACE, user=self.name, places=places)


def folder_mode() -> int:
    """Of a data folder that we make: ours alone; root's lets the server's user through and shows nothing."""
    return 0o711 if os.geteuid() == 0 else 0o700


def lock_file(path: Path) -> TextIO:
    """To lock, made where it is missing: who may open a file may lock it (flock(2)), so nobody else may open ours."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, 0o600)  # one that an older version made
    return os.fdopen(descriptor, "r+", encoding="ascii")


def server_user(existing: Path | None = None) -> ServerUser:
    """Ourselves; for root the owner of the ``existing`` data, else a system user, made if need be.

    Raises:
        Refusal: ``postgres.no-place`` when the machine has no unprivileged user at all.
    """
    if os.geteuid() != 0:
        return ServerUser(_name(os.geteuid()), os.geteuid(), os.getegid(), borrowed=False)
    if existing is not None and existing.exists() and (stat := existing.stat()).st_uid != 0:
        return ServerUser(_name(stat.st_uid), stat.st_uid, stat.st_gid, borrowed=True)
    entry = _entry(OWN_USER) or _create() or next(filter(None, map(_entry, _KNOWN_USERS)), None)
    if entry is None:
        raise Refusal(NO_PLACE, user="root", places=", ".join(_KNOWN_USERS))
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid, borrowed=True)


def user_seen() -> ServerUser | None:
    """Who would be lent to the server, of those that are there. Looks only: none is made."""
    if os.geteuid() != 0:
        return server_user()
    entry = next(filter(None, map(_entry, _KNOWN_USERS)), None)
    return entry and ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid, borrowed=True)


def _create() -> pwd.struct_passwd | None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if program is None:
        return None
    with _one_at_a_time():
        if (there := _entry(OWN_USER)) is not None:
            return there
        subprocess.run(  # noqa: S603 - fixed arguments; a failure (read-only /etc) shows in the lookup
            [program, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
             "--shell", "/usr/sbin/nologin", OWN_USER],
            capture_output=True, check=False,
        )  # fmt: skip
        return _entry(OWN_USER)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two first starts at once: useradd looks for the name before it locks, so the second makes it anew
    under another number, and the first one's data belong to nobody."""
    try:
        lock = lock_file(_MAKING)
    except OSError:  # a read-only /run: no user can be made there either
        yield
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's numeric user
        return str(uid)
