"""Why the payment service does not go on."""

from kazasu.foundation.faults import define

OTHER_PERSON = define("pay.other-person", 403,
    "サインインした人とは別の人のカードです", "This is another person's card than the one signed in",
    "自分のカードでやり直してください", "Try again with your own card", source="design §3.4")  # fmt: skip
UNKNOWN_ATTEMPT = define("pay.unknown-attempt", 403,
    "この画面で始めた口座登録ではありません", "This registration was not begun here by you",
    "「銀行口座」のページからやり直してください", "Begin again on the page “Bank account”")  # fmt: skip
NOT_THE_SAME = define("pay.not-the-same", 409,
    "銀行の登録と、氏名か生年月日が合いません。口座はつながっていません", "Name or date of birth differ from the bank's record. No account was linked",
    "自分名義の口座か確かめてください", "Check that the account is in your own name")  # fmt: skip
DENIED = define("pay.link-denied", 409,
    "銀行の画面で、つながないことを選びました", "You chose not to link on the bank's page",
    "何も変わっていません。いつでもやり直せます", "Nothing changed. You can begin again at any time")  # fmt: skip
NO_LINK = define("pay.no-bank-link", 409,
    "つながっている銀行口座がありません", "No bank account is linked",
    "銀行口座を登録してください", "Register a bank account")  # fmt: skip
BAD_AMOUNT = define("pay.bad-amount", 422,
    "金額を選んでください", "Choose an amount",
    "選べる金額から選んでください", "Choose one of the amounts")  # fmt: skip
CHARGE_REFUSED = define("pay.charge-refused", 409,
    "このチャージは、銀行が受け付けませんでした。チャージしていません", "The bank did not accept this top-up. Nothing was topped up",
    "口座の残高を確かめてから、金額を選び直してください", "Check what is in the account, then choose an amount again")  # fmt: skip
CHARGE_DIFFERS = define("pay.charge-differs", 409,
    "このチャージは、{amount}円でもう受け付けています。新しくチャージしたものはありません", "This top-up was taken already, with {amount} yen. Nothing new was topped up",
    "別の金額をチャージするときは、金額を選び直してください", "To top up another amount, choose it again")  # fmt: skip
ENDED_MEANWHILE = define("pay.link-ended-meanwhile", 409,
    "この口座連携は、つなぎ終わる前に銀行で終わりました。口座はつながっていません", "This account link was ended at the bank before it was complete. No account is linked",
    "つなぐときは、もう一度「銀行口座」のページから始めてください", "To link it after all, begin again on the page “Bank account”")  # fmt: skip
WRONG_SENDER = define("pay.wrong-sender", 403,
    "この口座連携の相手ではありません", "Not the other side of this account link",
    "送り手を確かめてください", "Check who sends", who="integrator", alarm="wrong-sender")  # fmt: skip

# ---------------------------------------------------------------- paying at a shop

SANDBOX_ONLY = define("pay.sandbox-only", 404,
    "このレジは体験環境だけのものです", "This till exists in the sandbox only",
    "お店のレジでお支払いください", "Pay at the till of a shop")  # fmt: skip
UNKNOWN_PAYMENT = define("pay.unknown-payment", 404,
    "その支払いはありません", "There is no such payment",
    "番号を確かめるか、レジで金額を入れ直してください", "Check the number, or enter the amount again at the till")  # fmt: skip
NO_WALLET = define("pay.no-wallet", 409,
    "このカードの人のウォレットはまだありません。払っていません", "Whoever holds this card has no wallet yet. Nothing was paid",
    "かざすペイにサインインするとウォレットができます。チャージしてから、もう一度かざしてください", "Sign in at Kazasu Pay to get one, top it up, and hold the card again")  # fmt: skip
NOT_ENOUGH = define("pay.not-enough", 409,
    "残高が足りません。払っていません", "There is not enough in the wallet. Nothing was paid",
    "かざすペイでチャージしてから、もう一度かざしてください", "Top up at Kazasu Pay, then hold the card again")  # fmt: skip
PAYMENT_OVER = define("pay.payment-over", 409,
    "この支払いは、もう受け付けていません。新しく払ったものはありません", "This payment is no longer open. Nothing new was paid",
    "レジで金額を入れ直してください", "Enter the amount again at the till")  # fmt: skip
ABOVE_LIMIT = define("pay.above-limit", 422,
    "一度に払えるのは{limit}円までです", "At most {limit} yen can be paid at once",
    "金額を減らすか、分けて払ってください", "Lower the amount, or pay in parts")  # fmt: skip
REFUND_LATE = define("pay.refund-late", 409,
    "返金できるのは、払った日のうちだけです。返金していません", "A refund is possible on the day of the payment only. Nothing was refunded",
    "お店に直接相談してください", "Please talk to the shop")  # fmt: skip
