"""How many connections a process can hold open: what ``ulimit -n`` leaves beside its databases and files."""

import resource
from typing import Final

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.settings import Settings

FEWEST: Final = 64
"""Connections with which a house is open for more than one browser."""
MOST: Final = 10_000
BACKLOG: Final = 128
"""Connections that wait to be accepted; so many are open for a moment before one can make way."""
_OF_A_ROOM: Final = 4
"""Beside its pool: the queue's worker and listener, its templates, a migration."""
_OF_A_PROCESS: Final = 128
"""Logs, listeners, libraries, and calls to other institutions by all threads at once."""

TOO_FEW_FILES = define("app.too-few-files", 500,
    "開けるファイルの数（ulimit -n）が {found} では足りません。{needed} 以上が必要です", "{found} open files (ulimit -n) are not enough; it takes at least {needed}",
    "ulimit -n {needed} としてから、または systemd の LimitNOFILE を上げて始めてください", "Start it after ulimit -n {needed}, or raise LimitNOFILE in systemd", who="operator")  # fmt: skip


def most_connections(settings: Settings, rooms: int) -> int:
    """How many clients may be connected at once. The process's own limit is raised as far as it may be.

    Raises Refusal ``app.too-few-files``.
    """
    others = rooms * (settings.pool_size + _OF_A_ROOM) + _OF_A_PROCESS + BACKLOG
    found = _raised(others + MOST)
    if found < others + FEWEST:
        raise Refusal(TOO_FEW_FILES, found=found, needed=others + FEWEST)
    return min(found - others, MOST)


def _raised(wanted: int) -> int:
    """The limit on open files, ``wanted`` where the machine allows it (macOS begins with 256)."""
    found, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    possible = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if found != resource.RLIM_INFINITY and found < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, most))
        found = possible
    return wanted if found == resource.RLIM_INFINITY else found
