"""An institution's own keys: to sign, to receive sealed messages, to speak as an OpenID client."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.directory import KEY_USES, Directory
from kazasu.exchange.faults import BAD_SIGNATURE, KEYS_UNREADABLE, NOT_FOR_US, TOO_LARGE
from kazasu.foundation.faults import Refusal

_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What joserfc raises on a header of another shape, which it reads before anything is proven."""
MOST_SEALED: Final = 4_000_000
"""Characters of a sealed message as it travels, told to its sender when it is sealed and to no one else later.
What is inside may have some 2,200,000 bytes: both signature and seal write it in base64."""
_SEAL = ["ECDH-ES+A256KW", "A256GCM"]


class _Seals(jwe.JWERegistry):
    """joserfc stops at 64 KiB; here the length is counted before it is asked."""

    max_ciphertext_length = MOST_SEALED


class _Signatures(jws.JWSRegistry):
    max_payload_length = MOST_SEALED


_SEALS: Final = _Seals(algorithms=_SEAL)
_SIGNATURES: Final = _Signatures(algorithms=["ES256"])


@dataclass(frozen=True)
class Institution:
    """One legal person that lives in this process."""

    id: str
    sign_key: ECKey
    seal_key: ECKey
    client_key: ECKey
    directory: Directory

    def sign(self, payload: bytes, typ: str) -> str:
        """A compact JWS (ES256) that names this institution in ``kid``."""
        return jws.serialize_compact(
            {"alg": "ES256", "kid": self.id, "typ": typ}, payload, self.sign_key
        )

    def seal(self, payload: bytes, typ: str, to: str) -> str:
        """Signed, then encrypted to the institution ``to``: only it can read, and knows from whom.

        Raises Refusal ``exchange.unknown-institution``, ``exchange.bad-signature`` (of the
        receiver's certificate), ``exchange.too-large``.
        """
        return encrypt(self.sign(payload, typ).encode(), to, self.directory)

    def open(self, sealed: str, typ: str, signer: str = "") -> tuple[str, bytes]:
        """Who signed, and the payload. See :func:`verified` for refusals."""
        return verified(decrypt(sealed, self).decode(errors="replace"), typ, self.directory, signer)


def encrypt(payload: bytes, to: str, directory: Directory) -> str:
    """Raises Refusal ``exchange.too-large``: what its receiver will not open is not sealed."""
    header = {"alg": _SEAL[0], "enc": _SEAL[1], "kid": to}
    sealed = jwe.encrypt_compact(header, payload, directory.key(to, "seal"), registry=_SEALS)
    _check_length(sealed)
    return sealed


def decrypt(sealed: str, institution: Institution) -> bytes:
    """Raises Refusal ``exchange.not-for-us`` (cannot be opened with this institution's key), ``exchange.too-large``."""
    _check_length(sealed)
    try:
        opened = jwe.decrypt_compact(sealed, institution.seal_key, registry=_SEALS)
    except _UNREADABLE as error:
        raise Refusal(NOT_FOR_US) from error
    return opened.plaintext or b""


def _check_length(sealed: str) -> None:
    if len(sealed) > MOST_SEALED:
        raise Refusal(TOO_LARGE, length=len(sealed), most=MOST_SEALED)


def verified(token: str, typ: str, directory: Directory, signer: str = "") -> tuple[str, bytes]:
    """Who signed this JWS, and its payload.

    Args:
        typ: the type it must have; a signature made for one use is never taken for another.
        signer: who must have signed; empty: the one that ``kid`` names and the directory knows.

    Raises:
        Refusal: ``exchange.bad-signature``, ``exchange.unknown-institution``.
    """
    try:
        unverified = jws.extract_compact(token.encode(), registry=_SIGNATURES)
        header = unverified.headers()
        kid = InstitutionId(header.get("kid", ""))
        if header.get("typ") != typ or (signer and kid != signer):
            raise Refusal(BAD_SIGNATURE, why=f"{header.get('typ')!a:.100} by {kid}")
        done = jws.deserialize_compact(token, directory.key(kid, "sign"), registry=_SIGNATURES)
    except _UNREADABLE as error:
        raise Refusal(BAD_SIGNATURE, why=type(error).__name__) from error
    return kid, done.payload


def read_institution(folder: Path, institution: str, directory: Directory) -> Institution:
    """The keys in :func:`key_file`, as the institutions' CA made them.

    Raises Refusal ``exchange.keys-unreadable``, ``exchange.bad-signature`` (of another institution).
    """
    path = key_file(folder, institution)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        named = document["id"]
        sign, seal, client = (ECKey.import_key(document[use]["key"]) for use in KEY_USES)
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise Refusal(KEYS_UNREADABLE, file=path, why=type(error).__name__) from error
    if named != institution:
        raise Refusal(BAD_SIGNATURE, why=f"{path.name} is of {named}")
    return Institution(institution, sign, seal, client, directory)


def key_file(folder: Path, institution: str) -> Path:
    """``<folder>/<id with ':' → '-'>.json``."""
    return folder / f"{institution.replace(':', '-')}.json"
