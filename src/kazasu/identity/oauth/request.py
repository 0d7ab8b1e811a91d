"""What an authorization request must be (RFC 6749 4.1, 7636, 9126, 9449 10; OpenID Connect Core 3.1)."""

from functools import partial
from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.oauth.model import Check, row

# fmt: off
PUSHED: Final = Check(Text("要求を先に送ったか（PAR）", "The request was pushed, where it must be (PAR)"), ("identity.pushed-over",))
REDIRECT: Final = Check(Text("戻り先のアドレス", "The redirect address"), ("identity.bad-redirect",))
PROFILE: Final = Check(Text("認可コードの流れ（response_type=code）", "The code flow (response_type=code)"))
STATE_NONCE: Final = Check(Text("state と nonce", "state and nonce"))
PKCE: Final = Check(Text("PKCE（S256）", "PKCE (S256)"))
SCOPE: Final = Check(Text("スコープ", "The scopes"))
SIGNING: Final = Check(Text("署名の手続き", "The signing transaction"))
APPROVED: Final = Check(Text("支払いの内容（authorization_details）", "The payment (authorization_details)"), (), "authorization_details")
BOUND: Final = Check(Text("コードを鍵に結びつける（dpop_jkt）", "The code is bound to a key (dpop_jkt)"))
TAPPED: Final = Check(Text("カードの確認", "The card"))

MUST_PUSH = row("request.must-push", "invalid_request", "this client must push its requests (RFC 9126)", PUSHED,
    "本番のクライアントは、先に pushed_authorization_request_endpoint へ送り、返った request_uri だけを認可の画面に渡します",
    "A live client first posts to pushed_authorization_request_endpoint and brings only the request_uri")
NOT_PUSHED = row("request.not-pushed", "request_uri_not_supported", "only pushed requests have a request_uri", PUSHED,
    "request_uri には、PAR で返った値だけを使えます",
    "request_uri is what PAR gave, and nothing else")
PUSHED_TWICE = row("request.pushed-twice", "invalid_request", "request_uri cannot be pushed", PUSHED,
    "PAR の中に request_uri を入れないでください",
    "Do not put a request_uri into PAR")
NOT_REGISTERED = row("request.redirect", "invalid_request", "redirect_uri is not registered", REDIRECT,
    "登録した戻り先と一字一句同じにしてください（末尾の / やポートも）",
    "It must equal a registered address to the letter, with port and final slash")
REQUEST_OBJECT = row("request.object", "request_not_supported", "request objects are not supported", PROFILE,
    "request を使わず、PAR を使ってください",
    "Use PAR instead of request objects")
NO_RESPONSE_TYPE = row("request.no-response-type", "invalid_request", "response_type is required", PROFILE,
    "response_type=code を加えてください",
    "Add response_type=code")
OTHER_FLOW = row("request.flow", "unsupported_response_type", "only the code flow is supported", PROFILE,
    "response_type=code だけです。id_token や token は使えません",
    "Only response_type=code; neither id_token nor token")
RESPONSE_MODE = row("request.response-mode", "invalid_request", "only response_mode query is supported", PROFILE,
    "response_mode を省くか query にしてください",
    "Leave response_mode out, or use query")
NONE_ALONE = row("request.none-alone", "invalid_request", "prompt=none has another value beside it", PROFILE,
    "none は、ほかの prompt といっしょには使えません。画面なしのサインインは、ここにはありません",
    "none cannot stand beside another prompt (OpenID Connect Core 3.1.2.1); there is no sign-in without a page here")
NO_SESSION = row("request.no-session", "login_required", "every authorization is a tap; there is no session", PROFILE,
    "prompt=none は使えません。続けてのサインインは offline_access のリフレッシュトークンで",
    "prompt=none cannot be had; to stay signed in use the refresh tokens of offline_access")
RANDOM = row("request.random", "invalid_request", "{parameter} is required, 1 to 255 printable characters", STATE_NONCE,
    "毎回、128ビット以上の乱数を作ってブラウザーに結びつけて覚え、戻りで比べてください",
    "Make 128 random bits or more each time, keep them bound to the browser, compare them on the way back")
MAX_AGE = row("request.max-age", "invalid_request", "max_age must be a number of seconds", PROFILE,
    "max_age は0以上の整数（秒）です。どの要求でもカードをかざすので、いつも守られます",
    "max_age is a whole number of seconds, 0 or more. Every request is a tap, so it is always kept")
HINT = row("request.hint", "invalid_request", "id_token_hint is no ID token of this client", PROFILE,
    "id_token_hint には、このクライアントが受け取った ID トークンをそのまま入れてください（期限切れでもかまいません）",
    "Send an ID token that this client received, unchanged; it may have expired")
