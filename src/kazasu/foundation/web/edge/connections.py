"""The open connections of a process: how many, how long they may say nothing, how long a head may be.

uvicorn bounds none of these with httptools (``limit_concurrency`` turns *new* clients away and keeps the silent
ones; ``timeout_keep_alive`` begins after the first answer). So its protocol is completed here. Who waits longest
for bytes of its client makes way for who comes: 1,100 sockets that say nothing cost their owner the sockets, and
nobody else anything.
"""

import asyncio
import re
import time
from http import HTTPStatus
from typing import Any, Final

import httptools
import structlog
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import LANGUAGES
from kazasu.foundation.web import faults
from kazasu.foundation.web.edge.figures import turned_away
from kazasu.foundation.web.edge.problems import retry_after

log = structlog.get_logger()

HEAD_SECONDS: Final = 10.0
"""From the connection, or a later request's first byte, to the end of its head."""
IDLE_SECONDS: Final = 20
"""Between two requests; longer than our own clients keep a connection, which never meets a closed one so."""
WRITE_SECONDS: Final = 30.0
"""A client that takes nothing of its answer for so long is gone."""
LINGER_SECONDS: Final = 1.0
MOST_HEAD: Final = 32_768
"""Bytes of request line and headers together; nginx and Apache take as much."""
MOST_HEADERS: Final = 100
MOST_ADDRESS: Final = 16_384
"""Bytes of a request's target: a signed request object in a query has its place, and not much more."""
MOST_WIRE: Final = 16_000_000
"""Bytes of one request with its chunks' own lines and trailers, whose bodies the gate counts."""
MOST_WAITING: Final = 16
"""Requests of a connection that wait behind the one at work; browsers send none ahead (RFC 9112 §9.3.2)."""
_SAY_EVERY: Final = 60.0
HOST_PATTERN: Final = re.compile(
    rb"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
)
"""A host and a port (RFC 3986 §3.2.2, §3.2.3): no path, and nobody's name before an ``@``."""


