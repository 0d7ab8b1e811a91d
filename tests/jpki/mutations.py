"""For each rule of the profile a certificate that breaks exactly it.

A good certificate is taken apart, changed in one place and signed again by the authority: what a wrong program or
a thief inside would make.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import gcd, prod

from asn1crypto import algos, core, keys, parser, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ObjectIdentifier, OtherName, SubjectAlternativeName

from kazasu.jpki.certificates.weak_keys import _primorial
from kazasu.jpki.terms import ATTRIBUTE

Change = Callable[[x509.TbsCertificate], None]


def signed_again(der: bytes, change: Change, key) -> bytes:
    """The certificate after a change, with a good signature over it."""
    certificate = x509.Certificate.load(der)
    parts = x509.TbsCertificate.load(certificate["tbs_certificate"].dump())
    change(parts)
    tbs = parts.dump(force=True)
    algorithm = parts["signature"]["algorithm"].native
    digest = hashes.SHA1() if algorithm == "sha1_rsa" else hashes.SHA256()  # noqa: S303
    whole = x509.Certificate(
        {
            "tbs_certificate": x509.TbsCertificate.load(tbs),
            "signature_algorithm": {"algorithm": algorithm, "parameters": core.Null()},
            "signature_value": key.sign(tbs, padding.PKCS1v15(), digest),
        }
    )
    return whole.dump()


# ---------------------------------------------------------------- small tools


def extension(parts, name):
    return next(one for one in parts["extensions"] if one["extn_id"].native == name)


def put(name, value) -> Change:
    def change(parts):
        parts[name] = value

    return change


def value(name, of) -> Change:
    """Another value of an extension: DER."""

    def change(parts):
        extension(parts, name)["extn_value"] = core.ParsableOctetString(of(parts))

    return change


def without(name) -> Change:
    def change(parts):
        kept = [one for one in parts["extensions"] if one["extn_id"].native != name]
        parts["extensions"] = x509.Extensions(kept)

    return change


def critical(name, flag) -> Change:
    def change(parts):
        extension(parts, name)["critical"] = flag

    return change


def added(name, der, *, flag=False) -> Change:
    def change(parts):
        more = x509.Extension(
            {"extn_id": name, "critical": flag, "extn_value": core.ParsableOctetString(der)}
        )
        parts["extensions"] = x509.Extensions([*parts["extensions"], more])

    return change


def other_names(parts):
    parsed = extension(parts, "subject_alt_name")["extn_value"].parsed
    return [
        (
            one.chosen["type_id"].dotted,
            core.UTF8String.load(_explicit(one.chosen["value"].dump())).native,
        )
        for one in parsed
    ]


def _explicit(der):
    """What is inside of a ``[0]`` tag."""
    return parser.parse(der)[4] if der[0] == 0xA0 else der


def attributes(of) -> Change:
    """Other attributes: ``of`` gives the list of (OID, text) from the list that is."""

    def change(parts):
        names = [
            OtherName(ObjectIdentifier(oid), core.UTF8String(text).dump())
            for oid, text in of(other_names(parts))
        ]
        der = SubjectAlternativeName(names).public_bytes()
        extension(parts, "subject_alt_name")["extn_value"] = core.ParsableOctetString(der)

    return change


def attribute(name, text) -> Change:
    return attributes(
        lambda found: [(oid, text(old) if oid == ATTRIBUTE[name] else old) for oid, old in found]
    )


def name_of(*pairs) -> x509.Name:
    return x509.Name(
        "", x509.RDNSequence(
            [x509.RelativeDistinguishedName([x509.NameTypeAndValue({"type": oid, "value": x509.DirectoryString("printable_string", core.PrintableString(text))})])
             for oid, text in pairs]
        )
    )  # fmt: skip


def subject(*pairs) -> Change:
    def change(parts):
        parts["subject"] = name_of(*pairs)

    return change


def rsa_key(modulus, exponent=65537) -> Change:
    """Another public key, and its identifier with it."""

    def change(parts):
        public = keys.RSAPublicKey({"modulus": modulus, "public_exponent": exponent})
        info = keys.PublicKeyInfo.wrap(public, "rsa")
        parts["subject_public_key_info"] = info
        digest = core.OctetString(info.sha1).dump()
        extension(parts, "key_identifier")["extn_value"] = core.ParsableOctetString(digest)

    return change


def ending(at) -> Change:
    def change(parts):
        kept = parts["validity"]["not_before"].native
        parts["validity"] = x509.Validity(
            {"not_before": x509.Time("utc_time", kept), "not_after": _time(at(parts))}
        )

    return change


def beginning(at) -> Change:
    def change(parts):
        kept = parts["validity"]["not_after"].native
        parts["validity"] = x509.Validity(
            {"not_before": _time(at(parts)), "not_after": _time(kept)}
        )

    return change


def _time(at):
    kind = "utc_time" if at.year < 2050 else "general_time"
    return x509.Time(kind, at.astimezone(UTC))


def end(parts):
    return parts["validity"]["not_after"].native


def _roca_modulus() -> int:
    """Of the form that the broken library made: a power of 65537 modulo a primorial."""
    primes = [p for p in range(2, 702) if all(p % q for q in range(2, int(p**0.5) + 1))]
    base = prod(primes)
    room = (1 << 2047) // base
    return next(
        n for n in (base * (room + k) + pow(65537, 12345, base) for k in range(1, 4000))
        if n.bit_length() == 2048 and gcd(n, _primorial()) == 1
    )  # fmt: skip


def _close_primes_modulus() -> int:
    """Two neighbours: Fermat finds them at once."""
    half = (1 << 1023) + (1 << 1022) + 12345
    return half * (half + 2)


SIGNING_SUBJECT = (("country_name", "JP"), ("locality_name", "Kanagawa-ken"), ("locality_name", "Yokohama-shi"), ("common_name", "1122334414100251124001A"))  # fmt: skip
AUTHENTICATION_SUBJECT = (SIGNING_SUBJECT[0], SIGNING_SUBJECT[-1])
GENERAL = x509.GeneralNames([x509.GeneralName("directory_name", name_of(("country_name", "JP")))])

MUTATIONS: dict[str, list[tuple[str, Change]]] = {
    "version": [("authentication", put("version", "v1"))],
    "serial-number": [
        ("signing", put("serial_number", 0x00FFFFFF)),
        ("authentication", put("serial_number", 1 << 64)),
    ],
    "signature-algorithm": [
        ("signing", put("signature", algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa", "parameters": core.Null()}))),
    ],
    "issuer-name": [("signing", put("issuer", name_of(("country_name", "JP"), ("organization_name", "JPKI"))))],
    "subject-form": [
        ("signing", subject(*AUTHENTICATION_SUBJECT)),
        ("authentication", subject(*SIGNING_SUBJECT)),
        ("authentication", subject(("country_name", "US"), SIGNING_SUBJECT[-1])),
    ],
    "common-name": [("signing", subject(*SIGNING_SUBJECT[:-1], ("common_name", "Hanako Yokohama")))],
    "no-attributes-for-authentication": [("authentication", added("subject_alt_name", GENERAL.dump()))],
    "key-strength": [
        ("authentication", rsa_key((1 << 1023) + 1155)),
        ("signing", rsa_key((1 << 2047) + 15015 * 3 - (1 << 2047) % 15015)),
        ("signing", rsa_key(_close_primes_modulus())),
    ],
    "key-roca": [("signing", rsa_key(_roca_modulus()))],
    "key-usage": [
        ("signing", value("key_usage", lambda _: x509.KeyUsage({"digital_signature"}).dump())),
        ("authentication", value("key_usage", lambda _: x509.KeyUsage({"digital_signature", "key_cert_sign"}).dump())),
        ("authentication", critical("key_usage", False)),
        ("signing", without("key_usage")),
    ],
    "certificate-policy": [
        ("signing", value("certificate_policies", lambda _: x509.CertificatePolicies([{"policy_identifier": "1.2.392.200149.8.5.1.0.20"}]).dump())),
        ("authentication", critical("certificate_policies", False)),
        ("signing", without("certificate_policies")),
    ],
    "attribute-order": [
        ("signing", attributes(lambda found: found[::-1])),
        ("signing", attributes(lambda found: found[:-1])),
    ],
    "attribute-birth": [
        ("signing", attribute("birth", lambda old: "5" + old[1:])),
        ("signing", attribute("birth", lambda old: old[:5] + "1340")),
        ("signing", attribute("birth", lambda old: old + "0")),
    ],
    "attribute-sex": [("signing", attribute("sex", lambda _: "4"))],
    "attribute-letters": [
        ("signing", attribute("name", lambda old: "𠮷" + old[1:])),
        ("signing", attributes(lambda found: [(oid, "　" * len(text) if oid == ATTRIBUTE["address"] else text) for oid, text in found])),
    ],
    "attribute-flags": [
        ("signing", attribute("name_flags", lambda old: old + "0")),
        ("signing", attribute("address_flags", lambda old: "2" + old[1:])),
    ],
    "issuer-alternative-name": [
        ("signing", value("issuer_alt_name", lambda _: GENERAL.dump())),
        ("authentication", without("issuer_alt_name")),
    ],
    "distribution-point": [
        ("signing", value("crl_distribution_points", lambda _: x509.CRLDistributionPoints([{"distribution_point": x509.DistributionPointName("full_name", GENERAL)}]).dump())),
        ("authentication", without("crl_distribution_points")),
    ],
    "authority-key-identifier": [
        ("signing", value("authority_key_identifier", lambda _: x509.AuthorityKeyIdentifier({"key_identifier": bytes(20)}).dump())),
        ("authentication", without("authority_key_identifier")),
    ],
    "subject-key-identifier": [
        ("signing", value("key_identifier", lambda _: core.OctetString(bytes(20)).dump())),
        ("authentication", without("key_identifier")),
    ],
    "extensions": [
        ("signing", added("extended_key_usage", x509.ExtKeyUsageSyntax(["client_auth"]).dump())),
        ("authentication", added("basic_constraints", x509.BasicConstraints({"ca": True}).dump(), flag=True)),
        ("authentication", critical("key_identifier", True)),
        ("authentication", added("1.2.392.1.2.3", core.Null().dump())),
    ],
    "validity-start": [
        ("signing", beginning(lambda _: datetime(1999, 1, 1, tzinfo=UTC))),
        ("signing", beginning(lambda parts: end(parts) + timedelta(days=1))),
    ],
    "validity-end-of-day": [("signing", ending(lambda parts: end(parts) - timedelta(hours=1)))],
    "validity-end": [
        ("signing", ending(lambda parts: end(parts) + timedelta(days=1))),
        ("authentication", ending(lambda parts: end(parts) + timedelta(days=365 * 40))),
    ],
}  # fmt: skip
