"""How a client proves who it is: the form, the assertion, the DPoP proof (RFC 6749 3, 7523, 9449)."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.oauth.model import Check, OAuthError, row

# fmt: off
ONE_TOKEN: Final = Check(Text("アクセストークンは一か所だけ", "The access token comes in one place"))
ONE_OF_EACH: Final = Check(Text("各パラメーターは一度だけ", "Each parameter once"))
FORM: Final = Check(Text("フォームの形", "The body is a form"))
METHOD: Final = Check(Text("認証の方式は private_key_jwt", "The client authenticates by private_key_jwt"))
KNOWN: Final = Check(Text("登録されたクライアント", "The client is registered"), ("identity.unknown-client",))
SIGNATURE: Final = Check(Text("アサーションの署名", "The assertion's signature"))
CLAIMS: Final = Check(Text("アサーションの中身（iss・sub・aud・exp・jti）", "The assertion's claims (iss, sub, aud, exp, jti)"))
ONCE: Final = Check(Text("アサーションは一度だけ", "The assertion was not used before"))
NOT_SUSPENDED: Final = Check(Text("停止されていない", "The client is not suspended"), ("identity.client-suspended",))
DPOP: Final = Check(Text("DPoP の証明", "The DPoP proof"), only_with="DPoP")

_JTI: Final = "jti is required, 8 to 255 printable ASCII characters"
_CRIT: Final = "no extensions are understood (crit)"
_LEAVE_CRIT: Final = ("ヘッダーから crit を除いてください", "Leave crit out of the header")

REPEATED = row("parameter.repeated", "invalid_request", "parameter {parameter} is repeated", ONE_OF_EACH,
    "同じ名前を二度送っています。一つにしてください（RFC 6749 3.1）",
    "The name is sent twice; send it once (RFC 6749 3.1)")
NO_FORM = row("parameter.no-form", "invalid_request", "the body must be application/x-www-form-urlencoded", FORM,
    "JSON ではなくフォームとして送り、Content-Type を application/x-www-form-urlencoded にしてください",
    "Send a form, not JSON, with Content-Type application/x-www-form-urlencoded")

TOKEN_TWICE = row("parameter.token-twice", "invalid_request", "the access token comes in more than one way", ONE_TOKEN,
    "アクセストークンは Authorization ヘッダーだけに入れてください（RFC 6750 2）",
    "Send the access token in the Authorization header and nowhere else (RFC 6750 2)")

# ---------------------------------------------------------------- the assertion

_client = partial(row, error="invalid_client", status=401)
OTHER_METHOD = _client("client.method", description="only private_key_jwt is supported", check=METHOD,
    ja="client_secret や Authorization ヘッダーを使わず、client_assertion_type と client_assertion を送ってください",
    en="Use no client_secret and no Authorization header; send client_assertion_type and client_assertion")
ALGORITHM = _client("client.algorithm", description="alg of the assertion must be ES256 or PS256", check=METHOD,
    ja="署名のアルゴリズムを ES256 か PS256 にしてください。RS256 が初期値のライブラリーもあります",
    en="Sign with ES256 or PS256; some libraries take RS256 by themselves")
NO_JWT = _client("client.no-jwt", description="client_assertion is no JWT", check=METHOD,
    ja="client_assertion は header.payload.signature の形の JWS です。二重に符号化していないか見てください",
    en="client_assertion is a JWS, header.payload.signature; see that it is not encoded twice")
DIFFER = _client("client.differ", description="client_id and assertion differ", check=METHOD,
    ja="client_id と、アサーションの iss を同じにしてください（client_id は省けます）",
    en="Make client_id and the assertion's iss the same (client_id may be left out)")
UNKNOWN = _client("client.unknown", description="unknown client", check=KNOWN,
    ja="iss が client_id（RP00000001 の形）か、別の環境のものでないかを見てください",
    en="See that iss is your client_id (like RP00000001), of this country and no other")
CRIT = _client("client.crit", description=_CRIT, check=SIGNATURE, ja=_LEAVE_CRIT[0], en=_LEAVE_CRIT[1])
BAD_SIGNATURE = _client("client.signature", description="the assertion does not verify with the registered key", check=SIGNATURE,
    ja="登録した公開鍵の組の秘密鍵で、ES256 か PS256 で署名し、kid を登録と同じにしてください。ES256 の署名は DER ではなく r‖s の64バイトです",
    en="Sign with the private half of a registered key, ES256 or PS256, the same kid. An ES256 signature is r‖s, 64 bytes, not DER")
KEY_UNKNOWN = _client("client.key-unknown", description="the kid of the assertion is of no registered key", check=SIGNATURE,
    ja="ヘッダーの kid を、登録した鍵の kid と同じにしてください。鍵を替えたなら、新しい公開鍵を登録するか jwks_uri に置きます。kid は省けます",
    en="Make kid in the header that of a registered key. After a change of keys register the new one, or put it at jwks_uri. kid may be left out")
KEYS_AWAY = _client("client.keys-away", description="the key set of jwks_uri on {host} could not be fetched for a day", check=SIGNATURE,
    ja="jwks_uri のアドレスが、3秒以内に鍵の組を返すようにしてください。1分に一度、取りに行きます",
    en="See that your jwks_uri gives the key set within three seconds; it is asked once a minute")
ISSUER = _client("client.issuer", description="iss and sub must be the client_id", check=CLAIMS,
    ja="iss と sub の両方を client_id にしてください",
    en="Make both iss and sub your client_id")
AUDIENCE = _client("client.audience", description="aud must be the issuer or the token endpoint alone", check=CLAIMS,
    ja="aud を発行者（issuer）か、呼んでいるエンドポイントの一つだけにしてください",
    en="Make aud the issuer or the endpoint you call, and nothing beside it")
EXPIRED = _client("client.expired", description="the assertion has expired; the time here is {now}", check=CLAIMS,
    ja="要求のたびに新しく作り、exp を今から1分後ほどに。機械の時計と国の時計（体験環境では進められます）のずれも見てください",
    en="Make a new one for each request, exp about a minute ahead. Compare your clock with the country's (the sandbox may have moved it)")
TOO_LONG = _client("client.too-long", description="exp is more than an hour away; the time here is {now}", check=CLAIMS,
    ja="exp は今から1時間以内（できれば1分後）にしてください",
    en="Keep exp within an hour from now; a minute is enough")
JTI = _client("client.jti", description=_JTI, check=CLAIMS,
    ja="jti に毎回新しい乱数（128ビット以上）を入れてください",
    en="Put a new random jti (128 bits or more) into each")
NO_TIME = _client("client.no-time", description="{claim} must be a number of seconds", check=CLAIMS,
    ja="時刻は 1970 年からの秒数（数値）です。文字列やミリ秒にしないでください",
    en="Times are numbers, seconds since 1970; no strings, no milliseconds")
FUTURE = _client("client.future", description="{claim} is in the future; the time here is {now}", check=CLAIMS,
    ja="時計を合わせてください。60秒を超える先の時刻は受け付けません",
    en="Set your clock: times more than 60 seconds ahead are refused")
USED = _client("client.used", description="the assertion was used before", check=ONCE,
    ja="再送のときもアサーションを作り直し、jti を変えてください",
    en="Make a new assertion with a new jti, for a retry too")
SUSPENDED = _client("client.suspended", description="this client is suspended", check=NOT_SUSPENDED,
    ja="運用者が止めています。登録の画面の理由を見てください",
    en="An operator suspended it; see the reason on your registration's page")

# ---------------------------------------------------------------- the DPoP proof

_proof = partial(row, error="invalid_dpop_proof", check=DPOP)
PROOF_REPEATED = _proof("dpop.repeated", description="one proof for each request",
    ja="DPoP ヘッダーは要求ごとに一つです",
    en="Send one DPoP header with each request")
PROOF_NO_JWT = _proof("dpop.no-jwt", description="the proof is no JWT",
    ja="DPoP ヘッダーは JWS 一つです",
    en="The DPoP header is one JWS")
PROOF_TYPE = _proof("dpop.type", description="typ must be dpop+jwt",
    ja="証明のヘッダーの typ を dpop+jwt にしてください",
    en="Set typ in the proof's header to dpop+jwt")
PROOF_CRIT = _proof("dpop.crit", description=_CRIT, ja=_LEAVE_CRIT[0], en=_LEAVE_CRIT[1])
PROOF_ALGORITHM = _proof("dpop.algorithm", description="alg must be ES256 or PS256",
    ja="alg を ES256 か PS256 にしてください",
    en="Use alg ES256 or PS256")
PROOF_KEY = _proof("dpop.key", description="jwk {wrong}",
    ja="証明のヘッダーの jwk に、EC P-256 か 2048 ビット以上の RSA の公開鍵だけを入れてください（d を入れない）",
    en="Put a public key alone into jwk: EC P-256, or RSA of 2048 bits or more, never d")
PROOF_SIGNATURE = _proof("dpop.signature", description="the proof does not verify with its own key",
    ja="jwk に入れた鍵の秘密鍵で署名してください",
    en="Sign with the private half of the jwk")
PROOF_METHOD = _proof("dpop.method", description="htm is another method",
    ja="htm を実際のメソッド（POST など）に合わせてください",
    en="Make htm the method you use")
PROOF_ADDRESS = _proof("dpop.address", description="htu is another address",
    ja="htu を、問い合わせ文字列のない、呼ぶ先のアドレスそのものにしてください。PAR とトークンでは証明を作り分けます",
    en="Make htu exactly the address you call, without query; PAR and token need a proof each")
PROOF_TIME = _proof("dpop.time", description="iat {wrong}",
    ja="要求のたびに証明を作り、iat を今の秒数にしてください（±60秒）",
    en="Make a proof for each request, iat the present second (±60 s)")
PROOF_JTI = _proof("dpop.jti", description=_JTI,
    ja="jti に毎回新しい乱数を入れてください",
    en="Put a new random jti into each proof")
PROOF_TOKEN = _proof("dpop.token", description="ath is not the access token's",
    ja="ath は、送るアクセストークンの SHA-256 の base64url です",
    en="ath is the base64url SHA-256 of the access token that you send")
PROOF_USED = _proof("dpop.used", description="the proof was used before",
    ja="証明は一度だけです。作り直してください",
    en="A proof serves once; make a new one")
PROOF_OTHER_KEY = _proof("dpop.other-key", description="the proof is by another key than the token's", status=401,
    ja="トークンをもらったときと同じ鍵で証明してください",
    en="Prove the key with which the token was fetched")
# fmt: on


def single(parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each parameter at most once; empty ones count as absent (RFC 6749 3.1, 3.2).

    Raises OAuthError ``invalid_request``.
    """
    found: dict[str, str] = {}
    for name, value in parameters:
        if name in found:
            raise OAuthError(REPEATED, parameter=name)
        found[name] = value
    return {name: value for name, value in found.items() if value}
