"""What is sent to J-LIS as base64."""

import base64

from kazasu.foundation.faults import Refusal
from kazasu.jpki.faults import BAD_CERTIFICATE


def sent_bytes(text: str) -> bytes:
    """Raises Refusal ``jpki.bad-certificate``."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refusal(BAD_CERTIFICATE) from error
