"""The issuer of cards: makes surface data genuine and signs write commands for cards (simulated)."""

from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kazasu.card.chip import text_ap, writing
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.values.encoding import base64_text
from kazasu.jpki.authorities.keyring import Authority, Keyring


class CardIssuerKeys:
    """Implements ``kazasu.card.chip.text_ap.CardIssuer``."""

    def __init__(
        self, issuer: Authority, cv_certificate: bytes, terminal_ca: x509.Certificate
    ) -> None:
        self._issuer = _rsa(issuer)
        self._cv = cv_certificate
        self._terminal_ca = terminal_ca

    @property
    def terminal_authority(self) -> str:
        key = self._terminal_ca.public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        return self._issuer.public_key()

    @property
    def cv_certificate(self) -> bytes:
        return self._cv

    def sign(self, data: bytes) -> bytes:
        return self._issuer.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def sign_digests(self, digests: bytes) -> bytes:
        content = text_ap.digest_info(digests)
        return self._issuer.sign(content, padding.PKCS1v15(), utils.NoDigestInfo())

    def script(
        self,
        card_id: str,
        attributes: FourAttributes,
        number_hash: bytes,
        signing_certificate: bytes,
        now: datetime,
    ) -> str:
        """Write commands for one card: new surface data and a new signing certificate.

        ``signing_certificate``: empty for a card that has none. The script's number is microseconds, so that
        a later one is greater wherever it is made.
        ``number_hash`` is the card's own DF31: it goes into the new proof and is not kept, since
        what stands for an individual number counts as one (番号法 2条8項).
        """
        basic = text_ap.basic_file(attributes)
        commands: dict[str, Any] = {
            "what": "continue",
            "card_id": card_id,
            "number": int(now.timestamp() * 1_000_000),
            "basic": base64_text(basic),
            "proof": base64_text(text_ap.proof_file(number_hash, basic, self)),
            "signing_certificate": base64_text(signing_certificate),
        }
        return writing.signed_script(commands, self.sign(writing.script_body(commands))).decode()


def read_card_issuer(keyring: Keyring) -> CardIssuerKeys:
    return CardIssuerKeys(
        keyring.authority("card-issuer"),
        keyring.cv_certificate("card-issuer"),
        keyring.certificate("terminal-ca"),
    )


def read_card_root(keyring: Keyring) -> rsa.RSAPublicKey:
    """The key that surface data is checked with."""
    key = keyring.certificate("card-ca").public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("card-ca: RSA expected")
    return key


def _rsa(authority: Authority) -> rsa.RSAPrivateKey:
    if not isinstance(authority.key, rsa.RSAPrivateKey):
        raise TypeError(f"{authority.name}: RSA expected")
    return authority.key