PKCE_METHOD = row("request.pkce-method", "invalid_request", "code_challenge_method must be S256", PKCE,
    "code_challenge_method=S256 を明示してください（既定の plain は使えません）",
    "Say code_challenge_method=S256 (the default, plain, is refused)")
PKCE_MISSING = row("request.pkce-missing", "invalid_request", "code_challenge is required, 43 characters base64url", PKCE,
    "code_verifier の SHA-256 を、= のない base64url にした43文字です",
    "The SHA-256 of code_verifier in base64url without =, 43 characters")
NO_OPENID = row("request.no-openid", "invalid_scope", "scope openid is required", SCOPE,
    "scope に openid を加えてください",
    "Add openid to scope")
OTHER_SCOPE = row("request.scope", "invalid_scope", "scope {scope!a} is not allowed for this client", SCOPE,
    "登録した項目だけを求められます。登録を変えるか、その項目を外してください",
    "You may ask for registered items only: change the registration or leave it out")
SIGN_TOGETHER = row("request.sign-together", "invalid_request", "scope sign and sign_transaction_id go together", SIGNING,
    "署名のときは scope に sign を入れ、sign_transaction_id も送ってください。署名でないときは両方なしで",
    "To sign send both scope sign and sign_transaction_id, otherwise neither")
SIGN_NO_UUID = row("request.sign-no-uuid", "invalid_request", "sign_transaction_id is no UUID", SIGNING,
    "POST /api/sign-transactions で返った値をそのまま送ってください",
    "Send what POST /api/sign-transactions gave, unchanged")
SIGN_UNKNOWN = row("request.sign-unknown", "invalid_request", "sign_transaction_id is unknown or used", SIGNING,
    "30分以内の、自分が預けた、まだ署名されていない文書の番号を送ってください",
    "Send the number of a document that you deposited within 30 minutes and that is not signed yet")
DETAILS = row("request.details", "invalid_authorization_details", "authorization_details must be one payment in JPY", APPROVED,
    "type=payment の要素を1つだけ、金額（円、1〜1,000,000）、両言語の相手の名前、自分の番号を付けて送ってください",
    "Send exactly one element of type payment: amount (yen, 1 to 1,000,000), the payee's name in both languages, your own number")
DETAILS_ALONE = row("request.details-alone", "invalid_authorization_details", "a payment is pushed by a strict client with scope openid alone", APPROVED,
    "支払いは、本番のクライアントが PAR で、scope=openid だけと一緒に送ります。名前などは別の要求で",
    "A live client pushes a payment with scope=openid and nothing else; ask for attributes in a request of their own")
DETAILS_PUSHED = row("request.details-pushed", "invalid_authorization_details", "authorization_details must be pushed (RFC 9126)", APPROVED,
    "authorization_details は、ブラウザーではなく pushed_authorization_request_endpoint に送ってください",
    "Post authorization_details to pushed_authorization_request_endpoint, never through the browser")
THUMBPRINT = row("request.thumbprint", "invalid_request", "dpop_jkt must be a SHA-256 thumbprint, base64url", BOUND,
    "dpop_jkt は公開鍵の RFC 7638 サムプリントです（43文字）",
    "dpop_jkt is the RFC 7638 thumbprint of the public key (43 characters)")
OTHER_THUMBPRINT = row("request.other-thumbprint", "invalid_dpop_proof", "dpop_jkt is another key than the proof's", BOUND,
    "PAR で証明した鍵と dpop_jkt を同じにするか、dpop_jkt を省いてください",
    "Make dpop_jkt the key that you prove at PAR, or leave it out")
MUST_BIND = row("request.must-bind", "invalid_request", "this client must bind the code to a key (dpop_jkt)", BOUND,
    "本番のクライアントは、PAR に DPoP の証明を付けるか dpop_jkt を送ります",
    "A live client sends a DPoP proof with PAR, or dpop_jkt")

# ---------------------------------------------------------------- the tap came to nothing

_tapped = partial(
    row, description="the person's card was not confirmed", check=TAPPED,
    ja="本人がやめたか、カードを確認できませんでした。理由は本人だけに示されます。もう一度試せる画面を出してください",
    en="The person stopped, or the card was not confirmed; the reason is for the person alone. Offer another try",
)
DENIED = _tapped("tap.denied", error="access_denied")
TOO_WEAK = _tapped("tap.too-weak", error="unmet_authentication_requirements")
OTHER_PERSON = row("tap.other-person", "login_required", "the person of id_token_hint was not the one who tapped", TAPPED,
    "id_token_hint の本人のカードではありませんでした。本人にかざしてもらうか、id_token_hint を外してください",
    "It was not the card of the person in id_token_hint. Have them tap, or leave id_token_hint out")
UNREACHABLE = _tapped("tap.unreachable", error="temporarily_unavailable")
