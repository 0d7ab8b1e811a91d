"""Opinions in a room's own database: of nobody, for a year."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.time.clock import civil

LIFE: Final = timedelta(days=365)
"""Older ones go when the next one comes."""


_VARIES: Final = re.compile(r"\{[^}]*\}")
_COUNTS: Final = """
    SELECT page, count(*) FILTER (WHERE verdict = 'clear') AS clear,
        count(*) FILTER (WHERE verdict = 'unclear') AS unclear, count(*) FILTER (WHERE verdict = 'stuck') AS stuck
    FROM opinion WHERE tenant = %s GROUP BY page ORDER BY stuck DESC, unclear DESC, page
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many said what of one page."""

    page: str
    clear: int
    unclear: int
    stuck: int

    @property
    def shown(self) -> str:
        """The route as people read it: what differs from page to page is left out."""
        return _VARIES.sub("…", self.page)


class Opinions:
    """Of one room."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant: str, page: str, verdict: str, words: str) -> None:
        """``page``: its route, never an address with a number in it."""

        def work(tx: Transaction) -> None:
            today = civil(tx.now)
            tx.execute(
                "DELETE FROM opinion WHERE tenant = %s AND on_day < %s", (tenant, today - LIFE)
            )
            tx.insert(
                "opinion", tenant=tenant, on_day=today, page=page, verdict=verdict, words=words
            )

        self._database.run("opinion.add", work, tenant=tenant, isolation="READ COMMITTED")

    def counts(self, tenant: str) -> list[Count]:
        """By page, the one that stopped most people first. No words: nobody has read them yet."""
        return self._database.run(
            "opinion.counts",
            lambda tx: tx.all(Count, _COUNTS, (tenant,)),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
