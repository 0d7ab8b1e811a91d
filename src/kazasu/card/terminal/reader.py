"""What lies before a browser: the card on its reader, the tray beside it, the last tap's commands.

Shared by the terminal's pages and the phone's: a phone reads cards, too.
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.chip.image import CardBox
from kazasu.card.client import NAMES, SURFACE, CardClient
from kazasu.card.faults import NO_CARD
from kazasu.card.terminal.faults import NO_COOKIES, STALE_REQUEST
from kazasu.card.terminal.scene import still_says
from kazasu.card.terminal.tap import Taps, origin_of
from kazasu.card.terminal.tray import Face, Tray, Trays
from kazasu.card.transports import Reader
from kazasu.card.transports.pcsc import PcscReader
from kazasu.card.transports.played import FAULTS, PlayedReader
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.terminal import TapRequest
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form, Site, get, post, public
from kazasu.foundation.web.acting import local
from kazasu.foundation.web.acting.kept import PARAMETER as KEPT
from kazasu.foundation.web.drawings.colours import readable
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.foundation.web.reading.chosen import carried

_CARD: Final = "card"
_TRACE: Final = "trace"
_FAULT: Final = "fault"
_LINES: Final = 200
_LAID: Final = "laid"
"""In the address to which a card that was laid down leads: without a cookie it was laid down in vain."""
_LATER: Final = 2
"""Seconds after the end of a request's time: what was sent in its last moment is answered."""


class RemoveForm(Form):
    back: str = "/"


