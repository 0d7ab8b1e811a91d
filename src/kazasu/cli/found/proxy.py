"""``found nginx``: the configuration of the reverse proxy before a place, with that place's own names in it."""

import argparse
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.found.charter import Charter, read_charter
from kazasu.cli.output.refusals import BAD_CHARTER
from kazasu.cli.output.speech import put
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

TEMPLATE: Final = Path(__file__).parent / "nginx.conf"
_UPSTREAM: Final = re.compile(r"unix:/[^\s;{}]+|[0-9A-Za-z.\[\]:-]+:\d+")
_PATH: Final = re.compile(r"/[^\s;{}]*")


def configure(verbs: Verbs) -> None:
    nginx = add_verb(
        verbs, "nginx", Text("この場の nginx の設定を書き出す", "print nginx's configuration for this place"), _nginx
    )  # fmt: skip
    nginx.add_argument("charter", type=Path, help="charter.toml")
    nginx.add_argument(
        "--upstream", action="append", required=True, metavar="unix:PATH|HOST:PORT",
        help="プロセス（複数可、KAZASU_PROCESSES）/ a process; several share KAZASU_PROCESSES",
    )  # fmt: skip
    nginx.add_argument("--certificate", required=True, metavar="FILE", help="PEM, chain")
    nginx.add_argument("--key", required=True, metavar="FILE", help="PEM")
    nginx.add_argument("--logs", default="/var/log/nginx", metavar="DIR")
    nginx.add_argument(
        "--listen-http",
        default="80",
        metavar="[ADDRESS:]PORT",
        help="https へ送る / leads to https",
    )
    nginx.add_argument(
        "--address",
        default="",
        metavar="ADDRESS",
        help="待つアドレス（既定はすべて）/ where to listen",
    )


def _nginx(arguments: argparse.Namespace) -> int:
    put(written(read_charter(arguments.charter), arguments).rstrip())
    return 0


def written(charters: tuple[Charter, ...], given: argparse.Namespace) -> str:
    """Raises Refusal ``cli.bad-charter``: a value that would say more to nginx than it should, two ports."""
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
    values = {
        "PLACE": "kazasu_" + re.sub("[^a-z0-9]", "_", charters[0].id),
        "SERVERS": "\n".join(f"    server {one};" for one in given.upstream),
        "NAMES": " ".join(names),
        "HTTP": _fit(re.compile(r"[0-9a-fA-F.:\[\]]+"), given.listen_http),
        "HTTPS": f"{given.address}:{port}" if given.address else str(port),
        "SHOWN_PORT": "" if port == 443 else f":{port}",
        "CERTIFICATE": given.certificate,
        "KEY": given.key,
        "LOGS": given.logs,
    }
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], TEMPLATE.read_text("utf-8"))


def _fit(shape: re.Pattern[str], text: str) -> str:
    if not shape.fullmatch(text):
        raise Refusal(BAD_CHARTER, file=text, why=shape.pattern)
    return text
