"""Why the identity service refuses a person or a program. Errors that OAuth itself defines are in
:mod:`kazasu.identity.oauth`."""

from collections.abc import Mapping
from typing import Final

from kazasu.contracts.terminal import Ending
from kazasu.foundation.faults import Fault, define
from kazasu.foundation.text import Text

_BEGIN_AGAIN = Text(
    "利用していたサービスに戻って、はじめからやり直してください",
    "Go back to the service you were using and begin again",
)
_LOOK_THERE = Text(
    "利用していたサービスに戻ってください。済んでいなければ、はじめからやり直せます",
    "Go back to the service you were using. If it is not done there, you can begin again",
)
_TAP_AGAIN = Text(
    "もう一度カードをかざしてください。サービスには何も渡していません",
    "Hold your card over the reader again. Nothing was passed on to the service",
)

UNKNOWN_CLIENT = define("identity.unknown-client", 400,
    "登録されていないサービスからの要求です", "An unregistered service sent you here",
    "カードは使われず、何も送られていません。使っているサービスから来たときは、その窓口に下の番号を伝えてください。心当たりがなければ、画面を閉じてください", "Your card was not used and nothing was sent. If you came from a service that you use, tell its help desk the number below; if you do not know it, close this page", source="RFC 6749 4.1.2.1")  # fmt: skip
BAD_REDIRECT = define("identity.bad-redirect", 400,
    "サービスの側の手違いで、ここから先へ進めません", "A mistake at the service that sent you here stops this",
    "カードは使われず、何も送られていません。サービスへは、ブラウザーの「戻る」で戻れます。そのサービスの窓口に、下の番号を伝えてください", "Your card was not used and nothing was sent. Your browser's Back leads back to the service; tell its help desk the number below", source="RFC 6749 4.1.2.1; RFC 9700 2.1")  # fmt: skip
PUSHED_OVER = define("identity.pushed-over", 410,
    "この要求は、もう使われたか、時間切れです", "This request was used already, or its time is over",
    *_LOOK_THERE, source="RFC 9126 4")  # fmt: skip
UNKNOWN_REQUEST = define("identity.unknown-request", 404,
    "この手続きは見つからないか、終わっています", "This request is unknown or finished",
    *_LOOK_THERE)  # fmt: skip
_SIGNED_IN = define("identity.signed-in-already", 409,
    "もうサインインしています", "You are signed in already",
    "カードは、もういりません。はじめたブラウザーで、サービスに戻ってください", "No card is needed any more. Go back to the service, in the browser in which you began")  # fmt: skip
_CONFIRMED = define("identity.confirmed-already", 409,
    "もう確認が済んでいます", "This was confirmed already",
    "カードは、もういりません。はじめたブラウザーで、サービスに戻ってください", "No card is needed any more. Go back to the service, in the browser in which you began")  # fmt: skip
_SIGNED = define("identity.signed-already", 409,
    "もう署名しました", "It was signed already",
    "署名は届いています。サービスに戻って、続きを見てください", "The signature has arrived. Go back to the service and see what came of it")  # fmt: skip
_STOPPED_BEFORE = define("identity.stopped-already", 409,
    "この手続きは、中止されています", "This was stopped",
    "サービスには何も渡していません。サービスに戻れば、はじめからやり直せます", "Nothing was passed on to the service. Go back to it if you want to begin again")  # fmt: skip
FINISHED: Final[Mapping[Ending, Fault]] = {
    "signed-in": _SIGNED_IN, "confirmed": _CONFIRMED, "signed": _SIGNED, "stopped": _STOPPED_BEFORE, "gone": UNKNOWN_REQUEST,
}  # fmt: skip
"""What is said to whoever comes back to a request that has ended."""
EXPIRED = define("identity.tap-expired", 410,
    "時間切れです", "Time ran out",
    *_BEGIN_AGAIN)  # fmt: skip
ALREADY_ANSWERED = define("identity.tap-answered", 409,
    "この要求は、もう使われました", "This request was used already",
    *_LOOK_THERE)  # fmt: skip
OTHER_BROWSER = define("identity.other-browser", 403,
    "この手続きは、別のブラウザーで始められました", "This was begun in another browser",
    "ここではだれもサインインしていません。サービスにも何も渡していません。はじめたブラウザーで続けるか、ここではじめからやり直してください。身に覚えがなければ、画面を閉じてください。同じブラウザーなら、Cookieを受け取る設定にしてください", "Nobody is signed in here, and nothing was passed on to the service. Go on in the browser in which you began, or begin again here. If it was not you, close this page. If it is the same browser, let it keep cookies", source="identity §5 (Web eID: session-bound)")  # fmt: skip
