"""A transfer token as a table: it is open until it is settled, once, by an arrival, a cancellation, or a death.

What ran out without any of them is open again for who brings a paper certificate of moving out (住民基本台帳法施行令 23条・24条),
which has no last day.

Arrival and cancellation race here and nowhere else: whoever comes first has it, and the other one reads so (municipal §1.6 T4).
"""

from typing import Final, Literal

from kazasu.contracts.jpki.people import PersonChanged
from kazasu.contracts.jukinet import TransferConsumed
from kazasu.foundation.procedures.states import Event, State, Table, Turn
from kazasu.foundation.text import Text

TransferEvent = Literal["arrive", "cancel", "day-came", "ran-out", "paper-given", "record-closed"]
TRANSFER: Final = Table(
    "transfer token",
    [
        State(key="OPEN", acts="city",
            reads=Text("引っこしの途中です", "You are on the move"), desk=Text("異動中", "in transit")),
        State(key="CONSUMED",
            reads=Text("新しい市区町村で登録されました", "Registered in the new city"), desk=Text("転入済", "arrived")),
        State(key="CANCELLED",
            reads=Text("転出は取り消されました", "The move was cancelled"), desk=Text("取消し", "cancelled")),
        State(key="EXPIRED",
            reads=Text("カードだけで転入できる期間が過ぎました", "The period for arriving by card is over"), desk=Text("期限切れ", "run out")),
    ],
    [
        Event(key="arrive", by=("city",), words=Text("どこかの市区町村が転入を登録する", "A city registers the arrival")),
        Event(key="cancel", by=("city",), words=Text("転出元が取り消す", "The old city cancels it")),
        Event(key="day-came", by=("city",), words=Text("異動予定日が来た", "The planned day came")),
        Event(key="ran-out", by=("system",), words=Text("期間が過ぎた", "Its days are over")),
        Event(key="paper-given", by=("city",), words=Text("転出元が紙の転出証明書を交付する", "The old city gives a paper certificate")),
        Event(key="record-closed", by=("city",), words=Text("死亡・国外転出", "Death, or a move abroad")),
    ],
    {
        ("OPEN", "arrive"): Turn("CONSUMED", (TransferConsumed.kind, PersonChanged.kind)),
        # Asked again under the same number, it is answered again; by another city or for another person it is refused.
        ("CONSUMED", "arrive"): Turn("CONSUMED"),
        ("OPEN", "cancel"): Turn("CANCELLED"),
        # Of what ran out the old record is open again, too; then no paper opens it any more.
        ("EXPIRED", "cancel"): Turn("CANCELLED"),
        # The answer says how it stands: who arrived stays arrived.
        **{(here, "cancel"): Turn(here) for here in ("CONSUMED", "CANCELLED")},
        **{(here, "paper-given"): Turn("OPEN") for here in ("OPEN", "EXPIRED")},
        **{(here, "paper-given"): Turn(here) for here in ("CONSUMED", "CANCELLED")},
        # The record is closed by it, unless the arrival or the cancellation came first.
        **{(here, "day-came"): Turn(here, (PersonChanged.kind,)) for here in ("OPEN", "EXPIRED")},
        **{(here, "day-came"): Turn(here) for here in ("CONSUMED", "CANCELLED")},
        ("OPEN", "ran-out"): Turn("EXPIRED"),
        ("OPEN", "record-closed"): Turn("CANCELLED"),
    },
    start="OPEN",
)  # fmt: skip
