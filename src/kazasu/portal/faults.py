"""Why the portal does not go on; for the resident before the screen."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_KEPT = "入力した内容は残っています"

UNKNOWN_CASE = define(
    "portal.unknown-case",
    404,
    Text("その手続きは見つかりません", "There is no such procedure of yours"),
    Text("一覧から選び直してください", "Choose it from your list"),
)
ALREADY_MOVING = define(
    "portal.already-moving",
    409,
    Text("引越しの手続きが、もう進んでいます", "A move of yours is under way already"),
    Text(
        "進んでいる手続きの画面で、変更や取消しができます",
        "Change or cancel it on its own page",
    ),
)
NO_DRAFT = define(
    "portal.no-draft",
    409,
    Text("書きかけの届出がありません", "There is no draft to go on with"),
    Text("「引っ越す」からはじめてください", "Begin with “Move house”"),
)
INCOMPLETE = define(
    "portal.incomplete",
    409,
    Text("まだ入力していない項目があります", "Something is not filled in yet"),
    Text("確認の画面で、足りない項目を埋めてください", "Fill in what the review page lacks"),
)
CITY_NOT_HERE = define(
    "portal.city-not-here",
    422,
    Text("{city}は、この体験環境にありません", "{city} is not in this sandbox"),
    Text("体験環境にある市区町村を選んでください", "Choose a city that is in the sandbox"),
)
TOO_LATE_TO_CHANGE = define(
    "portal.too-late-to-change",
    409,
    Text("この手続きは、もう変更や取消しができません", "It is too late to change or cancel this"),
    Text("新しい市区町村の窓口に相談してください", "Ask at the counter of your new city"),
)
SLOT_GONE = define(
    "portal.slot-gone",
    409,
    Text("選んだ来庁日時が埋まりました", "The appointment you chose has been taken"),
    Text(f"別の日時を選んでください。{_KEPT}", "Choose another time. All you entered is kept"),
)
