"""Ordinary background jobs of a room, on procrastinate, enqueued in the caller's transaction.

Letters between institutions are not jobs (see ``kazasu.exchange``). A job's arguments are ids
only; a job may run twice and must not mind. Retries use the machine's time, not the country's:
they are technical, not legal, waits.

Nothing is tried without end. What may pass (a partner, the network, the database) is tried for some days, a defect of our own
for a minute. Then the job is given up: it stays in the table, is counted in ``/healthz`` and found by ``kazasu check``, its room is
told (``given_up``), so that whoever waits for it reads so, and it is tried once more at each start: a mended house goes on.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, LiteralString

import httpx
import procrastinate
import psycopg
import structlog
from psycopg.conninfo import make_conninfo

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.limits import BACKGROUND, doing
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Pulse
from kazasu.foundation.health.troubles import Troubles, is_absence, is_expected

log = structlog.get_logger()

_MAY_PASS: Final = (Refusal, psycopg.Error, httpx.HTTPError, OSError)
"""Somebody else's answer, or nobody's. Everything else is a defect of ours, which no waiting mends."""
MOST_TRIES: Final = 20
TRIES_OF_A_DEFECT: Final = 5
_LONGEST_WAIT: Final = 24 * 3600
"""Seconds between two tries; the last ones of 20 are days apart in sum."""
_LONGEST_WAIT_DAYS = 2
"""More than any try waits."""
_STALLED_AFTER_SECONDS = 60
_PATIENCE_SECONDS = 3.0
"""For a connection; then the worker begins anew, with new ones."""
_PAUSE_SECONDS = 1.0
_LATE_AFTER_SECONDS = 30.0
_WELL_AFTER_SECONDS = 3.0
_WORKER: Final = "worker"
_STALLED: Final = "stalled jobs"


def _not_told_by_us(record: logging.LogRecord) -> bool:
    """procrastinate tells each try of each job with its traceback: :class:`Troubles` has told what it was. A job that is
    given up is told, in a line where no traceback helps."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if getattr(record, "action", "") == "job_error_retry":
        return False
    if error is None or not is_expected(error):
        return True
    record.exc_info = None
    return getattr(record, "action", "") == "job_error"


class _Tries(procrastinate.BaseRetryStrategy):
    """2, 4, 8 … seconds apart."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        if is_given_up(exception, job.attempts):
            return None
        return procrastinate.RetryDecision(
            retry_in={"seconds": min(2 ** (job.attempts + 1), _LONGEST_WAIT)}
        )


def is_given_up(error: BaseException, attempts: int) -> bool:
    """After so many tries before this one."""
    return attempts + 1 >= (MOST_TRIES if isinstance(error, _MAY_PASS) else TRIES_OF_A_DEFECT)


class _Beating(procrastinate.PsycopgConnector):
    """Tells whether the worker's statements reach the database."""

    def __init__(self, pulse: Pulse, **options: Any) -> None:
        super().__init__(**options)
        self._pulse = pulse

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        with self._felt():
            await super().execute_query_async(query, **arguments)

    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        with self._felt():
            row: dict[str, Any] = await super().execute_query_one_async(query, **arguments)
        return row

    @contextmanager
    def _felt(self) -> Iterator[None]:
        try:
            yield
        except procrastinate.exceptions.ConnectorException:
            self._pulse.miss()
            raise
        self._pulse.beat()


