"""What authorization, token and other requests must be (RFC 6749, 7636, 9126, 9449; OpenID Connect Core)."""

from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.integrators.inspector.checks import Check
from kazasu.identity.integrators.inspector.client_checks import (
    CLIENT,
    DPOP,
    KNOWN,
    NOT_SUSPENDED,
    ONE_OF_EACH,
)

PUSHED: Final = Check(
    Text("要求を先に送ったか（PAR）", "The request was pushed, where it must be (PAR)"),
    {
        "this client must push its requests (RFC 9126)": Text(
            "本番のクライアントは、先に pushed_authorization_request_endpoint へ送り、返った request_uri だけを認可の画面に渡します",
            "A live client first posts to pushed_authorization_request_endpoint and brings only the request_uri",
        ),
        "only pushed requests have a request_uri": Text(
            "request_uri には、PAR で返った値だけを使えます",
            "request_uri is what PAR gave, and nothing else",
        ),
        "request_uri cannot be pushed": Text(
            "PAR の中に request_uri を入れないでください", "Do not put a request_uri into PAR"
        ),
    },
)
REDIRECT: Final = Check(
    Text("戻り先のアドレス", "The redirect address"),
    {
        "redirect_uri is not registered": Text(
            "登録した戻り先と一字一句同じにしてください（末尾の / やポートも）",
            "It must equal a registered address to the letter, with port and final slash",
        ),
    },
    faults=("identity.bad-redirect",),
)
PROFILE: Final = Check(
    Text("認可コードの流れ（response_type=code）", "The code flow (response_type=code)"),
    {
        "request objects are not supported": Text(
            "request を使わず、PAR を使ってください", "Use PAR instead of request objects"
        ),
        "response_type is required": Text(
            "response_type=code を加えてください", "Add response_type=code"
        ),
        "only the code flow is supported": Text(
            "response_type=code だけです。id_token や token は使えません",
            "Only response_type=code; neither id_token nor token",
        ),
        "only response_mode query is supported": Text(
            "response_mode を省くか query にしてください", "Leave response_mode out, or use query"
        ),
        "every authorization is a tap; there is no session": Text(
            "prompt=none は使えません。続けてのサインインは offline_access のリフレッシュトークンで",
            "prompt=none cannot be had; to stay signed in use the refresh tokens of offline_access",
        ),
    },
)
STATE_NONCE: Final = Check(
    Text("state と nonce", "state and nonce"),
    {
        "* is required, 1 to 255 printable characters": Text(
            "毎回、128ビット以上の乱数を作ってブラウザーに結びつけて覚え、戻りで比べてください",
            "Make 128 random bits or more each time, keep them bound to the browser, compare them on the way back",
        ),
    },
)
PKCE: Final = Check(
    Text("PKCE（S256）", "PKCE (S256)"),
    {
        "code_challenge_method must be S256": Text(
            "code_challenge_method=S256 を明示してください（既定の plain は使えません）",
            "Say code_challenge_method=S256 (the default, plain, is refused)",
        ),
        "code_challenge is required, 43 characters base64url": Text(
            "code_verifier の SHA-256 を、= のない base64url にした43文字です",
            "The SHA-256 of code_verifier in base64url without =, 43 characters",
        ),
    },
)
SCOPE: Final = Check(
    Text("スコープ", "The scopes"),
    {
        "scope openid is required": Text("scope に openid を加えてください", "Add openid to scope"),
        "scope * is not allowed for this client": Text(
            "登録した項目だけを求められます。登録を変えるか、その項目を外してください",
            "You may ask for registered items only: change the registration or leave it out",
        ),
    },
)
SIGNING: Final = Check(
    Text("署名の手続き", "The signing transaction"),
    {
        "scope sign and sign_transaction_id go together": Text(
            "署名のときは scope に sign を入れ、sign_transaction_id も送ってください。署名でないときは両方なしで",
            "To sign send both scope sign and sign_transaction_id, otherwise neither",
        ),
        "sign_transaction_id is no UUID": Text(
            "POST /api/sign-transactions で返った値をそのまま送ってください",
            "Send what POST /api/sign-transactions gave, unchanged",
        ),
        "sign_transaction_id is unknown or used": Text(
            "30分以内の、自分が預けた、まだ署名されていない文書の番号を送ってください",
            "Send the number of a document that you deposited within 30 minutes and that is not signed yet",
        ),
    },
)
BOUND: Final = Check(
    Text("コードを鍵に結びつける（dpop_jkt）", "The code is bound to a key (dpop_jkt)"),
    {
        "dpop_jkt must be a SHA-256 thumbprint, base64url": Text(
            "dpop_jkt は公開鍵の RFC 7638 サムプリントです（43文字）",
            "dpop_jkt is the RFC 7638 thumbprint of the public key (43 characters)",
        ),
        "dpop_jkt is another key than the proof's": Text(
            "PAR で証明した鍵と dpop_jkt を同じにするか、dpop_jkt を省いてください",
            "Make dpop_jkt the key that you prove at PAR, or leave it out",
        ),
        "this client must bind the code to a key (dpop_jkt)": Text(
            "本番のクライアントは、PAR に DPoP の証明を付けるか dpop_jkt を送ります",
            "A live client sends a DPoP proof with PAR, or dpop_jkt",
        ),
    },
)
GRANT_TYPE: Final = Check(
    Text("grant_type", "The grant type"),
    {
        "grant_type is required": Text("grant_type を加えてください", "Add grant_type"),
        "see the discovery document": Text(
            "grant_types_supported にあるものを使ってください", "Use one of grant_types_supported"
        ),
        "this client may not use this grant type": Text(
            "refresh_token には offline_access、client_credentials には sign か latest_attributes の登録が要ります",
            "refresh_token needs offline_access in the registration, client_credentials sign or latest_attributes",
        ),
        "this client must prove a key (RFC 9449)": Text(
            "本番のクライアントは、DPoP ヘッダーを付けます", "A live client sends a DPoP header"
        ),
    },
)
CODE: Final = Check(
    Text("認可コード・リフレッシュトークン", "The code, or the refresh token"),
    {
        "the code is unknown": Text(
            "コードは60秒・一度だけ・このクライアントだけのものです。戻りの値をそのまま（二重に復号せず）送ってください",
            "A code lasts 60 seconds, serves once and this client alone. Send it as it came, not decoded twice",
        ),
        "the code was used before": Text(
            "コードは一度だけです。二重送信を防いでください。渡したトークンは終わりにしました",
            "A code serves once: guard against sending twice. What it gave has been ended",
        ),
        "the code has expired": Text("60秒以内に引き換えてください", "Redeem it within 60 seconds"),
        "the refresh token is not good": Text(
            "終わったか、別のクライアントのものです。もう一度かざしてもらってください",
            "It has ended or is another client's; have the person tap again",
        ),
        "the refresh token was used before": Text(
            "リフレッシュトークンは毎回替わります。返った新しいものを必ず保存してください",
            "Refresh tokens rotate: always keep the new one that came back",
        ),
        "the consent has ended": Text(
            "本人が同意を終わりにしました。もう一度かざしてもらってください",
            "The person ended the consent; have them tap again",
        ),
        "subject_token is not good, or not this client's": Text(
            "このクライアントが受け取った、生きているアクセストークンを送ってください",
            "Send a live access token that this client received",
        ),
    },
)
REDEMPTION: Final = Check(
    Text(
        "コードと要求が合う（redirect_uri・PKCE・鍵）",
        "Code and request fit (redirect_uri, PKCE, key)",
    ),
    {
        "redirect_uri differs from the request's": Text(
            "認可の要求で使ったものと同じ redirect_uri を送ってください",
            "Send the same redirect_uri as in the authorization request",
        ),
        "code_verifier does not fit": Text(
            "この要求のために作った code_verifier を送ってください。別のタブのものと混ざっていないかも見てください",
            "Send the code_verifier made for this very request; see that tabs do not mix theirs",
        ),
        "the code is bound to another key": Text(
            "認可のときと同じ鍵で DPoP を証明してください",
            "Prove the key of the authorization request",
        ),
        "the token is bound to another key": Text(
            "リフレッシュトークンをもらった鍵で証明してください",
            "Prove the key with which the refresh token was fetched",
        ),
        "more than was granted": Text(
            "はじめに同意された範囲より多くは求められません",
            "Ask for no more than was granted at first",
        ),
        "client credentials are for: *": Text(
            "client_credentials では、登録してある sign か latest_attributes を scope に書いてください",
            "With client_credentials, scope is sign or latest_attributes, as registered",
        ),
    },
)
EXCHANGE: Final = Check(
    Text("ハンドルへの引き換え（公的機関）", "Exchange for a handle (public institutions)"),
    {
        "handles are for public institutions": Text(
            "民間のクライアントには要りません。sub を使ってください",
            "A private client needs none: use sub",
        ),
        "subject_token_type must be access_token": Text(
            "subject_token_type を access_token の URN にしてください",
            "Set subject_token_type to the URN of access_token",
        ),
        "only person handles are issued": Text(
            "requested_token_type を省いてください", "Leave requested_token_type out"
        ),
        "audience is no institution of the directory": Text(
            "audience を名簿にある機関にしてください",
            "Make audience an institution of the directory",
        ),
    },
    only_with="subject_token",
)
TOKEN: Final = Check(
    Text("アクセストークン", "The access token"),
    {},
    faults=("identity.not-authorized",),
)
DOCUMENT: Final = Check(
    Text("文書と手続きの番号", "The document and its number"),
    {},
    faults=("identity.bad-document", "identity.unknown-sign-transaction", "identity.not-signed"),
)
TAPPED: Final = Check(
    Text("カードの確認", "The card"),
    {
        "the person's card was not confirmed": Text(
            "本人がやめたか、カードを確認できませんでした。理由は本人だけに示されます。もう一度試せる画面を出してください",
            "The person stopped, or the card was not confirmed; the reason is for the person alone. Offer another try",
        ),
    },
)
_REQUEST: Final = (PROFILE, STATE_NONCE, PKCE, SCOPE, SIGNING, BOUND)
PLAYED: Final = Check(
    Text("体験環境の login_hint", "The sandbox's login_hint"),
    {
        "login_hint does not read*": Text(
            "persona:sato-hanako、fault:card.locked、末尾に ;auto の形で書いてください",
            "Write persona:sato-hanako or fault:card.locked, and ;auto at the end",
        ),
        "login_hint names no fault that can be played": Text(
            "fault: の後は、障害を試すページにある番号です",
            "After fault: comes a code from the page of faults to try",
        ),
        "login_hint names no conformance run of this client": Text(
            "適合試験は終わっています。適合試験のページから始めてください",
            "That run is over; begin one on the page of conformance runs",
        ),
        "login_hint names no card of the tray": Text(
            "persona: の後は、カード置き場のカードの名前（sato-hanako など）です",
            "After persona: comes the name of a card of the tray, such as sato-hanako",
        ),
    },
    only_with="login_hint",
)
STEPS: Final = {
    "auth": (ONE_OF_EACH, KNOWN, NOT_SUSPENDED, PUSHED, REDIRECT, *_REQUEST, PLAYED),
    "par": (*CLIENT, PUSHED, REDIRECT, *_REQUEST),
    "token": (*CLIENT, GRANT_TYPE, CODE, REDEMPTION, EXCHANGE),
    "userinfo": (TOKEN, DPOP),
    "sign": (TOKEN, DPOP, DOCUMENT),
    "latest": (TOKEN, DPOP),
}  # fmt: skip
"""The checks of each endpoint in their order."""
