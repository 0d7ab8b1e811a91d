"""Who asked, where a proxy stands in front: its word is taken when the operator declared it, and nobody else's.

Whoever writes ``X-Forwarded-For`` can write anything. So the list is read from the right (each proxy adds the one it
met), as long as whoever wrote the next entry is declared (nginx: ``ngx_http_realip_module``, ``real_ip_recursive``;
RFC 7239 §8.1). What comes from elsewhere has its forwarding headers taken away before any room can believe them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from starlette.datastructures import Headers

from kazasu.foundation.faults import Refusal, define

Address = IPv4Address | IPv6Address
UNIX: Final = "unix"
"""Whoever comes by our Unix socket: the folder's rights say who that can be."""
FORWARDING: Final = (
    "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
)  # fmt: skip
_PAIR: Final = re.compile(r'([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^\s",;]*)|,')
_PORT: Final = re.compile(r"^(?:\[(?P<six>[^\]]+)\]|(?P<four>[0-9.]+))(?::\d+)?$")

TWO_ACCOUNTS = define("web.two-forwardings", 400,
    "中継の記録が二つあり、たがいに違います", "Two records of who asks were passed on, and they differ",
    "プロキシで Forwarded と X-Forwarded-For の一方を消してください（docs/production.md）", "Let the proxy clear one of Forwarded and X-Forwarded-For (docs/production.md)", who="operator", source="RFC 7239 §7.4")  # fmt: skip
NOT_SECRET = define("web.not-https", 403,
    "このサイトは https で開いてください", "This site is reached by https only",
    "アドレスを https:// にしてください。何も変更されていません", "Write https:// in the address. Nothing was changed", source="RFC 6797")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What the declared proxies say of a request. Empty: they do not say."""

    client: str
    scheme: str = ""
    host: str = ""


class Proxies:
    """The declared ones."""

    def __init__(self, declared: str) -> None:
        """``declared``: addresses, networks and ``unix``, with commas. Raises ValueError."""
        words = [word.strip() for word in declared.split(",") if word.strip()]
        self.unix = UNIX in words
        self._networks: Sequence[IPv4Network | IPv6Network] = [
            ip_network(word) for word in words if word != UNIX
        ]

    def trusts(self, peer: str) -> bool:
        """``peer``: an address; empty: who came by the Unix socket."""
        if not peer:
            return self.unix
        address = _address(peer)
        return address is not None and any(address in network for network in self._networks)

    def read(self, peer: str, headers: Headers) -> Forwarded:
        """
        Args:
            peer: who connected, whom :meth:`trusts` knows.

        Raises Refusal ``web.two-forwardings``: the proxy let pass what a client wrote.
        """
        scheme = _last(headers.getlist("x-forwarded-proto"))
        host = _last(headers.getlist("x-forwarded-host"))
        hops = [hop.strip() for one in headers.getlist("x-forwarded-for") for hop in one.split(",")]
        by_list = self._client(peer, hops) if hops else None
        elements = _elements(",".join(headers.getlist("forwarded")))
        place = self._place([one.get("for", "") for one in elements])
        if place is None:
            return Forwarded(by_list or peer, scheme, host)
        element = elements[place]
        client = _plain(element.get("for", "")) or peer
        told = Forwarded(client, element.get("proto", "").lower(), element.get("host", "").lower())
        both = ((by_list or "", client), (scheme, told.scheme), (host, told.host))
        if any(one and other and one != other for one, other in both):
            raise Refusal(TWO_ACCOUNTS)
        return Forwarded(client, told.scheme or scheme, told.host or host)

    def _client(self, peer: str, hops: Sequence[str]) -> str:
        place = self._place(hops)
        return (_plain(hops[place]) if place is not None else "") or peer

    def _place(self, hops: Sequence[str]) -> int | None:
        """Of the nearest hop that is no declared proxy; the farthest where all are. None: nobody wrote any."""
        place = None
        for place in range(len(hops) - 1, -1, -1):
            if not self.trusts(_plain(hops[place]) or "-"):
                break
        return place


def bucket_of(address: str) -> str:
    """Who shares a limit: one IPv4 address; of IPv6 a /64, for that is what one connection is given (RFC 6177)."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False))
    return address if found is None else str(found)


def without_forwarding(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.decode("latin-1") not in FORWARDING]


def _address(text: str) -> Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _plain(hop: str) -> str:
    """The address of ``192.0.2.1:80``, ``[2001:db8::1]:80``; empty for what is none (``unknown``, ``_hidden``)."""
    bare = _PORT.match(hop)
    found = _address((bare["six"] or bare["four"]) if bare else hop)
    return "" if found is None else str(found)


def _last(values: Sequence[str]) -> str:
    """Of a list what the nearest proxy added."""
    return ",".join(values).rpartition(",")[2].strip().lower()


def _elements(header: str) -> list[dict[str, str]]:
    """``Forwarded`` (RFC 7239 §4): one dictionary for each proxy on the way."""
    if not header:
        return []
    found: list[dict[str, str]] = [{}]
    for pair in _PAIR.finditer(header):
        if pair[1] is None:
            found.append({})
        else:
            value = re.sub(r"\\(.)", r"\1", pair[2][1:-1]) if pair[2][:1] == '"' else pair[2]
            found[-1][pair[1].lower()] = value
    return found
