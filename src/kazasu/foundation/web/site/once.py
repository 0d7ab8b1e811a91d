"""What a browser brings twice at the same time is done once, and both are answered alike.

A page that leads on by itself and its link, a link pressed twice, a reload: the browser shows the answer of the last one
and throws the others away. So the first that comes does the work, and whoever comes beside it waits and is answered with
what came of it, the session included. The answer lies with the room's sessions, for all its processes; sealed with what
the browser brought, of which the store knows the hash alone.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from joserfc import jwe
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.web.faults import TAKEN_ALREADY
from kazasu.foundation.web.sessions import Session
from kazasu.foundation.web.site.signing import SignIns

PATIENCE_SECONDS: Final = 8.0
"""So long does somebody wait for the one who came first."""
_LATE: Final = timedelta(minutes=1)
"""Whoever is at work for longer has been ended: no answer comes any more."""
_LOOK_SECONDS: Final = 0.05
_ANSWER: Final = "answer"
_TOO_LATE: Final[dict[str, Any]] = {"late": True}
_SEAL: Final = ["dir", "A256GCM"]


class Once:
    """For one site."""

    def __init__(self, signed: SignIns, clock: Clock) -> None:
        self._signed = signed
        self._clock = clock

    def answer(
        self,
        request: Request,
        secret: str,
        work: Callable[[], Response],
        within: timedelta | None = None,
    ) -> Response:
        """``work()``, which sends the browser on; or what it did for who came first with this ``secret`` of the browser's.

        A refusal is an answer, too; one of our side (5xx) is not, and whoever comes next tries again. Who comes later than
        ``within`` is no press of the same moment: ``work`` says what is true then.

        Raises Refusal: what ``work`` raises; ``web.taken-already``: the first has not got an answer.
        """
        tenant, name = request.state.tenant, f"once {secret}"
        while (mine := self._signed.sessions.claim(tenant, name)) is None:
            left = self._waited_for(tenant, name, within)
            if left == _TOO_LATE:
                return work()
            if left is not None:
                return self._as_the_first(request, left)
        try:
            response = work()
        except Refusal as refusal:
            if refusal.fault.status >= 500:
                self._signed.sessions.drop(tenant, name)
            else:
                self._leave(tenant, mine, {"refusal": refusal.to_document()})
            raise
        except Exception:
            self._signed.sessions.drop(tenant, name)
            raise
        self._signed.keep(request)  # it has its token from now on
        left = {
            "location": response.headers["location"],
            "session": request.state.session.token,
        }
        self._leave(tenant, mine, left)
        return response

    def _leave(self, tenant: str, mine: Session, answer: dict[str, Any]) -> None:
        content = json.dumps(answer, ensure_ascii=False).encode()
        header = {"alg": _SEAL[0], "enc": _SEAL[1]}
        mine.data[_ANSWER] = jwe.encrypt_compact(
            header, content, _key(mine.token), algorithms=_SEAL
        )
        self._signed.sessions.save(tenant, mine)

    def _as_the_first(self, request: Request, answer: Mapping[str, str]) -> Response:
        if token := answer["session"]:
            sessions = self._signed.sessions
            request.state.session = sessions.load(request.state.tenant, token) or Session()
        return RedirectResponse(answer["location"], 303)

    def _waited_for(
        self, tenant: str, name: str, within: timedelta | None
    ) -> dict[str, Any] | None:
        """What the first one left; None: that one came to nothing, by our side.

        Raises Refusal: the one that was left; ``web.taken-already``.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while found := self._signed.sessions.load(tenant, name):
            begun = found.created_at or self._clock.now()
            if within is not None and self._clock.now() - begun > within:
                return _TOO_LATE
            if sealed := found.data.get(_ANSWER):
                opened = jwe.decrypt_compact(sealed, _key(name), algorithms=_SEAL).plaintext
                left: dict[str, Any] = json.loads(opened or b"")
                if "refusal" in left:
                    raise Refusal.of(left["refusal"])
                return left
            if time.monotonic() > until or self._clock.now() - begun > _LATE:
                raise Refusal(TAKEN_ALREADY)
            time.sleep(_LOOK_SECONDS)
        return None


def _key(name: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(b"KAZASU-ANSWERED-ONCE-V1\n" + name.encode()).digest())