ANSWER_LOST = define("identity.answer-lost", 409,
    "カードからの情報を、こちらで最後まで受け取れませんでした", "What your card gave was lost on our side before it was taken in",
    "サービスには何も渡していません。もう一度カードをかざしてください", "Nothing was passed on to the service. Hold the card again")  # fmt: skip
WRONG_CHALLENGE = define("identity.wrong-challenge", 403,
    "カードの署名が、この手続きのものではありません", "The card's signature belongs to another request",
    *_TAP_AGAIN)  # fmt: skip
NO_EVIDENCE = define("identity.no-evidence", 400,
    "カードからの情報が届いていません", "Nothing came from the card",
    *_TAP_AGAIN)  # fmt: skip
ATTRIBUTES_MISSING = define("identity.attributes-missing", 403,
    "氏名・住所などをカードから読み取れませんでした", "Name, address and so on could not be read from the card",
    *_TAP_AGAIN)  # fmt: skip
NOT_STRONG_ENOUGH = define("identity.not-strong-enough", 403,
    "暗証番号での確認が必要です", "This service needs your PIN",
    *_TAP_AGAIN)  # fmt: skip
PHONE_HELD = define("identity.phone-suspended", 403,
    "このスマートフォンの電子証明書は、一時停止中です", "The certificates on this phone are suspended",
    "スマートフォンの「なくした・見つかった」でカードをかざすと、また使えます。カードも止めているときは、先に市区町村の窓口でカードの一時停止を解除してください。カードが使えれば、カードで確認することもできます", "On the phone, hold your card under “A phone was lost or found” to use them again. If your card is suspended, too, have that lifted at the counter of your city first. With a card that works you can confirm, too")  # fmt: skip
PHONE_ENDED = define("identity.phone-ended", 403,
    "このスマートフォンの電子証明書は、もう使えません", "The certificates on this phone no longer work",
    "スマートフォンでいったん消し、カードで入れ直してください。カードで確認することもできます", "Delete them on the phone, and put new ones on it with your card. Or confirm with your card")  # fmt: skip
OF_A_PHONE: Final = {
    "jpki.on-hold": PHONE_HELD, "jpki.revoked": PHONE_ENDED, "jpki.expired": PHONE_ENDED, "jpki.lapsed-by-change": PHONE_ENDED,
}  # fmt: skip
"""What J-LIS says of a certificate, for who used a phone's own: no counter mends those."""
OF_DEAD_PHONES: Final = frozenset(
    {PHONE_HELD.code, PHONE_ENDED.code, "signin.phone-locked", "signin.phone-expired"}
)
"""The same phone would say the same again: a card, or another phone, comes first."""
STOPPED = define("identity.stopped", 403,
    "確認を中止しました", "You stopped",
    "何も送られていません。続けるか、サービスに戻るかを選んでください", "Nothing was sent. Go on, or go back to the service")  # fmt: skip
ANOTHER_PERSON = define("identity.another-person", 403,
    "はじめにサインインした人ではありません", "This is not the person who signed in before",
    "はじめにサインインした本人が、自分のカードかパスキーで確認してください。いま使ったカードやパスキーからは、何も送られていません", "The person who signed in before must use their own card or passkey. Nothing was sent from the one used now", source="OpenID Connect Core 3.1.2.1, id_token_hint")  # fmt: skip
TAP_FAILED = define("identity.tap-failed", 403,
    "カードを確認できませんでした（{code}）", "The card was not confirmed ({code})",
    *_TAP_AGAIN)  # fmt: skip
WRONG_NUMBER = define("identity.wrong-number", 403,
    "スマートフォンで違う番号が選ばれたので、この確認は終わりました", "A wrong number was chosen on the phone, so this has ended",
    "続けるときは、新しいコードを出してください。確認番号も新しくなります", "To go on, have a new code shown; it comes with a new check number", source="reliability §3 threat 1",
    easy=("スマートフォンで ちがう 番号を えらんだので、終わりました", "何も 送っていません。つづけるときは、新しい コードを 出してください。番号も 新しくなります"))  # fmt: skip
BAD_DOCUMENT = define("identity.bad-document", 422,
    "署名する文書の形が正しくありません（{why}）", "The document does not fit ({why})",
    "title（ja と en）、lines（label_ja、label_en、value と、要れば value_en の組）、要れば audiences と data を持つJSONを、base64で送ってください。文字は、目に見えるものだけにします。形の全部は /api/openapi.json にあります", "Send JSON in base64, with title (ja and en), lines (label_ja, label_en, value and, if you like, value_en each) and, if you like, data. The whole shape is in /api/openapi.json", who="integrator", source="identity §6.6: no signing without words that a person can read")  # fmt: skip
