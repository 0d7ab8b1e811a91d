"""The service's pages for people: they appear only when something needs the person's decision."""

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from typing import Final
from urllib.parse import urlencode

import segno
from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.identity import REALM, SIGNED_IN_HERE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text, Words, words_of_locales
from kazasu.foundation.web import Site, get, public
from kazasu.foundation.web.devices import described
from kazasu.foundation.web.edge.cookies import Cookies
from kazasu.foundation.web.edge.rates import client_bucket
from kazasu.foundation.web.reading.chosen import LANG, turned
from kazasu.foundation.web.sessions import CARD
from kazasu.identity import model
from kazasu.identity.consents.browser import Here, SignedInHere
from kazasu.identity.consents.pages import CLIENT
from kazasu.identity.faults import (
    ALREADY_ANSWERED,
    ANSWER_LOST,
    BAD_REDIRECT,
    FINISHED,
    OF_DEAD_PHONES,
    OTHER_BROWSER,
    UNKNOWN_CLIENT,
)
from kazasu.identity.hooks import Hooks
from kazasu.identity.model import Device
from kazasu.identity.oauth.client import single
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.passkeys import pages as passkey_pages
from kazasu.identity.passkeys.service import enough
from kazasu.identity.service.authorizing import Begun
from kazasu.identity.service.context import PROTOCOL, IdentityContext
from kazasu.identity.service.taps import OpenTap
from kazasu.identity.services import Services
from kazasu.identity.store.authorizations import Answer, Tap

WAIT_SECONDS: Final = 3
_COOKIE = "tap-"
_BOUND = "the browser's own cookie for this request is the sign-in"


def _with_the_asker(
    page: Callable[["Pages", Request], Response],
) -> Callable[["Pages", Request], Response]:
    """What is refused about a request that was begun says how that stands, and leads to who asked."""

    @wraps(page)
    def told(self: "Pages", request: Request) -> Response:
        try:
            return page(self, request)
        except Refusal as refusal:
            raise self.truth(request, refusal) from refusal

    return told


