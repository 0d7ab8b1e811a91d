"""The age check's pages: begin, wait with a code for the phone, outcome. And the two doors for the phone."""

import io
from typing import Final
from urllib.parse import urlencode

import segno
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.business.pay.age import ANSWER, REQUEST, AgeChecks, Begun
from kazasu.business.pay.age_store import Check
from kazasu.exchange.directory import Directory
from kazasu.foundation.web import Site, get, post, public, signed_in

WAIT_SECONDS: Final = 3
_BEGUN: Final = "age"
_CUSTOMER: Final = signed_in("customer")
_TYPE: Final = "application/oauth-authz-req+jwt"


class AgePages:
    """For the customer; and, for programs, the two doors."""

    def __init__(self, site: Site, checks: AgeChecks, directory: Directory) -> None:
        self._site = site
        self._checks = checks
        self._directory = directory
        once = public("the id in the code is the way in, once; no personal data")
        site.route(REQUEST + "/{request_id}", access=once, api=True)(self.request)
        proof = public("the phone's signature over this very request is the proof")
        site.route(ANSWER, access=proof, methods=["POST"], api=True)(self.answer)

    @get("/age", _CUSTOMER)
    def show(self, request: Request) -> Response:
        """What this browser began; it asks again every few seconds while it waits, without a script."""
        begun = _begun(request)
        check = self._checks.check(_wallet(request), begun.check_id) if begun else None
        state = _state(check, self._site)
        response = self._site.render(
            request, "age.html", state=state, check=check,
            address=self._address(begun) if begun else "",
        )  # fmt: skip
        if state == "waiting":
            response.headers["refresh"] = str(WAIT_SECONDS)
        return response

    @post("/age", _CUSTOMER)
    def begin(self, request: Request) -> Response:
        begun = self._checks.begin(_wallet(request))
        request.state.session.data[_BEGUN] = [begun.check_id, begun.request_id]
        return self._site.redirect("/age")

    @get("/age/code.svg", _CUSTOMER)
    def code(self, request: Request) -> Response:
        begun = _begun(request)
        if begun is None:
            return self._site.redirect("/age")
        picture = io.BytesIO()
        segno.make(self._address(begun), error="m", micro=False).save(
            picture, kind="svg", scale=6, border=4, light="#fff", svgclass=None, lineclass=None
        )
        return Response(picture.getvalue(), media_type="image/svg+xml")

    def request(self, request: Request) -> Response:
        return Response(self._checks.request(request.path_params["request_id"]), media_type=_TYPE)

    def answer(self, request: Request) -> Response:
        form = {name: str(value) for name, value in request.state.form.items()}
        self._checks.answer(form)
        return JSONResponse({"redirect_uri": f"{self._directory.origin('pay')}/age"})

    def _address(self, begun: Begun) -> str:
        query = {
            "client_id": self._checks.client_id,
            "request_uri": self._checks.request_uri(begun),
        }
        return f"{self._directory.origin('phone')}/present?{urlencode(query)}"


def _begun(request: Request) -> Begun | None:
    kept = request.state.session.data.get(_BEGUN)
    return Begun(*kept) if kept else None


def _state(check: Check | None, site: Site) -> str:
    if check is None:
        return "none"
    if check.outcome:
        return check.outcome
    return "waiting" if site.clock.now() < check.expires_at else "late"


def _wallet(request: Request) -> str:
    return str(request.state.session.subject)
