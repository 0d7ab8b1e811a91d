"""Why the identity service refuses a person or a program. Errors that OAuth itself defines are in
:mod:`kazasu.identity.oauth`."""

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
    Text(
        "title（ja と en）、lines（label_ja、label_en、value の組）、要れば data を持つJSONを、base64で送ってください。"
        "形の全部は /api/openapi.json にあります",
        "Send JSON in base64, with title (ja and en), lines (label_ja, label_en and value each) and, if you like, data."
        " The whole shape is in /api/openapi.json",
    ),
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

# ---------------------------------------------------------------- relying parties

NOT_YOUR_REGISTRATION = define(
    "identity.not-your-registration",
    401,
    Text("登録の鍵が正しくありません", "This is not the registration's own token"),
    Text(
        "登録したときに受け取った registration_access_token を使ってください",
        "Use the registration_access_token that came with the registration",
    ),
    who="integrator",
    source="RFC 7592 2",
)
PURPOSES_MISSING = define(
    "identity.purposes-missing",
    422,
    Text("利用目的のない項目があります（{items}）", "Items have no purpose ({items})"),
    Text(
        "purposes に、項目ごとの目的を日本語と英語で書いてください",
        "Write each item's purpose into purposes, in Japanese and English",
    ),
    who="integrator",
    source="個人情報保護法 21条; identity §6.4",
)
ALREADY_DECIDED = define(
    "identity.already-decided",
    409,
    Text("この審査は、すでに決まっています", "This review was decided already"),
    Text("一覧を開き直してください", "Open the list again"),
    who="operator",
)
TEAM_FULL = define(
    "identity.team-full",
    409,
    Text("試験に招待できるのは{most}人までです", "A trial has at most {most} people"),
    Text("本番の審査を申し込んでください", "Ask for the review for live mode"),
    who="integrator",
)
BAD_INVITATION = define(
    "identity.bad-invitation",
    404,
    Text("この招待は使えません", "This invitation cannot be used"),
    Text(
        "招待した事業者に、もう一度もらってください",
        "Ask the party that invited you for another one",
    ),
)
SUSPENDED = define(
    "identity.client-suspended",
    403,
    Text("このサービスの利用は止められています", "This service has been suspended"),
    Text(
        "カードをかざさず、画面を閉じてください。お困りのときはサービスの窓口へ",
        "Do not use your card; close this page and ask the service's help desk",
    ),
)
TEST_ONLY = define(
    "identity.test-only",
    403,
    Text(
        "このサービスは試験中で、本物のカードは使えません",
        "This service is in test mode; real cards cannot be used",
    ),
    Text("サービスの窓口に、開始の日を聞いてください", "Ask the service when it opens"),
)
NOT_IN_TEAM = define(
    "identity.not-in-team",
    403,
    Text(
        "このサービスは試験中で、招待された人だけが使えます",
        "This service is in trial; only people whom it invited can use it",
    ),
    Text(
        "招待を受けた人は、招待の画面を先に開いてください",
        "If you were invited, open the invitation first",
    ),
)

# ---------------------------------------------------------------- links and consents

NOT_LINKED = define(
    "identity.not-linked",
    404,
    Text("このサービスとのつながりはありません", "There is no link with this service"),
    Text(
        "一覧を開き直してください。すでに終わっています",
        "Open the list again; it has ended already",
    ),
)
PUBLIC_LINK = define(
    "identity.public-link",
    409,
    Text(
        "公的機関とのつながりは、ここでは消せません",
        "A link with a public institution cannot be removed here",
    ),
    Text(
        "手続きの記録が見られなくなるためです。同意はここで終えられます",
        "You would lose sight of your procedures. Consents can be ended here",
    ),
)
UNKNOWN_RECORD = define(
    "identity.unknown-record",
    404,
    Text("その記録はありません", "There is no such record"),
    Text("一覧から選び直してください", "Choose from the list again"),
)

# ---------------------------------------------------------------- passkeys

BAD_PASSKEY = define(
    "identity.bad-passkey",
    403,
    Text("パスキーを確認できませんでした", "The passkey was not confirmed"),
    Text(
        "もう一度試すか、カードをかざしてください。何も送られていません",
        "Try again, or hold your card. Nothing was sent",
    ),
    source="W3C Web Authentication 7.1, 7.2",
)
PASSKEY_KNOWN = define(
    "identity.passkey-known",
    409,
    Text("このパスキーは、すでに登録されています", "This passkey is bound already"),
    Text("一覧を確かめてください", "See the list"),
)
UNKNOWN_PASSKEY = define(
    "identity.unknown-passkey",
    404,
    Text("そのパスキーは登録されていません", "There is no such passkey"),
    Text("一覧を開き直してください", "Open the list again"),
)
CARD_NEEDED = define(
    "identity.card-needed",
    403,
    Text("ここでは、カードが必要です", "This needs your card"),
    Text("カードをかざしてください", "Hold your card over the reader"),
)
NOT_AN_OPERATOR = define(
    "identity.not-an-operator",
    403,
    Text("運用者の役に就いていません", "You hold no operator's post"),
    Text("役に就いた人のカードを使ってください", "Use the card of somebody who holds one"),
    who="operator",
)
NO_REASON = define(
    "identity.no-reason",
    422,
    Text("理由が書かれていません", "No reason is given"),
    Text("前のページに戻り、理由を書いてください", "Go back and write the reason"),
    who="operator",
)
