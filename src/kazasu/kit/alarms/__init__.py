"""Alarms as whoever works at an institution sees them: what rang, what to do, and for an incident the draft of its report.

:mod:`.pages` is the page; :mod:`kazasu.foundation.alarms` says what rings.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from kazasu.exchange.directory import Directory, Entry
from kazasu.exchange.street import institution
from kazasu.foundation.alarms import harvest
from kazasu.foundation.alarms.kinds import KINDS
from kazasu.foundation.alarms.ringing import Alarm, for_others, one, post_of, seen, unseen
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.text import LANGUAGES, Language, Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.dates import long_date, long_moment
from kazasu.foundation.web import Form
from kazasu.foundation.web.forms import asked

PRELIMINARY: Final = timedelta(days=5)
FINAL: Final = timedelta(days=30)
MEANT: Final = timedelta(days=60)
"""Of a report to the Personal Information Protection Commission (個人情報保護法施行規則 8条 of businesses, 44条 of offices of the state and of
municipalities: 速報「速やかに」, by its guideline within three to five days; 確報 within 30 days, 60 where somebody may have meant harm)."""
MOST_OF_A_REASON: Final = 150


Names = Mapping[str, Text]
"""Who has a post, by its number."""
NO_NAMES: Final[Names] = {}


class SeenForm(Form):
    reason: str = asked(
        "何だったか、何をしたか（記録に残ります）",
        "What it was, and what was done (it goes on record)",
        most=MOST_OF_A_REASON,
        missing=Text("何だったかを書いてください", "Write what it was"),
    )


class StopForm(Form):
    who: str = asked("職員", "Member of staff", most=200)
    why: str = asked(
        "職を止める理由（記録に残ります）",
        "Why the post is stopped (it goes on record)",
        most=MOST_OF_A_REASON,
        missing=Text("なぜ止めるのかを書いてください", "Write why it is stopped"),
    )


class BackForm(Form):
    back_who: str = asked("職員", "Member of staff", most=200)
    back_why: str = asked(
        "職を戻す理由（記録に残ります）",
        "Why the post is given back (it goes on record)",
        most=MOST_OF_A_REASON,
        missing=Text("なぜ戻すのかを書いてください", "Write why it is given back"),
    )


@dataclass(frozen=True, slots=True)
class Report:
    """The draft of what is reported of an incident; whoever works there completes it."""

    preliminary_by: datetime
    final_by: datetime
    meant_by: datetime
    """The final one, where somebody may have meant harm."""
    law: Text
    """By which it is reported."""
    text: Text
    """Its lines, in each language."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One alarm, as a person reads it."""

    alarm: Alarm
    what: Text
    """What is known of it."""
    report: Report | None
    names: Names = field(default_factory=dict)
    """Of the posts that it is about, and of who closed it."""
    now: int | None = None
    """How many people were shown within the last hour; None: it counts nobody."""

    @property
    def closed_by(self) -> Text:
        return who(self.alarm.seen_by, None, self.names)


@dataclass(frozen=True, slots=True)
class Alarms:
    open: list[Shown]
    over: list[Shown]
    """Of the last ninety days."""


def posts_of(alarms: Iterable[Alarm]) -> frozenset[str]:
    """Numbers of whoever has a part in them."""
    return frozenset(
        number for one in alarms for number in (*one.about, post_of(one.seen_by)) if number
    )


def alarms_of(
    tx: Transaction, directory: Directory, at: Entry | None, *, names: Callable[[Transaction, Iterable[str]], Names], me: str = ""
) -> Alarms:  # fmt: skip
    """All of the transaction's tenant but those that are still open about the post ``me``; ``at``: the institution."""
    waiting, over = for_others(unseen(tx), me), seen(tx)
    found = names(tx, posts_of((*waiting, *over)))
    return Alarms(
        [shown(one, directory, at, found) for one in waiting],
        [shown(one, directory, at, found) for one in over],
    )


