"""Money between two institutions: booked on both sides or on neither, and always somebody who asks on (docs/institutions/pay.md).

What one side has and the other does not know yet is no finding while a job is there to ask.
"""

from collections.abc import Iterator
from typing import Final

from kazasu.app.invariants.checker_view import CheckerView, Invariant, Row
from kazasu.foundation.text import Text

_BOTH: Final = ("bank", "pay")
_PAY: Final = ("pay",)
_BANK: Final = ("bank",)
_KEY: Final = "charge {link_id} {charge_id}"
"""Under which the bank books a charge."""


def _asked(sight: CheckerView, room: str, name: str) -> set[str]:
    """The ids (``charge_id``, …) that jobs of the room have and will ask about."""
    return {
        str(row["id"])
        for row in sight.rows(
            room,
            """SELECT args ->> %(name)s AS id FROM procrastinate_jobs
               WHERE status IN ('todo', 'doing') AND args ? %(name)s""",
            name=name,
        )
    }


def _charges(sight: CheckerView) -> dict[str, Row]:
    """The wallets' charges, by the key that the bank books them under."""
    rows = sight.rows("pay", "SELECT charge_id, link_id, amount, done_at, refused FROM charge")
    return {_KEY.format(**row): row for row in rows}


def _booked(sight: CheckerView) -> dict[str, int]:
    """Yen that the bank moved to a partner, by the same key."""
    rows = sight.rows(
        "bank",
        """SELECT j.key, p.amount FROM journal j JOIN posting p USING (journal_id)
           WHERE j.kind = 'charge' AND p.account_number = 'partner:pay'""",
    )
    return {str(row["key"]): int(row["amount"]) for row in rows}


def _on_one_side(sight: CheckerView) -> Iterator[str]:
    charges, booked = _charges(sight), _booked(sight)
    asked = _asked(sight, "pay", "charge_id")
    for key in charges.keys() | booked.keys():
        charge = charges.get(key)
        done = charge is not None and charge["done_at"] is not None
        if charge is not None and not done and charge["charge_id"] in asked:
            continue
        if booked.get(key) != (charge["amount"] if charge is not None and done else None):
            yield key


def _nobody_asks(sight: CheckerView) -> Iterator[str]:
    asked = _asked(sight, "pay", "charge_id")
    for charge in _charges(sight).values():
        if charge["done_at"] is None and not charge["refused"] and charge["charge_id"] not in asked:
            yield str(charge["charge_id"])


def _links(sight: CheckerView, room: str, table: str) -> dict[str, bool]:
    """Does it live? By the link's id."""
    partner = "AND partner = 'pay'" if room == "bank" else ""
    rows = sight.rows(
        room, f"SELECT link_id, ended_at IS NULL AS live FROM {table} WHERE true {partner}"
    )
    return {str(row["link_id"]): bool(row["live"]) for row in rows}


def _links_on_one_side(sight: CheckerView) -> Iterator[str]:
    """Live here and ended or unknown there, and nobody is about to say so.

    What the service will still ask for (a token brought back) is not known by the link's number yet, so none is a finding then.
    """
    if _asked(sight, "pay", "request_id"):
        return
    ours, theirs = _links(sight, "bank", "account_link"), _links(sight, "pay", "bank_link")
    told = _asked(sight, "bank", "link_id") | _asked(sight, "pay", "link_id")
    for link in ours.keys() | theirs.keys():
        if ours.get(link, False) != theirs.get(link, False) and link not in told:
            yield link


def _unbalanced(sight: CheckerView) -> Iterator[str]:
    for row in sight.rows(
        "bank",
        """SELECT journal_id, sum(amount) AS total FROM posting
           GROUP BY journal_id HAVING sum(amount) <> 0""",
    ):
        yield f"{row['journal_id']}: {row['total']}"


def _overdrawn(sight: CheckerView) -> Iterator[str]:
    """More was paid at shops than was ever topped up; or the till and the wallet tell two stories of one payment."""
    for row in sight.rows(
        "pay",
        """SELECT wallet_id AS what FROM (
               SELECT wallet_id, amount FROM charge WHERE done_at IS NOT NULL
               UNION ALL
               SELECT wallet_id, -amount FROM wallet_payment WHERE refunded_at IS NULL) AS moved
           GROUP BY wallet_id HAVING sum(amount) < 0
           UNION ALL
           SELECT coalesce(t.number, w.number) FROM till_payment t
           FULL JOIN wallet_payment w USING (number)
           WHERE (t.paid_at, t.refunded_at, t.amount)
                 IS DISTINCT FROM (w.paid_at, w.refunded_at, w.amount)
             AND coalesce(t.paid_at, w.paid_at) IS NOT NULL""",
    ):
        yield str(row["what"])


MONEY = (
    Invariant(
        "ledger-balanced",
        Text("銀行の仕訳は、どれも合計が0円", "Every entry of the bank sums to zero"),
        _BANK, _unbalanced,
    ),
    Invariant(
        "charge-on-both-sides",
        Text(
            "チャージは、銀行とウォレットの両方にあるか、どちらにもない",
            "A top-up is booked at the bank and in the wallet, or in neither",
        ),
        _BOTH, _on_one_side,
    ),
    Invariant(
        "charge-asked-on",
        Text(
            "銀行の返事を待つチャージは、どれもまた尋ねられる",
            "Every top-up that waits for the bank is asked for again",
        ),
        _PAY, _nobody_asks,
    ),
    Invariant(
        "link-on-both-sides",
        Text(
            "口座連携は、両方でつながっているか、両方で終わっている",
            "An account link lives on both sides or on neither",
        ),
        _BOTH, _links_on_one_side,
    ),
    Invariant(
        "wallet-not-overdrawn",
        Text(
            "ウォレットは0円を下回らず、レジと同じ支払いを知っている",
            "No wallet is below zero, and it knows the payments that the till knows",
        ),
        _PAY, _overdrawn,
    ),
)  # fmt: skip
