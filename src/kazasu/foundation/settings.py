"""Settings: named keys, read once from the environment and the command line, clear when wrong.

Every key is ``KAZASU_<NAME>``; the command line overrides. A key that is not known, or whose value
does not read, is refused with its name.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.values.typed.inside import Inside, declared

BAD_SETTING = define("settings.unreadable", 500,
    "設定 {key} が読めません（{why}）", "Setting {key} cannot be read ({why})",
    "docs/settings.md を見て値を直してください", "Correct the value; see docs/settings.md", who="operator")  # fmt: skip

NO_PASSPHRASE = define("settings.no-passphrase", 500,
    "本番で認証局の鍵の合言葉がありません", "Production has no passphrase for the authorities' keys",
    "KAZASU_PKI_PASSPHRASE_FILE を設定してください", "Set KAZASU_PKI_PASSPHRASE_FILE", who="operator")  # fmt: skip

Mode = Literal["sandbox", "production"]
_NOT_SETTINGS = {"KAZASU_CRASH_AT", "KAZASU_CRASH_LOG"}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process. The zero value of each new one must keep what was."""

    mode: Mode = "sandbox"
    """``production`` refuses every sandbox door: virtual cards, tray, clock, synthetic CA."""
    port: int = 8000
    metrics_port: int = 0
    """Where Prometheus reads this process's figures, on 127.0.0.1; 0: nowhere. No institution's name shows them."""
    data: Path = Path("data")
    """Folder of the embedded database, keys, virtual cards and the directory."""
    directory: str = ""
    """The directory file that this process shares with others; empty: ``<data>/directory.json``.
    Keys, public PKI and the sandbox's clock lie beside it."""
    places: str = ""
    """Folder of the tables of towns and postcodes that the operator took (``kazasu places``); empty: ``places`` beside the directory file.
    What is not there, the package has."""
    database_url: str = ""
    """URL of a PostgreSQL server to use (an owner's); empty: the embedded one under ``data``."""
    scheme: Literal["http", "https"] = "http"
    """How browsers reach the origins; ``https`` behind a proxy that ends TLS."""
    proxies: str = ""
    """Whose word on who asks is taken (``X-Forwarded-*``, ``Forwarded``): addresses and networks with commas;
    ``unix``: whoever comes by the Unix socket. Empty: nobody's."""
    socket: str = ""
    """Path of a Unix socket at which to listen instead of the port; who may enter its folder may ask."""
    processes: int = 1
    """How many equal processes share each limit of requests behind one proxy."""
    authorities: str = ""
    """File (PEM) with further authorities whom https to others trusts, beside the usual ones."""
    parties_inside: str = ""
    """Places on a private network where relying parties may be told and asked: ``host[:port]=network``, with commas. Empty: nowhere inside."""
    security_contact: str = ""
    """Whom ``/.well-known/security.txt`` names (RFC 9116): ``mailto:…``, ``https:…`` or ``tel:…``; empty: each site's page of contact."""
    session_idle_seconds: int = 15 * 60
    session_absolute_seconds: int = 12 * 3600
    requests_per_minute: int = 1200
    """Of one address, and of one person, at each site; pages at which people sign in or tap take a tenth."""
    alarm_people_of_clerk: int = 150
    """People whom one clerk may be shown in an hour before an alarm rings, whatever is usual for the post."""
    alarm_people_of_desk: int = 1_500
    """The same for all clerks of one institution together."""
    alarm_people_of_party: int = 3_000
    """The same for one service that asks."""
    alarm_people_of_terminal: int = 40
    """People whose cards may be held at one terminal in an hour."""
    alarm_factor: float = 3.0
    """Above these numbers an alarm rings from so many times what was usual in finished hours."""
    inquiry_timeout_seconds: float = 5.0
    pool_size: int = 10
    """Database connections of each room in this process."""
    log: Literal["text", "json"] = "text"
    reader: Literal["virtual", "pcsc"] = "virtual"
    """What lies before the terminal: virtual cards from the tray (sandbox only) or a real reader."""
    terminal_holder: Literal["face", "counter", "none"] = "face"
    """Who stands for the holder where a card needs no PIN: a face that is compared, a staffed counter (both
    simulated), or nobody: then every card needs its PIN here."""
    terminal_certificate: str = ""
    """The terminal's CV certificate; empty: the sandbox's own, made at founding."""

    pkcs11_module: str = ""
    """Path of a PKCS #11 module, for authorities whose custody is ``pkcs11``."""
    pkcs11_token: str = ""
    """Label of the token."""
    pkcs11_pin_file: str = ""
    """File with its user PIN."""
    pki_passphrase_file: str = ""
    """File with the passphrase of the authorities' keys; empty: the sandbox's own, beside them.
    Production refuses that."""

    def pki_passphrase(self) -> bytes | None:
        """None: the sandbox's own. Raises Refusal ``settings.no-passphrase``, ``settings.unreadable`` of an empty file."""
        if self.pki_passphrase_file:
            if found := Path(self.pki_passphrase_file).read_bytes().strip():
                return found
            raise Refusal(BAD_SETTING, key="KAZASU_PKI_PASSPHRASE_FILE", why='= ""')
        if not self.sandbox:
            raise Refusal(NO_PASSPHRASE)
        return None

    @property
    def inside(self) -> tuple[Inside, ...]:
        return declared(self.parties_inside)

    @property
    def terminal_certificate_file(self) -> Path:
        if self.terminal_certificate:
            return Path(self.terminal_certificate)
        return self.directory_file.parent / "keys" / "terminal-1.cv"

    @property
    def directory_file(self) -> Path:
        return Path(self.directory) if self.directory else self.data / "directory.json"

    @property
    def places_folder(self) -> Path:
        return Path(self.places) if self.places else self.directory_file.parent / "places"

    @property
    def sandbox(self) -> bool:
        return self.mode == "sandbox"


