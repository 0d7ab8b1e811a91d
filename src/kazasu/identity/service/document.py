"""A document as it is deposited to be signed.

No signing without readable words (identity §6.6): what the terminal shows is taken from the very bytes that are signed
(:mod:`kazasu.card.agreed.to_be_signed`); what it would refuse is refused here already.
"""

import base64
import binascii
import hashlib
import json
from typing import Final

from kazasu.card.agreed import to_be_signed
from kazasu.card.agreed.to_be_signed import Document, Unreadable
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.web.edge.connections import MOST_ADDRESS
from kazasu.identity.faults import BAD_DOCUMENT, LONG_DOCUMENT

MOST_BYTES: Final = 64_000
"""Of any document that is given to be verified."""
MOST_CARRIED: Final = MOST_ADDRESS - 6_500
"""Characters that a document to be signed takes of the address by which the browser brings it to the terminal; the rest
is for who asks, what they learn and the ways back."""


UNSEEN: Final = Text(
    "サービスは文書を渡さず、その要約値（SHA-256）だけを渡しました。何に署名するのかは、ここに表示できません",
    "The service handed over no document but its digest (SHA-256) alone. What you would sign cannot be shown here",
)
"""What a person reads of a digest; sandbox only."""
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER before a SHA-256 (RFC 8017 9.2, note 1)."""


def decoded(text: str) -> bytes:
    """The bytes to be signed. Raises Refusal ``identity.bad-document``."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(BAD_DOCUMENT, why="base64") from None
    if not 0 < len(content) <= MOST_BYTES:
        raise Refusal(BAD_DOCUMENT, why=f"1–{MOST_BYTES} bytes")
    return content


def digest_in(text: str) -> bytes:
    """A SHA-256, be it in its DigestInfo. Raises Refusal ``identity.bad-document``."""
    try:
        content = base64.b64decode(text, validate=True).removeprefix(_DIGEST_INFO)
    except (binascii.Error, ValueError):
        raise Refusal(BAD_DOCUMENT, why="digest: base64") from None
    if len(content) != hashlib.sha256().digest_size:
        raise Refusal(BAD_DOCUMENT, why="digest: SHA-256")
    return content


def of_digest(digest: bytes) -> bytes:
    """A document that says what little can be said of a digest."""
    lines = [
        {"label_ja": "注意", "label_en": "Warning", "value": UNSEEN.ja, "value_en": UNSEEN.en},
        {"label_ja": "要約値", "label_en": "Digest", "value": digest.hex()},
    ]
    title = {"ja": "内容の見えない署名（試験用）", "en": "Signing what is not shown (for tests)"}
    data = {"sha256": base64_text(digest)}
    return json.dumps({"title": title, "lines": lines, "data": data}, ensure_ascii=False).encode()


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
        raise Refusal(BAD_DOCUMENT, why=str(unreadable)) from None