LONG_DOCUMENT = define("identity.long-document", 413,
    "署名する文書が長すぎます（運ぶ長さ {length}、上限 {most}）", "The document is too long to be signed (carried, it has {length} characters; at most {most})",
    "data に大きなものを入れず、ハッシュ値だけを入れてください。文書と表示する行を合わせて 4 KB ほどが目安です", "Put a digest into data instead of the thing itself. Document and shown lines together may have about 4 KB", who="integrator", source="docs/relying-parties.md: documents to sign")  # fmt: skip
AUDIENCE_NOT_REVIEWED = define("identity.audience-not-reviewed", 403,
    "audiences にある相手には、署名用証明書を渡せません", "The signing certificate may not go to those in audiences",
    "audiences には、審査で決まった種類の機関だけを入れてください（{reviewed}）。民間の事業者は空にします。結果の certificate_id と evidence_id で足ります", "Name only institutions of the kinds fixed at your review ({reviewed}). A private party names none: certificate_id and evidence_id of the result are enough", who="integrator", source="identity §3; 公的個人認証法 52条")  # fmt: skip
AUDIENCES_DIFFER = define("identity.audiences-differ", 422,
    "要求の audiences と、署名する文書の audiences が違います", "The audiences of the request are not those of the document",
    "証明書を受け取る機関を、文書の audiences にも書いてください。本人は、それを読んで署名します", "Write who receives the certificate into the document's audiences too: the person reads and signs it", who="integrator", source="docs/relying-parties.md")  # fmt: skip
UNKNOWN_TRANSACTION = define("identity.unknown-sign-transaction", 404,
    "その署名の手続きはありません", "There is no such signing transaction",
    "番号と期限を確認してください", "Check its number and whether it expired", who="integrator")  # fmt: skip
NOT_SIGNED = define("identity.not-signed", 409,
    "まだ署名されていません", "It is not signed yet",
    "利用者の署名が済んでから取得してください", "Fetch it after the person has signed", who="integrator")  # fmt: skip
UNKNOWN_EVIDENCE = define("identity.unknown-evidence", 404,
    "その署名の記録はありません", "There is no record of such a signature",
    "署名の結果にあった evidence_id を、その署名を受け取った事業者として使ってください", "Use the evidence_id of the signing result, as the party that received it", who="integrator")  # fmt: skip
NOT_AUTHORIZED = define("identity.not-authorized", 401,
    "アクセストークンが有効ではありません", "The access token is not good",
    "トークンを取り直してください", "Get another token", who="integrator", source="RFC 6750 3.1")  # fmt: skip
QUOTA = define("identity.quota", 429,
    "このサービスからの要求が多すぎます（1分に{most}回まで）", "This service asks too often (at most {most} times a minute)",
    "Retry-After の秒数を待ち、まとめて取るか、間をあけて送ってください。ほかのサービスには影響しません", "Wait for the seconds of Retry-After, then fetch more at once or send at longer intervals. Other services are not affected", who="integrator", source="RFC 6585 4")  # fmt: skip
BAD_LOGOUT = define("identity.bad-logout", 400,
    "サインアウトの要求が正しくありません", "The sign-out request does not verify",
    *_BEGIN_AGAIN, source="OpenID Connect RP-Initiated Logout 1.0")  # fmt: skip

# ---------------------------------------------------------------- relying parties

NOT_YOUR_REGISTRATION = define("identity.not-your-registration", 401,
    "登録の鍵が正しくありません", "This is not the registration's own token",
    "登録したときに受け取った registration_access_token を使ってください", "Use the registration_access_token that came with the registration", who="integrator", source="RFC 7592 2")  # fmt: skip
PURPOSES_MISSING = define("identity.purposes-missing", 422,
    "利用目的のない項目があります（{items}）", "Items have no purpose ({items})",
    "purposes に、項目ごとの目的を日本語と英語で書いてください", "Write each item's purpose into purposes, in Japanese and English", who="integrator", source="個人情報保護法 21条; identity §6.4")  # fmt: skip
NAME_TAKEN = define("identity.name-taken", 409,
    "公的な機関か、審査を受けたほかの事業者と、名前の見分けがつきません", "The name looks like an institution's, or another reviewed party's",
    "見分けのつく名前（client_name）に変えてから、審査を申し込んでください", "Change client_name to one that is told apart, then ask for the review", who="integrator", source="UTS #39 4")  # fmt: skip
REVIEW_WAITS = define("identity.review-waits", 409,
    "別の段階の審査が、決定を待っています", "A review for another mode waits for its decision",
    "結果が出てから、次を申し込んでください", "Ask for the next one when it is decided", who="integrator")  # fmt: skip
