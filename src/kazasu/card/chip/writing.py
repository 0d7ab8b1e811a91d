"""Commands with which a card in use is changed: continued use, and the free area.

Simulated: how the issuer makes a card do this is not public. Here it is a signed script. The card checks the
signature, that the script is for this card and that it was not carried out before, and then does all or nothing.
"""

import json
from base64 import b64decode
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from kazasu.card import apdu
from kazasu.card.apdu import Status
from kazasu.card.chip import text_ap
from kazasu.card.chip.image import (
    AIDS,
    Application,
    CardImage,
    Key,
    application_from,
    application_to,
)
from kazasu.card.chip.text_ap import CardIssuer
from kazasu.foundation.algorithms import PrivateKey, new_key, sign, verify
from kazasu.foundation.values.encoding import base64_text

FREE_BYTES: Final = 32 * 1024
"""Room in the free area (simulated)."""
_NO_JSON: Final = (ValueError, KeyError, TypeError, RecursionError)
"""What the parser and what looks into its result raise; the last for arrays in arrays in arrays."""
SHORTEST_AID, LONGEST_AID = 5, 16
"""ISO/IEC 7816-4 §12.2.3."""


# ---------------------------------------------------------------- scripts, at the issuer's


def signed_script(body: dict[str, Any], signature: bytes) -> bytes:
    return json.dumps(
        {"body": base64_text(script_body(body)), "signature": base64_text(signature)}
    ).encode()


def script_body(body: dict[str, Any]) -> bytes:
    """The bytes that are signed."""
    return json.dumps(body, sort_keys=True).encode()


def install_script(
    issuer: CardIssuer, serial: str, number: int, name: str, application: Application
) -> bytes:
    """Install ``application`` (with its AID and its provider's key) on one card.

    Args:
        number: greater than the card's last one; a used script is waste paper.
    """
    body = {
        "what": "install",
        "card_id": serial,
        "number": number,
        "name": name,
        "application": application_to(application),
    }
    return signed_script(body, issuer.sign(script_body(body)))


def removal_script(provider: PrivateKey, serial: str, number: int, name: str) -> bytes:
    """Remove an application: its own provider's word, nobody else's."""
    body = {"what": "remove", "card_id": serial, "number": number, "name": name}
    return signed_script(body, sign(provider, script_body(body)))


# ---------------------------------------------------------------- and on the card


def generate(image: CardImage) -> bytes:
    """Make a signing key for continued use. Returns its SubjectPublicKeyInfo.

    The old key stays in use until a script with the new certificate was accepted.
    """
    key = new_key(image.algorithm)
    image.pending_key = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode()
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def continue_use(image: CardImage, script: bytes) -> None:
    """Write what the card issuer signed for this card: surface data, and a signing certificate where
    the card has one: a child's card has none, and its password is blocked."""
    body = _issuers(script, image)
    _check_turn(image, body, "continue", image.last_continued)
    try:
        basic, proof, signing = (
            b64decode(body[name]) for name in ("basic", "proof", "signing_certificate")
        )
    except (KeyError, TypeError, ValueError):
        raise Status(apdu.WRONG_DATA) from None
    jpki, text = image.applications["jpki"], image.applications["text"]
    if signing and not (image.pending_key and image.signs):
        raise Status(apdu.CONDITIONS)
    text.files["02"].data, text.files["03"].data = basic, proof
    if signing:
        jpki.files["01"].data = signing
        jpki.keys["1A"] = Key(image.pending_key, ("1B",))
    image.pending_key, image.last_continued = "", int(body["number"])


def install(image: CardImage, script: bytes) -> None:
    """Put an application into the free area."""
    body = _issuers(script, image)
    _check_turn(image, body, "install", image.last_script)
    try:
        name, application = str(body["name"]), application_from(body["application"])
        aid = bytes.fromhex(application.aid)
        load_pem_public_key(application.provider.encode())
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Status(apdu.WRONG_DATA) from None
    taken = {image.aid(other) for other in image.applications} | set(AIDS.values())
    clashes = any(
        one.startswith(application.aid.upper()) or application.aid.upper().startswith(one)
        for one in taken
    )
    fits = SHORTEST_AID <= len(aid) <= LONGEST_AID
    if not fits or clashes or name in AIDS or name in image.applications:
        raise Status(apdu.WRONG_DATA)
    if _room(application) > FREE_BYTES - sum(map(_room, _installed(image).values())):
        raise Status(apdu.NO_ROOM)
    application.aid = application.aid.upper()
    image.applications[name] = application
    image.last_script = int(body["number"])


def remove(image: CardImage, script: bytes) -> None:
    """Take an application out of the free area, data and all."""
    content, signature = _split(script)
    body = _body(content)
    application = _installed(image).get(str(body.get("name")))
    if application is None:
        raise Status(apdu.NO_FILE)
    try:
        verify(load_pem_public_key(application.provider.encode()), signature, content)
    except InvalidSignature:
        raise Status(apdu.NOT_ALLOWED) from None
    _check_turn(image, body, "remove", image.last_script)
    del image.applications[str(body["name"])]
    image.last_script = int(body["number"])


def free_area(image: CardImage) -> bytes:
    """The AIDs of what is installed: ``4F L aid`` each (as GlobalPlatform's GET STATUS)."""
    return b"".join(
        bytes([0x4F, len(aid) // 2]) + bytes.fromhex(aid)
        for aid in (application.aid for application in _installed(image).values())
    )


def _installed(image: CardImage) -> dict[str, Application]:
    return {name: one for name, one in image.applications.items() if one.aid}


def _room(application: Application) -> int:
    return len(json.dumps(application_to(application)))


def _check_turn(image: CardImage, body: dict[str, Any], what: str, last: int) -> None:
    """Is the script of this sort, for this card, and newer than the ``last`` one?"""
    number = body.get("number")
    mine = body.get("what") == what and body.get("card_id") == image.serial
    if not mine or not isinstance(number, int) or number <= last:
        raise Status(apdu.CONDITIONS)


def _issuers(script: bytes, image: CardImage) -> dict[str, Any]:
    """The script's body, once the issuer whose CV certificate the card holds has signed it."""
    content, signature = _split(script)
    try:
        cv, _ = text_ap.split_cv(image.applications["text"].files["04"].data)
        verify(text_ap.key_in_cv(cv), signature, content)
    except (ValueError, KeyError, InvalidSignature):
        raise Status(apdu.NOT_ALLOWED) from None
    return _body(content)


def _split(script: bytes) -> tuple[bytes, bytes]:
    try:
        outer = json.loads(script)
        return b64decode(outer["body"]), b64decode(outer["signature"])
    except _NO_JSON:
        raise Status(apdu.NOT_ALLOWED) from None


def _body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except _NO_JSON:
        raise Status(apdu.WRONG_DATA) from None
    if not isinstance(body, dict):
        raise Status(apdu.WRONG_DATA)
    return body
