"""What goes on behind one room: letters, ticks, sealing, a look at the database; each in a thread of its own.

So that a room whose database is held, or whose ticks are slow, keeps no other room waiting. What waits for a receiver
goes by lanes (:mod:`kazasu.foundation.lanes`).
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from prometheus_client import Gauge

from kazasu.app.rooms import ROOMS
from kazasu.exchange.carrier.letters import Inbox
from kazasu.exchange.carrier.relay import Lane, Relay
from kazasu.exchange.faults import ANOTHER_TIME, WRONG_SENDER
from kazasu.exchange.keys import Institution
from kazasu.foundation import audit
from kazasu.foundation.alarms import harvest
from kazasu.foundation.alarms.harvest import Limits
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.database.limits import BACKGROUND, doing
from kazasu.foundation.health import Pulse
from kazasu.foundation.health.troubles import Troubles, is_neighbours
from kazasu.foundation.lanes import SILENT_SHARE, Lanes, in_any_order

log = structlog.get_logger()

TICK_SECONDS: Final = 1.0
SEAL_SECONDS: Final = 10.0
WAITS_SECONDS: Final = 10.0
ALARMS_SECONDS: Final = 10.0
"""With the sealing before it (who was shown whom) an alarm is in ``/healthz`` within half of the minute that is promised."""
MEND_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 2.0
"""After something failed."""
TO_A_ROOM: Final = 4
"""Lanes at once to one room of this process: each is a transaction of that room."""
LATE_AFTER: Final = {
    "database": 30.0, "relay": 120.0, "ticks": 120.0, "sealing": 120.0, "letters": 120.0, "alarms": 120.0,
}  # fmt: skip
"""Seconds after which a part that did not come back is late; a round of one room may be long."""

ALARMS: Final = frozenset({ANOTHER_TIME.code, WRONG_SENDER.code})
"""Why a letter waits that goes on by nothing but a person's look at it."""
TOO_LONG: Final = timedelta(days=1)
"""What a letter waits for (an earlier one, the network's word) comes within minutes: after this, whatever its reason is, it will not."""
WAITING: Final = Gauge(
    "kazasu_letters_waiting",
    "Letters that arrived and cannot be applied yet, by the reason",
    ["room", "fault"],
)


OPEN_ALARMS: Final = Gauge(
    "kazasu_alarms_open", "Alarms that nobody has looked at yet, by what", ["room", "kind"]
)
_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class _Rung:
    kind: str
    alarms: int
    since: datetime


@dataclass(frozen=True, slots=True)
class _Due:
    to_send: bool
    to_retry: bool


@dataclass(frozen=True, slots=True)
class _Waits:
    """Letters that wait for one reason."""

    fault: str
    letters: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Letters:
    """A room's letters, out and in."""

    relay: Relay
    inbox: Inbox
    share: Callable[[Lane], Mapping[str, int]]
    """Which groups of lanes a lane belongs to."""


