"""An identifier, never a name of a person: letters and digits, municipality code inside."""

import re

from cryptography.x509.oid import NameOID

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "common-name",
    Text(
        "CN は識別番号（23文字以内、団体コードを含む）",
        "CN is an identifier of at most 23 letters and digits with the municipality code",
    ),
    "card §1",
)

_FORM = re.compile(r"^[0-9A-Z]{8}\d{5}[0-9A-Z]{1,10}$")


def check(case: Case) -> str:
    found = case.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(found[0].value) if found else ""
    return "" if not found or _FORM.match(text) else text