ALREADY_DECIDED = define("identity.already-decided", 409,
    "この審査は、すでに決まっています", "This review was decided already",
    "一覧を開き直してください", "Open the list again", who="operator")  # fmt: skip
TEAM_FULL = define("identity.team-full", 409,
    "試験に招待できるのは{most}人までです", "A trial has at most {most} people",
    "本番の審査を申し込んでください", "Ask for the review for live mode", who="integrator")  # fmt: skip
BAD_INVITATION = define("identity.bad-invitation", 404,
    "この招待は使えません", "This invitation cannot be used",
    "招待した事業者に、もう一度もらってください", "Ask the party that invited you for another one")  # fmt: skip
SUSPENDED = define("identity.client-suspended", 403,
    "このサービスの利用は止められています", "This service has been suspended",
    "カードをかざさず、画面を閉じてください。お困りのときはサービスの窓口へ", "Do not use your card; close this page and ask the service's help desk")  # fmt: skip
TEST_ONLY = define("identity.test-only", 403,
    "このサービスは試験中で、本物のカードは使えません", "This service is in test mode; real cards cannot be used",
    "サービスの窓口に、開始の日を聞いてください", "Ask the service when it opens")  # fmt: skip
NOT_IN_TEAM = define("identity.not-in-team", 403,
    "このサービスは試験中で、招待された人だけが使えます", "This service is in trial; only people whom it invited can use it",
    "招待を受けた人は、招待の画面を先に開いてください", "If you were invited, open the invitation first")  # fmt: skip

# ---------------------------------------------------------------- links and consents

NOT_LINKED = define("identity.not-linked", 404,
    "このサービスとのつながりはありません", "There is no link with this service",
    "一覧を開き直してください。すでに終わっています", "Open the list again; it has ended already")  # fmt: skip
PUBLIC_LINK = define("identity.public-link", 409,
    "公的機関とのつながりは、ここでは消せません", "A link with a public institution cannot be removed here",
    "手続きの記録が見られなくなるためです。同意はここで終えられます", "You would lose sight of your procedures. Consents can be ended here")  # fmt: skip
DOCUMENT_GONE = define("identity.document-gone", 410,
    "この文書は、もうこのサービスにはありません", "This document is no longer kept here",
    "署名を受け取った相手に聞いてください。記録にあるSHA-256で、同じ文書か確かめられます", "Ask the party that received the signature; the SHA-256 in the record tells whether it is the same")  # fmt: skip
UNKNOWN_RECORD = define("identity.unknown-record", 404,
    "その記録はありません", "There is no such record",
    "一覧から選び直してください", "Choose from the list again")  # fmt: skip

# ---------------------------------------------------------------- passkeys

BAD_PASSKEY = define("identity.bad-passkey", 403,
    "パスキーを確認できませんでした", "The passkey was not confirmed",
    "もう一度試すか、カードをかざしてください。何も送られていません", "Try again, or hold your card. Nothing was sent", source="W3C Web Authentication 7.1, 7.2")  # fmt: skip
PASSKEY_KNOWN = define("identity.passkey-known", 409,
    "このパスキーは、すでに登録されています", "This passkey is bound already",
    "一覧を確かめてください", "See the list")  # fmt: skip
UNKNOWN_PASSKEY = define("identity.unknown-passkey", 404,
    "そのパスキーは登録されていません", "There is no such passkey",
    "一覧を開き直してください", "Open the list again")  # fmt: skip
CARD_NEEDED = define("identity.card-needed", 403,
    "ここでは、カードが必要です", "This needs your card",
    "カードをかざしてください", "Hold your card over the reader")  # fmt: skip
NOT_AN_OPERATOR = define("identity.not-an-operator", 403,
    "運用者の役に就いていません", "You hold no operator's post",
    "役に就いた人のカードを使ってください。あなたが就くなら、登録する係にこの番号を見せてください: {subject}", "Use the card of somebody who holds one. If you are to hold one, show whoever enters operators this number: {subject}", who="operator", source="docs/production.md")  # fmt: skip
NO_REASON = define("identity.no-reason", 422,
    "理由が書かれていません", "No reason is given",
    "前のページに戻り、理由を書いてください", "Go back and write the reason", who="operator")  # fmt: skip
OVER_A_PROBLEM = define("identity.over-a-problem", 409,
    "印のない問題が残っています（{count}件）", "Problems stand that were not named ({count})",
    "直してもらうか、それでも認めるなら、問題に一つずつ印を付けてください",
    "Have them put right; to grant all the same, tick each of them", who="operator")  # fmt: skip
