"""The terminal beside the reader: the only page that ever sees a PIN, and it keeps none."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.client import CardClient
from kazasu.card.faults import NO_CARD
from kazasu.card.image import CardBox
from kazasu.card.terminal.tap import Entered, Taps, origin_of
from kazasu.card.transports import Reader
from kazasu.card.transports.pcsc import PcscReader
from kazasu.card.transports.played import FAULTS, PlayedReader
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.terminal import TapRequest
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import PUBLIC, Site
from kazasu.foundation.web.faults import NOT_FOUND

_CARD = "card"
_TRACE = "trace"
_FAULT = "fault"


class Pages:
    """Routes of ``terminal.localhost`` and ``phone.localhost``: one reader for each browser."""

    def __init__(self, site: Site, taps: Taps, directory: Directory, box: CardBox) -> None:
        self._site = site
        self._taps = taps
        self._directory = directory
        self._box = box
        self._virtual = site.settings.reader == "virtual"
        for path, methods, page, why in (
            ("/", ("GET",), self.front, "what is on the reader"),
            ("/tap", ("GET",), self.show, "the signed request is what it shows"),
            ("/tap", ("POST",), self.perform, "the card and its PIN are the proof"),
            ("/tap/stop", ("POST",), self.stop, "whoever stands here may stop"),
            ("/reader/insert", ("GET",), self.insert, "sandbox: puts a card on the reader"),
            ("/reader/remove", ("POST",), self.remove, "whoever stands here may take it off"),
            ("/inspector", ("GET",), self.inspect, "sandbox: the last tap's commands, redacted"),
        ):
            site.route(path, methods=methods, access=PUBLIC(why))(page)

    # ------------------------------------------------------------ the tap

    def front(self, request: Request) -> Response:
        return self._site.render(
            request, "front.html", card=self._card(request), tray=self._tray(request, "/")
        )

    def show(self, request: Request) -> Response:
        """``GET /tap?request=``: who asks, why, what they learn; then the PIN."""
        sealed = request.query_params.get("request", "")
        tap = self._taps.read(sealed)
        self._lay(request)
        return self._page(request, sealed, tap)

    def _lay(self, request: Request) -> None:
        """Sandbox: an integrator's wish, the card ``card`` on the reader and ``fault`` in it."""
        card_id = request.query_params.get("card", "")
        if not (self._virtual and self._site.settings.sandbox and card_id in self._box):
            return
        request.state.session.data[_CARD] = card_id
        if request.query_params.get("fault", "") in FAULTS:
            request.state.session.data[_FAULT] = request.query_params["fault"]

    def perform(self, request: Request) -> Response:
        """The PIN was entered. A failure is shown in place; nothing was sent then."""
        form = request.state.form
        sealed = str(form.get("request", ""))
        tap = self._taps.read(sealed)
        entered = Entered(
            pin=str(form.get("pin", "")),
            text_pin=str(form.get("text_pin", "")),
            password=str(form.get("password", "")),
            use_last_try=bool(form.get("use_last_try")),
        )
        try:
            onward, client = self._taps.perform(tap, self._reader(request), entered)
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
        # Browsers hold the redirects after the form to the policy of the page that has the form.
        request.state.form_targets = {origin_of(tap.continue_at), tap.asker_origin}
        here = f"/tap?{urlencode({'request': sealed})}"
        return self._site.render(
            request,
            "tap.html",
            status=refusal.fault.status if refusal else 200,
            tap=tap,
            sealed=sealed,
            card=self._card(request) or not self._virtual,
            virtual=self._virtual,
            tray=self._tray(request, here),
            back=here,
            refusal=refusal,
            colour=tap.colour,
        )

    # ------------------------------------------------------------ the reader

    def insert(self, request: Request) -> Response:
        """``GET /reader/insert?card=&back=``: from the tray onto this browser's reader."""
        card_id = request.query_params.get("card", "")
        if not self._virtual or card_id not in self._box:
            raise Refusal(NO_CARD)
        request.state.session.data[_CARD] = card_id
        return self._site.redirect(_local(request.query_params.get("back", "/")))

    def remove(self, request: Request) -> Response:
        self._take_off(request)
        return self._site.redirect(_local(str(request.state.form.get("back", "/"))))

    def _reader(self, request: Request) -> Callable[[], Reader]:
        if not self._virtual:
            return PcscReader
        card_id = self._card(request)
        if played := request.state.session.data.get(_FAULT, ""):
            return lambda: PlayedReader(self._box, card_id, str(played))
        return lambda: VirtualReader(self._box, card_id)

    @staticmethod
    def _card(request: Request) -> str:
        return str(request.state.session.data.get(_CARD, ""))

    @staticmethod
    def _take_off(request: Request) -> None:
        """A card is held for one tap: the next person at this desk must not find it there."""
        request.state.session.data.pop(_CARD, None)
        request.state.session.data.pop(_FAULT, None)

    def _tray(self, request: Request, path: str) -> str:
        """Where virtual cards are taken from; empty when there is no such place."""
        if not self._virtual or "society" not in self._directory:
            return ""
        here = f"{request.url.scheme}://{request.headers.get('host', '')}"
        return f"{self._directory.origin('society')}/tray?back={quote(here + path, safe='')}"

    # ------------------------------------------------------------ for developers

    @staticmethod
    def _note(request: Request, client: CardClient) -> None:
        request.state.session.data[_TRACE] = client.trace.lines[-200:]

    def inspect(self, request: Request) -> Response:
        """The commands of this browser's last tap, without PINs and contents."""
        if not self._site.settings.sandbox:
            raise Refusal(NOT_FOUND)
        return self._site.render(
            request, "inspector.html", lines=request.state.session.data.get(_TRACE, [])
        )


def _local(path: str) -> str:
    """A path on this site and nowhere else."""
    unsafe = not path.startswith("/") or path.startswith("//") or "\\" in path
    return "/" if unsafe or any(ord(c) < 0x20 for c in path) else path
