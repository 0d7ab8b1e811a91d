"""Keys of ID tokens: ES256, rotated, the next one published a day before it is used.

The same keys sign statements about signatures, which are shown years later: their public halves stay published when
the private ones are long gone (:meth:`TokenKeys.for_statements`).
Parties that register RS256 get theirs by an RSA key (OpenID Connect Registration 2, Discovery 3); there is none before the first of them
registers, and from then on it is rotated like the other.
"""

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from kazasu.exchange.keys import Institution, decrypt, encrypt
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.identity.faults import BAD_LOGOUT
from kazasu.identity.store import token_keys

ROTATE_AFTER: Final = timedelta(days=90)
PUBLISHED_BEFORE: Final = timedelta(days=1)
KEPT_AFTER: Final = timedelta(days=2)
"""How long an old key still verifies; ID tokens live minutes."""
RSA_BITS: Final = 3072
_FRESH = timedelta(seconds=30)
_OLDEST: Final = "ES256"
"""The kind that is always there."""


@dataclass(frozen=True)
class TokenKey:
    key: ECKey | RSAKey
    active_from: datetime
    algorithm: str = _OLDEST

    @property
    def kid(self) -> str:
        return str(self.key.kid)


class TokenKeys:
    """Signs ID tokens; the private keys lie in the database, sealed to the service itself."""

    def __init__(self, database: Database, institution: Institution, clock: Clock) -> None:
        self._database = database
        self._institution = institution
        self._clock = clock
        self._lock = threading.Lock()
        self._known: list[TokenKey] = []
        self._read_at: datetime | None = None

    def sign(self, claims: dict[str, Any], typ: str = "", *, algorithm: str = _OLDEST) -> str:
        """A JWT by the current key. ``typ`` keeps one kind of token from being taken for another."""
        key = self._current(algorithm)
        header = {"alg": algorithm, "kid": key.kid} | ({"typ": typ} if typ else {})
        return jwt.encode(header, claims, key.key, [algorithm])

    def prepare(self, algorithm: str) -> None:
        """There is a key of this kind, for a party that has just registered it."""
        if not any(key.algorithm == algorithm for key in self._keys()):
            self.rotate(algorithm)

    def verify(self, token: str) -> dict[str, Any]:
        """Claims of an ID token of ours, however old; never of another kind of token.

        Raises Refusal ``identity.bad-logout``.
        """
        for key in self._keys():
            try:
                found = jwt.decode(token, key.key, [key.algorithm])
            except (JoseError, ValueError):
                continue
            # Logout tokens and events are by the same keys (RFC 8725 3.11); joserfc says JWT by itself.
            if found.header.get("typ", "JWT") == "JWT":
                return dict(found.claims)
        raise Refusal(BAD_LOGOUT)

    def published(self) -> dict[str, Any]:
        """The JWK set: public halves of the current key, the next, and those just replaced."""
        keys = [
            {**key.key.as_dict(private=False), "kid": key.kid, "use": "sig", "alg": key.algorithm}
            for key in self._keys()
        ]
        return {"keys": keys}

    def for_statements(self) -> dict[str, Any]:
        """The JWK set by which statements verify, whenever they were signed; newest first."""
        rows = self._database.read("identity.statement-keys", token_keys.statement_keys)
        return {"keys": [{**row.jwk, "kid": row.kid, "use": "sig", "alg": "ES256"} for row in rows]}

    def rotate(self, *wanted: str) -> None:
        """Make the next key when the newest of its kind is old, drop those long replaced. Idempotent.

        Args:
            wanted: kinds of which there must be a key, beside ES256.
        """

        def work(tx: Transaction) -> None:
            # Two processes must not both make the first key.
            tx.execute("SELECT pg_advisory_xact_lock(hashtext('id token keys'))")
            every = token_keys.keys(tx)
            for one in every:  # also those of before there were statements
                self._publish(tx, self._opened(one))
            for algorithm in {_OLDEST, *wanted, *(one.algorithm for one in every)}:
                self._rotate(tx, algorithm, [one for one in every if one.algorithm == algorithm])

        self._database.run("identity.rotate-keys", work, isolation="READ COMMITTED")
        with self._lock:
            self._read_at = None

    def _rotate(self, tx: Transaction, algorithm: str, stored: list[token_keys.StoredKey]) -> None:
        if not stored:
            self._insert(tx, tx.now, algorithm)
        elif tx.now - stored[-1].active_from > ROTATE_AFTER - PUBLISHED_BEFORE:
            self._insert(tx, tx.now + PUBLISHED_BEFORE, algorithm)
        for old, replaced_by in pairwise(stored):
            if replaced_by.active_from + KEPT_AFTER < tx.now:
                token_keys.delete_key(tx, old.kid)

    def replace_at_once(self) -> None:
        """Somebody else may have a key: none of those that were ever published signs or verifies again.

        Relying parties fetch the keys anew when they meet an unknown ``kid``; ID tokens of the last
        minutes stop verifying, which is what is wanted. So do statements by these
        keys: who holds one asks for it anew by the number of its evidence.
        """

        def work(tx: Transaction) -> None:
            tx.execute("SELECT pg_advisory_xact_lock(hashtext('id token keys'))")
            every = token_keys.keys(tx)
            for old in every:
                token_keys.delete_key(tx, old.kid)
                token_keys.void_statements(tx, old.kid)
            for algorithm in {_OLDEST, *(one.algorithm for one in every)}:
                self._insert(tx, tx.now, algorithm)

        self._database.run("identity.replace-keys", work, isolation="READ COMMITTED")
        with self._lock:
            self._read_at = None

    def _insert(self, tx: Transaction, active_from: datetime, algorithm: str) -> None:
        key: ECKey | RSAKey = (
            RSAKey.generate_key(RSA_BITS, auto_kid=True)
            if algorithm.startswith("RS")
            else ECKey.generate_key("P-256", auto_kid=True)
        )
        content = json.dumps(key.as_dict(private=True)).encode()
        sealed = encrypt(content, self._institution.id, self._institution.directory)
        stored = token_keys.StoredKey(str(key.kid), sealed, active_from, algorithm)
        token_keys.insert_key(tx, stored)
        self._publish(tx, TokenKey(key, active_from, algorithm))

    @staticmethod
    def _publish(tx: Transaction, key: TokenKey) -> None:
        """Statements are signed by ES256 alone."""
        if key.algorithm == _OLDEST:
            public = dict(key.key.as_dict(private=False))
            token_keys.keep_public(tx, token_keys.StatementKey(key.kid, public, key.active_from))

    def _current(self, algorithm: str) -> TokenKey:
        now = self._clock.now()
        # The clock of a sandbox may be set back: then the oldest key serves.
        keys = [key for key in self._keys() if key.algorithm == algorithm]
        if (
            not keys
        ):  # made by another process a moment ago, or the party came along with its database
            self.prepare(algorithm)
            keys = [key for key in self._keys() if key.algorithm == algorithm]
        return next((key for key in reversed(keys) if key.active_from <= now), keys[0])

    def _keys(self) -> list[TokenKey]:
        now = self._clock.now()
        with self._lock:
            stale = self._read_at is None or not abs(now - self._read_at) < _FRESH
            known = [] if stale else self._known
        if known:
            return known
        known = self._read()
        if not known:
            self.rotate()
            known = self._read()
        with self._lock:
            self._known, self._read_at = known, now
        return known

    def _read(self) -> list[TokenKey]:
        rows = self._database.read("identity.read-keys", token_keys.keys)
        return [self._opened(row) for row in rows]

    def _opened(self, row: token_keys.StoredKey) -> TokenKey:
        kind = ECKey if row.algorithm == _OLDEST else RSAKey
        key = kind.import_key(json.loads(decrypt(row.sealed, self._institution)))
        return TokenKey(key, row.active_from, row.algorithm)
