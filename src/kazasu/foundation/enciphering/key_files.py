"""Column keys in files of their own, beside the institution's other keys, and never in the database."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kazasu.foundation.enciphering.cipher import (
    INDEX_OCTETS,
    KEY_OCTETS,
    ColumnCipher,
    ColumnKeys,
)
from kazasu.foundation.enciphering.faults import KEY_UNREADABLE, NO_KEY
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_private

_KEY_ID: Final = re.compile("[0-9a-f]{8}")


def column_key_file(folder: Path, institution: str) -> Path:
    """``<folder>/<id with ':' → '-'>.columns.json``."""
    return folder / f"{institution.replace(':', '-')}.columns.json"


def make_column_keys(folder: Path, institution: str) -> None:
    """Made once (0600); those that are there stay, for what was enciphered under them opens with no other."""
    if not column_key_file(folder, institution).exists():
        write_column_keys(folder, ColumnKeys.new(institution))


def write_column_keys(folder: Path, keys: ColumnKeys) -> None:
    document = {
        "id": keys.institution,
        "current": keys.current,
        "keys": {one: base64.b64encode(key).decode() for one, key in keys.keys.items()},
        "index": base64.b64encode(keys.index_key).decode(),
    }
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    write_private(column_key_file(folder, keys.institution), json.dumps(document))


def read_column_keys(folder: Path, institution: str) -> ColumnKeys:
    """Raises Refusal ``enciphering.no-key``, ``enciphering.key-unreadable`` (also: of another institution)."""
    path = column_key_file(folder, institution)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        keys = {one: _octets(key, KEY_OCTETS) for one, key in document["keys"].items()}
        index_key = _octets(document["index"], INDEX_OCTETS)
        found = ColumnKeys(str(document["id"]), str(document["current"]), keys, index_key)
        if not all(_KEY_ID.fullmatch(one) for one in keys) or found.current not in keys:
            raise ValueError("ids of keys")
    except FileNotFoundError:
        raise Refusal(NO_KEY, institution=institution, file=path) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refusal(KEY_UNREADABLE, file=path, why=type(error).__name__) from None
    if found.institution != institution:
        raise Refusal(KEY_UNREADABLE, file=path, why=found.institution)
    return found


def _octets(text: str, length: int) -> bytes:
    """Raises ValueError."""
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("base64") from error
    if len(found) != length:
        raise ValueError(f"{length} octets expected")
    return found


class KeyFolder:
    """The ciphers of a room, by tenant, as their files are now: a key that another process began is used at once."""

    def __init__(self, folder: Path, institution_of: Callable[[str], str]) -> None:
        self._folder = folder
        self._institution_of = institution_of
        self._read: dict[str, tuple[tuple[int, int], ColumnCipher]] = {}

    def __call__(self, tenant: str) -> ColumnCipher:
        """Raises Refusal as :func:`read_column_keys`; also when the file has gone meanwhile."""
        institution = self._institution_of(tenant)
        path = column_key_file(self._folder, institution)
        try:
            there = path.stat()
        except FileNotFoundError:
            raise Refusal(NO_KEY, institution=institution, file=path) from None
        stamp = (there.st_mtime_ns, there.st_ino)
        known = self._read.get(tenant)
        if known is None or known[0] != stamp:
            known = stamp, ColumnCipher(tenant, read_column_keys(self._folder, institution))
            self._read[tenant] = known
        return known[1]

    def make(self, tenant: str) -> None:
        """As :func:`make_column_keys`."""
        make_column_keys(self._folder, self._institution_of(tenant))
