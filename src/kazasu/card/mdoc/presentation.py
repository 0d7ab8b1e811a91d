"""The holder's half: what the phone signs, over which exchange, and the message that carries it.

The signature is over DeviceAuthentication (ISO/IEC 18013-5 §9.1.3.4), in which the SessionTranscript binds it to one
asker and one request. Two transcripts are known:

- **ISO/IEC TS 18013-7:2024 Annex B** (OID4VPHandover): ``[SHA-256([client_id, mdoc_generated_nonce]),
  SHA-256([response_uri, mdoc_generated_nonce]), nonce]``; the phone's own nonce travels in ``apu`` of the JWE.
- **OpenID4VP 1.0 Annex B.2.6.1** (OpenID4VPHandover): ``["OpenID4VPHandover", SHA-256([client_id, nonce,
  thumbprint of the asker's encryption key or null, response_uri])]``.

Which one a message is made for is seen from it and never guessed: with ``apu`` the first, without the second.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from kazasu.card.mdoc.faults import MALFORMED, OTHER_SESSION, WRONG_DOCTYPE
from kazasu.card.mdoc.formats import cbor, cose
from kazasu.card.mdoc.formats.credential import IssuerSigned, Item, read_issuer_signed
from kazasu.card.mdoc.formats.elements import DOC_TYPE
from kazasu.foundation.faults import Refusal

_NO_NAMESPACES: Final = cbor.encode({})
"""The phone asserts nothing of its own."""


@dataclass(frozen=True, slots=True)
class Session:
    """To whom and for which request something is shown."""

    client_id: str
    response_uri: str
    nonce: str
    mdoc_generated_nonce: str = ""
    """The phone's; empty: the transcript of OpenID4VP 1.0."""
    key_thumbprint: bytes | None = None
    """Of the key that the response is encrypted to (RFC 7638, SHA-256); only for OpenID4VP 1.0."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One document of a DeviceResponse. Nothing in it is verified yet."""

    record: IssuerSigned
    device_signature: cose.Sign1


def transcript(session: Session) -> list[Any]:
    """SessionTranscript: no engagement, no reader key, the handover."""
    if session.mdoc_generated_nonce:
        mine = session.mdoc_generated_nonce
        handover: list[Any] = [
            _hash([session.client_id, mine]),
            _hash([session.response_uri, mine]),
            session.nonce,
        ]
    else:
        info = [session.client_id, session.nonce, session.key_thumbprint, session.response_uri]
        handover = ["OpenID4VPHandover", _hash(info)]
    return [None, None, handover]


def _hash(value: Any) -> bytes:
    return hashlib.sha256(cbor.encode(value)).digest()


def device_authentication(session: Session, doc_type: str = DOC_TYPE) -> bytes:
    """DeviceAuthenticationBytes: what the device key signs, detached."""
    content = [
        "DeviceAuthentication", transcript(session), doc_type, cbor.embed(_NO_NAMESPACES),
    ]  # fmt: skip
    return cbor.encode(cbor.embed(cbor.encode(content)))


def present(
    record: IssuerSigned,
    chosen: Iterable[Item],
    device_key: ec.EllipticCurvePrivateKey,
    session: Session,
    doc_type: str = DOC_TYPE,
) -> bytes:
    """A DeviceResponse with the chosen items and no others."""
    signature = cose.sign1(device_authentication(session, doc_type), device_key, detached=True)
    document = {
        "docType": doc_type,
        "issuerSigned": IssuerSigned(tuple(chosen), record.issuer_auth).as_cbor(),
        "deviceSigned": {
            "nameSpaces": cbor.embed(_NO_NAMESPACES),
            "deviceAuth": {"deviceSignature": signature},
        },
    }
    return cbor.encode({"version": "1.0", "documents": [document], "status": 0})


def read_response(data: bytes) -> Shown:
    """The one document. Raises Refusal ``mdoc.malformed``, ``mdoc.wrong-doctype``."""
    content = cbor.decode(data)
    try:
        if content["version"] != "1.0" or content["status"] != 0 or len(content["documents"]) != 1:
            raise Refusal(MALFORMED, why="DeviceResponse")
        (document,) = content["documents"]
        if document["docType"] != DOC_TYPE:
            raise Refusal(WRONG_DOCTYPE, given=str(document["docType"])[:60])
        signed = document["deviceSigned"]
        if cbor.embedded(signed["nameSpaces"], "nameSpaces") != _NO_NAMESPACES:
            raise Refusal(MALFORMED, why="the phone asserts items of its own")
        ((method, signature),) = signed["deviceAuth"].items()
        record = read_issuer_signed(document["issuerSigned"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(MALFORMED, why="DeviceResponse") from error
    if method != "deviceSignature":
        raise Refusal(MALFORMED, why="deviceSignature is the only method here")
    cose.headers(signature)
    return Shown(record, signature)


def verify_device(shown: Shown, device_key: ec.EllipticCurvePublicKey, session: Session) -> None:
    """The phone with this key signed for this very exchange. Raises Refusal ``mdoc.other-session``."""
    try:
        cose.verify1(shown.device_signature, device_key, device_authentication(session))
    except cose.BadSignature as error:
        raise Refusal(OTHER_SESSION) from error
