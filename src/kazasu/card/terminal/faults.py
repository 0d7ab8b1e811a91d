"""Why a terminal does not go on with a tap."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_LOOK_THERE = Text(
    "元のサービスに戻ってください。済んでいなければ、はじめからやり直せます",
    "Go back to the service. If it is not done there, you can begin again",
)

FORGED_REQUEST = define("terminal.forged-request", 403,
    "この要求は、名乗っている機関からのものと確認できません", "This request does not come from the institution that it names",
    "カードをかざさず、画面を閉じてください", "Do not use your card; close this page", source="design §4; identity §5",
    easy=("だれが たのんでいるか、たしかめられません", "カードを 使わないでください。画面を 閉じてください"))  # fmt: skip
STALE_REQUEST = define("terminal.stale-request", 410,
    "時間切れです", "Time ran out",
    *_LOOK_THERE,
    easy=("時間が 終わりました", "元の サービスに もどってください。終わっていないときは、最初から できます"))  # fmt: skip
RECEIVER_SILENT = define("terminal.receiver-silent", 503,
    "{institution_ja}につながりません", "{institution_en} cannot be reached",
    "少し待って、もう一度かざしてください。何も送られていません", "Wait a little and hold your card again. Nothing was sent",
    easy=("{institution_ja}に つながりません", "少し 待って、もう一度 カードを 置いてください。何も 送っていません"), undone=True)  # fmt: skip
RECEIVER_LATE = define("terminal.receiver-late", 504,
    "{institution_ja}から、時間内に返事がありませんでした", "{institution_en} did not answer in time",
    "カードの情報が届いたかどうかは分かりません。少し待って、届いていなければ、もう一度かざしてください", "It is not known whether what your card gave arrived. Wait a little; if it did not, hold the card again",
    easy=("{institution_ja}から、返事が ありませんでした", "カードの 情報が 届いたか 分かりません。少し 待ってください。届いていないときは、もう一度 カードを 置いてください"))  # fmt: skip
RECEIVER_REFUSED = define("terminal.receiver-refused", 502,
    "{institution_ja}がカードの情報を受け付けませんでした", "{institution_en} did not accept what the card gave",
    *_LOOK_THERE,
    easy=("{institution_ja}が カードの情報を 受けとりませんでした", "元の サービスに もどってください。終わっていないときは、最初から できます"))  # fmt: skip
SIGNED_NOT_SENT = define("terminal.signed-not-sent", 503,
    "カードは署名しましたが、{institution_ja}につながりません", "Your card signed, but {institution_en} cannot be reached",
    "署名は、まだどこにも届いていません。少し待って、もう一度署名してください", "The signature has reached nobody yet. Wait a little and sign again",
    easy=("カードは 署名しましたが、{institution_ja}に つながりません", "署名は、まだ とどいていません。少し 待って、もう一度 署名してください"))  # fmt: skip
SIGNED_NOT_TAKEN = define("terminal.signed-not-taken", 409,
    "カードは署名しましたが、{institution_ja}は受け付けませんでした：{why_ja}", "Your card signed, and {institution_en} did not take it: {why_en}",
    *_LOOK_THERE,
    easy=("カードは 署名しましたが、{institution_ja}は 受けとりませんでした：{why_ja}", "元の サービスに もどってください。終わっていないときは、最初から できます"))  # fmt: skip
NO_COOKIES = define("terminal.no-cookies", 409,
    "ブラウザーがCookieを受け取らないので、カードを覚えておけません", "Your browser keeps no cookies, so the card that you hold is forgotten",
    "このサイトのCookieを許可してから、もう一度かざしてください。何も送られていません", "Allow cookies for this site, then hold your card again. Nothing was sent",
    easy=("ブラウザーが クッキーを 使えないので、カードを おぼえられません", "クッキーを 使えるように してください。それから、もう一度 カードを 置いてください。何も 送っていません"))  # fmt: skip
NOT_CERTIFIED = define("terminal.not-certified", 409,
    "この端末では、暗証番号なしでカードを使えません", "This terminal cannot use a card without its PIN",
    "暗証番号を使う方法で、はじめからやり直してください。カードは使われていません", "Begin again in a way that uses the PIN. Your card was not used", source="公的個人認証法 38条の4",
    easy=("この機械では、暗証番号が 必要です", "暗証番号を 使う方法で、最初から してください。カードは 使っていません"))  # fmt: skip
NOT_SEEN = define("terminal.holder-not-seen", 409,
    "カードの持ち主であることを、まだ確かめていません", "It was not confirmed yet that you are the card's holder",
    "顔の確認を受けてから進んでください。カードは使われていません", "Have your face compared, then go on. Your card was not used", source="公的個人認証法 38条の4",
    easy=("あなたの カードかどうか、まだ たしかめていません", "顔を たしかめてから、つづけてください。カードは 使っていません"))  # fmt: skip
NO_REQUEST = define("terminal.no-request", 400,
    "いま頼まれていることはありません", "Nothing is asked of your card now",
    "使いたいサービスの画面から、カードをかざす場面へ進んでください", "Begin at the service that you want to use; it leads here",
    easy=("今、カードですることは ありません", "使いたい サービスの 画面から はじめてください"))  # fmt: skip