class Pages:
    """Authorization, the ways of a tap, sign-out."""

    def __init__(
        self,
        site: Site,
        desk: IdentityContext,
        services: Services,
        hooks: Hooks,
        here: SignedInHere,
    ) -> None:
        self._site = site
        site.fault_pages |= {one.code: "not_sent_on.html" for one in (BAD_REDIRECT, UNKNOWN_CLIENT)}
        self._desk = desk
        self._taps = services.taps
        self._authorizing = services.authorizing
        self._finishing = services.finishing
        self._claims = services.claims
        self._here = here
        self._hooks = hooks
        self._secret_of = partial(cookie_of, site.cookies)
        site.on_the_way_out.add(f"{REALM}{PROTOCOL}/logout")  # these pages sign out here, too
        self._authorized = hooks.around(f"{REALM}{PROTOCOL}/auth", self._asked)

    # ------------------------------------------------------------ authorization

    @get("/", public("says what the service is"))
    def home(self, request: Request) -> Response:
        return self._site.render(request, "home.html")

    @get(
        f"{REALM}{PROTOCOL}/auth",
        public("whoever has no session is sent here to prove who they are"),
    )
    def authorize(self, request: Request) -> Response:
        """The authorization endpoint: to the tap, or back with the protocol's error. A HEAD begins nothing."""
        if request.method == "HEAD":
            return Response()
        try:
            return self._authorized(request)
        except OAuthError as error:
            pairs = request.query_params.multi_items()
            times = Counter(name for name, _ in pairs)
            unrepeated = {k: v for k, v in pairs if times[k] == 1}
            return self._site.redirect(self._authorizing.error_url_for(unrepeated, error))

    def _asked(self, request: Request) -> Response:
        """Raises OAuthError. A pushed request is taken as it was pushed; the browser may still add the hint."""
        given = single(request.query_params.multi_items())
        begun = self._authorizing.begin(given)
        played = self._hooks.begun(begun, given.get("login_hint", ""))
        if played and played.address:
            return self._site.redirect(played.address)
        words = words_of_locales(begun.ui_locales)
        if played is None and self._may_use_passkey(request, begun):
            response = self._site.redirect(f"/tap/{begun.authorization_id}/choose")
        else:
            tap = self._taps.offer(
                begun.authorization_id, begun.cookie, begun.device, _browser(request)
            )
            response = self._to(tap, words)
        self._bind(response, begun.authorization_id, begun.cookie)
        if words:
            self._site.remember_words(response, words)
        return response

    @get("/tap/{authorization_id}/choose", public(_BOUND))
    @_with_the_asker
    def choose(self, request: Request) -> Response:
        """A passkey of this browser, or the card."""
        authorization_id = request.path_params["authorization_id"]
        _, client = self._taps.waiting(authorization_id, self._secret_of(request, authorization_id))
        return self._site.render(
            request, "passkey.html", authorization_id=authorization_id, client=client
        )

    def _may_use_passkey(self, request: Request, begun: Begun) -> bool:
        asked = begun.request
        if asked.details or asked.card_only:
            return False
        return bool(self._site.cookies.read(request, passkey_pages.COOKIE)) and enough(
            asked.scopes, asked.acr_values
        )

    @get("/tap/return", public(_BOUND), takes=_BOUND)
    @_with_the_asker
    def tap_return(self, request: Request) -> Response:
        """``GET /tap/return?tap=&handle=``: the browser is back from the terminal.

        The reader's last page leads here by itself and has a link: of both at once one is taken, and both go on to the party.
        """
        handle = request.query_params.get("handle", "")

        def work() -> Response:
            try:
                authorization_id = self._taps.authorization_of(handle)
            except Refusal:
                return self._once_more(request)
            answer = self._taps.take(handle, self._secret_of(request, authorization_id))
            return self._finish(request, authorization_id, answer)

        cookies = self._site.cookies
        begun = [cookies.read(request, one) for one in cookies.beginning(request, _COOKIE)]
        if not begun:
            return work()
        return self._site.once(request, " ".join(["return", handle, *begun]), work, model.AT_ONCE)

    @get("/tap/cancel", public(_BOUND), takes=_BOUND)
    @_with_the_asker
    def tap_cancel(self, request: Request) -> Response:
        """``GET /tap/cancel?tap=``: stopped at the terminal, in one step back to who asked. Nothing went wrong."""
        authorization_id = self._taps.authorization_of_tap(request.query_params.get("tap", ""))
        cookie = self._secret_of(request, authorization_id)
        return self._site.redirect(
            self._finishing.stop(authorization_id, cookie, request.state.reading.words)
        )

    @get("/tap/elsewhere", public(_BOUND))
    @_with_the_asker
    def tap_elsewhere(self, request: Request) -> Response:
        """``GET /tap/elsewhere?tap=``: chosen in the scene of a tap: the same on another device, by its QR code."""
        authorization_id = self._taps.authorization_of_tap(request.query_params.get("tap", ""))
        cookie = self._secret_of(request, authorization_id)
        tap = self._taps.offer(authorization_id, cookie, "phone", _browser(request))
        return self._to(tap, request.state.reading.words)

    @get("/tap/anew", public(_BOUND))
    @_with_the_asker
    def tap_anew(self, request: Request) -> Response:
        """``GET /tap/anew?tap=``: that tap's time was over: the same once more, at a reader."""
        authorization_id = self._taps.authorization_of_tap(request.query_params.get("tap", ""))
        cookie = self._secret_of(request, authorization_id)
        tap = self._taps.offer(authorization_id, cookie, "terminal", _browser(request))
        return self._to(tap, request.state.reading.words)

    @get("/tap/{authorization_id}", public(_BOUND))
    @_with_the_asker
    def state(self, request: Request) -> Response:
        """Why the last tap came to nothing, and the ways on."""
        authorization_id = request.path_params["authorization_id"]
        waiting, client = self._taps.waiting(
            authorization_id, self._secret_of(request, authorization_id)
        )
        failure = Refusal.of(waiting.failure) if waiting.failure else None
        return self._site.render(
            request,
            "state.html",
            authorization_id=authorization_id,
            client=client,
            card_only=waiting.card_only,
            on_phone=self._taps.on_phone(authorization_id),
            phone_dead=failure is not None and failure.fault.code in OF_DEAD_PHONES,
            signed=waiting.sign_transaction_id is not None
            and (waiting.failure or {}).get("signed"),
            code=failure.fault.code if failure else "",
            title=failure.title if failure else None,
            todo=failure.todo if failure else None,
        )

    @get("/tap/{authorization_id}/again", public(_BOUND))
    @_with_the_asker
    def again(self, request: Request) -> Response:
        """Another tap for the same request: at the terminal, or on the phone."""
        authorization_id = request.path_params["authorization_id"]
        device: Device = "phone" if request.query_params.get("on") == "phone" else "terminal"
        cookie = self._secret_of(request, authorization_id)
        tap = self._taps.offer(authorization_id, cookie, device, _browser(request))
        return self._to(tap, request.state.reading.words)

    @get("/tap/{authorization_id}/stop", public(_BOUND), takes=_BOUND)
    @_with_the_asker
    def stop(self, request: Request) -> Response:
        """Back to the relying party without having proven anything."""
        authorization_id = request.path_params["authorization_id"]
        cookie = self._secret_of(request, authorization_id)
        return self._site.redirect(
            self._finishing.stop(authorization_id, cookie, request.state.reading.words)
        )

    # ------------------------------------------------------------ phone

    @get("/phone/wait/{authorization_id}", public(_BOUND), takes=_BOUND)
    @_with_the_asker
    def phone_wait(self, request: Request) -> Response:
        """Shows the QR code and asks again every few seconds, without a script."""
        authorization_id = request.path_params["authorization_id"]
        cookie = self._secret_of(request, authorization_id)
        _, client = self._taps.waiting(authorization_id, cookie)
        answer = self._taps.take_from_phone(authorization_id, cookie)
        if answer is not None:
            return self._finish(request, authorization_id, answer)
        tap = self._taps.latest_phone_tap(authorization_id)
        response = self._site.render(
            request,
            "wait.html",
            authorization_id=authorization_id,
            client=client,
            number=tap.check_number if tap else "",
            address=self._phone_address(tap),
        )
        response.headers["refresh"] = str(WAIT_SECONDS)
        return response

    @get("/phone/qr/{authorization_id}.svg", public(_BOUND))
    def phone_qr(self, request: Request) -> Response:
        authorization_id = request.path_params["authorization_id"]
        self._taps.waiting(authorization_id, self._secret_of(request, authorization_id))
        picture = io.BytesIO()
        address = self._phone_address(self._taps.latest_phone_tap(authorization_id))
        segno.make(address, error="m", micro=False).save(
            picture, kind="svg", scale=6, border=4, light="#fff", svgclass=None, lineclass=None
        )
        return Response(picture.getvalue(), media_type="image/svg+xml")

    @get(
        "/phone/done",
        public("the one-time handle is the proof"),
        takes="only the phone was told the handle",
    )
    @_with_the_asker
    def phone_done(self, request: Request) -> Response:
        """``GET /phone/done?tap=&handle=``: opened again it says the same; the first time the other screen goes on."""
        given = request.query_params
        self._taps.confirm_phone(given.get("handle", ""), given.get("tap", ""))
        return self._site.render(request, "phone_done.html", done=True)

    @get("/phone/stopped", public("says what is true of a tap, and changes nothing"))
    @_with_the_asker
    def phone_stopped(self, request: Request) -> Response:
        """``GET /phone/stopped?tap=``: nothing was sent; of what was sent before, that is not said."""
        state = self._taps.standing(request.query_params.get("tap", "")).state
        if state == "answered":
            raise Refusal(ALREADY_ANSWERED)
        if state in ("signed-in", "confirmed", "signed"):
            raise Refusal(FINISHED[state])
        return self._site.render(request, "phone_done.html", done=False)

    @get("/phone/{phone_code}", public("the code from the QR is the way in"))
    @_with_the_asker
    def phone_start(self, request: Request) -> Response:
        """On the phone: on to its own program, which asks for the number. Choosing it is what uses the code up."""
        tap = self._taps.phone_tap(request.path_params["phone_code"])
        return self._site.redirect(self._reader_url(tap, request.state.reading.words))

    def _phone_address(self, tap: Tap | None) -> str:
        return f"{self._desk.origin}/phone/{tap.phone_code if tap else ''}"

    # ------------------------------------------------------------ sign-out

    @get(
        f"{REALM}{PROTOCOL}/logout",
        public("the ID token is the proof"),
        takes="the ID token is its person's alone",
    )
    def logout(self, request: Request) -> Response:
        """RP-Initiated Logout: ends what hangs on the tap; there is no session here to end.

        All parameters are optional (§2). Without the ID token nothing can be ended, and nobody is sent on: the page says
        that nobody is signed in here, which is true of everybody.
        """
        words = words_of_locales(request.query_params.get("ui_locales", ""))
        if words and LANG not in request.query_params:
            request.state.reading = turned(request.state.reading, words)
            request.state.language = request.state.reading.language
        then = request.query_params.get("post_logout_redirect_uri", "")
        hint = request.query_params.get("id_token_hint", "")
        client_id = request.query_params.get("client_id", "")
        if not hint:
            return self._site.render(request, "signed_out.html", ended=False)
        ended = self._claims.sign_out(hint, then, client_id)
        state = request.query_params.get("state", "")
        onward = model.answer_url(then, state=state) if then and state else then
        here = replace(self._here.of(request).without(ended.client_id, ended.sub), back=onward)
        session = request.state.session
        if (
            session.kind == "resident"
        ):  # this service's own pages: what one signed in with ends first
            here = here.without(CLIENT, str(session.data[CARD]))
            self._site.sign_out(request)
        if here.begun:
            answer = self._site.redirect(SIGNED_IN_HERE)
        elif onward:
            answer = self._site.redirect(onward)
        else:
            answer = self._site.render(request, "signed_out.html", ended=True)
        self._here.keep(answer, here if here.begun else Here())
        return answer

    # ------------------------------------------------------------ steps

    def truth(self, request: Request, refusal: Refusal) -> Refusal:
        """What is to be said instead of ``refusal`` of the request that this address is of, with the way to who asked.

        A browser that did not begin it is told, too, that it has ended; that it is another one matters only before.
        """
        try:
            authorization_id = self._authorization_of(request)
        except Refusal:
            return refusal
        asker = self._taps.asker(authorization_id)
        if asker is None:
            return refusal
        client, origin = asker
        request.state.way_on = (f"{origin}/", client.name)
        if refusal.fault is OTHER_BROWSER and (ended := self._taps.ending(authorization_id)):
            return Refusal(FINISHED[ended])
        return refusal

    def _authorization_of(self, request: Request) -> str:
        """Raises Refusal: the address names none that is known."""
        path, query = request.path_params, request.query_params
        if "authorization_id" in path:
            return str(path["authorization_id"])
        if "phone_code" in path:
            return self._taps.phone_tap_of(path["phone_code"]).authorization_id
        if "tap" in query:
            return self._taps.authorization_of_tap(query["tap"])
        return self._taps.authorization_of(query.get("handle", ""))

    def _once_more(self, request: Request) -> Response:
        """The answer of this tap was taken before, and nothing came of it: our side failed while it was taken in.

        Raises Refusal ``identity.unknown-request``, ``identity.other-browser``, and of a request that has ended how it did.
        """
        authorization_id = self._taps.authorization_of_tap(request.query_params.get("tap", ""))
        self._taps.waiting(authorization_id, self._secret_of(request, authorization_id))
        lost = Refusal(ANSWER_LOST)
        return self._site.tell(request, f"/tap/{authorization_id}", refusal=lost)

    def _finish(self, request: Request, authorization_id: str, answer: Answer) -> Response:
        words = request.state.reading.words
        try:
            onward = self._finishing.finish(answer, self._hooks.verifying, words, _screen(request))
            response = self._site.redirect(onward)
            self._here.note(request, response, onward)
        except Refusal:
            # It is kept with the request: its page says why and how to go on.
            return self._site.redirect(f"/tap/{authorization_id}")
        return response

    def _to(self, opened: OpenTap, words: Words | None) -> Response:
        """On to the reader beside this screen, or to the page with the QR code."""
        if opened.tap.device == "phone":
            return self._site.redirect(f"/phone/wait/{opened.tap.authorization_id}")
        return self._site.redirect(self._reader_url(opened, words))

    def _reader_url(self, tap: OpenTap, words: Words | None) -> str:
        reader = self._desk.directory.origin(tap.tap.device)
        query = {"request": self._taps.request_of(tap)} | ({"lang": words} if words else {})
        query |= self._hooks.at_reader(tap)
        return f"{reader}/tap?{urlencode(query)}"

    def _bind(self, response: Response, authorization_id: str, secret: str) -> None:
        life = int(model.REQUEST_LIFE.total_seconds())
        self._site.cookies.write(response, _COOKIE + authorization_id, secret, seconds=life)


def cookie_of(cookies: Cookies, request: Request, authorization_id: str) -> str:
    """This browser's secret for the request. Raises Refusal ``identity.other-browser``."""
    found = cookies.read(request, _COOKIE + authorization_id)
    if not found:
        raise Refusal(OTHER_BROWSER)
    return found


def _browser(request: Request) -> Text:
    return described(request.headers.get("user-agent", ""))


def _screen(request: Request) -> str:
    """Where the reader stands, as far as it is known here: the network address of the browser beside it."""
    return client_bucket(request.client.host if request.client else "")
