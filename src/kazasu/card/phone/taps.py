"""The tap on a phone: with its own certificates or with a card held to it; begun here or on another screen.

What was begun on another screen is bound to the phone that opened it first, and the person chooses the number that
the other screen shows before anything else is asked (:mod:`kazasu.contracts.phone`).
"""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.chip.image import CardBox
from kazasu.card.phone.faults import (
    NOT_CHOSEN,
    NOTHING_ON_IT,
    OPENED_ELSEWHERE,
    WRONG_NUMBER,
    of_phone,
)
from kazasu.card.phone.model import LOCK, Phone, numbers
from kazasu.card.phone.service import PhoneService
from kazasu.card.phone.store import PhoneStore
from kazasu.card.terminal.faults import STALE_REQUEST
from kazasu.card.terminal.pages import StopForm, TapForm
from kazasu.card.terminal.reader import ReaderPages, here_of, read_on
from kazasu.card.terminal.scene import scene_of
from kazasu.card.terminal.tap import Taps, own_keys_do
from kazasu.contracts.terminal import TapRequest
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock, today
from kazasu.foundation.web import Form, Site, get, post, public
from kazasu.foundation.web.reading.chosen import carried

COOKIE: Final = "phone"
_OPENED: Final = "opened"
_CHOSEN: Final = "chosen"


