"""Why the payment service does not go on."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

OTHER_PERSON = define(
    "pay.other-person",
    403,
    Text(
        "サインインした人とは別の人のカードです",
        "This is another person's card than the one signed in",
    ),
    Text("自分のカードでやり直してください", "Try again with your own card"),
    source="design §3.4",
)
UNKNOWN_ATTEMPT = define(
    "pay.unknown-attempt",
    403,
    Text("この画面で始めた口座登録ではありません", "This registration was not begun here by you"),
    Text("「銀行口座」のページからやり直してください", "Begin again on the page “Bank account”"),
)
NOT_THE_SAME = define(
    "pay.not-the-same",
    409,
    Text(
        "銀行の登録と、氏名か生年月日が合いません。口座はつながっていません",
        "Name or date of birth differ from the bank's record. No account was linked",
    ),
    Text("自分名義の口座か確かめてください", "Check that the account is in your own name"),
)
DENIED = define(
    "pay.link-denied",
    409,
    Text("銀行の画面で、つながないことを選びました", "You chose not to link on the bank's page"),
    Text(
        "何も変わっていません。いつでもやり直せます",
        "Nothing changed. You can begin again at any time",
    ),
)
NO_LINK = define(
    "pay.no-bank-link",
    409,
    Text("つながっている銀行口座がありません", "No bank account is linked"),
    Text("銀行口座を登録してください", "Register a bank account"),
)
BAD_AMOUNT = define(
    "pay.bad-amount",
    422,
    Text("金額を選んでください", "Choose an amount"),
    Text("選べる金額から選んでください", "Choose one of the amounts"),
)
WRONG_SENDER = define(
    "pay.wrong-sender",
    403,
    Text("この口座連携の相手ではありません", "Not the other side of this account link"),
    Text("送り手を確かめてください", "Check who sends"),
    who="integrator",
)
