"""The words of the person's own pages: what was done, how sure it was, and what an end means."""

from dataclasses import dataclass
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.values import readable
from kazasu.identity import model, scopes
from kazasu.identity.consents.store import Release

ACTIONS: Final = {
    "authenticate": Text("サインイン・本人確認", "Sign-in, confirmation"),
    "sign": Text("電子署名", "Signature"),
    "pay": Text("支払いの承認", "Approval of a payment"),
}
OUTCOMES: Final = {
    "unchanged": Text("変わりなし", "nothing had changed"),
    "changed": Text("変わっていると答えた", "told that something changed"),
    "pending": Text("答えられることがなかった", "there was nothing to tell"),
    "supplied": Text("新しい情報を渡した", "the new data were passed on"),
    "nothing": Text("何も渡していない", "nothing was passed on"),
}
"""What came of a pull (``contracts.jpki.latest.Pull``)."""
ASSURANCE: Final = {
    model.AAL3: Text(
        "いちばん高い確かさ（カードまたはスマートフォンと暗証番号）",
        "The highest (card or phone, with its PIN)",
    ),
    model.AAL2: Text(
        "二番目の確かさ（暗証番号なしのカード、またはパスキー）",
        "The second (card without a PIN, or a passkey)",
    ),
}
_SIGNED: Final = (
    Text("あなたのカードかスマートフォンの、署名用の鍵で文書に署名しました", "The signing key in your card or phone signed the document"),
    Text("署名用パスワードを知っている人だけができます", "Only who knows the signing password can do that"),
    Text("証明書の発行元（J-LIS）が、署名は本物で、証明書はそのとき有効だったと答えました", "J-LIS, which issued the certificate, answered that the signature is genuine and that the certificate was good then"),
)  # fmt: skip
_WITH_PIN: Final = (
    Text("あなたのカードかスマートフォンの中の鍵が、この確認だけのための問いに答えました", "The key in your card or phone answered a question that was made for this confirmation alone"),
    Text("鍵は、暗証番号を知っている人にだけ答えます", "The key answers only who knows its PIN"),
    Text("証明書の発行元（J-LIS）が、証明書はそのとき有効だったと答えました", "J-LIS, which issued the certificate, answered that it was good then"),
)  # fmt: skip
_OF_A_PAYMENT: Final = Text(
    "画面に出た支払先と金額は、鍵が署名したものの一部です。ほかの金額には使えません",
    "Payee and amount as the reader showed them are part of what the key signed: it approves no other amount",
)
_WITHOUT_PIN: Final = (
    Text("あなたのカード（暗証番号なし）か、登録したパスキーで確かめました", "Your card without a PIN, or a passkey that you had made, was used"),
    Text("署名や、氏名などを伝えることは、この方法ではできません", "It can neither sign nor pass on your name"),
)  # fmt: skip
_ATTRIBUTES: Final = Text(
    "氏名などは、カードに入っている記録を、発行者の署名ごと確かめて伝えました",
    "Your name and so on were read from the card, with its issuer's signature on them",
)


def plain_steps(record: Release) -> list[Text]:
    """How it was proven, for people; the record's own steps are the engineers' version."""
    if record.action == "sign":
        return list(_SIGNED)
    steps = _WITH_PIN if record.acr == model.AAL3 else _WITHOUT_PIN
    if record.action == "pay":
        return [*steps, _OF_A_PAYMENT]
    return [*steps, *((_ATTRIBUTES,) if scopes.asks_attributes(record.items) else ())]


def evidence_number(record: Release) -> str:
    """The evidence's number as people say it, and as the party has it."""
    return readable.of(record.party_evidence_id, "EV")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something ends."""

    question: Text
    effect: Text
    act: Text
    kind: str
    """Which act the answer is: the page has a form for each."""


END_CONSENT: Final = Question(
    Text("同意を終えますか", "End the consent?"),
    Text("すぐに効きます。サービスはサインインしたままでいられなくなり、そのことを知らされます。つながりは残り、次に使うときにあらためて同意を聞かれます。",
         "It takes effect at once: the service can no longer keep you signed in, and is told. The link stays; next time you are asked again."),
    Text("同意を終える", "End the consent"),
    "end-consent",
)  # fmt: skip
UNLINK: Final = Question(
    Text("つながりを消しますか", "Remove the link?"),
    Text("そのサービスでのサインインは、どの端末でも終わり、サービスに知らせます。残高や契約など、サービスが持っているものは消えません。また使うときは、同じ人としてわかります（署名やお客さま番号で確かめるサービスもあります）。片づけてほしいときは、先にサービスで手続きしてください。",
         "Your sign-ins there end on every device, and the service is told. What it keeps for you, such as money or a contract, is not lost: when you come again it knows you (some first ask for a signature or your customer number). To close it for good, do that at the service first."),
    Text("つながりを消す", "Remove the link"),
    "unlink",
)  # fmt: skip
WITHDRAW: Final = Question(
    Text("最新の情報を渡す同意をやめますか", "Stop passing on your latest data?"),
    Text("すぐに効きます。この事業者は、これから先の住所などを受け取れません。事業者にも知らせます。もう渡した情報は、事業者に聞いてください。また同意するには、あらためて署名します。",
         "It takes effect at once: they no longer receive your address and so on, and are told. For what they have already, ask them. To agree again you sign anew."),
    Text("同意をやめる", "End this consent"),
    "withdraw",
)  # fmt: skip
END_PASSKEY: Final = Question(
    Text("パスキーを消しますか", "Remove the passkey?"),
    Text("このパスキーでは、サインインできなくなります。カードはいつでも使えます。また作るには、カードでサインインします。",
         "You can no longer sign in with it. Your card always works. To make another one, sign in with the card."),
    Text("パスキーを消す", "Remove the passkey"),
    "passkey",
)  # fmt: skip
EVERYWHERE: Final = Question(
    Text("すべての端末からサインアウトしますか", "Sign out everywhere?"),
    Text("カードやパスキーでサインインしたところは、この画面も、ほかのサービスも、どの端末でも終わります。使うときは、もう一度サインインします。つながりと同意は残ります。民間のサービスの画面は、20分以内に終わります（同じ人だと分からないように、サービスごとに知らせる時刻をずらします）。",
         "Wherever you signed in with your card or a passkey ends, on every device: this page, and the other services. To use them you sign in again. Links and consents stay. Pages of private services end within 20 minutes: each is told at another moment, so that they cannot tell by the time that it was one person."),
    Text("すべての端末からサインアウトする", "Sign out everywhere"),
    "everywhere",
)  # fmt: skip
