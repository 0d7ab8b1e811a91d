"""Six otherNames in the card's order: name, birth, sex, address, flags of both."""

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.terms import ATTRIBUTE, CARD_ORDER

RULE = Rule(
    "attribute-order",
    Text(
        "基本4情報の項目と順序",
        "The attributes are all there, in card order",
    ),
    "card §1 (SAN otherName)",
    kinds=("signing",),
)


def check(case: Case) -> str:
    expected = [ATTRIBUTE[name] for name in CARD_ORDER]
    return "" if list(case.attributes) == expected else ", ".join(case.attributes) or "missing"