class Openings:
    """On which phone the number of a handed-over tap was chosen first: another one is refused, with the same address, too.

    Opening the address binds nothing: whoever previews a link, or opens it in a second program of the same phone, takes
    it from nobody. Kept in memory, as long as such a tap lives.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._by: dict[str, tuple[str, datetime]] = {}

    def first(self, request: TapRequest, browser: str) -> None:
        """Raises Refusal ``phone.opened-elsewhere``."""
        now = self._clock.now()
        with self._lock:
            self._by = {key: one for key, one in self._by.items() if one[1] > now}
            by, _ = self._by.setdefault(request.request_id, (browser, request.expires_at))
        if by != browser:
            raise Refusal(OPENED_ELSEWHERE)

    def check(self, request: TapRequest, browser: str) -> None:
        """Changes nothing. Raises Refusal ``phone.opened-elsewhere``."""
        with self._lock:
            by, _ = self._by.get(request.request_id, (browser, request.expires_at))
        if by != browser:
            raise Refusal(OPENED_ELSEWHERE)


class ChooseForm(Form):
    request: str = ""
    number: str = ""


class PhoneTapForm(TapForm):
    keys: Literal["phone", "card"] = "card"
    unlock: str = ""


class TapPages(ReaderPages):
    """Routes ``/tap…`` of the phone."""

    def __init__(
        self,
        site: Site,
        taps: Taps,
        directory: Directory,
        box: CardBox,
        clock: Clock,
        *,
        service: PhoneService,
        store: PhoneStore,
    ) -> None:
        super().__init__(site, taps, directory, box)
        self._service = service
        self._store = store
        self._openings = Openings(clock)

    def _phone(self, request: Request) -> Phone | None:
        """The phone that this browser is, if it was set up."""
        return self._store.load(self._site.cookies.read(request, COOKIE))

    # ------------------------------------------------------------ pages

    @get("/tap", public("the signed request is what it shows"))
    def show(self, request: Request) -> Response:
        """``GET /tap?request=``: first the number, where it was begun elsewhere; then who asks what."""
        sealed = request.query_params.get("request", "")
        try:
            tap = self._read(request, sealed)
        except Refusal as refusal:
            if refusal.fault is not STALE_REQUEST:
                raise
            return self._closed(request, sealed, refusal)
        if spent := self._spent(request, tap):
            return spent
        if tap.check_number and self._chosen(request, tap) != tap.check_number:
            return self._choose_page(request, sealed, tap)
        return self._page(request, sealed, tap)

    @post("/tap/choose", public("the number on the other screen is the proof"))
    def choose(self, request: Request) -> Response:
        """Choosing binds the tap to this phone. A wrong number ends it: the asker hears of it, and this request is dead."""
        form = ChooseForm.read(request)
        tap = self._read(request, form.request)
        if self._taps.standing(tap) != "open":
            return self._site.redirect(here_of(form.request))
        if tap.audience == "phone":
            self._openings.first(tap, self._own_name(request))
        if form.number != tap.check_number:
            self._taps.give_up(tap, WRONG_NUMBER.code)
            return self._site.tell(request, "/", refusal=Refusal(WRONG_NUMBER))
        request.state.session.data[_CHOSEN] = [tap.request_id, form.number]
        return self._site.redirect(here_of(form.request))

    @post("/tap", public("the phone's lock, or the card and its PIN"))
    def perform(self, request: Request) -> Response:
        form = PhoneTapForm.read(request)
        tap = self._read(request, form.request)
        # No PIN is tried for what is answered: the page says so.
        if self._taps.standing(tap) != "open":
            return self._site.redirect(here_of(form.request))
        given = replace(form.entered(), chosen_number=self._compared(request, tap))
        if form.keys == "phone":
            phone = self._phone(request)
            if phone is None:
                raise Refusal(NOTHING_ON_IT)
            given = replace(given, pin=self._unlocked(phone, form.unlock, form.pin))
            onward, client = self._taps.perform(tap, self._service.own_keys(phone), given, LOCK)
        else:
            onward, client = self._taps.perform(tap, self._reader(request), given)
        self._note(request, client)
        return self._finished(request, tap, onward, by_card=form.keys == "card")

    @post("/tap/stop", public("whoever holds the phone may stop"))
    def stop(self, request: Request) -> Response:
        form = StopForm.read(request)
        tap = self._read(request, form.request)
        onward = self._taps.give_up(tap, form.failure)
        self._take_off(request)
        # What was begun elsewhere goes on elsewhere; here it only says that nothing was sent.
        return self._site.redirect(tap.cancel_at if tap.audience == "phone" else onward)

    # ------------------------------------------------------------ steps

    def _read(self, request: Request, sealed: str) -> TapRequest:
        """The request; one that was handed over belongs to the browser in which its number was chosen first."""
        tap = read_on(request, self._taps.read(sealed))
        if tap.audience == "phone":
            self._openings.check(tap, str(request.state.session.data.get(_OPENED, "")))
        return tap

    @staticmethod
    def _own_name(request: Request) -> str:
        """A name for this browser, kept in its session."""
        data = request.state.session.data
        return str(data.setdefault(_OPENED, request.state.request_id))

    @staticmethod
    def _chosen(request: Request, tap: TapRequest) -> str:
        request_id, number = request.state.session.data.get(_CHOSEN, ["", ""])
        return str(number) if request_id == tap.request_id else ""

    def _compared(self, request: Request, tap: TapRequest) -> str:
        """The number chosen. Raises Refusal ``phone.number-not-chosen``."""
        number = self._chosen(request, tap)
        if number != tap.check_number:
            raise Refusal(NOT_CHOSEN)
        return number

    def _unlocked(self, phone: Phone, way: str, pin: SecretStr) -> str:
        """The phone's lock: typed, or by face or finger (simulated)."""
        return self._service.unlocked(phone) if way == "biometric" else pin.get_secret_value()

    def _choose_page(self, request: Request, sealed: str, tap: TapRequest) -> Response:
        self._leads_to(request, tap)
        return self._scene(
            request, "choose.html", numbers=numbers(tap), **self._shown(request, tap, sealed)
        )

    def _page(self, request: Request, sealed: str, tap: TapRequest) -> Response:
        self._leads_to(request, tap)
        phone = self._phone(request)
        over = phone is not None and phone.over(today(self._site.clock))
        can = phone is not None and phone.enrolled and not over and own_keys_do(tap)
        own = can and request.query_params.get("with", "") != "card"
        place = self._service.own_keys(phone) if own and phone else self._reader(request)
        look = self._taps.look(tap, place)
        scene = scene_of(tap, look, self._refused(request), certified=False)
        if own and scene.refusal is not None:
            scene = replace(scene, refusal=of_phone(scene.refusal))
        return self._scene(
            request,
            "tap.html",
            **self._shown(request, tap, sealed, "" if own else "&with=card"),
            scene=scene,
            refusal=scene.refusal,
            look=look,
            own=own,
            can=can,
            over=over,
            on_phone=True,
            phone=phone,
            here=here_of(sealed),
            at_terminal=self._at_terminal(request, sealed) if tap.audience == "terminal" else "",
            certified=None,
        )

    def _at_terminal(self, request: Request, sealed: str) -> str:
        """The same request at the reader beside the screen, for whoever came here and has no certificates."""
        there = f"{self._directory.origin('terminal')}{here_of(sealed)}"
        return carried(there, request.state.reading.words)
