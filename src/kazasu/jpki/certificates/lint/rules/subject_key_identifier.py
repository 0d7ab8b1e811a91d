"""The digest of its key."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "subject-key-identifier",
    Text(
        "主体者鍵識別子",
        "The subject key identifier is its key's digest",
    ),
    "RFC 5280 §4.2.1.2",
)


def check(case: Case) -> str:
    extension = case.extensions.get("2.5.29.14")
    if extension is None or not isinstance(extension.value, x509.SubjectKeyIdentifier):
        return "missing"
    expected = x509.SubjectKeyIdentifier.from_public_key(case.certificate.public_key()).digest
    return "" if extension.value.digest == expected else extension.value.digest.hex()
