"""The terminal beside the reader: the only page that ever sees a PIN, and it keeps none."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.image import CardBox
from kazasu.card.terminal.reader import ReaderPages
from kazasu.card.terminal.tap import Entered, Look, Taps
from kazasu.contracts.terminal import TapRequest
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import PUBLIC, Site


class Pages(ReaderPages):
    """Routes of ``terminal.localhost``."""

    def __init__(self, site: Site, taps: Taps, directory: Directory, box: CardBox) -> None:
        super().__init__(site, taps, directory, box)
        for path, method, page, why in (
            ("/", "GET", self.front, "what is on the reader"),
            ("/tap", "GET", self.show, "the signed request is what it shows"),
            ("/tap", "POST", self.perform, "the card and its PIN are the proof"),
            ("/tap/stop", "POST", self.stop, "whoever stands here may stop"),
        ):
            site.route(path, methods=(method,), access=PUBLIC(why))(page)

    def front(self, request: Request) -> Response:
        return self._site.render(
            request,
            "front.html",
            card=self._card(request),
            tray=self._tray(request, "/"),
            certified=self._taps.certified,
        )

    def show(self, request: Request) -> Response:
        """``GET /tap?request=``: who asks, why, what they learn; then the PIN."""
        sealed = request.query_params.get("request", "")
        tap = self._taps.read(sealed)
        self._lay(request)
        return self._page(request, sealed, tap)

    def perform(self, request: Request) -> Response:
        """The PIN was entered. A failure is shown in place; nothing was sent then."""
        sealed = str(request.state.form.get("request", ""))
        tap = self._taps.read(sealed)
        try:
            onward, client = self._taps.perform(tap, self._reader(request), entered(request))
        except Refusal as refusal:
            return self._page(request, sealed, tap, refusal)
        self._note(request, client)
        self._take_off(request)
        return self._site.redirect(onward)

    def stop(self, request: Request) -> Response:
        form = request.state.form
        tap = self._taps.read(str(form.get("request", "")))
        onward = self._taps.give_up(tap, str(form.get("failure", "")))
        self._take_off(request)
        return self._site.redirect(onward)

    def _page(
        self, request: Request, sealed: str, tap: TapRequest, refusal: Refusal | None = None
    ) -> Response:
        self._leads_to(request, tap)
        here = f"/tap?{urlencode({'request': sealed})}"
        there = self._is_there(request)
        asks_pin = there and tap.pin == "required" and refusal is None
        return self._site.render(
            request,
            "tap.html",
            status=refusal.fault.status if refusal else 200,
            tap=tap,
            sealed=sealed,
            card=there,
            virtual=self._virtual,
            tray=self._tray(request, here),
            back=here,
            refusal=refusal,
            colour=tap.colour,
            certified=self._taps.certified,
            look=self._taps.look(tap, self._reader(request)) if asks_pin else Look(),
            phone=self._phone(here) if tap.pin == "required" else "",
        )

    def _phone(self, here: str) -> str:
        """The same request on this device's own phone program, where there is one."""
        return f"{self._directory.origin('phone')}{here}" if "phone" in self._directory else ""


def entered(request: Request) -> Entered:
    """What the person typed into a tap's form."""
    form = request.state.form
    return Entered(
        pin=str(form.get("pin", "")),
        text_pin=str(form.get("text_pin", "")),
        password=str(form.get("password", "")),
        use_last_try=bool(form.get("use_last_try")),
        seen=bool(form.get("seen")),
    )
