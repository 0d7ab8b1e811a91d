"""Why a phone does not do what it was asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from kazasu.card.client import AUTHENTICATION, NAMES, SIGNING
from kazasu.foundation.faults import Fault, Refusal, define
from kazasu.foundation.text import Text

NOT_SET_UP = define("phone.not-set-up", 409,
    "このスマートフォンは、まだ準備ができていません", "This phone is not set up yet",
    "はじめに、機種を選んでください", "Choose which phone it is first",
    easy=("このスマートフォンは、まだ 使えません", "最初に、どのスマートフォンか えらんでください"))  # fmt: skip
NOTHING_ON_IT = define("phone.no-certificates", 409,
    "このスマートフォンには電子証明書がありません", "There are no certificates on this phone",
    "カードを使うか、先に申し込んでください", "Use the card, or apply for them first",
    easy=("このスマートフォンには 電子証明書が ありません", "カードを 使ってください。または、先に 電子証明書を 入れてください"))  # fmt: skip
HAS_THEM = define("phone.has-certificates", 409,
    "このスマートフォンには、もう電子証明書があります", "This phone has certificates already",
    "新しくするときは、先に消してください", "To renew them, delete these first",
    easy=("このスマートフォンには、もう 電子証明書が あります", "新しくするときは、先に 今のものを 消してください"))  # fmt: skip
PINS_DIFFER = define("phone.pins-differ", 422,
    "2回入れた暗証番号が、同じではありません", "The PIN and its repetition are not the same",
    "暗証番号を、もう一度2回入れてください。ほかは、そのままです", "Enter the PIN twice again. Everything else is kept",
    easy=("2回の 暗証番号が、同じでは ありません", "同じ 暗証番号を、もう一度 2回 入れてください。ほかは そのままです"))  # fmt: skip
PASSWORDS_DIFFER = define("phone.passwords-differ", 422,
    "2回入れた署名用パスワードが、同じではありません", "The signing password and its repetition are not the same",
    "署名用パスワードを、もう一度2回入れてください。決めた暗証番号は、そのままです", "Enter the signing password twice again. The PIN that you chose is kept",
    easy=("2回の パスワードが、同じでは ありません", "同じ パスワードを、もう一度 2回 入れてください。暗証番号は そのままです"))  # fmt: skip
NOT_CHOSEN_YET = define("phone.secrets-not-chosen", 409,
    "暗証番号と署名用パスワードが、まだ決まっていません", "PIN and signing password are not chosen yet",
    "時間がたったときは、はじめから決めてください。何も送られていません", "If too much time went by, choose them again. Nothing was sent",
    easy=("暗証番号と パスワードが、まだ 決まっていません", "時間が たったときは、最初から 決めてください。何も 送っていません"))  # fmt: skip
CARD_CANNOT_SIGN = define("phone.card-cannot-sign", 409,
    "このカードの署名用電子証明書は、いま使えません（失効・期限切れ・一時停止のどれかです）", "This card’s signing certificate is not in force: it lapsed, expired or is suspended",
    "住所や氏名が変わると失効します。市区町村の窓口で新しくしてから、もう一度はじめてください。何も送っていません", "It lapses when your address or name changes. Have it renewed at the counter of your city, then begin again. Nothing was sent", source="公的個人認証法 12条・16条の2",
    easy=("このカードの 署名用電子証明書は、今 使えません", "住所や 名前が 変わると、使えなくなります。役所の 窓口で 新しくしてください。それから、もう一度 はじめてください。何も 送っていません"))  # fmt: skip
WRONG_NUMBER = define("phone.wrong-number", 403,
    "選んだ番号が、もう一つの画面の番号と違います", "The number you chose is not the one on the other screen",
    "この手続きは止めました。人から送られたコードなら、そのままにしてください。自分で始めたものなら、はじめからやり直せます", "This was stopped. If somebody sent you the code, leave it. If you began it yourself, begin again", source="reliability §3 threat 1",
    easy=("番号が、もう一つの画面と ちがいます", "止めました。ほかの人が 送ってきたコードなら、何も しないでください。自分で はじめたときは、最初から してください"))  # fmt: skip
OPENED_ELSEWHERE = define("phone.opened-elsewhere", 403,
    "この手続きは、別のスマートフォンかブラウザーで進んでいます", "This goes on on another phone, or in another browser of this one",
    "そちらで続けるか、もとの画面で新しいコードを出してください。ここからは何も送られていません", "Go on there, or have the other screen show a new code. Nothing was sent from here", source="reliability §3 threat 1",
    easy=("ほかの スマートフォンか ブラウザーで つづいています", "そちらで つづけてください。または、元の画面で 新しい コードを 出してください。ここからは 何も 送っていません"))  # fmt: skip
NOT_CHOSEN = define("phone.number-not-chosen", 409,
    "番号がまだ選ばれていません", "No number was chosen yet",
    "もう一つの画面と同じ番号を、先に選んでください", "First choose the number that the other screen shows", source="reliability §3 threat 1",
    easy=("まだ 番号を えらんでいません", "先に、もう一つの画面と 同じ番号を えらんでください"))  # fmt: skip
NO_ANSWER = define("phone.asker-unreachable", 503,
    "求めた相手とつながりません", "Whoever asks cannot be reached",
    "届いたかどうか分かりません。もとの画面を見て、進んでいなければもう一度押してください", "It is not known whether it arrived. Look at the screen where you began; if nothing happened, press again",
    easy=("たのんだ相手に つながりません", "とどいたかどうか 分かりません。元の画面を 見てください。進んでいないときは、もう一度 おしてください"))  # fmt: skip
NOT_ACCEPTED = define("phone.not-accepted", 409,
    "送りましたが、相手は受け付けませんでした（{code}）", "It was sent, but whoever asked did not accept it ({code})",
    "もとの画面に戻ると、理由と次にすることが分かります", "The screen where you began says why, and what to do next",
    easy=("送りましたが、相手は 受けとりませんでした（{code}）", "元の画面に もどってください。理由が 書いてあります"))  # fmt: skip
APPLICATION_CHANGED = define("phone.application-changed", 409,
    "申請書が、表示したものから変わりました", "The application is no longer the one that you were shown",
    "いまの申請書を確かめてから、もう一度署名してください。何も署名していません", "Read the application as it is now, then sign again. Nothing was signed", source="card §1 (what is shown is what is signed)",
    easy=("申請書が 変わりました", "今の 申請書を 見てください。それから、もう一度 署名してください。まだ 署名していません"))  # fmt: skip

END_IS_FINAL = define("phone.end-is-final", 409,
    "終わらせた電子証明書は、もとに戻せません", "Certificates that were ended never come back",
    "終わらせてよければ「もとに戻せないことが分かりました」を選び、もう一度暗証番号を入れてください。見つかるかもしれないときは「止める」を選んでください。まだ何もしていません", "If that is what you want, choose “I know that this is final” and enter the PIN again. If the phone may turn up, suspend it instead. Nothing was done yet",
    easy=("終わりに した 電子証明書は、もう もどせません", "それで いいときは「もどせないことが 分かりました」を えらんでください。暗証番号も もう一度 入れてください。見つかるかもしれないときは「止めます」を えらんでください。まだ 何も していません"))  # fmt: skip

# ---------------------------------------------------------------- of the phone's own keys

_ANEW = Text(
    "「電子証明書を消す」で消してから、カードで入れ直してください。いまは、カードを使うこともできます",
    "Delete the certificates on this phone, then put new ones on it with your card. For now you can use the card",
    "「電子証明書を消す」を おしてください。そのあと、カードで もう一度 入れてください。今は カードを 使えます",
)
OWN_LOCKED = define("phone.locked", 403,
    "スマートフォンの暗証番号か署名用パスワードが、ロックされています", "The phone’s PIN or signing password is locked",
    "窓口では決め直せません。「電子証明書を消す」を開き、カードで消して入れ直すと、新しく決められます。いまは、カードを使うこともできます", "No counter can reset it. Open “Delete the certificates”, delete them with your card, and choose new ones as you put certificates on it anew. For now you can use the card", source="card §3 (phones: no reset; issued anew)",
    easy=("スマートフォンの 暗証番号か パスワードが 使えなくなっています", "「電子証明書を消す」を 開いて、カードで 消してください。そのあと、もう一度 入れると、新しい 番号を 決められます。今は カードを 使えます"))  # fmt: skip
_LAST_TRY = define("phone.last-try", 409,
    "{which}は、あと1回まちがえるとロックされます", "One more wrong {which_en} locks it",
    "自信がなければここでやめて、カードを使ってください。続けるときは「最後の1回を使う」を選んでください", "If you are not sure, stop here and use your card. To go on, choose “Use the last try”",
    easy=("{which}を あと1回 まちがえると、使えなくなります", "よく分からないときは、やめて、カードを 使ってください。つづけるときは「最後の1回を使う」を えらんでください"))  # fmt: skip
_SUSPENDED = define("phone.suspended", 403,
    "このスマートフォンの電子証明書は、一時停止中です", "The certificates on this phone are suspended",
    "スマートフォンの「なくした・見つかった」でカードをかざすと、また使えます。カードも止まっているときは、カードの一時停止の解除が先です。カードが使えれば、いまカードを使うこともできます", "On the phone, hold your card under “A phone was lost or found” to use them again. If the card is suspended, too, have that lifted first. With a card that works you can use that now", source="公的個人認証法 16条の9",
    easy=("この スマートフォンの 電子証明書は、今 止まっています", "スマートフォンの「なくした・見つけた」で カードを 使うと、また 使えます。カードも 止まっているときは、カードを 先に もどしてください"))  # fmt: skip
_ENDED = define("phone.ended", 403,
    "このスマートフォンの電子証明書は、もう使えません（失効）", "The certificates on this phone have ended",
    _ANEW.ja, _ANEW.en, source="公的個人認証法 16条の9・35条の9",
    easy=("この スマートフォンの 電子証明書は、もう 使えません", _ANEW.easy))  # fmt: skip
_OVER = define("phone.expired", 403,
    "このスマートフォンの電子証明書は、期限が切れています", "The certificates on this phone have expired",
    _ANEW.ja, _ANEW.en, source="公的個人認証法 16条の4",
    easy=("この スマートフォンの 電子証明書は、期限が 終わりました", _ANEW.easy))  # fmt: skip
_LAPSED = define("phone.signing-lapsed", 403,
    "住所や氏名などが変わったか、転出して住民票が閉じられたため、このスマートフォンでは署名できません", "Your address, name or the like changed, or you moved out and your record was closed: this phone can no longer sign",
    "カードの署名用電子証明書を窓口で新しくしてから、このスマートフォンの電子証明書を消し、カードで入れ直してください", "Have your card’s signing certificate renewed at the city office. Then delete the certificates on this phone and put new ones on it with your card", source="公的個人認証法 12条; municipal §1.4",
    easy=("この スマートフォンでは 署名が できません。住所や 名前が 変わったか、引っ越しの 日が 来ました", "先に、窓口で カードを 新しく してください。そのあと、スマートフォンの 電子証明書を 消して、カードで もう一度 入れてください"))  # fmt: skip
_UNPROVEN = define("phone.certificate-unproven", 403,
    "このスマートフォンの電子証明書を確かめられません", "The certificate on this phone cannot be proven good",
    _ANEW.ja, _ANEW.en, source="RFC 5280 §4",
    easy=("この スマートフォンの 電子証明書を、たしかめられません", _ANEW.easy))  # fmt: skip
_BUSY = define("phone.in-use", 409,
    "このスマートフォンの電子証明書は、別の画面で使われています", "The certificates on this phone are in use on another page",
    "そちらが終わってから、もう一度押してください。何も送られていません", "Press again when that is done. Nothing was sent",
    easy=("この スマートフォンの 電子証明書を、ほかの 画面で 使っています", "それが 終わってから、もう一度 おしてください。何も 送っていません"))  # fmt: skip
_UNEXPECTED = define("phone.unexpected-answer", 502,
    "スマートフォンの電子証明書が、予期しない応答をしました（{status}）", "The phone’s key store answered unexpectedly ({status})",
    "もう一度押してください。続くときは、カードを使ってください", "Press again; if it stays, use your card",
    easy=("スマートフォンの 電子証明書が、いつもと ちがう 返事をしました（{status}）", "もう一度 おしてください。まだ だめなときは、カードを 使ってください"))  # fmt: skip
OF_A_PHONE: Final[Mapping[str, Fault]] = {
    "card.locked": OWN_LOCKED, "card.last-try": _LAST_TRY, "card.expired": _OVER, "card.unexpected-answer": _UNEXPECTED,
    "card.elsewhere": _BUSY, "card.torn": _BUSY, "card.no-card": NOTHING_ON_IT,
    "jpki.on-hold": _SUSPENDED, "jpki.revoked": _ENDED, "jpki.expired": _OVER, "jpki.lapsed-by-change": _LAPSED,
    "jpki.unreadable-certificate": _UNPROVEN, "jpki.bad-signature": _UNPROVEN, "jpki.not-yet-valid": _UNPROVEN,
    "jpki.not-recorded": _UNPROVEN,
}  # fmt: skip
"""What is said of a card, its lock or its certificates, as it is said of the phone's own: no counter mends those."""
GONE: Final = {_ENDED.code, _OVER.code, _LAPSED.code, "jpki.no-phone"}
"""J-LIS has ended them already, or knows of none."""
_SECRETS: Final = {
    NAMES[AUTHENTICATION].ja: Text(
        "スマートフォンの暗証番号（数字4けた）", "phone’s PIN (4 digits)"
    ),
    NAMES[SIGNING].ja: Text(
        "スマートフォンの署名用パスワード（英数字6〜16文字）",
        "phone’s signing password (6–16 characters)",
    ),
}


def of_phone(refusal: Refusal) -> Refusal:
    """The same refusal in the phone's words: its secrets by their names, and what mends it there."""
    facts = dict(refusal.facts)
    secret = _SECRETS.get(str(facts.get("which", "")))
    if secret is not None:
        facts |= {"which": secret.ja, "which_en": secret.en}
    return Refusal(OF_A_PHONE.get(refusal.fault.code, refusal.fault), **facts)


@contextmanager
def own_keys_used() -> Iterator[None]:
    """While the phone's own keys are used its words hold. Raises Refusal as what is done inside does."""
    try:
        yield
    except Refusal as refusal:
        raise of_phone(refusal) from refusal
