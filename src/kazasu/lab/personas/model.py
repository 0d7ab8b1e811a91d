"""What ``login_hint`` may say in the sandbox, and which faults can be played.

``persona:<card id>`` lays that card on the reader; ``fault:<code>`` plays that fault; ``;auto`` at the end
does it without a page, for continuous integration.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.identity.oauth.model import OAuthError
from kazasu.lab.personas.faults import NO_FAULT, UNREADABLE

Kind = Literal["persona", "fault", "conformance"]
Player = Literal["person", "reader", "service"]
AUTO: Final = ";auto"
_FORM = re.compile(r"^(persona|fault|conformance):([A-Za-z0-9._:-]{1,200})(;auto)?$")


@dataclass(frozen=True, slots=True)
class Hint:
    kind: Kind
    value: str
    auto: bool


@dataclass(frozen=True, slots=True)
class LoginFault:
    """A fault of signing in that can be had on demand."""

    code: str
    played_by: Player
    words: Text
    error: str = "access_denied"
    """What the relying party gets."""


FAULTS: Final[Mapping[str, LoginFault]] = {
    fault.code: fault
    for fault in (
        LoginFault("identity.stopped", "person", Text("本人がやめた", "The person stopped")),
        LoginFault("card.no-card", "reader", Text("カードがない", "No card on the reader")),
        LoginFault("card.other-card", "reader", Text("別の種類のカード", "Another kind of card")),
        LoginFault("card.torn", "reader", Text("途中でカードが離れた", "The card was taken away too early")),
        LoginFault("card.wrong-pin", "reader", Text("暗証番号が違う（残り回数つき）", "Wrong PIN, with the tries left")),
        LoginFault("card.last-try", "reader", Text("あと1回でロック", "One try left before it locks")),
        LoginFault("card.locked", "reader", Text("暗証番号がロックされている", "The PIN is locked")),
        LoginFault("card.unexpected-answer", "reader", Text("カードの応答がおかしい", "The card answers nonsense")),
        LoginFault("jpki.expired", "service", Text("証明書の期限切れ", "The certificate has expired")),
        LoginFault("jpki.revoked", "service", Text("証明書の失効", "The certificate is revoked")),
        LoginFault("jpki.on-hold", "service", Text("証明書の一時停止（紛失）", "The certificate is on hold (lost card)")),
        LoginFault("jpki.unknown-issuer", "service", Text("発行者が違う", "Another issuer's certificate")),
        LoginFault("jpki.bad-signature", "service", Text("署名が合わない", "The signature does not verify")),
        LoginFault("jpki.status-unknown", "service", Text("有効性が分からない", "Status unknown")),
        LoginFault("identity.attributes-missing", "service", Text("券面情報が読めない", "The card's attributes are missing")),
        LoginFault("identity.not-strong-enough", "service", Text("暗証番号なしでは足りない", "Not strong enough without a PIN"),
                   "unmet_authentication_requirements"),
        LoginFault("exchange.unreachable", "service", Text("確認先につながらない", "The verifier cannot be reached"),
                   "temporarily_unavailable"),
    )
}  # fmt: skip
SHORT: Final = {"cancelled": "identity.stopped"}
"""Names that are easier to remember."""


def read(login_hint: str) -> Hint | None:
    """None: an ordinary hint, which is not ours.

    Raises OAuthError ``invalid_request``: it looks like one of ours and says nothing that can be played.
    """
    if login_hint.partition(":")[0] not in ("persona", "fault", "conformance"):
        return None
    found = _FORM.match(login_hint)
    if not found:
        raise OAuthError(UNREADABLE)
    kind, value, auto = found.groups()
    value = SHORT.get(value, value)
    if kind == "fault" and value not in FAULTS:
        raise OAuthError(NO_FAULT)
    return Hint(kind, value, bool(auto) or kind == "conformance")  # type: ignore[arg-type]
