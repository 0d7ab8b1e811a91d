"""The last second of a day in Japan."""

from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.jpki.certificates.lint.linter import Case, Rule

RULE = Rule(
    "validity-end-of-day",
    Text(
        "有効期間は日本時間の23時59分59秒まで",
        "Validity ends at 23:59:59 in Japan",
    ),
    "card §1 (14:59:59Z)",
)


def check(case: Case) -> str:
    end = case.certificate.not_valid_after_utc.astimezone(JST)
    return "" if (end.hour, end.minute, end.second) == (23, 59, 59) else end.isoformat()
