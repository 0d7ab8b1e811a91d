"""What is signed to get a record: one text that names the phone's key, so that it is worth nothing for another.

The form is ours (the real one is not public).
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Action = Literal["issue", "refresh"]
VERSION: Final = "KAZASU-MDOC-V1"
FRESH: Final = timedelta(minutes=10)


def application_bytes(action: Action, device_key: str, at: datetime, mdoc_id: str = "") -> bytes:
    """``device_key``: base64 SPKI. At issue both card and phone sign this, at a refresh the phone alone."""
    return "\n".join(
        (VERSION, action, device_key, at.astimezone(UTC).isoformat(), mdoc_id)
    ).encode()


def public_der(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> bytes:
    """SPKI."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
