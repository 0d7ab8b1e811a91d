"""The life of an emergency look, without input or output."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from kazasu.foundation.procedures.states import Event, State, Table, Turn
from kazasu.foundation.text import Text

LIFE: Final = timedelta(minutes=60)
"""Two people, a reason, sixty minutes, the resident told, a review within a day (reliability §6); the database holds it, too."""
ANSWER: Final = timedelta(minutes=30)
"""How long it waits for a second member of staff: what nobody answers is no emergency any more."""
REVIEW: Final = timedelta(hours=24)
NUMBERS: Final = "EL"
"""EL-7K3D-9QF2-XM4T."""
Closing = Literal["", "refuse", "withdraw", "end"]
Verdict = Literal["", "right", "wrong"]
VERDICTS: Final[Mapping[Verdict, Text]] = {
    "right": Text("適切な閲覧だった", "It was right"),
    "wrong": Text("適切でなかった", "It was not right"),
}

LOOK: Final = Table(
    "emergency look",
    [
        State(key="asked", acts="second",
            reads=Text("求められました。まだ同意されていません", "It was asked for; nobody has agreed yet"), desk=Text("同意を待っています", "waits for a second person")),
        State(key="open", acts="asker",
            reads=Text("あなたの情報が、緊急の理由で見られる状態です", "Your data can be seen, for an emergency"), desk=Text("開いています", "open")),
        State(key="ended", acts="reviewer",
            reads=Text("終わりました。監査の職員が点検します", "It is over, and is going to be reviewed"), desk=Text("点検を待っています", "waits for its review")),
        State(key="reviewed",
            reads=Text("終わり、点検されました", "It is over and was reviewed"), desk=Text("点検済", "reviewed")),
        State(key="refused",
            reads=Text("同意されませんでした。何も見られていません", "It was refused; nothing was seen"), desk=Text("同意されなかった", "refused")),
        State(key="withdrawn",
            reads=Text("取り下げられました。何も見られていません", "It was withdrawn; nothing was seen"), desk=Text("取下げ", "withdrawn")),
        State(key="lapsed",
            reads=Text("だれも同意しないまま終わりました。何も見られていません", "Nobody agreed in time; nothing was seen"), desk=Text("時間切れ", "lapsed")),
    ],
    [
        Event(key="agree", by=("second",), words=Text("二人目が同意した", "A second person agreed"), button=Text("同意して、60分開く", "Agree: open it for 60 minutes")),
        Event(key="refuse", by=("second",), words=Text("二人目が断った", "A second person refused"), button=Text("同意しない", "Refuse")),
        Event(key="withdraw", by=("asker",), words=Text("求めた人が取り下げた", "Who asked withdrew it"), button=Text("取り下げる", "Withdraw it")),
        Event(key="lapse", by=("system",), words=Text("30分、だれも答えなかった", "Nobody answered for 30 minutes")),
        Event(key="end", by=("asker", "second"), words=Text("どちらかが終えた", "One of the two ended it"), button=Text("いま終える", "End it now")),
        Event(key="run-out", by=("system",), words=Text("60分が過ぎた", "Its 60 minutes are over")),
        Event(key="review", by=("reviewer",), words=Text("監査の職員が点検した", "It was reviewed"), button=Text("点検の結果を残す", "Record the review")),
    ],
    {
        ("asked", "agree"): Turn("open"),
        ("asked", "refuse"): Turn("refused"),
        ("asked", "withdraw"): Turn("withdrawn"),
        ("asked", "lapse"): Turn("lapsed"),
        ("open", "end"): Turn("ended"),
        ("open", "run-out"): Turn("ended"),
        ("ended", "review"): Turn("reviewed"),
    },
    start="asked",
)  # fmt: skip
"""Where it stands follows from what happened, and from the time."""


@dataclass(frozen=True, slots=True)
class Look:
    """One of them. Staff by their number."""

    look_id: str
    about: str
    """The room's own name for whose record it is."""
    asked_by: str
    asked_at: datetime
    reason: str
    """Key of what was chosen."""
    reason_ja: str
    """With what was written beside it, as it goes on record."""
    reason_en: str
    agreed_by: str = ""
    agreed_at: datetime | None = None
    until: datetime | None = None
    closed_as: Closing = ""
    closed_by: str = ""
    closed_at: datetime | None = None
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    verdict: Verdict = ""
    words: str = ""
    """Of the review."""

    def state(self, now: datetime) -> State:
        """Raises Refusal ``states.not-now``: what is on record cannot have happened."""
        return LOOK.after(self._events(now))

    def _events(self, now: datetime) -> Iterator[str]:
        if self.agreed_at is not None:
            yield "agree"
        if self.closed_as:
            yield self.closed_as
        elif self.until is not None and now >= self.until:
            yield "run-out"
        elif self.agreed_at is None and now >= self.asked_at + ANSWER:
            yield "lapse"
        if self.reviewed_at is not None:
            yield "review"

    @property
    def answer_by(self) -> datetime:
        return self.asked_at + ANSWER

    @property
    def over_at(self) -> datetime | None:
        """When it ended or will by itself; None: it was never open."""
        return min(self.closed_at or self.until, self.until) if self.until else None

    @property
    def review_by(self) -> datetime | None:
        return self.over_at + REVIEW if self.over_at else None
