"""How a client proves who it is: the form, the assertion, the DPoP proof (RFC 7523, RFC 9449)."""

from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.integrators.inspector.checks import Check

ONE_OF_EACH: Final = Check(
    Text("各パラメーターは一度だけ", "Each parameter once"),
    {
        "parameter * is repeated": Text(
            "同じ名前を二度送っています。一つにしてください（RFC 6749 3.1）",
            "The name is sent twice; send it once (RFC 6749 3.1)",
        ),
        "one proof for each request": Text(
            "DPoP ヘッダーは要求ごとに一つです", "Send one DPoP header with each request"
        ),
    },
)
FORM: Final = Check(
    Text("フォームの形", "The body is a form"),
    {
        "the body must be application/x-www-form-urlencoded": Text(
            "JSON ではなくフォームとして送り、Content-Type を application/x-www-form-urlencoded にしてください",
            "Send a form, not JSON, with Content-Type application/x-www-form-urlencoded",
        ),
    },
)
METHOD: Final = Check(
    Text("認証の方式は private_key_jwt", "The client authenticates by private_key_jwt"),
    {
        "only private_key_jwt is supported": Text(
            "client_secret や Authorization ヘッダーを使わず、client_assertion_type と client_assertion を送ってください",
            "Use no client_secret and no Authorization header; send client_assertion_type and client_assertion",
        ),
        "alg of the assertion must be ES256 or PS256": Text(
            "署名のアルゴリズムを ES256 か PS256 にしてください。RS256 が初期値のライブラリーもあります",
            "Sign with ES256 or PS256; some libraries take RS256 by themselves",
        ),
        "client_assertion is no JWT": Text(
            "client_assertion は header.payload.signature の形の JWS です。二重に符号化していないか見てください",
            "client_assertion is a JWS, header.payload.signature; see that it is not encoded twice",
        ),
        "client_id and assertion differ": Text(
            "client_id と、アサーションの iss を同じにしてください（client_id は省けます）",
            "Make client_id and the assertion's iss the same (client_id may be left out)",
        ),
    },
)
KNOWN: Final = Check(
    Text("登録されたクライアント", "The client is registered"),
    {
        "unknown client": Text(
            "iss が client_id（RP00000001 の形）か、別の環境のものでないかを見てください",
            "See that iss is your client_id (like RP00000001), of this country and no other",
        ),
    },
    faults=("identity.unknown-client",),
)
_CRIT: Final = {
    "no extensions are understood (crit)": Text(
        "ヘッダーから crit を除いてください", "Leave crit out of the header"
    ),
}
SIGNATURE: Final = Check(
    Text("アサーションの署名", "The assertion's signature"),
    {
        **_CRIT,
        "the assertion does not verify with the registered key": Text(
            "登録した公開鍵の組の秘密鍵で、ES256 か PS256 で署名し、kid を登録と同じにしてください。ES256 の署名は DER ではなく r‖s の64バイトです",
            "Sign with the private half of a registered key, ES256 or PS256, the same kid. An ES256 signature is r‖s, 64 bytes, not DER",
        ),
    },
)
CLAIMS: Final = Check(
    Text(
        "アサーションの中身（iss・sub・aud・exp・jti）",
        "The assertion's claims (iss, sub, aud, exp, jti)",
    ),
    {
        "iss and sub must be the client_id": Text(
            "iss と sub の両方を client_id にしてください", "Make both iss and sub your client_id"
        ),
        "aud must be the issuer or the token endpoint alone": Text(
            "aud を発行者（issuer）か、呼んでいるエンドポイントの一つだけにしてください",
            "Make aud the issuer or the endpoint you call, and nothing beside it",
        ),
        "the assertion has expired": Text(
            "要求のたびに新しく作り、exp を今から1分後ほどに。機械の時計と国の時計（体験環境では進められます）のずれも見てください",
            "Make a new one for each request, exp about a minute ahead. Compare your clock with the country's (the sandbox may have moved it)",
        ),
        "exp is more than five minutes away": Text(
            "exp は今から5分以内にしてください", "Keep exp within five minutes from now"
        ),
        "jti is required, 8 to 255 printable ASCII characters": Text(
            "jti に毎回新しい乱数（128ビット以上）を入れてください",
            "Put a new random jti (128 bits or more) into each",
        ),
        "* must be a number of seconds": Text(
            "時刻は 1970 年からの秒数（数値）です。文字列やミリ秒にしないでください",
            "Times are numbers, seconds since 1970; no strings, no milliseconds",
        ),
        "* is in the future": Text(
            "時計を合わせてください。60秒を超える先の時刻は受け付けません",
            "Set your clock: times more than 60 seconds ahead are refused",
        ),
    },
)
ONCE: Final = Check(
    Text("アサーションは一度だけ", "The assertion was not used before"),
    {
        "the assertion was used before": Text(
            "再送のときもアサーションを作り直し、jti を変えてください",
            "Make a new assertion with a new jti, for a retry too",
        ),
    },
)
NOT_SUSPENDED: Final = Check(
    Text("停止されていない", "The client is not suspended"),
    {
        "this client is suspended": Text(
            "運用者が止めています。登録の画面の理由を見てください",
            "An operator suspended it; see the reason on your registration's page",
        ),
    },
    faults=("identity.client-suspended",),
)
DPOP: Final = Check(
    Text("DPoP の証明", "The DPoP proof"),
    {
        **_CRIT,
        "the proof is no JWT": Text(
            "DPoP ヘッダーは JWS 一つです", "The DPoP header is one JWS"
        ),
        "typ must be dpop+jwt": Text(
            "証明のヘッダーの typ を dpop+jwt にしてください", "Set typ in the proof's header to dpop+jwt"
        ),
        "alg must be ES256 or PS256": Text(
            "alg を ES256 か PS256 にしてください", "Use alg ES256 or PS256"
        ),
        "jwk *": Text(
            "証明のヘッダーの jwk に、EC P-256 か 2048 ビット以上の RSA の公開鍵だけを入れてください（d を入れない）",
            "Put a public key alone into jwk: EC P-256, or RSA of 2048 bits or more, never d",
        ),
        "the proof does not verify with its own key": Text(
            "jwk に入れた鍵の秘密鍵で署名してください", "Sign with the private half of the jwk"
        ),
        "htm is another method": Text(
            "htm を実際のメソッド（POST など）に合わせてください", "Make htm the method you use"
        ),
        "htu is another address": Text(
            "htu を、問い合わせ文字列のない、呼ぶ先のアドレスそのものにしてください。PAR とトークンでは証明を作り分けます",
            "Make htu exactly the address you call, without query; PAR and token need a proof each",
        ),
        "iat *": Text(
            "要求のたびに証明を作り、iat を今の秒数にしてください（±60秒）",
            "Make a proof for each request, iat the present second (±60 s)",
        ),
        "jti is required, 8 to 255 printable ASCII characters": Text(
            "jti に毎回新しい乱数を入れてください", "Put a new random jti into each proof"
        ),
        "ath is not the access token's": Text(
            "ath は、送るアクセストークンの SHA-256 の base64url です",
            "ath is the base64url SHA-256 of the access token that you send",
        ),
        "the proof was used before": Text(
            "証明は一度だけです。作り直してください", "A proof serves once; make a new one"
        ),
        "the proof is by another key than the token's": Text(
            "トークンをもらったときと同じ鍵で証明してください",
            "Prove the key with which the token was fetched",
        ),
    },
    only_with="DPoP",
)  # fmt: skip
CLIENT: Final = (FORM, ONE_OF_EACH, METHOD, KNOWN, SIGNATURE, CLAIMS, ONCE, NOT_SUSPENDED, DPOP)
"""Before anything else at every endpoint that takes an assertion."""
