"""Terms and rules of moving house, without input or output: notices, arrivals, what is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from kazasu.contracts.base import FourAttributes, at_counter
from kazasu.contracts.municipality import Mover
from kazasu.exchange.accesses import person_of
from kazasu.foundation.database.rows import JSON
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.names import comparison_key
from kazasu.kit import periods
from kazasu.municipality.casework.model import Act
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.moving import happened
from kazasu.municipality.moving.happened import Happened
from kazasu.municipality.moving.life import (
    DECIDED,
    IN,
    OUT,
    InEvent,
    InState,
    LeaverState,
    OutEvent,
    OutState,
)
from kazasu.municipality.register.model import SEX_CODE

OUT_DESK: Final = Text("転出担当", "Moving-out desk")
IN_DESK: Final = Text("転入担当", "Moving-in desk")
SEXES: Final = {
    "1": Text("男", "male"),
    "2": Text("女", "female"),
    "9": Text("適用不能", "not applicable"),
    "0": Text("不明", "unknown"),
}
"""The register's codes, for people."""
PAPERS: Final = "TS"
"""What numbers of paper certificates begin with (転出証明書)."""
SYSTEM: Final = Text("住民記録システム", "Resident record system")
"""Who speaks to the resident in the timeline of a move."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the machine checked on a notice, with its reason; the clerk decides."""

    check: str
    good: bool
    ja: str
    en: str
    blocking: bool = True
    decidable: bool = False
    """It stands in the way until the decider writes why it is right all the same."""

    @property
    def reason(self) -> Text:
        return Text(self.ja, self.en)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute of the card beside the data that came from the old city."""

    item: str
    label: Text
    card: str
    data: str
    same: bool
    earlier: bool = False
    """The card says what it said before the last move: by the data it waits to be updated, and it is the mover's all the same."""


def compare(attributes: FourAttributes, mover: Mover, old_address: str) -> list[Comparison]:
    """The four attributes, item by item. Names are compared by letters that a card can hold.

    A card that waits to be updated since an earlier move carries the address of before that one.
    """
    born = f"{mover.birth_date}"
    sex = SEX_CODE.get(mover.sex, mover.sex)
    return [
        _compared("name", Text("氏名", "Name"), attributes.name, mover.name),
        _address(attributes.address, old_address, mover.card_address),
        Comparison(
            "birth-date", Text("生年月日", "Date of birth"), f"{attributes.birth_date}", born,
            f"{attributes.birth_date}" == born,
        ),
        Comparison("sex", Text("性別", "Sex"), attributes.sex, sex, attributes.sex == sex),
    ]  # fmt: skip


def _address(card: str, data: str, waiting: str) -> Comparison:
    found = _compared("address", Text("住所（転出前）", "Address (before)"), card, data)
    if found.same or not waiting or comparison_key(card) != comparison_key(waiting):
        return found
    return replace(found, same=True, earlier=True)


def _compared(item: str, label: Text, card: str, data: str) -> Comparison:
    return Comparison(item, label, card, data, comparison_key(card) == comparison_key(data))


_STILL: Final = datetime.max.replace(tzinfo=UTC)
"""Where what is not over yet stands among what was done, by its time."""
_DECIDED: Final = Text("受理", "Accepted")
"""Whatever became of it later."""
DECISIONS: Final[Mapping[str, Text]] = {
    OutState.REJECTED: Text("却下", "Rejected"),
    OutState.NEEDS_FIX: Text("訂正を求めた", "Asked for a correction"),
    OutState.WITHDRAWN: Text("訂正を求めた", "Asked for a correction"),
}
"""What the last decision was of a notice of which it is not kept what happened; one that was accepted is not withdrawn but cancelled."""
QUIET_OUT: Final = ("checked",)
"""What the machine did: its findings stand on the page."""
ENDS_IN: Final = (
    "take-back", "led-elsewhere", "data-taken-back", "arrived-elsewhere", "rest-gone", "nobody-left", "network-refused", "network-expired", "ran-out",
)  # fmt: skip
"""What nobody of the desk did, and why an arrival does not go on."""


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def mover_in(case_id: str) -> str:
    """As audit records name somebody who is not in the register yet: by the case that brings them."""
    return person_of(case_id)


