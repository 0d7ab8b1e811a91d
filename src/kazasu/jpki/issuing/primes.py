"""Is there a prime in this key that another key has, too? Asked when a key is recorded, before anything is signed for it.

Two RSA keys with a prime in common are both factored by whoever sees both (Heninger et al., USENIX Security 2012). A card whose generator
is broken makes such keys one after the other, so the nightly look at all of them (:mod:`kazasu.jpki.inspection`) comes too late. Here the
products of a thousand moduli each are kept; one key is held against each product: under a second of one core for a hundred blocks
(bench/RESULTS.md).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.faults import WEAK_KEY
from kazasu.jpki.issuing import primes_store

log = structlog.get_logger()

IN_A_BLOCK: Final = 1000
MOST_BLOCKS: Final = 200
"""How many blocks, newest first, a key is held against at its issue: 200,000 keys. What is older is found at night."""
_AT_ONCE: Final = 1000
_COLLECT: Final = action(
    "jpki.modulus.collect", "system", Text("鍵の検査の準備", "Preparing the check of keys"),
    itself="issue", shows="nobody", why="keys of certificates that were issued before there was the check; nobody sees one",
)  # fmt: skip


def modulus_of(key_der: bytes) -> int:
    """0: not an RSA key. What does not read at all is refused when it is signed."""
    try:
        key = load_der_public_key(key_der)
    except ValueError:
        return 0
    return key.public_numbers().n if isinstance(key, rsa.RSAPublicKey) else 0


@dataclass
class SharedPrimes:
    """One of a process; full blocks never change, so they are read once."""

    database: Database
    _blocks: dict[int, int] = field(default_factory=dict)

    def note(self, tx: Transaction, key_hash: bytes, key_der: bytes) -> None:
        """In the transaction that records the key. Whoever is recorded at the same time sees it, or is seen."""
        modulus = modulus_of(key_der)
        if modulus:
            primes_store.add(tx, key_hash, modulus)

    def check(self, *key_hashes: bytes) -> None:
        """After they were recorded, before anything is signed.

        Raises Refusal ``jpki.weak-key``. Both keys are then anybody's; that the other certificate must go is told to the operator.
        """
        mine, loose = self.database.read("jpki.primes", lambda tx: self._read(tx, key_hashes))
        moduli = {key_hash: one.modulus for key_hash, one in mine.items()}
        blocks = list(self._blocks_without(mine))  # divided once for all keys of a card
        for key_hash, modulus in moduli.items():
            others = [n for other, n in {**loose, **moduli}.items() if other != key_hash]
            if any(math.gcd(modulus, n) != 1 for n in (*others, *blocks)):
                log.error("shared prime", key=key_hash.hex(), others=self._who(key_hash, modulus))
                raise Refusal(WEAK_KEY)

    def _read(
        self, tx: Transaction, key_hashes: tuple[bytes, ...]
    ) -> tuple[dict[bytes, primes_store.Modulus], dict[bytes, int]]:
        """The keys themselves and those in no block, at one instant with the blocks."""
        known = max(self._blocks, default=-1)
        self._blocks.update(primes_store.products_after(tx, known, MOST_BLOCKS))
        for old in sorted(self._blocks)[:-MOST_BLOCKS]:
            del self._blocks[old]
        return primes_store.of(tx, key_hashes), primes_store.loose(tx)

    def _blocks_without(self, mine: Mapping[bytes, primes_store.Modulus]) -> Iterator[int]:
        """Each block's product modulo all the keys asked about, so that it is divided once for a card; without themselves, where one was
        recorded earlier and nothing came of it."""
        both = math.prod(one.modulus for one in mine.values())
        for block, product in list(self._blocks.items()):
            inside = math.prod(one.modulus for one in mine.values() if one.block == block)
            yield product // inside % both

    def _who(self, key_hash: bytes, modulus: int) -> list[str]:
        """Digests of the keys that share it: looked for one by one, which is needed once in a life."""
        rows = self.database.read("jpki.shared-prime", primes_store.all_of_them)
        return [
            other.hex()
            for other, n in rows.items()
            if other != key_hash and math.gcd(modulus, n) != 1
        ]

    def gather(self) -> None:
        """A tick: what was issued before this was kept, then loose moduli into blocks."""
        self.database.run("jpki.moduli", self._catch_up, access=_COLLECT.by())
        self.database.run(
            "jpki.modulus-block", lambda tx: primes_store.into_a_block(tx, IN_A_BLOCK)
        )

    @staticmethod
    def _catch_up(tx: Transaction) -> None:
        for key_hash, der in primes_store.unknown(tx, _AT_ONCE):
            public = x509.load_der_x509_certificate(der).public_key()
            primes_store.add(
                tx,
                key_hash,
                public.public_numbers().n if isinstance(public, rsa.RSAPublicKey) else 1,
            )