def alarm_of(
    tx: Transaction, alarm_id: UUID, directory: Directory, at: Entry | None, *, names: Callable[[Transaction, Iterable[str]], Names], me: str = ""
) -> Shown | None:  # fmt: skip
    """None: there is none of this number, or it is still open about the post ``me``."""
    found = one(tx, alarm_id)
    if found is None or not for_others([found], me):
        return None
    now = harvest.in_the_last_hour(tx, str(found.facts["who"])) if "people" in found.facts else None
    return shown(found, directory, at, names(tx, posts_of([found])), now)


def shown(
    alarm: Alarm,
    directory: Directory,
    at: Entry | None,
    names: Names = NO_NAMES,
    now: int | None = None,
) -> Shown:
    what = _what(alarm, directory, names)
    sort = KINDS[alarm.kind]
    report = _report(alarm, at, what) if sort.incident else None
    return Shown(alarm, what, report, names, now)


def _usual(usual: float) -> Text:
    """What was learnt; nothing yet, in a country that has just begun."""
    if usual <= 0:
        return Text("ふだんの人数は、まだ分かりません", "what is usual is not known yet")
    if usual < 1:
        return Text("ふだんは1人より少ない", "usually less than one")
    return Text(f"ふだんは約{round(usual)}人", f"usually about {round(usual)}")


def _what(alarm: Alarm, directory: Directory, names: Names) -> Text:
    facts = alarm.facts
    if "people" in facts:
        shown_to, usual = who(str(facts["who"]), directory, names), _usual(float(facts["usual"]))
        return Text(
            f"{shown_to.ja}：1時間に{facts['people']}人（{usual.ja}。{facts['most']}人を超えると知らせます）",
            f"{shown_to.en}: {facts['people']} people in an hour ({usual.en}; it rings above {facts['most']})",
        )
    if "look" in facts:
        by, agreed = (who(str(facts[name]), directory, names) for name in ("by", "agreed"))
        due = str(facts.get("due", ""))
        return Text(
            f"{facts['look']}：{facts['reason_ja']}（求めた人：{by.ja}、同意した人：{agreed.ja}{_due(due, 'ja')}）",
            f"{facts['look']}: {facts['reason_en']} (asked for by {by.en}, agreed to by {agreed.en}{_due(due, 'en')})",
        )
    if "ends" in facts:
        whose, last = (
            who(str(facts["by"]), directory, names),
            date.fromisoformat(str(facts["ends"])),
        )
        return Text(
            f"{whose.ja}：{long_date(last)}まで", f"{whose.en}: until {long_date(last, 'en')}"
        )
    if "certificate" in facts:
        return Text(
            f"電子証明書 {facts['certificate']}（夜間の再検査）",
            f"Certificate {facts['certificate']} (nightly re-audit)",
        )
    told = _told(facts)
    by = who(str(facts.get("by", "")), directory, names)
    where = str(facts.get("where", ""))
    return Text(f"{told.ja}（{by.ja}、{where}）", f"{told.en} ({by.en}, {where})")


def _due(moment: str, lang: Language) -> str:
    """By when it had to be reviewed; empty where nothing is late."""
    if not moment:
        return ""
    at = long_moment(datetime.fromisoformat(moment).astimezone(JST), lang)
    return f"、点検の期限：{at}" if lang == "ja" else f", to be reviewed by {at}"


def _told(facts: dict[str, object]) -> Text:
    fault = CATALOGUE.get(str(facts.get("fault", "")))
    if fault is None:
        return Text(str(facts.get("fault", "")), str(facts.get("fault", "")))
    of = {name.removeprefix("of_"): fact for name, fact in facts.items() if name.startswith("of_")}
    try:
        return Refusal(fault, **of).title
    except KeyError:  # it has facts that a letter's alarm does not tell; its code says what it is
        return Text(fault.code, fault.code)


def who(actor: str, directory: Directory | None, names: Names) -> Text:
    """Whom an actor names, as a sentence says it."""
    kind, _, name = actor.partition(":")
    if post_of(actor) in names:
        return names[name]
    if name == "*":
        return Text("職員全員", "All staff together")
    if kind == "institution" and directory is not None and name in directory:
        return directory.entry(name).name
    words = {
        "clerk": Text("職員", "Staff"),
        "staff": Text("職員", "Staff"),
        "operator": Text("運用担当", "Operator"),
        "client": Text("サービス", "Service"),
        "terminal": Text("端末のある場所", "Terminal at"),
        "institution": Text("機関", "Institution"),
    }.get(kind, Text("サインインした人", "Somebody signed in"))
    if not name:
        return words
    return Text(f"{words.ja} {name}", f"{words.en} {name}")


