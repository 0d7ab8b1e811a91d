"""Only letters that the card can show; not empty."""

from kazasu.foundation.text import Text
from kazasu.foundation.values.names import graphemes
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.terms import ATTRIBUTE

RULE = Rule(
    "attribute-letters",
    Text(
        "氏名・住所の文字",
        "Name and address are in the card's letters",
    ),
    "card §1; names fact (JIS X 0208)",
    kinds=("signing",),
)


def check(case: Case) -> str:
    for name in ("name", "address"):
        text = case.attributes.get(ATTRIBUTE[name], "－")
        outside = [letter for letter in graphemes(text) if not case.letters(letter)]
        if outside or not text.strip():
            return "".join(outside) or "empty"
    return ""
