"""A document as it is deposited to be signed.

No signing without readable words (identity §6.6): what the terminal shows is taken from the very bytes that are signed
(:mod:`kazasu.card.agreed.to_be_signed`); what it would refuse is refused here already.
"""

import base64
import binascii
from typing import Final

from kazasu.card.agreed import to_be_signed
from kazasu.card.agreed.to_be_signed import Document, Unreadable
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.web.edge.connections import MOST_ADDRESS
from kazasu.identity.faults import BAD_DOCUMENT, LONG_DOCUMENT

MOST_BYTES: Final = 64_000
"""Of any document that is given to be verified."""
MOST_CARRIED: Final = MOST_ADDRESS - 6_000
"""Characters that a document to be signed takes of the address by which the browser brings it to the terminal; the rest
is for who asks, what they learn and the ways back."""


def decoded(text: str) -> bytes:
    """The bytes to be signed. Raises Refusal ``identity.bad-document``."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(BAD_DOCUMENT, why="base64") from None
    if not 0 < len(content) <= MOST_BYTES:
        raise Refusal(BAD_DOCUMENT, why=f"1–{MOST_BYTES} bytes")
    return content


def check_carried(content: bytes) -> None:
    """Raises Refusal ``identity.long-document``: it would come to no reader, whatever the person does.

    The address holds the bytes to be signed; its signature writes them in base64 once more.
    """
    length = len(base64_text(content)) * 4 // 3
    if length > MOST_CARRIED:
        raise Refusal(LONG_DOCUMENT, length=length, most=MOST_CARRIED)


def read(content: bytes) -> Document:
    """What the person will read. Raises Refusal ``identity.bad-document``."""
    try:
        return to_be_signed.read(content)
    except Unreadable as unreadable:
        raise Refusal(BAD_DOCUMENT, why=unreadable.where) from None
