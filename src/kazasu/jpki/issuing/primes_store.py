"""SQL of the moduli. 1 stands for a key without one: it divides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.jpki.certificates.weak_keys import product

_REAL: Final = "AND modulus <> '\\x01'"


def add(tx: Transaction, key_hash: bytes, modulus: int) -> None:
    tx.insert("modulus", twice="keep", key_hash=key_hash, modulus=_bytes(modulus))


@dataclass(frozen=True, slots=True)
class Modulus:
    """``block`` 0: in none yet."""

    modulus: int
    block: int


def of(tx: Transaction, key_hashes: Sequence[bytes]) -> dict[bytes, Modulus]:
    rows = tx.column(
        f"SELECT key_hash || int8send(coalesce(block, 0)) || modulus FROM modulus WHERE key_hash = ANY(%s) {_REAL}",
        (list(key_hashes),),
    )
    return {
        bytes(row[:32]): Modulus(int.from_bytes(row[40:]), int.from_bytes(row[32:40]))
        for row in rows
    }


def loose(tx: Transaction) -> dict[bytes, int]:
    return _halves(
        tx.column(f"SELECT key_hash || modulus FROM modulus WHERE block IS NULL {_REAL}")
    )


def all_of_them(tx: Transaction) -> dict[bytes, int]:
    return _halves(tx.column("SELECT key_hash || modulus FROM modulus"))


def _halves(rows: Sequence[bytes]) -> dict[bytes, int]:
    return {bytes(row[:32]): int.from_bytes(row[32:]) for row in rows}


def products_after(tx: Transaction, block: int, most: int) -> dict[int, int]:
    """The newest ones, by block."""
    rows = tx.column(
        """SELECT int8send(block) || product FROM modulus_product
            WHERE block > %s ORDER BY block DESC LIMIT %s""",
        (block, most),
    )
    return {int.from_bytes(row[:8]): int.from_bytes(row[8:]) for row in rows}


def into_a_block(tx: Transaction, many: int) -> bool:
    """Where there are so many loose ones. Returns whether there were."""
    keys = tx.column("SELECT key_hash FROM modulus WHERE block IS NULL ORDER BY key_hash LIMIT %s", (many,))  # fmt: skip
    if len(keys) < many:
        return False
    block = int(tx.value("SELECT coalesce(max(block), 0) + 1 FROM modulus_product"))
    moduli = of(tx, [bytes(one) for one in keys]).values()
    whole = product([one.modulus for one in moduli])
    tx.insert("modulus_product", block=block, product=_bytes(whole))
    tx.execute("UPDATE modulus SET block = %s WHERE key_hash = ANY(%s)", (block, keys))
    return True


def unknown(tx: Transaction, most: int) -> list[tuple[bytes, bytes]]:
    """(key hash, certificate) of what was handed out and is not here."""
    rows = tx.column(
        """SELECT key_hash || der FROM certificate WHERE der IS NOT NULL
             AND NOT EXISTS (SELECT FROM modulus WHERE modulus.key_hash = certificate.key_hash)
            LIMIT %s""",
        (most,),
    )
    return [(bytes(row[:32]), bytes(row[32:])) for row in rows]


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)
