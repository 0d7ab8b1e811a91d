"""Institutions for tests: a CA, keys and a directory, as the ceremony makes them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.directory import KEY_USES, Directory, Entry, write_directory
from kazasu.exchange.keys import Institution, key_file
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock

START = datetime(2026, 1, 1, tzinfo=UTC)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(subject, public_key, issuer, issuer_key, days=3650):
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


class Institutions:
    """``Institutions(clock, "portal", "city:141003")``: their directory and their keys."""

    def __init__(
        self, clock: Clock, *ids: str, port: int = 8000, origins: Mapping[str, str] | None = None
    ) -> None:
        self.authority_key = ec.generate_private_key(ec.SECP256R1())
        self.authority = _pem(
            _certificate("CA", self.authority_key.public_key(), "CA", self.authority_key)
        )
        self._keys = {}
        entries = []
        for one in ids:
            keys = {use: ec.generate_private_key(ec.SECP256R1()) for use in KEY_USES}
            self._keys[one] = keys
            entries.append(
                Entry(
                    id=InstitutionId(one),
                    origin=(origins or {}).get(
                        one, f"http://{one.replace(':', '-')}.localhost:{port}"
                    ),
                    name=Text(one, one),
                    certificates={
                        use: _pem(_certificate(one, key.public_key(), "CA", self.authority_key))
                        for use, key in keys.items()
                    },
                )
            )
        self.directory = Directory(self.authority, entries, clock)

    def __getitem__(self, one: str) -> Institution:
        def key(use):
            pem = self._keys[one][use].private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
            return ECKey.import_key(pem)

        return Institution(one, key("sign"), key("seal"), key("client"), self.directory)

    def write(self, folder: Path) -> None:
        """The directory and the keys as the founding lays them down."""
        (folder / "keys").mkdir(parents=True)
        write_directory(folder / "directory.json", self.authority, list(self.directory))
        for one in self._keys:
            own = self[one]
            keys = {"sign": own.sign_key, "seal": own.seal_key, "client": own.client_key}
            document = {"id": one} | {
                use: {"key": key.as_dict(private=True)} for use, key in keys.items()
            }
            key_file(folder / "keys", one).write_text(json.dumps(document))
