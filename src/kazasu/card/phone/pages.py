"""The phone's pages: set-up, certificates, lost and found. All work without a script; the tap is in ``taps.py``."""

import secrets
from dataclasses import replace
from typing import Final, Literal

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from kazasu.card.client import SIGNING
from kazasu.card.phone.enrolling import STEPS, Draft
from kazasu.card.phone.faults import CARD_CANNOT_SIGN, END_IS_FINAL, GONE, HAS_THEM, NOTHING_ON_IT
from kazasu.card.phone.model import PLATFORMS, Phone
from kazasu.card.phone.record_pages import LockForm, PressForm, RecordPages
from kazasu.card.phone.service import Wanted
from kazasu.card.phone.taps import COOKIE
from kazasu.card.profiles import profile
from kazasu.card.terminal.tap import Look
from kazasu.contracts.jpki.phones import PhonePlatform, PhonesOfHolder
from kazasu.contracts.phone import PhoneAction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.web import Form, get, post, public
from kazasu.foundation.web.acting.numbered import number_for
from kazasu.foundation.web.forms import asked

_YEARS_5: Final = 5 * 365 * 24 * 3600
_OWN: Final = "this browser's own cookie is the phone; its lock or the card is the proof"


class SetUpForm(Form):
    platform: PhonePlatform = asked(
        "どちらのスマートフォンですか", "Which phone is it?", "どちらの スマートフォンですか"
    )


class SettingsForm(LockForm):
    biometric: Literal["on", "off"] = "off"


class PinForm(Form):
    pin: SecretStr = SecretStr("")
    pin_again: SecretStr = SecretStr("")


class PasswordForm(Form):
    password: SecretStr = SecretStr("")
    password_again: SecretStr = SecretStr("")


class EnrolForm(PressForm):
    card_password: SecretStr = SecretStr("")
    application_id: str = ""
    """Of the application that was shown."""
    use_last_try: bool = False

    def wanted(self, draft: Draft) -> Wanted:
        return Wanted(
            card_password=self.card_password.get_secret_value(),
            pin=draft.pin,
            password=draft.password,
            use_last_try=self.use_last_try,
        )


class ReplacesForm(Form):
    replaces: bool = asked(
        "前の電子証明書を終わらせる",
        "End the certificates before",
        "前の 証明書を やめる",
        default=False,
    )


class LostForm(LockForm):
    action: PhoneAction = asked("何をしますか", "What do you want to do?", "何を しますか")
    sure: bool = asked(
        "もとに戻せないことが分かった",
        "I know that this is final",
        "もとに もどせないことが 分かった",
        default=False,
    )


