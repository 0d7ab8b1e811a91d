"""One tap, without any page: who asks, what the card gives, to whom it goes (design §4)."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from pydantic import ValidationError

from kazasu.card.client import (
    AUTHENTICATION,
    NAMES,
    RESIDENT,
    SIGNING,
    SURFACE,
    CardClient,
    Signed,
    Surface,
    Which,
    named,
    opened,
)
from kazasu.card.faults import (
    BAD_PIN_FORM,
    ELSEWHERE,
    EXPIRED,
    LAST_TRY,
    LOCKED,
    NO_CARD,
    NO_SIGNING_CERTIFICATE,
    NOT_A_MY_NUMBER_CARD,
    TORN,
    WRONG_PIN,
)
from kazasu.card.terminal.asking import Askers, Paper, paper_of, shown
from kazasu.card.terminal.faults import (
    FORGED_REQUEST,
    NO_REQUEST,
    NOT_CERTIFIED,
    NOT_SEEN,
    RECEIVER_LATE,
    RECEIVER_REFUSED,
    RECEIVER_SILENT,
    SIGNED_NOT_SENT,
    SIGNED_NOT_TAKEN,
    STALE_REQUEST,
)
from kazasu.card.transports import Reader
from kazasu.card.transports.pcsc import NO_READER
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.contracts.terminal import (
    Holder,
    TapFailure,
    TapReader,
    TapReceipt,
    TapRequest,
    TapResult,
    TapStanding,
    TapState,
)
from kazasu.exchange.directory import Directory
from kazasu.exchange.keys import Institution, verified
from kazasu.exchange.taps import MEDIA_TYPE, TAP_TYP, sign_result
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.time.clock import Clock, civil
from kazasu.foundation.values.encoding import base64_text

TOLD: Final = timedelta(days=60)
"""Before its last day a card's holder is told at each tap. A certificate is renewed from three months before its end."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What the person typed. It is used for this tap and kept nowhere."""

    pin: str = ""
    text_pin: str = ""
    """Empty: the same as ``pin``."""
    password: str = ""
    use_last_try: bool = False
    seen: bool = False
    """Without a PIN: the person who stands for the holder has compared the face."""
    chosen_number: str = ""
    """On a phone, for what was begun on another screen."""


@dataclass(frozen=True, slots=True)
class Certified:
    """A terminal at which cards answer without a PIN (公的個人認証法 38条の4)."""

    certificate: bytes
    """By J-LIS's authority of terminals."""
    holder: Holder
    """Who stands for the holder: ``face`` or ``counter``. Simulated: nobody compares a face here."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a card tells before any PIN."""

    there: bool = True
    """Is one on the reader at all?"""
    tries_left: int | None = None
    """Of the PIN that will be asked, when fewer than all."""
    counters: Mapping[str, int | None] = field(default_factory=dict, compare=False)
    """Tries left of each PIN that will be asked, by its Japanese name, as the faults name it."""
    signs: bool = True
    """Does it have the signing certificate that this tap uses or renews?"""
    refusal: Refusal | None = None
    """Why this card cannot serve whatever is typed; None: as far as it can be seen, it can."""
    ends_on: date | None = None
    """Its last day, where that is near: told to its holder here, for whoever asks learns nothing of it."""


STANDING_SECONDS: Final = 2.0
"""For the question how a request stands: the page does not wait longer for it."""
STILL_SERVES: Final = (
    "",
    *(one.code for one in (WRONG_PIN, LAST_TRY, BAD_PIN_FORM, NO_CARD, TORN)),
)
"""Nothing, or what the next try may mend: who stops then has stopped, and that is all there is to say."""


