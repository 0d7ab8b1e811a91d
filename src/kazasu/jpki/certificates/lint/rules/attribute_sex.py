"""1, 2, 3 or 9."""

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.terms import ATTRIBUTE

RULE = Rule(
    "attribute-sex",
    Text(
        "性別の値",
        "Sex is 1, 2, 3 or 9",
    ),
    "card §1",
    kinds=("signing",),
)


def check(case: Case) -> str:
    text = case.attributes.get(ATTRIBUTE["sex"], "9")
    return "" if text in {"1", "2", "3", "9"} else text
