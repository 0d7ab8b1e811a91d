"""Where one browser signed in: who signs out at one service is told of the others, and ends them in one act.

The service keeps no session of whoever taps; so the browser itself keeps which sign-ins began in it, sealed and for as long as a
session can last. Nothing of it is in the database, and nothing but its end can be had by it. OpenID Connect RP-Initiated Logout 1.0
§2 has the end-user asked whether the rest is to end, too.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs, urlsplit

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.database import Transaction
from kazasu.foundation.web.edge.cookies import Cookies
from kazasu.identity.consents import store
from kazasu.identity.consents.store import Party
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.events.signed_in import Begun, end_begun
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.store import grants

COOKIE: Final = "signed-in-here"
MOST: Final = 8
"""Services of one browser; the oldest go first."""
MOST_TAPS: Final = 6
"""Of one service: the first, by which one is signed in, and the last ones."""
_SEAL: Final = ["dir", "A256GCM"]


@dataclass(frozen=True, slots=True)
class Here:
    """What began in this browser."""

    begun: tuple[Begun, ...] = ()
    back: str = ""
    """Where the browser goes on after signing out at one of them: its registered address."""

    def without(self, client_id: str, sub: str) -> "Here":
        left = tuple(one for one in self.begun if (one.client_id, one.sub) != (client_id, sub))
        return replace(self, begun=left)


class SignedInHere:
    """Reads and writes what a browser keeps of it."""

    def __init__(
        self, desk: IdentityContext, cookies: Cookies, deliveries: Deliveries, seconds: int
    ) -> None:
        """``seconds``: how long a session can last at most."""
        self._desk = desk
        self._cookies = cookies
        self._deliveries = deliveries
        self._seconds = seconds
        secret = desk.institution.client_key.as_der(private=True)
        self._key = OctKey.import_key(hashlib.sha256(b"KAZASU-HERE-V1\n" + secret).digest())

    def of(self, request: Request) -> Here:
        """Nothing where the browser has none, or what nobody here wrote."""
        sealed = self._cookies.read(request, COOKIE)
        if not sealed:
            return Here()
        try:
            found = json.loads(
                jwe.decrypt_compact(sealed, self._key, algorithms=_SEAL).plaintext or b""
            )
        except (JoseError, ValueError):
            return Here()
        now = self._desk.clock.now().timestamp()
        begun = (Begun(one[0], one[1], tuple(one[2]), one[3]) for one in found["begun"])
        return Here(tuple(one for one in begun if one.until > now), found["back"])

    def keep(self, response: Response, here: Here) -> None:
        if not here.begun and not here.back:
            self._cookies.end(response, COOKIE)
            return
        document = {
            "begun": [[one.client_id, one.sub, one.sids, one.until] for one in here.begun],
            "back": here.back,
        }
        header = {"alg": _SEAL[0], "enc": _SEAL[1]}
        sealed = jwe.encrypt_compact(
            header, json.dumps(document).encode(), self._key, algorithms=_SEAL
        )
        self._cookies.write(response, COOKIE, sealed, seconds=self._seconds)

    def note(self, request: Request, response: Response, onward: str) -> None:
        """A tap of this browser was granted, and leads on to ``onward``, the party's address with the code."""
        code = parse_qs(urlsplit(onward).query).get("code", [""])[0]
        grant = self._desk.database.read(
            "identity.grant-of-code", lambda tx: grants.grant_of_code(tx, code)
        )
        if grant is None:  # it was stopped
            return
        here = self.of(request)
        same = [o for o in here.begun if (o.client_id, o.sub) == (grant.client_id, grant.sub)]
        sids = [sid for one in same for sid in one.sids] + [grant.grant_id]
        until = int(self._desk.clock.now().timestamp()) + self._seconds
        new = Begun(grant.client_id, grant.sub, (*sids[:1], *sids[1:][1 - MOST_TAPS :]), until)
        others = here.without(grant.client_id, grant.sub).begun
        self.keep(response, Here((*others, new)[-MOST:]))

    # ------------------------------------------------------------ what is there

    def parties(self, here: Here) -> list[Party]:
        """The services, as they are registered today."""
        return self._desk.database.read(
            "identity.signed-in-here", lambda tx: list(_parties(tx, here.begun).values())
        )

    def end(self, here: Here) -> list[Party]:
        """All that began in this browser. Returns those that cannot be told."""

        def work(tx: Transaction) -> list[Party]:
            return end_begun(tx, self._deliveries, here.begun, _parties(tx, here.begun))

        return self._desk.database.run("identity.sign-out-here", work)


def _parties(tx: Transaction, begun: Sequence[Begun]) -> Mapping[str, Party]:
    return {one.client_id: one for one in store.parties_of(tx, [b.client_id for b in begun])}
