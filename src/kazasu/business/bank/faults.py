"""Why the bank does not go on; for the customer before the screen."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_BRANCH = Text(
    "窓口に電話するか、お越しください",
    "Please call or visit a branch",
)

NO_APPLICATION = define("bank.no-application", 409,
    "書きかけの申込みがありません", "There is no application to go on with",
    "「口座を開く」からはじめてください", "Begin with “Open an account”")  # fmt: skip
ALREADY_CUSTOMER = define("bank.already-customer", 409,
    "もう口座をお持ちです。新しい口座は開いていません", "You have an account already. No new one was opened",
    "サインインすると、お使いになれます", "Sign in to use it")  # fmt: skip
PROOF_INCOMPLETE = define("bank.proof-incomplete", 403,
    "署名の証拠に足りないものがあり、本人確認ができません", "The evidence of your signature is incomplete, so you could not be identified",
    "もう一度署名してください。口座は開いていません", "Please sign again. No account was opened", source="犯収法施行規則 6条1項1号")  # fmt: skip
NO_PENDING_PROOF = define("bank.no-pending-proof", 409,
    "署名から時間がたちました", "It has been too long since you signed",
    "「口座を開く」からもう一度署名してください", "Begin with “Open an account” and sign again")  # fmt: skip
CONSENT_NOT_SIGNED = define("bank.consent-not-signed", 502,
    "同意の署名を受け取れませんでした", "Your signed consent did not arrive",
    "同意はまだありません。「同意」のページからやり直せます", "There is no consent yet. You can begin again on the page “Consents”", undone=True)  # fmt: skip
UNKNOWN_CONSENT = define("bank.unknown-consent", 404,
    "その同意はありません", "There is no such consent of yours",
    "一覧から選び直してください", "Choose it from the list")  # fmt: skip
ACCOUNT_CLOSED = define("bank.account-closed", 410,
    "この口座は、{day}に解約しました", "Your account here was closed on {day}",
    "新しい口座は「口座を開く」から開けます。前のお取引の記録は、窓口に電話するか、お越しください", "You can open a new account with “Open an account”. For records of the old one, please call or visit a branch")  # fmt: skip
RESTRICTED = define("bank.restricted", 403,
    "この口座は、いまお取引ができません", "This account cannot be used at present",
    *_BRANCH)  # fmt: skip
UNKNOWN_ACCOUNT = define("bank.unknown-account", 422,
    "その口座番号はありません", "There is no such account",
    "7けたの番号を見直してください", "Check the seven digits")  # fmt: skip
SAME_ACCOUNT = define("bank.same-account", 422,
    "自分の同じ口座には振り込めません", "You cannot transfer to the same account",
    "ほかの口座番号を入力してください", "Enter another account number")  # fmt: skip
INSUFFICIENT = define("bank.insufficient-funds", 409,
    "残高が足りません", "There is not enough in the account",
    "金額を減らすか、入金してからやり直してください", "Lower the amount, or pay in first")  # fmt: skip
OVER_LIMIT = define("bank.over-limit", 409,
    "一日の上限（{limit}円）をこえます", "This is above the limit of one day ({limit} yen)",
    "金額を減らすか、あすやり直してください", "Lower the amount, or try again tomorrow")  # fmt: skip
UNKNOWN_TRANSFER = define("bank.unknown-transfer", 404,
    "その振込はありません", "There is no such transfer of yours",
    "「振り込む」からはじめてください", "Begin with “Transfer”")  # fmt: skip
TRANSFER_STALE = define("bank.transfer-stale", 409,
    "用意してから時間がたったので、振り込んでいません", "It was prepared too long ago; nothing was transferred",
    "もう一度用意して署名してください", "Prepare it again and sign")  # fmt: skip
NOT_EMPTY = define("bank.not-empty", 409,
    "残高があるので、解約できません", "There is money in the account, so it cannot be closed",
    "残高を0円にしてからやり直してください", "Bring the balance to 0 yen first")  # fmt: skip
TOO_MANY_PAYEES = define("bank.too-many-payees", 409,
    "残せる振込先は{most}件までです", "At most {most} payees can be kept",
    "使わない振込先を消してから、もう一度残してください", "Remove one that you no longer use, then keep this one")  # fmt: skip
OTHER_PERSON = define("bank.other-person", 403,
    "サインインした人とは別の人のカードです。何も変えていません", "This is the card of another person than the one signed in. Nothing was changed",
    "自分のカードでやり直してください", "Try again with your own card")  # fmt: skip
SANDBOX_ONLY = define("bank.sandbox-only", 404,
    "この入金は体験環境だけのものです", "This way of paying in exists in the sandbox only",
    "ATMか窓口で入金してください", "Pay in at an ATM or a branch")  # fmt: skip

UNKNOWN_PARTNER = define("bank.unknown-partner", 403,
    "この銀行と契約のないサービスです", "This service has no contract with this bank",
    "銀行との契約を確かめてください", "Check the contract with the bank", who="integrator")  # fmt: skip
BAD_RETURN = define("bank.bad-return-address", 400,
    "戻り先が登録と違います", "The return address is not the registered one",
    "登録した戻り先を使ってください", "Use the registered return address", who="integrator")  # fmt: skip
MESSAGE_REPEATED = define("bank.message-repeated", 409,
    "この電文は、もう受け取っています", "This message was received before",
    "新しい番号で送り直してください", "Send it anew with a new number", who="integrator")  # fmt: skip
UNKNOWN_LINK_REQUEST = define("bank.unknown-link-request", 404,
    "その連携の申込みはないか、期限が切れています", "This request to link is unknown or has expired",
    "元のサービスからもう一度はじめてください", "Begin again from the other service")  # fmt: skip
UNKNOWN_LINK = define("bank.unknown-link", 404,
    "その口座連携はないか、終わっています", "This account link is unknown or has ended",
    "口座をもう一度登録してください", "Register the account again")  # fmt: skip
BAD_LINK_TOKEN = define("bank.bad-link-token", 403,
    "連携の引換券が使えません", "The link token is not good",
    "元のサービスからもう一度はじめてください", "Begin again from the other service")  # fmt: skip
