"""The authorities' folder: certificates for everybody, private keys never in the clear.

``<folder>/pki/<name>-<generation>.pem`` and ``.key`` (PKCS #8, encrypted). Who opens a key depends on its custody:
*online* keys open with the service's passphrase; *shared* ones with a secret of which each custodian holds a share
(SLIP-39, Shamir's scheme); *pkcs11* keys stay in their token (:mod:`hsm`).

In the sandbox the passphrase and all shares lie in the folder too, written at the ceremony: anyone who has the folder
has the keys. In production the passphrase comes from elsewhere (``KAZASU_PKI_PASSPHRASE_FILE``), and custodians
take their shares away after the ceremony.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shamir_mnemonic
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from kazasu.foundation.algorithms import PrivateKey, read_private
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_private
from kazasu.jpki.authorities import hsm
from kazasu.jpki.authorities.hierarchy import Custody, Hierarchy
from kazasu.jpki.faults import KEY_LOCKED, SHARES_MISSING

_SECRET_BYTES: Final = 32


@dataclass(frozen=True)
class Authority:
    """A key with its certificate."""

    name: str
    key: PrivateKey
    certificate: x509.Certificate
    generation: int = 1


class Keyring:
    """Reads and stores authorities. ``passphrase`` None: the sandbox's own."""

    def __init__(self, folder: Path, passphrase: bytes | None = None) -> None:
        self._pki = folder / "pki"
        self._given = passphrase

    # ------------------------------------------------------------ reading

    def generations(self, name: str) -> int:
        """How many there are; 0: no such authority."""
        count = 0
        while self._path(name, count + 1, "pem").exists():
            count += 1
        return count

    def certificate(self, name: str, generation: int = 0) -> x509.Certificate:
        """Of the newest generation, or of a given one (1 …)."""
        path = self._path(name, generation or self.generations(name), "pem")
        return x509.load_pem_x509_certificate(path.read_bytes())

    def certificates(self, name: str) -> list[x509.Certificate]:
        """All generations, newest first."""
        return [self.certificate(name, n) for n in range(self.generations(name), 0, -1)]

    def authority(self, name: str, generation: int = 0) -> Authority:
        """With its private key. Load once per process: an RSA key takes 38 ms to check (stack §3).

        Raises Refusal ``jpki.key-locked``, ``jpki.shares-missing``.
        """
        which = generation or self.generations(name)
        token = self._path(name, which, "pkcs11")
        if token.exists():
            key: PrivateKey = hsm.open_key(json.loads(token.read_text()))
        else:
            pem = self._path(name, which, "key").read_bytes()
            try:
                key = read_private(pem, self._opener(name, which))
            except ValueError as error:
                raise Refusal(KEY_LOCKED, name=name) from error
        return Authority(name, key, self.certificate(name, which), which)

    def cv_certificate(self, name: str) -> bytes:
        return self._path(name, self.generations(name), "cv").read_bytes()

    # ------------------------------------------------------------ storing

    def new_key_in_token(self, name: str, generation: int, algorithm: str) -> PrivateKey:
        """A key made where it stays. Raises Refusal ``jpki.no-token``."""
        place = hsm.make_key(f"{name}-{generation}", algorithm)
        write_private(self._path(name, generation, "pkcs11"), json.dumps(place).encode())
        return hsm.open_key(place)

    def store_key(
        self, name: str, generation: int, key: PrivateKey, custody: Custody, plan: Hierarchy
    ) -> None:
        secret = self._passphrase()
        if custody == "shared":
            write_private(self._path(name, generation, "shared"), b"")
            secret = secrets.token_bytes(_SECRET_BYTES)
            self._share(name, generation, secret, plan)
            secret = secret.hex().encode()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret))
        write_private(self._path(name, generation, "key"), pem)

    def store_certificate(
        self, name: str, generation: int, certificate: x509.Certificate, cv: bytes = b""
    ) -> None:
        """Last: an authority exists from when its certificate does."""
        if cv:
            write_private(self._path(name, generation, "cv"), cv)
        write_private(self._path(name, generation, "pem"), certificate.public_bytes(Encoding.PEM))

    def _share(self, name: str, generation: int, secret: bytes, plan: Hierarchy) -> None:
        """One share a custodian; fewer than the threshold tell nothing."""
        groups = shamir_mnemonic.generate_mnemonics(1, [(plan.threshold, plan.custodians)], secret)
        folder = self._pki / "shares"
        folder.mkdir(mode=0o700, exist_ok=True)
        for number, words in enumerate(groups[0], 1):
            write_private(folder / f"{name}-{generation}.{number}.txt", words.encode())

    # ------------------------------------------------------------ secrets

    def _opener(self, name: str, generation: int) -> bytes:
        if not self._shared(name, generation):
            return self._passphrase()
        paths = sorted((self._pki / "shares").glob(f"{name}-{generation}.*.txt"))
        words = [path.read_text(encoding="ascii").strip() for path in paths]
        try:
            needed = shamir_mnemonic.Share.from_mnemonic(words[0]).member_threshold
            secret: bytes = shamir_mnemonic.combine_mnemonics(words[:needed])
            return secret.hex().encode()
        except (IndexError, shamir_mnemonic.MnemonicError) as error:
            raise Refusal(SHARES_MISSING, name=name, have=len(words)) from error

    def _shared(self, name: str, generation: int) -> bool:
        return self._path(name, generation, "shared").exists()

    def _passphrase(self) -> bytes:
        if self._given is not None:
            return self._given
        path = self._pki / "passphrase"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(_SECRET_BYTES).encode())
        return path.read_bytes()

    def _path(self, name: str, generation: int, kind: str) -> Path:
        return self._pki / f"{name}-{generation}.{kind}"


def read_authority(folder: Path, name: str, passphrase: bytes | None = None) -> Authority:
    """The newest generation; see :meth:`Keyring.authority`."""
    return Keyring(folder, passphrase).authority(name)
