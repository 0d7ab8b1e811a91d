"""Why a card is not continued."""

from kazasu.foundation.faults import define

CARD_TAP_OVER = define("municipality.card-tap-over", 410,
    "カードの手続きの時間が切れました", "The card procedure has run out of time",
    "カードの一覧を見てください。一覧にまだあれば、もう一度はじめてください。一覧になければ、書きかえは済んでいます", "Look at the list of cards. If the card is still there, begin again; if it is not, it has been updated", who="clerk")  # fmt: skip
CARD_TOO_LATE = define("municipality.card-too-late", 409,
    "{name}さんのカードの住所の書きかえ（継続利用）の期限（{until}）が過ぎています", "The card of {name_en} could be updated until {until}",
    "このカードは使えなくなります（失効）。再交付を案内してください。ほかの人のカードは、一覧から一枚ずつ書きかえられます", "This card stops working: offer a new one. The cards of the others can be updated one by one, from the list", who="clerk", source="municipal §1.2 (90日)")  # fmt: skip
CARD_REFUSED = define("municipality.card-refused", 409,
    "{name}さんのカードを書きかえられません：{why_ja}", "The card of {name_en} cannot be updated: {why_en}",
    "本人に伝えてください：{todo_ja}", "Tell its holder: {todo_en}", who="clerk", source="J-LIS's own reason; a household brings several cards")  # fmt: skip