@dataclass(frozen=True, slots=True)
class MovingOut:
    """A notice of moving out at the old city."""

    PERSON: ClassVar = "applicant_id"

    case_id: str
    version: int
    state: OutState
    revision: int
    notice: dict[str, Any]
    signed: dict[str, Any]
    submitted_at: datetime
    received_at: datetime
    findings: list[dict[str, Any]] = field(metadata={JSON: True})
    applicant_id: str
    note: str
    decided_by: str
    decided_at: datetime | None
    given_at: datetime | None = None
    """When it was first sent; None: it was not corrected since."""
    taken: dict[str, Any] = field(default_factory=dict)
    """At the counter: :class:`kazasu.municipality.moving.at_counter.model.Taken`, as a document. Empty: it came signed, by the portal."""
    happened: list[dict[str, Any]] = field(default_factory=list, metadata={JSON: True})
    """:class:`~kazasu.municipality.moving.happened.Happened`, as documents; empty: before this was kept."""
    named: list[str] = field(default_factory=list, metadata={JSON: True})
    """Whom it named as it was sent, by the portal's numbers, where a move abroad of some of them was entered since; empty: as the notice says."""

    @property
    def given_on(self) -> date:
        """届出年月日: a correction that the city asks for changes what a notice says, not when it was given."""
        return civil(self.given_at or self.submitted_at)

    def may(self, event: OutEvent) -> bool:
        """Can it happen as the notice stands?"""
        return OUT.can(self.state, event)

    @property
    def moves_on(self) -> date:
        return date.fromisoformat(self.notice["move_date"])

    @property
    def as_sent(self) -> dict[str, Any]:
        """The notice as it was signed, with who goes abroad since."""
        return self.notice | ({"member_ids": self.named} if self.named else {})

    @property
    def go_abroad(self) -> list[str]:
        """Whom it named and who goes abroad instead, by the portal's numbers."""
        return [one for one in self.named if one not in self.notice["member_ids"]]

    @property
    def represented(self) -> bool:
        """Given at the counter by somebody who is not of the household."""
        return bool(self.taken) and self.taken["given_by"] in REPRESENTATIVES

    @property
    def for_paper(self) -> bool:
        """Was a paper certificate asked for when the notice was given at the counter?"""
        return bool(self.taken) and self.taken["arrives_by"] == "paper"

    @property
    def ex_officio(self) -> str:
        """Why the departure is recorded ex officio and not by notice (住民基本台帳法 8条, 施行令 12条1項); empty: it is by notice."""
        if not self.taken or not periods.notice_is_late(self.moves_on, self.given_on):
            return ""
        until = long_date(periods.moving_in_until(self.moves_on))
        return f"転出から14日（{until}）を過ぎていたので、職権で記載した（住民基本台帳法8条、同法施行令12条1項）。{self.taken['because']}"

    @property
    def checks(self) -> list[Finding]:
        return [Finding(**one) for one in self.findings]

    @property
    def acts(self) -> list[Act]:
        """What was decided, and what became of it, each with who did it and when; taking back and cancelling are nobody's of the staff."""
        found = happened.told(OUT, self.lines, QUIET_OUT)
        if self.decided_by and not any(one.by for one in self.lines):
            found.insert(0, (DECISIONS.get(self.state, _DECIDED), self.decided_by, self.decided_at))
        return found

    @property
    def lines(self) -> list[Happened]:
        """What happened to it, the oldest first."""
        return happened.read(self.happened)

    @property
    def answers(self) -> list[Happened]:
        """Those of it that the resident was told a reason of."""
        return [one for one in self.lines if one.words]

    @property
    def acceptable(self) -> bool:
        """Nothing stands in the way that nobody may decide."""
        open_checks = (c for c in self.checks if not c.good and c.blocking)
        return self.state == OutState.CHECKED and all(c.decidable for c in open_checks)


@dataclass(frozen=True, slots=True)
class Leaver:
    """One person of an accepted notice."""

    PERSON: ClassVar = "resident_id"

    case_id: str
    resident_id: str
    token: UUID
    to_municipality: str
    planned_on: date
    state: LeaverState
    notified_at: datetime | None
    """転入通知日."""
    revision: int
    consumed_by: str | None = None
    """The city that registered them, by the network's word; None until it is heard."""
    epoch: int | None = None
    """The person's epoch after that arrival, with it."""

    @property
    def on_the_way(self) -> bool:
        """Neither back nor registered anywhere, as far as it is heard."""
        return self.state in ("open", "departed") and self.consumed_by is None

    @property
    def went_to(self) -> str:
        """Where they are registered by the network's word; before it, where they planned to go."""
        return self.consumed_by or self.to_municipality


