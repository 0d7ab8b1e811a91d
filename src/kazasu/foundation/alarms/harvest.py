"""How many people somebody is shown within an hour: one clerk, all clerks together, one party, one terminal.

Counted from the audit records, each once: as the sealer takes it (:func:`kazasu.foundation.audit.seal`), so the work grows with
what was recorded since the last time and never with the log. Counting reads the last hour of whoever acted in that
portion (primary key of ``alarm_shown``); what is older than two hours is folded into two figures for each kind of post and
deleted. Where they come from does not matter: it is counted by who acts, and for all of a kind together.

What is usual is learnt from finished hours of all who have that kind of post here, each hour at most the least number of the
setting: nobody trains it beyond ``factor`` times that by harvesting slowly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kazasu.foundation.alarms.kinds import MANY_PEOPLE, ONE_TERMINAL, SPREAD, Kind
from kazasu.foundation.alarms.ringing import ring
from kazasu.foundation.audit import Statements
from kazasu.foundation.settings import Settings

HOUR: Final = timedelta(hours=1)
EVERYBODY: Final = "*"
"""``clerk:*``: all clerks together."""
TERMINAL: Final = "terminal"
WATCHED: Final = ("clerk", "operator", "client")
"""Who is shown people: the kinds of actors. A resident sees themselves (``Access.own``), an institution asks about whoever acts
before it, by a treaty with its legal basis, and the system shows nobody anything."""
_LEARNT_HOURS: Final = 1000
"""After so many what is usual is halved: it follows what changes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """People in an hour that may be shown whatever is usual, and how many times the usual; see ``docs/settings.md``."""

    clerk: int = 150
    desk: int = 1_500
    party: int = 3_000
    terminal: int = 40
    factor: float = 3.0

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(
            settings.alarm_people_of_clerk, settings.alarm_people_of_desk, settings.alarm_people_of_party,
            settings.alarm_people_of_terminal, settings.alarm_factor,
        )  # fmt: skip

    def least(self, who: str) -> int:
        kind, _, name = who.partition(":")
        if name == EVERYBODY:
            return self.desk
        return {"client": self.party, TERMINAL: self.terminal}.get(kind, self.clerk)


@dataclass(frozen=True, slots=True)
class _Count:
    who: str
    people: int
    hours: int
    usual_people: int


def sealed(tx: Statements, records: Sequence[int], limits: Limits, *, room: str) -> None:
    """Of these audit records of the transaction's tenant: who was shown whom. Rings where it is too many."""
    acted = tx.all(
        _Who,
        """WITH record AS MATERIALIZED (
               SELECT split_part(actor, ':', 1) AS post, actor, at, subjects FROM audit_log
               WHERE tenant = %(tenant)s AND id = ANY(%(records)s) AND cardinality(subjects) > 0),
           shown AS (
               INSERT INTO alarm_shown (tenant, who, slot, shown)
               SELECT DISTINCT %(tenant)s, who, date_bin('10 minutes', at, 'epoch'), unnest(subjects)
               FROM record, LATERAL (VALUES (actor), (post || ':*')) AS counted(who)
               WHERE post = ANY(%(watched)s)
               ON CONFLICT DO NOTHING RETURNING who)
           SELECT DISTINCT who FROM shown""",
        {"tenant": tx.tenant, "records": list(records), "watched": list(WATCHED)},
    )
    if acted:
        _count(tx, [one.who for one in acted], limits, room=room)


def tapped(tx: Statements, terminal: str, person: str, limits: Limits, *, room: str) -> None:
    """Somebody held a card at this terminal. Rings where it is one too many."""
    who = f"{TERMINAL}:{terminal}"
    tx.execute(
        """INSERT INTO alarm_shown (tenant, who, slot, shown)
           VALUES (%s, %s, date_bin('10 minutes', %s::timestamptz, 'epoch'), %s) ON CONFLICT DO NOTHING""",
        (tx.tenant, who, tx.now, person),
    )
    _count(tx, [who], limits, room=room)


@dataclass(frozen=True, slots=True)
class _Who:
    who: str


