"""The tap between an authorization request and its end (design §4).

1 ``Authorizing.begin``: the request is kept, bound to the browser by a cookie. 2 ``offer``: a tap
request, signed by us, for the terminal or the phone. 3 ``receive``: the terminal brings the evidence
and gets a one-time handle. 4 ``take``: the browser that began brings the handle; fetched and removed.
5 ``Finishing.finish``: J-LIS says whose card it was; subject, grant and code are written together.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kazasu.contracts.phone import HAND_OVER_SECONDS
from kazasu.contracts.terminal import (
    Begun,
    Ending,
    TapReceipt,
    TapRequest,
    TapResult,
    TapStanding,
    TapState,
)
from kazasu.exchange.street import mark_of
from kazasu.exchange.taps import TAP_TYP
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64_text
from kazasu.identity import model, scopes
from kazasu.identity.clients import store as clients_store
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.secret import hashed
from kazasu.identity.consents import model as consents
from kazasu.identity.consents import payment
from kazasu.identity.faults import (
    ALREADY_ANSWERED,
    EXPIRED,
    FINISHED,
    OTHER_BROWSER,
    UNKNOWN_CLIENT,
    UNKNOWN_REQUEST,
)
from kazasu.identity.model import Device
from kazasu.identity.service import document
from kazasu.identity.service.challenge import challenge_of, pin_less
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.store import authorizations
from kazasu.identity.store.authorizations import Answer, Tap, Waiting

SIGN_IN = Text("サインイン", "Sign in")
CONFIRM = Text("本人の確認", "Confirm who you are")
SIGN = Text("電子署名「{title}」", "Sign “{title}”")
NOWHERE = Text("別の画面", "another screen")
_LIFE: Final[Mapping[Device, timedelta]] = {
    "terminal": model.TAP_LIFE,
    "phone": min(model.TAP_LIFE, timedelta(seconds=HAND_OVER_SECONDS)),
}


@dataclass(frozen=True, slots=True)
class OpenTap:
    """A tap whose request is still open, and who asks: read together."""

    tap: Tap
    waiting: Waiting
    client: Client


class Taps:
    """Authorization requests and their taps."""

    def __init__(self, desk: IdentityContext) -> None:
        self._desk = desk

    # ------------------------------------------------------------ 2 offer

    def offer(
        self, authorization_id: str, cookie: str, device: Device, begun_on: Text = NOWHERE
    ) -> OpenTap:
        """A new tap for a request of this browser; what failed before is forgotten.

        One for a phone has a number of its own, and ends those for a phone before it: who guesses has one guess of one
        list, and learns nothing from the list before.

        Args:
            device: where a card alone will do it is the terminal beside this screen, whatever is given.
            begun_on: this browser in its owner's words, for the phone to name it.
        """

        def work(tx: Transaction) -> OpenTap:
            waiting = self.opened(tx, authorization_id, cookie)
            client = _client(tx, waiting)
            at: Device = "terminal" if waiting.card_only else device
            tap = Tap(
                tap_id=secrets.token_urlsafe(24),
                authorization_id=waiting.authorization_id,
                device=at,
                nonce=secrets.token_urlsafe(32),
                phone_code=secrets.token_urlsafe(12) if at == "phone" else "",
                expires_at=min(tx.now + _LIFE[at], waiting.expires_at),
                begun_on=[begun_on.ja, begun_on.en],
                begun_at=tx.now,
                check_number=model.check_number() if at == "phone" else "",
            )
            authorizations.set_failure(tx, authorization_id, None)
            if at == "phone":
                authorizations.end_phone_taps(tx, waiting.authorization_id)
            authorizations.insert_tap(tx, tap)
            return OpenTap(tap, waiting, client)

        return self._desk.database.run("identity.offer-tap", work)

    def request_of(self, opened: OpenTap) -> str:
        """The signed tap request, as the terminal takes it."""
        tap, waiting, client = opened.tap, opened.waiting, opened.client
        challenge = challenge_of(self._desk, tap, waiting, client)
        shown = challenge.shown
        purpose = self._purpose(waiting, shown)
        learns = consents.read_at_tap(client, waiting.scopes)
        origin = self._desk.origin
        on_phone = tap.device == "phone"
        elsewhere = not (on_phone or waiting.card_only) and "phone" in self._desk.directory
        request = TapRequest(
            request_id=tap.tap_id,
            issuer=self._desk.institution.id,
            audience=tap.device,
            expires_at=tap.expires_at,
            pin="not-needed" if pin_less(tap, waiting) else "required",
            action="sign" if shown else "authenticate",
            keys="card" if waiting.card_only else "any",
            asker_ja=client.name_ja,
            asker_en=client.name_en,
            asker_origin=model.origin_of(waiting.redirect_uri),
            colour=client.colour,
            asker_standing=client.standing,
            mark=mark_of(client.institution),
            purpose_ja=purpose.ja,
            purpose_en=purpose.en,
            learns_ja=tuple(text.ja for text in learns),
            learns_en=tuple(text.en for text in learns),
            attributes=scopes.asks_attributes(waiting.scopes) and not shown,
            challenge=base64_text(challenge.content),
            document_title_ja=shown.title.ja if shown else "",
            document_title_en=shown.title.en if shown else "",
            document_lines=shown.lines if shown else (),
            begun=_begun(tap) if on_phone else None,
            check_number=tap.check_number,
            respond_to=f"{origin}/tap/evidence",
            continue_at=f"{origin}/{'phone/done' if on_phone else 'tap/return'}?tap={tap.tap_id}",
            cancel_at=f"{origin}/phone/stopped?tap={tap.tap_id}" if on_phone else f"{origin}/tap/cancel?tap={tap.tap_id}",
            elsewhere_at=f"{origin}/tap/elsewhere?tap={tap.tap_id}" if elsewhere else "",
            again_at="" if on_phone else f"{origin}/tap/anew?tap={tap.tap_id}",
        )  # fmt: skip
        return self._desk.institution.sign(request.model_dump_json().encode(), TAP_TYP)

    @staticmethod
    def _purpose(waiting: Waiting, shown: document.Document | None) -> Text:
        if shown:
            return Text(SIGN.ja.format(title=shown.title.ja), SIGN.en.format(title=shown.title.en))
        if waiting.details:
            return payment.purpose(waiting.details)
        return SIGN_IN if _signs_in(waiting) else CONFIRM

    # ------------------------------------------------------------ 3 receive

    def receive(self, result: TapResult) -> TapReceipt:
        """What a terminal brought from a card, or why it brought nothing. The first one counts."""
        handle = secrets.token_urlsafe(32)
        sealed = self._desk.seal(result.model_dump_json().encode())

        def work(tx: Transaction) -> None:
            tap = authorizations.tap(tx, result.request_id)
            if tap is None:
                raise Refusal(UNKNOWN_REQUEST)
            if tap.expires_at <= tx.now:
                raise Refusal(EXPIRED)
            if tap.device == "phone" and (result.reader != "phone" or tap.opened_at is None):
                raise Refusal(UNKNOWN_REQUEST)
            if not authorizations.answer_tap(tx, tap, handle, sealed):
                raise Refusal(ALREADY_ANSWERED)
            if result.failure is not None:
                authorizations.confirm_phone(
                    tx, handle
                )  # the other screen need not wait for the phone

        self._desk.database.run("identity.tap-evidence", work)
        return TapReceipt(handle=handle)

    # ------------------------------------------------------------ 4 take

    def authorization_of(self, handle: str) -> str:
        """Which authorization request a handle belongs to; it proves nothing yet."""
        tap = self._desk.database.read(
            "identity.tap-of-handle", lambda tx: authorizations.tap_of_handle(tx, handle)
        )
        if tap is None:
            raise Refusal(UNKNOWN_REQUEST)
        return tap.authorization_id

    def authorization_of_tap(self, tap_id: str) -> str:
        """The same for a tap that was stopped."""
        return self.tap(tap_id).authorization_id

    def take(self, handle: str, cookie: str) -> Answer:
        """Fetch and remove what the terminal brought, for the browser that began."""
        found = self._desk.database.run(
            "identity.take-answer",
            lambda tx: authorizations.take_answer(tx, handle, hashed(cookie)),
        )
        if found is None:
            tap = self._desk.database.read(
                "identity.tap-of-handle", lambda tx: authorizations.tap_of_handle(tx, handle)
            )
            late = tap is not None and tap.expires_at <= self._desk.clock.now()
            raise Refusal(EXPIRED if late else OTHER_BROWSER)
        return found

    def confirm_phone(self, handle: str, tap_id: str = "") -> None:
        """The phone came back with its handle; once more is the same once more."""

        def work(tx: Transaction) -> bool:
            if authorizations.confirm_phone(tx, handle):
                return True
            tap = authorizations.tap(tx, tap_id) or authorizations.tap_of_handle(tx, handle)
            return tap is not None and tap.device == "phone" and tap.confirmed_at is not None

        if not self._desk.database.run("identity.confirm-phone", work):
            raise Refusal(UNKNOWN_REQUEST)

    def take_from_phone(self, authorization_id: str, cookie: str) -> Answer | None:
        """The same from a phone that has confirmed; None while it has not."""
        return self._desk.database.run(
            "identity.take-phone-answer",
            lambda tx: authorizations.take_phone_answer(tx, authorization_id, hashed(cookie)),
        )

    # ------------------------------------------------------------ look-ups

    def waiting(self, authorization_id: str, cookie: str) -> tuple[Waiting, Client]:
        """A request of this browser that is still open."""

        def work(tx: Transaction) -> tuple[Waiting, Client]:
            waiting = self.opened(tx, authorization_id, cookie)
            return waiting, _client(tx, waiting)

        return self._desk.database.read("identity.waiting", work)

    def phone_tap(self, phone_code: str) -> OpenTap:
        """By the code of a QR: which tap this phone is for. It may be opened again; the first phone on which the number
        is chosen has it (:mod:`kazasu.card.phone.taps`), and the first answer counts."""
        tap = self.phone_tap_of(phone_code)
        if tap.expires_at <= self._desk.clock.now():
            raise Refusal(EXPIRED)
        return self.open(tap.tap_id)

    def phone_tap_of(self, phone_code: str) -> Tap:
        """Open or not. Raises Refusal ``identity.unknown-request``."""
        tap = self._desk.database.run(
            "identity.phone-tap", lambda tx: authorizations.phone_tap(tx, phone_code)
        )
        if tap is None:
            raise Refusal(UNKNOWN_REQUEST)
        return tap

    def latest_phone_tap(self, authorization_id: str) -> Tap | None:
        return self._desk.database.read(
            "identity.latest-phone-tap",
            lambda tx: authorizations.latest_phone_tap(tx, authorization_id),
        )

    def on_phone(self, authorization_id: str) -> bool:
        """Whether the last tap of a request was for a phone."""
        return self._desk.database.read(
            "identity.last-tap-on-phone", lambda tx: authorizations.on_phone(tx, authorization_id)
        )

    def tap(self, tap_id: str) -> Tap:
        tap = self._desk.database.read("identity.tap", lambda tx: authorizations.tap(tx, tap_id))
        if tap is None:
            raise Refusal(UNKNOWN_REQUEST)
        return tap

    def open(self, tap_id: str) -> OpenTap:
        """A tap by its id. Raises Refusal ``identity.unknown-request``, ``identity.unknown-client``."""

        def work(tx: Transaction) -> OpenTap:
            tap = authorizations.tap(tx, tap_id)
            waiting = authorizations.waiting(tx, tap.authorization_id) if tap else None
            if tap is None or waiting is None:
                raise Refusal(UNKNOWN_REQUEST)
            if waiting.done_at is not None:
                raise Refusal(FINISHED[_ending(waiting)])
            return OpenTap(tap, waiting, _client(tx, waiting))

        return self._desk.database.read("identity.open-tap", work)

    def standing(self, tap_id: str) -> TapStanding:
        """How a tap's request stands, for whoever holds it: said before a card is asked for."""

        def work(tx: Transaction) -> TapState:
            tap = authorizations.tap(tx, tap_id)
            waiting = authorizations.waiting(tx, tap.authorization_id) if tap else None
            if tap is None or waiting is None:
                return "gone"
            if waiting.done_at is not None:
                return _ending(waiting)
            return "answered" if tap.answered_at is not None else "open"

        return TapStanding(state=self._desk.database.read("identity.tap-standing", work))

    def ending(self, authorization_id: str) -> Ending | None:
        """How a request ended; None: it has not, or is not known."""

        def work(tx: Transaction) -> Ending | None:
            waiting = authorizations.waiting(tx, authorization_id)
            return _ending(waiting) if waiting is not None and waiting.done_at is not None else None

        return self._desk.database.read("identity.ending", work)

    def asker(self, authorization_id: str) -> tuple[Client, str] | None:
        """Who began a request, and their origin; None: it is not known any more."""

        def work(tx: Transaction) -> tuple[Client, str] | None:
            waiting = authorizations.waiting(tx, authorization_id)
            client = clients_store.client(tx, waiting.client_id) if waiting else None
            if waiting is None or client is None:
                return None
            return client, model.origin_of(waiting.redirect_uri)

        return self._desk.database.read("identity.asker", work)

    @staticmethod
    def opened(tx: Transaction, authorization_id: str, cookie: str) -> Waiting:
        """A request of this browser that is still open."""
        waiting = authorizations.waiting(tx, authorization_id)
        if waiting is None:
            raise Refusal(UNKNOWN_REQUEST)
        if waiting.done_at is not None:
            raise Refusal(FINISHED[_ending(waiting)])
        if not secrets.compare_digest(waiting.binding, hashed(cookie)):
            raise Refusal(OTHER_BROWSER)
        if waiting.expires_at <= tx.now:
            raise Refusal(EXPIRED)
        return waiting


def _client(tx: Transaction, waiting: Waiting) -> Client:
    client = clients_store.client(tx, waiting.client_id)
    if client is None:
        raise Refusal(UNKNOWN_CLIENT)
    return client


def _signs_in(waiting: Waiting) -> bool:
    return not waiting.details and set(waiting.scopes) <= {"openid", "name"}


def _ending(waiting: Waiting) -> Ending:
    """How a request ended; one that an older version finished without a word is only known to be over."""
    if waiting.outcome == "stopped":
        return "stopped"
    if waiting.outcome == "":
        return "gone"
    if waiting.sign_transaction_id is not None:
        return "signed"
    return "signed-in" if _signs_in(waiting) else "confirmed"


def _begun(tap: Tap) -> Begun:
    ja, en = tap.begun_on
    return Begun(device_ja=ja, device_en=en, at=tap.begun_at)
