"""Why a card is not continued."""

from kazasu.foundation.faults import define

CARD_TAP_OVER = define("municipality.card-tap-over", 410,
    "カードの手続きの時間が切れました", "The card procedure has run out of time",
    "もう一度はじめてください。カードは元のままです", "Begin again. The card is unchanged", who="clerk")  # fmt: skip
CARD_TOO_LATE = define("municipality.card-too-late", 409,
    "カードの住所の書きかえ（継続利用）の期限（{until}）が過ぎています", "The card could be updated until {until}",
    "カードは使えなくなります（失効）。再交付を案内してください", "The card stops working. Offer a new one", who="clerk", source="municipal §1.2 (90日)")  # fmt: skip
