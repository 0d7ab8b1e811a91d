"""A process from its start to its clean end: database, rooms, doors, Ctrl-C."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kazasu.app.process import Process
from kazasu.app.web import server_of
from kazasu.cli.refusals import PORT_TAKEN
from kazasu.foundation.faults import Refusal


def serve_until_stopped(process: Process, ready: Callable[[], None]) -> None:
    """Serve ``process`` until Ctrl-C or SIGTERM; ``ready`` is called when the doors are open.

    Raises Refusal ``cli.port-taken``.
    """
    with _doors(process.settings.port) as doors, process:
        server = server_of(process)
        started = server.startup

        async def startup(sockets: list[socket.socket] | None = None) -> None:
            await started(sockets)
            ready()

        server.startup = startup  # type: ignore[method-assign]
        server.run(sockets=[doors])


@contextmanager
def _doors(port: int) -> Iterator[socket.socket]:
    """The listening socket, bound before anything else is opened, so that a taken port costs
    nothing and is said plainly."""
    # The protocol by its number: asyncio sends without delay (TCP_NODELAY) only on sockets that say it, and
    # without that each answer waits 40 ms for the other side's acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as doors:
        doors.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            doors.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refusal(PORT_TAKEN, port=port) from error
        yield doors
