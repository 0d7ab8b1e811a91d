"""RSA of 2048 bits with exponent 65537 and no small factor, or a curve of ours."""

from cryptography.hazmat.primitives.asymmetric import rsa

from kazasu.foundation.algorithms import algorithm_of
from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.certificates.weak_keys import weakness

RULE = Rule(
    "key-strength",
    Text(
        "公開鍵の強さ",
        "The public key is strong enough",
    ),
    "公的個人認証法施行規則; NIST SP 800-131A; RFC 8017",
)


def check(case: Case) -> str:
    key = case.certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return weakness(key)
    try:
        algorithm_of(key)
    except ValueError as error:
        return str(error)
    return ""
