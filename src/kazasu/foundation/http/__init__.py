"""HTTP to others: to institutions, and to addresses that strangers registered.

``timeout`` is for the whole exchange: looking the name up, waiting for a share of the destination, connecting, TLS,
sending, and the last byte of the answer. What dead or dripping receivers hold is bounded so (:mod:`.exchange`,
:mod:`.shares`), and what they may send.
"""

import functools
import os
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import httpcore
import httpx

from kazasu.foundation.faults import Refusal
from kazasu.foundation.http.addresses import (
    Naming,
    any_address,
    any_port,
    declared_address,
    is_public,
    public_address,
    web_port,
)
from kazasu.foundation.http.exchange import LONGEST, MOST_BYTES, Bounded, Network, until
from kazasu.foundation.http.shares import Shares
from kazasu.foundation.settings import BAD_SETTING
from kazasu.foundation.values.typed.inside import Inside

__all__ = ["MOST_BYTES", "OUTWARD_SHARE", "SHARE", "http_client", "is_public", "outward_client"]

SHARE: Final = 24
"""Exchanges with one institution at once, of a process's threads for pages."""
OUTWARD_SHARE: Final = 4
"""The same with a destination that somebody registered."""


def http_client(
    timeout: float = 5.0, *, follow_redirects: bool = False, authorities: str = ""
) -> httpx.Client:
    """A client for one process; safe to share between threads.

    ``authorities``: a file of further ones that https trusts. Raises Refusal ``settings.unreadable``: it has none.
    """
    transport = _Transport(any_address, any_port, SHARE, authorities)
    return _client(transport, timeout, follow_redirects=follow_redirects)


def outward_client(
    timeout: float = 5.0,
    *,
    inside: bool = False,
    authorities: str = "",
    declared: Sequence[Inside] = (),
) -> httpx.Client:
    """The same for addresses that others registered: a small share of each, and nobody is followed.

    Args:
        inside: they may lead to this machine too, as in the sandbox; in production they reach nothing inside.
        declared: but these, by https alone and where they were declared to lie.
    """
    naming, allowed = (any_address, any_port) if inside else (public_address, web_port)
    mounts = {
        f"https://{one.host}:{one.port}": _Transport(
            declared_address(one), one.port.__eq__, OUTWARD_SHARE, authorities
        )
        for one in declared
    }
    outward = _Transport(naming, allowed, OUTWARD_SHARE, authorities)
    return _client(outward, timeout, follow_redirects=False, mounts=mounts)


def _client(
    transport: httpx.BaseTransport,
    timeout: float,
    *,
    follow_redirects: bool,
    mounts: Mapping[str, httpx.BaseTransport] | None = None,
) -> httpx.Client:
    return httpx.Client(
        transport=transport,
        mounts=mounts,
        timeout=timeout,
        follow_redirects=follow_redirects,
        trust_env=False,
        # A few packed bytes can be gigabytes; nobody we speak to needs them packed.
        headers={"accept-encoding": "identity"},
    )


class _Transport(httpx.HTTPTransport):
    """httpx's own, on a network with a deadline. ``timeout`` of a request is what the whole may take."""

    def __init__(
        self, naming: Naming, allowed: Callable[[int], bool], share: int, authorities: str
    ) -> None:
        super().__init__(verify=_trusted(authorities), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(authorities),
            max_connections=None,  # the threads that call, and each destination's share, are the bound
            max_keepalive_connections=20,
            keepalive_expiry=30,
            network_backend=Network(naming, allowed),
        )
        self._shares = Shares(share)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        seconds = request.extensions.get("timeout", {}).get("read") or LONGEST
        deadline = time.monotonic() + seconds
        destination = request.url.netloc.decode("ascii")
        self._shares.take(destination, seconds)
        done = _Once(functools.partial(self._shares.give_back, destination))
        try:
            with until(deadline):
                response = super().handle_request(request)
            if not isinstance(response.stream, httpx.SyncByteStream):
                raise TypeError("a synchronous client answers so")
            response.stream = Bounded(response.stream, deadline, done)
            if response.headers.get("content-encoding", "identity") != "identity":
                response.close()
                raise httpx.RemoteProtocolError("packed, though we asked for it as it is")
        except BaseException:
            done()
            raise
        return response


class _Once:
    """A callback that is called once, whoever calls it first."""

    def __init__(self, work: "functools.partial[None]") -> None:
        self._work = work
        self._lock = threading.Lock()

    def __call__(self) -> None:
        if self._lock.acquire(blocking=False):
            self._work()


@functools.cache
def _trusted(more: str) -> ssl.SSLContext:
    """Whom HTTPS trusts: read once in a process, for reading it takes longer than a request."""
    os.environ.pop("SSLKEYLOGFILE", None)  # obeyed by the library, whoever's shell it is of
    context = httpx.create_ssl_context(trust_env=False)
    if more:
        try:
            context.load_verify_locations(more)
        except (OSError, ssl.SSLError) as error:
            raise Refusal(BAD_SETTING, key="KAZASU_AUTHORITIES", why=error) from error
    return context
