"""Where the cluster, its log and its socket lie on disk.

``<data>/postgres/`` when the server's user can go there; else a folder of ours that it can reach,
with ``<data>/postgres.place`` pointing to it. Inside: ``cluster/``, ``socket/``, ``server.log``.
"""

import os
import secrets
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.faults import NO_CLUSTER, OUT_OF_SIGHT
from kazasu.foundation.postgres.user import ServerUser, server_user
from kazasu.foundation.private_files import write_whole

_POINTER = "postgres.place"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107
"""Bytes that ``sockaddr_un`` has for a path, without its closing zero."""


@dataclass(frozen=True, slots=True)
class Place:
    home: Path
    socket: Path
    """The folder of the Unix socket, entered by the server's user only."""
    user: ServerUser
    pointer: Path

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def serves(self) -> bool:
        """Whether a server runs and can be reached; cheap enough to be asked every second."""
        return (self.socket / SOCKET_NAME).exists() and self.postmaster_lives()

    def postmaster_lives(self) -> bool:
        """Whether the process that the cluster names is a running PostgreSQL that serves it: no zombie, no
        stranger that got the same number, no server of the folder that this one was copied from."""
        pid, folder = self._recorded()
        if pid is None:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # somebody else's process: not our server
            return False
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists():  # no /proc (macOS): kill has answered, and the file says which folder
            return not Path("/proc/self").exists() and folder == str(self.cluster)
        name, _, rest = stat.read_text(errors="replace").partition("(")[2].rpartition(")")
        return name == "postgres" and rest.split()[0] not in "ZX" and self._works_here(pid)

    def forget_dead_postmaster(self) -> bool:
        """Remove the traces of a server that no longer runs; whether there were any.

        PostgreSQL itself takes a zombie for a live one. Backends that survived their server are
        still found by it through the shared memory, so removing the file is safe.

        Raises:
            Refusal: ``postgres.out-of-sight`` when a server of another process namespace serves here.
        """
        if self._listens():
            raise Refusal(OUT_OF_SIGHT, data=self.home)
        crashed = (self.cluster / "postmaster.pid").exists()
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.socket / name).unlink(missing_ok=True)
        return crashed

    def _listens(self) -> bool:
        """Whether any process holds the socket open, even one that answers nothing."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(0)
            try:
                probe.connect(str(self.socket / SOCKET_NAME))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            except BlockingIOError:  # so many wait already
                return True
        return True

    def last_words(self) -> str:
        """The last fatal line of the log, for the person who has to act on it."""
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-50:]
        return next((line for line in reversed(lines) if "FATAL" in line or "PANIC" in line), "")

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)
        self.pointer.unlink(missing_ok=True)

    def _works_here(self, pid: int) -> bool:
        """Whether the cluster is the process's working folder, as it is of each PostgreSQL for its life."""
        return self.user.same(Path(f"/proc/{pid}/cwd"), self.cluster)

    def _recorded(self) -> tuple[int | None, str]:
        """Process id and data folder, the first two lines of PostgreSQL's ``postmaster.pid``."""
        try:
            pid, folder, *_ = (self.cluster / "postmaster.pid").read_text().split("\n")
            return int(pid), folder
        except (FileNotFoundError, ValueError):
            return None, ""


def find_place(data: Path) -> Place:
    """The place that belongs to ``data``, chosen and made when there is none yet.

    Raises:
        Refusal: ``postgres.no-place``.
    """
    pointer = data / _POINTER
    home = home_of(data)
    user = server_user(home)
    if not pointer.exists() and not _takes(home, user):
        home = user.shared_home() / f"data-{secrets.token_hex(8)}"
        write_whole(pointer, f"{home}\n")
    user.own(home)
    return Place(home, _socket_folder(home, user), user, pointer)


def home_of(data: Path) -> Path:
    """Where the cluster of ``data`` is kept, or would be first; makes nothing.

    Raises:
        Refusal: ``postgres.no-cluster`` when the pointer to it is damaged.
    """
    pointer = data / _POINTER
    if not pointer.exists():
        return data / "postgres"
    home = Path(pointer.read_text(encoding="utf-8", errors="replace").strip())
    if not home.is_absolute() or "\0" in str(home):
        raise Refusal(NO_CLUSTER, data=pointer)
    return home


def _takes(home: Path, user: ServerUser) -> bool:
    """Whether the user can work in ``home``; leaves nothing behind when not."""
    existed = home.exists()
    user.own(home)
    if user.can(home, "w"):
        return True
    if not existed:
        home.rmdir()
    return False


def _socket_folder(home: Path, user: ServerUser) -> Path:
    """A folder whose socket's path fits into ``sockaddr_un`` and libpq's host list."""
    near = home / "socket"
    if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET and "," not in str(near):
        return user.own(near)
    note = home / "socket.place"
    if note.exists():
        folder = Path(note.read_text(encoding="utf-8").strip())
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == user.uid:
            return folder
    # Not the configured temporary folder: that one may be the long path.
    folder = Path(tempfile.mkdtemp(prefix="kazasu-", dir="/tmp"))
    write_whole(note, f"{folder}\n")
    return user.own(folder)
