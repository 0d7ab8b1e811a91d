"""Which addresses a party may register, and what is to be changed about one that it may not.

https, or in a sandbox http on this very machine; exact, without places to hide anything in (RFC 9700 2.1). An application on the
person's own device also has a scheme of its own, or the device's loopback address (RFC 8252 7).
"""

import ipaddress
import re
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import SplitResult

from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.web_addresses import SCHEMES, web_address

LONGEST: Final = 255
_LOOPBACK = re.compile(r"^(localhost|127\.0\.0\.1|([a-z0-9-]+\.)+localhost)\Z")
_INSIDE = (".local", ".internal", ".lan", ".home.arpa")
"""Names that no stranger has (RFC 6762, RFC 8375)."""
_OWN_SCHEME = re.compile(r"^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/{1,2}[^/]")
"""A name that the application's maker has, turned round: it holds a dot (RFC 8252 7.1, RFC 7595 3.8)."""
_LOOPBACK_ADDRESS = re.compile(r"^http://(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(?=[/?]|\Z)")
_BARRED: Final = ' \\*"<>^`{|}'

NO_ADDRESS: Final = Text(
    "アドレスの形になっていません", "This is not an address (https://shop.example/callback is one)"
)
NOT_PUBLIC: Final = Text(
    "インターネットから届くホスト名の https にしてください。IP アドレスや社内の名前は使えません",
    "Use https with a host name that the internet knows; no IP address, no name inside a house",
)
NOT_PUBLIC_SANDBOX: Final = Text(
    "インターネットから届くホスト名の https にしてください。手元で試すときだけ、http://localhost と http://127.0.0.1 が使えます",
    "Use https with a host name that the internet knows. On your own machine, for tests, http://localhost and http://127.0.0.1 will do",
)
_ODD: Final[tuple[tuple[Callable[[str, SplitResult], bool], Text], ...]] = (
    (
        lambda uri, _: len(uri) > LONGEST,
        Text(f"{LONGEST}文字までにしてください", f"Use at most {LONGEST} characters"),
    ),
    (lambda uri, _: "#" in uri, Text("# から後ろを消してください", "Leave out the # and what follows it")),
    (lambda _, parts: "@" in parts.netloc, Text("@ とその前を消してください", "Leave out the @ and what stands before it")),
    (
        lambda uri, _: not uri.isascii() or any(c in _BARRED or ord(c) < 0x21 for c in uri),
        Text(f"半角の英数字と記号だけにしてください。空白と {_BARRED.strip()} は使えません", f"Use ASCII letters, digits and signs, no blank and none of {_BARRED.strip()}"),
    ),
    (lambda _, parts: (parts.hostname or "").endswith("."), Text("ホスト名の最後の点を消してください", "Leave out the final dot of the host")),
    (lambda _, parts: parts.netloc != parts.netloc.lower(), Text("ホスト名は小文字で書いてください", "Write the host in small letters")),
    (lambda _, parts: "/../" in f"{parts.path}/", Text("/../ を消してください", "Leave out /../")),
)  # fmt: skip


def unfit(uri: str, *, sandbox: bool, inside: Collection[str] = ()) -> Text | None:
    """What to change about an address; None: it may be registered.

    Args:
        sandbox: it may be on this very machine. Elsewhere the service would post into its own house.
        inside: hosts of a private network that the operator declared (``KAZASU_PARTIES_INSIDE``), by https.
    """
    parts = web_address(uri)
    if parts is None:
        return NO_ADDRESS
    for is_odd, change in _ODD:
        if is_odd(uri, parts):
            return change
    host = parts.hostname or ""
    if sandbox and parts.scheme in SCHEMES and _LOOPBACK.match(host):
        return None
    hidden = bool(_LOOPBACK.match(host)) or host.endswith(_INSIDE) or _is_address(host)
    if parts.scheme == "https" and (host in inside or ("." in host and not hidden)):
        return None
    return NOT_PUBLIC_SANDBOX if sandbox else NOT_PUBLIC


def fits_application(uri: str) -> bool:
    """May an application on somebody's own device be sent its answer there? A scheme of its own, or its loopback address."""
    plain = (
        len(uri) <= LONGEST
        and uri.isascii()
        and not any(c in _BARRED or ord(c) < 0x21 for c in uri)
    )
    if not plain or "#" in uri or "@" in uri or "/../" in f"{uri}/":
        return False
    found = _LOOPBACK_ADDRESS.match(uri)
    return bool(_OWN_SCHEME.match(uri)) or (found is not None and _is_port(found[2]))


def portless(uri: str) -> str:
    """A loopback address by its number without the port, which no application knows before it starts; any other address as it is."""
    found = _LOOPBACK_ADDRESS.match(uri)
    return f"http://{found[1]}{uri[found.end() :]}" if found and _is_port(found[2]) else uri


def _is_port(digits: str | None) -> bool:
    return 0 < int(digits or 80) < 65_536


def proves_host(uri: str) -> bool:
    """Does only the owner of a name receive what is sent there?"""
    return uri.startswith("https://")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
