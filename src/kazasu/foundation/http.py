"""HTTP to others: to institutions, and to addresses that strangers registered.

``*.localhost`` is this machine, which Python's resolver does not know.
"""

import functools
import ipaddress
import socket
import ssl
from collections.abc import Collection

import httpx


class _Readdressed(httpx.BaseTransport):
    """Connects to the address that :meth:`address` gives for a name; cookies, Host and errors keep the name."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def address(self, host: str) -> str:
        raise NotImplementedError

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        address = self.address(host)
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


class _LoopbackNames(_Readdressed):
    def address(self, host: str) -> str:
        return "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host


class _PublicNames(_Readdressed):
    """To public addresses alone, and to the very one that was looked at.

    Whoever registers a name decides where it leads, and may let it lead elsewhere a moment later: a second look by the
    library could find our own house (OWASP Server Side Request Forgery Prevention; RFC 6890). ``known`` names are the
    country's own: they may lie inside.
    """

    def __init__(self, inner: httpx.BaseTransport, known: Collection[str]) -> None:
        super().__init__(inner)
        self._known = known

    def address(self, host: str) -> str:
        """Raises ``httpx.ConnectError``: no such name, or any of its addresses lies inside."""
        if host in self._known:
            return host
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


def http_client(timeout: float = 5.0, *, follow_redirects: bool = False) -> httpx.Client:
    """A client for one process; safe to share between threads."""
    return _client(_LoopbackNames(_connections()), timeout, follow_redirects=follow_redirects)


def outward_client(known: Collection[str], timeout: float = 5.0) -> httpx.Client:
    """The same for addresses that others registered, in production: it reaches nothing inside, and follows nothing.

    ``known``: host names of the country's own institutions.
    """
    return _client(_PublicNames(_connections(), known), timeout, follow_redirects=False)


def _client(
    transport: httpx.BaseTransport, timeout: float, *, follow_redirects: bool
) -> httpx.Client:
    return httpx.Client(
        transport=transport, timeout=timeout, follow_redirects=follow_redirects, trust_env=False
    )


def _connections() -> httpx.HTTPTransport:
    limits = httpx.Limits(max_connections=200, keepalive_expiry=30)
    return httpx.HTTPTransport(verify=_authorities(), limits=limits)


@functools.cache
def _authorities() -> ssl.SSLContext:
    """Whom HTTPS trusts: read once in a process, for reading it takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)