class Taps:
    """Reads tap requests and carries them out, at a terminal or on a phone."""

    def __init__(
        self,
        directory: Directory,
        client: httpx.Client,
        clock: Clock,
        institution: Institution,
        certified: Certified | None = None,
    ) -> None:
        """
        Args:
            institution: the terminal's or the phone's own: its results are signed by it.
            certified: None: no card answers here without a PIN.
        """
        self._directory = directory
        self._known = Askers(directory)
        self._client = client
        self._clock = clock
        self._institution = institution
        self._reader: TapReader = "phone" if institution.id == "phone" else "terminal"
        self.certified: Final = certified

    def read(self, unverified_request: str) -> TapRequest:
        """The request, once its institution's signature is proven and all in it fits together.

        Raises Refusal ``terminal.no-request``, ``terminal.forged-request``, ``terminal.stale-request``.
        """
        request = self.proven(unverified_request)
        if request.expires_at <= self._clock.now():
            raise Refusal(STALE_REQUEST)
        return request

    def proven(self, unverified_request: str) -> TapRequest:
        """The same of a request whose time may be over: who asked may be named, nothing may be done.

        Raises Refusal ``terminal.no-request``, ``terminal.forged-request``.
        """
        if not unverified_request:
            raise Refusal(NO_REQUEST)
        try:
            signer, content = verified(unverified_request, TAP_TYP, self._directory)
            request = TapRequest.model_validate_json(content)
        except (Refusal, ValidationError) as error:
            raise Refusal(FORGED_REQUEST) from error
        origin = self._directory.origin(signer)
        addresses = [request.respond_to, request.continue_at, request.cancel_at]
        addresses += [one for one in (request.elsewhere_at, request.again_at) if one]
        if request.issuer != signer or any(origin_of(one) != origin for one in addresses):
            raise Refusal(FORGED_REQUEST)
        if request.audience not in ("terminal", self._reader):
            raise Refusal(FORGED_REQUEST)
        try:
            self._known.check(request)
            request = shown(request)
            self.paper(request)
        except (ValueError, Refusal) as error:
            raise Refusal(FORGED_REQUEST) from error
        return request

    def paper(self, request: TapRequest) -> Paper | None:
        """The document that is signed, as it is shown; None: none is."""
        return paper_of(request, self._directory) if request.action == "sign" else None

    def perform(
        self,
        request: TapRequest,
        reader: Callable[[], Reader],
        entered: Entered,
        lock: Holder = "pin",
    ) -> tuple[str, CardClient]:
        """Have the card answer, bring it to the asker. Returns where the browser goes on to.

        Args:
            lock: whose secret is entered: the card's PIN, or the phone's own lock.

        Raises Refusal: any of the card's faults, ``terminal.not-certified``,
        ``terminal.holder-not-seen``, ``terminal.receiver-silent``, or the asker's.
        """
        certified = self._vouching(request, entered)
        with opened(reader) as card:
            if certified is None:
                given = _WAYS[request.action](request, card, entered)
            else:
                given = _without_pin(request, card, certified)
            result = self._result(
                request,
                holder=certified.holder if certified else lock,
                chosen_number=entered.chosen_number,
                **given,
            )
            receipt = self._bring_signed(request, result)
            if receipt.script:
                card.apply_script(receipt.script.encode(), entered.pin)
        return _onward(request, receipt), card

    def _vouching(self, request: TapRequest, entered: Entered) -> Certified | None:
        """Who vouches for the holder where no PIN is needed; None: the PIN does."""
        if request.pin == "required":
            return None
        if self.certified is None:
            raise Refusal(NOT_CERTIFIED)
        if not entered.seen:
            raise Refusal(NOT_SEEN)
        return self.certified

    def give_up(self, request: TapRequest, code: str) -> str:
        """The person stops. Returns where to go on to.

        Of a card that cannot serve the asker's page says why; after a mistyped PIN it is the person who does not go on. The
        page brings the code back: what is none of the catalogue tells the asker nothing. An asker that takes no failure, or
        is away, keeps nobody at the reader: the way back is the one of who stopped.
        """
        if code in STILL_SERVES or code not in CATALOGUE:
            return request.cancel_at
        failure = self._result(request, failure=TapFailure(code=code))
        try:
            return _onward(request, self._bring(request, failure))
        except Refusal:
            # They do not take the reason (it was answered before, or they are silent): the way out stays a way out.
            return request.cancel_at

    def standing(self, request: TapRequest) -> TapState:
        """How the request stands with its issuer. Who does not say it is taken to wait still: the first answer counts anyway."""
        try:
            response = self._client.get(
                request.respond_to, params={"tap": request.request_id}, timeout=STANDING_SECONDS
            )
            return TapStanding.model_validate_json(response.content).state
        except (httpx.TransportError, ValidationError):
            return "open"

    def look(self, request: TapRequest, reader: Callable[[], Reader]) -> Look:
        """What is worth saying before the PIN is entered; nothing is used up.

        What another look may mend (a card that slipped, an answer that does not read) is said when the card is used.
        """
        return _seen(reader, lambda card: self._looked(request, card))

    def look_at(self, which: Which, most: int, reader: Callable[[], Reader]) -> Look:
        """The same for one PIN of a card, of which there are ``most`` tries, where no tap was asked for."""

        def looked(card: CardClient) -> Look:
            if which == SIGNING and not card.has_signing_certificate():
                return Look(signs=False, refusal=Refusal(NO_SIGNING_CERTIFICATE))
            left = card.counter(which)
            locked = Refusal(LOCKED, **named(which)) if left == 0 else None
            return Look(
                tries_left=left if left is not None and left < most else None, refusal=locked
            )

        return _seen(reader, looked)

    def _looked(self, request: TapRequest, card: CardClient) -> Look:
        signs = request.action == "authenticate" or card.has_signing_certificate()
        ends, day = card.ends(of_sign_in=request.action == "authenticate"), civil(self._clock.now())
        asked = needed_pins(request)
        left = {which: card.counter(which) for which in asked}
        fewer = [n for which, n in left.items() if n is not None and n < asked[which]]
        return Look(
            tries_left=min(fewer, default=None),
            counters={NAMES[which].ja: n for which, n in left.items()},
            signs=signs,
            refusal=_hopeless(
                request, left, ended=ends if ends and ends < day else None, signs=signs
            ),
            ends_on=ends if ends and day <= ends <= day + TOLD else None,
        )

    def _result(self, request: TapRequest, **members: Any) -> TapResult:
        return TapResult(
            request_id=request.request_id, audience=request.issuer, reader=self._reader, **members
        )

    def _bring_signed(self, request: TapRequest, result: TapResult) -> TapReceipt:
        """The same, and what goes wrong is never told as if the card had done nothing: it may have signed, and that is out of its hands.

        Raises Refusal ``terminal.signed-not-sent``, ``terminal.signed-not-taken``, or as :meth:`_bring` does.
        """
        try:
            return self._bring(request, result)
        except Refusal as refusal:
            if request.action != "sign" or refusal.fault in _TELL_NO_MORE:
                raise
            name = self._directory.entry(request.issuer).name
            facts = {"institution_ja": name.ja, "institution_en": name.en}
            if refusal.fault is RECEIVER_SILENT:
                raise Refusal(SIGNED_NOT_SENT, **facts) from None
            why = refusal.title
            raise Refusal(SIGNED_NOT_TAKEN, **facts, why_ja=why.ja, why_en=why.en) from refusal

    def _bring(self, request: TapRequest, result: TapResult) -> TapReceipt:
        name = self._directory.entry(request.issuer).name
        facts = {"institution_ja": name.ja, "institution_en": name.en}
        try:
            response = self._client.post(
                request.respond_to,
                content=sign_result(self._institution, result),
                headers={"content-type": MEDIA_TYPE},
            )
        except _NOT_SENT:
            raise Refusal(RECEIVER_SILENT, **facts) from None
        except httpx.TransportError:  # it may have arrived, and be worked on
            raise Refusal(RECEIVER_LATE, **facts) from None
        if not response.is_success:
            raise _refusal_in(response, facts)
        return TapReceipt.model_validate_json(response.content)