@dataclass(frozen=True, slots=True)
class _Law:
    """Who reports what, and when it has to be reported whoever's intent it was."""

    article: Text
    data: Text
    people: Text


_BUSINESS: Final = _Law(
    Text("個人情報保護法26条1項、同法施行規則7条・8条", "Personal Information Protection Act, 26 paragraph 1; its rules, 7 and 8"),
    Text("個人データ", "Personal data"),
    Text("1,000人を超える・財産的な被害のおそれ・要配慮個人情報・不正の目的のおそれ", "more than 1,000 people, possible loss of property, sensitive data, or possible ill intent"),
)  # fmt: skip
_OFFICE: Final = _Law(
    Text("個人情報保護法68条1項、同法施行規則43条・44条", "Personal Information Protection Act, 68 paragraph 1; its rules, 43 and 44"),
    Text("保有個人情報", "Personal information held"),
    Text("100人を超える・財産的な被害のおそれ・要配慮個人情報（条例で定めるものも）・不正の目的のおそれ", "more than 100 people, possible loss of property, sensitive data (by ordinance, too), or possible ill intent"),
)  # fmt: skip
"""Of an office of the state, of a municipality, or of what the law treats like one; all institutions here but those below ``business``.

Simulated: that J-LIS is one (個人情報保護法 別表第一 was not at hand)."""


def _law(at: Entry | None) -> _Law:
    return _BUSINESS if at and institution(at.id.kind).room.startswith("business.") else _OFFICE


def _report(alarm: Alarm, at: Entry | None, what: Text) -> Report:
    """What the preliminary report says, as far as it is known now (個人情報保護法施行規則 8条1項, 44条1項: the same items)."""
    name, law = at.name if at else Text("", ""), _law(at)
    kind, early, late = KINDS[alarm.kind], alarm.first_at + PRELIMINARY, alarm.first_at + FINAL
    since, last = (
        {lang: long_moment(one.astimezone(JST), lang) for lang in LANGUAGES}
        for one in (alarm.first_at, alarm.last_at)
    )
    by = {lang: long_moment(early.astimezone(JST), lang) for lang in LANGUAGES}
    japanese = (
        f"漏えい等のおそれのある事案の報告（速報の案）\n報告する機関：{name.ja}\n概要：{kind.name.ja}。{what.ja}\n"
        f"分かった日時：{since['ja']}（最後は{last['ja']}、{alarm.times}回）\n"
        f"事案の番号：{alarm.alarm_id}\n"
        f"報告の根拠：{law.article.ja}（{law.people.ja}のどれか）\n{law.data.ja}の項目：（確かめて記入）\n本人の数：（確かめて記入）\n原因：（調査中）\n"
        "二次被害のおそれ：（確かめて記入）\n本人への対応：（記入）\n公表：（記入）\n"
        f"再発防止：（記入）\n速報の期限：{by['ja']}"
    )
    english = (
        f"Report of a possible leak (draft, preliminary)\nReported by: {name.en}\nOutline: {kind.name.en}. {what.en}\n"
        f"Known since: {since['en']} (last {last['en']}, {alarm.times} {'time' if alarm.times == 1 else 'times'})\n"
        f"Number of the incident: {alarm.alarm_id}\n"
        f"By: {law.article.en} (where there are {law.people.en})\n{law.data.en}: (find out)\nNumber of people: (find out)\nCause: (under inquiry)\n"
        "Possible further harm: (find out)\nWhat is told to them: (fill in)\nPublication: (fill in)\n"
        f"Against its happening again: (fill in)\nPreliminary report by: {by['en']}"
    )
    meant = alarm.first_at + MEANT
    return Report(early, late, meant, law.article, Text(japanese, english))
