"""The terminal beside the reader: the only page that ever sees a PIN, and it keeps none."""

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.terminal.reader import ReaderPages, here_of, read_on
from kazasu.card.terminal.scene import scene_of
from kazasu.card.terminal.tap import Entered, own_keys_do
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Form, get, post, public
from kazasu.foundation.web.reading.chosen import carried


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
            held=self._held(request),
            tray=self._tray(request),
            back="/",
            certified=self._taps.certified,
        )

    @get("/tap", public("the signed request is what it shows"))
    def show(self, request: Request) -> Response:
        """``GET /tap?request=``: who asks, why, what they learn, and the state that the card on the reader is in."""
        sealed = request.query_params.get("request", "")
        try:
            tap = read_on(request, self._taps.read(sealed))
        except Refusal as refusal:
            return self._closed(request, sealed, refusal)
        if spent := self._spent(request, tap):
            return spent
        self._lay(request)
        self._leads_to(request, tap)
        look = self._taps.look(tap, self._reader(request))
        certified = self._taps.certified
        scene = scene_of(tap, look, self._refused(request), certified=certified is not None)
        return self._scene(
            request,
            "tap.html",
            **self._shown(request, tap, sealed),
            scene=scene,
            refusal=scene.refusal,
            look=look,
            certified=certified,
            own=False,
            on_phone=False,
            phone_at=self._phone(request, sealed) if own_keys_do(tap) else "",
        )

    @post("/tap", public("the card and its PIN are the proof"))
    def perform(self, request: Request) -> Response:
        """The PIN was entered. A failure is shown in place; nothing was sent then."""
        form = TapForm.read(request)
        tap = read_on(request, self._taps.read(form.request))
        # No PIN is tried for what is answered: the page says so.
        if self._taps.standing(tap) != "open":
            return self._site.redirect(here_of(form.request))
        onward, client = self._taps.perform(tap, self._reader(request), form.entered())
        self._note(request, client)
        return self._finished(request, tap, onward)

    @post("/tap/stop", public("whoever stands here may stop"))
    def stop(self, request: Request) -> Response:
        form = StopForm.read(request)
        onward = self._taps.give_up(read_on(request, self._taps.read(form.request)), form.failure)
        self._take_off(request)
        return self._site.redirect(onward)

    def _phone(self, request: Request, sealed: str) -> str:
        """The same request on this device's own phone program, where there is one."""
        if "phone" not in self._directory:
            return ""
        there = f"{self._directory.origin('phone')}{here_of(sealed)}"
        return carried(there, request.state.reading.words)
