"""The terminal beside the reader: the only page that ever sees a PIN, and it keeps none."""

from urllib.parse import urlencode

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.terminal.reader import ReaderPages
from kazasu.card.terminal.tap import Entered, Look
from kazasu.foundation.web import Form, get, post, public


class TapForm(Form):
    """What the person typed into a tap's form."""

    request: str = ""
    pin: SecretStr = SecretStr("")
    text_pin: SecretStr = SecretStr("")
    password: SecretStr = SecretStr("")
    use_last_try: bool = False
    seen: bool = False

    def entered(self) -> Entered:
        return Entered(
            pin=self.pin.get_secret_value(),
            text_pin=self.text_pin.get_secret_value(),
            password=self.password.get_secret_value(),
            use_last_try=self.use_last_try,
            seen=self.seen,
        )


class StopForm(Form):
    request: str = ""
    failure: str = ""


class Pages(ReaderPages):
    """Routes of ``terminal.localhost``."""

    @get("/", public("what is on the reader"))
    def front(self, request: Request) -> Response:
        return self._site.render(
            request,
            "front.html",
            card=self._card(request),
            tray=self._tray(request, "/"),
            certified=self._taps.certified,
        )

    @get("/tap", public("the signed request is what it shows"))
    def show(self, request: Request) -> Response:
        """``GET /tap?request=``: who asks, why, what they learn; then the PIN."""
        sealed = request.query_params.get("request", "")
        tap = self._taps.read(sealed)
        self._lay(request)
        self._leads_to(request, tap)
        here = f"/tap?{urlencode({'request': sealed})}"
        there = self._is_there(request)
        asks_pin = there and tap.pin == "required" and request.state.kept.refusal is None
        return self._site.render(
            request,
            "tap.html",
            tap=tap,
            sealed=sealed,
            card=there,
            virtual=self._virtual,
            tray=self._tray(request, here),
            back=here,
            colour=tap.colour,
            certified=self._taps.certified,
            look=self._taps.look(tap, self._reader(request)) if asks_pin else Look(),
            phone=self._phone(here) if tap.pin == "required" else "",
        )

    @post("/tap", public("the card and its PIN are the proof"))
    def perform(self, request: Request) -> Response:
        """The PIN was entered. A failure is shown in place; nothing was sent then."""
        form = TapForm.read(request)
        tap = self._taps.read(form.request)
        onward, client = self._taps.perform(tap, self._reader(request), form.entered())
        self._note(request, client)
        self._take_off(request)
        return self._site.redirect(onward)

    @post("/tap/stop", public("whoever stands here may stop"))
    def stop(self, request: Request) -> Response:
        form = StopForm.read(request)
        onward = self._taps.give_up(self._taps.read(form.request), form.failure)
        self._take_off(request)
        return self._site.redirect(onward)

    def _phone(self, here: str) -> str:
        """The same request on this device's own phone program, where there is one."""
        return f"{self._directory.origin('phone')}{here}" if "phone" in self._directory else ""