def _seen(reader: Callable[[], Reader], looked: Callable[[CardClient], Look]) -> Look:
    try:
        with opened(reader) as card:
            return looked(card)
    except Refusal as refusal:
        if refusal.fault is NO_CARD:
            return Look(there=False)
        return Look(refusal=refusal if refusal.fault in _SEEN_AT_ONCE else None)


def needed_pins(request: TapRequest) -> dict[Which, int]:
    """Which PINs a tap asks for, and how many tries each has when nothing was mistyped (card §1)."""
    if request.pin != "required":
        return {}
    surface = {SURFACE: 3} if request.attributes or request.action == "continue-card" else {}
    return _PINS[request.action] | surface


_PINS: Final[dict[str, dict[Which, int]]] = {
    "authenticate": {AUTHENTICATION: 3}, "sign": {SIGNING: 5}, "continue-card": {RESIDENT: 3},
}  # fmt: skip
_SEEN_AT_ONCE: Final = (NOT_A_MY_NUMBER_CARD, ELSEWHERE, NO_READER)
"""Of a reader and what lies on it, whatever it is used for."""


def own_keys_do(request: TapRequest) -> bool:
    """Can the phone's own certificates answer this? They carry no surface data, none writes the card, and who asks may want
    the card itself."""
    return (
        request.keys == "any"
        and request.action != "continue-card"
        and not request.attributes
        and request.pin == "required"
    )


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


