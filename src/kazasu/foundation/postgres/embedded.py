"""A PostgreSQL of our own, started with the house and stopped by the last one who leaves.

Several processes may share one data folder: each one that uses the server holds a shared lock on
``postgres.users``, which says in which process namespace they live; starting and stopping happen under ``postgres.lock``. Locks die with their
process, so a killed process leaves nothing to clean up. The one who enters it by ``with`` also watches over it:
a server that died is started again (``supervisor.py``).
"""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.binaries import find_binaries
from kazasu.foundation.postgres.cluster import ADMINISTRATOR, PORT, SETTINGS, Cluster
from kazasu.foundation.postgres.faults import NO_CLUSTER, NO_PASSWORD, OUT_OF_SIGHT
from kazasu.foundation.postgres.place import Place, find_place, home_of
from kazasu.foundation.postgres.server import PostgresServer, forget_callers_settings
from kazasu.foundation.postgres.supervisor import Supervisor
from kazasu.foundation.postgres.user import folder_mode, lock_file


class EmbeddedPostgres:
    """One cluster, kept for the data folder ``data`` (shapes: ``place.py``)."""

    def __init__(
        self, data: Path, overrides: Mapping[str, str] | None = None, *, create: bool = True
    ) -> None:
        """
        Args:
            overrides: further server settings, such as ``{"fsync": "off"}`` in tests.
            create: make the cluster where there is none; a command that only looks does not.
        """
        self.data: Final = data.resolve()
        self._settings = {**SETTINGS, **(overrides or {})}
        self._create = create
        self._user_lock: TextIO | None = None
        self._place: Place | None = None
        self._supervisor = Supervisor(self._revive)

    def start(self) -> PostgresServer:
        """Start the server, or join the one that already serves this folder.

        Raises:
            Refusal: ``postgres.no-binaries``, ``.other-version``, ``.no-place``,
                ``.will-not-start``, ``.no-cluster``, ``.no-password``, ``.out-of-sight``.
        """
        forget_callers_settings()
        if not self._create and not self.exists():
            raise Refusal(NO_CLUSTER, data=self.data)
        self.data.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
        with self._exclusively():
            cluster = self._cluster()
            self._refuse_unseen(cluster.place)
            password = self._password(made=cluster.exists())
            if not cluster.exists():
                cluster.create(password)
            _run(cluster)
            self._place = cluster.place
            if self._user_lock is None:
                self._user_lock = lock_file(self.data / "postgres.users")
                self._user_lock.truncate()
                self._user_lock.write(_namespace())
                self._user_lock.flush()
                fcntl.flock(self._user_lock, fcntl.LOCK_SH)
        place = cluster.place
        return PostgresServer(str(place.socket), PORT, ADMINISTRATOR, password, log=str(place.log))

    def exists(self) -> bool:
        """Whether a cluster has been made for this folder; looks only."""
        return (home_of(self.data) / "cluster" / "PG_VERSION").exists()

    def stop(self) -> None:
        """Leave the server; the last one out stops it (open transactions are rolled back)."""
        self._supervisor.stop()
        if self._user_lock is None:
            return
        with self._exclusively():
            users, self._user_lock = self._user_lock, None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # others still use it
            finally:
                users.close()
            self._cluster().halt()

    def in_use(self) -> bool:
        """Whether any process holds this server; a stopped or orphaned one is in nobody's use."""
        users = self.data / "postgres.users"
        if not users.exists():
            return False
        with lock_file(users) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _refuse_unseen(self, place: Place) -> None:
        """Its users are here by their lock, but their processes are numbered elsewhere: that its server
        cannot be seen does not mean that it is dead, and two on one cluster destroy it.

        Raises Refusal ``postgres.out-of-sight``.
        """
        if self._user_lock is not None or place.postmaster_lives() or not self.in_use():
            return
        if (self.data / "postgres.users").read_text(encoding="ascii") != _namespace():
            raise Refusal(OUT_OF_SIGHT, data=self.data)

    def destroy(self) -> None:
        """Stop the server, even while others use it, and remove every byte of its data."""
        self._supervisor.stop()
        if not self.data.exists():
            return
        with self._exclusively():
            cluster = self._cluster()
            if cluster.exists():
                cluster.halt()
            cluster.place.remove()
            (self.data / "postgres.password").unlink(missing_ok=True)
            if self._user_lock is not None:
                self._user_lock.close()
                self._user_lock = None

    def __enter__(self) -> PostgresServer:
        server = self.start()
        self._supervisor.start()
        return server

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _cluster(self) -> Cluster:
        place = find_place(self.data)
        return Cluster(place, find_binaries(place.user, place.cluster), self._settings)

    def _revive(self) -> bool:
        """Start the server again if it has died; whether it had."""
        if self._place is None or self._place.serves():
            return False
        with self._exclusively():
            return _run(self._cluster())

    def _password(self, *, made: bool) -> str:
        """The administrator's password, made once, with the cluster, readable by us alone."""
        file = self.data / "postgres.password"
        if not file.exists():
            if made:
                raise Refusal(NO_PASSWORD, file=file)
            descriptor, scratch = tempfile.mkstemp(dir=self.data)  # 0600 from the first byte
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(secrets.token_urlsafe(32))
            Path(scratch).rename(file)
        try:
            if password := file.read_text(encoding="ascii"):
                return password
        except UnicodeDecodeError:
            pass
        raise Refusal(NO_PASSWORD, file=file)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        with lock_file(self.data / "postgres.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _namespace() -> str:
    """Within which process ids have a meaning; empty where a machine has but one (macOS)."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _run(cluster: Cluster) -> bool:
    """Join the running server or start it; whether it had to be started."""
    if cluster.joins():
        return False
    cluster.launch(after_crash=cluster.place.forget_dead_postmaster())
    return True
