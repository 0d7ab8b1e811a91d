"""``found nginx``: the configuration of the reverse proxy before a place, with that place's own names in it."""

import argparse
import re
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.found.charter import Charter, read_charter
from kazasu.cli.output.refusals import BAD_CHARTER, DESK_ON_THE_NETWORK
from kazasu.cli.output.speech import cause, put
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web.edge.forwarding.front import HSTS

TEMPLATE: Final = Path(__file__).parent / "nginx.conf"
_UPSTREAM: Final = re.compile(r"unix:/[^\s;{}]+|[0-9A-Za-z.\[\]:-]+:\d+")
_PATH: Final = re.compile(r"/[^\s;{}]*")
TERMINAL: Final = "terminal"
_HERE: Final = ("127.0.0.1",)
_EVERYWHERE: Final = ("", "[::]", *_HERE)
"""``listen 443`` alone is IPv4 (ngx_http_core_module, ``listen``). Where a terminal on the same machine listens on 127.0.0.1, nginx
gives what comes there to servers that name that address and to no others, whatever the name asked for: so all name it."""


def configure(verbs: Verbs) -> None:
    nginx = add_verb(
        verbs, "nginx", Text("この場の nginx の設定を書き出す", "print nginx's configuration for this place"), _nginx
    )  # fmt: skip
    nginx.add_argument("charter", type=Path, help="機関の一覧 / who lives here: charter.toml")
    nginx.add_argument(
        "--upstream", action="append", required=True, metavar="unix:PATH|HOST:PORT",
        help="プロセス（複数可、KAZASU_PROCESSES）/ a process; several share KAZASU_PROCESSES",
    )  # fmt: skip
    nginx.add_argument(
        "--certificate",
        required=True,
        metavar="FILE",
        help="証明書と中間証明書（PEM） / certificate and chain (PEM)",
    )
    nginx.add_argument(
        "--key", required=True, metavar="FILE", help="秘密鍵（PEM） / private key (PEM)"
    )
    nginx.add_argument(
        "--logs", default="/var/log/nginx", metavar="DIR", help="記録の置き場所 / where nginx logs"
    )
    nginx.add_argument(
        "--listen-http",
        default="80",
        metavar="[ADDRESS:]PORT",
        help="https へ送る / leads to https",
    )
    nginx.add_argument(
        "--address",
        action="append",
        metavar="ADDRESS",
        help="待つアドレス（複数可、既定はすべて、端末はこの機械だけ）"
        " / where to listen; all, but for a terminal this machine alone",
    )


def _nginx(arguments: argparse.Namespace) -> int:
    put(written(read_charter(arguments.charter), arguments).rstrip())
    return 0


def written(charters: tuple[Charter, ...], given: argparse.Namespace) -> str:
    """Raises Refusal ``cli.bad-charter``: a value that would say more to nginx than it should, two ports;
    ``cli.desk-on-the-network``."""
    origins = [urlsplit(one.origin) for one in charters]
    ports = {one.port or 443 for one in origins}
    if len(ports) != 1:
        raise Refusal(BAD_CHARTER, file=given.charter, why=f"ports {sorted(ports)}")
    port = ports.pop()
    for path in (given.certificate, given.key, given.logs):
        _fit(_PATH, path)
    for upstream in given.upstream:
        _fit(_UPSTREAM, upstream)
    names = sorted(_fit(re.compile(r"[a-z0-9.-]+"), one.hostname or "") for one in origins)
    addresses = _addresses(charters, given.address or [])
    plain, _, plain_port = given.listen_http.rpartition(":")
    plain_addresses = _addresses(charters, [plain]) if plain else addresses
    values = {
        "PLACE": "kazasu_" + re.sub("[^a-z0-9]", "_", charters[0].id),
        "SERVERS": "\n".join(f"    server {one};" for one in given.upstream),
        "NAMES": " ".join(names),
        "PATTERN": "|".join(map(re.escape, names)),
        "HTTP": _listen(plain_addresses, _fit(re.compile(r"\d{1,5}"), plain_port), ""),
        "HTTPS": _listen(addresses, str(port), " ssl http2"),
        "SHOWN_PORT": "" if port == 443 else f":{port}",
        "CERTIFICATE": given.certificate,
        "KEY": given.key,
        "LOGS": given.logs,
        "HSTS": HSTS,
    }
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], TEMPLATE.read_text("utf-8"))


def _addresses(charters: tuple[Charter, ...], asked: Sequence[str]) -> Sequence[str]:
    """As nginx writes them. Who reaches a terminal spends the tries of the card that lies on its reader."""
    terminal = any(one.id == TERMINAL for one in charters)
    if not asked:
        if terminal and len(charters) > 1:  # the others would be reached by nobody
            raise Refusal(DESK_ON_THE_NETWORK)
        return _HERE if terminal else _EVERYWHERE
    found = []
    for one in asked:
        try:
            address = ip_address(one.removeprefix("[").removesuffix("]"))
        except ValueError as error:
            raise Refusal(BAD_CHARTER, file=one, why=cause(error)) from None
        if terminal and not address.is_loopback:
            raise Refusal(DESK_ON_THE_NETWORK)
        found.append(f"[{address}]" if address.version == 6 else str(address))
    return found


def _listen(addresses: Sequence[str], port: str, how: str) -> str:
    return "\n".join(f"    listen {one + ':' if one else ''}{port}{how};" for one in addresses)


def _fit(shape: re.Pattern[str], text: str) -> str:
    if not shape.fullmatch(text):
        raise Refusal(BAD_CHARTER, file=text, why=shape.pattern)
    return text