class Background:
    """Of one room, by name."""

    def __init__(
        self,
        name: str,
        database: Database,
        institution: Callable[[str], Institution],
        lanes: Lanes,
        letters: Letters | None = None,
        ticks: Callable[[], Mapping[str, Callable[[], None]]] = dict,
        limits: Limits = _LIMITS,
    ) -> None:
        """``limits``: above how many people shown an alarm rings."""
        self._limits = limits
        self._name = name
        self._database = database
        self._institution = institution
        self._lanes = lanes
        self._letters = letters
        self._ticks = ticks
        self._failed: set[Lane] = set()
        """Lanes whose last batch came to nothing by a fault of ours, while they are due."""
        self._waited: set[str] = set()
        """For which reasons letters waited at the last look."""
        self._alarms = 0
        self._stuck = 0
        self._rung: dict[str, int] = {}
        """Alarms that nobody has looked at, by kind, at the last look."""
        self._stop = threading.Event()
        self._kick = threading.Event()
        self._threads: list[threading.Thread] = []
        self.troubles: Final = Troubles(name, "background")
        self.pulses: Final[dict[str, Pulse]] = {}
        """By part; empty until :meth:`start`."""

    # ------------------------------------------------------------ threads

    def start(self) -> None:
        self.pulses.update({part: Pulse(seconds) for part, seconds in LATE_AFTER.items()})
        self.pulses.update({tick: Pulse(LATE_AFTER["ticks"]) for tick in self._ticks()})
        loops = {
            "database": (TICK_SECONDS, self.look),
            "sealing": (SEAL_SECONDS, self.seal),
            "alarms": (ALARMS_SECONDS, self.count_alarms),
        }
        self.pulses["ticks"].counts = self.troubles.facts
        if self._letters is not None:
            self.pulses["relay"].counts = self._letters.relay.troubles.facts
            loops |= {
                "mend": (MEND_SECONDS, self.mend),
                "letters": (WAITS_SECONDS, self.count_letters),
            }
            self._begin("relay", self._relay_loop)
            self._begin("ticks", self._tick_loop)
        for part, (seconds, work) in loops.items():
            self._begin(part, partial(self._loop, part, seconds, work))

    def stop(self) -> None:
        """Ask all threads to end; :meth:`join` waits for it."""
        self._stop.set()
        self._kick.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(timeout=10)

    def kick(self) -> None:
        """There is something to send, or to try again."""
        self._kick.set()

    def _begin(self, part: str, loop: Callable[[], None]) -> None:
        thread = threading.Thread(target=loop, name=f"{part} {self._name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _loop(self, part: str, seconds: float, work: Callable[[], object]) -> None:
        pause = seconds
        while not self._stop.wait(pause):
            # What failed is tried again soon: health is red until then.
            pause = seconds if self._guarded(part, work) else min(seconds, AGAIN_SECONDS)

    def _relay_loop(self) -> None:
        while not self._stop.is_set():
            self._kick.wait(TICK_SECONDS)
            self._kick.clear()
            if self._guarded("relay", self.letters) and self._failed:
                self._tell("relay", good=False)

    def _tick_loop(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            self.tick()

    # ------------------------------------------------------------ work

    def look(self) -> None:
        """Does the database answer?"""
        self._database.look(1.0)

    def letters(self) -> None:
        """Begin with letters that are due, out and in. With nothing to do this is one statement."""
        if self._letters is None:
            return
        due = self._database.glance(
            lambda tx: tx.one(
                _Due,
                """SELECT EXISTS (SELECT FROM lanes_to_send(%(now)s)) AS to_send,
                          EXISTS (SELECT FROM tenants_to_retry(%(now)s)) AS to_retry""",
                {"now": tx.now},
            )
        )
        if due.to_retry:
            self._lanes.begin(("retry", self._name), self._then_look(self.retry))
        lanes = self._letters.relay.lanes() if due.to_send else []
        self._failed &= set(lanes)
        for lane in in_any_order(lanes):
            silent = SILENT_SHARE if lane.failures else {}
            self._lanes.begin(
                ("letters", self._name, lane.tenant, lane.recipient),
                self._then_look(partial(self._bring, self._letters.relay, lane)),
                {**self._letters.share(lane), **silent},
            )

    def retry(self, *, everything: bool = False) -> int:
        """Waiting letters that are due again. Returns how many could be applied."""
        if self._letters is None:
            return 0
        inbox = self._letters.inbox
        tenants = self._database.glance(
            lambda tx: tx.column(
                "SELECT tenants_to_retry(%s)", ("infinity" if everything else tx.now,)
            )
        )
        applied = list[int]()

        def of(tenant: str) -> None:
            institution = self._institution(ROOMS[self._name].of(tenant))
            applied.append(inbox.retry(institution, everything=everything))

        each(tenants, of)
        return sum(applied)

    def tick(self) -> None:
        """What the room looks after by itself; one that fails does not stop the others."""
        done = [self._guarded(tick, work) for tick, work in self._ticks().items()]
        self._tell("ticks", good=all(done))

    def seal(self) -> int:
        """Give all committed audit records their place in the signed tree. Returns how many."""
        tenants = self._database.glance(lambda tx: tx.column("SELECT tenants_to_seal()"))
        sealed = list[int]()

        def of(tenant: str) -> None:
            signer = self._institution(ROOMS[self._name].of(tenant))
            sealed.append(_sealed(self._database, tenant, signer, self._limits))

        each(tenants, of)
        return sum(sealed)

    def mend(self) -> None:
        """What a wrong clock would let wait for years is due now."""
        if self._letters is not None and (far := self._letters.relay.forget_far_waits()):
            log.warning("waits of a wrong clock ended", room=self._name, letters=far)

    def count_letters(self) -> None:
        """What waits in the inbox, for who looks at health: a warning where the reason is an alarm."""
        waiting = self._database.glance(
            lambda tx: tx.all(_Waits, "SELECT * FROM letters_that_wait()")
        )
        for one in waiting:
            WAITING.labels(self._name, one.fault or "-").set(one.letters)
        for fault in self._waited - {one.fault for one in waiting}:
            WAITING.labels(self._name, fault or "-").set(0)
        self._waited = {one.fault for one in waiting}
        self._alarms = sum(one.letters for one in waiting if one.fault in ALARMS)
        now = self._database.clock.now()
        self._stuck = sum(now - one.since > TOO_LONG for one in waiting)
        if (pulse := self.pulses.get("letters")) is not None:
            oldest = max(((now - one.since).total_seconds() for one in waiting), default=0.0)
            pulse.facts = {
                "waiting": sum(one.letters for one in waiting),
                "alarms": self._alarms,
                "reasons_over_a_day": self._stuck,
                "oldest_seconds": round(max(oldest, 0.0)),
            }

    def count_alarms(self) -> None:
        """What rang and nobody has looked at, for who looks at health: a warning. It reads the index of open ones."""
        rung = self._database.glance(lambda tx: tx.all(_Rung, "SELECT * FROM alarms_open()"))
        for kind in self._rung.keys() - {one.kind for one in rung}:
            OPEN_ALARMS.labels(self._name, kind).set(0)
        self._rung = {one.kind: one.alarms for one in rung}
        for one in rung:
            OPEN_ALARMS.labels(self._name, one.kind).set(one.alarms)
        if (pulse := self.pulses.get("alarms")) is not None:
            now = self._database.clock.now()
            oldest = max(((now - one.since).total_seconds() for one in rung), default=0.0)
            facts: dict[str, float | str] = {
                "open": sum(one.alarms for one in rung),
                "oldest_seconds": round(max(oldest, 0.0)),
            }
            pulse.facts = facts | {f"open_{one.kind}": one.alarms for one in rung}

    def _bring(self, relay: Relay, lane: Lane) -> int:
        try:
            taken = relay.bring(lane)
        except Exception:
            self._failed.add(lane)
            raise
        self._failed.discard(lane)
        return taken

    def _then_look(self, work: Callable[[], object]) -> Callable[[], object]:
        """There may be more of this lane, or another may have waited for its place."""

        def done() -> object:
            try:
                return work()
            finally:
                self._kick.set()

        return done

    def _guarded(self, part: str, work: Callable[[], object]) -> bool:
        """A fault in one task must neither stop the others nor pass unseen. Returns whether it went as well as it can here."""
        try:
            with doing(BACKGROUND):
                work()
        except Exception as error:
            if not self._stop.is_set():
                self.troubles.failed(part, error)
            # A neighbour that is away is counted: who reads health would else take us from the network, too.
            good = is_neighbours(error)
            self._tell(part, good=good)
            return good
        self.troubles.well(part)
        self._tell(part, good=True)
        return True

    def _tell(self, part: str, *, good: bool) -> None:
        if (pulse := self.pulses.get(part)) is not None:
            warns = {"letters": self._alarms + self._stuck > 0, "alarms": bool(self._rung)}.get(
                part, False
            )
            pulse.beat(warns=warns) if good else pulse.miss()


def _sealed(database: Database, tenant: str, signer: Institution, limits: Limits) -> int:
    def work(tx: Transaction) -> int:
        return audit.seal(
            tx,
            lambda content: signer.sign(content, "kazasu-checkpoint+jws"),
            watch=lambda records: harvest.sealed(tx, records, limits, room=database.room),
        )

    return database.run("audit.seal", work, tenant=tenant, isolation="READ COMMITTED")
