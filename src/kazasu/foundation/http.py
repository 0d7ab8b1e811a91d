"""HTTP to others: to institutions, and to addresses that strangers registered.

``*.localhost`` is this machine, which Python's resolver does not know.
"""

import functools
import ipaddress
import socket
import ssl
from collections.abc import Callable

import httpx

from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import BAD_SETTING


class _Readdressed(httpx.BaseTransport):
    """Connects to the address that ``address`` gives for a name; cookies, Host and errors keep the name."""

    def __init__(self, address: Callable[[str], str], authorities: str) -> None:
        self._address = address
        self._inner = httpx.HTTPTransport(
            verify=_authorities(authorities),
            limits=httpx.Limits(max_connections=200, keepalive_expiry=30),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        address = self._address(host)
        if address != host:
            request = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # with the Host header that names it
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},  # TLS proves the name
            )
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _loopback_names(host: str) -> str:
    return "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host


def _public_names(host: str) -> str:
    """A public address of this name, which is then the very one that is visited.

    Anyone who registers a name decides where it leads, and may let it lead elsewhere a moment later: a second look by the
    library could find our own house (OWASP Server Side Request Forgery Prevention; RFC 6890).

    Raises ``httpx.ConnectError``: no such name, or any of its addresses lies inside.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"no address: {type(error).__name__}") from error
    addresses = [str(info[4][0]) for info in found]
    if not addresses or not all(map(is_public, addresses)):
        raise httpx.ConnectError("the name does not lead to a public address")
    return addresses[0]


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 behind NAT64 (RFC 6052): what lies in it decides."""


def is_public(address: str) -> bool:
    """May a stranger send us there? Not to a private, shared, reserved or multicast address, however it is wrapped."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast


def http_client(
    timeout: float = 5.0, *, follow_redirects: bool = False, authorities: str = ""
) -> httpx.Client:
    """A client for one process; safe to share between threads.

    ``authorities``: a file of further ones that https trusts. Raises Refusal ``settings.unreadable``: it has none.
    """
    return _client(_loopback_names, timeout, authorities, follow_redirects=follow_redirects)


def outward_client(timeout: float = 5.0, *, authorities: str = "") -> httpx.Client:
    """The same for addresses that others registered, in production: it reaches nothing inside, and follows nothing."""
    return _client(_public_names, timeout, authorities, follow_redirects=False)


def _client(
    address: Callable[[str], str], timeout: float, authorities: str, *, follow_redirects: bool
) -> httpx.Client:
    return httpx.Client(
        transport=_Readdressed(address, authorities),
        timeout=timeout,
        follow_redirects=follow_redirects,
        trust_env=False,
    )


@functools.cache
def _authorities(more: str) -> ssl.SSLContext:
    """Whom HTTPS trusts: read once in a process, for reading it takes longer than a request."""
    context = httpx.create_ssl_context(trust_env=False)
    if more:
        try:
            context.load_verify_locations(more)
        except (OSError, ssl.SSLError) as error:
            raise Refusal(BAD_SETTING, key="KAZASU_AUTHORITIES", why=error) from error
    return context
