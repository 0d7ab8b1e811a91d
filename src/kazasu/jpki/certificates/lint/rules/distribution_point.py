"""The list of its municipality, by name and under the authority's own."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "distribution-point",
    Text(
        "失効リストの配布点",
        "The distribution point is the municipality's, under the issuer's name",
    ),
    "card §1",
)


def check(case: Case) -> str:
    extension = case.extensions.get("2.5.29.31")
    if extension is None or not isinstance(extension.value, x509.CRLDistributionPoints):
        return "missing"
    points = list(extension.value)
    full = points[0].full_name or []
    if len(points) != 1 or len(full) != 1 or not isinstance(full[0], x509.DirectoryName):
        return "form"
    name = list(full[0].value)
    words = [str(attribute.value) for attribute in name[3:]]
    under = name[:3] == list(case.issuer.subject)[:3]
    right = (
        len(words) == 3 and words[0] == "CRL Distribution Points" and words[2].endswith(" CRLDP")
    )
    return "" if under and right else full[0].value.rfc4514_string()