class ReaderPages:
    """One reader for each browser."""

    def __init__(self, site: Site, taps: Taps, directory: Directory, box: CardBox) -> None:
        self._site = site
        self._taps = taps
        self._directory = directory
        self._box = box
        self._trays = Trays(site, box.folder.parent)
        self._virtual = site.settings.reader == "virtual"

    @get("/reader/insert", public("sandbox: puts a card on the reader"))
    def insert(self, request: Request) -> Response:
        """``GET /reader/insert?card=&back=``: from the tray onto this browser's reader."""
        card_id = request.query_params.get("card", "")
        if not self._virtual or card_id not in self._box:
            raise Refusal(NO_CARD)
        request.state.session.data[_CARD] = card_id
        back = local(request.query_params.get("back", "/"))
        laid = f"{back}{'&' if '?' in back else '?'}{urlencode({_LAID: 'y'})}"
        response = self._site.redirect(laid if back.startswith("/tap") else back)
        self._trays.note_use(request, response, card_id)
        return response

    @post("/reader/remove", public("whoever stands here may take it off"))
    def remove(self, request: Request) -> Response:
        self._take_off(request)
        return self._site.redirect(local(RemoveForm.read(request).back))

    def _reader(self, request: Request) -> Callable[[], Reader]:
        if not self._virtual:
            return PcscReader
        card_id = self._card(request)
        if played := request.state.session.data.get(_FAULT, ""):
            return lambda: PlayedReader(self._box, card_id, str(played))
        return lambda: VirtualReader(self._box, card_id)

    def _lay(self, request: Request) -> None:
        """Sandbox: an integrator's wish, the card ``card`` on the reader and ``fault`` in it."""
        card_id = request.query_params.get("card", "")
        if not (self._virtual and self._site.settings.sandbox and card_id in self._box):
            return
        request.state.session.data[_CARD] = card_id
        if request.query_params.get("fault", "") in FAULTS:
            request.state.session.data[_FAULT] = request.query_params["fault"]

    def _is_there(self, request: Request) -> bool:
        """Is a virtual card on the reader? Of a real one it is known only when it is used."""
        return bool(self._card(request)) or not self._virtual

    @staticmethod
    def _card(request: Request) -> str:
        return str(request.state.session.data.get(_CARD, ""))

    @staticmethod
    def _take_off(request: Request) -> None:
        """A card is held for one tap: the next person at this desk must not find it there."""
        request.state.session.data.pop(_CARD, None)
        request.state.session.data.pop(_FAULT, None)

    # ------------------------------------------------------------ what the scene shows

    def _shown(
        self, request: Request, tap: TapRequest, sealed: str, more: str = ""
    ) -> dict[str, Any]:
        """What every state of the scene knows. ``more``: what belongs to this page's address beside the request."""
        here = here_of(sealed) + more
        return {
            "tap": tap,
            "paper": self._taps.paper(tap),
            "sealed": sealed,
            "back": here,
            "held": self._held(request),
            "tray": self._tray(request, here),
            "keep": parse_qsl(urlsplit(here).query),
            "virtual": self._virtual,
            "surface_pin": NAMES[SURFACE],
            "colour": readable(tap.colour),
            "left": self._left(tap),
        }

    def _left(self, tap: TapRequest) -> int:
        """Whole seconds for which this request may still be used."""
        return max(0, int((tap.expires_at - self._site.clock.now()).total_seconds()))

    def _scene(self, request: Request, name: str, **shown: Any) -> Response:
        """A page of the scene, which looks again by itself when the request's time is over: then it says so."""
        response = self._site.render(request, name, **shown)
        response.headers["refresh"] = str(shown["left"] + _LATER)
        return response

    def _held(self, request: Request) -> Face | None:
        """The virtual card on the reader. Of a real one neither face nor name is shown, nor could it be."""
        return self._trays.held(self._card(request)) if self._virtual else None

    def _tray(self, request: Request, path: str = "/") -> Tray | None:
        """The tray beside the reader, where cards are virtual."""
        if not self._virtual or not self._site.settings.sandbox:
            return None
        make = ""
        if "society" in self._directory:
            place = quote(self._site.origin(request) + path, safe="")
            make = f"{self._directory.origin('society')}/tray/new?back={place}"
        return self._trays.tray(request, make=make)

    def _finished(
        self, request: Request, tap: TapRequest, onward: str, *, by_card: bool = True
    ) -> Response:
        """The asker has taken what the card gave: one clear end, then on to them."""
        card_id = self._card(request) if self._virtual else ""
        self._take_off(request)
        return self._site.tell(
            request, "/done", onward=onward, asker=[tap.asker_ja, tap.asker_en], standing=tap.asker_standing,
            origin=tap.asker_origin, colour=tap.colour, mark=tap.mark, card=card_id if by_card else "", by_card=by_card,
            action=tap.action, seen=tap.pin != "required",
        )  # fmt: skip

    @get("/done", public("the outcome, to the browser that held the card"))
    def done(self, request: Request) -> Response:
        """Looking again does nothing; opened without an outcome it is no page."""
        told = request.state.kept.told
        if not told:
            return self._site.redirect("/")
        # The words may be changed on this page, too.
        onward = carried(str(told["onward"]), request.state.reading.words)
        return self._site.render(
            request, "kit/done.html", **{**told, "asker": Text(*told["asker"]), "onward": onward},
            held=self._trays.held(str(told["card"])) if told["card"] else None,
        )  # fmt: skip

    @staticmethod
    def _leads_to(request: Request, tap: TapRequest) -> None:
        """Browsers hold the redirects after a form to the policy of the page that has the form."""
        request.state.form_targets = {origin_of(tap.continue_at), tap.asker_origin}

    def _refused(self, request: Request) -> Refusal | None:
        """What the last press came to; or that this browser keeps no cookies, without which neither that nor the card is
        found again."""
        forgets = {_LAID, KEPT} & set(request.query_params.keys()) and not request.cookies
        if forgets and self._virtual:
            return Refusal(NO_COOKIES)
        found: Refusal | None = request.state.kept.refusal
        return found

    def _spent(self, request: Request, tap: TapRequest, *, over: bool = False) -> Response | None:
        """A request that was used already says so before any card, with the way to who asked. None: it is open.

        Args:
            over: its time is over, which is what is said of one that was read and not taken in. Of one that the issuer does not
                know any more only that it is over: it may have been used.
        """
        state = self._taps.standing(tap)
        if state == "open" or (over and state == "answered"):
            return None
        return self._site.render(
            request, "kit/spent.html", tap=tap, stands=state, sealed="", refusal=None,
            why=still_says(request.state.kept.refusal, state), colour=readable(tap.colour),
        )  # fmt: skip

    def _closed(self, request: Request, sealed: str, refusal: Refusal) -> Response:
        """Nothing can be done with this request. Who asked is named where that is proven, with the way back to them; of one
        whose time is over it is said, too, when it was used before."""
        stale = refusal.fault is STALE_REQUEST
        asker = read_on(request, self._taps.proven(sealed)) if stale else None
        if asker is not None and (spent := self._spent(request, asker, over=True)):
            return spent
        status = refusal.fault.status
        return self._site.render(
            request, "kit/closed.html", status=status, refusal=refusal, tap=asker,
            sealed="",
            colour=readable(asker.colour) if asker else self._site.colour,
        )  # fmt: skip

    # ------------------------------------------------------------ for developers

    @staticmethod
    def _note(request: Request, client: CardClient) -> None:
        request.state.session.data[_TRACE] = [
            [one.wire, one.name, *one.words] for one in client.trace.lines[-_LINES:]
        ]

    @get("/inspector", public("sandbox: the last tap's commands, redacted"))
    def inspect(self, request: Request) -> Response:
        """The commands of this browser's last tap, without PINs and contents."""
        if not self._site.settings.sandbox:
            raise Refusal(NOT_FOUND)
        kept = request.state.session.data.get(_TRACE, [])
        lines = [one for one in kept if isinstance(one, list)]  # not those of an older version
        if not lines:
            self._site.nothing_yet(request)
        return self._site.render(request, "kit/inspector.html", lines=lines)


def read_on(request: Request, tap: TapRequest) -> TapRequest:
    """The request, its issuer's addresses with the words that are read here: whoever changed them at the reader goes on in
    these."""
    words = request.state.reading.words
    ways = {"continue_at", "cancel_at", "elsewhere_at", "again_at"}
    there = tap.model_dump(include=ways).items()
    return tap.model_copy(update={way: carried(url, words) for way, url in there if url})


def here_of(sealed: str) -> str:
    """The scene's own address for this request."""
    return f"/tap?{urlencode({'request': sealed})}"
