"""Those of the profile, each once, only key usage and policy critical."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "extensions",
    Text(
        "拡張領域",
        "There are the profile's extensions, each once, and no other",
    ),
    "card §1",
)

_KNOWN = {
    "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.5.29.35",
}  # fmt: skip
_CRITICAL = {"2.5.29.15", "2.5.29.32"}


def check(case: Case) -> str:
    try:
        found = [(one.oid.dotted_string, one.critical) for one in case.certificate.extensions]
    except (ValueError, x509.DuplicateExtension) as error:
        return str(error)
    surplus = [oid for oid, critical in found if oid not in _KNOWN or critical > (oid in _CRITICAL)]
    return ", ".join(surplus)
