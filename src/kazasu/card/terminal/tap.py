"""One tap, without any page: who asks, what the card gives, to whom it goes (design §4)."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from pydantic import ValidationError

from kazasu.card import tlv
from kazasu.card.client import CardClient, Signed, Surface, opened
from kazasu.card.terminal.faults import (
    FORGED_REQUEST,
    RECEIVER_REFUSED,
    RECEIVER_SILENT,
    STALE_REQUEST,
)
from kazasu.card.transports import Reader
from kazasu.contracts.jpki import TapEvidence
from kazasu.contracts.terminal import TapFailure, TapReceipt, TapRequest, TapResult
from kazasu.exchange.directory import Directory
from kazasu.exchange.keys import verified
from kazasu.foundation.clock import Clock
from kazasu.foundation.faults import CATALOGUE, Refusal

TAP_TYP: Final = "kazasu-tap+jws"
_HASH_OF_NUMBER = 0xDF31


@dataclass(frozen=True, slots=True)
class Entered:
    """What the person typed. It is used for this tap and kept nowhere."""

    pin: str = ""
    text_pin: str = ""
    """Empty: the same as ``pin``."""
    password: str = ""
    use_last_try: bool = False


class Taps:
    """Reads tap requests and carries them out."""

    def __init__(self, directory: Directory, client: httpx.Client, clock: Clock) -> None:
        self._directory = directory
        self._client = client
        self._clock = clock

    def read(self, unverified_request: str) -> TapRequest:
        """The request, once its institution's signature is proven and its addresses are its own.

        Raises Refusal ``terminal.forged-request``, ``terminal.stale-request``.
        """
        try:
            signer, content = verified(unverified_request, TAP_TYP, self._directory)
            request = TapRequest.model_validate_json(content)
        except (Refusal, ValidationError) as error:
            raise Refusal(FORGED_REQUEST) from error
        origin = self._directory.origin(signer)
        addresses = (request.respond_to, request.continue_at, request.cancel_at)
        if request.issuer != signer or any(origin_of(one) != origin for one in addresses):
            raise Refusal(FORGED_REQUEST)
        if request.expires_at <= self._clock.now():
            raise Refusal(STALE_REQUEST)
        return request

    def perform(
        self, request: TapRequest, reader: Callable[[], Reader], entered: Entered
    ) -> tuple[str, CardClient]:
        """Have the card answer, bring it to the asker; gives where the browser goes on to.

        Raises Refusal: any of the card's faults, ``terminal.receiver-silent``, or the asker's.
        """
        with opened(reader) as card:
            result = _WAYS[request.action](request, card, entered)
            receipt = self._bring(request, result)
            if receipt.script:
                card.apply_script(receipt.script.encode(), entered.pin)
        return _onward(request, receipt), card

    def give_up(self, request: TapRequest, code: str) -> str:
        """The person stops. After a failure the asker learns which; gives where to go on to."""
        if not code:
            return request.cancel_at
        failure = TapResult(request_id=request.request_id, failure=TapFailure(code=code))
        return _onward(request, self._bring(request, failure))

    def _bring(self, request: TapRequest, result: TapResult) -> TapReceipt:
        name = self._directory.entry(request.issuer).name
        facts = {"institution": name.ja}
        try:
            response = self._client.post(request.respond_to, json=result.model_dump(mode="json"))
        except httpx.TransportError:
            raise Refusal(RECEIVER_SILENT, **facts) from None
        if not response.is_success:
            raise _refusal_in(response, facts)
        return TapReceipt.model_validate_json(response.content)


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _onward(request: TapRequest, receipt: TapReceipt) -> str:
    joint = "&" if urlsplit(request.continue_at).query else "?"
    return f"{request.continue_at}{joint}{urlencode({'handle': receipt.handle})}"


def _refusal_in(response: httpx.Response, facts: dict[str, str]) -> Refusal:
    """The asker's own fault, when it is one of the catalogue."""
    try:
        document: dict[str, Any] = response.json()
        fault = CATALOGUE.get(str(document.get("code")))
    except ValueError:
        fault, document = None, {}
    if fault is None:
        return Refusal(RECEIVER_REFUSED, **facts)
    return Refusal(fault, **facts, **document.get("facts", {}))


# ---------------------------------------------------------------- what the card does


def _authenticate(request: TapRequest, card: CardClient, entered: Entered) -> TapResult:
    content = base64.b64decode(request.challenge)
    surface = (
        card.surface(entered.text_pin or entered.pin, force=entered.use_last_try)
        if request.attributes
        else None
    )
    signed = card.authenticate(content, entered.pin, force=entered.use_last_try)
    return _result(request, signed, surface)


def _sign(request: TapRequest, card: CardClient, entered: Entered) -> TapResult:
    content = base64.b64decode(request.challenge)
    return _result(request, card.sign(content, entered.password, force=entered.use_last_try), None)


def _continue(request: TapRequest, card: CardClient, entered: Entered) -> TapResult:
    """継続利用: which card it is, and a new signing key made on it."""
    record = card.common_record()
    proof = card.surface(entered.text_pin or entered.pin, force=entered.use_last_try).proof
    hashes = tlv.parse_all(tlv.value_of(proof, 0xFF30))
    key = card.new_signing_key(entered.pin, force=entered.use_last_try)
    return TapResult(
        request_id=request.request_id,
        card_record=_b64(record + tlv.encode(_HASH_OF_NUMBER, hashes[_HASH_OF_NUMBER])),
        signing_public_key=_b64(key),
    )


_WAYS: Final = {"authenticate": _authenticate, "sign": _sign, "continue-card": _continue}


def _result(request: TapRequest, signed: Signed, surface: Surface | None) -> TapResult:
    evidence = TapEvidence(
        certificate=_b64(signed.certificate),
        signed=request.challenge,
        signature=_b64(signed.signature),
        card_surface=_b64(surface.basic) if surface else "",
        card_surface_proof=_b64(surface.proof) if surface else "",
        card_surface_key=_b64(surface.cv_certificate) if surface else "",
    )
    return TapResult(request_id=request.request_id, evidence=evidence)


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
