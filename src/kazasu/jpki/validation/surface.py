"""Are the four attributes that were read from a card genuine? (TEXT AP files 02, 03, 04; card §1)

The published facts give the layout and the hashes; what exactly the issuer signs in DF33 is not
public: here it signs DF31 and DF32 as they stand in the file (simulated).
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kazasu.card import tlv
from kazasu.card.chip import text_ap
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.faults import Refusal
from kazasu.jpki.faults import BAD_SURFACE


def verify_surface(
    unverified_basic: bytes,
    unverified_proof: bytes,
    unverified_cv: bytes,
    card_ca: rsa.RSAPublicKey,
) -> FourAttributes:
    """The attributes in file 02, proven by files 03 and 04.

    Steps: 1 the CV certificate is the card CA's; 2 its key signed the hashes; 3 the hash is the
    file's.

    Raises Refusal ``jpki.bad-card-surface``.
    """
    try:
        body, signature = text_ap.split_cv(unverified_cv)
        card_ca.verify(signature, body, padding.PKCS1v15(), hashes.SHA256())  # 1
        issuer = text_ap.key_in_cv(body)
        proof = tlv.parse_all(tlv.value_of(unverified_proof, 0xFF30))
        hashes_signed = tlv.encode(0xDF31, proof[0xDF31]) + tlv.encode(0xDF32, proof[0xDF32])
        issuer.verify(proof[0xDF33], hashes_signed, padding.PKCS1v15(), hashes.SHA256())  # 2
        if hashlib.sha256(text_ap.hashed_part(unverified_basic)).digest() != proof[0xDF32]:  # 3
            raise Refusal(BAD_SURFACE)
        return text_ap.read_basic(unverified_basic)
    except (InvalidSignature, ValueError, KeyError) as error:
        raise Refusal(BAD_SURFACE) from error
