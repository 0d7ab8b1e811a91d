"""An institution's own keys: to sign, to receive sealed messages, to speak as an OpenID client."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from joserfc import jwe, jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.directory import KEY_USES, Directory, KeyUse
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


class Institution:
    """One legal person that lives in this process. Which of its keys it uses, the directory says, each time."""

    def __init__(
        self,
        institution: str,
        sign_key: ECKey,
        seal_key: ECKey,
        client_key: ECKey,
        directory: Directory,
        *,
        file: Path | None = None,
    ) -> None:
        """``file``: read again when the directory names a key that is not here."""
        self.id: Final = institution
        self.directory: Final = directory
        self._file = file
        first: dict[KeyUse, ECKey] = {"sign": sign_key, "seal": seal_key, "client": client_key}
        self._held: dict[KeyUse, dict[str, ECKey]] = {
            use: {key.thumbprint(): key} for use, key in first.items()
        }
        self._lacks: set[str] = set()

    @property
    def sign_key(self) -> ECKey:
        return self._in_use("sign")

    @property
    def seal_key(self) -> ECKey:
        return self._in_use("seal")

    @property
    def client_key(self) -> ECKey:
        return self._in_use("client")

    @property
    def seal_keys(self) -> list[ECKey]:
        """All that somebody may have sealed to: what was sealed before a replacement is still on its way, or in our own tables."""
        return list(self._held["seal"].values())

    def _in_use(self, use: KeyUse) -> ECKey:
        held = self._held[use]
        wanted = self.directory.in_use(self.id, use)
        if wanted is None:
            return next(iter(held.values()))
        named = wanted.thumbprint()
        if named not in held and named not in self._lacks:
            self._read_again()
            held = self._held[use]
            if named not in held:  # said when a production house opens: ``app.other-keys``
                self._lacks.add(named)
        return held.get(named) or next(iter(held.values()))

    def _read_again(self) -> None:
        if self._file is not None:
            for use, keys in read_keys(self._file, self.id).items():
                self._held[use] = {key.thumbprint(): key for key in keys} | self._held[use]

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
    for key in institution.seal_keys:
        try:
            return jwe.decrypt_compact(sealed, key, registry=_SEALS).plaintext or b""
        except _UNREADABLE as error:
            reason = error
    raise Refusal(NOT_FOR_US) from reason


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
        return kid, _payload(token, directory.keys(kid, "sign"))
    except _UNREADABLE as error:
        raise Refusal(BAD_SIGNATURE, why=type(error).__name__) from error


def _payload(token: str, keys: list[ECKey]) -> bytes:
    """By the first key that fits. Raises as joserfc does."""
    for key in keys[:-1]:
        with suppress(BadSignatureError):
            return jws.deserialize_compact(token, key, registry=_SIGNATURES).payload
    return jws.deserialize_compact(token, keys[-1], registry=_SIGNATURES).payload


def read_institution(folder: Path, institution: str, directory: Directory) -> Institution:
    """The keys in :func:`key_file`, as the institutions' CA made them.

    Raises Refusal ``exchange.keys-unreadable``, ``exchange.bad-signature`` (of another institution).
    """
    path = key_file(folder, institution)
    keys = read_keys(path, institution)
    sign, seal, client = (keys[use][0] for use in KEY_USES)
    made = Institution(institution, sign, seal, client, directory, file=path)
    made._read_again()
    return made


def read_keys(path: Path, institution: str) -> dict[KeyUse, list[ECKey]]:
    """All keys of the file, those that it began with first. Raises as :func:`read_institution`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        named = document["id"]
        sets = [document, *document.get("more", [])]
        keys = {use: [ECKey.import_key(one[use]["key"]) for one in sets] for use in KEY_USES}
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise Refusal(KEYS_UNREADABLE, file=path, why=type(error).__name__) from error
    if named != institution:
        raise Refusal(BAD_SIGNATURE, why=f"{path.name} is of {named}")
    return keys


def key_file(folder: Path, institution: str) -> Path:
    """``<folder>/<id with ':' → '-'>.json``."""
    return folder / f"{institution.replace(':', '-')}.json"