class Pages(RecordPages):
    """Routes of ``phone.localhost``: one phone for each browser."""

    # ------------------------------------------------------------ this phone

    @get("/", public(_OWN))
    def home(self, request: Request) -> Response:
        phone = self._phone(request)
        if phone is None:
            kinds = [(key, profile(key).name) for key in PLATFORMS]
            return self._site.render(request, "set_up.html", kinds=kinds)
        counters = self._service.counters(phone) if phone.enrolled else None
        kind = profile(phone.platform).name
        over = phone.over(today(self._site.clock))
        return self._site.render(
            request,
            "home.html",
            phone=phone,
            kind=kind,
            counters=counters,
            over=over,
            portal=f"{self._directory.origin('portal')}/",
            states=self._service.states(phone) if phone.enrolled else None,
        )

    @post("/setup", public(_OWN))
    def set_up(self, request: Request) -> Response:
        """Which phone it is. A long-lived cookie makes this browser that phone."""
        wanted = SetUpForm.read(request).platform
        response = self._site.redirect("/")
        if self._phone(request) is None:
            cookie = secrets.token_urlsafe(32)
            self._store.save(Phone(self._store.key_of(cookie), wanted))
            self._site.cookies.write(response, COOKIE, cookie, seconds=_YEARS_5)
        return response

    @post("/settings", public(_OWN))
    def settings(self, request: Request) -> Response:
        """Face or finger instead of the four digits: only who knows them may say so."""
        phone, form = self._own(request), SettingsForm.read(request)
        on = form.biometric == "on"
        if on:
            pin = form.pin.get_secret_value()
            self._service.check_lock(phone, pin, force=form.use_last_try)
        self._store.save(replace(phone, biometric=on))
        return self._site.redirect("/")

    # ------------------------------------------------------------ certificates

    @get("/enrol", public(_OWN))
    def enrol_form(self, request: Request) -> Response:
        """One secret a page. The card is looked at before anything is typed, and once more before its password is: what it cannot
        do is said before two secrets were chosen for nothing."""
        phone = self._own(request)
        draft = self._drafts.of(phone.key)
        refusal, look = request.state.kept.refusal, Look(there=False)
        if phone.enrolled:
            refusal = Refusal(HAS_THEM)
        if draft.step != "password" and not phone.enrolled:
            look = self._looked(request)
        scene = "hold" if not look.there else ("cannot" if look.refusal else "secret")
        return self._site.render(
            request, "enrol.html", phone=phone, step=draft.step, at=STEPS.index(draft.step),
            scene=scene, refusal=look.refusal or refusal, last=look.tries_left == 1,
            tries_left=look.tries_left, tap=None, sealed="", held=self._held(request),
            tray=self._tray(request, "/enrol"), application=draft.application,
            press=number_for(request, "press"),
        )  # fmt: skip

    def _looked(self, request: Request) -> Look:
        """At the card that is to sign: by itself, then by J-LIS."""
        reader = self._reader(request)
        look = self._taps.look_at(SIGNING, 5, reader)
        if look.there and look.refusal is None and self._service.may_sign(reader) is False:
            return replace(look, refusal=Refusal(CARD_CANNOT_SIGN))
        return look

    @post("/enrol/pin", public(_OWN))
    def enrol_pin(self, request: Request) -> Response:
        phone, form = self._without_any(request), PinForm.read(request)
        self._drafts.choose_pin(
            phone.key, form.pin.get_secret_value(), form.pin_again.get_secret_value()
        )
        return self._site.redirect("/enrol")

    @post("/enrol/password", public(_OWN))
    def enrol_password(self, request: Request) -> Response:
        phone, form = self._without_any(request), PasswordForm.read(request)
        self._drafts.choose_password(
            phone.key, form.password.get_secret_value(), form.password_again.get_secret_value(),
            lambda: self._service.application(phone),
        )  # fmt: skip
        return self._site.redirect("/enrol")

    @post("/enrol/replaces", public(_OWN))
    def enrol_replaces(self, request: Request) -> Response:
        """Whether the certificates of the phone before end with this: it is part of what is signed."""
        phone, form = self._without_any(request), ReplacesForm.read(request)
        made = self._service.application(phone, replaces=form.replaces)
        self._drafts.apply_anew(phone.key, made)
        return self._site.redirect("/enrol")

    @post("/enrol/anew", public(_OWN))
    def enrol_anew(self, request: Request) -> Response:
        self._drafts.forget(self._own(request).key)
        return self._site.redirect("/enrol")

    @post("/enrol", public(_OWN))
    def enrol(self, request: Request) -> Response:
        """The card signs the application; the new certificates are on this phone."""
        form = EnrolForm.read(request)

        def work() -> Response:
            phone = self._without_any(request)
            draft, application = self._drafts.shown(phone.key, form.application_id)
            self._service.enrol(phone, self._reader(request), application, form.wanted(draft))
            self._drafts.forget(phone.key)
            self._take_off(request)
            return self._site.tell(request, "/", enrolled=True)

        return self._once(request, form, work)

    def _without_any(self, request: Request) -> Phone:
        """A phone that has no certificates yet. Raises Refusal ``phone.has-certificates``."""
        phone = self._own(request)
        if phone.enrolled:
            raise Refusal(HAS_THEM)
        return phone

    @get("/delete", public(_OWN))
    def delete_form(self, request: Request) -> Response:
        """By the phone's PIN; where that is locked or forgotten, the card does it."""
        phone = self._own(request)
        counters = self._service.counters(phone) if phone.enrolled else {}
        return self._site.render(
            request, "delete.html", phone=phone, locked=counters.get("pin") == 0,
            tries_left=self._tries(phone), press=number_for(request, "press"),
        )  # fmt: skip

    @post("/delete", public(_OWN))
    def delete(self, request: Request) -> Response:
        form = LockForm.read(request)
        return self._once(request, form, lambda: self._deleted(request, form))

    def _deleted(self, request: Request, form: LockForm) -> Response:
        phone = self._own(request)
        if self._service.emptied_if_ended(phone):
            return self._site.tell(request, "/", deleted=True)
        pin, force = form.pin.get_secret_value(), form.use_last_try
        try:
            self._end_record(phone, pin, force=force)
            self._service.end(phone, pin, force=force)
        except Refusal as refusal:
            if refusal.fault.code not in GONE:
                raise
            self._service.forget(phone, pin, force=force)
        return self._site.tell(request, "/", deleted=True)

    @get("/delete/card", public(_OWN))
    def delete_with_card_form(self, request: Request) -> Response:
        phone = self._own(request)
        if not phone.enrolled:
            raise Refusal(NOTHING_ON_IT)
        return self._card_page(request, "delete_card.html")

    @post("/delete/card", public("the card of the phone's owner and its PIN"))
    def delete_with_card(self, request: Request) -> Response:
        """Needs nothing of the phone's own lock: the way out when it is locked."""
        form = LockForm.read(request)

        def work() -> Response:
            phone = self._own(request)
            if not self._service.emptied_if_ended(phone):
                self._service.end_with_card(
                    phone,
                    self._reader(request),
                    form.pin.get_secret_value(),
                    force=form.use_last_try,
                )
            self._take_off(request)
            return self._site.tell(request, "/", deleted=True)

        return self._once(request, form, work)

    @get("/reset", public(_OWN))
    def reset_form(self, request: Request) -> Response:
        return self._site.render(request, "reset.html", phone=self._own(request))

    @post("/reset", public(_OWN))
    def reset(self, request: Request) -> Response:
        """A factory reset: the phone is empty, and J-LIS has not heard of it (reliability §1)."""
        phone = self._own(request)
        self._store.remove(phone)
        response = self._site.redirect("/")
        self._site.cookies.end(response, COOKIE)
        return response

    # ------------------------------------------------------------ lost and found

    @get("/lost", public(_OWN))
    def lost_form(self, request: Request) -> Response:
        told = request.state.kept.told
        found = PhonesOfHolder.model_validate(told["found"]).phones if told else None
        return self._card_page(request, "lost.html", phones=found, done=told.get("done", ""))

    @post("/lost", public(_OWN))
    def lost(self, request: Request) -> Response:
        """By the card, from any phone, at any hour."""
        form = LostForm.read(request)
        if form.action == "end" and not form.sure:
            raise Refusal(END_IS_FINAL)
        return self._once(request, form, lambda: self._changed(request, form))

    def _changed(self, request: Request, form: LostForm) -> Response:
        pin = form.pin.get_secret_value()
        found = self._service.with_card(
            form.action, self._reader(request), pin, force=form.use_last_try
        )
        self._take_off(request)
        own = self._phone(request)
        if form.action == "end" and own is not None:
            self._service.emptied_if_ended(own)
        return self._site.tell(
            request, "/lost", found=found.model_dump(mode="json"), done=form.action
        )
