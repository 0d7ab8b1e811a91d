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
NOT_CERTIFIED = define(
    "terminal.not-certified",
    409,
    Text(
        "この端末では、暗証番号なしでカードを使えません",
        "This terminal cannot use a card without its PIN",
    ),
    Text(
        "暗証番号を使う方法で、はじめからやり直してください。カードは使われていません",
        "Begin again in a way that uses the PIN. Your card was not used",
    ),
    source="公的個人認証法 38条の4",
)
NOT_SEEN = define(
    "terminal.holder-not-seen",
    409,
    Text(
        "カードの持ち主であることを、まだ確かめていません",
        "It was not confirmed yet that you are the card's holder",
    ),
    Text(
        "顔の確認を受けてから進んでください。カードは使われていません",
        "Have your face compared, then go on. Your card was not used",
    ),
    source="公的個人認証法 38条の4",
)
