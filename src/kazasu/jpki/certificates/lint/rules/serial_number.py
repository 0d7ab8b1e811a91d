"""Four bytes, the first not zero, as the real ones (0x0705D990)."""

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "serial-number",
    Text(
        "シリアル番号は正の4バイト",
        "The serial number is positive and has four bytes",
    ),
    "card §1; RFC 5280 §4.1.2.2",
)


def check(case: Case) -> str:
    serial = case.certificate.serial_number
    return "" if 0x0100_0000 <= serial <= 0x7FFF_FFFF else f"{serial:X}"
