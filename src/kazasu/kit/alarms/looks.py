"""What was looked at behind an alarm: the records of the posts that it is about, for whoever has to judge it.

No resident stands there: when, what for (with what was written as reason, which the resident reads too), under which case, how many
people. Whose record it was is in the record itself; an auditor of the log opens that.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kazasu.foundation.alarms.harvest import EVERYBODY, HOUR
from kazasu.foundation.alarms.ringing import OF_POSTS, Alarm, post_of
from kazasu.foundation.database import Transaction

MOST: Final = 300
_AFTERWARDS: Final = timedelta(hours=1)
"""How long after it last rang is still shown."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One record."""

    at: datetime
    actor: str
    purpose_ja: str
    purpose_en: str
    case_id: str
    people: int
    """How many it names."""

    @property
    def post(self) -> str:
        return post_of(self.actor)


def can_be_looked_into(alarm: Alarm) -> bool:
    """Is it about posts, one by one or all together?"""
    return bool(alarm.about) or _of_all(alarm) != ""


def _of_all(alarm: Alarm) -> str:
    """``clerk``, where it is about all clerks together."""
    kind, _, name = str(alarm.facts.get("who", "")).partition(":")
    return kind if name == EVERYBODY and kind in OF_POSTS else ""


def looks(tx: Transaction, alarm: Alarm) -> list[Looked]:
    """From an hour before it first rang until an hour after it last did, the newest first; those alone that show somebody.
    At most :data:`MOST`."""
    actors = [f"{kind}:{one}" for one in sorted(alarm.about) for kind in OF_POSTS]
    return tx.all(
        Looked,
        """SELECT at, actor, purpose_ja, purpose_en, case_id, cardinality(subjects) AS people FROM audit_log
           WHERE tenant = %s AND at > %s AND at <= %s AND (actor LIKE 'clerk:%%' OR actor LIKE 'operator:%%')
             AND (actor = ANY(%s) OR split_part(actor, ':', 1) = %s) AND cardinality(subjects) > 0
           ORDER BY at DESC, id DESC LIMIT %s""",
        (tx.tenant, alarm.first_at - HOUR, alarm.last_at + _AFTERWARDS, actors, _of_all(alarm), MOST),
    )  # fmt: skip
