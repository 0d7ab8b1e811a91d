"""The directory: which institutions there are, where they are, which certificates they hold.

A JSON file that every participant has. Trust does not come from the file: each certificate must
be issued by the institutions' CA and name the institution it is listed under.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

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

KeyUse = Literal["sign", "seal", "client"]
KEY_USES: tuple[KeyUse, ...] = ("sign", "seal", "client")


@dataclass(frozen=True, slots=True)
class Entry:
    """One institution."""

    id: InstitutionId
    origin: str
    name: Text
    certificates: dict[KeyUse, str]
    """PEM, by use. Unverified until :meth:`Directory.key` gave the key."""
    facts: Mapping[str, Text] = field(default_factory=dict)
    """What else everybody may know of it, by name: a city's ``prefecture``."""
    internal: str = ""
    """Where other institutions deliver, if not at ``origin``."""

    @property
    def host(self) -> str:
        return self.origin.split("://", 1)[1].split(":", 1)[0].split("/", 1)[0]


class Directory:
    """Entries by id, with their verified keys."""

    def __init__(self, authority_pem: str, entries: list[Entry], clock: Clock) -> None:
        self.authority_pem: Final = authority_pem
        self._authority = x509.load_pem_x509_certificate(authority_pem.encode())
        self._entries: dict[str, Entry] = {entry.id: entry for entry in entries}
        self._by_host = {entry.host: entry for entry in entries}
        self._clock = clock
        self._keys: dict[tuple[str, KeyUse], tuple[ECKey, datetime, datetime]] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, institution: str) -> bool:
        return institution in self._entries

    def entry(self, institution: str) -> Entry:
        """Raises Refusal ``exchange.unknown-institution``."""
        entry = self._entries.get(institution)
        if entry is None:
            raise Refusal(UNKNOWN_INSTITUTION, institution=institution)
        return entry

    def at_host(self, host: str) -> Entry | None:
        """Whose origin has this host name (without port)."""
        return self._by_host.get(host)

    def of_kind(self, kind: str) -> list[Entry]:
        """All ``city``, all ``library`` …, in the order of the file."""
        return [entry for entry in self if entry.id.kind == kind]

    def origin(self, institution: str) -> str:
        return self.entry(institution).origin

    def key(self, institution: str, use: KeyUse) -> ECKey:
        """The institution's public key, after its certificate was verified.

        Raises:
            Refusal: ``exchange.bad-signature`` (not issued by the authority, another name, not
                valid now), ``exchange.unknown-institution``.
        """
        key, start, end = self._known(institution, use)
        if not start <= self._clock.now() <= end:
            raise Refusal(BAD_SIGNATURE, why=f"{institution}: certificate not valid now")
        return key

    def began(self, institution: str, use: KeyUse) -> datetime:
        """Since when its certificate is valid: what its key signed is not older. Raises as :meth:`key` does, whenever it ends."""
        return self._known(institution, use)[1]

    def _known(self, institution: str, use: KeyUse) -> tuple[ECKey, datetime, datetime]:
        with self._lock:
            found = self._keys.get((institution, use))
        if found is None:
            found = self._verified(self.entry(institution), use)
            with self._lock:
                self._keys[institution, use] = found
        return found

    def keys_end(self) -> datetime:
        """When the first certificate of an institution ends."""
        pems = (pem for entry in self for pem in entry.certificates.values())
        ends = (x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc for pem in pems)
        return min(ends)

    def _verified(self, entry: Entry, use: KeyUse) -> tuple[ECKey, datetime, datetime]:
        certificate = x509.load_pem_x509_certificate(entry.certificates[use].encode())
        try:
            certificate.verify_directly_issued_by(self._authority)
        except (ValueError, TypeError, InvalidSignature):
            why = f"{entry.id}: certificate not issued by the authority"
            raise Refusal(BAD_SIGNATURE, why=why) from None
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if [name.value for name in names] != [entry.id]:
            raise Refusal(BAD_SIGNATURE, why=f"{entry.id}: certificate of another institution")
        pem = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return (
            ECKey.import_key(pem),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )


def write_directory(path: Path, authority_pem: str, entries: list[Entry]) -> None:
    """Write the file that :func:`read_directory` reads."""
    document = {"authority": authority_pem, "institutions": [_to_json(e) for e in entries]}
    write_whole(path, json.dumps(document, ensure_ascii=False, indent=1))


def read_directory(path: Path, clock: Clock) -> Directory:
    """Raises Refusal ``exchange.directory-unreadable``."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        entries = [_from_json(entry) for entry in document["institutions"]]
        return Directory(document["authority"], entries, clock)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(DIRECTORY_UNREADABLE, file=path, why=type(error).__name__) from error


def _to_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "origin": entry.origin,
        "internal": entry.internal,
        "name": [entry.name.ja, entry.name.en],
        "facts": {name: [fact.ja, fact.en] for name, fact in entry.facts.items()},
        "certificates": entry.certificates,
    }


def _from_json(document: dict[str, Any]) -> Entry:
    values = dict(document)
    return Entry(
        id=InstitutionId(values.pop("id")),
        name=Text(*values.pop("name")),
        facts={name: Text(*fact) for name, fact in values.pop("facts").items()},
        **values,
    )