_TELL_NO_MORE: Final = (RECEIVER_LATE, RECEIVER_REFUSED)
"""They say nothing of what the card did."""
_NOT_SENT: Final = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol,
)  # fmt: skip


def _onward(request: TapRequest, receipt: TapReceipt) -> str:
    joint = "&" if urlsplit(request.continue_at).query else "?"
    return f"{request.continue_at}{joint}{urlencode({'handle': receipt.handle})}"


def _refusal_in(response: httpx.Response, facts: dict[str, str]) -> Refusal:
    """The asker's own fault, as it told it."""
    try:
        return Refusal.of(response.json())
    except ValueError:
        return Refusal(RECEIVER_REFUSED, **facts)


# ---------------------------------------------------------------- what the card does

Given = dict[str, Any]
"""Members of a :class:`TapResult`."""


def _authenticate(request: TapRequest, card: CardClient, entered: Entered) -> Given:
    """The PIN of the field in sight is tried first: what is wrong with it must not be said of the other one, which is folded away."""
    content = base64.b64decode(request.challenge)
    signed = card.authenticate(content, entered.pin, force=entered.use_last_try)
    surface = (
        card.surface(entered.text_pin or entered.pin, force=entered.use_last_try)
        if request.attributes
        else None
    )
    return _evidence(request, signed, surface)


def _without_pin(request: TapRequest, card: CardClient, certified: Certified) -> Given:
    """The terminal's certificate opens the user-authentication key; no PIN is touched."""
    content = base64.b64decode(request.challenge)
    signed = card.authenticate_at_terminal(content, certified.certificate)
    return _evidence(request, signed, None)


def _sign(request: TapRequest, card: CardClient, entered: Entered) -> Given:
    content = base64.b64decode(request.challenge)
    signed = card.sign(content, entered.password, force=entered.use_last_try)
    return _evidence(request, signed, None)


def _continue(_: TapRequest, card: CardClient, entered: Entered) -> Given:
    """継続利用: which card it is, and a new signing key made on it, if it is one that signs."""
    # The field in sight is tried first, as above.
    card.check_resident(entered.pin, force=entered.use_last_try)
    which = card.identified(entered.text_pin or entered.pin, force=entered.use_last_try)
    key = card.new_signing_key(entered.pin, force=entered.use_last_try)
    return {
        "card_record": base64_text(which),
        "signing_public_key": base64_text(key),
    }


_WAYS: Final = {"authenticate": _authenticate, "sign": _sign, "continue-card": _continue}


def _evidence(request: TapRequest, signed: Signed, surface: Surface | None) -> Given:
    evidence = TapEvidence(
        certificate=base64_text(signed.certificate),
        signed=request.challenge,
        signature=base64_text(signed.signature),
        card_surface=base64_text(surface.basic) if surface else "",
        card_surface_proof=base64_text(surface.proof) if surface else "",
        card_surface_key=base64_text(surface.cv_certificate) if surface else "",
    )
    return {"evidence": evidence}


def _hopeless(
    request: TapRequest, left: Mapping[Which, int | None], *, ended: date | None, signs: bool
) -> Refusal | None:
    """Why no PIN helps with this card: what cannot be mended at all comes first."""
    if request.action == "sign" and not signs:
        return Refusal(NO_SIGNING_CERTIFICATE)
    if ended is not None:
        return Refusal(EXPIRED, expired_on=ended)
    locked = next((which for which, n in left.items() if n == 0), None)
    return Refusal(LOCKED, **named(locked)) if locked else None
