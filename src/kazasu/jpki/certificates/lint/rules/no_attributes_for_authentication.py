"""The user-authentication certificate tells nothing about its holder."""

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "no-attributes-for-authentication",
    Text(
        "利用者証明用には基本4情報を入れない",
        "A user-authentication certificate carries no attributes",
    ),
    "card §1; 公的個人認証法 22条",
    kinds=("authentication",),
)


def check(case: Case) -> str:
    return "subjectAltName" if "2.5.29.17" in case.extensions else ""
