"""What a process looks after besides its rooms: disk, clock, certificates and whether sessions can be read, told by each room's ``/healthz``."""

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from kazasu.exchange.directory import Directory
from kazasu.foundation.database import Database
from kazasu.foundation.health import Pulse
from kazasu.foundation.health.troubles import Troubles
from kazasu.foundation.time.clock import Clock, SystemClock
from kazasu.foundation.time.country_clock import doubted_seconds

LOOK_SECONDS: Final = 10.0
AGAIN_SECONDS: Final = 2.0
"""The same while something is red: who was sent away comes back as soon as it is well."""
LATE_SECONDS: Final = 60.0
FEWEST_MEGABYTES: Final = 256
"""Below that a database soon cannot write its log."""
FULL_SECONDS: Final = 60.0
"""How long a disk counts as full after the database last refused to write."""
FEWEST_DAYS: Final = 14
"""Of an institution's certificates: time to renew them by hand."""
APART_SECONDS: Final = 5.0
"""How far our clock may be from the database's, and behind what a process before us told."""
BELIEVED_SECONDS: Final = 600.0
"""A present that lies before what was seen is believed after so long: the earlier process was the one in error."""


class Watch:
    """A thread that looks every ten seconds. ``parts[room]`` are the pulses that the room tells."""

    def __init__(
        self,
        databases: Mapping[str, Database],
        directory: Directory,
        houses: Callable[[str], bool],
        clock: Clock,
        folder: Path,
    ) -> None:
        self._databases = databases
        self._clock = clock
        self._folder = folder
        self._directory = directory
        self._houses = houses
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._began = 0.0
        self._troubles = Troubles("", "watch")
        self.parts: Final[dict[str, dict[str, Pulse]]] = {}

    def start(self) -> None:
        certificates = Pulse(LATE_SECONDS)
        for room in self._databases:
            own = {part: Pulse(LATE_SECONDS) for part in ("disk", "clock", "sessions")}
            self.parts[room] = own | {"certificates": certificates}
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._loop, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _loop(self) -> None:
        while True:
            try:
                self.look()
            except Exception as error:
                self._troubles.failed("look", error)
            else:
                self._troubles.well("look")
            if self._stop.wait(LOOK_SECONDS if self._good else AGAIN_SECONDS):
                return

    @property
    def _good(self) -> bool:
        return all(one.state == "ok" for own in self.parts.values() for one in own.values())

    def look(self) -> None:
        parts = next(iter(self.parts.values()), None)
        if parts is None:
            return
        now = self._clock.now()
        end = _earliest_end(self._directory, self._houses, now)  # keys are replaced while we run
        if end is not None:
            days = (end - now) // timedelta(days=1)
            _tell(parts["certificates"], days >= FEWEST_DAYS, days=days)
        free = shutil.disk_usage(self._folder).free // 1_000_000
        for room, database in self._databases.items():
            own = self.parts[room]
            apart = self._apart(room, database)
            good = apart is not None and all(abs(one) <= APART_SECONDS for one in apart.values())
            _tell(own["clock"], good, **(apart or {}))
            _tell(own["sessions"], self._sessions_open(room, database))
            # The database's disk may be another than ours: what it refused for want of room tells.
            full = time.monotonic() - database.full_at < FULL_SECONDS
            _tell(own["disk"], free >= FEWEST_MEGABYTES and not full, free_megabytes=free)

    def _sessions_open(self, room: str, database: Database) -> bool:
        """Can the sessions of a room be read and written, or does somebody hold their table? Deletes none."""
        try:
            database.one_trip("SELECT purge_sessions(%s, 0)", lambda now: (now,))
        except Exception as error:
            self._troubles.failed(f"sessions of {room}", error)
            return False
        self._troubles.well(f"sessions of {room}")
        return True

    def _apart(self, room: str, database: Database) -> dict[str, float] | None:
        """In seconds: from the database's clock, behind what was seen before, and the step that is not believed yet.

        None: the database could not be asked, which its own part tells.
        """
        believed = time.monotonic() - self._began > BELIEVED_SECONDS
        now = self._clock.now()
        try:
            theirs, seen = database.one_trip(
                "SELECT clock_timestamp(), see_clock(%s, %s)", lambda _: (now, believed)
            )
        except Exception as error:
            self._troubles.failed(f"clock of {room}", error)
            return None
        self._troubles.well(f"clock of {room}")
        behind = (seen - now).total_seconds() if seen is not None else 0.0
        return {
            "from_database_seconds": round((SystemClock().now() - theirs).total_seconds(), 1),
            "behind_seconds": round(max(behind, 0.0), 1),
            "in_doubt_seconds": round(doubted_seconds(self._clock), 1),
        }


def _tell(pulse: Pulse, good: bool, **facts: float) -> None:
    pulse.facts = dict(facts)
    pulse.beat() if good else pulse.miss()


def _earliest_end(
    directory: Directory, houses: Callable[[str], bool], now: datetime
) -> datetime | None:
    """When the first certificate that this process lives by ends; the authority's own too."""
    pems = [directory.authority_pem]
    for entry in map(directory.entry, [one.id for one in directory]):
        if houses(entry.id):
            pems += entry.in_use(now).values()
    ends = [x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc for pem in pems]
    return min(ends) if len(ends) > 1 else None
