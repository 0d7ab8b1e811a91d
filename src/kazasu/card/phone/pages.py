"""The phone's pages: set-up, certificates, lost and found. All work without a script; the tap is in ``taps.py``."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final, get_args

from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.image import CardBox
from kazasu.card.phone.model import PLATFORMS, Phone
from kazasu.card.phone.record_pages import RecordPages
from kazasu.card.phone.records import Records
from kazasu.card.phone.service import PhoneService, Wanted
from kazasu.card.phone.store import PhoneStore
from kazasu.card.phone.taps import COOKIE
from kazasu.card.profiles import profile
from kazasu.card.terminal.tap import Taps
from kazasu.contracts.phone import PhoneAction
from kazasu.exchange.directory import Directory
from kazasu.foundation.clock import Clock
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import PUBLIC, Site
from kazasu.foundation.web.faults import NOT_FOUND

_YEARS_5: Final = 5 * 365 * 24 * 3600
_ENDED: Final = {"jpki.revoked", "jpki.lapsed-by-change", "jpki.expired", "jpki.no-phone"}
"""J-LIS has ended them already: then the keys may go without asking it again."""
_OWN: Final = "this browser's own cookie is the phone; its lock or the card is the proof"


class Pages(RecordPages):
    """Routes of ``phone.localhost``: one phone for each browser."""

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
        super().__init__(
            site, taps, directory, box, clock, service=service, store=store, records=records
        )
        pages: tuple[tuple[str, str, Callable[[Request], Response]], ...] = (
            ("/", "GET", self.home),
            ("/setup", "POST", self.set_up),
            ("/enrol", "GET", self.enrol_form),
            ("/enrol", "POST", self.enrol),
            ("/settings", "POST", self.settings),
            ("/delete", "GET", self.delete_form),
            ("/delete", "POST", self.delete),
            ("/reset", "GET", self.reset_form),
            ("/reset", "POST", self.reset),
            ("/lost", "GET", self.lost_form),
            ("/lost", "POST", self.lost),
        )
        for path, method, page in pages:
            self._site.route(path, methods=(method,), access=PUBLIC(_OWN))(page)

    # ------------------------------------------------------------ this phone

    def home(self, request: Request) -> Response:
        phone = self._phone(request)
        if phone is None:
            kinds = [(key, profile(key).name) for key in PLATFORMS]
            return self._site.render(request, "set_up.html", kinds=kinds)
        counters = self._service.counters(phone) if phone.enrolled else None
        kind = profile(phone.platform).name
        return self._site.render(
            request, "home.html", phone=phone, kind=kind, counters=counters, refusal=None
        )

    def set_up(self, request: Request) -> Response:
        """Which phone it is. A long-lived cookie makes this browser that phone."""
        wanted = next((one for one in PLATFORMS if one == request.state.form.get("platform")), None)
        if wanted is None:
            raise Refusal(NOT_FOUND)
        response = self._site.redirect("/")
        if self._phone(request) is None:
            cookie = secrets.token_urlsafe(32)
            self._store.save(Phone(self._store.key_of(cookie), wanted))
            response.set_cookie(
                COOKIE,
                cookie,
                max_age=_YEARS_5,
                httponly=True,
                samesite="lax",
                secure=self._site.settings.scheme == "https",
            )
        return response

    def settings(self, request: Request) -> Response:
        """Face or finger instead of the four digits: only who knows them may say so."""
        phone = self._own(request)
        form = request.state.form
        on = form.get("biometric") == "on"
        try:
            if on:
                self._service.check_lock(phone, str(form.get("pin", "")))
        except Refusal as refusal:
            return self._again(request, "home", refusal)
        self._store.save(replace(phone, biometric=on))
        return self._site.redirect("/")

    # ------------------------------------------------------------ certificates

    def enrol_form(self, request: Request) -> Response:
        return self._enrol_page(request, self._own(request))

    def enrol(self, request: Request) -> Response:
        """The card signs the application; the new certificates are on this phone."""
        phone = self._own(request)
        form = request.state.form
        given = {name: str(form.get(name, "")) for name in _SECRETS}
        wanted = Wanted(
            **given,
            replaces=bool(form.get("replaces")),
            use_last_try=bool(form.get("use_last_try")),
        )
        try:
            self._service.enrol(phone, self._reader(request), wanted)
        except Refusal as refusal:
            return self._enrol_page(request, phone, refusal)
        self._take_off(request)
        return self._site.redirect("/")

    def _enrol_page(
        self, request: Request, phone: Phone, refusal: Refusal | None = None
    ) -> Response:
        return self._card_page(request, "enrol.html", refusal, phone=phone)

    def delete_form(self, request: Request, refusal: Refusal | None = None) -> Response:
        phone = self._own(request)
        status = refusal.fault.status if refusal else 200
        return self._site.render(
            request, "delete.html", status=status, phone=phone, refusal=refusal
        )

    def delete(self, request: Request) -> Response:
        phone = self._own(request)
        pin = str(request.state.form.get("pin", ""))
        try:
            self._end_record(phone, pin)
            self._service.end(phone, pin)
        except Refusal as refusal:
            if refusal.fault.code not in _ENDED:
                return self.delete_form(request, refusal)
            self._service.forget(phone, pin)
        return self._site.redirect("/")

    def reset_form(self, request: Request) -> Response:
        return self._site.render(request, "reset.html", phone=self._own(request))

    def reset(self, request: Request) -> Response:
        """A factory reset: the phone is empty, and J-LIS has not heard of it (reliability §1)."""
        phone = self._own(request)
        self._store.remove(phone)
        response = self._site.redirect("/")
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    # ------------------------------------------------------------ lost and found

    def lost_form(self, request: Request) -> Response:
        return self._card_page(request, "lost.html", None, phones=None, done="")

    def lost(self, request: Request) -> Response:
        """By the card, from any phone, at any hour."""
        form = request.state.form
        action = next((one for one in get_args(PhoneAction) if one == form.get("action")), None)
        if action is None:
            raise Refusal(NOT_FOUND)
        try:
            found = self._service.with_card(
                action,
                self._reader(request),
                str(form.get("pin", "")),
                force=bool(form.get("use_last_try")),
            )
        except Refusal as refusal:
            return self._card_page(request, "lost.html", refusal, phones=None, done="")
        self._take_off(request)
        return self._card_page(request, "lost.html", None, phones=found.phones, done=action)

    # ------------------------------------------------------------ steps

    def _again(self, request: Request, page: str, refusal: Refusal) -> Response:
        phone = self._own(request)
        return self._site.render(
            request,
            f"{page}.html",
            status=refusal.fault.status,
            phone=phone,
            kind=profile(phone.platform).name,
            counters=self._service.counters(phone) if phone.enrolled else None,
            refusal=refusal,
        )


_SECRETS: Final = ("card_password", "pin", "pin_again", "password", "password_again")
