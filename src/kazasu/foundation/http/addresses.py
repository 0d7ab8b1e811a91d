"""Where a name leads: this machine's own names, and for strangers' names nowhere inside.

Looking a name up has no deadline of its own: it is done in a thread that nobody waits for longer than the exchange may last
(:mod:`.look_ups`).
"""

import ipaddress
from collections.abc import Callable, Sequence

import httpcore

from kazasu.foundation.http.look_ups import LookUps

Naming = Callable[[str, float], Sequence[str]]
"""(name, seconds) → addresses, each of which may be visited. Raises ``httpcore.ConnectError``, ``ConnectTimeout``."""

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 behind NAT64 (RFC 6052): what lies in it decides."""
_institutions = LookUps()
_strangers = LookUps()
"""Strangers' names have a number of their own: however many are silent, institutions find each other."""


def any_address(name: str, seconds: float) -> Sequence[str]:
    """For institutions: ``*.localhost`` is this machine, which Python's resolver does not know."""
    if name == "localhost" or name.endswith(".localhost"):
        return ["127.0.0.1"]
    return _looked_up(name, seconds, _institutions)


def public_address(name: str, seconds: float) -> Sequence[str]:
    """For names that strangers registered: a public address, which is then the very one that is visited.

    Anyone who registers a name decides where it leads, and may let it lead elsewhere a moment later: a second look by
    the library could find our own house (OWASP Server Side Request Forgery Prevention; RFC 6890).
    """
    addresses = _looked_up(name, seconds, _strangers)
    if not addresses or not all(map(is_public, addresses)):
        raise httpcore.ConnectError("the name does not lead to a public address")
    return addresses


def is_public(address: str) -> bool:
    """May a stranger send us there? Not to a private, shared, reserved or multicast address, however it is wrapped."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast


def _looked_up(name: str, seconds: float, names: LookUps) -> list[str]:
    try:
        return [str(ipaddress.ip_address(name))]
    except ValueError:
        return names.addresses(name, seconds)
