"""The one web application of a process: each host name opens its room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kazasu.app.descriptors import BACKLOG, most_connections
from kazasu.app.process import Process
from kazasu.exchange.api import MOST_BYTES, doors
from kazasu.exchange.transport import INQUIRIES_PATH, LETTERS_PATH
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.bounds import Bounds
from kazasu.foundation.web.connections import IDLE_SECONDS, Connections, GuardedProtocol
from kazasu.foundation.web.faults import UNKNOWN_HOST
from kazasu.foundation.web.problems import answer_to
from kazasu.foundation.web.security import host_of

THREADS = 64
"""Requests served at once; the tap waits for other institutions, so it is more than cores."""


def web_application(process: Process) -> ASGIApp:
    """Dispatch by host name; the doors for messages are open under every name."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield

    exchange = Starlette(routes=doors(process.deliver, process.inquire), lifespan=lifespan)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in {LETTERS_PATH, INQUIRIES_PATH}:
            await exchange(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = host_of(headers)
        for room in process.rooms.values():
            if room.hosts(host):
                await room.app(scope, receive, send)
                return
        await answer_to(Refusal(UNKNOWN_HOST), headers)(scope, receive, send)

    return Bounds(dispatch, larger=dict.fromkeys((LETTERS_PATH, INQUIRIES_PATH), MOST_BYTES))


def server_of(process: Process) -> uvicorn.Server:
    """A uvicorn server on 127.0.0.1 for the process; ``run()`` it, set ``should_exit`` to end."""
    return served(
        web_application(process),
        port=process.settings.port,
        most=most_connections(process.settings, len(process.rooms)),
    )


def served(application: ASGIApp, *, port: int, most: int) -> uvicorn.Server:
    """A server with the limits of :mod:`kazasu.foundation.web.connections`, for ``most`` connections."""
    return uvicorn.Server(
        uvicorn.Config(
            application,
            host="127.0.0.1",
            port=port,
            http=partial(GuardedProtocol, Connections(most)),  # type: ignore[arg-type]
            ws="none",
            timeout_keep_alive=IDLE_SECONDS,
            backlog=BACKLOG,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )
    )
