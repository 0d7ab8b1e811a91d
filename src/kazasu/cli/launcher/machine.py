"""The machine itself, as ``./kazasu doctor`` looks at it. Nothing is written, nothing is fetched."""

import ctypes
import os
import platform
import shutil
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from kazasu.cli.launcher.findings import Finding, Words, judged

LEAST_MEMORY: Final = 512
"""MiB that must be free to use: a country of 3,000 residents took 380 with its database."""
LEAST_DISK: Final = 1024
"""MiB: the environment for tests takes 760, a country of 3,000 residents 80 and grows."""
_UNSYNCHRONISED: Final = 0x40
"""STA_UNSYNC of adjtimex(2)."""

_COUNTRY: Words = ("国を動かす", "running a country")


def machine(root: Path, data: Path) -> list[Finding]:
    """``root``: the clone; ``data``: where the country is or will be."""
    return [_processors(), _memory(), *_disks(root, data), _clock(root), _synchronised(), _python()]


def _processors() -> Finding:
    count = os.cpu_count() or 1
    system = f"{platform.system()} {platform.machine()}"
    return Finding("machine.processors", "ok", (f"{count} 個（{system}）", f"{count} ({system})"), _COUNTRY)  # fmt: skip


def _memory() -> Finding:
    free = free_memory()
    if free is None:
        told: Words = ("空きはこの機械では分かりません", "how much is free is not told here")
        return Finding("machine.memory", "ok", told, _COUNTRY)
    told = (f"空き {free:,} MiB（{LEAST_MEMORY:,} は要る）", f"{free:,} MiB free ({LEAST_MEMORY:,} needed)")  # fmt: skip
    return Finding("machine.memory", judged(good=free >= LEAST_MEMORY, needed=True), told, _COUNTRY)


def free_memory() -> int | None:
    """MiB that can be had now (proc_meminfo(5)), at most what the container's limit leaves (cgroup v2)."""
    found = None
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                found = int(line.split()[1]) // 1024
    with suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text(encoding="ascii"))
        used = int((group / "memory.current").read_text(encoding="ascii"))
        left = (limit - used) // 2**20
        found = left if found is None else min(found, left)
    return found


def _disks(root: Path, data: Path) -> list[Finding]:
    places = {"disk.clone": (root, ("環境を用意する", "preparing the environment")),
              "disk.data": (existing(data), ("国のデータを置く", "keeping the country"))}  # fmt: skip
    found = []
    for check, (place, use) in places.items():
        free = shutil.disk_usage(place).free // 2**20
        told = (f"{place} の空き {free:,} MiB（{LEAST_DISK:,} は要る）",
                f"{free:,} MiB free at {place} ({LEAST_DISK:,} needed)")  # fmt: skip
        found.append(Finding(check, judged(good=free >= LEAST_DISK, needed=True), told, use))
    return found


def existing(path: Path) -> Path:
    """``path``, or the nearest folder above it that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _clock(root: Path) -> Finding:
    """Behind the clone's own files it is wrong for certain, and every certificate would be."""
    newest = max(path.stat().st_mtime for path in (root / "src", root / "requirements"))
    now = time.strftime("%Y-%m-%d %H:%M %z")
    good = time.time() > newest - 86_400
    told = (
        (now, now) if good else (f"{now}（ファイルより前）", f"{now}, before the clone's own files")
    )
    return Finding("clock.time", judged(good=good, needed=True), told,
                   ("証明書の有効期間", "when certificates are valid"), "" if good else "date -s …")  # fmt: skip


def _synchronised() -> Finding:
    use: Words = (
        "本番。体験環境の時計は国のもの",
        "production; the sandbox has a clock of its own",
    )
    status = _clock_status()
    good = status is not None and not status & _UNSYNCHRONISED
    told: Words = ("合わせてあります", "synchronised") if good else (
        "合わせられているか分かりません", "not known to be synchronised")  # fmt: skip
    help_ = "" if good else "apt-get install systemd-timesyncd"
    return Finding("clock.synchronised", judged(good=good, needed=False), told, use, help_)


def _clock_status() -> int | None:
    """``status`` of struct timex (adjtimex(2)); None where the system has no such call."""
    if sys.platform != "linux":
        return None
    with suppress(OSError, AttributeError):
        timex = ctypes.create_string_buffer(256)  # modes 0: it only looks
        if ctypes.CDLL(None).adjtimex(timex) >= 0:
            at = 5 * ctypes.sizeof(ctypes.c_long)  # after modes, offset, freq, maxerror, esterror
            return int.from_bytes(timex.raw[at : at + 4], sys.byteorder)
    return None


def _python() -> Finding:
    version = platform.python_version()
    good = sys.version_info >= (3, 11)
    return Finding("python", judged(good=good, needed=True),
                   (f"{version}（{sys.executable}）", f"{version} ({sys.executable})"),
                   ("すべて", "everything"), "" if good else "apt-get install python3 python3-venv")  # fmt: skip


def port(number: int, *, ours: bool = False) -> Finding:
    """Whether ``up`` could listen there. ``ours``: the country that is looked at runs, and so has it."""
    use: Words = ("ブラウザとほかの機関が来る", "browsers and other institutions come by it")
    with socket.socket() as doors:
        doors.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            doors.bind(("127.0.0.1", number))
        except OSError as error:
            told = (f"{number}: {error.strerror}", f"{number}: {error.strerror}")
            if ours:
                told = (f"{number}: この国が使っています", f"{number}: this country has it")
            return Finding("port", judged(good=ours, needed=True), told, use,
                           "" if ours else f"./kazasu up --port {number + 1 if number < 65535 else 8001}")  # fmt: skip
    return Finding("port", "ok", (f"{number}: 空き", f"{number}: free"), use)


def names() -> list[Finding]:
    """What this machine makes of ``localhost`` and of names below it (RFC 6761). Nobody else is asked for them by
    browsers; whether by other programs, the machine's own settings say."""
    found = []
    for host, needed, use, help_ in (
        ("localhost", True, ("すべて", "everything"), "echo '127.0.0.1 localhost' >> /etc/hosts"),
        ("portal.localhost", False,
         ("Python や Node の自作サービス（ブラウザと curl は自分で知っています）", "your own services in Python or Node (browsers and curl know it by themselves)"),
         "echo '127.0.0.1 portal.localhost id.localhost sandbox.localhost' >> /etc/hosts"),
    ):  # fmt: skip
        addresses = _addresses(host)
        good = bool(addresses) and addresses <= {"127.0.0.1", "::1"}
        shown = ", ".join(sorted(addresses)) or "–"
        found.append(Finding(f"name.{host}", judged(good=good, needed=needed), (shown, shown), use, "" if good else help_))  # fmt: skip
    return found


def _addresses(host: str) -> set[str]:
    try:
        return {str(one[4][0]) for one in socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)}
    except OSError:
        return set()
