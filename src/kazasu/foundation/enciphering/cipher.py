"""Enciphering of one column's values, and the blind index by which one is found (decision 25).

AES-256-SIV (RFC 5297) with where the value stands as associated data: the tenant, the table, the column and what
names the row. A ciphertext that is moved anywhere else does not open. Stored as one octet of format, four of the
key's id, sixteen of SIV, then the text enciphered.

The blind index is HMAC-SHA-256 (RFC 2104) under a key of its own over tenant, column and value. Equal values of a
tenant have equal indices, so a column can be searched and be unique; two tenants' indices cannot be compared.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import digest
from typing import Final, NoReturn, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from kazasu.foundation.enciphering.faults import NOT_OF_THIS_PLACE, UNKNOWN_KEY
from kazasu.foundation.faults import Refusal

_FORMAT: Final = b"\x01"
_ID: Final = 4
"""Octets of a key's id."""
_HEAD: Final = len(_FORMAT) + _ID
KEY_OCTETS: Final = 64
INDEX_OCTETS: Final = 32


@dataclass(frozen=True, slots=True)
class ColumnKeys:
    """An institution's keys for its columns."""

    institution: str
    current: str
    """Id of the key under which is written: eight hexadecimal digits."""
    keys: Mapping[str, bytes] = field(repr=False)
    """By id, :data:`KEY_OCTETS` each; those that were current before, too."""
    index_key: bytes = field(repr=False)
    """:data:`INDEX_OCTETS`. It stays when another key begins: what is there must be found still."""

    @classmethod
    def new(cls, institution: str) -> Self:
        key = secrets.token_hex(_ID)
        keys = {key: secrets.token_bytes(KEY_OCTETS)}
        return cls(institution, key, keys, secrets.token_bytes(INDEX_OCTETS))

    def begun_anew(self) -> "ColumnKeys":
        """The same with one more key, which is current now."""
        key = secrets.token_hex(_ID)
        while key in self.keys:
            key = secrets.token_hex(_ID)
        keys = {**self.keys, key: secrets.token_bytes(KEY_OCTETS)}
        return ColumnKeys(self.institution, key, keys, self.index_key)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands. ``row``: what names the row within its tenant's table."""

    table: str
    column: str
    row: tuple[str | int | UUID, ...]


class ColumnCipher:
    """Enciphers and deciphers for one tenant."""

    def __init__(self, tenant: str, keys: ColumnKeys) -> None:
        self._tenant = tenant
        self._keys: Final = keys
        self._ciphers = {one: AESSIV(key) for one, key in keys.keys.items()}

    @property
    def current(self) -> str:
        """Id of the key under which it writes."""
        return self._keys.current

    def must_have(self, key: str) -> None:
        """Raises Refusal ``enciphering.unknown-key``."""
        if key not in self._ciphers:
            raise Refusal(UNKNOWN_KEY, institution=self._keys.institution, key=key)

    def encipher(self, text: str, place: Place) -> bytes:
        head = _FORMAT + bytes.fromhex(self.current)
        stands = self._associated(head, place)
        return head + self._ciphers[self.current].encrypt(text.encode(), stands)

    def decipher(self, sealed: bytes, place: Place) -> str:
        """Raises Refusal ``enciphering.not-of-this-place`` (moved, cut or changed), ``enciphering.unknown-key``."""
        head, rest = sealed[:_HEAD], sealed[_HEAD:]
        if len(head) < _HEAD or not head.startswith(_FORMAT):
            self._refuse(place)
        key = key_of(sealed)
        self.must_have(key)
        try:
            return self._ciphers[key].decrypt(rest, self._associated(head, place)).decode()
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag, or no text
            self._refuse(place)

    def index(self, text: str, column: str) -> bytes:
        """The value's blind index; the table does not matter, so that two of a tenant can be joined."""
        parts = (b"kazasu blind index 1", self._tenant.encode(), column.encode(), text.encode())
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return digest(self._keys.index_key, framed, "sha256")

    def _associated(self, head: bytes, place: Place) -> list[bytes]:
        """A vector, as RFC 5297 §2.4 takes it: no two of them run together."""
        where = (self._tenant, place.table, place.column, *place.row)
        return [b"kazasu column 1", head, *(str(one).encode() for one in where)]

    def _refuse(self, place: Place) -> NoReturn:
        raise Refusal(
            NOT_OF_THIS_PLACE,
            institution=self._keys.institution,
            table=place.table,
            column=place.column,
        ) from None


Ciphers = Callable[[str], ColumnCipher]
"""By tenant. Raises Refusal ``enciphering.no-key``, ``enciphering.key-unreadable``."""


def no_ciphers(tenant: str) -> ColumnCipher:
    """Of a database that was opened without keys."""
    raise LookupError(f"no column of this database is enciphered ({tenant})")


def key_of(sealed: bytes) -> str:
    """Id of the key under which it was written."""
    return sealed[len(_FORMAT) : _HEAD].hex()
