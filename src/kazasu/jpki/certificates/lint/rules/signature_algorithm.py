"""The hash that belongs to the authority's key, and no weaker one."""

from kazasu.foundation.algorithms import algorithm_of
from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "signature-algorithm",
    Text(
        "署名方式は発行者の鍵に合うもの",
        "The signature algorithm is the one for the issuer's key",
    ),
    "card §1 (sha256RSA); RFC 5758; RFC 9881",
)

_EXPECTED = {
    "RSA-2048": "1.2.840.113549.1.1.11",
    "P-256": "1.2.840.10045.4.3.2",
    "P-384": "1.2.840.10045.4.3.3",
    "Ed25519": "1.3.101.112",
    "ML-DSA-65": "2.16.840.1.101.3.4.3.18",
}


def check(case: Case) -> str:
    expected = _EXPECTED.get(algorithm_of(case.issuer.public_key()))
    found = case.certificate.signature_algorithm_oid.dotted_string
    return "" if found == expected else found
