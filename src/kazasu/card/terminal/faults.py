"""Why a terminal does not go on with a tap."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_BEGIN_AGAIN = Text(
    "元のサービスに戻って、はじめからやり直してください。カードは使われていません",
    "Go back to the service and begin again. Your card was not used",
)

FORGED_REQUEST = define(
    "terminal.forged-request",
    403,
    Text(
        "この要求は、名乗っている機関からのものと確認できません",
        "This request does not come from the institution that it names",
    ),
    Text("カードをかざさず、画面を閉じてください", "Do not use your card; close this page"),
    source="design §4; identity §5",
)
STALE_REQUEST = define(
    "terminal.stale-request", 410, Text("時間切れです", "Time ran out"), _BEGIN_AGAIN
)
RECEIVER_SILENT = define(
    "terminal.receiver-silent",
    503,
    Text("{institution}につながりません", "{institution} cannot be reached"),
    Text(
        "少し待って、もう一度かざしてください。何も送られていません",
        "Wait a little and hold your card again. Nothing was sent",
    ),
)
RECEIVER_REFUSED = define(
    "terminal.receiver-refused",
    502,
    Text(
        "{institution}がカードの情報を受け付けませんでした",
        "{institution} did not accept what the card gave",
    ),
    _BEGIN_AGAIN,
)
