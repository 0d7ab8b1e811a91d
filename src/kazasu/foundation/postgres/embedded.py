"""A PostgreSQL of our own, started with the house and stopped by the last one who leaves.

Several processes may share one data folder: whoever uses the server holds a shared lock on
``postgres.users``; starting and stopping happen under ``postgres.lock``. Locks die with their
process, so a killed process leaves nothing to clean up.
"""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from kazasu.foundation.postgres.binaries import find_binaries
from kazasu.foundation.postgres.cluster import ADMINISTRATOR, PORT, SETTINGS, Cluster
from kazasu.foundation.postgres.place import find_place
from kazasu.foundation.postgres.server import PostgresServer


class EmbeddedPostgres:
    """One cluster, kept for the data folder ``data`` (shapes: ``place.py``)."""

    def __init__(self, data: Path, overrides: Mapping[str, str] | None = None) -> None:
        """``overrides`` are further server settings, such as ``{"fsync": "off"}`` in tests."""
        self.data: Final = data.resolve()
        self._settings = {**SETTINGS, **(overrides or {})}
        self._user_lock: TextIO | None = None

    def start(self) -> PostgresServer:
        """Start the server, or join the one that already serves this folder.

        Raises:
            Refusal: ``postgres.no-binaries``, ``.other-version``, ``.no-place``,
                ``.will-not-start``.
        """
        self.data.mkdir(mode=0o711, parents=True, exist_ok=True)
        with self._exclusively():
            cluster = self._cluster()
            if not cluster.exists():
                cluster.create(self._password())
            if not cluster.joins():
                cluster.launch(after_crash=cluster.place.forget_dead_postmaster())
            if self._user_lock is None:
                self._user_lock = (self.data / "postgres.users").open("w")
                fcntl.flock(self._user_lock, fcntl.LOCK_SH)
        return PostgresServer(str(cluster.place.socket), PORT, ADMINISTRATOR, self._password())

    def stop(self) -> None:
        """Leave the server; the last one out stops it (open transactions are rolled back)."""
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
        with users.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def destroy(self) -> None:
        """Stop the server whoever uses it and remove every byte of its data."""
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
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _cluster(self) -> Cluster:
        place = find_place(self.data)
        return Cluster(place, find_binaries(place.user, place.cluster), self._settings)

    def _password(self) -> str:
        """The administrator's password, made once, readable by us alone."""
        file = self.data / "postgres.password"
        if not file.exists():
            descriptor, scratch = tempfile.mkstemp(dir=self.data)  # 0600 from the first byte
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(secrets.token_urlsafe(32))
            Path(scratch).rename(file)
        return file.read_text(encoding="ascii")

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        with (self.data / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
