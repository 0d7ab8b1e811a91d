"""Why a card does not do what it was asked; for the person before the reader."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

NOTHING_SENT = Text(
    "もう一度入力してください。何も送られていません", "Enter it again. Nothing was sent"
)

NO_CARD = define("card.no-card", 409,
    "カードがありません", "There is no card on the reader",
    "カードを読取機にかざしてください", "Hold your card over the reader",
    easy=("カードが ありません", "カードを 機械の上に 置いてください"))  # fmt: skip
TORN = define("card.torn", 409,
    "途中でカードが離れました", "The card was taken away too early",
    "もう一度かざし、終わるまで動かさないでください。何も変わっていません", "Hold it again and keep it still until the end. Nothing was changed",
    easy=("とちゅうで カードが はなれました", "もう一度 カードを 置いてください。終わるまで 動かさないでください。何も 変わっていません"))  # fmt: skip
NOT_A_MY_NUMBER_CARD = define("card.other-card", 422,
    "マイナンバーカードではありません", "This is not a My Number Card",
    "マイナンバーカードをかざしてください", "Hold a My Number Card over the reader",
    easy=("これは マイナンバーカードでは ありません", "マイナンバーカードを 置いてください"))  # fmt: skip
WRONG_PIN = define("card.wrong-pin", 403,
    "{which}が違います。あと{tries_left}回まちがえるとロックされます", "The {which_en} is wrong. {tries_left} more wrong {tries_en} it",
    *NOTHING_SENT, source="card §1 (VERIFY)",
    easy=("{which}が ちがいます。あと{tries_left}回 まちがえると、使えなくなります", "もう一度 入れてください。何も 送っていません"))  # fmt: skip
LOCKED = define("card.locked", 403,
    "{which}がロックされています", "The {which_en} is locked",
    "お住まいの市区町村の窓口で、新しく決められます。（署名用パスワードだけは、コンビニの端末でもできます）", "At the counter of your city hall you choose a new one. (The signing password alone also at a convenience-store terminal)", source="card §1 (no reset outside the counter); J-LIS guidance",
    easy=("{which}が 使えなくなっています", "市や区の 役所の 窓口へ 行ってください。また 使えるように します。（署名用パスワードは、コンビニの機械でも できます）"))  # fmt: skip
EXPIRED = define("card.expired", 403,
    "カードの電子証明書は、{expired_on} で期限が切れています", "The certificate on this card expired on {expired_on}",
    "お住まいの市区町村の窓口で、新しくできます。カードと暗証番号を使います。ここでは、暗証番号は入れません", "Have it renewed at the counter of your city hall, with the card and its PIN. Here no PIN is asked now", source="公的個人認証法 施行規則; card §1",
    easy=("カードの 電子証明書は、{expired_on} までで 終わりました", "市や区の 役所の 窓口で、新しく できます。カードと 暗証番号を 使います。ここでは、暗証番号を 入れません"))  # fmt: skip
LAST_TRY = define("card.last-try", 409,
    "{which}は、あと1回まちがえるとロックされます", "One more wrong {which_en} locks the card",
    "自信がなければここでやめて、窓口で確認してください。続けるときは「最後の1回を使う」を選んでください", "If you are not sure, stop here and ask at the counter. To go on, choose “Use the last try”",
    easy=("{which}を あと1回 まちがえると、使えなくなります", "よく分からないときは、やめてください。窓口で 聞いてください。つづけるときは「最後の1回を使う」を えらんでください"))  # fmt: skip
NO_SIGNING_CERTIFICATE = define("card.no-signing-certificate", 422,
    "このカードには署名用電子証明書がありません", "This card has no signing certificate",
    "15歳未満の方には発行されません（保護者の方が代わりにできる手続きもあります）。15歳以上の方は、お住まいの市区町村の窓口で発行を受けられます", "It is not issued to people under 15; for some matters a parent can act for them. From 15 on, have one issued at the counter of your city", source="公的個人認証法 3条; card §1",
    easy=("このカードでは 署名が できません", "15歳より 下の人の カードには、署名の 証明書が ありません。親が できる 手続きも あります。15歳からは、市の 窓口で もらえます"))  # fmt: skip
BAD_PIN_FORM = define("card.pin-form", 422,
    "{form}で入れてください", "Enter {form_en}",
    "{which}です。何も送られていません", "It is the {which_en}. Nothing was sent",
    easy=("{form}を 入れてください", "{which}です。何も 送っていません"))  # fmt: skip
UNEXPECTED_ANSWER = define("card.unexpected-answer", 502,
    "カードが予期しない応答をしました（{status}）", "The card answered unexpectedly ({status})",
    "もう一度かざしてください。続くときは窓口へ", "Try again; if it stays, go to the counter",
    easy=("カードが いつもと ちがう 返事をしました（{status}）", "もう一度 カードを 置いてください。まだ だめなときは、窓口へ 行ってください"))  # fmt: skip
UNKNOWN_PROFILE = define("card.unknown-profile", 422,
    "「{given}」という種類のカードはありません", "There is no kind of card “{given}”",
    "次から選んでください: {known}", "Choose one of: {known}", who="integrator")  # fmt: skip
NO_APPLICATION = define("card.no-application", 422,
    "このカードには「{application}」アプリケーションがありません", "This card has no application “{application}”",
    "スマホの電子証明書ではできない手続きです。カードをかざしてください", "A phone's certificates cannot do this: hold the card itself",
    easy=("スマートフォンでは できません（{application}）", "カードを 使ってください"))  # fmt: skip
NO_DUTY = define("card.no-duty", 422,
    "個人番号を読む根拠がありません", "There is no legal duty for reading this number",
    "法律の根拠を示してください。根拠なく個人番号を集めることはできません", "Name the provision: nobody may collect individual numbers without one", who="integrator", source="番号法 20条")  # fmt: skip
NOT_GENUINE = define("card.not-genuine", 422,
    "本物のカードであることを確かめられません", "This chip cannot be proven genuine",
    "窓口で確認を受けてください", "Have the card checked at the counter", source="card §1 (genuine-card check)",
    easy=("本物の カードかどうか、分かりません", "窓口で 見てもらってください"))  # fmt: skip
NOT_IN_RECORDING = define("card.not-in-recording", 409,
    "録音の{place}番目の命令と違います", "Command {place} is not the recorded one",
    "同じ操作を同じ順で行うか、録り直してください", "Do the same in the same order, or record it anew", who="integrator")  # fmt: skip
UNREADABLE_DOCUMENT = define("card.unreadable-document", 422,
    "署名する文書を {form} として読めません", "The document does not read as {form}",
    "文書の形式を確かめてください。カードにはまだ何も送っていません", "Check its format. Nothing was sent to the card yet")  # fmt: skip
UNSUITABLE_KEY = define("card.unsuitable-key", 422,
    "このカードの鍵の方式は {form} の署名にまだ使えません", "This card's kind of key cannot make {form} signatures yet",
    "raw で署名してください", "Sign as raw", who="integrator")  # fmt: skip
ELSEWHERE = define("card.elsewhere", 409,
    "そのカードは別の読取機の上にあります", "That card lies on another reader",
    "そちらから取ってから、かざしてください", "Take it from there, then hold it here",
    easy=("そのカードは、ほかの機械の上に あります", "そのカードを 取って、ここに 置いてください"))  # fmt: skip
BAD_CARD_NAME = define("card.bad-name", 422,
    "「{given}」はカードの名前にできません", "{given} cannot be the name of a card",
    "英小文字・数字・ハイフンで 3〜60 字にしてください（例: taro）", "Use 3 to 60 lower-case letters, digits and hyphens, as taro", who="integrator")  # fmt: skip