def read_settings(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings of this process; ``given`` (not None) wins over ``KAZASU_*``.

    Raises:
        Refusal: ``settings.unreadable`` with the key and the reason.
    """
    source = os.environ if environment is None else environment
    known = {field.name: field for field in fields(Settings)}
    values: dict[str, Any] = {}
    for variable, text in source.items():
        if not variable.startswith("KAZASU_") or variable in _NOT_SETTINGS:
            continue
        name = variable.removeprefix("KAZASU_").lower()
        if name not in known:
            raise Refusal(BAD_SETTING, key=variable, why="unknown key")
        values[name] = _parse(name, text)
    values |= {name: value for name, value in given.items() if value is not None}
    for name, (least, most) in _BOUNDS.items():
        if name in values and not least <= values[name] <= most:  # also what is no number at all
            raise Refusal(BAD_SETTING, key=f"KAZASU_{name.upper()}", why=f"{least} … {most}")
    settings = Settings(**values)
    if settings.metrics_port == settings.port:
        raise Refusal(BAD_SETTING, key="KAZASU_METRICS_PORT", why="= KAZASU_PORT")
    return settings


_BOUNDS: dict[str, tuple[float, float]] = {
    "processes": (1, 1_000),
    "port": (0, 65_535),
    "metrics_port": (0, 65_535),
    "session_idle_seconds": (10, 86_400),
    "session_absolute_seconds": (60, 30 * 86_400),
    "requests_per_minute": (10, 10_000_000),
    "alarm_people_of_clerk": (1, 10_000_000),
    "alarm_people_of_desk": (1, 10_000_000),
    "alarm_people_of_party": (1, 10_000_000),
    "alarm_people_of_terminal": (1, 10_000_000),
    "alarm_factor": (1, 1_000),
    "inquiry_timeout_seconds": (0.1, 120),
    "pool_size": (2, 1_000),
}
"""Least and most; with others the house would not work, or not be safe."""


_CHOICES = {
    "mode": ("sandbox", "production"),
    "scheme": ("http", "https"),
    "log": ("text", "json"),
    "reader": ("virtual", "pcsc"),
    "terminal_holder": ("face", "counter", "none"),
}


def _parse(name: str, text: str) -> Any:
    default = getattr(Settings(), name)
    if name in _CHOICES:
        if text not in _CHOICES[name]:
            raise Refusal(BAD_SETTING, key=f"KAZASU_{name.upper()}", why=" | ".join(_CHOICES[name]))
        return text
    try:
        if name == "proxies":
            _networks(text)
        if name == "parties_inside":
            declared(text)
        if name == "security_contact":
            _contact(text)
        return type(default)(text) if not isinstance(default, Path) else Path(text)
    except ValueError as error:
        raise Refusal(BAD_SETTING, key=f"KAZASU_{name.upper()}", why=str(error)) from None


def _contact(text: str) -> None:
    """Raises ValueError: it would be no line of RFC 9116."""
    if text and not re.fullmatch(r"(https|mailto|tel):[\x21-\x7E]+", text):
        raise ValueError("https: | mailto: | tel:")


def _networks(text: str) -> None:
    """Raises ValueError with the word that is no address."""
    for word in filter(None, map(str.strip, text.split(","))):
        if word != "unix":
            ip_network(word)
