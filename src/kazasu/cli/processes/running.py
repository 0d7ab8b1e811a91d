"""A process from its start to its clean end: database, rooms, doors, Ctrl-C."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kazasu.app.process import Process, unfounded
from kazasu.app.web import server_of
from kazasu.cli.output.refusals import HTTPS_BY_NOBODY, PORT_TAKEN, SOCKET_TAKEN
from kazasu.cli.output.speech import cause, language, say
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text


def serve_until_stopped(process: Process, doors: socket.socket, ready: Callable[[], None]) -> None:
    """Serve ``process`` at ``doors`` until Ctrl-C or SIGTERM; ``ready`` is called when they are open."""
    with process:
        server = server_of(process)
        started = server.startup

        async def startup(sockets: list[socket.socket] | None = None) -> None:
            await started(sockets)
            ready()
            _tell_unfounded(process)

        server.startup = startup  # type: ignore[method-assign]
        server.run(sockets=[doors])


def _tell_unfounded(process: Process) -> None:
    if rooms := unfounded(process.directory, process.prepared.selection):
        say(
            Text(
                "建国のあとに加わったため開けません（名簿にも鍵もありません）: {rooms}"
                "\n使うには、--data で別の場所に建てるか、./kazasu reset のあとで建て直してください。",
                "Not open, for they came after the founding (no directory entry, no keys): {rooms}"
                "\nTo have them, found another country with --data, or found it anew after ./kazasu reset.",
            ),
            rooms=", ".join(rooms),
        )


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """The socket of our doors, bound before anything else is opened: a taken place costs nothing and changes
    nothing.

    Raises Refusal ``cli.port-taken``, ``cli.socket-taken``, ``cli.https-by-nobody``.
    """
    _proxy_is_named(settings)
    with _unix(Path(settings.socket)) if settings.socket else _tcp(settings.port) as doors:
        yield doors


def _proxy_is_named(settings: Settings) -> None:
    """By https somebody ends TLS before us. Believed by nobody, it would be the one client whom all limits count."""
    named = {word.strip() for word in settings.proxies.split(",")} - {""}
    if settings.scheme != "https" or ("unix" in named if settings.socket else named - {"unix"}):
        return
    raise Refusal(HTTPS_BY_NOBODY, doors=settings.socket or f"127.0.0.1:{settings.port}")


def place_of(settings: Settings) -> str:
    """Where a process listens, in the language of the shell."""
    if settings.socket:
        return Text("ソケット {path}", "socket {path}").fill(path=settings.socket).to(language())
    return Text("ポート {port}", "port {port}").fill(port=settings.port).to(language())


@contextmanager
def _tcp(port: int) -> Iterator[socket.socket]:
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


@contextmanager
def _unix(path: Path) -> Iterator[socket.socket]:
    """Whoever may write to the socket may speak in anybody's name; so the folder decides, and the mode lets its
    group in: the proxy's.

    A folder with the setgid bit hands its group on (inode(7)); without it the process must be a member of the group.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as doors:
        try:
            _remove_left(path)
            doors.bind(str(path))
            path.chmod(0o660)
            with suppress(PermissionError):
                os.chown(path, -1, path.parent.stat().st_gid)
            doors.listen()
            ours = _which(path)
        except OSError as error:
            raise Refusal(SOCKET_TAKEN, path=path, why=cause(error)) from error
        try:
            yield doors
        finally:
            # An answer to a slow client may outlive the doors, and a new process have taken the place meanwhile.
            with suppress(OSError):
                if _which(path) == ours:
                    path.unlink()


def _which(path: Path) -> tuple[int, int, int]:
    """What tells this file from a later one of its name; a number alone is given to the next."""
    found = path.lstat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _remove_left(path: Path) -> None:
    """A socket that nobody listens at any more: its process was killed. Raises OSError where somebody does."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