class Jobs:
    """A room's queue: enqueue in a transaction, work in the background or until it is empty."""

    def __init__(
        self,
        conninfo: str,
        *,
        room: str,
        role: str,
        password: str,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        """``patience``: seconds that the worker waits for a connection."""
        self._room = room
        own = make_conninfo(
            conninfo,
            user=role,
            password=password,
            application_name=f"kazasu {room} jobs",
            options=f"-c search_path={room},public -c timezone=UTC {BACKGROUND.options()}",
        )
        self.troubles: Final = Troubles(room, "jobs")
        logging.getLogger("procrastinate.worker").addFilter(_not_told_by_us)
        self.pulse = Pulse(_LATE_AFTER_SECONDS)
        """Beats with each statement of the worker: it looks for jobs every two seconds, or says that it works."""
        self.pulse.counts = self.troubles.facts
        self._app = procrastinate.App(
            connector=_Beating(
                self.pulse,
                conninfo=own,
                min_size=1,
                max_size=4,
                timeout=patience,
            )
        )
        self._conninfo = own
        # Never opened: it only writes on the connections of callers' transactions.
        self._writer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = asyncio.Event()
        self._thread: threading.Thread | None = None

    def register(
        self,
        name: str,
        handler: Callable[..., None],
        given_up: Callable[..., None] | None = None,
    ) -> None:
        """``handler(tenant, **ids)`` does jobs of this name, in a thread of its own.

        ``given_up(tenant, **ids)``: nobody tries any more; whoever waits for the job is to read so.
        """

        def work(context: procrastinate.JobContext, /, **arguments: Any) -> None:
            this_one = " ".join((name, *map(str, arguments.values())))
            with doing(BACKGROUND):
                try:
                    handler(**arguments)
                except Exception as error:
                    # Who is away is away for all jobs of this name; a mistake or a refusal is this one's.
                    self.troubles.failed(name if is_absence(error) else this_one, error)
                    if is_given_up(error, context.job.attempts) and given_up is not None:
                        given_up(**arguments)
                    raise
            self.troubles.well(name)
            self.troubles.well(this_one)

        self._app.task(name=f"{self._room}.{name}", retry=_Tries(), pass_context=True)(work)

    def enqueue(self, tx: Transaction, name: str, **ids: str) -> None:
        """Ask for a job, if and only if the transaction commits. Raises what psycopg raises, as any statement does."""
        task = self._writer.configure_task(
            name=f"{self._room}.{name}", connection=tx.connection, queue=self._room
        )
        try:
            task.defer(tenant=tx.tenant, **ids)
        except procrastinate.exceptions.ConnectorException as wrapped:
            if isinstance(wrapped.__cause__, psycopg.Error):  # by which a lost race is known
                raise wrapped.__cause__ from None
            raise

    @staticmethod
    def any_left(database: Database) -> bool:
        """Does anything lie in the room's queue, begun or not?"""
        look = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))"
        return bool(database.glance(lambda tx: tx.value(look)))

    def drain(self) -> None:
        """Do all jobs that are due and come back. For tests and drills."""
        asyncio.run(self._work(wait=False, stalled_after=0))

    def mend_waits(self) -> None:
        """What a worker does now and then. For tests."""

        async def mend() -> None:
            async with self._app.open_async():
                await self._forget_far_waits()

        asyncio.run(mend())

    def start(self) -> None:
        """Work in a background thread until :meth:`stop`, whatever becomes of the database meanwhile."""
        started = threading.Event()
        self._ending = asyncio.Event()

        async def work() -> None:
            self._loop = asyncio.get_running_loop()
            started.set()
            await self._keep_working()

        def run() -> None:
            with asyncio.Runner() as runner:
                runner.run(work())
            log.info("jobs stopped", room=self._room)

        self._thread = threading.Thread(target=run, name=f"jobs {self._room}", daemon=True)
        self._thread.start()
        started.wait()

    def stop(self) -> None:
        """Told and not cancelled: a pool whose opening is cancelled may never end its tasks, nor the thread then."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join(timeout=10)
            self._loop = None

    async def _keep_working(self) -> None:
        """procrastinate's worker ends with its first lost connection: begin another one."""
        begun = False
        while not self._ending.is_set():
            try:
                # First a connection of our own, which fails at once: a pool waits longer after each attempt.
                await (await psycopg.AsyncConnection.connect(self._conninfo)).close()
                await self._work(wait=True, again=not begun)
            except Exception as error:
                self.troubles.failed(_WORKER, error)
            begun = True
            if not self._ending.is_set():
                self.pulse.miss()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), _PAUSE_SECONDS)

    async def _work(
        self, *, wait: bool, stalled_after: float = _STALLED_AFTER_SECONDS, again: bool = False
    ) -> None:
        async with self._app.open_async():
            await self._take_up_stalled(stalled_after)
            if again:
                await self._take_up_given_up()
            await self._count_given_up()
            worker = self._app.run_worker_async(
                queues=[self._room],
                wait=wait,
                concurrency=4,
                install_signal_handlers=False,
                fetch_job_polling_interval=5,  # for retries; what is enqueued wakes the worker
                shutdown_graceful_timeout=5,
                delete_jobs="successful",
            )
            if wait:
                await self._until_told(worker)
            else:
                await worker

    async def _until_told(self, worker: Coroutine[Any, Any, None]) -> None:
        """Raises what ends the worker before :meth:`stop` does."""
        working = asyncio.create_task(worker)
        # One that ends as soon as it began was not well.
        well = asyncio.get_running_loop().call_later(
            _WELL_AFTER_SECONDS, self.troubles.well, _WORKER
        )
        told, watch = asyncio.create_task(self._ending.wait()), asyncio.create_task(self._watch())
        try:
            await asyncio.wait([working, told], return_when=asyncio.FIRST_COMPLETED)
        finally:
            well.cancel()
            watch.cancel()
            told.cancel()
            if not working.done():  # it ends its jobs first
                working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    async def _watch(self) -> None:
        """A worker that was killed just before we started is not stalled yet: look again."""
        while True:
            await asyncio.sleep(_STALLED_AFTER_SECONDS / 2)
            try:
                await self._forget_far_waits()
                await self._take_up_stalled(_STALLED_AFTER_SECONDS)
                await self._count_given_up()
            except Exception as error:
                self.troubles.failed(_STALLED, error)
            else:
                self.troubles.well(_STALLED)

    async def _forget_far_waits(self) -> None:
        """What was tried, or begun, by a clock that was wrong for a minute would wait until then."""
        for query in (
            f"""UPDATE procrastinate_jobs SET scheduled_at = now()
                WHERE status = 'todo' AND scheduled_at > now() + interval '{_LONGEST_WAIT_DAYS} days'""",
            """UPDATE procrastinate_workers SET last_heartbeat = now()
               WHERE last_heartbeat > now() + interval '1 minute'""",
        ):
            await self._app.connector.execute_query_async(query)

    async def _take_up_given_up(self) -> None:
        """Once at each start: the house may have been mended."""
        manager = self._app.job_manager
        for job in await manager.list_jobs_async(queue=self._room, status="failed"):
            await manager.retry_job(job)

    async def _count_given_up(self) -> None:
        found = await self._app.connector.execute_query_one_async(
            "SELECT count(*) AS given_up FROM procrastinate_jobs WHERE status = 'failed'"
        )
        self.pulse.facts = {"given_up": found["given_up"]}

    async def _take_up_stalled(self, seconds: float) -> None:
        """Jobs whose worker was killed go back into the queue."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(
            queue=self._room, seconds_since_heartbeat=seconds
        ):
            await manager.retry_job(job)
