"""Tap requests and tap results on their way: signed by the one who says it, for one use and one receiver."""

from typing import Final

from pydantic import ValidationError

from kazasu.contracts.terminal import TapResult
from kazasu.exchange.directory import Directory
from kazasu.exchange.faults import NOT_FOR_US, UNREADABLE
from kazasu.exchange.keys import Institution, verified
from kazasu.foundation.faults import Refusal

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
