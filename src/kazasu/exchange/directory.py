"""The directory: which institutions there are, where they are, which certificates they hold.

A JSON file that every participant has. Trust does not come from the file: each certificate must
be issued by the institutions' CA and name the institution it is listed under.

An institution's keys are replaced in service (``kazasu pki replace``): the new certificates stand in the file before they are used
(``since``), the ones before go on verifying for a while (``until``). Whoever has the file reads it again when it changed.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.faults import BAD_SIGNATURE, DIRECTORY_UNREADABLE, UNKNOWN_INSTITUTION
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock

log = structlog.get_logger()

KeyUse = Literal["sign", "seal", "client"]
KEY_USES: tuple[KeyUse, ...] = ("sign", "seal", "client")
_LOOKED_SECONDS: Final = 1.0
"""How often the file is looked at."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Certificates (PEM by use) whose keys were replaced. ``until``: they verify; nothing after it."""

    certificates: dict[KeyUse, str]
    until: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One institution."""

    id: InstitutionId
    origin: str
    name: Text
    certificates: dict[KeyUse, str]
    """PEM, by use; the newest. Unverified until :meth:`Directory.key` gave the key."""
    facts: Mapping[str, Text] = field(default_factory=dict)
    """What else everybody may know of it, by name: a city's ``prefecture``."""
    internal: str = ""
    """Where other institutions deliver, if not at ``origin``."""
    since: datetime | None = None
    """From when the newest are used; until then the ones before are. They verify at any time."""
    earlier: tuple[Earlier, ...] = ()
    """Newest first. They stay here for ever: since when an institution has had keys is known by them."""

    def in_use(self, now: datetime) -> dict[KeyUse, str]:
        """Which certificates it signs by, and is sealed to, at that time."""
        waiting = self.since is not None and now < self.since and self.earlier
        return self.earlier[0].certificates if waiting else self.certificates

    def accepted(self, use: KeyUse, now: datetime) -> list[str]:
        """By which it may have signed: the one in use first."""
        others = [self.certificates[use]]
        others += [one.certificates[use] for one in self.earlier if now <= one.until]
        first = self.in_use(now)[use]
        return [first, *(pem for pem in others if pem != first)]

    @property
    def host(self) -> str:
        return self.origin.split("://", 1)[1].split(":", 1)[0].split("/", 1)[0]