@dataclass(frozen=True, slots=True)
class MovingIn:
    """An expected arrival, or a change of address within the city."""

    PERSON: ClassVar = "person"

    case_id: str
    version: int
    kind: Literal["between-cities", "within-city"]
    state: InState
    reservation: dict[str, Any] | None
    certificate: dict[str, Any] | None
    """The certificate-of-moving-out data without its movers."""
    visit: dict[str, Any]
    """Who came and how their attributes compared."""
    entry: dict[str, Any]
    """What was completed at the desk."""
    moved_on: date | None
    notified_on: date | None
    request_id: UUID | None
    decided_by: str
    received_at: datetime
    registered_at: datetime | None
    happened: list[dict[str, Any]] = field(default_factory=list, metadata={JSON: True})
    """As of :class:`MovingOut`."""
    died: list[str] = field(default_factory=list, metadata={JSON: True})
    """Names of movers who died before they were registered: the desk asks nobody of their family for them."""
    abroad: list[str] = field(default_factory=list, metadata={JSON: True})
    """Names of movers who go abroad instead."""

    def may(self, event: InEvent) -> bool:
        """Can it happen as the arrival stands?"""
        return IN.can(self.state, event)

    @property
    def person(self) -> str:
        return mover_in(self.case_id)

    @property
    def acts(self) -> list[Act]:
        """What the desk did as it stands, with who did it, and what ended it."""
        at_counter: list[Act] = [
            (Text(ja, en), act.get("clerk", ""), _moment(act.get("at", "")))
            for ja, en, act in (
                ("本人の確認", "Identified", self.visit),
                ("仮登録", "Entered provisionally", self.entry),
            )
        ]
        decided: Act = (
            Text("登録の決裁", "Registration decided"),
            self.decided,
            self.registered_at,
        )
        acts = [
            *(one for one in at_counter if one[1]),
            *happened.told(IN, self.lines, set(IN.events) - set(ENDS_IN)),
            *([decided] if self.decided else []),
        ]
        return sorted(acts, key=lambda act: act[2] or _STILL)

    @property
    def lines(self) -> list[Happened]:
        """What happened to it, the oldest first."""
        return happened.read(self.happened)

    @property
    def decided(self) -> str:
        """Who decided the registration, while it stands: what was given up has nobody who decided it."""
        return self.decided_by if self.state in DECIDED else ""

    @property
    def redirected(self) -> bool:
        """The movers planned another city and stood at this one's desk: the data came because they were asked for."""
        return (
            self.reservation is None
            and self.certificate is not None
            and not self.certificate["new_address"]
        )

    @property
    def paper(self) -> str:
        """Number of the paper certificate with which they came; empty: they come by card."""
        return str((self.certificate or {}).get("paper", ""))

    @property
    def refused(self) -> Refusal | None:
        """Why the registration did not come about, until the notice is completed anew or decided again."""
        document = self.entry.get("refused")
        return Refusal.of(document) if document else None

    @property
    def half(self) -> str:
        """What is still missing of an expected arrival; empty when nothing is."""
        if self.kind == "within-city":
            return ""
        if self.certificate is None:
            return "certificate"
        return "" if self.reservation is not None or self.at_counter else "reservation"

    @property
    def as_sent(self) -> dict[str, Any]:
        """The notice of the reservation as it was signed, with who goes abroad since."""
        kept = self.reservation or {}
        return dict(kept["notice"]) | ({"member_ids": kept["named"]} if "named" in kept else {})

    @property
    def head_died(self) -> bool:
        """Who was announced to head them is dead: who does now is said at the counter."""
        return self._head_is_of(self.died)

    @property
    def head_abroad(self) -> bool:
        """The same, where they go abroad."""
        return self._head_is_of(self.abroad)

    def _head_is_of(self, names: Sequence[str]) -> bool:
        head = (self.reservation or {}).get("notice", {}).get("new_head", "")
        return bool(head) and head in names

    @property
    def at_counter(self) -> bool:
        """Notice was given at the counter of the old city: no reservation comes, and the portal is told nothing."""
        return at_counter(self.case_id)


def cards_until(
    kind: str, moved_on: date, notified_on: date, leaves_on: date | None = None
) -> date:
    """Last day to have the cards of whom an arrival registered updated; ``kind`` as :attr:`MovingIn.kind`.

    Args:
        leaves_on: of who moves on: the planned day of it.
    """
    if kind == "within-city":
        return periods.card_update_until(moved_on)
    return periods.card_continuation_until(notified_on, leaves_on)


@dataclass(frozen=True, slots=True)
class Arriver:
    """One person of an arrival."""

    case_id: str
    token: UUID
    mover: Mover
    included: bool
    resident_id: str
    card: Literal["none", "pending", "continued", "lost"]
    moved_on: date | None = None
    """異動日 with which they were registered. Of one notice some may come later than others."""
    residence_card: Literal["none", "pending", "written"] = "none"
    """Whether the address on their residence card (在留カード, 特別永住者証明書) was written here since they were registered (入管法 19条の9)."""
    comes_on: date | None = None
    """Who is still to come: the day from which they will live here, as it was said at the counter."""

    @property
    def registered(self) -> bool:
        """By this case."""
        return bool(self.resident_id)


def to_come(people: Sequence[Arriver]) -> list[Arriver]:
    """Of whom nothing is in the register by this case yet."""
    return [one for one in people if not one.registered]


def until(case: MovingIn, one: Arriver) -> date | None:
    """The last day on which who is still to come can be registered by this notice; None: it is not known yet.

    Fourteen days after their own moving day (住民基本台帳法 22条・23条). By card it is not later than thirty days after the planned day
    (24条の2; 施行令 24条の3), whatever their own day is.
    """
    planned = (case.certificate or {}).get("planned_date", "")
    announced = case.reservation["notice"]["move_date"] if case.reservation else ""
    return last_day(one.comes_on, planned, announced, by_paper=bool(case.paper))


def last_day(comes_on: date | None, planned_on: str, announced_on: str, *, by_paper: bool) -> date | None:  # fmt: skip
    """As :func:`until`, of the days alone, as the case keeps them; empty: it keeps none. The desk's list is dated by it, too."""
    days = [periods.moving_in_until(comes_on)] if comes_on else []
    if planned_on and not by_paper:
        days.append(periods.transfer_usable_until(date.fromisoformat(planned_on)))
    elif announced_on and not days:
        days.append(periods.moving_in_until(date.fromisoformat(announced_on)))
    return min(days, default=None)
