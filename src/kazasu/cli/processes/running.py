"""A process from its start to its clean end: database, rooms, doors, Ctrl-C."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kazasu.app.process import Process
from kazasu.app.web import server_of
from kazasu.cli.output.refusals import PORT_TAKEN
from kazasu.foundation.faults import Refusal


def serve_until_stopped(process: Process, doors: socket.socket, ready: Callable[[], None]) -> None:
    """Serve ``process`` at ``doors`` until Ctrl-C or SIGTERM; ``ready`` is called when they are open."""
    with process:
        server = server_of(process)
        started = server.startup

        async def startup(sockets: list[socket.socket] | None = None) -> None:
            await started(sockets)
            ready()

        server.startup = startup  # type: ignore[method-assign]
        server.run(sockets=[doors])


@contextmanager
def bound(port: int) -> Iterator[socket.socket]:
    """The socket of our doors, bound before anything else is opened: a taken port costs nothing and changes
    nothing.

    Raises Refusal ``cli.port-taken``.
    """
    # The protocol by its number: asyncio sends without delay (TCP_NODELAY) only on sockets that say it, and
    # without that each answer waits 40 ms for the other side's acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as doors:
        doors.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            doors.bind(("127.0.0.1", port))
            doors.listen()  # until somebody listens, others that reuse addresses may bind it too
        except OSError as error:
            raise Refusal(PORT_TAKEN, port=port) from error
        yield doors
