"""All state of one card, as a file: applications, files with access rules, PIN counters, keys.

A ``.card`` file is a card on a table: whoever has it has the card, not the PINs' knowledge of its
holder. Sandbox only; keys of real cards never leave their chips.
"""

import base64
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

AIDS: Final[Mapping[str, str]] = {
    "jpki": "D392F000260100000001",
    "text": "D3921000310001010408",
    "visual": "D3921000310001010402",
    "juki": "D3921000310001010401",
    "common": "D3921000310001010100",
    "manager": "A0000001510000",
}
"""Application identifiers (card §1)."""

CARD_ID: Final = re.compile(r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")


@dataclass(slots=True)
class Pin:
    """A secret with its counter. ``limit`` 0: unlimited tries."""

    value: str
    limit: int
    left: int


@dataclass(slots=True)
class File:
    """An elementary file. ``opened_by``: any one of these PINs; empty: free to read."""

    data: bytes
    opened_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Key:
    """A private key (PKCS #8 PEM) and the PINs of which one must have been given."""

    pem: str
    opened_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Application:
    """One application; ids are the two hex digits of the EF."""

    files: dict[str, File] = field(default_factory=dict)
    pins: dict[str, Pin] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    default_key: str = ""
    """The key that P2=00 names (text and visual applications)."""


@dataclass(slots=True)
class CardImage:
    """A whole card."""

    card_id: str
    """Its name in the sandbox, and of its file."""
    serial: str
    """15 digits, in the common application."""
    atr: str
    applications: dict[str, Application]
    clears_on_reselect: bool = False
    """Switch: does selecting the selected application again clear its PINs? Not publicly known."""
    pending_key: str = ""
    """A signing key made on the card that no certificate was written for yet."""


class NoSuchCard(LookupError):
    """There is no card of this name in the tray."""


class CardBox:
    """The folder in which the cards of a sandbox lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, card_id: str) -> CardImage:
        """Raises NoSuchCard."""
        path = self._path(card_id)
        try:
            return _from_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise NoSuchCard(card_id) from None

    def save(self, image: CardImage) -> None:
        """On disk before it returns: a counter that is not written down is a gift to a thief."""
        path = self._path(image.card_id)
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_to_json(image), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self._folder.glob("*.card")))

    def __contains__(self, card_id: str) -> bool:
        return bool(CARD_ID.match(card_id)) and self._path(card_id).exists()

    def _path(self, card_id: str) -> Path:
        if not CARD_ID.match(card_id):
            raise NoSuchCard(card_id)
        return self._folder / f"{card_id}.card"


def _to_json(image: CardImage) -> dict[str, Any]:
    document = asdict(image)
    for application in document["applications"].values():
        for file in application["files"].values():
            file["data"] = base64.b64encode(file["data"]).decode()
    return document


def _from_json(document: dict[str, Any]) -> CardImage:
    applications = {
        name: Application(
            files={
                number: File(base64.b64decode(file["data"]), tuple(file["opened_by"]))
                for number, file in application["files"].items()
            },
            pins={number: Pin(**pin) for number, pin in application["pins"].items()},
            keys={
                number: Key(key["pem"], tuple(key["opened_by"]))
                for number, key in application["keys"].items()
            },
            default_key=application["default_key"],
        )
        for name, application in document.pop("applications").items()
    }
    return CardImage(applications=applications, **document)
