"""Where a name leads: this machine's own names, and for strangers' names nowhere inside.

Looking a name up has no deadline of its own: it is done in a thread that nobody waits for longer than the exchange may last
(:mod:`.look_ups`).
"""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Final

import httpcore

from kazasu.foundation.http.look_ups import LookUps
from kazasu.foundation.values.typed.inside import Inside

Naming = Callable[[str, float], Sequence[str]]
"""(name, seconds) → addresses, each of which may be visited. Raises ``httpcore.ConnectError``, ``ConnectTimeout``."""

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 behind NAT64 (RFC 6052): what lies in it decides."""
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to the internet (RFC 4291 2.4, IANA): what other forms wrap an IPv4 address, or may come, lies outside."""
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "3fff::/20"),
    )
)
"""For protocols and documents (RFC 6890, 7526, 9637); newer Pythons know more of them than older ones."""
LEAST_PORT: Final = 1024
WEB_PORTS: Final = frozenset({80, 443})
_institutions = LookUps()
_strangers = LookUps()
"""Strangers' names have a number of their own: however many are silent, institutions find each other."""


def any_address(name: str, seconds: float) -> Sequence[str]:
    """For institutions: ``*.localhost`` is this machine, which Python's resolver does not know."""
    return _this_machine(name) or _looked_up(name, seconds, _institutions)


def public_address(name: str, seconds: float) -> Sequence[str]:
    """For names that strangers registered: a public address, which is then the very one that is visited.

    Anyone who registers a name decides where it leads, and may let it lead elsewhere a moment later: a second look by
    the library could find our own house (OWASP Server Side Request Forgery Prevention; RFC 6890).
    """
    addresses = _looked_up(name, seconds, _strangers)
    if not addresses or not all(map(is_public, addresses)):
        raise httpcore.ConnectError("the name does not lead to a public address")
    return addresses


def declared_address(place: Inside) -> Naming:
    """For a place inside that the operator declared: in the networks of the declaration, and nowhere else."""

    def naming(name: str, seconds: float) -> Sequence[str]:
        addresses = _this_machine(name) or _looked_up(name, seconds, _strangers)
        if not addresses or not all(map(place.holds, addresses)):
            raise httpcore.ConnectError("the name does not lead where it was declared to lie")
        return addresses

    return naming


def is_public(address: str) -> bool:
    """May a stranger send us there? Not to a private, shared, reserved or multicast address, however it is wrapped."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in one for one in _SPECIAL)


def any_port(_: int) -> bool:
    """For institutions, whose addresses the directory has."""
    return True


def web_port(port: int) -> bool:
    """May a stranger's address name it? Those of the web, and those that no service of the system has: who names the port of a mail
    server lets us speak to one (Fetch 2.9, port blocking)."""
    return port in WEB_PORTS or port >= LEAST_PORT


def _this_machine(name: str) -> list[str]:
    return ["127.0.0.1"] if name == "localhost" or name.endswith(".localhost") else []


def _looked_up(name: str, seconds: float, names: LookUps) -> list[str]:
    try:
        return [str(ipaddress.ip_address(name))]
    except ValueError:
        return names.addresses(name, seconds)
