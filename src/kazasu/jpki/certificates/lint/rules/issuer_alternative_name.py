"""The service's name in Japanese, as a directory name."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.terms import ISSUER_ALIAS

RULE = Rule(
    "issuer-alternative-name",
    Text(
        "発行者の別名",
        "The issuer's alternative name is the service's",
    ),
    "card §1",
)


def check(case: Case) -> str:
    extension = case.extensions.get("2.5.29.18")
    if extension is None or not isinstance(extension.value, x509.IssuerAlternativeName):
        return "missing"
    names = [
        str(a.value)
        for one in extension.value
        if isinstance(one, x509.DirectoryName)
        for a in one.value
    ]
    return "" if names == ["JP", ISSUER_ALIAS] else ", ".join(names)
