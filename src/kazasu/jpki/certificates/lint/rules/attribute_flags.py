"""One 0 or 1 a letter."""

from kazasu.foundation.text import Text
from kazasu.foundation.values.names import length
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.terms import ATTRIBUTE

RULE = Rule(
    "attribute-flags",
    Text(
        "代替文字フラグ",
        "Substitute flags are one 0 or 1 for each letter",
    ),
    "card §1",
    kinds=("signing",),
)


def check(case: Case) -> str:
    for name in ("name", "address"):
        text = case.attributes.get(ATTRIBUTE[name])
        flags = case.attributes.get(ATTRIBUTE[f"{name}_flags"])
        if text is None or flags is None:
            continue
        if len(flags) != length(text) or set(flags) - {"0", "1"}:
            return flags or "empty"
    return ""
