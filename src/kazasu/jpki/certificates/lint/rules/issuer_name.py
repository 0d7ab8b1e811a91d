"""The issuer is named as it names itself, byte by byte."""

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "issuer-name",
    Text(
        "発行者名は認証局の名前と一致",
        "The issuer's name is the authority's own",
    ),
    "RFC 5280 §4.1.2.4",
)


def check(case: Case) -> str:
    same = case.certificate.issuer.public_bytes() == case.issuer.subject.public_bytes()
    return "" if same else case.certificate.issuer.rfc4514_string()
