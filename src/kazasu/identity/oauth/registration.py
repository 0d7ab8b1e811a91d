"""What a registration must be (RFC 7591 3.2.2; OpenID Connect Registration 5)."""

from functools import partial
from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.oauth.model import Check, OAuthFault, row

# fmt: off
REGISTRATION: Final = Check(Text("登録の内容", "The registration"))

_metadata = partial(row, error="invalid_client_metadata", check=REGISTRATION)


def _both(code: str, description: str, ja: str, en: str) -> tuple[OAuthFault, OAuthFault]:
    """The same of a redirect address, which has an error of its own, and of other members."""
    redirect = row(f"registration.redirect-{code}", "invalid_redirect_uri", description, REGISTRATION, ja, en)
    return redirect, row(f"registration.{code}", "invalid_client_metadata", description, REGISTRATION, ja, en)


REDIRECT_NO_ADDRESS, NO_ADDRESS = _both("no-address", "{name}: no address",
    "アドレスの形になっていません",
    "This is not an address")
REDIRECT_UNFIT, UNFIT = _both("unfit", "{name}: https with a host name, or http on localhost or 127.0.0.1; no fragment, at most 255",
    "https のアドレスにするか、手元で試すなら http://localhost か http://127.0.0.1 にしてください。# や @ や、ほかの IP アドレスは使えません",
    "Use https; on your own machine, for tests, http://localhost or http://127.0.0.1; no #, no @, no other IP address")
REDIRECT_MEMBER, MEMBER = _both("member", "{where!a}: {kind}",
    "その項目の形を見直してください。名前の書き誤りかもしれません",
    "Look at that member again; its name may be misspelt")
OTHER_HOST = _metadata("registration.other-host", description="{name} must be on a host of redirect_uris",
    ja="戻り先と同じホストに置いてください",
    en="Put it on the same host as a redirect address")
OTHER_CLIENT_ID = _metadata("registration.other-client-id", description="client_id is another party's", member="client_id",
    ja="この登録の client_id を送るか、省いてください（RFC 7592 2.2）",
    en="Send the client_id of this registration, or leave it out (RFC 7592 2.2)")
WORDS = _metadata("registration.words", description="{name}: one line of printable characters",
    ja="1行の、目に見える文字だけにしてください",
    en="Write one line of visible characters")
NAME_TAKEN = _metadata("registration.name-taken", description="{name}: looks like an institution or a reviewed party",
    ja="公的な機関か、審査を受けた事業者と見分けのつかない名前です。ほかの名前にしてください（UTS #39）",
    en="People would take it for an institution or a reviewed party: choose another name (UTS #39)")
COLOUR_TAKEN = _metadata("registration.colour-taken", description="colour: an institution's", member="colour",
    ja="公的な機関の色か、それに近い色です。見分けのつく色にするか、colour を省いてください",
    en="This is an institution's colour, or near to one: choose one that is told apart, or leave colour out")
SCOPE = _metadata("registration.scope", description="scope {scope!a} is not for private parties", member="scope",
    ja="民間のサービスが求められる項目だけを選んでください",
    en="Choose items that private services may ask for")
PURPOSE = _metadata("registration.purpose", description="purposes.{scope!a}: Japanese and English, of a registered scope", member="purposes",
    ja="目的は項目ごとに、日本語と英語を一つずつ（100文字以内）書いてください",
    en="Write each item's purpose once in Japanese and once in English, 100 characters at most")
KEY_COUNT = _metadata("registration.key-count", description="jwks: 1 to {most} keys", member="jwks",
    ja='jwks は {"keys": […]} の形で、鍵は1〜5個です',
    en='jwks is {"keys": […]}, with 1 to 5 keys')
KEYS_ONCE = _metadata("registration.keys-once", description="either jwks or jwks_uri", member="jwks",
    ja="公開鍵は、jwks に書くか、jwks_uri で置き場所を示すか、どちらか一方にしてください（RFC 7591 2）",
    en="Give your public keys either as jwks or by their address, jwks_uri (RFC 7591 2)")
KEYS_LONG = _metadata("registration.keys-long", description="jwks: at most {most} bytes", member="jwks",
    ja="鍵の組が大きすぎます。公開鍵のほかのもの（証明書など）を除いてください",
    en="The key set is too large: leave out what is no public key (certificates and so on)")
NO_KEYS = _metadata("registration.no-keys", description="jwks_uri on {host} gives no key set", member="jwks_uri",
    ja='そのアドレスが3秒以内に {"keys": […]} の JSON を返すようにしてください',
    en='That address must give JSON of the form {"keys": […]} within three seconds')
COMPAT = _metadata("registration.compat", description="compat is for test parties of a sandbox", member="compat",
    ja="互換モードは、体験環境の試験の段階でだけ使えます。compat を外してください",
    en="The compatibility mode is for test parties of a sandbox alone: leave compat out")
ASSERTION_ALGORITHM = _metadata("registration.assertion-algorithm", description="token_endpoint_auth_signing_alg: ES256 or PS256", member="token_endpoint_auth_signing_alg",
    ja="ES256 か PS256 にしてください。RS256 は、試験の段階の互換モード（compat）でだけ使えます",
    en="Use ES256 or PS256; RS256 is for test parties in compatibility mode (compat) alone")
KEY_ZERO = _metadata("registration.key-zero", description="jwks: a zero character", member="jwks",
    ja="鍵の中の、値が0の文字を除いてください",
    en="Leave the character of value zero out of the key")
KEY_PRIVATE = _metadata("registration.key-private", description="jwks: public keys only; make a new pair, this one is burnt", member="jwks",
    ja="秘密鍵が入っていました。その鍵はもう使わず、新しい組を作り、公開鍵だけを送ってください",
    en="A private key was in it. Do not use that key any more: make a new pair and send the public half")
KEY_USE = _metadata("registration.key-use", description="jwks: keys are for signatures (use: sig)", member="jwks",
    ja="use を sig にするか省いてください",
    en="Set use to sig, or leave it out")
KEY_WEAK = _metadata("registration.key-weak", description="jwks: EC P-256 or RSA of 2048 bits or more", member="jwks",
    ja="EC P-256（おすすめ）か、2048ビット以上の RSA の鍵にしてください",
    en="Use EC P-256 (best), or RSA of 2048 bits or more")
KEY_NAME = _metadata("registration.key-name", description="jwks: each key has a kid of its own, at most 255 characters", member="jwks",
    ja="鍵ごとに違う kid（255文字まで）を付けるか、どれにも付けないでください",
    en="Give each key a kid of its own, of 255 characters at most, or none a kid")
HOSTS = _metadata("registration.hosts", description="redirect_uris on several hosts need a sector_identifier_uri",
    ja="戻り先を一つのホストにするか、sector_identifier_uri に一覧を置いてください",
    en="Keep them on one host, or list them at a sector_identifier_uri")
NOT_LISTED = _metadata("registration.not-listed", description="sector_identifier_uri does not list every redirect_uri",
    ja="一覧にすべての戻り先を入れてください",
    en="List every redirect address there")
NO_LIST = _metadata("registration.no-list", description="sector_identifier_uri on {host} gives no JSON list",
    ja="そのアドレスが3秒以内に JSON の配列を返すようにしてください",
    en="That address must give a JSON array within three seconds")
SECTOR = _metadata("registration.sector", description="the sector never changes: register anew",
    ja="ホストが変わると、利用者の番号も変わります。新しく登録してください",
    en="On another host people would get other codes: register anew")
