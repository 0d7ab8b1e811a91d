"""What each kind of letter is called where people read of it: at the desks that see to letters which wait."""

from typing import Final

from kazasu.foundation.text import Text

WORDS: Final = {
    "identity/certificate-event/1": Text("電子証明書のできごと", "What happened to certificates"),
    "jpki/card-not-continued/1": Text(
        "カードが書きかえられなかった知らせ", "A card was not updated"
    ),
    "jpki/person-changed/1": Text("氏名・住所などの変更", "A change of name, address and so on"),
    "jpki/protection-changed/1": Text("支援措置の始まり・終わり", "Protection began or ended"),
    "jukinet/death-told/1": Text(
        "ほかの市区町村から伝えられた死亡", "A death that another city told of"
    ),
    "jukinet/departure-effective/1": Text("転出の予定日が来た知らせ", "A planned moving day came"),
    "jukinet/registration-changed/1": Text("本人確認情報の変更", "A change in the register"),
    "jukinet/transfer-consumed/1": Text(
        "転入した知らせ（旧住所地へ）", "They are registered elsewhere"
    ),
    "jukinet/transfer-opened/1": Text(
        "転出届を受理した知らせ", "A notice of moving out was accepted"
    ),
    "municipality/arrived-elsewhere/1": Text(
        "別の市区町村に転入した知らせ", "They arrived elsewhere"
    ),
    "municipality/card-continued-before/1": Text(
        "前の市区町村でカードが書きかえられた知らせ", "A card was updated where they lived before"
    ),
    "municipality/certificate-cancelled/1": Text(
        "転出証明書情報の取消し", "Certificate data are cancelled"
    ),
    "municipality/certificate-of-moving-out/1": Text(
        "転出証明書情報", "Certificate-of-moving-out data"
    ),
    "municipality/change-visit/1": Text("来庁日時の変更", "Another appointment"),
    "municipality/mover-is-here/1": Text(
        "転入通知未着照会への回答", "Answer: are the movers there"
    ),
    "municipality/notice-of-moved-in/1": Text("転入通知", "Notice of moved-in"),
    "municipality/notice-of-moving-out/1": Text("転出届", "Notice of moving out"),
    "municipality/visit-reservation/1": Text("転入・転居の予約", "Reservation of a visit"),
    "municipality/where-is-mover/1": Text("転入通知未着照会", "Question: are the movers there"),
    "municipality/withdraw-move/1": Text("引越しの取消し", "A move is cancelled"),
    "portal/case-progress/1": Text("手続きの進みぐあい", "Progress of a case"),
}
"""By :attr:`kazasu.contracts.base.Letter.kind`."""


NO_KIND: Final = Text("種類の分からない通知", "A letter that does not say of what kind it is")


def words_of(kind: str) -> Text:
    """Of a kind that nobody named (a sender of later days), the kind itself."""
    return WORDS.get(kind) or (Text(kind, kind) if kind.strip() else NO_KIND)
