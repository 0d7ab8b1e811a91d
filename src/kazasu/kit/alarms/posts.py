"""The posts that an alarm is about: who they are, and stopping one at once.

A post that is stopped is none from that moment: each act asks for it as it is written then, and their sessions at the desk end in the
same transaction. It is kept, and given back where nothing was wrong. Nobody stops their own or gives it back to themselves. The
command ``found dismiss`` ends a post for good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from kazasu.foundation.alarms.ringing import Alarm, must_be_anothers, post_of
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.web.sessions import end_sessions
from kazasu.kit.faults import NO_SUCH_POST
from kazasu.kit.staff import KIND, by_staff_id


@dataclass(frozen=True, slots=True)
class Stopped:
    """A post that is out of use."""

    PERSON: ClassVar = "staff_id"

    staff_id: str
    stopped_by: str
    stopped_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class _Kept:
    PERSON: ClassVar = "staff_id"

    staff_id: str
    name: str
    kana: str


def names(tx: Transaction, posts: Iterable[str]) -> Mapping[str, Text]:
    """Who has, or had, these posts, by their number; who is not known any more is missing."""
    wanted = sorted(set(posts))
    with tx.unseen():  # clerks at work, shown to their colleagues
        gone = tx.all(
            _Kept,
            """SELECT staff_id, post ->> 'name' AS name, coalesce(post ->> 'kana', '') AS kana FROM post_stopped
               WHERE tenant = %s AND staff_id = ANY(%s) ORDER BY stopped_at""",
            (tx.tenant, wanted),
        )
        here = [_Kept(one.staff_id, one.name, one.kana) for one in by_staff_id(tx, wanted)]
    return {
        one.staff_id: Text(f"{one.name}（{one.staff_id}）", f"{with_reading(one.name, one.kana)} ({one.staff_id})")
        for one in [*gone, *here]
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posts:
    """Those that an alarm is about, for its page."""

    working: list[str]
    """Which of them can be stopped."""
    stopped: list[Stopped]
    others: list[str]
    """Who else can look into it."""
    names: Mapping[str, Text]


def of(tx: Transaction, about: frozenset[str], roles: Iterable[str]) -> Posts:
    here, gone, others = working(tx, about), stopped(tx, about), who_else(tx, roles, about)
    return Posts(
        here, gone, others, names(tx, [*about, *others, *(one.stopped_by for one in gone)])
    )


def working(tx: Transaction, posts: Iterable[str]) -> list[str]:
    """Which of them have a post now."""
    with tx.unseen():
        return sorted(one.staff_id for one in by_staff_id(tx, posts))


def stopped(tx: Transaction, posts: Iterable[str]) -> list[Stopped]:
    """Which of them are out of use, since when, why."""
    with tx.unseen():
        return tx.all(
            Stopped,
            f"""SELECT {columns(Stopped)} FROM post_stopped
                WHERE tenant = %s AND staff_id = ANY(%s) AND given_back_at IS NULL ORDER BY staff_id""",
            (tx.tenant, list(posts)),
        )


def who_else(tx: Transaction, roles: Iterable[str], about: Iterable[str]) -> list[str]:
    """Numbers of those who hold one of the roles and are not of these."""
    with tx.unseen():
        return tx.column(
            """SELECT staff_id FROM staff
               WHERE tenant = %s AND roles && %s::text[] AND staff_id <> ALL(%s::text[]) ORDER BY staff_id LIMIT 20""",
            (tx.tenant, list(roles), list(about)),
        )


def stop(tx: Transaction, alarm: Alarm, who: str, by: str, reason: str) -> None:
    """The post ``who``, which the alarm is about, is none any more. Stopped a second time, nothing more happens.

    Raises Refusal ``alarms.about-yourself``, ``kit.no-such-post``.
    """
    must_be_anothers(alarm, by)
    if who not in alarm.about:
        raise Refusal(NO_SUCH_POST)
    ended = tx.value(
        "SELECT stop_post(%s, %s, %s, %s, %s)", (who, alarm.alarm_id, post_of(by), reason, tx.now)
    )
    if not ended and not stopped(tx, [who]):
        raise Refusal(NO_SUCH_POST)
    end_sessions(tx, KIND, who)


def give_back(tx: Transaction, alarm: Alarm, who: str, by: str) -> None:
    """As it was, by another one of those whom the alarm is not about.

    Raises Refusal ``alarms.about-yourself``, ``kit.no-such-post``.
    """
    must_be_anothers(alarm, by)
    if who not in alarm.about or not _is_back(tx, alarm.alarm_id, who, by):
        raise Refusal(NO_SUCH_POST)


def _is_back(tx: Transaction, alarm_id: UUID, who: str, by: str) -> bool:
    return (
        tx.execute(
            """WITH back AS (
                   UPDATE post_stopped SET given_back_by = %s, given_back_at = %s
                   WHERE tenant = %s AND staff_id = %s AND alarm_id = %s AND given_back_at IS NULL
                   RETURNING post)
               INSERT INTO staff SELECT (jsonb_populate_record(NULL::staff, post)).* FROM back
               ON CONFLICT DO NOTHING""",
            (post_of(by), tx.now, tx.tenant, who, alarm_id),
        )
        == 1
    )
