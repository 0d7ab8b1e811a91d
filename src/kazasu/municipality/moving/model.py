"""Terms and rules of moving house, without input or output: notices, arrivals, what is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.municipality import Mover
from kazasu.exchange.accesses import person_of
from kazasu.foundation.database.rows import JSON
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.names import comparison_key
from kazasu.municipality.casework.model import Act
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


def compare(attributes: FourAttributes, mover: Mover, old_address: str) -> list[Comparison]:
    """The four attributes, item by item. Names are compared by letters that a card can hold."""
    born = f"{mover.birth_date}"
    sex = SEX_CODE.get(mover.sex, mover.sex)
    return [
        _compared("name", Text("氏名", "Name"), attributes.name, mover.name),
        _compared("address", Text("住所（転出前）", "Address (before)"), attributes.address, old_address),
        Comparison(
            "birth-date", Text("生年月日", "Date of birth"), f"{attributes.birth_date}", born,
            f"{attributes.birth_date}" == born,
        ),
        Comparison("sex", Text("性別", "Sex"), attributes.sex, sex, attributes.sex == sex),
    ]  # fmt: skip


def _compared(item: str, label: Text, card: str, data: str) -> Comparison:
    return Comparison(item, label, card, data, comparison_key(card) == comparison_key(data))


class OutState(StrEnum):
    """Where a notice of moving out stands."""

    RECEIVED = "received"
    CHECKED = "checked"
    NEEDS_FIX = "needs-fix"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    CLOSED = "closed"


OUT_STATES: Final[Mapping[str, Text]] = {
    OutState.RECEIVED: Text("受付済・確認中", "received, being checked"),
    OutState.CHECKED: Text("確認済・判断待ち", "checked, to be decided"),
    OutState.NEEDS_FIX: Text("訂正を待っています", "waiting for a correction"),
    OutState.ACCEPTED: Text("受理（転出予定）", "accepted"),
    OutState.REJECTED: Text("却下", "rejected"),
    OutState.WITHDRAWN: Text("取下げ", "withdrawn"),
    OutState.CANCELLED: Text("転出取消し", "move cancelled"),
    OutState.CLOSED: Text("完了（除票）", "done, record closed"),
}
_DECIDED: Final = Text("受理", "Accepted")
"""Whatever became of it later."""
DECISIONS: Final[Mapping[str, Text]] = {
    OutState.REJECTED: Text("却下", "Rejected"),
    OutState.NEEDS_FIX: Text("訂正を求めた", "Asked for a correction"),
    OutState.WITHDRAWN: Text("訂正を求めた", "Asked for a correction"),
}
"""What the last decision was, by where the notice stands; a notice that was accepted is not withdrawn but cancelled."""
TO_DECIDE: Final = (OutState.RECEIVED, OutState.CHECKED)
OPEN_OUT: Final = (*TO_DECIDE, OutState.NEEDS_FIX)
DONE_OUT: Final = tuple(state for state in OutState if state not in OPEN_OUT)


class InState(StrEnum):
    """Where an arrival, or a change of address within the city, stands."""

    RESERVED = "reserved"
    CERTIFICATE = "certificate"
    READY = "ready"
    VISITED = "visited"
    PROVISIONAL = "provisional"
    REGISTERING = "registering"
    REGISTERED = "registered"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"
    EXPIRED = "expired"
    DROPPED = "dropped"


IN_STATES: Final[Mapping[str, Text]] = {
    InState.RESERVED: Text(
        "予約のみ到着（証明書情報待ち）", "only one of two letters here: certificate data missing"
    ),
    InState.CERTIFICATE: Text(
        "証明書情報のみ到着（予約なし）", "certificate data here, no reservation"
    ),
    InState.READY: Text("準備済", "ready"),
    InState.VISITED: Text("来庁受付済", "visitor identified"),
    InState.PROVISIONAL: Text("仮登録（審査待ち）", "provisional, to be decided"),
    InState.REGISTERING: Text("登録処理中", "being registered"),
    InState.REGISTERED: Text("登録済", "registered"),
    InState.MISSED: Text("来庁なし", "visit missed"),
    InState.WITHDRAWN: Text("取下げ", "withdrawn"),
    InState.CANCELLED: Text("転出取消し", "move cancelled"),
    InState.ELSEWHERE: Text("別の市区町村に転入", "arrived in another city"),
    InState.EXPIRED: Text("期限切れ", "expired"),
    InState.DROPPED: Text("訂正で別の市区町村へ", "corrected: another city is planned"),
}
EXPECTED: Final = (InState.RESERVED, InState.CERTIFICATE, InState.READY)
"""Before the visit."""
BEFORE_ENTRY: Final = (*EXPECTED, InState.VISITED, InState.MISSED)
"""Nothing of the case is in the register."""
CAN_VISIT: Final = (InState.CERTIFICATE, InState.READY, InState.VISITED, InState.MISSED)
"""The certificate data are what an arrival needs (住民基本台帳法 24条の2); a reservation only says when somebody comes."""
CARRYING_CERTIFICATE: Final = (*CAN_VISIT, InState.PROVISIONAL)
"""The certificate data may be here and still run out (特例転入); what is entered and not decided runs out with them."""
AT_THE_DESK: Final = (InState.VISITED, InState.PROVISIONAL)
DECIDED: Final = (InState.REGISTERING, InState.REGISTERED)
"""Somebody decided that it is registered, and it is or will be."""
BEYOND_LETTERS: Final = (
    InState.REGISTERED, InState.REGISTERING, InState.WITHDRAWN, InState.CANCELLED, InState.ELSEWHERE
)  # fmt: skip
"""Reservation and certificate data that still come change nothing."""
FORGOTTEN: Final = (InState.WITHDRAWN, InState.CANCELLED, InState.ELSEWHERE, InState.DROPPED)
"""Nobody comes by it: what was announced and sent for it is not kept (I9)."""
OPEN_IN: Final = (*EXPECTED, *AT_THE_DESK, InState.REGISTERING, InState.MISSED)
DONE_IN: Final = tuple(state for state in InState if state not in OPEN_IN)


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

    @property
    def moves_on(self) -> date:
        return date.fromisoformat(self.notice["move_date"])

    @property
    def checks(self) -> list[Finding]:
        return [Finding(**one) for one in self.findings]

    @property
    def acts(self) -> list[Act]:
        """The decision of the desk, with who took it; withdrawing and closing are nobody's of the staff."""
        return [(DECISIONS.get(self.state, _DECIDED), self.decided_by, self.decided_at)]

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
    state: Literal["open", "departed", "arrived", "cancelled"]
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

    @property
    def person(self) -> str:
        return mover_in(self.case_id)

    @property
    def acts(self) -> list[Act]:
        """What the desk did, with who did it, in order."""
        return [
            (
                Text("本人の確認", "Identified"),
                self.visit.get("clerk", ""),
                _moment(self.visit.get("at", "")),
            ),
            (
                Text("仮登録", "Entered provisionally"),
                self.entry.get("clerk", ""),
                _moment(self.entry.get("at", "")),
            ),
            (Text("登録の決裁", "Registration decided"), self.decided, self.registered_at),
        ]

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
        return "" if self.reservation is not None else "reservation"


@dataclass(frozen=True, slots=True)
class Arriver:
    """One person of an arrival."""

    case_id: str
    token: UUID
    mover: Mover
    included: bool
    resident_id: str
    card: Literal["none", "pending", "continued", "lost"]


def progress(state: InState, half: str) -> InState:
    """The state of an expected arrival once both halves are looked at."""
    if state not in EXPECTED:
        return state
    if not half:
        return InState.READY
    return InState.RESERVED if half == "certificate" else InState.CERTIFICATE
