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
WRONG_SENDER = define("pay.wrong-sender", 403,
    "この口座連携の相手ではありません", "Not the other side of this account link",
    "送り手を確かめてください", "Check who sends", who="integrator")  # fmt: skip
