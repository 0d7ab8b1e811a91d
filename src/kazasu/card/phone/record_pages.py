"""The record's pages: what is on the phone, get, refresh, delete; and show it to who asks (OpenID4VP)."""

from base64 import b64decode
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.image import CardBox
from kazasu.card.mdoc.credential import read_issuer_signed
from kazasu.card.mdoc.elements import ELEMENTS, Name
from kazasu.card.mdoc.faults import NUMBER_NOT_ASKED, UNKNOWN_REQUEST
from kazasu.card.mdoc.wallet import Wallet
from kazasu.card.phone.faults import NOT_ACCEPTED, NOT_SET_UP
from kazasu.card.phone.model import Phone
from kazasu.card.phone.records import Asking, Records
from kazasu.card.phone.service import PhoneService
from kazasu.card.phone.store import PhoneStore
from kazasu.card.phone.taps import TapPages
from kazasu.card.terminal.reader import local
from kazasu.card.terminal.tap import Taps
from kazasu.exchange.directory import Directory
from kazasu.foundation.clock import Clock
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, Site

_ASKED: Final = "presentation"
_LINES: Final = 10
_MOST: Final = 3
"""Tries of the phone's PIN."""


class RecordPages(TapPages):
    """Routes ``/record…`` and ``/present`` of the phone."""

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
        records: Records,
    ) -> None:
        super().__init__(site, taps, directory, box, clock, service=service, store=store)
        self._records = records
        for path, method, page, why in (
            ("/record", "GET", self.record, "names of items only; this browser's phone"),
            ("/record/get", "GET", self.get_form, "a form; this browser's phone"),
            ("/record/get", "POST", self.get, "the phone's lock, the card and its password"),
            ("/record/refresh", "POST", self.refresh, "the phone's lock"),
            ("/record/delete", "GET", self.delete_record_form, "a form; this browser's phone"),
            ("/record/delete", "POST", self.delete_record, "the phone's lock"),
            ("/present", "GET", self.asked, "the signed request is what it shows"),
            ("/present", "POST", self.answered, "the phone's lock; without it only a refusal"),
        ):
            site.route(path, methods=(method,), access=PUBLIC(why))(page)

    # ------------------------------------------------------------ what is on the phone

    def record(self, request: Request, refusal: Refusal | None = None) -> Response:
        """Which items it holds and until when. Values are shown to nobody who only looks."""
        phone = self._own(request)
        wallet = self._records.wallet(phone)
        return self._site.render(
            request, "record.html", status=refusal.fault.status if refusal else 200,
            refusal=refusal, phone=phone, held=wallet.held, items=_items(wallet),
            told=[(one, _texts(one.items)) for one in reversed(wallet.told[-_LINES:])],
            tries_left=self._tries(phone),
        )  # fmt: skip

    def get_form(self, request: Request, refusal: Refusal | None = None) -> Response:
        return self._card_page(request, "record_get.html", refusal, phone=self._own(request))

    def get(self, request: Request) -> Response:
        phone, form = self._own(request), request.state.form
        try:
            self._records.get(
                phone, self._reader(request), self._pin(request, phone),
                str(form.get("card_password", "")), force=bool(form.get("use_last_try")),
            )  # fmt: skip
        except Refusal as refusal:
            return self.get_form(request, refusal)
        self._take_off(request)
        return self._site.redirect("/record")

    def refresh(self, request: Request) -> Response:
        phone = self._own(request)
        try:
            self._records.refresh(phone, self._pin(request, phone))
        except Refusal as refusal:
            return self.record(request, refusal)
        return self._site.redirect("/record")

    def delete_record_form(self, request: Request, refusal: Refusal | None = None) -> Response:
        phone = self._own(request)
        return self._site.render(
            request, "record_delete.html", status=refusal.fault.status if refusal else 200,
            refusal=refusal, phone=phone, tries_left=self._tries(phone),
        )  # fmt: skip

    def delete_record(self, request: Request) -> Response:
        phone = self._own(request)
        try:
            self._records.end(phone, self._pin(request, phone))
        except Refusal as refusal:
            return self.delete_record_form(request, refusal)
        return self._site.redirect("/record")

    def _end_record(self, phone: Phone, pin: str) -> None:
        """Before the phone's lock goes, with which the record would be ended."""
        if self._records.wallet(phone).held is not None:
            self._records.end(phone, pin)

    # ------------------------------------------------------------ show it

    def asked(self, request: Request) -> Response:
        """``GET /present?request_uri=&client_id=``: fetched once, then it is this browser's."""
        phone = self._own(request)
        uri = request.query_params.get("request_uri", "")
        try:
            asking = self._asking(request, uri, request.query_params.get("client_id", ""))
        except Refusal as refusal:
            return self._end(request, refusal=refusal)
        return self._present_page(request, phone, asking)

    def answered(self, request: Request) -> Response:
        """Shown or refused. A fault before anything left the phone leaves the choice open."""
        phone, form = self._own(request), request.state.form
        kept = request.state.session.data.get(_ASKED, ["", ""])
        if not kept[1] or form.get("request_uri") != kept[0]:
            return self._end(request, refusal=Refusal(UNKNOWN_REQUEST))
        try:
            asking = self._records.read(str(kept[1]))
        except Refusal as refusal:
            return self._end(request, refusal=refusal)
        try:
            if form.get("do") == "refuse":
                onward = self._records.refuse(phone, asking)
            else:
                chosen = _chosen(asking, form.getlist("item"))
                onward = self._records.show(phone, asking, chosen, self._pin(request, phone))
        except Refusal as refusal:
            if refusal.fault is NOT_ACCEPTED:
                return self._end(request, asking, refusal=refusal)
            return self._present_page(request, phone, asking, refusal)
        return self._end(request, asking, onward=onward, shown=form.get("do") != "refuse")

    def _asking(self, request: Request, uri: str, client_id: str) -> Asking:
        data = request.state.session.data
        kept = data.get(_ASKED, ["", ""])
        if not kept[1] or kept[0] != uri:
            data[_ASKED] = kept = [uri, self._records.fetch(uri, client_id)]
        return self._records.read(str(kept[1]), client_id)

    def _present_page(
        self, request: Request, phone: Phone, asking: Asking, refusal: Refusal | None = None
    ) -> Response:
        given = request.state.form.getlist("item") if refusal else None
        return self._site.render(
            request, "present.html", status=refusal.fault.status if refusal else 200,
            refusal=refusal, phone=phone, asker=asking.asker, asked=asking.request,
            uri=request.state.session.data[_ASKED][0], given=given,
            held=self._records.wallet(phone).held is not None,
            available=self._records.available(phone, asking.request),
            tries_left=self._tries(phone),
        )  # fmt: skip

    def _end(self, request: Request, asking: Asking | None = None, **how: Any) -> Response:
        """One clear end; the request is gone from this phone."""
        request.state.session.data.pop(_ASKED, None)
        refusal: Refusal | None = how.get("refusal")
        facts = {"refusal": None, "onward": "", "shown": False} | how
        return self._site.render(
            request, "presented.html", status=refusal.fault.status if refusal else 200,
            asker=asking.asker if asking else None, sent=asking is not None,
            number=refusal is not None and refusal.fault is NUMBER_NOT_ASKED, **facts,
        )  # fmt: skip

    # ------------------------------------------------------------ steps

    def _own(self, request: Request) -> Phone:
        """Raises Refusal ``phone.not-set-up``."""
        phone = self._phone(request)
        if phone is None:
            raise Refusal(NOT_SET_UP)
        return phone

    def _pin(self, request: Request, phone: Phone) -> str:
        """The lock: typed, or by face or finger (simulated)."""
        if request.state.form.get("unlock") == "biometric":
            return self._service.unlocked(phone)
        return str(request.state.form.get("pin", ""))

    def _tries(self, phone: Phone) -> int | None:
        """Tries left of the phone's PIN, when fewer than all."""
        left = self._service.counters(phone)["pin"] if phone.enrolled else None
        return left if left is not None and left < _MOST else None

    def _card_page(
        self, request: Request, template: str, refusal: Refusal | None, **more: Any
    ) -> Response:
        """A page whose form holds the card to the phone."""
        path = request.url.path
        return self._site.render(
            request,
            template,
            status=refusal.fault.status if refusal else 200,
            refusal=refusal,
            card=self._is_there(request),
            virtual=self._virtual,
            tray=self._tray(request, local(path)),
            back=path,
            **more,
        )


def _chosen(asking: Asking, ticked: list[Any]) -> list[Name]:
    numbers = {str(one) for one in ticked}
    return [one.name for n, one in enumerate(asking.request.wanted) if str(n) in numbers]


def _items(wallet: Wallet) -> list[Text]:
    if wallet.held is None:
        return []
    there = {item.name for item in read_issuer_signed(b64decode(wallet.held.credential)).items}
    return [text for name, text in ELEMENTS.items() if name in there]


def _texts(names: tuple[Name, ...]) -> list[Text]:
    return [ELEMENTS[name] for name in names]
