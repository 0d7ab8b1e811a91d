"""What a machine can see about a party before an operator decides: findings with their reasons, no verdict."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import urlsplit

from joserfc.jwk import RSAKey

from kazasu.foundation.text import Text
from kazasu.identity import scopes
from kazasu.identity.clients.addresses import proves_host
from kazasu.identity.clients.model import Client

State = Literal["good", "warn", "bad"]
STRONG_RSA: Final = 3072
SHORT: Final = 6
"""Characters below which a purpose hardly says anything."""


@dataclass(frozen=True, slots=True)
class Finding:
    state: State
    words: Text

    @property
    def mark(self) -> str:
        """By which a form names it: of what it says, so that what changed meanwhile is another one."""
        return sha256(f"{self.words.ja}\n{self.words.en}".encode()).hexdigest()[:16]


def findings(client: Client, contact: str, reachable: bool | None) -> list[Finding]:
    """
    Args:
        reachable: did the address for events answer? None: there is none.
    """
    return [
        *_name(client),
        *_addresses(client),
        *_items(client),
        *_keys(client),
        *([] if reachable is None else [_reachable(reachable)]),
        Finding("good", Text(f"連絡先: {contact}", f"Contact: {contact}"))
        if contact
        else Finding("warn", Text("連絡先がありません", "No contact is given")),
    ]


AUTHORITY: Final = (
    "省", "庁", "役所", "役場", "警察", "裁判所", "税務署", "機構", "公社", "マイナンバー", "個人番号",
    "ministry", "agency", "government", "police", "court", "city hall", "my number", "official",
)  # fmt: skip
"""Words by which a name is taken for an office's. Whose they are a machine cannot see."""


def _name(client: Client) -> list[Finding]:
    """Names that look like another's are refused before; what only sounds like an office is for whoever decides."""
    said = f"{client.name_ja} {client.name_en}".casefold()
    found = [word for word in AUTHORITY if word in said]
    if not found:
        return []
    words = "、".join(found), ", ".join(found)
    return [
        Finding(
            "warn",
            Text(
                f"名前に、公的な機関を思わせる言葉があります（{words[0]}）。使ってよい名前か、登記などで確かめてください",
                f"The name has words of a public office ({words[1]}): see in a register that it is theirs",
            ),
        )
    ]


def _addresses(client: Client) -> list[Finding]:
    found = []
    for uri in client.redirect_uris:
        parts = urlsplit(uri)
        if client.native and not proves_host(uri):
            found.append(
                Finding(
                    "warn",
                    Text(
                        f"戻り先 {uri} は、利用者の端末のほかのアプリも名乗れます",
                        f"{uri}: any application on the person's device may take it",
                    ),
                )
            )
        elif parts.scheme != "https" or (parts.hostname or "").endswith("localhost"):
            found.append(
                Finding(
                    "bad",
                    Text(
                        f"戻り先 {uri} は自分の機械の上だけのアドレスです",
                        f"{uri} is an address on one's own machine",
                    ),
                )
            )
        else:
            found.append(Finding("good", Text(f"戻り先 {uri} は https です", f"{uri} is https")))
    hosts = {urlsplit(uri).hostname for uri in client.redirect_uris}
    if len(hosts) > 1:
        found.append(
            Finding(
                "warn",
                Text(
                    f"戻り先のホストが{len(hosts)}つあります",
                    f"The redirect addresses are on {len(hosts)} hosts",
                ),
            )
        )
    return found  # fmt: skip


def _items(client: Client) -> list[Finding]:
    found = []
    asked = [s for s in client.scopes if s in scopes.ATTRIBUTES or s == scopes.AGE]
    for item in asked:
        purpose = client.purpose(item)
        if purpose is None:
            found.append(
                Finding("bad", Text(f"{item} の目的がありません", f"{item} has no purpose"))
            )
        elif len(purpose.ja) < SHORT or len(purpose.en) < SHORT:
            found.append(
                Finding(
                    "warn",
                    Text(
                        f"{item} の目的「{purpose.ja}」が短すぎます",
                        f"The purpose of {item}, “{purpose.en}”, says little",
                    ),
                )
            )
    words = [(client.purpose(item) or Text("?", "?")).ja for item in asked]
    if len(words) > 1 and len(set(words)) == 1:
        found.append(
            Finding("warn", Text("どの項目も同じ目的です", "Every item has the same purpose"))
        )
    if scopes.AGE in asked and "birthdate" in asked:
        found.append(
            Finding(
                "warn",
                Text(
                    "生年月日があれば、20歳以上かどうかはいりません",
                    "With the birth date, whether somebody is 20 need not be asked",
                ),
            )
        )
    if set(scopes.ATTRIBUTES) <= set(asked):
        found.append(
            Finding(
                "warn",
                Text(
                    "4項目すべてを求めています。どれも要るかを確かめてください",
                    "All four attributes are asked for: is each needed?",
                ),
            )
        )
    if scopes.LATEST in client.scopes and not asked:
        found.append(
            Finding(
                "warn",
                Text(
                    "最初に受け取る項目がないのに、最新の情報を求めています",
                    "Latest attributes are asked for, but none to begin with",
                ),
            )
        )
    return found or [Finding("good", Text("項目と目的がそろっています", "Each item has its purpose"))]  # fmt: skip


def _keys(client: Client) -> list[Finding]:
    found = []
    for key in (client.keys or {"keys": []})["keys"]:
        name = str(key.get("kid", ""))[:20]
        if key.get("kty") == "EC":
            found.append(Finding("good", Text(f"鍵 {name}: EC P-256", f"Key {name}: EC P-256")))
            continue
        size = RSAKey.import_key(key).public_key.key_size
        state: State = "good" if size >= STRONG_RSA else "warn"
        found.append(
            Finding(state, Text(f"鍵 {name}: RSA {size}ビット", f"Key {name}: RSA, {size} bits"))
        )
    return found  # fmt: skip


def _reachable(reachable: bool) -> Finding:
    if reachable:
        return Finding(
            "good", Text("出来事を知らせるアドレスが応答します", "The address for events answers")
        )
    return Finding(
        "bad",
        Text("出来事を知らせるアドレスが応答しません", "The address for events does not answer"),
    )
