"""Keys of ID tokens: ES256, rotated, the next one published a day before it is used.

The same keys sign statements about signatures, which are shown years later: their public halves stay published when
the private ones are long gone (:meth:`TokenKeys.for_statements`).
"""

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

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
_FRESH = timedelta(seconds=30)


@dataclass(frozen=True)
class TokenKey:
    key: ECKey
    active_from: datetime

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

    def sign(self, claims: dict[str, Any], typ: str = "") -> str:
        """A JWT by the current key. ``typ`` keeps one kind of token from being taken for another."""
        key = self._current()
        header = {"alg": "ES256", "kid": key.kid} | ({"typ": typ} if typ else {})
        return jwt.encode(header, claims, key.key)

    def verify(self, token: str) -> dict[str, Any]:
        """Claims of an ID token of ours, however old; never of another kind of token.

        Raises Refusal ``identity.bad-logout``.
        """
        for key in self._keys():
            try:
                found = jwt.decode(token, key.key, ["ES256"])
            except (JoseError, ValueError):
                continue
            # Logout tokens and events are by the same keys (RFC 8725 3.11); joserfc says JWT by itself.
            if found.header.get("typ", "JWT") == "JWT":
                return dict(found.claims)
        raise Refusal(BAD_LOGOUT)

    def published(self) -> dict[str, Any]:
        """The JWK set: public halves of the current key, the next, and those just replaced."""
        keys = [
            {**key.key.as_dict(private=False), "kid": key.kid, "use": "sig", "alg": "ES256"}
            for key in self._keys()
        ]
        return {"keys": keys}

    def for_statements(self) -> dict[str, Any]:
        """The JWK set by which statements verify, whenever they were signed; newest first."""
        rows = self._database.read("identity.statement-keys", token_keys.statement_keys)
        return {"keys": [{**row.jwk, "kid": row.kid, "use": "sig", "alg": "ES256"} for row in rows]}

    def rotate(self) -> None:
        """Make the next key when the newest is old, drop those long replaced. Idempotent."""

        def work(tx: Transaction) -> None:
            # Two processes must not both make the first key.
            tx.execute("SELECT pg_advisory_xact_lock(hashtext('id token keys'))")
            stored = token_keys.keys(tx)
            for one in stored:  # also those of before there were statements
                self._publish(tx, self._opened(one))
            if not stored:
                self._insert(tx, tx.now)
            elif tx.now - stored[-1].active_from > ROTATE_AFTER - PUBLISHED_BEFORE:
                self._insert(tx, tx.now + PUBLISHED_BEFORE)
            for old, replaced_by in pairwise(stored):
                if replaced_by.active_from + KEPT_AFTER < tx.now:
                    token_keys.delete_key(tx, old.kid)

        self._database.run("identity.rotate-keys", work, isolation="READ COMMITTED")
        with self._lock:
            self._read_at = None

    def replace_at_once(self) -> None:
        """Somebody else may have a key: none of those that were ever published signs or verifies again.

        Relying parties fetch the keys anew when they meet an unknown ``kid``; ID tokens of the last
        minutes stop verifying, which is what is wanted. So do statements by these
        keys: who holds one asks for it anew by the number of its evidence.
        """

        def work(tx: Transaction) -> None:
            tx.execute("SELECT pg_advisory_xact_lock(hashtext('id token keys'))")
            for old in token_keys.keys(tx):
                token_keys.delete_key(tx, old.kid)
                token_keys.void_statements(tx, old.kid)
            self._insert(tx, tx.now)

        self._database.run("identity.replace-keys", work, isolation="READ COMMITTED")
        with self._lock:
            self._read_at = None

    def _insert(self, tx: Transaction, active_from: datetime) -> None:
        key = ECKey.generate_key("P-256", auto_kid=True)
        content = json.dumps(key.as_dict(private=True)).encode()
        sealed = encrypt(content, self._institution.id, self._institution.directory)
        token_keys.insert_key(tx, token_keys.StoredKey(str(key.kid), sealed, active_from))
        self._publish(tx, TokenKey(key, active_from))

    @staticmethod
    def _publish(tx: Transaction, key: TokenKey) -> None:
        public = dict(key.key.as_dict(private=False))
        token_keys.keep_public(tx, token_keys.StatementKey(key.kid, public, key.active_from))

    def _current(self) -> TokenKey:
        now = self._clock.now()
        # The clock of a sandbox may be set back: then the oldest key serves.
        keys = self._keys()
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
        key = ECKey.import_key(json.loads(decrypt(row.sealed, self._institution)))
        return TokenKey(key, row.active_from)