class Directory:
    """Entries by id, with their verified keys."""

    def __init__(
        self,
        authority_pem: str,
        entries: list[Entry],
        clock: Clock,
        *,
        file: Path | None = None,
    ) -> None:
        """``file``: from which its keys are read again when it changed."""
        self.authority_pem: Final = authority_pem
        self._authority = x509.load_pem_x509_certificate(authority_pem.encode())
        self._entries: dict[str, Entry] = {entry.id: entry for entry in entries}
        self._by_host = {entry.host: entry for entry in entries}
        self._clock = clock
        self._keys: dict[tuple[str, str], tuple[ECKey, datetime, datetime]] = {}
        self._lock = threading.Lock()
        self._file = file
        self._stamp = _stamp(file)
        self._looked = time.monotonic()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, institution: str) -> bool:
        return institution in self._entries

    def entry(self, institution: str) -> Entry:
        """Raises Refusal ``exchange.unknown-institution``."""
        self._follow()
        entry = self._entries.get(institution)
        if entry is None:
            raise Refusal(UNKNOWN_INSTITUTION, institution=institution)
        return entry

    def _follow(self) -> None:
        """Keys as the file has them now. Who there is, and where, is of when the process began."""
        if self._file is None or time.monotonic() - self._looked < _LOOKED_SECONDS:
            return
        with self._lock:
            self._looked = time.monotonic()
            stamp = _stamp(self._file)
            if stamp is None or stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                authority, entries = _read(self._file)
            except (OSError, *_UNREADABLE) as error:
                log.warning(
                    "directory unreadable", file=str(self._file), error=type(error).__name__
                )
                return
            if authority != self.authority_pem:
                log.warning("directory of another authority", file=str(self._file))
                return
            for new in entries:
                if old := self._entries.get(new.id):
                    self._entries[new.id] = replace(
                        old, certificates=new.certificates, since=new.since, earlier=new.earlier
                    )
            self._by_host = {entry.host: entry for entry in self._entries.values()}

    def at_host(self, host: str) -> Entry | None:
        """Whose origin has this host name (without port)."""
        return self._by_host.get(host)

    def of_kind(self, kind: str) -> list[Entry]:
        """All ``city``, all ``library`` …, in the order of the file."""
        return [entry for entry in self if entry.id.kind == kind]

    def origin(self, institution: str) -> str:
        return self.entry(institution).origin

    def key(self, institution: str, use: KeyUse) -> ECKey:
        """The institution's public key that is in use now, after its certificate was verified.

        Raises:
            Refusal: ``exchange.bad-signature`` (not issued by the authority, another name, not
                valid now), ``exchange.unknown-institution``.
        """
        entry, now = self.entry(institution), self._clock.now()
        return self._valid(entry, entry.in_use(now)[use], now)

    def keys(self, institution: str, use: KeyUse) -> list[ECKey]:
        """All by which it may have signed: the one in use, the next, and those replaced not long ago. Raises as :meth:`key`."""
        entry, now = self.entry(institution), self._clock.now()
        first, *others = entry.accepted(use, now)
        found = [self._valid(entry, first, now)]
        for pem in others:
            try:
                found.append(self._valid(entry, pem, now))
            except Refusal as refusal:
                log.warning("certificate not accepted", why=refusal.facts.get("why", ""))
        return found

    def in_use(self, institution: str, use: KeyUse) -> ECKey | None:
        """As :meth:`key`, whenever its certificate ends; None: not known here."""
        entry = self._entries.get(institution)
        if entry is None:
            return None
        self._follow()
        entry = self._entries[institution]
        return self._known(entry, entry.in_use(self._clock.now())[use])[0]

    def began(self, institution: str, use: KeyUse) -> datetime:
        """Since when it has had keys: what they signed is not older. Raises as :meth:`key` does, whenever they end."""
        entry = self.entry(institution)
        all_of_them = [entry.certificates, *(one.certificates for one in entry.earlier)]
        return min(self._known(entry, one[use])[1] for one in all_of_them)

    def _valid(self, entry: Entry, pem: str, now: datetime) -> ECKey:
        key, start, end = self._known(entry, pem)
        if not start <= now <= end:
            raise Refusal(BAD_SIGNATURE, why=f"{entry.id}: certificate not valid now")
        return key

    def _known(self, entry: Entry, pem: str) -> tuple[ECKey, datetime, datetime]:
        with self._lock:
            found = self._keys.get((entry.id, pem))
        if found is None:
            found = self._verified(entry, pem)
            with self._lock:
                self._keys[entry.id, pem] = found
        return found

    def keys_end(self) -> datetime:
        """When the first certificate of an institution ends."""
        pems = (pem for entry in self for pem in entry.certificates.values())
        ends = (x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc for pem in pems)
        return min(ends)

    def _verified(self, entry: Entry, pem: str) -> tuple[ECKey, datetime, datetime]:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        try:
            certificate.verify_directly_issued_by(self._authority)
        except (ValueError, TypeError, InvalidSignature):
            why = f"{entry.id}: certificate not issued by the authority"
            raise Refusal(BAD_SIGNATURE, why=why) from None
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if [name.value for name in names] != [entry.id]:
            raise Refusal(BAD_SIGNATURE, why=f"{entry.id}: certificate of another institution")
        public = certificate.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return (
            ECKey.import_key(public),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )


def write_directory(path: Path, authority_pem: str, entries: list[Entry]) -> None:
    """Write the file that :func:`read_directory` reads."""
    document = {"authority": authority_pem, "institutions": [_to_json(e) for e in entries]}
    write_whole(path, json.dumps(document, ensure_ascii=False, indent=1))


_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)


def read_directory(path: Path, clock: Clock) -> Directory:
    """Raises Refusal ``exchange.directory-unreadable``."""
    try:
        authority, entries = _read(path)
        return Directory(authority, entries, clock, file=path)
    except _UNREADABLE as error:
        raise Refusal(DIRECTORY_UNREADABLE, file=path, why=type(error).__name__) from error


def _read(path: Path) -> tuple[str, list[Entry]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return document["authority"], [_from_json(entry) for entry in document["institutions"]]


def _stamp(file: Path | None) -> tuple[int, int, int] | None:
    """None: it is not there."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


def _to_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "origin": entry.origin,
        "internal": entry.internal,
        "name": [entry.name.ja, entry.name.en],
        "facts": {name: [fact.ja, fact.en] for name, fact in entry.facts.items()},
        "certificates": entry.certificates,
        **_replacement(entry),
    }


def _replacement(entry: Entry) -> dict[str, Any]:
    """Nothing for who has the keys that it began with."""
    if not entry.earlier:
        return {}
    return {
        "since": entry.since.isoformat() if entry.since else "",
        "earlier": [
            {"certificates": one.certificates, "until": one.until.isoformat()}
            for one in entry.earlier
        ],
    }


def _from_json(document: dict[str, Any]) -> Entry:
    values = dict(document)
    since = values.pop("since", "")
    earlier = values.pop("earlier", [])
    return Entry(
        since=datetime.fromisoformat(since) if since else None,
        earlier=tuple(
            Earlier(one["certificates"], datetime.fromisoformat(one["until"])) for one in earlier
        ),
        id=InstitutionId(values.pop("id")),
        name=Text(*values.pop("name")),
        facts={name: Text(*fact) for name, fact in values.pop("facts").items()},
        **values,
    )
