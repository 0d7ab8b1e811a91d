"""The record's pages: what is on the phone, get, refresh, delete; and show it to who asks (OpenID4VP)."""

from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Any, Final

from pydantic import Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.chip.image import CardBox
from kazasu.card.mdoc.faults import NUMBER_NOT_ASKED, UNKNOWN_REQUEST
from kazasu.card.mdoc.formats.credential import read_issuer_signed
from kazasu.card.mdoc.formats.elements import ELEMENTS, Name
from kazasu.card.mdoc.wallet import Wallet
from kazasu.card.phone.enrolling import Drafts
from kazasu.card.phone.faults import NOT_ACCEPTED, NOT_SET_UP
from kazasu.card.phone.model import Phone
from kazasu.card.phone.records import Asking, Records, digest_of
from kazasu.card.phone.service import PhoneService
from kazasu.card.phone.store import PhoneStore
from kazasu.card.phone.taps import COOKIE, TapPages
from kazasu.card.terminal.tap import Taps
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.web import Form, Site, get, post, public
from kazasu.foundation.web.acting import local
from kazasu.foundation.web.acting.numbered import ONCE, number_for
from kazasu.foundation.web.forms import asked

_ASKED: Final = "presentation"
_LINES: Final = 10
_MOST: Final = 3
"""Tries of the phone's PIN."""
_AT_ONCE: Final = timedelta(seconds=10)
"""Equal forms of one phone so near to each other are one press: a key is certified, and a try spent, once."""


class PressForm(Form):
    press: Annotated[str, Field(max_length=64), ONCE] = ""
    """Of the page that the form stood on: pressed twice at once it is one act."""


class LockForm(PressForm):
    pin: SecretStr = SecretStr("")
    unlock: str = ""
    use_last_try: bool = False


class GetForm(LockForm):
    card_password: SecretStr = SecretStr("")
    application: str = ""
    """By its digest: the one that was shown."""


