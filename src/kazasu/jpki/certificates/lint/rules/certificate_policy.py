"""The one policy of its kind, critical, with the statement's address."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.terms import CPS, policies_for

RULE = Rule(
    "certificate-policy",
    Text(
        "証明書ポリシー",
        "The certificate policy is its kind's (on a card or on a phone), alone and critical",
    ),
    "card §1",
)


def check(case: Case) -> str:
    extension = case.extensions.get("2.5.29.32")
    if extension is None or not isinstance(extension.value, x509.CertificatePolicies):
        return "missing"
    found = [one.policy_identifier.dotted_string for one in extension.value]
    qualifiers = [list(one.policy_qualifiers or []) for one in extension.value]
    wanted = [[one] for one in policies_for(case.kind, case.media)]
    if found not in wanted or qualifiers != [[CPS]] or not extension.critical:
        return ", ".join(found)
    return ""
