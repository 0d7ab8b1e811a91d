"""Version 3: extensions are only there."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "version",
    Text(
        "証明書は第3版",
        "The certificate is version 3",
    ),
    "RFC 5280 §4.1.2.1",
)


def check(case: Case) -> str:
    return "" if case.certificate.version is x509.Version.v3 else case.certificate.version.name
