"""A modulus of the form that a broken library made (CVE-2017-15361)."""

from cryptography.hazmat.primitives.asymmetric import rsa

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.certificates.weak_keys import is_roca

RULE = Rule(
    "key-roca",
    Text(
        "ROCA の鍵ではない",
        "The key is not a ROCA key",
    ),
    "CVE-2017-15361",
)


def check(case: Case) -> str:
    key = case.certificate.public_key()
    vulnerable = isinstance(key, rsa.RSAPublicKey) and is_roca(key.public_numbers().n)
    return "ROCA" if vulnerable else ""
