"""digitalSignature, for signing nonRepudiation too; critical, nothing else."""

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "key-usage",
    Text(
        "鍵の用途",
        "Key usage is exactly the profile's, critical",
    ),
    "card §1; RFC 5280 §4.2.1.3",
)

_BITS = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign",
)  # fmt: skip


def check(case: Case) -> str:
    extension = case.extensions.get("2.5.29.15")
    if extension is None or not isinstance(extension.value, x509.KeyUsage):
        return "missing"
    usage = extension.value
    bits = {name for name in _BITS if getattr(usage, name)}
    expected = {"digital_signature"} | ({"content_commitment"} if case.kind == "signing" else set())
    if bits != expected or not extension.critical:
        return ", ".join(sorted(bits)) or "none"
    return ""
