"""Certificates of terminals: with one, a card signs without a PIN (公的個人認証法 38条の4; card §1 PIN-less).

Anyone who runs such a terminal answers for having seen who holds the card: a face compared, a counter visited.
The real authority's keys are not public: this is the sandbox's own.
"""

from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kazasu.card.chip import text_ap
from kazasu.foundation.private_files import write_private
from kazasu.jpki.authorities.keyring import Authority

AUTHORITY_ID = b"9000010\x08\x05001\x00\x00\x00\x00"


def certify_terminal(authority: Authority, number: int, key: rsa.RSAPublicKey) -> bytes:
    """A CV certificate, ``7F21 { 5F4E 5F37 }``, for the ``number``-th terminal (1 …)."""
    if not isinstance(authority.key, rsa.RSAPrivateKey):
        raise TypeError(f"{authority.name}: RSA expected")
    subject = f"{9_100_000 + number:07}".encode() + b"\x08\x05001\x00\x00\x00\x00"
    body = text_ap.cv_body(AUTHORITY_ID, subject, key)
    return text_ap.cv_certificate(
        body, authority.key.sign(body, padding.PKCS1v15(), hashes.SHA256())
    )


def make_terminal(folder: Path, authority: Authority, number: int = 1) -> Path:
    """The sandbox terminal's certificate, where it is missing: ``<folder>/keys/terminal-<number>.cv`` (0600).

    Simulated: how a real terminal proves that it has the certificate's key is not public; here who has the file
    has the terminal, so its key is not kept.
    """
    path = folder / "keys" / f"terminal-{number}.cv"
    if path.exists():
        return path
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    write_private(path, certify_terminal(authority, number, key.public_key()))
    return path
