"""A PC/SC service of one's own, with virtual cards on its readers: for tests and for trying things out.

It runs in mount and network namespaces of its own, so that neither the machine's pcscd nor its network sees
anything of it (card §2 recipe). Linux; root is not needed where users may make namespaces, nor any other service: neither a
message bus nor polkit, which is told to let everybody in who reaches the socket in our folder.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from kazasu.card.transports import pcsc_probe, vpcd_door
from kazasu.card.transports.vpcd import STANDARD_PORT, Slot, VirtualSlots
from kazasu.foundation.faults import Refusal, define

DRIVERS: Final = "usr/lib/pcsc/drivers/**/libifdvpcd.so"
NEEDED: Final = ("pcscd", "unshare", "mount")
_SETTLED: Final = 30.0
"""Seconds: a machine that does much else starts slowly, and only who is turned away waits for their end."""
_READER: Final = "Kazasu virtual reader"
_LONGEST_SOCKET: Final = 107
"""unix(7): longer paths are no addresses, and libpcsclite cuts them off."""
_SCRIPT: Final = """
mkdir -p /run/pcscd 2>/dev/null || { mount -t tmpfs kazasu /run && mkdir /run/pcscd; } || exit
mount --bind "$1/run" /run/pcscd || exit
"$2" "$3" "$1/door" "$4" &
open=
pcscd --help 2>&1 | grep -q -e --disable-polkit && open=--disable-polkit
exec pcscd -f $open -c "$1/conf"
"""
"""A user of a machine without /run/pcscd cannot make it, and has a /run of their own instead."""

NO_SERVICE = define("card.no-pcsc-service", 503,
    "カードリーダーのサービスを始められません: {why}", "The PC/SC service does not start: {why}",
    "Debian なら apt-get install pcscd vsmartcard-vpcd。名前空間を作れる権限も必要です", "On Debian: apt-get install pcscd vsmartcard-vpcd; it also needs leave to make a namespace", who="integrator")  # fmt: skip


class OwnPcscd:
    """pcscd with a virtual reader of two slots, from construction until ``close``.

    ``environment`` is what a PC/SC program needs to find it.
    """

    def __init__(self, slots: Sequence[Slot]) -> None:
        """Raises Refusal ``card.no-pcsc-service``."""
        driver = next(Path("/").glob(DRIVERS), None)
        missing = [name for name in NEEDED if shutil.which(name, path=_path()) is None]
        if driver is None or missing:
            raise Refusal(NO_SERVICE, why=", ".join(missing) or "vsmartcard-vpcd")
        self._folder = _folder()
        self.environment: Mapping[str, str] = {
            "PCSCLITE_CSOCK_NAME": str(self._folder / "run" / "pcscd.comm")
        }
        self._process = self._start(driver)
        self._slots: VirtualSlots | None = None
        try:
            self._wait()
            self._slots = VirtualSlots(slots, self._connect)
        except BaseException:
            self.close()
            raise

    def _start(self, driver: Path) -> subprocess.Popen[bytes]:
        (self._folder / "run").mkdir()
        (self._folder / "conf").mkdir()
        (self._folder / "conf" / "kazasu").write_text(
            f'FRIENDLYNAME "{_READER}"\nDEVICENAME /dev/null:{STANDARD_PORT:#x}\n'
            f"LIBPATH {driver}\nCHANNELID {STANDARD_PORT:#x}\n"
        )
        as_user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        namespaces = [*as_user, "--mount", "--net", "--pid", "--fork", "--kill-child"]
        arguments = [str(self._folder), sys.executable, vpcd_door.__file__, str(STANDARD_PORT)]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own words only
                ["/usr/bin/env", "unshare", *namespaces, "sh", "-c", _SCRIPT, "sh", *arguments],
                env={**os.environ, "PATH": _path()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )  # fmt: skip

    def _wait(self) -> None:
        """Until a program was told of the reader, and cards can reach it."""
        until = time.monotonic() + _SETTLED
        awaited = [self._folder / "run" / "pcscd.comm", self._folder / "door"]
        while not all(path.exists() for path in awaited):
            if self._process.poll() is not None or time.monotonic() > until:
                raise Refusal(NO_SERVICE, why=self._last_words())
            time.sleep(0.01)
        asked = subprocess.run(  # noqa: S603 - our own words only
            [
                sys.executable,
                "-I",
                "-S",
                pcsc_probe.__file__,
                _READER,
                str(until - time.monotonic()),
            ],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode:
            said = (asked.stdout or asked.stderr).strip().splitlines()
            raise Refusal(NO_SERVICE, why=": ".join([*said[-1:], self._last_words()]))

    def _last_words(self) -> str:
        lines = (self._folder / "log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else "pcscd"

    def wait(self, slot: int, *, present: bool) -> bool:
        """As :meth:`VirtualSlots.wait`."""
        return self._slots is not None and self._slots.wait(slot, present=present)

    def _connect(self, slot: int) -> socket.socket:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(5)
            door.connect(str(self._folder / "door"))
            door.sendall(bytes([slot]))
            answer, handed, _, _ = socket.recv_fds(door, 1, 1)
        if answer != b"\x01" or not handed:
            raise ConnectionRefusedError
        return socket.socket(fileno=handed[0])

    def close(self) -> None:
        """Take the cards out, then end the service with all that runs in its namespaces."""
        if self._slots is not None:
            self._slots.close()
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self) -> None:
        """pcscd is the first process of its namespace: with it ends everything in there."""
        pid = self._process.pid
        with suppress(OSError):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _folder() -> Path:
    """A new one, in a place that the service's own /run does not hide and whose sockets have short enough names."""
    for place in (Path(tempfile.gettempdir()).resolve(), Path("/tmp")):  # noqa: S108 - made by mkdtemp
        longest = place / "kazasu-pcscd-12345678" / "run" / "pcscd.comm"
        if place.parts[:2] != ("/", "run") and len(os.fsencode(longest)) <= _LONGEST_SOCKET:
            break
    return Path(tempfile.mkdtemp(prefix="kazasu-pcscd-", dir=place))


def _path() -> str:
    """pcscd and mount live in sbin, which a user's path may lack."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
