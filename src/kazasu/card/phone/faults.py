"""Why a phone does not do what it was asked."""

from kazasu.foundation.faults import define

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
OWN_LOCKED = define("phone.locked", 403,
    "スマートフォンの暗証番号かパスワードが、ロックされています", "The phone’s PIN or password is locked",
    "窓口では決め直せません。いまはカードを使ってください。あとで、カードでこのスマートフォンの電子証明書を終わらせ、入れ直せます", "No counter can reset it. Use your card now. Later, end this phone’s certificates with your card and put new ones on it", source="card §3 (phones: no reset; issued anew)",
    easy=("スマートフォンの 暗証番号か パスワードが 使えなくなっています", "今は カードを 使ってください。あとで、カードで スマートフォンの 電子証明書を 終わりに します。それから、もう一度 入れます"))  # fmt: skip
NO_ANSWER = define("phone.asker-unreachable", 503,
    "求めた相手とつながりません", "Whoever asks cannot be reached",
    "届いたかどうか分かりません。もとの画面を見て、進んでいなければもう一度押してください", "It is not known whether it arrived. Look at the screen where you began; if nothing happened, press again",
    easy=("たのんだ相手に つながりません", "とどいたかどうか 分かりません。元の画面を 見てください。進んでいないときは、もう一度 おしてください"))  # fmt: skip
NOT_ACCEPTED = define("phone.not-accepted", 409,
    "送りましたが、相手は受け付けませんでした（{code}）", "It was sent, but whoever asked did not accept it ({code})",
    "もとの画面に戻ると、理由と次にすることが分かります", "The screen where you began says why, and what to do next",
    easy=("送りましたが、相手は 受けとりませんでした（{code}）", "元の画面に もどってください。理由が 書いてあります"))  # fmt: skip
