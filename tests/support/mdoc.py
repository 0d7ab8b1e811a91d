"""An issuer, a phone and a bank for tests of electronic records; no database."""

import base64
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kazasu.card.mdoc.formats import credential, status
from kazasu.card.mdoc.formats.credential import DS_PURPOSE, DocumentSigner, StatusPlace, Validity
from kazasu.card.mdoc.formats.elements import ISO, JP, Wanted
from kazasu.card.mdoc.verifier import Verifier
from kazasu.card.mdoc.wallet import Held, Wallet
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.text import Text
from kazasu.jpki.mdoc.values import values_of

HOST = "bank.localhost"
RESPONSE_URI = "http://bank.localhost:8000/mdoc/response"
BANK = Text("例の銀行", "Example Bank")
PURPOSE = Text("口座を開くための本人確認", "Identity check for opening an account")
STATUS_URI = "http://jpki.localhost/mdoc/status/0"
PERSON = FourAttributes(
    name="横浜　花子",
    address="神奈川県横浜市中区本町６丁目５０番地",
    birth_date=date(1990, 4, 1),
    sex="2",
)
NAME = (JP, "full_name_unicode")
ADDRESS = (JP, "resident_address_unicode")
OVER_20 = (ISO, "age_over_20")
WANTED = (Wanted(*NAME), Wanted(*ADDRESS, required=False, retain=True), Wanted(*OVER_20))


@cache
def key(number: int) -> ec.EllipticCurvePrivateKey:
    del number
    return ec.generate_private_key(ec.SECP256R1())


def name(common):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate(
    subject, subject_key, issuer, issuer_key, now, *, days=300, start=timedelta(days=-1),
    ca=False, purposes=(DS_PURPOSE,), critical=True, dns="", signs=True,
):  # fmt: skip
    """A certificate with everything that a test may want to be wrong."""
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(subject_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + start)
        .not_valid_after(now + start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                signs and not ca, False, False, False, False, ca or not signs, ca, False, False
            ),
            critical=True,
        )
    )
    if purposes and not ca:
        made = made.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    if dns:
        names = x509.SubjectAlternativeName([x509.DNSName(dns)])
        made = made.add_extension(names, critical=False)
    return made.sign(issuer_key, hashes.SHA256())


@dataclass
class Street:
    """A country of three: who issues, who holds, who asks."""

    now: object
    states: dict = field(default_factory=dict)
    pending: dict = field(default_factory=dict)

    def __post_init__(self):
        self.authority = certificate(
            "IACA", key(1), "IACA", key(1), self.now, ca=True, start=timedelta(days=-60)
        )
        self.signer = DocumentSigner(
            key(2), certificate("DS", key(2), "IACA", key(1), self.now, start=timedelta(days=-30))
        )
        self.askers_authority = certificate("Institutions", key(3), "Institutions", key(3), self.now, ca=True)  # fmt: skip
        self.reader = certificate("bank", key(4), "Institutions", key(3), self.now, purposes=(), dns=HOST)  # fmt: skip
        self.wallet = Wallet()
        self.bank = self.verifier()
        self.record = self.issue()
        self.hold(self.record)

    def verifier(self, **changes):
        given = {
            "name": BANK, "host": HOST, "key": key(4), "certificate": self.reader,
            "authorities": [self.authority], "fetch": self.fetch,
        }  # fmt: skip
        return Verifier(**given | changes)

    def fetch(self, uri):
        return status.sign_list(self.signer, uri, self.states, self.now)

    def validity(self, start=timedelta(), life=timedelta(days=14), signed=None):
        begin = self.now.replace(microsecond=0) + start
        return Validity(begin if signed is None else signed, begin, begin + life)

    def issue(self, *, signer=None, values=None, device=None, validity=None, place=True, **more):
        return credential.issue(
            signer or self.signer,
            values_of(PERSON, "141003", self.now.date()) if values is None else values,
            (device or self.wallet._key).public_key(),
            validity or self.validity(),
            StatusPlace(STATUS_URI, 5) if place else None,
            **more,
        )

    def hold(self, record, wallet=None):
        """Into the wallet as it is, without the wallet's own checks."""
        (wallet or self.wallet).held = Held(
            mdoc_id="m", person_ref="p", credential=b64(record.encode()),
            valid_until=self.now + timedelta(days=14),
        )  # fmt: skip

    def ask(self, wanted=WANTED, *, bank=None, **more):
        asked = (bank or self.bank).ask(wanted, PURPOSE, RESPONSE_URI, self.now, **more)
        self.pending[asked.pending.state] = asked.pending
        return asked

    def read(self, asked, **more):
        return Wallet.read(asked.request, [self.askers_authority], self.now, **more)

    def take(self, state):
        return self.pending.pop(state, None)

    def answer(self, form, *, bank=None, now=None):
        return (bank or self.bank).answer(form, self.take, now or self.now)

    def whole(self, chosen=None, wanted=WANTED, **more):
        """Asked, read, presented, verified."""
        mode = more.pop("mode", "direct_post.jwt")
        request = self.read(self.ask(wanted, mode=mode))
        names = [one.name for one in wanted] if chosen is None else chosen
        return self.answer(self.wallet.present(request, names, self.now, **more))


def b64(data):
    return base64.b64encode(data).decode()


def changed(encoded, change):
    """CBOR with something changed in what it means."""
    content = cbor2.loads(encoded)
    return cbor2.dumps(change(content) or content)


def pem(one):
    return one.public_bytes(Encoding.PEM).decode()
