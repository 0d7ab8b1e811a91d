"""What cities tell of a move, and what the portal notes of it: the lines of its timeline."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from kazasu.contracts.base import InstitutionId
from kazasu.foundation.database.rows import JSON, NO_COLUMN
from kazasu.foundation.text import Text


@dataclass(frozen=True, slots=True)
class Event:
    """What a city did, as it told it."""

    event: str
    at: datetime
    institution: InstitutionId
    desk_ja: str
    desk_en: str
    note_ja: str
    note_en: str
    proof: list[list[str]] = field(metadata={JSON: True})
    arrived: int = field(default=0, metadata={NO_COLUMN: True})
    """Which came before which; 0: not stored yet."""
    address: str = ""
    """What was registered; empty with every other event, and for a protected person."""
    not_registered: list[str] = field(default_factory=list, metadata={JSON: True})
    """Names of movers whom the city did not register; empty with every other event."""
    to_come: list[dict[str, Any]] = field(default_factory=list, metadata={JSON: True})
    """Whom of them it can still register by this notice, and until when; empty with every other event."""
    cards: list[dict[str, Any]] | None = field(default=None, metadata={JSON: True})
    """Cards of this move that are to be updated in that city, as it stands with this line; None: it does not say."""
    residence_cards: list[dict[str, Any]] | None = field(default=None, metadata={JSON: True})
    """The same of residence cards (在留カード, 特別永住者証明書)."""
    city: str = ""
    """Code of the city that the old one sent the movers' data to; empty with every other event."""
    gone: list[str] = field(default_factory=list, metadata={JSON: True})
    """Names of movers of whom a death or a move abroad was entered, as the event says; empty with every other one."""


SENT_AGAIN: Final = "sent-again"
VISIT_CHOSEN: Final = "visit-chosen"
OWN_EVENTS: Final = (SENT_AGAIN, VISIT_CHOSEN)
"""What the portal itself notes in the timeline; all other events come from cities."""
OLD_CITY_TELLS: Final = frozenset({
    "received-out", "needs-fix", "fix-withdrawn", "out-done", "out-rejected", "withdrawn", "cancelled", "cancel-refused",
    "old-record-closed", "sent-elsewhere", "paper-issued", "mover-died", "mover-abroad",
})  # fmt: skip
NEW_CITY_TELLS: Final = frozenset({
    "reservation-received", "certificate-received", "in-ready", "visited", "visit-missed", "visit-changed", "registered",
    "card-pending", "card-continued", "card-lost", "residence-card-written", "expired-special", "redirected", "closed", "corrected",
    "mover-died", "mover-abroad",
})  # fmt: skip
"""Of a move within it one city tells both."""
WORDS: Final = {
    "sent": Text("届出を送りました", "You sent the notice"),
    "received-out": Text("転出届が届きました", "Notice of moving out received"),
    SENT_AGAIN: Text("直した届出を送りました", "You sent the corrected notice"),
    VISIT_CHOSEN: Text("窓口へ行く日を選びました", "You chose another day for your visit"),
    "needs-fix": Text("訂正をお願いしています", "Please correct something"),
    "fix-withdrawn": Text("訂正は、いりません。届いている届出で進めます", "No correction is needed: they go on with what you had sent"),
    "out-done": Text("転出届の確認が終わりました（受理）", "Notice of moving out accepted"),
    "out-rejected": Text("転出届を受理できませんでした", "Notice of moving out not accepted"),
    "reservation-received": Text("窓口へ行く日の予約が届きました", "Appointment received"),
    "certificate-received": Text("転出証明書情報（転出したことの証明）が届きました", "Certificate-of-moving-out data arrived: what proves that you moved out"),
    "in-ready": Text("窓口の準備ができました", "The counter is ready for you"),
    "visited": Text("窓口で本人を確認しました", "You were identified at the counter"),
    "visit-missed": Text("窓口へ行く日の予約がなくなりました", "The appointment is void"),
    "registered": Text("新しい住所で登録しました", "Registered at the new address"),
    "corrected": Text("住民票の記録を直しました（職権修正）", "The register was corrected"),
    "visit-changed": Text("窓口へ行く日を変更しました", "Appointment changed"),
    "card-pending": Text("カードの住所の書きかえが残っています", "Cards have still to be updated"),
    "card-continued": Text("カードに新しい住所を書きました", "The new address was written to a card"),
    "card-lost": Text("カードが使えなくなりました（失効）", "A card has stopped working"),
    "residence-card-written": Text("在留カードなどに新しい住所を書きました", "The new address was written on a residence card", "在留カードに 新しい 住所を 書きました"),
    "old-record-closed": Text("前の市区町村の記録を閉じました", "The old city closed your record"),
    "withdrawn": Text("届出を取り下げました", "The notice was taken back"),
    "cancelled": Text("転出を取り消しました", "The move was cancelled"),
    "cancel-refused": Text("取消しはできませんでした（登録が先でした）", "Too late to cancel: you had been registered"),
    "expired-special": Text("カードだけで転入できる期間が過ぎました", "The period for arriving by card is over"),
    "redirected": Text("予定と違う市区町村の窓口で受け付けました", "Received at the counter of another city than planned"),
    "sent-elsewhere": Text("窓口に来た市区町村へ転出証明書情報を送りました", "Certificate-of-moving-out data sent to the city at whose counter you came"),
    "paper-issued": Text("紙の転出証明書を交付しました", "Paper certificate of moving out issued"),
    "closed": Text("すべて終わりました", "All done"),
    "mover-abroad": Text("国外へ移ることが届け出られました", "Notice was given of a move abroad", "外国へ 引っ越すことになりました"),
    "mover-died": Text("亡くなったことが、住民票に記載されました", "A death was entered in the register", "なくなったことが、記録されました"),
}  # fmt: skip
