"""The life of a move at a city hall, as tables: the notice at the old city, each mover of it, the arrival at the new one.

Every change of a state goes through them (:func:`kazasu.municipality.moving.service.cases.turn`); lists, queues and pages take from them
what can happen. What residents do, what is on the way and what the network has decided come in any order, so many cells lead back to
where they stand: the event is taken, and the state stays. What a table does not have is refused, or, where a letter brings it, is of no
account any more.

Source: 住民基本台帳法 22条・24条・24条の2, 標準仕様書 4.0–4.6 (municipal §1).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

from kazasu.contracts.jpki.cards import CardNotContinued
from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.contracts.jukinet import DepartureEffective, RegistrationChanged, TransferOpened
from kazasu.contracts.municipality import (
    CertificateCancelled,
    CertificateOfMovingOut,
    NoticeOfMovedIn,
    WhereIsMover,
)
from kazasu.contracts.portal import MoveEvent
from kazasu.foundation.procedures.states import Event, State, Table, Turn
from kazasu.foundation.text import Text


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


OutEvent = Literal[
    "revised", "checked", "accept", "ask-correction", "reject", "take-back", "cancelled", "ended",
    "paper-issued", "asked-around", "cancel-at-desk", "went-on", "nobody-left",
]  # fmt: skip
OUT: Final = Table(
    "notice of moving out",
    [
        State(key=OutState.RECEIVED, acts="system",
            reads=Text("前の市区町村が、届出を確かめています", "Your old city checks the notice"),
            desk=Text("受付済・確認中", "received, being checked")),
        State(key=OutState.CHECKED, acts="clerk",
            reads=Text("前の市区町村の担当者が、受理するかを決めます", "An officer of your old city decides whether to accept it"),
            desk=Text("確認済・判断待ち", "checked, to be decided")),
        State(key=OutState.NEEDS_FIX, acts="resident",
            reads=Text("届出を直して、もう一度送ってください", "Please correct the notice and send it again"),
            desk=Text("訂正を待っています", "waiting for a correction")),
        State(key=OutState.ACCEPTED, acts="resident",
            reads=Text("転出届が受理されました。新しい市区町村の窓口へ行ってください", "Accepted. Go to the counter of your new city"),
            desk=Text("受理（転出予定）", "accepted")),
        State(key=OutState.REJECTED,
            reads=Text("転出届は受理されませんでした", "The notice was not accepted"),
            desk=Text("却下", "rejected")),
        State(key=OutState.WITHDRAWN,
            reads=Text("届出は取り下げられました", "The notice was taken back"),
            desk=Text("取下げ", "withdrawn")),
        State(key=OutState.CANCELLED,
            reads=Text("転出は取り消されました。前の住所のままです", "The move was cancelled. You live where you lived"),
            desk=Text("転出取消し", "move cancelled")),
        State(key=OutState.CLOSED,
            reads=Text("この届出で引っ越す人の、前の市区町村の記録は閉じました", "The old records of all who were to move by this notice are closed"),
            desk=Text("完了（除票、または引っ越す人なし）", "done: record closed, or nobody moves")),
    ],
    [
        Event(key="revised", by=("resident",), words=Text("直した届出が届いた", "A corrected notice came")),
        Event(key="checked", by=("system",), words=Text("機械が確かめた", "The machine checked it")),
        Event(key="accept", by=("clerk",), words=Text("受理した", "Accepted")),
        Event(key="ask-correction", by=("clerk",), words=Text("訂正を求めた", "Asked for a correction")),
        Event(key="reject", by=("clerk",), words=Text("却下した", "Rejected")),
        Event(key="went-on", by=("clerk",), words=Text("訂正を待たずに進めることにした", "Went on without the correction")),
        Event(key="take-back", by=("resident",), words=Text("届出人が取消しを申し出た", "Taken back by who gave it")),
        Event(key="cancelled", by=("network",), words=Text("転出の取消しが成立した（転入より先と、ネットワークが決めた）", "The network decided that the cancellation came first")),
        Event(key="ended", by=("city",), words=Text("みな転入したか、取り消したか、亡くなった", "All arrived, were cancelled or died")),
        Event(key="nobody-left", by=("city",), words=Text("引っ越す人がいなくなった（死亡、または国外転出）", "Nobody moves any more: they died, or go abroad")),
        Event(key="paper-issued", by=("clerk",), words=Text("紙の転出証明書を交付した", "A paper certificate was issued")),
        Event(key="asked-around", by=("clerk",), words=Text("転入通知が来ないので、照会した", "Asked where they are: no notice of moved-in came")),
        Event(key="cancel-at-desk", by=("clerk",), words=Text("引っ越さなかったので、窓口で取り消すことにした", "They stayed: to be cancelled at the desk")),
    ],
    {
        **{
            (here, event): turn
            for here in (OutState.RECEIVED, OutState.CHECKED, OutState.NEEDS_FIX)
            for event, turn in {
                "revised": Turn(OutState.RECEIVED, tells=("received-out",)),
                "take-back": Turn(OutState.WITHDRAWN, tells=("withdrawn",)),
                "nobody-left": Turn(OutState.CLOSED, tells=("mover-died", "mover-abroad")),
            }.items()
        },
        **{
            (here, event): turn
            for here in (OutState.RECEIVED, OutState.CHECKED)
            for event, turn in {
                "ask-correction": Turn(OutState.NEEDS_FIX, tells=("needs-fix",)),
                "reject": Turn(OutState.REJECTED, tells=("out-rejected",)),
            }.items()
        },
        # Who does not answer, or has answered by telephone: the desk is not left waiting.
        (OutState.NEEDS_FIX, "reject"): Turn(OutState.REJECTED, tells=("out-rejected",)),
        (OutState.NEEDS_FIX, "went-on"): Turn(OutState.CHECKED, tells=("fix-withdrawn",)),
        (OutState.RECEIVED, "checked"): Turn(OutState.CHECKED),
        (OutState.CHECKED, "accept"): Turn(
            OutState.ACCEPTED, (TransferOpened.kind, CertificateOfMovingOut.kind), tells=("out-done",)
        ),
        # A cancellation and an arrival race: the network is asked, and says which came first (T4).
        (OutState.ACCEPTED, "take-back"): Turn(OutState.ACCEPTED),
        (OutState.ACCEPTED, "cancelled"): Turn(
            OutState.CANCELLED, (CertificateCancelled.kind,), tells=("cancelled",)
        ),
        # The same race: the clerk asks for it, the network says who was first.
        (OutState.ACCEPTED, "cancel-at-desk"): Turn(OutState.ACCEPTED),
        # Who is on the way still; the network opens what ran out for an arrival with the paper.
        (OutState.ACCEPTED, "paper-issued"): Turn(OutState.ACCEPTED, tells=("paper-issued",)),
        (OutState.ACCEPTED, "asked-around"): Turn(OutState.ACCEPTED, (WhereIsMover.kind,)),
        (OutState.ACCEPTED, "ended"): Turn(OutState.CLOSED, tells=("old-record-closed",)),
        (OutState.CLOSED, "take-back"): Turn(OutState.CLOSED, tells=("cancel-refused",)),
    },
    start=OutState.RECEIVED,
)  # fmt: skip
"""転出届: what the old city does with it. It begins when the portal's letter comes; or at the counter, where it is checked at once, and the portal
is told nothing of it."""

OUT_STATES: Final[Mapping[str, Text]] = {key: one.desk for key, one in OUT.states.items()}
TO_DECIDE: Final = tuple(OutState(one) for one in OUT.sources("ask-correction"))
OPEN_OUT: Final = tuple(OutState(one) for one in OUT.sources("revised"))
DONE_OUT: Final = tuple(state for state in OutState if state not in OPEN_OUT)
"""Nothing is left for the desk; the movers of an accepted notice may be on the way."""


LeaverState = Literal["open", "departed", "arrived", "cancelled", "died"]
LeaverEvent = Literal["day-came", "cancelled", "moved-in", "died"]
LEAVER: Final = Table(
    "one person of an accepted notice",
    [
        State(key="open", acts="resident",
            reads=Text("引っこしの日を待っています", "The moving day is still to come"), desk=Text("転出予定", "leaving")),
        State(key="departed", acts="resident",
            reads=Text("引っこしの日が過ぎました。新しい市区町村の窓口へ行ってください", "The moving day has passed. Go to the counter of the new city"),
            desk=Text("除票（予定）・転入通知待ち", "gone by the plan, no notice of moving in yet")),
        State(key="arrived", reads=Text("新しい市区町村で登録されました", "Registered in the new city"),
            desk=Text("除票（転入通知済）", "gone, notice of moving in here")),
        State(key="cancelled", reads=Text("転出は取り消されました", "The move was cancelled"), desk=Text("取消し", "cancelled")),
        State(key="died", reads=Text("亡くなったことが記載されました", "It is entered that they died"), desk=Text("死亡", "died")),
    ],
    [
        Event(key="day-came", by=("system",), words=Text("異動予定日が来た", "The planned day came")),
        Event(key="died", by=("city",), words=Text("死亡を記載した", "It was entered that they died")),
        Event(key="cancelled", by=("resident",), words=Text("届出人が取り消した", "Cancelled by who gave the notice")),
        Event(key="moved-in", by=("resident",), words=Text("転入届を出し、転入通知が届いた", "Moved in; the new city’s notice came")),
    ],
    {
        ("open", "day-came"): Turn("departed", (DepartureEffective.kind,)),
        ("open", "cancelled"): Turn("cancelled"),
        ("departed", "cancelled"): Turn("cancelled"),
        **{(here, "died"): Turn("died", (CertificateCancelled.kind,), tells=("mover-died",)) for here in ("open", "departed")},
        ("open", "moved-in"): Turn("arrived"),
        ("departed", "moved-in"): Turn("arrived"),
        ("arrived", "moved-in"): Turn("arrived"),
        # Their death was entered here while the other city registered them: its desk enters it, on the network's word.
        ("died", "moved-in"): Turn("died"),
    },
    start="open",
)  # fmt: skip
"""Each mover for themselves: a family may come on different days. A later notice of moving in corrects the one before."""


class InState(StrEnum):
    """Where an arrival, or a change of address within the city, stands."""

    RESERVED = "reserved"
    CERTIFICATE = "certificate"
    READY = "ready"
    VISITED = "visited"
    PROVISIONAL = "provisional"
    REGISTERING = "registering"
    PARTLY = "partly"
    REGISTERED = "registered"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"
    EXPIRED = "expired"
    DROPPED = "dropped"


InEvent = Literal[
    "reservation-came", "certificate-came", "complete", "place-booked", "missed", "identified", "entered", "sent-back",
    "entry-void", "visitor-gone", "decided", "network-refused", "network-expired", "registered", "take-back", "led-elsewhere",
    "data-taken-back", "arrived-elsewhere", "ran-out", "paper-came", "shown-documents", "part-registered", "rest-waits", "rest-gone",
    "nobody-left",
]  # fmt: skip


def _cells(
    event: InEvent,
    to: Mapping[InState, InState],
    letters: tuple[str, ...] = (),
    tells: tuple[MoveEvent, ...] = (),
) -> dict[tuple[str, str], Turn]:
    return {(here, event): Turn(after, letters, tells) for here, after in to.items()}


def _stays(*states: InState) -> dict[InState, InState]:
    return {here: here for here in states}


def _all(*states: InState, to: InState) -> dict[InState, InState]:
    return dict.fromkeys(states, to)


_ANNOUNCED: Final = (InState.RESERVED, InState.CERTIFICATE, InState.READY)
_NOT_REGISTERED: Final = tuple(
    one for one in InState if one not in (InState.PARTLY, InState.REGISTERED)
)
_WITH_DATA: Final = (
    InState.CERTIFICATE,
    InState.READY,
    InState.VISITED,
    InState.PARTLY,
    InState.MISSED,
)
"""The certificate data are what an arrival needs (住民基本台帳法 24条の2); a reservation only says when somebody comes."""
_BEFORE: Final = (*_ANNOUNCED, InState.VISITED, InState.MISSED)
_LATER: Final = (InState.CERTIFICATE, InState.READY, InState.VISITED, InState.PROVISIONAL, InState.PARTLY, InState.MISSED, InState.EXPIRED)  # fmt: skip
"""A letter that still comes is kept, and changes nothing of where it stands."""
_ARRIVAL: Final = {
    **_cells("reservation-came", _stays(InState.RESERVED, *_LATER) | {InState.DROPPED: InState.RESERVED}, tells=("reservation-received",)),
    **_cells(
        "certificate-came", _stays(*_LATER) | _all(InState.RESERVED, InState.DROPPED, to=InState.CERTIFICATE),
        tells=("certificate-received", "redirected"),
    ),
    # By paper nobody has an appointment; what ran out, or led elsewhere, begins again with it.
    **_cells(
        "paper-came",
        _stays(InState.CERTIFICATE, InState.READY, InState.VISITED, InState.PROVISIONAL, InState.PARTLY, InState.MISSED)
        | _all(InState.RESERVED, InState.DROPPED, InState.EXPIRED, to=InState.CERTIFICATE),
        tells=("certificate-received", "redirected"),
    ),
    **_cells("complete", _all(InState.RESERVED, InState.CERTIFICATE, to=InState.READY), tells=("in-ready",)),
    **_cells("place-booked", _stays(*_ANNOUNCED, InState.VISITED) | {InState.MISSED: InState.RESERVED}, tells=("visit-changed",)),
    **_cells(
        "missed", _all(*_ANNOUNCED, to=InState.MISSED) | _stays(InState.PARTLY), tells=("visit-missed",),
    ),
    **_cells("identified", _all(*_WITH_DATA, to=InState.VISITED), tells=("visited",)),
    **_cells("shown-documents", _all(*_WITH_DATA, to=InState.VISITED), tells=("visited",)),
    **_cells("entered", _all(InState.VISITED, InState.PROVISIONAL, to=InState.PROVISIONAL)),
    **_cells("sent-back", {InState.PROVISIONAL: InState.VISITED}),
    **_cells("decided", {InState.PROVISIONAL: InState.REGISTERING}, (ProtectionChanged.kind,)),
    # The network may have decided for it when another had given it up already (job and clerk at once): it is registered all the same.
    **_cells(
        "registered", _all(InState.REGISTERING, InState.PROVISIONAL, to=InState.REGISTERED),
        (NoticeOfMovedIn.kind, RegistrationChanged.kind, CardNotContinued.kind), tells=("registered", "card-pending", "card-lost"),
    ),
    # The same, while others of the notice are still to come: they are registered later, by the same data (標準仕様書 4.0.1–4.0.2).
    **_cells(
        "part-registered", _all(InState.REGISTERING, InState.PROVISIONAL, to=InState.PARTLY),
        (NoticeOfMovedIn.kind, RegistrationChanged.kind, CardNotContinued.kind), tells=("registered", "card-pending", "card-lost"),
    ),
    **_cells(
        "rest-waits", _all(InState.CERTIFICATE, InState.READY, InState.VISITED, to=InState.PARTLY),
    ),
    # Those who are registered stay so: a case of theirs is never given up for the others.
    **_cells(
        "rest-gone",
        _all(
            InState.CERTIFICATE, InState.READY, InState.VISITED, InState.PROVISIONAL, InState.REGISTERING, InState.PARTLY, InState.EXPIRED,
            to=InState.REGISTERED,
        ),
    ),
    **_cells("network-refused", {InState.REGISTERING: InState.PROVISIONAL}),
    **_cells("network-expired", {InState.REGISTERING: InState.EXPIRED}, tells=("expired-special",)),
    **_cells("ran-out", _all(*_WITH_DATA, InState.PROVISIONAL, to=InState.EXPIRED), tells=("expired-special",)),
    **_cells("entry-void", _all(InState.PROVISIONAL, InState.REGISTERING, to=InState.VISITED)),
    **_cells("visitor-gone", {InState.VISITED: InState.CERTIFICATE}),
    **_cells("led-elsewhere", _all(*_BEFORE, to=InState.DROPPED)),
    **_cells("take-back", _all(*_BEFORE, InState.PROVISIONAL, to=InState.WITHDRAWN), tells=("withdrawn",)),
    # Within one city it comes too late here; between two the old city says so (OutState.CLOSED).
    **_cells("take-back", _stays(InState.REGISTERING, InState.REGISTERED), tells=("cancel-refused",)),
    **_cells("data-taken-back", _all(*_NOT_REGISTERED, to=InState.CANCELLED)),
    **_cells("nobody-left", _all(*_NOT_REGISTERED, to=InState.CANCELLED), tells=("mover-died", "mover-abroad")),
    **_cells("arrived-elsewhere", _all(*_NOT_REGISTERED, to=InState.ELSEWHERE)),
}  # fmt: skip
IN: Final = Table(
    "arrival, or change of address",
    [
        State(key=InState.RESERVED, acts="city",
            reads=Text("前の市区町村からの証明書情報を待っています", "The data of your old city are awaited"),
            desk=Text("予約のみ到着（証明書情報待ち）", "only one of two letters here: certificate data missing")),
        State(key=InState.CERTIFICATE, acts="resident",
            reads=Text("証明書情報が届きました。窓口へ行ってください", "The data of your old city are here. Go to the counter"),
            desk=Text("証明書情報到着（来庁を待っています）", "certificate data here, the visit awaited")),
        State(key=InState.READY, acts="resident",
            reads=Text("窓口の準備ができました", "The counter is ready for you"), desk=Text("準備済", "ready")),
        State(key=InState.VISITED, acts="clerk",
            reads=Text("窓口で本人を確認しました", "You were identified at the counter"), desk=Text("来庁受付済", "visitor identified")),
        State(key=InState.PROVISIONAL, acts="clerk",
            reads=Text("担当者が届出を確かめています", "An officer checks the notice"), desk=Text("仮登録（審査待ち）", "provisional, to be decided")),
        State(key=InState.REGISTERING, acts="network",
            reads=Text("登録しています", "You are being registered"), desk=Text("登録処理中", "being registered")),
        State(key=InState.PARTLY, acts="resident",
            reads=Text("一部の人が登録されました。ほかの人も、引っ越したら窓口へ行ってください",
                       "Some of you are registered. The others go to the counter once they have moved"),
            desk=Text("一部登録（ほかの人を待っています）", "some registered, the others still to come")),
        State(key=InState.REGISTERED,
            reads=Text("新しい住所で登録されました", "You are registered at the new address"), desk=Text("登録済", "registered")),
        State(key=InState.MISSED, acts="resident",
            reads=Text("窓口へ行く日を、もう一度選んでください", "Please choose another day for your visit"), desk=Text("来庁なし", "visit missed")),
        State(key=InState.WITHDRAWN,
            reads=Text("届出は取り下げられました", "The notice was taken back"), desk=Text("予約の取消し（届出の取下げか却下）", "reservation cancelled: the notice was taken back or rejected")),
        State(key=InState.CANCELLED,
            reads=Text("この引越しは、取りやめになりました", "This move does not take place"),
            desk=Text("来る人なし（転出の取消し、死亡、または国外転出）", "nobody comes: the move was cancelled, they died, or they go abroad")),
        State(key=InState.ELSEWHERE,
            reads=Text("別の市区町村で登録されました", "Registered in another city"), desk=Text("別の市区町村に転入", "arrived in another city")),
        State(key=InState.EXPIRED, acts="resident",
            reads=Text("カードだけで転入できる期間が過ぎました。紙の転出証明書が必要です", "The period for arriving by card is over: a paper certificate is needed"),
            desk=Text("期限切れ（紙の転出証明書待ち）", "expired: a paper certificate is needed")),
        State(key=InState.DROPPED,
            reads=Text("訂正で、行き先がほかの市区町村になりました", "A correction named another city"),
            desk=Text("訂正で別の市区町村へ", "corrected: another city is planned")),
    ],
    [
        Event(key="reservation-came", by=("resident",), words=Text("予約が届いた", "The reservation came")),
        Event(key="certificate-came", by=("city",), words=Text("転出証明書情報が届いた", "The certificate data came")),
        Event(key="complete", by=("system", "city"), words=Text("要るものがそろった", "All that is needed is here")),
        Event(key="place-booked", by=("resident",), words=Text("窓口へ行く日を選んだ", "Another day was chosen")),
        Event(key="missed", by=("system",), words=Text("予約の日に来なかった", "Nobody came on that day")),
        Event(key="identified", by=("resident", "clerk"), words=Text("窓口でカードをかざした", "A card was held at the counter")),
        Event(key="entered", by=("clerk",), words=Text("届出の内容を入力した", "The notice was entered")),
        Event(key="sent-back", by=("clerk",), words=Text("決裁者が窓口に戻した", "Sent back to the counter")),
        Event(key="entry-void", by=("city",), words=Text("入力した人が来ないことになった", "One of those entered will not come")),
        Event(key="visitor-gone", by=("city",), words=Text("窓口に来た人が、来ないことになった", "Who was identified will not come")),
        Event(key="decided", by=("clerk",), words=Text("登録を決めた", "Registration was decided")),
        Event(key="network-refused", by=("network",), words=Text("ネットワークが断った", "The network refused")),
        Event(key="network-expired", by=("network",), words=Text("ネットワークが期限切れと答えた", "The network said that it has run out")),
        Event(key="registered", by=("network", "system"), words=Text("登録した", "Registered")),
        Event(key="part-registered", by=("network", "system"), words=Text("来た人だけを登録した", "Who came was registered; others are still to come")),
        Event(key="rest-waits", by=("system",), words=Text("ほかの人を待つことにした", "The others are waited for")),
        Event(key="rest-gone", by=("city", "system"), words=Text("ほかの人は来ないことになった", "The others will not come any more")),
        Event(key="take-back", by=("resident",), words=Text("届出人が取消しを申し出た", "Taken back by who gave the notice")),
        Event(key="led-elsewhere", by=("resident",), words=Text("訂正で、ほかの市区町村に行くことになった", "A correction leads to another city")),
        Event(key="data-taken-back", by=("city",), words=Text("前の市区町村が証明書情報を取り消した", "The old city took its data back")),
        Event(key="nobody-left", by=("city",), words=Text("来る人がいなくなった（死亡、または国外転出）", "Nobody comes any more: they died, or go abroad")),
        Event(key="arrived-elsewhere", by=("city",), words=Text("ほかの市区町村に転入した", "Registered in another city")),
        Event(key="ran-out", by=("system",), words=Text("特例転入の期間が過ぎた", "The period for arriving by card is over")),
        Event(key="paper-came", by=("city",), words=Text("紙の転出証明書を持って来て、その情報が届いた", "They brought a paper certificate, and its data came")),
        Event(key="shown-documents", by=("clerk",), words=Text("窓口で本人確認書類を見た", "Documents were seen at the counter")),
    ],
    _ARRIVAL,
    start=InState.RESERVED,
)  # fmt: skip
"""転入・転居. It begins when the first of its two letters comes: the reservation, or the old city's data."""

IN_STATES: Final[Mapping[str, Text]] = {key: one.desk for key, one in IN.states.items()}


def _before(event: InEvent) -> tuple[InState, ...]:
    return tuple(InState(one) for one in IN.sources(event))


EXPECTED: Final = _before("missed")
"""Before the visit."""
BEFORE_ENTRY: Final = _before("place-booked")
"""Nothing of the case is in the register."""
CARRYING_CERTIFICATE: Final = _before("ran-out")
"""The certificate data may be here and still run out (特例転入); what is entered and not decided runs out with them."""
AT_THE_DESK: Final = _before("entered")
DECIDED: Final = (InState.REGISTERING, InState.PARTLY, InState.REGISTERED)
"""Somebody decided that it is registered, and it is or will be; of the others nothing may be decided yet."""
BY_PAPER: Final = _before("paper-came")
"""Who brings a paper certificate can go on from here."""
FORGOTTEN: Final = (InState.WITHDRAWN, InState.CANCELLED, InState.ELSEWHERE, InState.DROPPED)
"""Nobody comes by it: what was announced and sent for it is not kept (I9)."""
OPEN_IN: Final = tuple(state for state in InState if not IN.over(state))
DONE_IN: Final = tuple(state for state in InState if IN.over(state))