class PresentForm(LockForm):
    request_uri: str = ""
    item: list[str] = asked("見せる項目", "What you show", "見せる もの", default=[])
    do: str = "show"


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
        self._drafts = Drafts(clock)

    # ------------------------------------------------------------ what is on the phone

    @get("/record", public("names of items only; this browser's phone"))
    def record(self, request: Request) -> Response:
        """Which items it holds and until when. Values are shown to nobody who only looks."""
        phone = self._own(request)
        wallet = self._records.wallet(phone)
        return self._site.render(
            request, "record.html", phone=phone, held=wallet.held, items=_items(wallet),
            told=[(one, _texts(one.items)) for one in reversed(wallet.told[-_LINES:])],
            tries_left=self._tries(phone), press=number_for(request, "press"),
        )  # fmt: skip

    @get("/record/get", public("a form; this browser's phone"))
    def get_form(self, request: Request) -> Response:
        phone = self._own(request)
        made = self._records.offer(phone) if phone.enrolled else None
        return self._card_page(
            request, "record_get.html", phone=phone, made=made,
            shown=digest_of(made) if made else "", tries_left=self._tries(phone),
        )  # fmt: skip

    @post("/record/get", public("the phone's lock, the card and its password"))
    def obtain(self, request: Request) -> Response:
        phone, form = self._own(request), GetForm.read(request)

        def work() -> Response:
            self._records.get(
                phone, self._reader(request), form.application,
                self._unlocked(phone, form.unlock, form.pin), form.card_password.get_secret_value(), force=form.use_last_try,
            )  # fmt: skip
            self._take_off(request)
            return self._site.redirect("/record")

        return self._once(request, form, work)

    @post("/record/refresh", public("the phone's lock"))
    def refresh(self, request: Request) -> Response:
        phone, form = self._own(request), LockForm.read(request)

        def work() -> Response:
            pin = self._unlocked(phone, form.unlock, form.pin)
            self._records.refresh(phone, pin, force=form.use_last_try)
            return self._site.redirect("/record")

        return self._once(request, form, work)

    @get("/record/delete", public("a form; this browser's phone"))
    def delete_record_form(self, request: Request) -> Response:
        phone = self._own(request)
        return self._site.render(
            request, "record_delete.html", phone=phone, tries_left=self._tries(phone),
            press=number_for(request, "press"),
        )  # fmt: skip

    @post("/record/delete", public("the phone's lock"))
    def delete_record(self, request: Request) -> Response:
        phone, form = self._own(request), LockForm.read(request)

        def work() -> Response:
            pin = self._unlocked(phone, form.unlock, form.pin)
            self._records.end(phone, pin, force=form.use_last_try)
            return self._site.redirect("/record")

        return self._once(request, form, work)

    def _end_record(self, phone: Phone, pin: str, *, force: bool) -> None:
        """Before the phone's lock goes, with which the record would be ended."""
        if self._records.wallet(phone).held is not None:
            self._records.end(phone, pin, force=force)

    # ------------------------------------------------------------ show it

    @get(
        "/present",
        public("the signed request is what it shows"),
        takes="only a browser that is a phone fetches it",
    )
    def asked(self, request: Request) -> Response:
        """``GET /present?request_uri=&client_id=``: fetched once, then it is this browser's."""
        phone = self._own(request)
        uri = request.query_params.get("request_uri", "")
        try:
            asking = self._asking(request, uri, request.query_params.get("client_id", ""))
        except Refusal as refusal:
            return self._end(request, refusal=refusal)
        shown_again = request.state.kept.refusal is not None
        return self._site.render(
            request, "present.html", phone=phone, asker=asking.asker, asked=asking.request,
            uri=request.state.session.data[_ASKED][0],
            given=request.state.kept.typed.get("item", ()) if shown_again else None,
            held=self._records.wallet(phone).held is not None,
            available=self._records.available(phone, asking.request),
            tries_left=self._tries(phone), press=number_for(request, "press"),
        )  # fmt: skip

    @post("/present", public("the phone's lock; without it only a refusal"))
    def answered(self, request: Request) -> Response:
        """Shown or refused. A fault before anything left the phone leaves the choice open."""
        phone, form = self._own(request), PresentForm.read(request)
        return self._once(request, form, lambda: self._answered(request, phone, form))

    def _answered(self, request: Request, phone: Phone, form: PresentForm) -> Response:
        kept = request.state.session.data.get(_ASKED, ["", ""])
        if not kept[1] or form.request_uri != kept[0]:
            return self._end(request, refusal=Refusal(UNKNOWN_REQUEST))
        try:
            asking = self._records.read(str(kept[1]))
        except Refusal as refusal:
            return self._end(request, refusal=refusal)
        try:
            onward = self._answer(phone, asking, form)
        except Refusal as refusal:
            if refusal.fault is not NOT_ACCEPTED:
                raise
            return self._end(request, asking, refusal=refusal)
        return self._end(request, asking, onward=onward, shown=form.do != "refuse")

    def _answer(self, phone: Phone, asking: Asking, form: PresentForm) -> str:
        if form.do == "refuse":
            return self._records.refuse(phone, asking)
        pin = self._unlocked(phone, form.unlock, form.pin)
        chosen = _chosen(asking, form.item)
        return self._records.show(phone, asking, chosen, pin, force=form.use_last_try)

    @get("/presented", public("the outcome, to the browser that answered"))
    def presented(self, request: Request) -> Response:
        told = request.state.kept.told
        if not told:
            return self._site.redirect("/record")
        asker = Text(*told["asker"]) if told["asker"] else None
        return self._site.render(request, "presented.html", **{**told, "asker": asker})

    def _asking(self, request: Request, uri: str, client_id: str) -> Asking:
        data = request.state.session.data
        kept = data.get(_ASKED, ["", ""])
        if not kept[1] or kept[0] != uri:
            data[_ASKED] = kept = [uri, self._records.fetch(uri, client_id)]
        return self._records.read(str(kept[1]), client_id)

    def _end(
        self, request: Request, asking: Asking | None = None, *,
        refusal: Refusal | None = None, onward: str = "", shown: bool = False,
    ) -> Response:  # fmt: skip
        """One clear end; the request is gone from this phone."""
        request.state.session.data.pop(_ASKED, None)
        name = asking.asker.name if asking else None
        return self._site.tell(
            request, "/presented", refusal=refusal, asker=[name.ja, name.en] if name else [],
            sent=asking is not None, onward=onward, shown=shown,
            number=refusal is not None and refusal.fault is NUMBER_NOT_ASKED,
        )  # fmt: skip

    # ------------------------------------------------------------ steps

    def _once(self, request: Request, form: PressForm, work: Callable[[], Response]) -> Response:
        """``work()``, once for one form of this phone sent twice at once: both are answered by what came of the first."""
        if not form.press:
            return work()
        cookie, sent = self._site.cookies.read(request, COOKIE), request.state.body
        secret = f"{request.url.path} {cookie} {sha256(sent).hexdigest()}"
        return self._site.once(request, secret, work, _AT_ONCE)

    def _own(self, request: Request) -> Phone:
        """Raises Refusal ``phone.not-set-up``."""
        phone = self._phone(request)
        if phone is None:
            raise Refusal(NOT_SET_UP)
        return phone

    def _tries(self, phone: Phone) -> int | None:
        """Tries left of the phone's PIN, when fewer than all."""
        left = self._service.counters(phone)["pin"] if phone.enrolled else None
        return left if left is not None and left < _MOST else None

    def _card_page(self, request: Request, template: str, **more: Any) -> Response:
        """A page whose form holds the card to the phone."""
        path = request.url.path
        return self._site.render(
            request,
            template,
            card=self._is_there(request),
            held=self._held(request),
            virtual=self._virtual,
            tray=self._tray(request, local(path)),
            back=path,
            press=number_for(request, "press"),
            **more,
        )


def _chosen(asking: Asking, ticked: list[str]) -> list[Name]:
    numbers = set(ticked)
    return [one.name for n, one in enumerate(asking.request.wanted) if str(n) in numbers]


def _items(wallet: Wallet) -> list[Text]:
    if wallet.held is None:
        return []
    there = {item.name for item in read_issuer_signed(b64decode(wallet.held.credential)).items}
    return [text for name, text in ELEMENTS.items() if name in there]


def _texts(names: tuple[Name, ...]) -> list[Text]:
    return [ELEMENTS[name] for name in names]
