"""Why the bank does not go on; for the customer before the screen."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_BRANCH = Text(
    "窓口に電話するか、お越しください",
    "Please call or visit a branch",
)

NO_APPLICATION = define(
    "bank.no-application",
    409,
    Text("書きかけの申込みがありません", "There is no application to go on with"),
    Text("「口座を開く」からはじめてください", "Begin with “Open an account”"),
)
ALREADY_CUSTOMER = define(
    "bank.already-customer",
    409,
    Text(
        "もう口座をお持ちです。新しい口座は開いていません",
        "You have an account already. No new one was opened",
    ),
    Text("サインインすると、お使いになれます", "Sign in to use it"),
)
PROOF_INCOMPLETE = define(
    "bank.proof-incomplete",
    403,
    Text(
        "署名の証拠に足りないものがあり、本人確認ができません",
        "The evidence of your signature is incomplete, so you could not be identified",
    ),
    Text(
        "もう一度署名してください。口座は開いていません", "Please sign again. No account was opened"
    ),
    source="犯収法施行規則 6条1項1号",
)
NO_PENDING_PROOF = define(
    "bank.no-pending-proof",
    409,
    Text("署名から時間がたちました", "It has been too long since you signed"),
    Text(
        "「口座を開く」からもう一度署名してください", "Begin with “Open an account” and sign again"
    ),
)
CONSENT_NOT_SIGNED = define(
    "bank.consent-not-signed",
    502,
    Text("同意の署名を受け取れませんでした", "Your signed consent did not arrive"),
    Text(
        "同意はまだありません。「同意」のページからやり直せます",
        "There is no consent yet. You can begin again on the page “Consents”",
    ),
)
UNKNOWN_CONSENT = define(
    "bank.unknown-consent",
    404,
    Text("その同意はありません", "There is no such consent of yours"),
    Text("一覧から選び直してください", "Choose it from the list"),
)
RESTRICTED = define(
    "bank.restricted",
    403,
    Text("この口座は、いまお取引ができません", "This account cannot be used at present"),
    _BRANCH,
)
UNKNOWN_ACCOUNT = define(
    "bank.unknown-account",
    422,
    Text("その口座番号はありません", "There is no such account"),
    Text("7けたの番号を見直してください", "Check the seven digits"),
)
SAME_ACCOUNT = define(
    "bank.same-account",
    422,
    Text("自分の同じ口座には振り込めません", "You cannot transfer to the same account"),
    Text("ほかの口座番号を入力してください", "Enter another account number"),
)
INSUFFICIENT = define(
    "bank.insufficient-funds",
    409,
    Text("残高が足りません", "There is not enough in the account"),
    Text("金額を減らすか、入金してからやり直してください", "Lower the amount, or pay in first"),
)
OVER_LIMIT = define(
    "bank.over-limit",
    409,
    Text("一日の上限（{limit}円）をこえます", "This is above the limit of one day ({limit} yen)"),
    Text("金額を減らすか、あすやり直してください", "Lower the amount, or try again tomorrow"),
)
UNKNOWN_TRANSFER = define(
    "bank.unknown-transfer",
    404,
    Text("その振込はありません", "There is no such transfer of yours"),
    Text("「振り込む」からはじめてください", "Begin with “Transfer”"),
)
TRANSFER_STALE = define(
    "bank.transfer-stale",
    409,
    Text(
        "用意してから時間がたったので、振り込んでいません",
        "It was prepared too long ago; nothing was transferred",
    ),
    Text("もう一度用意して署名してください", "Prepare it again and sign"),
)
NOT_EMPTY = define(
    "bank.not-empty",
    409,
    Text("残高があるので、解約できません", "There is money in the account, so it cannot be closed"),
    Text("残高を0円にしてからやり直してください", "Bring the balance to 0 yen first"),
)
SANDBOX_ONLY = define(
    "bank.sandbox-only",
    404,
    Text("この入金は体験環境だけのものです", "This way of paying in exists in the sandbox only"),
    Text("ATMか窓口で入金してください", "Pay in at an ATM or a branch"),
)

UNKNOWN_PARTNER = define(
    "bank.unknown-partner",
    403,
    Text("この銀行と契約のないサービスです", "This service has no contract with this bank"),
    Text("銀行との契約を確かめてください", "Check the contract with the bank"),
    who="integrator",
)
BAD_RETURN = define(
    "bank.bad-return-address",
    400,
    Text("戻り先が登録と違います", "The return address is not the registered one"),
    Text("登録した戻り先を使ってください", "Use the registered return address"),
    who="integrator",
)
MESSAGE_REPEATED = define(
    "bank.message-repeated",
    409,
    Text("この電文は、もう受け取っています", "This message was received before"),
    Text("新しい番号で送り直してください", "Send it anew with a new number"),
    who="integrator",
)
UNKNOWN_LINK_REQUEST = define(
    "bank.unknown-link-request",
    404,
    Text(
        "その連携の申込みはないか、期限が切れています",
        "This request to link is unknown or has expired",
    ),
    Text("元のサービスからもう一度はじめてください", "Begin again from the other service"),
)
UNKNOWN_LINK = define(
    "bank.unknown-link",
    404,
    Text("その口座連携はないか、終わっています", "This account link is unknown or has ended"),
    Text("口座をもう一度登録してください", "Register the account again"),
)
BAD_LINK_TOKEN = define(
    "bank.bad-link-token",
    403,
    Text("連携の引換券が使えません", "The link token is not good"),
    Text("元のサービスからもう一度はじめてください", "Begin again from the other service"),
)
