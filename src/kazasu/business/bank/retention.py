"""How long each table keeps what it holds, and why. The daily job deletes the rest.

While an account is open its records are needed. Afterwards the law asks for seven years of the
records of identification; nothing else is kept for good.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kazasu.foundation.text import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """``after``: what the period is counted from."""

    tables: tuple[str, ...]
    what: Text
    period: timedelta | None
    """None: never deleted, because nobody's name is in it any more."""
    after: Text
    basis: Text


_SEVEN_YEARS = timedelta(days=7 * 365 + 2)
_LAW = Text(
    "犯罪収益移転防止法 6条（確認記録は7年）",
    "Act on Prevention of Transfer of Criminal Proceeds, art. 6 (7 years)",
)
_CLOSED = Text("口座の解約から", "from the closing of the account")

IDENTIFICATION: Final = Rule(
    ("customer", "proofing", "attribute_change", "own_link", "own_link_change", "happening",
     "transfer", "payee"),
    Text("本人確認の記録、届け出の情報とその変更、振込", "Identification, your data and their changes, transfers"),
    _SEVEN_YEARS, _CLOSED, _LAW,
)  # fmt: skip
CONSENTS: Final = Rule(
    ("consent", "account_link"),
    Text("終わった同意と口座連携の記録", "Records of consents and account links that have ended"),
    _SEVEN_YEARS,
    Text("同意・連携の終わりから", "from the end of the consent or link"),
    _LAW,
)
EVENTS: Final = Rule(
    ("security_event",),
    Text("受け取った通知の番号", "Numbers of received events"),
    timedelta(days=30),
    Text("受け取りから", "from receipt"),
    Text("同じ通知を二度受けないため", "So that no event is taken twice"),
)
BEGUN: Final = Rule(
    ("application", "pending_proof", "link_request", "link_message", "knowledge_failure"),
    Text("終わらなかった申込み", "Applications that were not finished"),
    timedelta(days=1),
    Text("はじめてから", "from their beginning"),
    Text("続けるため", "So that you can go on"),
)
LEDGER: Final = Rule(
    ("account", "journal", "posting"),
    Text("取引の帳簿（氏名のない口座番号だけ）", "The ledger (account numbers without names)"),
    None,
    Text("名前は本人確認の記録と一緒に消えます", "The names go with the records of identification"),
    Text("会社法 432条（帳簿は10年以上）", "Companies Act, art. 432 (books: at least 10 years)"),
)
RULES: Final = (IDENTIFICATION, CONSENTS, EVENTS, BEGUN, LEDGER)


def before(rule: Rule, now: datetime) -> datetime:
    """What was over before this instant is no longer kept."""
    if rule.period is None:
        raise ValueError("never deleted")
    return now - rule.period
