"""Carries out what a hint asks: the card on the reader, the fault, or the whole tap without a page."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from kazasu.card.chip.image import CardBox
from kazasu.card.client import CardClient, opened
from kazasu.card.faults import NO_CARD
from kazasu.card.transports import Reader
from kazasu.card.transports.played import PlayedReader
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.contracts.terminal import TapFailure, TapRequest, TapResult
from kazasu.exchange.keys import verified
from kazasu.exchange.taps import TAP_TYP
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.encoding import base64_text
from kazasu.identity.clients.model import Client
from kazasu.identity.faults import TAP_FAILED
from kazasu.identity.hooks import Played
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.authorizing import Begun
from kazasu.identity.service.context import SELF, IdentityContext
from kazasu.identity.service.taps import OpenTap
from kazasu.identity.services import Services
from kazasu.identity.store.authorizations import Waiting
from kazasu.lab.conformance.runs import Runs
from kazasu.lab.personas import model
from kazasu.lab.personas.faults import NO_CARD as NO_SUCH_CARD
from kazasu.lab.personas.model import Hint

PIN: Final = "1234"
PASSWORD: Final = "ABC123"  # noqa: S105 - every card of the sandbox has these
FAVOURITE: Final = "sato-hanako"
"""Whose card it is when only a fault is asked for."""


class Personas:
    """For parties that left test mode a hint means nothing."""

    def __init__(
        self,
        desk: IdentityContext,
        services: Services,
        cards: Path,
        runs: Runs,
        provoked: Callable[[], None] = lambda: None,
    ) -> None:
        """``provoked``: told when a fault begins to be played."""
        self._desk = desk
        self._taps = services.taps
        self._finishing = services.finishing
        self._box = CardBox(cards)
        self._runs = runs
        self._provoked = provoked

    def hint(self, client: Client | None, login_hint: str) -> Hint | None:
        """What is to be played; None: nothing, the hint is ignored.

        Raises OAuthError ``invalid_request``: no such card, no such fault.
        """
        if client is None or client.mode != "test":
            return None
        hint = model.read(login_hint)
        if hint is not None and hint.kind == "conformance":
            self._runs.scenario(client, hint.value)
        if hint is not None and hint.kind == "persona" and hint.value not in self._box:
            raise OAuthError(NO_SUCH_CARD)
        return hint

    def begun(self, begun: Begun, login_hint: str) -> Played | None:
        """What happens to a new request. Raises OAuthError ``invalid_request``."""
        client = self._desk.client(begun.request.client_id) if login_hint else None
        hint = self.hint(client, login_hint)
        if hint is not None and hint.kind == "fault":
            self._provoked()
        if hint is None or not hint.auto:
            return Played() if hint else None
        tap = self._taps.offer(begun.authorization_id, begun.cookie, "terminal")
        return Played(self._approved(begun, tap, hint))

    def at_reader(self, tap: OpenTap) -> dict[str, str]:
        """What the virtual reader is told besides the request."""
        hint = self.hint(tap.client, tap.waiting.login_hint)
        if hint is None or hint.kind == "conformance":
            return {}
        if hint.kind == "persona":
            return {"card": hint.value}
        fault = model.FAULTS[hint.value]
        played = {"fault": fault.code} if fault.played_by == "reader" else {}
        return played | {"card": self._favourite()}

    def play(self, waiting: Waiting, client: Client) -> None:
        """A fault of those who verify the card, where one is asked for. Raises that Refusal."""
        hint = self.hint(client, waiting.login_hint)
        if hint is None or hint.kind != "fault":
            return
        if model.FAULTS[hint.value].played_by == "service":
            raise self._refusal(hint.value)

    # ------------------------------------------------------------ without a page

    def _approved(self, begun: Begun, tap: OpenTap, hint: Hint) -> str:
        """The whole tap, at once. Returns the relying party's address with the code or the error."""
        if hint.kind == "fault" and model.FAULTS[hint.value].played_by == "person":
            return self._finishing.stop(begun.authorization_id, begun.cookie)
        result = self._result(tap, hint)
        handle = self._taps.receive(result).handle
        try:
            url = self._finishing.finish(self._taps.take(handle, begun.cookie), self.play)
        except Refusal:
            return self._finishing.stop(begun.authorization_id, begun.cookie)
        if hint.kind != "conformance":
            return url
        return self._runs.answer(tap.client, hint.value, url)

    def _result(self, tap: OpenTap, hint: Hint) -> TapResult:
        """What the terminal would bring."""
        _, content = verified(self._taps.request_of(tap), TAP_TYP, self._desk.directory, SELF)
        request = TapRequest.model_validate_json(content)
        try:
            with opened(self._reader(hint)) as card:
                evidence = _WAYS[request.action](card, request)
        except Refusal as refusal:
            left = refusal.facts.get("tries_left")
            failure = TapFailure(code=refusal.fault.code, tries_left=left)
            return _result(request, failure=failure)
        return _result(request, evidence=evidence, holder="pin")

    def _reader(self, hint: Hint) -> Callable[[], Reader]:
        if hint.kind == "fault" and model.FAULTS[hint.value].played_by == "reader":
            return lambda: PlayedReader(self._box, self._favourite(), hint.value)
        card_id = hint.value if hint.kind == "persona" else self._favourite()
        return lambda: VirtualReader(self._box, card_id)

    def _favourite(self) -> str:
        """Raises Refusal ``card.no-card``: the tray is empty."""
        found = FAVOURITE if FAVOURITE in self._box else next(iter(self._box), "")
        if not found:
            raise Refusal(NO_CARD)
        return found

    def _refusal(self, code: str) -> Refusal:
        """The fault as the verifier would have said it; its texts may want facts."""
        fault = CATALOGUE.get(code)
        yesterday = today(self._desk.clock) - timedelta(days=1)
        facts: dict[str, Any] = {
            "expired_on": yesterday, "institution_ja": "公的個人認証サービス", "institution_en": "Public-key certification service",
        }  # fmt: skip
        refusal = Refusal(fault, **facts) if fault else Refusal(TAP_FAILED, code=code)
        try:
            _ = (refusal.title, refusal.todo)
        except KeyError:
            return Refusal(TAP_FAILED, code=code)
        return refusal


def _result(request: TapRequest, **found: Any) -> TapResult:
    return TapResult(request_id=request.request_id, audience=SELF, reader="terminal", **found)


def _authenticate(card: CardClient, request: TapRequest) -> TapEvidence:
    content = base64.b64decode(request.challenge)
    surface = card.surface(PIN) if request.attributes else None
    signed = card.authenticate(content, PIN)
    return TapEvidence(
        certificate=base64_text(signed.certificate),
        signed=request.challenge,
        signature=base64_text(signed.signature),
        card_surface=base64_text(surface.basic) if surface else "",
        card_surface_proof=base64_text(surface.proof) if surface else "",
        card_surface_key=base64_text(surface.cv_certificate) if surface else "",
    )


def _sign(card: CardClient, request: TapRequest) -> TapEvidence:
    signed = card.sign(base64.b64decode(request.challenge), PASSWORD)
    return TapEvidence(
        certificate=base64_text(signed.certificate),
        signed=request.challenge,
        signature=base64_text(signed.signature),
    )


_WAYS: Final = {"authenticate": _authenticate, "sign": _sign}
