"""Places on a private network that the operator declared: where a party's receiver may lie though no stranger's address leads there.

    velo.bank.internal=10.20.0.0/16, events.pay.internal:8443=10.30.1.7

Each is a host name, the port where it is not 443, and the network in which its address must lie: so it is that one place, by https and the
certificate of that name, and a name that begins to lead elsewhere inside leads nowhere (OWASP Server Side Request Forgery Prevention, allow lists).
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

_PLACE: Final = re.compile(r"(?P<host>[a-z0-9-]+(\.[a-z0-9-]+)+)(:(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Inside:
    """One of them."""

    host: str
    port: int
    networks: tuple[IPv4Network | IPv6Network, ...]

    def holds(self, address: str) -> bool:
        ip = ip_address(address.partition("%")[0])
        return any(ip in one for one in self.networks)


def declared(text: str) -> tuple[Inside, ...]:
    """Each place once, with all its networks. Raises ValueError with the word that is none."""
    found = dict[tuple[str, int], list[IPv4Network | IPv6Network]]()
    for word in filter(None, map(str.strip, text.split(","))):
        place, equals, network = word.partition("=")
        named = _PLACE.fullmatch(place)
        port = int(named["port"] or 443) if named else 0
        if not equals or named is None or not 0 < port < 65_536:
            raise ValueError(f"{word}: host=network, host:port=network")
        found.setdefault((named["host"], port), []).append(ip_network(network))
    return tuple(Inside(host, port, tuple(of)) for (host, port), of in found.items())
