"""Nothing unbounded comes in: the one gate around a whole application (design §3 rule 15).

Pure ASGI, so that no room, door or unknown address can forget it. The body is read here, counted while it
comes, before anybody is asked; who gets it reads it from memory. What the parser of HTTP itself must bound
(the head, silence, how many connections) is :mod:`kazasu.foundation.web.edge.connections`.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import faults
from kazasu.foundation.web.edge.content import check_content, check_target
from kazasu.foundation.web.edge.figures import turned_away
from kazasu.foundation.web.edge.problems import answer_to

MOST_BYTES: Final = 1_000_000
"""Of a body, where nobody asked for more."""
HELD_BYTES: Final = 64_000_000
"""Of all bodies that are in the house at once: many clients must not fill what one cannot."""
BODY_SECONDS: Final = 30.0
"""From the head to the body's last byte."""
LINGER_SECONDS: Final = 1.0
"""How long bytes that nobody wants are still taken: closed at once, the answer would be lost on the way (RFC 9112 §9.6)."""


@dataclass(eq=False, slots=True)
class _Body:
    """A body on its way in."""

    most: int
    clock: asyncio.Timeout
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    whole: bool = False
    displaced: bool = False


class Bounds:
    """Wraps an application.

    Args:
        larger: most bytes of a body by path, where it is not :data:`MOST_BYTES`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        larger: Mapping[str, int] | None = None,
        held_bytes: int = HELD_BYTES,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._app = app
        self._larger = larger or {}
        self._held_bytes = held_bytes
        self._seconds = body_seconds
        self._held = 0
        self._coming: set[_Body] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(self._larger.get(scope["path"], MOST_BYTES), asyncio.timeout(self._seconds))
        try:
            admitted = await self._admit(body, scope, receive)
        except Refusal as refusal:
            self._drop(body)
            await _refuse(refusal, body, scope, receive, send)
        else:
            if admitted is not None:
                await self._app(scope, admitted, send)
        finally:
            self._drop(body)

    async def _admit(self, body: _Body, scope: Scope, receive: Receive) -> Receive | None:
        """What the application receives from; None: the client went away."""
        headers = Headers(scope=scope)
        if "transfer-encoding" not in headers and headers.get("content-length", "0") == "0":
            body.whole = True
        check_target(scope)
        if body.whole:
            return receive
        if not await self._read(body, headers, receive):
            return None
        content = b"".join(body.parts)
        body.parts.clear()
        check_content(headers.get("content-type", ""), content)
        return _replay(content, receive)

    async def _read(self, body: _Body, headers: Headers, receive: Receive) -> bool:
        """All of it into ``body``. False: the client went away."""
        declared = headers.get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()):
            raise Refusal(faults.UNREADABLE)
        if len(declared) > 15 or int(declared) > body.most:
            raise Refusal(faults.TOO_LARGE)
        self._coming.add(body)
        try:
            async with body.clock:
                return await self._collect(body, receive)
        except TimeoutError:
            raise Refusal(faults.NO_ROOM if body.displaced else faults.TOO_SLOW) from None
        finally:
            self._coming.discard(body)

    async def _collect(self, body: _Body, receive: Receive) -> bool:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            part = message.get("body", b"")
            body.size += len(part)
            self._held += len(part)
            if body.size > body.most:
                raise Refusal(faults.TOO_LARGE)
            body.parts.append(part)
            if not message.get("more_body", False):
                body.whole = True
                return True
            if self._held > self._held_bytes:
                self._make_room()

    def _drop(self, body: _Body) -> None:
        self._held -= body.size
        body.size = 0
        body.parts.clear()

    def _make_room(self) -> None:
        """Who holds most goes: a small form never waits for a flood of large ones."""
        staying = [one for one in self._coming if not one.displaced]
        if staying:
            largest = max(staying, key=lambda one: one.size)
            largest.displaced = True
            self._drop(largest)
            largest.clock.reschedule(asyncio.get_running_loop().time())


def _replay(content: bytes, receive: Receive) -> Receive:
    """The body from memory, then whatever comes (only that the client went away)."""
    told = False

    async def replayed() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": content, "more_body": False}

    return replayed


async def _refuse(
    refusal: Refusal, body: _Body, scope: Scope, receive: Receive, send: Send
) -> None:
    """The answer at once. Where more was to come, the connection ends a moment later."""
    turned_away(refusal, scope["method"])
    response = answer_to(refusal, Headers(scope=scope))
    if body.whole:
        await response(scope, receive, send)
        return
    response.headers["connection"] = "close"
    start = {"type": "http.response.start", "status": response.status_code}
    await send(start | {"headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})
