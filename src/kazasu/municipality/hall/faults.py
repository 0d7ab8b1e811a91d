"""Why a desk does not do what it was asked, whatever its subject."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_RELOAD = Text(
    "下に出ているのが、今の状態です。確かめてから、もう一度選んでください。何も変更されていません",
    "Open the page again and look at its present state. Nothing was changed",
)
UNKNOWN_CASE = define("municipality.unknown-case", 404,
    "その届出・予約は見つかりません", "There is no such case",
    "番号を確かめてください", "Check its number", who="clerk")  # fmt: skip
CHANGED_MEANWHILE = define("municipality.changed-meanwhile", 409,
    "画面を開いたあとに、この件が変わりました", "This case has changed since the page was opened",
    *_RELOAD, who="clerk", source="municipal §1.6 I9: one clerk edits at a time")  # fmt: skip
HAPPENED_MEANWHILE = define("municipality.happened-meanwhile", 409,
    "画面を開いたあとに、この件が変わりました：{what}（{at}）", "This case has changed since the page was opened: {what_en} ({at_en})",
    *_RELOAD, who="clerk", source="municipal §1.6 I9: one clerk edits at a time")  # fmt: skip
DONE_ALREADY = define("municipality.done-already", 409,
    "あなたが先に、この件を処理しています（もう一つの画面で、または二度押して）", "You have dealt with this case already, in another window or by pressing twice",
    *_RELOAD, who="clerk", source="municipal §1.6 I9: one clerk edits at a time")  # fmt: skip
CHANGED_BY = define("municipality.changed-by", 409,
    "{name}さんが先に、この件を処理しました", "{name_en} dealt with this case first",
    *_RELOAD, who="clerk", source="municipal §1.6 I9: one clerk edits at a time")  # fmt: skip
TAKEN_BY = define("municipality.taken-by", 409,
    "{name}さんが先に、この件の担当になりました", "{name_en} took this case first",
    *_RELOAD, who="clerk", source="municipal §1.6 I9: one clerk edits at a time")  # fmt: skip
WRONG_STATE = define("municipality.wrong-state", 409,
    "今の状態では、この操作はできません（{state}）", "Not possible in its present state ({state_en})",
    *_RELOAD, who="clerk")  # fmt: skip
OFFICE_UNKNOWN = define("municipality.office-unknown", 404,
    "その窓口はありません", "There is no such office",
    "この市区町村の窓口の一覧を見てください", "See the offices of this city on its first page")  # fmt: skip
NO_FONTS = define("municipality.no-fonts", 503,
    "印刷用の書体がありません", "The typefaces for printing are missing",
    "fonts-ipamj-mincho と fonts-morisawa-bizud-gothic を入れてください", "Install fonts-ipamj-mincho and fonts-morisawa-bizud-gothic", who="operator")  # fmt: skip
