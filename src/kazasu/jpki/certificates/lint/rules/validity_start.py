"""Not before its authority, and before its own end."""

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "validity-start",
    Text(
        "有効期間の始まり",
        "Validity begins before it ends, and not before the authority's",
    ),
    "RFC 5280 §4.1.2.5",
)


def check(case: Case) -> str:
    start = case.certificate.not_valid_before_utc
    if start < case.issuer.not_valid_before_utc or start > case.certificate.not_valid_after_utc:
        return start.isoformat()
    return ""
