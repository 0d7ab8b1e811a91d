"""All state of one card, as a file: applications, files with access rules, PIN counters, keys.

A ``.card`` file is a card on a table: anyone who has it has the card, not the PINs' knowledge of its
holder. Sandbox only; keys of real cards never leave their chips.
"""

import base64
import fcntl
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any, Final

from kazasu.foundation.algorithms import Algorithm
from kazasu.foundation.private_files import write_private
from kazasu.foundation.values.encoding import base64_text

AIDS: Final[Mapping[str, str]] = {
    "jpki": "D392F000260100000001",
    "text": "D3921000310001010408",
    "visual": "D3921000310001010402",
    "juki": "D3921000310001010401",
    "common": "D3921000310001010100",
    "manager": "A0000001510000",
}
"""Application identifiers (card §1). What is installed in the free area brings its own."""

AVAILABLE: Final = "08"
"""JPKI's file that says which certificates are there: one byte for signing, one for user authentication, one unknown (card §1)."""
PRESENT: Final = 0x8F

CARD_ID: Final = re.compile(r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]\Z")


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
    """A private key (PKCS #8 PEM) and the PINs of which one must have been given; empty: the file is there, no key is."""

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
    shared: dict[str, str] = field(default_factory=dict)
    """PINs that are another application's, as ``18: jpki/18`` (next-generation cards have two in all)."""
    trusted: dict[str, str] = field(default_factory=dict)
    """Keys of authorities (SubjectPublicKeyInfo PEM), by EF: what they vouch for counts as that EF's PIN."""
    objects: dict[str, bytes] = field(default_factory=dict)
    """What GET DATA gives, by hexadecimal tag."""
    aid: str = ""
    """Of an application in the free area; the others' are :data:`AIDS`."""
    provider: str = ""
    """Who may remove it from the free area (SubjectPublicKeyInfo PEM)."""


@dataclass(slots=True)
class Switches:
    """What is not publicly known, or differs between cards, by name (docs/institutions/card.md)."""

    clears_on_reselect: bool = False
    """Selecting the selected application again clears its PINs."""
    locked_status: str = "6984"
    """What VERIFY answers once no try is left: 6984 or 6983."""
    verified_query: bool = False
    """VERIFY without data answers 9000 for a PIN that was given."""


@dataclass(slots=True)
class CardImage:
    """A whole card."""

    card_id: str
    """Its name in the sandbox, and of its file."""
    serial: str
    """15 digits, in the common application."""
    atr: str
    applications: dict[str, Application]
    switches: Switches = field(default_factory=Switches)
    pending_key: str = ""
    """A signing key made on the card that no certificate was written for yet."""
    profile: str = "plastic"
    """Which of ``profiles.toml`` it was made by."""
    algorithm: Algorithm = "RSA-2048"
    """Of the keys that certificates are issued for."""
    last_script: int = 0
    """Number of the last free-area script that was carried out: none is carried out twice."""
    last_continued: int = 0
    """The same of continued use: an old script would bring back an old address."""

    @property
    def signs(self) -> bool:
        """Has it a signing certificate?"""
        return self.applications["jpki"].files[AVAILABLE].data[0] == PRESENT

    def aid(self, name: str) -> str:
        return self.applications[name].aid or AIDS[name]


class NoSuchCard(LookupError):
    """There is no card of this name in the tray."""


class Elsewhere(RuntimeError):
    """The card lies on another reader."""


class CardBox:
    """The folder in which the cards of a sandbox lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        return self._folder

    def load(self, card_id: str) -> CardImage:
        """Raises NoSuchCard."""
        path = self._path(card_id)
        try:
            return _from_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise NoSuchCard(card_id) from None

    def save(self, image: CardImage) -> None:
        """On disk before it returns: a counter that is not written down is a gift to a thief."""
        write_private(self._path(image.card_id), json.dumps(_to_json(image)))

    @contextmanager
    def hold(self, card_id: str, seconds: float = 0.0) -> Iterator[CardImage]:
        """A card in one's hand: nobody else, in no process, has it until the end.

        Two that wrote its counters would give a thief tries.

        Raises NoSuchCard; Elsewhere after waiting ``seconds``.
        """
        path = self._path(card_id).with_suffix(".lock")
        if card_id not in self:
            raise NoSuchCard(card_id)
        with path.open("w") as lock:
            until = time.monotonic() + seconds
            while not _locked(lock):
                if time.monotonic() >= until:
                    raise Elsewhere(card_id)
                time.sleep(0.01)
            yield self.load(card_id)

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self._folder.glob("*.card")))

    def __contains__(self, card_id: str) -> bool:
        return bool(CARD_ID.match(card_id)) and self._path(card_id).exists()

    def _path(self, card_id: str) -> Path:
        if not CARD_ID.match(card_id):
            raise NoSuchCard(card_id)
        return self._folder / f"{card_id}.card"


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _to_json(image: CardImage) -> dict[str, Any]:
    document = {f.name: getattr(image, f.name) for f in fields(image)}
    document["switches"] = asdict(image.switches)
    document["applications"] = {
        name: application_to(application) for name, application in image.applications.items()
    }
    return document


def _from_json(document: dict[str, Any]) -> CardImage:
    applications = {
        name: application_from(application)
        for name, application in document.pop("applications").items()
    }
    switches = Switches(**document.pop("switches"))
    return CardImage(applications=applications, switches=switches, **document)


def application_from(document: dict[str, Any]) -> Application:
    """One application from its JSON. Raises ``KeyError``, ``TypeError``, ``ValueError``."""
    given = dict(document)
    return Application(
        files={
            number: File(base64.b64decode(file["data"]), tuple(file["opened_by"]))
            for number, file in given.pop("files").items()
        },
        pins={number: Pin(**pin) for number, pin in given.pop("pins").items()},
        keys={
            number: Key(key["pem"], tuple(key["opened_by"]))
            for number, key in given.pop("keys").items()
        },
        objects={tag: base64.b64decode(text) for tag, text in given.pop("objects").items()},
        **given,
    )


def application_to(application: Application) -> dict[str, Any]:
    """One application as JSON."""
    document = asdict(application)
    for file in document["files"].values():
        file["data"] = base64_text(file["data"])
    for tag, content in document["objects"].items():
        document["objects"][tag] = base64_text(content)
    return document
