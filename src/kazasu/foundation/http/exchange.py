"""One exchange with somebody else: a deadline for the whole of it, and a bound on what comes back.

A library's timeout begins anew with each piece that arrives, so that a receiver who sends a byte now and then holds its
sender for ever (encode/httpx#1450, psf/requests#3099). Here each read and write gets what is left of the whole.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpcore
import httpx

from kazasu.foundation.http.addresses import Naming, any_port

MOST_BYTES: Final = 5_000_000
"""Of an answer: an institution's message may have four million."""
LONGEST: Final = 60.0
"""Seconds, where the caller named none."""
_here = threading.local()


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """What this thread does on the network ends at ``deadline``, by the monotonic clock."""
    before = getattr(_here, "deadline", None)
    _here.deadline = deadline
    try:
        yield
    finally:
        _here.deadline = before


def _left(late: type[Exception]) -> float:
    """Seconds. Raises ``late`` when none are left."""
    deadline = getattr(_here, "deadline", None)
    left = LONGEST if deadline is None else deadline - time.monotonic()
    if left <= 0:
        raise late("the exchange took too long as a whole")
    return float(left)


class Network(httpcore.NetworkBackend):
    """Connects to the addresses that ``naming`` gives, one after the other while there is time; to ports that ``allowed`` lets."""

    def __init__(self, naming: Naming, allowed: Callable[[int], bool] = any_port) -> None:
        self._naming = naming
        self._allowed = allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the exchange's own is what is left of the whole
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if not self._allowed(port):
            raise httpcore.ConnectError("no port of the web")
        failed: Exception = httpcore.ConnectError("the name has no address")
        for address in self._naming(host, _left(httpcore.ConnectTimeout)):
            try:
                stream = self._inner.connect_tcp(
                    address, port, _left(httpcore.ConnectTimeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream)
        raise failed


class _Stream(httpcore.NetworkStream):
    """A connection whose every step takes no longer than what is left of the exchange."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._inner.read(max_bytes, _left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Piece by piece: who takes a little at a time gets no new time for each."""
        plug = self._inner.get_extra_info("socket")
        rest = memoryview(buffer)
        while rest:
            plug.settimeout(_left(httpcore.WriteTimeout))
            try:
                rest = rest[plug.send(rest) :]
            except TimeoutError as error:
                raise httpcore.WriteTimeout(str(error)) from error
            except OSError as error:
                raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """A handshake is several reads, each of which begins anew: a watch cuts the line when the whole is over.

        Raises httpcore.ConnectError also where the other side has hung up already: Python's ``ssl`` would leave that connection
        open (CPython, ``SSLSocket._create``: what it raises for a reset connection passes its ``close``).
        """
        seconds = _left(httpcore.ConnectTimeout)
        line: socket.socket = self._inner.get_extra_info("socket")
        plug = line.dup()
        watch = threading.Timer(seconds, _cut, [plug])
        watch.daemon = True
        watch.start()
        try:
            self._must_be_there(line)  # at the last moment: starting the watch gives others time
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, seconds))
        finally:
            watch.cancel()
            plug.close()

    def _must_be_there(self, line: socket.socket) -> None:
        """Raises httpcore.ConnectError."""
        try:
            line.getpeername()
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(str(error)) from error

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _cut(plug: socket.socket) -> None:
    try:
        plug.shutdown(socket.SHUT_RDWR)
    except OSError:  # closed meanwhile
        return


class Bounded(httpx.SyncByteStream):
    """An answer's body: until the deadline, up to :data:`MOST_BYTES`; then ``done`` once."""

    def __init__(self, inner: httpx.SyncByteStream, deadline: float, done: Any) -> None:
        self._inner = inner
        self._deadline = deadline
        self._done = done

    def __iter__(self) -> Iterator[bytes]:
        taken, parts = 0, iter(self._inner)
        while True:
            with until(self._deadline):
                part = next(parts, None)
            if part is None:
                return
            taken += len(part)
            if taken > MOST_BYTES:
                raise httpx.RemoteProtocolError("the answer is too large")
            yield part

    def close(self) -> None:
        try:
            self._inner.close()
        finally:
            self._done()
