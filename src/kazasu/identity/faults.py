"""Why the identity service refuses a person or a program. Errors that OAuth itself defines are in
:mod:`kazasu.identity.model` (``OAuthError``)."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_BEGIN_AGAIN = Text(
    "利用していたサービスに戻って、はじめからやり直してください",
    "Go back to the service you were using and begin again",
)
_TAP_AGAIN = Text(
    "もう一度カードをかざしてください。何も送られていません",
    "Hold your card over the reader again. Nothing was sent",
)

UNKNOWN_CLIENT = define(
    "identity.unknown-client",
    400,
    Text("登録されていないサービスからの要求です", "An unregistered service sent you here"),
    Text("カードをかざさず、画面を閉じてください", "Do not use your card; close this page"),
    source="RFC 6749 4.1.2.1",
)
BAD_REDIRECT = define(
    "identity.bad-redirect",
    400,
    Text(
        "戻り先が、登録されたものと一致しません",
        "The address to return to is not the one that is registered",
    ),
    Text("カードをかざさず、画面を閉じてください", "Do not use your card; close this page"),
    source="RFC 6749 4.1.2.1; RFC 9700 2.1",
)
UNKNOWN_REQUEST = define(
    "identity.unknown-request",
    404,
    Text("この手続きは見つからないか、終わっています", "This request is unknown or finished"),
    _BEGIN_AGAIN,
)
EXPIRED = define(
    "identity.tap-expired",
    410,
    Text("時間切れです", "Time ran out"),
    _BEGIN_AGAIN,
)
ALREADY_ANSWERED = define(
    "identity.tap-answered",
    409,
    Text("この要求には、すでに回答があります", "This request was answered already"),
    _TAP_AGAIN,
)
OTHER_BROWSER = define(
    "identity.other-browser",
    403,
    Text(
        "この手続きは、別のブラウザーで始められました",
        "This was begun in another browser",
    ),
    Text(
        "身に覚えがなければ画面を閉じてください。あなたの情報は渡していません",
        "If it was not you, close this page. Nothing about you was passed on",
    ),
    source="identity §5 (Web eID: session-bound)",
)
WRONG_CHALLENGE = define(
    "identity.wrong-challenge",
    403,
    Text(
        "カードの署名が、この手続きのものではありません",
        "The card's signature belongs to another request",
    ),
    _TAP_AGAIN,
)
NO_EVIDENCE = define(
    "identity.no-evidence",
    400,
    Text("カードからの情報が届いていません", "Nothing came from the card"),
    _TAP_AGAIN,
)
ATTRIBUTES_MISSING = define(
    "identity.attributes-missing",
    403,
    Text(
        "氏名・住所などをカードから読み取れませんでした",
        "Name, address and so on could not be read from the card",
    ),
    _TAP_AGAIN,
)
NOT_STRONG_ENOUGH = define(
    "identity.not-strong-enough",
    403,
    Text("暗証番号での確認が必要です", "This service needs your PIN"),
    _TAP_AGAIN,
)
STOPPED = define(
    "identity.stopped",
    403,
    Text("確認を中止しました", "You stopped"),
    Text(
        "何も送られていません。続けるか、サービスに戻るかを選んでください",
        "Nothing was sent. Go on, or go back to the service",
    ),
)
TAP_FAILED = define(
    "identity.tap-failed",
    403,
    Text("カードを確認できませんでした（{code}）", "The card was not confirmed ({code})"),
    _TAP_AGAIN,
)
BAD_DOCUMENT = define(
    "identity.bad-document",
    422,
    Text("署名する文書の形が正しくありません（{why}）", "The document does not fit ({why})"),
    Text("署名APIの説明を見てください", "See the description of the signing API"),
    who="integrator",
    source="identity §6.6: no signing without words that a person can read",
)
UNKNOWN_TRANSACTION = define(
    "identity.unknown-sign-transaction",
    404,
    Text("その署名の手続きはありません", "There is no such signing transaction"),
    Text("番号と期限を確認してください", "Check its number and whether it expired"),
    who="integrator",
)
NOT_SIGNED = define(
    "identity.not-signed",
    409,
    Text("まだ署名されていません", "It is not signed yet"),
    Text("利用者の署名が済んでから取得してください", "Fetch it after the person has signed"),
    who="integrator",
)
UNKNOWN_EVIDENCE = define(
    "identity.unknown-evidence",
    404,
    Text("その署名の記録はありません", "There is no record of such a signature"),
    Text(
        "署名の結果にあった evidence_id を、その署名を受け取った事業者として使ってください",
        "Use the evidence_id of the signing result, as the party that received it",
    ),
    who="integrator",
)
WRONG_SENDER = define(
    "identity.wrong-sender",
    403,
    Text("{sender} はこの通知を送れません", "{sender} may not send this letter"),
    Text("送り主の機関に確かめてください", "Ask the institution that sent it"),
    who="operator",
)
NOT_AUTHORIZED = define(
    "identity.not-authorized",
    401,
    Text("アクセストークンが有効ではありません", "The access token is not good"),
    Text("トークンを取り直してください", "Get another token"),
    who="integrator",
    source="RFC 6750 3.1",
)
BAD_LOGOUT = define(
    "identity.bad-logout",
    400,
    Text("サインアウトの要求が正しくありません", "The sign-out request does not verify"),
    _BEGIN_AGAIN,
    source="OpenID Connect RP-Initiated Logout 1.0",
)
