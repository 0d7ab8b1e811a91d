"""HTTP to other institutions: ``*.localhost`` is this machine, which Python's resolver does not know."""

import functools
import ssl

import httpx


class _LoopbackNames(httpx.BaseTransport):
    """Connects ``<name>.localhost`` to 127.0.0.1 and keeps the name in the Host header."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host == "localhost" or host.endswith(".localhost"):
            # A copy: cookies and errors belong to the name that was asked for.
            request = httpx.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1"),
                headers=request.headers,  # with the Host header that names it
                stream=request.stream,
                extensions=request.extensions,
            )
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def http_client(timeout: float = 5.0, *, follow_redirects: bool = False) -> httpx.Client:
    """A client for one process; safe to share between threads."""
    return httpx.Client(
        transport=_LoopbackNames(
            httpx.HTTPTransport(
                verify=_authorities(),
                limits=httpx.Limits(max_connections=200, keepalive_expiry=30),
            )
        ),
        timeout=timeout,
        follow_redirects=follow_redirects,
        trust_env=False,
    )


@functools.cache
def _authorities() -> ssl.SSLContext:
    """Whom HTTPS trusts: read once in a process, for reading it takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)
