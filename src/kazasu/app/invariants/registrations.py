"""Registrations and transfer tokens of the national register (reliability I1, I2, I5, I6)."""

from collections.abc import Iterator

from kazasu.app.invariants.checker_view import CheckerView, Invariant
from kazasu.foundation.text import Text

_JUKINET = ("jukinet",)


def _twice(sight: CheckerView) -> Iterator[str]:
    """The exclusion constraint's promise, proven again without it."""
    for row in sight.rows(
        "jukinet",
        """SELECT a.resident_record_code AS person, a.opened_epoch, b.opened_epoch AS other
           FROM registration a JOIN registration b USING (resident_record_code)
           WHERE a.opened_epoch < b.opened_epoch
             AND daterange(a.since, a.until) && daterange(b.since, b.until)""",
    ):
        yield f"{_masked(row['person'])}: {row['opened_epoch']}, {row['other']}"


def _nowhere(sight: CheckerView) -> Iterator[str]:
    """Whose last registration has ended: on the way with a token that shows them on a list
    (open, or expired and waiting for a clerk), or dead or abroad."""
    for row in sight.rows(
        "jukinet",
        """SELECT p.resident_record_code AS person FROM person p
           WHERE NOT EXISTS (SELECT FROM registration r
                             WHERE r.resident_record_code = p.resident_record_code
                               AND r.until IS NULL)
             AND NOT EXISTS (SELECT FROM transfer t
                             WHERE t.resident_record_code = p.resident_record_code
                               AND t.state IN ('OPEN', 'EXPIRED'))
             AND NOT EXISTS (SELECT FROM registration_event e
                             WHERE e.resident_record_code = p.resident_record_code
                               AND e.epoch = p.epoch AND e.what IN ('death', 'emigration'))""",
    ):
        yield _masked(row["person"])


def _epochs(sight: CheckerView) -> Iterator[str]:
    """Founding gives epoch 1 without an event; every later epoch has exactly one."""
    for row in sight.rows(
        "jukinet",
        """SELECT p.resident_record_code AS person, p.epoch, count(e.epoch) AS steps, max(e.epoch) AS last
           FROM person p LEFT JOIN registration_event e
             ON e.resident_record_code = p.resident_record_code AND e.epoch > 1
           GROUP BY p.resident_record_code, p.epoch
           HAVING p.epoch <> greatest(coalesce(max(e.epoch), 1), 1) OR count(e.epoch) <> p.epoch - 1""",
    ):
        yield f"{_masked(row['person'])}: {row['epoch']}, {row['steps']}"


def _tokens(sight: CheckerView) -> Iterator[str]:
    """A consumed token has exactly one arrival, in the city that consumed it."""
    for row in sight.rows(
        "jukinet",
        """SELECT t.token FROM transfer t
           WHERE t.state = 'CONSUMED' AND (
               SELECT count(*) FROM registration_event e
               JOIN registration r ON r.resident_record_code = e.resident_record_code
                                  AND r.opened_epoch = e.epoch
               WHERE e.resident_record_code = t.resident_record_code AND e.token = t.token
                 AND e.what = 'arrival' AND e.epoch = t.epoch
                 AND 'city:' || r.municipality_code = t.settled_by) <> 1
           UNION ALL
           SELECT e.token FROM registration_event e
           JOIN transfer t ON t.resident_record_code = e.resident_record_code AND t.token = e.token
           WHERE e.what = 'arrival' AND t.state <> 'CONSUMED'""",
    ):
        yield str(row["token"])


def _masked(person: str) -> str:
    """A resident record code as the checker may show it."""
    return f"{'*' * 7}{person[-4:]}"


REGISTRATIONS = (
    Invariant(
        "registered-once",
        Text("同じ日に二つの市に登録されている人はいない", "Nobody is registered in two cities on one day"),
        _JUKINET, _twice,
    ),
    Invariant(
        "nobody-lost",
        Text(
            "登録のない人には、使える転出証明か、期限切れの一覧か、死亡・国外転出がある",
            "Who is registered nowhere is on the way, on the overdue list, dead or abroad",
        ),
        _JUKINET, _nowhere,
    ),
    Invariant(
        "epochs-without-gap",
        Text("登録の番号に抜けも重なりもない", "A person's epochs have no gap and no double"),
        _JUKINET, _epochs,
    ),
    Invariant(
        "token-used-once",
        Text("使われた転出証明には、ちょうど一つの転入がある", "A consumed transfer has exactly one arrival"),
        _JUKINET, _tokens,
    ),
)  # fmt: skip
