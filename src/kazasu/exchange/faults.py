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

_FROM_A_COPY = Text("控えから戻してください。", "Put it back from a copy.")

DIRECTORY_UNREADABLE = define(
    "exchange.directory-unreadable",
    500,
    Text("名簿 {file} が読めません（{why}）。", "The directory {file} does not read ({why})."),
    _FROM_A_COPY,
    who="operator",
)
KEYS_UNREADABLE = define(
    "exchange.keys-unreadable",
    500,
    Text("鍵のファイル {file} が読めません（{why}）。", "The keys in {file} do not read ({why})."),
    _FROM_A_COPY,
    who="operator",
)
UNREACHABLE = define(
    "exchange.unreachable",
    503,
    Text("{institution} のシステムにつながりません", "{institution} cannot be reached"),
    _RETRY,
)
TIMEOUT = define(
    "exchange.timeout",
    504,
    Text("{institution} から時間内に返事がありません", "{institution} did not answer in time"),
    _RETRY,
)
UNKNOWN_INSTITUTION = define(
    "exchange.unknown-institution",
    404,
    Text("{institution} は台帳にない機関です", "{institution} is not in the directory"),
    Text("宛先の団体コードを確認してください", "Check the code of the institution"),
    who="operator",
)
BAD_SIGNATURE = define(
    "exchange.bad-signature",
    403,
    Text("送信者の署名を確認できません（{why}）", "The sender's signature does not verify ({why})"),
    _ASK_OPERATOR,
    who="operator",
)
NOT_FOR_US = define(
    "exchange.not-for-us",
    403,
    Text("この機関あてのメッセージではありません", "This message is not for this institution"),
    _ASK_OPERATOR,
    who="operator",
)
UNKNOWN_KIND = define(
    "exchange.unknown-kind",
    422,
    Text(
        "{kind} という種類のメッセージは扱えません", "Messages of kind {kind} are not handled here"
    ),
    _ASK_OPERATOR,
    who="operator",
)
UNREADABLE = define(
    "exchange.unreadable",
    422,
    Text("{kind} の内容が取り決めに合いません", "The content of {kind} does not fit its contract"),
    _ASK_OPERATOR,
    who="operator",
)
SAME_ID_OTHER_CONTENT = define(
    "exchange.same-id-other-content",
    409,
    Text("同じ番号で内容の違う文書が届きました", "A letter came twice with different content"),
    Text(
        "改ざんの疑いがあります。送信元の機関に連絡してください",
        "It may have been altered; contact the sending institution",
    ),
    who="operator",
    source="design §2; reliability §4 I4",
)
WRONG_SENDER = define(
    "exchange.wrong-sender",
    403,
    Text("{sender} は {kind} を送れません", "{sender} may not send {kind}"),
    Text(
        "反映せずに保留しています。送り主の機関に確かめてください",
        "It is kept and not applied; ask the institution that sent it",
    ),
    who="operator",
    source="design §2; docs/threat-model.md",
)
WAITS_FOR_EARLIER = define(
    "exchange.waits-for-earlier",
    409,
    Text("同じ案件の前の文書を待っています", "It waits for an earlier letter of the same case"),
    Text("前の文書を処理すると自動で進みます", "It goes on when the earlier letter is applied"),
    who="operator",
)
NOT_ALLOWED = define(
    "exchange.not-allowed-to-ask",
    403,
    Text("{asker} はこの照会をする根拠がありません", "{asker} has no legal basis for this inquiry"),
    Text("照会の根拠を確認してください", "Check the legal basis of the inquiry"),
    who="operator",
    source="番号法 19条・21条",
)
STALE_INQUIRY = define(
    "exchange.stale-inquiry",
    403,
    Text("照会の時刻がずれているか、二度目です", "The inquiry is stale or was asked before"),
    Text("相手機関の時計を確認してください", "Check the asking institution's clock"),
    who="operator",
)
BAD_HANDLE = define(
    "exchange.bad-handle",
    403,
    Text("本人を示す情報を確認できません", "The reference to the person does not verify"),
    Text("もう一度カードをかざしてください", "Hold your card over the reader again"),
)
STALE_HANDLE = define(
    "exchange.stale-handle",
    403,
    Text("本人確認から時間がたちました", "It has been too long since you held your card"),
    Text("もう一度カードをかざしてください", "Hold your card over the reader again"),
)
