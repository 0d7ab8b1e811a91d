"""Named crash points: places before and after each commit, send and acknowledgement.

A test kills the process at each of them and proves that each was hit (reliability §4 d). In a
process without ``KAZASU_CRASH_AT`` a crash point costs one comparison.
"""

import os
from pathlib import Path

_armed = os.environ.get("KAZASU_CRASH_AT", "")
_log = os.environ.get("KAZASU_CRASH_LOG", "")
"""A file that collects the names of all points passed, for the proof that each was hit."""
_passed: set[str] = set()

EXIT_CODE = 137


def crash_point(name: str) -> None:
    """Die here, like a power cut, if the harness armed this name."""
    if not (_armed or _log):
        return
    if _log and name not in _passed:
        _passed.add(name)
        with Path(_log).open("a") as log:
            log.write(f"{name}\n")
    if name == _armed:
        marker = Path(f"{_log}.hit.{name.replace('/', '_').replace(':', '_')}") if _log else None
        if marker is not None:
            if marker.exists():
                return  # died here once already; the restarted process must come through
            marker.touch()
        os._exit(EXIT_CODE)
