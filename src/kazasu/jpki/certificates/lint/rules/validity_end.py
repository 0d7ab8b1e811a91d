"""To the fifth birthday at most, never past the card, never past the authority."""

from datetime import date

from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.jpki.certificates.lint.linter import Case, Rule
from kazasu.jpki.certificates.validity import end_of_validity

RULE = Rule(
    "validity-end",
    Text(
        "有効期間は5回目の誕生日・カードの期限まで",
        "Validity ends by the fifth birthday and the card's last day",
    ),
    "公的個人認証法 5条; card §1",
)


def check(case: Case) -> str:
    last = civil(case.certificate.not_valid_after_utc)
    if case.born and case.issued_on:
        latest = civil(end_of_validity(case.issued_on, case.born, case.card_expires_on or date.max))
        if last > latest:
            return last.isoformat()
    if case.card_expires_on and last > case.card_expires_on:
        return last.isoformat()
    if case.certificate.not_valid_after_utc > case.issuer.not_valid_after_utc:
        return last.isoformat()
    return ""
