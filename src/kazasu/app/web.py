"""The one web application of a process: each host name opens its room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from kazasu.app.process import Process
from kazasu.exchange.api import doors
from kazasu.exchange.transport import INQUIRIES_PATH, LETTERS_PATH

THREADS = 64
"""Requests served at once; the tap waits for other institutions, so it is more than cores."""


def web_application(process: Process) -> ASGIApp:
    """Dispatch by host name; the doors for messages are open under every name."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield

    exchange = Starlette(routes=doors(process.deliver, process.inquire), lifespan=lifespan)
    nobody = PlainTextResponse("no institution has this name here\n", status_code=421)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in {LETTERS_PATH, INQUIRIES_PATH}:
            await exchange(scope, receive, send)
            return
        host = _host(scope)
        for room in process.rooms.values():
            if room.hosts(host):
                await room.app(scope, receive, send)
                return
        await nobody(scope, receive, send)

    return dispatch


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return str(value.decode("ascii", "replace").rpartition(":")[0] or value.decode())
    return ""


def server_of(process: Process) -> uvicorn.Server:
    """A uvicorn server on 127.0.0.1 for the process; ``run()`` it, set ``should_exit`` to end."""
    return uvicorn.Server(
        uvicorn.Config(
            web_application(process),
            host="127.0.0.1",
            port=process.settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=65536,
        )
    )
