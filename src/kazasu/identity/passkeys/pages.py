"""Pages and their small interface for passkeys; everything else works without them."""

import json
from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Site, post, public, script
from kazasu.identity.consents.browser import SignedInHere
from kazasu.identity.consents.pages import RESIDENT, person_of_session
from kazasu.identity.faults import BAD_PASSKEY
from kazasu.identity.passkeys.service import Passkeys

COOKIE: Final = "passkey"
"""Says that this browser has one: the page that offers it is shown to nobody else."""
_CHALLENGE: Final = "passkey_challenge"
_YEAR: Final = 31_536_000
_BOUND: Final = "the browser's own cookie for this request is the sign-in"


class PasskeyPages:
    def __init__(
        self,
        site: Site,
        passkeys: Passkeys,
        cookie_of: Callable[[Request, str], str],
        here: SignedInHere,
    ) -> None:
        """``cookie_of``: this browser's secret for an authorization request."""
        self._site = site
        self._passkeys = passkeys
        self._cookie_of = cookie_of
        self._here = here

    @script("/account/passkeys/options", RESIDENT)
    def offer(self, request: Request) -> Response:
        options, challenge = self._passkeys.offer(person_of_session(request))
        request.state.session.data[_CHALLENGE] = challenge
        return Response(options, media_type="application/json")

    @script("/account/passkeys", RESIDENT)
    def bind(self, request: Request) -> Response:
        data = request.state.session.data
        challenge = str(data.pop(_CHALLENGE, ""))
        self._passkeys.bind(
            person_of_session(request), challenge, _json(request), str(data.get("proof", ""))
        )
        told = self._site.tell(request, "/account", done="passkey")
        response = JSONResponse({"onward": told.headers["location"]})
        _remember(self._site, response)
        return response

    @post("/account/passkeys/{credential_id}/end", RESIDENT)
    def end(self, request: Request) -> Response:
        self._passkeys.end(person_of_session(request), request.path_params["credential_id"])
        return self._site.tell(request, "/account", done="passkey-ended")

    @script("/tap/{authorization_id}/passkey/options", public(_BOUND))
    def ask(self, request: Request) -> Response:
        number = request.path_params["authorization_id"]
        options = self._passkeys.ask(number, self._cookie_of(request, number))
        return Response(options, media_type="application/json")

    @script("/tap/{authorization_id}/passkey", public(_BOUND))
    def use(self, request: Request) -> Response:
        number = request.path_params["authorization_id"]
        onward = self._passkeys.finish(
            number, self._cookie_of(request, number), _json(request), request.state.reading.words
        )
        response = JSONResponse({"onward": onward})
        _remember(self._site, response)
        self._here.note(request, response, onward)
        return response


def _remember(site: Site, response: Response) -> None:
    site.cookies.write(response, COOKIE, "1", seconds=_YEAR)


def _json(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(request.state.body)
    except ValueError:
        raise Refusal(BAD_PASSKEY) from None
    if not isinstance(found, dict):
        raise Refusal(BAD_PASSKEY)
    return found
