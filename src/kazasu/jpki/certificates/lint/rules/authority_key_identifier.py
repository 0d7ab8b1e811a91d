"""Which generation of the authority signed: they all have one name."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "authority-key-identifier",
    Text(
        "発行者鍵識別子",
        "The authority key identifier is the issuer's",
    ),
    "RFC 5280 §4.2.1.1; card §1 (generations)",
)


def check(case: Case) -> str:
    extension = case.extensions.get("2.5.29.35")
    if extension is None or not isinstance(extension.value, x509.AuthorityKeyIdentifier):
        return "missing"
    expected = x509.SubjectKeyIdentifier.from_public_key(case.issuer.public_key()).digest
    found = extension.value.key_identifier or b""
    return "" if found == expected else found.hex()
