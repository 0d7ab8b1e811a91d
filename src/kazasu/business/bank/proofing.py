"""How a customer was identified, by meaning and by the version of the rule.

The items of 犯収法施行規則 6条1項1号 are lettered, and the letters drift: each reform moves them. So
a record says what was done and under which version; the letter is looked up for display only and
is never stored (identity §3, "eKYC letters drift").
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from kazasu.foundation.text import Text

Method = Literal["signing-certificate"]
SIGNING_CERTIFICATE: Final[Method] = "signing-certificate"
RULE: Final = Text(
    "犯罪による収益の移転防止に関する法律施行規則 6条1項1号",
    "Ordinance of the Act on Prevention of Transfer of Criminal Proceeds, art. 6 (1) (i)",
)
MEANING: Final = {
    SIGNING_CERTIFICATE: Text(
        "マイナンバーカードの署名用電子証明書で署名し、その有効性を確かめた",
        "Signed with the signing certificate of the citizen's card, and the certificate verified",
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a version calls a method. ``sourced`` is false for what could only be inferred."""

    letter: str
    sourced: bool


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """The rule as it was from a day on."""

    in_force: date
    letters: dict[Method, Letter]


VERSIONS: Final = (
    RuleVersion(date(2018, 11, 30), {SIGNING_CERTIFICATE: Letter("ワ", sourced=True)}),
    RuleVersion(date(2025, 6, 24), {SIGNING_CERTIFICATE: Letter("カ", sourced=False)}),
    RuleVersion(date(2027, 4, 1), {SIGNING_CERTIFICATE: Letter("ル", sourced=False)}),
)
"""Oldest first. ワ: vendors' documents; カ and ル are inferred (a new item came before it; image
methods end), so pages mark them as simulated."""


def version_on(day: date) -> RuleVersion:
    """The version in force. Raises LookupError before the first."""
    for version in reversed(VERSIONS):
        if version.in_force <= day:
            return version
    raise LookupError(f"no version of the rule is known for {day}")


def letter_of(method: Method, day: date) -> Letter:
    """What people call the method on a day: not a property of the record."""
    return version_on(day).letters[method]