class Connections:
    """All connections of a process, and who of them waits for its client."""

    def __init__(self, most: int) -> None:
        self.most: Final = most
        self._open = 0
        self._waiting: dict[GuardedProtocol, None] = {}
        """In the order in which they began to wait."""
        self._displaced = 0
        self._said = float("-inf")

    def enter(self, one: "GuardedProtocol") -> bool:
        """A new connection. False: there is no room, and nobody who only waits."""
        self._open += 1
        room = self._open <= self.most or self._displace()
        self._waiting[one] = None
        return room

    def leave(self, one: "GuardedProtocol") -> None:
        self._open -= 1
        self._waiting.pop(one, None)

    def waits(self, one: "GuardedProtocol") -> None:
        """It is its client's turn."""
        self._waiting[one] = None

    def works(self, one: "GuardedProtocol") -> None:
        """It is our turn."""
        self._waiting.pop(one, None)

    def _displace(self) -> bool:
        oldest = next(iter(self._waiting), None)
        if oldest is not None:
            del self._waiting[oldest]
            oldest.transport.abort()
        self._say()
        return oldest is not None

    def _say(self) -> None:
        """One line a minute, whatever happens: a flood of sockets is no flood of lines."""
        self._displaced += 1
        now = time.monotonic()
        if now - self._said >= _SAY_EVERY:
            log.warning("connections are full", most=self.most, displaced=self._displaced)
            self._said, self._displaced = now, 0


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with limits. Made by ``partial(GuardedProtocol, connections)``."""

    def __init__(self, known: Connections, **made_by_uvicorn: Any) -> None:
        super().__init__(**made_by_uvicorn)
        self._known = known
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._in_head = False
        self._head_bytes = 0
        self._wire_bytes = 0
        self._ended = False
        self._why: Refusal | None = None
        self._at_work: RequestResponseCycle | None = None
        """Whose answer is made. ``cycle`` is the newest request, which may wait behind it."""

    # ------------------------------------------------------------ the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._known.enter(self):
            self._expect_head()
        else:
            self._end(Refusal(faults.NO_ROOM))

    def connection_lost(self, exc: Exception | None) -> None:
        self._known.leave(self)
        self._stop_timers()
        if self._at_work is not None:  # uvicorn tells the newest alone, and this one would write on
            self._at_work.disconnected = True
            self._at_work.message_event.set()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._must_write()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()

    def timeout_keep_alive_handler(self) -> None:
        self.transport.abort()  # close() would wait for a client that does not take its answer

    # ------------------------------------------------------------ bytes

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        self._unset_keepalive_if_required()
        if self._idle() and self._head_timer is None:
            self._expect_head()
        self._wire_bytes += len(data)
        self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
            self._check_sizes()
        except httptools.HttpParserUpgrade:
            self.cycle.keep_alive = False  # no other protocol is spoken here
            self._ended = True
        except (httptools.HttpParserError, Refusal):
            if not self._ended:
                self._end(self._why or Refusal(faults.UNREADABLE))

    def _check_sizes(self) -> None:
        """Of what has not ended yet. Raises Refusal ``web.too-long-head``, ``web.too-large``."""
        if self._in_head and self._head_bytes > MOST_HEAD:
            raise self._because(faults.LONG_HEAD)
        if self._wire_bytes > MOST_WIRE:
            raise self._because(faults.TOO_LARGE)

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MOST_WAITING:
            self._take_no_more()
        super().on_message_begin()
        self._wire_bytes = 0
        self._in_head = True
        if self._head_timer is None:
            self._expect_head()

    def _take_no_more(self) -> None:
        """What waits is answered, and then the connection ends; who sent more asks again (RFC 9112 §9.3.2)."""
        self.cycle.keep_alive = False
        self._ended = True
        self._stop_head_timer()
        raise self._because(faults.NO_ROOM)  # out of the parser, which would read on

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_ADDRESS:
            raise self._because(faults.LONG_ADDRESS)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # trailers are nobody's: among the headers they would be believed
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._check_head()
        self._in_head = False
        self._head_bytes = 0
        self._stop_head_timer()
        super().on_headers_complete()

    def _check_head(self) -> None:
        """Raises Refusal ``web.too-long-head``, ``web.unreadable``."""
        size = sum(len(name) + len(value) + 4 for name, value in self.headers)
        if len(self.headers) > MOST_HEADERS or size > MOST_HEAD:
            raise self._because(faults.LONG_HEAD)
        hosts = [value for name, value in self.headers if name == b"host"]
        missing = not hosts and self.parser.get_http_version() == "1.1"
        if missing or len(hosts) > 1 or not all(map(HOST_PATTERN.fullmatch, hosts)):
            raise self._because(
                faults.UNREADABLE
            )  # RFC 9112 §3.2; two lengths (§6.1) llhttp refuses
        self._take_host_of_target()

    def _take_host_of_target(self) -> None:
        """An absolute target's host decides, whatever the header says (RFC 9112 §3.2.2)."""
        if self.url.startswith(b"/") or b"://" not in self.url:
            return
        authority = re.split(rb"[/?#]", self.url.partition(b"://")[2], maxsplit=1)[0]
        if not HOST_PATTERN.fullmatch(authority):
            raise self._because(faults.UNREADABLE)
        self.headers[:] = [one for one in self.headers if one[0] != b"host"]
        self.headers.append((b"host", authority))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._at_work = cycle
        super()._start_asgi_task(cycle, app)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if not self._idle():
            self._known.works(self)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.pipeline:
            self._known.waits(self)
        if self.transport.is_closing() and self.transport.get_write_buffer_size():
            self._must_write()

    # ------------------------------------------------------------ time, and the end

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_late)

    def _head_late(self) -> None:
        if not self._idle():  # of a request behind another: it has its turn
            self._expect_head()
        elif self._head_bytes:
            self._end(Refusal(faults.TOO_SLOW))
        else:
            self.transport.abort()

    def _must_write(self) -> None:
        self._write_timer = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_timers(self) -> None:
        self._stop_head_timer()
        self._unset_keepalive_if_required()
        if self._write_timer is not None:
            self._write_timer.cancel()

    def _because(self, fault: Fault) -> Refusal:
        """Kept, for httptools raises an exception of its own out of a callback."""
        self._why = Refusal(fault)
        return self._why

    def _end(self, refusal: Refusal) -> None:
        """Say why, take for a moment what still comes (else the answer is lost), and hang up."""
        self._ended = True
        turned_away(refusal, "other")
        self._stop_timers()
        if self.pipeline or (not self._idle() and self.cycle.response_started):
            self.transport.abort()
            return
        if not self._idle():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(_farewell(refusal))
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


def _farewell(refusal: Refusal) -> bytes:
    """A complete answer to a client whose request never came in full."""
    said = "".join(f"{refusal.title.to(one)} {refusal.todo.to(one)}\n" for one in LANGUAGES)
    body = f"{said}{refusal.fault.code}\n".encode()
    status = HTTPStatus(refusal.fault.status)
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "connection": "close",
    } | retry_after(refusal.fault)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
