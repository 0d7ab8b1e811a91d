"""Making, starting and stopping one PostgreSQL cluster; the caller holds the lock."""

import os
import platform
import re
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.binaries import Binaries
from kazasu.foundation.postgres.faults import WILL_NOT_START
from kazasu.foundation.postgres.place import Place

ADMINISTRATOR: Final = "postgres"
PORT: Final = 5432
"""Names the socket file only: no TCP port is opened, so it never collides."""

_KERNEL_TELLS: Final = (5, 8)
"""Since this Linux ``syncfs`` reports what it could not write."""


def _recovery(system: str, release: str) -> dict[str, str]:
    """After a kill everything is brought to the disk first: by one call, where the system has it, instead of one for each of
    some thousand files, which took five seconds of a start (PostgreSQL documentation, ``recovery_init_sync_method``)."""
    version = tuple(int(one) for one in re.findall(r"[0-9]+", release)[:2])
    tells = system == "linux" and version >= _KERNEL_TELLS
    return {"recovery_init_sync_method": "syncfs"} if tells else {}


SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "jit": "off",  # short statements: compiling costs more than it saves
    "max_parallel_workers_per_gather": "0",  # containers give /dev/shm only 64 MB
    "max_pred_locks_per_transaction": "256",  # SERIALIZABLE over many small tables
    "max_locks_per_transaction": "256",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "5min",
    **_recovery(sys.platform, platform.release()),
}
_PATIENCE: Final = 24 * 3600
"""Seconds to wait for a start: crash recovery of a big database takes as long as it takes."""
_ORPHANS: Final = 60.0
"""Seconds to wait for backends that outlived a killed server to notice it and leave."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster at its place, with the programs that fit it."""

    place: Place
    binaries: Binaries
    settings: Mapping[str, str]

    def create(self, administrator_password: str) -> None:
        """initdb beside the final place, then rename: a killed initdb leaves no half cluster."""
        scratch = self.place.user.own(self.place.home / "new")
        shutil.rmtree(scratch)
        password = self.place.home / "new.password"
        password.write_text(administrator_password, encoding="ascii")
        password.chmod(0o600)
        if self.place.user.borrowed:
            os.chown(password, self.place.user.uid, self.place.user.gid)
        # macOS has no C.UTF-8; its C locale sorts by bytes just the same.
        locale = "C" if sys.platform == "darwin" else "C.UTF-8"
        done = self.place.user.run(
            [self.binaries.program("initdb"), f"--pgdata={scratch}", "--encoding=UTF8",
             f"--locale={locale}", "--data-checksums", f"--username={ADMINISTRATOR}",
             "--auth=scram-sha-256", f"--pwfile={password}"],
            capture_output=True,
        )  # fmt: skip
        password.unlink()
        if done.returncode != 0:
            raise Refusal(WILL_NOT_START, reason=done.stderr.strip(), log=str(self.place.log))
        with (scratch / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write("\ninclude = 'kazasu.conf'\n")
        scratch.rename(self.place.cluster)

    def launch(self, *, after_crash: bool) -> None:
        settings = {**self.settings, "unix_socket_directories": f'"{self.place.socket}"'}
        lines = [f"{name} = {_quoted(value)}\n" for name, value in settings.items()]
        configuration = self.place.cluster / "kazasu.conf"
        configuration.write_text("".join(lines), encoding="utf-8")
        if self.place.user.borrowed:
            os.chown(configuration, self.place.user.uid, self.place.user.gid)
        deadline = time.monotonic() + _ORPHANS
        while True:
            done = self.place.user.run(
                [self.binaries.program("pg_ctl"), "start", f"--pgdata={self.place.cluster}",
                 f"--log={self.place.log}", "--wait", f"--timeout={_PATIENCE}", "--silent"],
                capture_output=True,
            )  # fmt: skip
            if done.returncode == 0:
                return
            # After a kill -9 of the server its backends keep the shared memory for a moment.
            if not after_crash or time.monotonic() > deadline:
                reason = self.place.last_words() or done.stderr.strip()
                raise Refusal(WILL_NOT_START, reason=reason, log=str(self.place.log))
            time.sleep(0.2)

    def joins(self) -> bool:
        """Whether a server already answers here; waits for one that is still recovering."""
        silent_since = time.monotonic()
        while self.place.postmaster_lives():
            state = self._state()
            if state == "ready":
                return True
            if state == "recovering":
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since > 10:  # lives, but its socket is gone
                self.halt()
                break
            time.sleep(0.1)
        return False

    def exists(self) -> bool:
        return (self.place.cluster / "PG_VERSION").exists()

    def _state(self) -> str:
        """``pg_isready`` is the liveness test: a process id proves nothing."""
        answer = self.place.user.run(
            [self.binaries.program("pg_isready"), "-q", "-h", str(self.place.socket), "-p", str(PORT),
             "-t", "5", "-d", "postgres"],
            capture_output=True,
        )  # fmt: skip
        return {0: "ready", 1: "recovering"}.get(answer.returncode, "silent")

    def halt(self) -> None:
        if not self.place.postmaster_lives():
            self.place.forget_dead_postmaster()
            return
        done = self.place.user.run(
            [self.binaries.program("pg_ctl"), "stop", f"--pgdata={self.place.cluster}", "--mode=fast",
             "--wait", f"--timeout={_PATIENCE}", "--silent"],
            capture_output=True,
        )  # fmt: skip
        if done.returncode != 0 and self.place.postmaster_lives():
            raise Refusal(WILL_NOT_START, reason=done.stderr.strip(), log=str(self.place.log))


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
