"""Tap requests and tap results on their way: signed by the one who says it, for one use and one receiver."""

from typing import Final

from pydantic import ValidationError

from kazasu.contracts.terminal import TapResult
from kazasu.exchange.directory import Directory
from kazasu.exchange.faults import NOT_FOR_US, UNREADABLE
from kazasu.exchange.keys import Institution, verified
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

TAP_TYP: Final = "kazasu-tap+jws"
RESULT_TYP: Final = "kazasu-tap-result+jws"
MEDIA_TYPE: Final = "application/jose"
READERS: Final = ("terminal", "phone")


def sign_result(reader: Institution, result: TapResult) -> str:
    """What a terminal or phone posts to the asker."""
    return reader.sign(result.model_dump_json().encode(), RESULT_TYP)


def read_result(unverified: bytes, directory: Directory, receiver: str) -> TapResult:
    """The result, once it is proven to be by a terminal or phone and for ``receiver``.

    Raises Refusal ``exchange.bad-signature``, ``exchange.not-for-us``, ``exchange.unreadable``.
    """
    signer, content = verified(unverified.decode("ascii", "replace"), RESULT_TYP, directory)
    try:
        result = TapResult.model_validate_json(content)
    except ValidationError:
        raise Refusal(UNREADABLE, kind="TapResult") from None
    if signer not in READERS or result.reader != signer or result.audience != receiver:
        raise Refusal(NOT_FOR_US)
    return result


_PIN_ANEW = Text("暗証番号の決め直し方", "How to set a new PIN", "新しい 暗証番号の 決め方")
_CARD_ANEW = Text(
    "電子証明書を新しくする方法", "How to renew the certificate", "電子証明書を 新しくする 方法"
)


def ways_of_a_card(directory: Directory) -> dict[str, tuple[str, Text]]:
    """Where to read on about a card that no other try mends, by the code of its fault; nowhere in a country without a portal."""
    if "portal" not in directory:
        return {}
    portal = directory.origin("portal")
    pin, card = (f"{portal}/services/pin", _PIN_ANEW), (f"{portal}/services/expiry", _CARD_ANEW)
    return {
        "card.locked": pin, "signin.card-locked": pin, "signin.password-locked": pin,
        "card.expired": card, "signin.card-expired": card,
    }  # fmt: skip
