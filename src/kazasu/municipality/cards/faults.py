"""Why a card is not continued."""

from kazasu.foundation.faults import define

CARD_TAP_OVER = define("municipality.card-tap-over", 410,
    "カードの手続きの時間が切れました", "The card procedure has run out of time",
    "カードの一覧を見てください。一覧にまだあれば、もう一度はじめてください。一覧になければ、書きかえは済んでいます", "Look at the list of cards. If the card is still there, begin again; if it is not, it has been updated", who="clerk")  # fmt: skip
CARD_TOO_LATE = define("municipality.card-too-late", 409,
    "カードの住所の書きかえ（継続利用）の期限（{until}）が過ぎています", "The card could be updated until {until}",
    "カードは使えなくなります（失効）。再交付を案内してください", "The card stops working. Offer a new one", who="clerk", source="municipal §1.2 (90日)")  # fmt: skip
