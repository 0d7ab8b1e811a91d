"""C and CN; for signing two L between them: prefecture and municipality."""

from cryptography.x509.oid import NameOID

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "subject-form",
    Text(
        "主体者名の形",
        "The subject has the profile's form",
    ),
    "card §1",
)


def check(case: Case) -> str:
    found = [attribute.oid for attribute in case.certificate.subject]
    between = [NameOID.LOCALITY_NAME] * (2 if case.kind == "signing" else 0)
    expected = [NameOID.COUNTRY_NAME, *between, NameOID.COMMON_NAME]
    country = case.certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    if found != expected or country[0].value != "JP":
        return case.certificate.subject.rfc4514_string()
    return ""
