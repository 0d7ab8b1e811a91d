"""What a registration must be (RFC 7591 3.2.2)."""

from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.integrators.inspector.checks import Check

REGISTRATION: Final = Check(
    Text("登録の内容", "The registration"),
    {
        "*: https with a host name, or http on localhost; no fragment, at most 255": Text(
            "https のアドレスにするか、手元で試すなら http://localhost にしてください。# や @ や IP アドレスは使えません",
            "Use https, or http://localhost on your own machine; no #, no @, no IP address",
        ),
        "*: no address": Text("アドレスの形になっていません", "This is not an address"),
        "* must be on a host of redirect_uris": Text(
            "戻り先と同じホストに置いてください", "Put it on the same host as a redirect address"
        ),
        "scope * is not for private parties": Text(
            "民間のサービスが求められる項目だけを選んでください",
            "Choose items that private services may ask for",
        ),
        "purposes.*": Text(
            "目的は項目ごとに、日本語と英語を一つずつ（100文字以内）書いてください",
            "Write each item's purpose once in Japanese and once in English, 100 characters at most",
        ),
        "jwks: 1 to * keys": Text(
            'jwks は {"keys": […]} の形で、鍵は1〜5個です',
            'jwks is {"keys": […]}, with 1 to 5 keys',
        ),
        "jwks: public keys only*": Text(
            "秘密鍵が入っていました。その鍵はもう使わず、新しい組を作り、公開鍵だけを送ってください",
            "A private key was in it. Do not use that key any more: make a new pair and send the public half",
        ),
        "jwks: keys are for signatures (use: sig)": Text(
            "use を sig にするか省いてください", "Set use to sig, or leave it out"
        ),
        "jwks: EC P-256 or RSA of 2048 bits or more": Text(
            "EC P-256（おすすめ）か、2048ビット以上の RSA の鍵にしてください",
            "Use EC P-256 (best), or RSA of 2048 bits or more",
        ),
        "jwks: each key has a kid of its own": Text(
            "鍵ごとに違う kid を付けてください", "Give each key a kid of its own"
        ),
        "redirect_uris on several hosts need a sector_identifier_uri": Text(
            "戻り先を一つのホストにするか、sector_identifier_uri に一覧を置いてください",
            "Keep them on one host, or list them at a sector_identifier_uri",
        ),
        "sector_identifier_uri does not list every redirect_uri": Text(
            "一覧にすべての戻り先を入れてください", "List every redirect address there"
        ),
        "sector_identifier_uri on * gives no JSON list": Text(
            "そのアドレスが3秒以内に JSON の配列を返すようにしてください",
            "That address must give a JSON array within three seconds",
        ),
        "the sector never changes: register anew": Text(
            "ホストが変わると、利用者の記号も変わります。新しく登録してください",
            "On another host people would get other codes: register anew",
        ),
        "*: *": Text(
            "その項目の形を見直してください。名前の書き誤りかもしれません",
            "Look at that member again; its name may be misspelt",
        ),
    },
)
