"""The outermost gate: from here on a request has its client's address, scheme and host, whichever way it came."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.web import faults
from kazasu.foundation.web.edge.connections import HOST_PATTERN
from kazasu.foundation.web.edge.figures import turned_away
from kazasu.foundation.web.edge.forwarding.proxies import NOT_SECRET, Proxies, without_forwarding
from kazasu.foundation.web.edge.problems import answer_to

HSTS: Final = "max-age=31536000"
"""A year for this very name (RFC 6797 §6.1.1). No ``includeSubDomains``: what else lies under it is not ours to say."""
_SCHEMES: Final = ("", "http", "https")


class Front:
    """Wraps an application.

    Args:
        doors: paths at which institutions speak to each other; they carry their own seal, whatever the scheme.
    """

    def __init__(self, app: ASGIApp, settings: Settings, doors: Sequence[str] = ()) -> None:
        self._app = app
        self._proxies = Proxies(settings.proxies)
        self._https = settings.scheme == "https"
        self._doors = frozenset(doors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._https:
            send = _lasting(send)
        try:
            scope = self._seen_by_proxies(scope)
        except Refusal as refusal:
            turned_away(refusal, scope["method"])
            await answer_to(refusal, Headers(scope=scope))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _seen_by_proxies(self, scope: Scope) -> Scope:
        """Raises Refusal ``web.two-forwardings``, ``web.unreadable``, ``web.not-https``."""
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope.get("client") else ""
        inner = {**scope, "headers": without_forwarding(scope["headers"])}
        if not self._proxies.trusts(peer):
            return inner
        found = self._proxies.read(peer, headers)
        if found.scheme not in _SCHEMES:  # what nobody knows is not taken for secret
            raise Refusal(faults.UNREADABLE)
        if found.host and not HOST_PATTERN.fullmatch(found.host.encode("latin-1", "replace")):
            raise Refusal(faults.UNREADABLE)
        if self._https and found.scheme == "http" and scope["path"] not in self._doors:
            raise Refusal(NOT_SECRET)
        if found.host:
            MutableHeaders(scope=inner)["host"] = found.host
        return {**inner, "client": (found.client, 0), "scheme": found.scheme or scope["scheme"]}


def _lasting(send: Send) -> Send:
    """Browsers come by https from now on, also to what is typed without it."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["strict-transport-security"] = HSTS
        await send(message)

    return sent
