"""The one web application of a process: each host name opens its room."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio.to_thread
import uvicorn
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, REGISTRY, generate_latest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kazasu.app.descriptors import BACKLOG, most_connections
from kazasu.app.faults import NOT_OPEN
from kazasu.app.process import Process
from kazasu.exchange.carrier.api import doors
from kazasu.exchange.carrier.transport import INQUIRIES_PATH, LETTERS_PATH
from kazasu.exchange.keys import MOST_SEALED
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.web.edge.bounds import Bounds
from kazasu.foundation.web.edge.connections import IDLE_SECONDS, Connections, GuardedProtocol
from kazasu.foundation.web.edge.figures import turned_away
from kazasu.foundation.web.edge.forwarding.front import Front
from kazasu.foundation.web.edge.problems import answer_to
from kazasu.foundation.web.edge.security import host_of
from kazasu.foundation.web.faults import NOT_FOUND, UNKNOWN_HOST

THREADS = 64
"""For files. Each room's pages, letters and inquiries have threads of their own."""

METRICS_PORT_TAKEN = define("app.metrics-port-taken", 409,
    "計測用のポート {port} は使われています", "The port for metrics, {port}, is in use",
    "KAZASU_METRICS_PORT を変えてください", "Change KAZASU_METRICS_PORT", who="operator")  # fmt: skip


def web_application(process: Process) -> ASGIApp:
    """Dispatch by host name; the doors for messages are open under every name."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield

    exchange = Starlette(
        routes=doors(process.deliver, process.inquire, process.room_at), lifespan=lifespan
    )

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in {LETTERS_PATH, INQUIRIES_PATH}:
            await exchange(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = host_of(headers)
        for room in process.rooms.values():
            if room.hosts(host) and process.lives_at(host):
                if scope["path"] != "/healthz" and not process.opens_at(host):
                    closed = Refusal(NOT_OPEN)
                    turned_away(closed, scope["method"])
                    await answer_to(closed, headers)(scope, receive, send)
                    return
                await room.app(scope, receive, send)
                return
        unknown = Refusal(UNKNOWN_HOST)
        turned_away(unknown, scope["method"])
        await answer_to(unknown, headers)(scope, receive, send)

    between = (LETTERS_PATH, INQUIRIES_PATH)
    bounded = Bounds(dispatch, larger=dict.fromkeys(between, MOST_SEALED))
    return Front(bounded, process.settings, doors=between)


def server_of(process: Process) -> uvicorn.Server:
    """A uvicorn server on 127.0.0.1 for the process; ``run()`` it, set ``should_exit`` to end."""
    return served(
        web_application(process),
        port=process.settings.port,
        most=most_connections(process.settings, len(process.rooms)),
        metrics_port=process.settings.metrics_port,
    )


def served(application: ASGIApp, *, port: int, most: int, metrics_port: int = 0) -> uvicorn.Server:
    """A server with the limits of :mod:`kazasu.foundation.web.edge.connections`, for ``most`` connections."""
    return _Server(
        uvicorn.Config(
            _metrics_beside(application, metrics_port) if metrics_port else application,
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
        ),
        metrics_port,
    )


def _metrics_beside(application: ASGIApp, port: int) -> ASGIApp:
    """What comes in by ``port`` reads figures; all else is the application's, which shows none."""

    async def by_port(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["server"][1] != port:
            await application(scope, receive, send)
        elif scope["path"] == "/metrics":
            figures = Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_PLAIN_0_0_4)
            await figures(scope, receive, send)
        else:
            await answer_to(Refusal(NOT_FOUND), Headers(scope=scope))(scope, receive, send)

    return by_port


class _Server(uvicorn.Server):
    """Listens for Prometheus too, when it is to."""

    def __init__(self, config: uvicorn.Config, metrics_port: int) -> None:
        super().__init__(config)
        self._metrics_port = metrics_port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._metrics_port:
            protocol: Any = self.config.http_protocol_class
            make = partial(
                protocol,
                config=self.config,
                server_state=self.server_state,
                app_state=self.lifespan.state,
            )
            self.servers.append(await self._listen(make))

    async def _listen(self, make: Callable[[], asyncio.Protocol]) -> asyncio.Server:
        try:
            loop = asyncio.get_running_loop()
            return await loop.create_server(make, "127.0.0.1", self._metrics_port)
        except OSError as error:
            raise Refusal(METRICS_PORT_TAKEN, port=self._metrics_port) from error
