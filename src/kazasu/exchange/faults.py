"""Why a message is not carried, not believed or not answered."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_RETRY = Text(
    "しばらくしてからもう一度お試しください。入力した内容は残っています",
    "Please try again in a while. What you entered is kept",
)
_ASK_OPERATOR = Text(
    "システム担当者が相手機関に確認してください",
    "The operator should check with the other institution",
)

UNREACHABLE = define("exchange.unreachable", 503,
    "{institution_ja} のシステムにつながりません", "{institution_en} cannot be reached",
    *_RETRY)  # fmt: skip
TIMEOUT = define("exchange.timeout", 504,
    "{institution_ja} から時間内に返事がありません", "{institution_en} did not answer in time",
    *_RETRY)  # fmt: skip
UNKNOWN_INSTITUTION = define("exchange.unknown-institution", 404,
    "{institution} は台帳にない機関です", "{institution} is not in the directory",
    "宛先の団体コードを確認してください", "Check the code of the institution", who="operator")  # fmt: skip
BAD_SIGNATURE = define("exchange.bad-signature", 403,
    "送信者の署名を確認できません（{why}）", "The sender's signature does not verify ({why})",
    *_ASK_OPERATOR, who="operator")  # fmt: skip
NOT_FOR_US = define("exchange.not-for-us", 403,
    "この機関あてのメッセージではありません", "This message is not for this institution",
    *_ASK_OPERATOR, who="operator")  # fmt: skip
TOO_LARGE = define("exchange.too-large", 413,
    "文書が大きすぎて送れません（{length} 文字、上限 {most}）", "The message is too large to be sent ({length} characters, at most {most})",
    "内容を分けてください。何も変更されていません", "Divide it. Nothing was changed", who="operator", source="design §3.15")  # fmt: skip
UNKNOWN_KIND = define("exchange.unknown-kind", 422,
    "{kind} という種類のメッセージは扱えません", "Messages of kind {kind} are not handled here",
    *_ASK_OPERATOR, who="operator")  # fmt: skip
UNREADABLE = define("exchange.unreadable", 422,
    "{kind} の内容が取り決めに合いません", "The content of {kind} does not fit its contract",
    *_ASK_OPERATOR, who="operator")  # fmt: skip
SAME_ID_OTHER_CONTENT = define("exchange.same-id-other-content", 409,
    "同じ番号で内容の違う文書が届きました", "A letter came twice with different content",
    "改ざんの疑いがあります。送信元の機関に連絡してください", "It may have been altered; contact the sending institution", who="operator", source="design §2; reliability §4 I4", alarm="seen-twice")  # fmt: skip
PLACE_TAKEN = define("exchange.place-taken", 409,
    "案件 {case} の {seq} 番目には別の文書がすでに届いています", "Another letter is already at place {seq} of case {case}",
    "反映していません。送信元の機関に、どちらが正しいか確かめてください", "It was not applied; ask the sending institution which of the two is right", who="operator", source="design §2", alarm="seen-twice")  # fmt: skip
WRONG_SENDER = define("exchange.wrong-sender", 403,
    "{sender} は {kind} を送れません", "{sender} may not send {kind}",
    "反映せずに保留しています。送り主の機関に確かめてください", "It is kept and not applied; ask the institution that sent it", who="operator", source="design §2; docs/threat-model.md", alarm="wrong-sender")  # fmt: skip
OTHER_CASE = define("exchange.other-case", 422,
    "封筒の案件（{case}）と、中の {kind} の案件が違います", "The envelope says case {case}, and the {kind} in it is about another",
    *_ASK_OPERATOR, who="operator", source="design §2")  # fmt: skip
ANOTHER_TIME = define("exchange.of-another-time", 409,
    "日付が合わない文書です（{dated} 付け。ここでは {now}）", "The letter’s date cannot be right (dated {dated}; here it is {now})",
    "反映せずに保留しています。時計がその日時になれば自動で進みます。送り主の機関に時計を確かめ、正しい文書なら、手で反映してください", "It is kept and not applied. It goes on by itself once the clock here reaches it; ask the institution that sent it about its clock, and if the letter is right, apply it by hand", who="operator", source="design §2; docs/cases/frame.md")  # fmt: skip
WAITS_FOR_EARLIER = define("exchange.waits-for-earlier", 409,
    "同じ案件の前の文書を待っています", "It waits for an earlier letter of the same case",
    "前の文書を処理すると自動で進みます", "It goes on when the earlier letter is applied", who="operator")  # fmt: skip
NOT_ALLOWED = define("exchange.not-allowed-to-ask", 403,
    "{asker} はこの照会をする根拠がありません", "{asker} has no legal basis for this inquiry",
    "照会の根拠を確認してください", "Check the legal basis of the inquiry", who="operator", source="番号法 19条・21条", alarm="wrong-sender")  # fmt: skip
STALE_INQUIRY = define("exchange.stale-inquiry", 403,
    "照会の時刻がずれているか、二度目です", "The inquiry is stale or was asked before",
    "相手機関の時計を確認してください", "Check the asking institution's clock", who="operator")  # fmt: skip
BAD_HANDLE = define("exchange.bad-handle", 403,
    "本人を示す情報を確認できません", "The reference to the person does not verify",
    "もう一度カードをかざしてください", "Hold your card over the reader again")  # fmt: skip
STALE_HANDLE = define("exchange.stale-handle", 403,
    "本人確認から時間がたちました", "It has been too long since you held your card",
    "もう一度カードをかざしてください", "Hold your card over the reader again")  # fmt: skip
DIRECTORY_UNREADABLE = define("exchange.directory-unreadable", 500,
    "名簿 {file} が読めません（{why}）。", "The directory {file} does not read ({why}).",
    "控えから戻してください。", "Put it back from a copy.", who="operator")  # fmt: skip
KEYS_UNREADABLE = define("exchange.keys-unreadable", 500,
    "鍵のファイル {file} が読めません（{why}）。", "The keys in {file} do not read ({why}).",
    "控えから戻してください。", "Put it back from a copy.", who="operator")  # fmt: skip
REQUEST_UNREADABLE = define("exchange.request-unreadable", 422,
    "登録の申請 {file} を受け付けられません（{why}）。", "The request {file} to be entered in the directory is not accepted ({why}).",
    "その機関に、./kazasu found keys で作り直してもらってください。何も変えていません。", "Have the institution make it again with ./kazasu found keys. Nothing was changed.", who="operator", source="RFC 2986; docs/production.md")  # fmt: skip
