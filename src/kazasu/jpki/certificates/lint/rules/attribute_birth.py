"""EYYYYMMDD: the era's number and the Gregorian date, and the two agree."""

from datetime import date

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import ERA_NUMBER, era_year
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.terms import ATTRIBUTE

RULE = Rule(
    "attribute-birth",
    Text(
        "生年月日の形（元号と西暦）",
        "The birth date is EYYYYMMDD and its era is right",
    ),
    "card §1",
    kinds=("signing",),
)


def check(case: Case) -> str:
    text = case.attributes.get(ATTRIBUTE["birth"])
    if text is None:
        return ""
    try:
        born = date(int(text[1:5]), int(text[5:7]), int(text[7:]))
        right = str(ERA_NUMBER[era_year(born).era]) == text[0]
    except ValueError:
        return text
    return "" if right and len(text) == 9 else text