def _count(tx: Statements, acted: Sequence[str], limits: Limits, *, room: str) -> None:
    _fold(tx, limits)
    counts = tx.all(
        _Count,
        """SELECT who, count(DISTINCT shown) AS people, coalesce(max(u.hours), 0) AS hours,
                  coalesce(max(u.people), 0) AS usual_people
           FROM alarm_shown s
           LEFT JOIN alarm_usual u ON u.tenant = s.tenant
               AND u.post = split_part(s.who, ':', 1) || CASE WHEN s.who LIKE '%%:*' THEN ':*' ELSE '' END
           WHERE s.tenant = %s AND s.who = ANY(%s) AND s.slot > %s GROUP BY who""",
        (tx.tenant, list(acted), tx.now - HOUR),
    )
    for one in counts:
        usual = one.usual_people / one.hours if one.hours else 0.0
        most = max(limits.least(one.who), round(limits.factor * usual))
        if one.people > most and not _looked_at(tx, one):
            facts = {"who": one.who, "people": one.people, "usual": round(usual, 1), "most": most}
            ring(tx, _kind(one.who).key, one.who, facts, room=room)


def in_the_last_hour(tx: Statements, who: str) -> int:
    """How many people they were shown until now, as far as their records are sealed."""
    return int(
        tx.value(
            """SELECT count(DISTINCT shown) FROM alarm_shown
               WHERE tenant = %s AND who = %s AND slot > %s""",
            (tx.tenant, who, tx.now - HOUR),
        )
    )


def _kind(who: str) -> Kind:
    if who.startswith(f"{TERMINAL}:"):
        return ONE_TERMINAL
    return SPREAD if who.endswith(f":{EVERYBODY}") else MANY_PEOPLE


def _looked_at(tx: Statements, count: _Count) -> bool:
    """An operator has looked at this within the hour, and it is not twice as many since."""
    before = tx.value(
        """SELECT (facts ->> 'people')::bigint FROM alarm
           WHERE tenant = %s AND kind = %s AND cause = %s AND last_at > %s AND seen_at IS NOT NULL
           ORDER BY last_at DESC LIMIT 1""",
        (tx.tenant, _kind(count.who).key, count.who, tx.now - HOUR),
    )
    return before is not None and count.people < 2 * int(before)


def _fold(tx: Statements, limits: Limits) -> None:
    """Hours that are over become what is usual, and are forgotten; of this tenant, by the index of slots."""
    tx.execute(
        """WITH gone AS (
               DELETE FROM alarm_shown
               WHERE tenant = %(tenant)s AND slot < date_trunc('hour', %(now)s::timestamptz) - interval '1 hour'
               RETURNING who, slot, shown),
           hours AS (
               SELECT who, split_part(who, ':', 1) AS kind, who LIKE '%%:*' AS everybody,
                      count(DISTINCT shown) AS people
               FROM gone GROUP BY who, date_trunc('hour', slot)),
           capped AS (
               SELECT kind || CASE WHEN everybody THEN ':*' ELSE '' END AS post,
                      least(people, CASE WHEN everybody THEN %(desk)s::bigint WHEN kind = 'client' THEN %(party)s::bigint
                                         WHEN kind = 'terminal' THEN %(terminal)s::bigint ELSE %(clerk)s::bigint END) AS people
               FROM hours)
           INSERT INTO alarm_usual AS u (tenant, post, hours, people)
           SELECT %(tenant)s, post, count(*), sum(people) FROM capped GROUP BY post
           ON CONFLICT (tenant, post) DO UPDATE SET
               hours = CASE WHEN u.hours > %(learnt)s THEN u.hours / 2 ELSE u.hours END + excluded.hours,
               people = CASE WHEN u.hours > %(learnt)s THEN u.people / 2 ELSE u.people END + excluded.people""",
        {
            "tenant": tx.tenant, "now": tx.now, "desk": limits.desk, "party": limits.party,
            "terminal": limits.terminal, "clerk": limits.clerk, "learnt": _LEARNT_HOURS,
        },
    )  # fmt: skip
