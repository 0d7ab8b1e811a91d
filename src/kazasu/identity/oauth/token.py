"""What a request of the token endpoint must be (RFC 6749 4.1.3, 6; RFC 7636 4.6; RFC 8693; RFC 9449 5)."""

from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.oauth.model import Check, row

# fmt: off
GRANT_TYPE: Final = Check(Text("grant_type", "The grant type"))
CODE: Final = Check(Text("認可コード・リフレッシュトークン", "The code, or the refresh token"))
REDEMPTION: Final = Check(Text("コードと要求が合う（redirect_uri・PKCE・鍵）", "Code and request fit (redirect_uri, PKCE, key)"))
SCOPE: Final = Check(Text("scope が登録・同意の範囲にある", "The scope is within what was registered and granted"), only_with="scope")
GIVEN_TOKEN: Final = Check(Text("token", "The token"))
EXCHANGE: Final = Check(Text("ハンドルへの引き換え（公的機関）", "Exchange for a handle (public institutions)"), only_with="subject_token")

NO_GRANT_TYPE = row("token.no-grant-type", "invalid_request", "grant_type is required", GRANT_TYPE,
    "grant_type を加えてください",
    "Add grant_type")
OTHER_GRANT_TYPE = row("token.grant-type", "unsupported_grant_type", "see the discovery document", GRANT_TYPE,
    "grant_types_supported にあるものを使ってください",
    "Use one of grant_types_supported")
NOT_GRANTED = row("token.not-granted", "unauthorized_client", "this client may not use this grant type", GRANT_TYPE,
    "refresh_token には offline_access、client_credentials には sign か latest_attributes の登録が必要です",
    "refresh_token needs offline_access in the registration, client_credentials sign or latest_attributes")
MUST_PROVE = row("token.must-prove", "invalid_dpop_proof", "this client must prove a key (RFC 9449)", GRANT_TYPE,
    "本番のクライアントは、DPoP ヘッダーを付けます",
    "A live client sends a DPoP header")
UNKNOWN_CODE = row("token.unknown-code", "invalid_grant", "the code is unknown", CODE,
    "コードは60秒・一度だけ・このクライアントだけのものです。戻りの値をそのまま（二重に復号せず）送ってください",
    "A code lasts 60 seconds, serves once and this client alone. Send it as it came, not decoded twice")
USED_CODE = row("token.used-code", "invalid_grant", "the code was used before", CODE,
    "コードは一度だけです。二重送信を防いでください。渡したトークンは終わりにしました",
    "A code serves once: guard against sending twice. What it gave has been ended")
LATE_CODE = row("token.late-code", "invalid_grant", "the code has expired", CODE,
    "60秒以内に引き換えてください",
    "Redeem it within 60 seconds")
BAD_REFRESH = row("token.refresh", "invalid_grant", "the refresh token is not good", CODE,
    "終わったか、別のクライアントのものです。もう一度かざしてもらってください",
    "It has ended or is another client's; have the person tap again")
USED_REFRESH = row("token.used-refresh", "invalid_grant", "the refresh token was used before", CODE,
    "リフレッシュトークンは毎回替わります。返った新しいものを必ず保存してください",
    "Refresh tokens rotate: always keep the new one that came back")
NO_CONSENT = row("token.no-consent", "invalid_grant", "the consent has ended", CODE,
    "本人が同意を終わりにしました。もう一度かざしてもらってください",
    "The person ended the consent; have them tap again")
BAD_SUBJECT = row("token.subject", "invalid_grant", "subject_token is not good, or not this client's", CODE,
    "このクライアントが受け取った、生きているアクセストークンを送ってください",
    "Send a live access token that this client received")
OTHER_REDIRECT = row("token.redirect", "invalid_grant", "redirect_uri differs from the request's", REDEMPTION,
    "認可の要求で使ったものと同じ redirect_uri を送ってください",
    "Send the same redirect_uri as in the authorization request")
VERIFIER = row("token.verifier", "invalid_grant", "code_verifier does not fit", REDEMPTION,
    "この要求のために作った code_verifier を送ってください。別のタブのものと混ざっていないかも見てください",
    "Send the code_verifier made for this very request; see that tabs do not mix theirs")
CODE_BOUND = row("token.code-bound", "invalid_dpop_proof", "the code is bound to another key", REDEMPTION,
    "認可のときと同じ鍵で DPoP を証明してください",
    "Prove the key of the authorization request")
REFRESH_BOUND = row("token.refresh-bound", "invalid_dpop_proof", "the token is bound to another key", REDEMPTION,
    "リフレッシュトークンをもらった鍵で証明してください",
    "Prove the key with which the refresh token was fetched")
MORE = row("token.more", "invalid_scope", "more than was granted", SCOPE,
    "はじめに同意された範囲より多くは求められません",
    "Ask for no more than was granted at first")
OWN_SCOPE = row("token.own-scope", "invalid_scope", "client credentials are for: {scopes}", SCOPE,
    "client_credentials の scope は sign か latest_attributes で、この登録にあるものだけです。ないときは、登録（scope）に加えてください",
    "With client_credentials, scope is sign or latest_attributes, where this registration has it; where it has not, add it to the registration")
NO_TOKEN = row("token.none", "invalid_request", "token is required", GIVEN_TOKEN,
    "token に、終わらせる（調べる）トークンを入れてください（RFC 7009 2.1、7662 2.1）",
    "Send as token the one to be ended, or asked about (RFC 7009 2.1, 7662 2.1)")
NOT_PUBLIC = row("token.not-public", "unauthorized_client", "handles are for public institutions", EXCHANGE,
    "民間のクライアントにはいりません。sub を使ってください",
    "A private client needs none: use sub")
SUBJECT_TYPE = row("token.subject-type", "invalid_request", "subject_token_type must be access_token", EXCHANGE,
    "subject_token_type を access_token の URN にしてください",
    "Set subject_token_type to the URN of access_token")
HANDLES_ONLY = row("token.handles-only", "invalid_request", "only person handles are issued", EXCHANGE,
    "requested_token_type を省いてください",
    "Leave requested_token_type out")
AUDIENCE = row("token.audience", "invalid_target", "audience is no institution of the directory", EXCHANGE,
    "audience を名簿にある機関にしてください",
    "Make audience an institution of the directory")
