"""What the kit refuses, for every service that uses it."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_BRANCH = Text(
    "本人確認書類を持って、窓口にお越しください",
    "Please come to a branch with your identity document",
)

NOT_LINKED = define(
    "kit.not-linked",
    404,
    Text(
        "このカードの人の登録は、まだありません", "The holder of this card is not registered here"
    ),
    Text(
        "はじめての方は、登録からはじめてください", "If you are new here, begin with registration"
    ),
)
UNKNOWN_OWN_ID = define(
    "kit.unknown-own-id",
    404,
    Text("その番号の登録はありません", "Nobody is registered under this number"),
    Text("番号を見直してください", "Check the number"),
)
ALREADY_LINKED = define(
    "kit.already-linked",
    409,
    Text(
        "このカードの人は、別の番号で登録されています",
        "The holder of this card is registered under another number",
    ),
    Text(
        "二つの登録をまとめるには、窓口で両方の番号を示してください",
        "To join the two, show both numbers at a branch",
    ),
)
NEEDS_FRESH_SIGNATURE = define(
    "kit.needs-fresh-signature",
    403,
    Text("たった今の電子署名が必要です", "A signature made just now is needed"),
    Text("もう一度カードで署名してください", "Sign again with your card"),
    source="identity §1 (sub stability: re-linking)",
)
NOT_THE_SAME = define(
    "kit.not-the-same",
    403,
    Text(
        "登録されている情報と、カードの情報が同じではありません",
        "What is registered and what your card says are not the same",
    ),
    _BRANCH,
    source="peers, own-ID linkage",
)
WRONG_KNOWLEDGE = define(
    "kit.wrong-knowledge",
    403,
    Text("番号が登録と合いません（あと{left}回）", "The number does not fit ({left} tries left)"),
    Text("番号を見直して、もう一度入力してください", "Check the number and enter it again"),
)
KNOWLEDGE_LOCKED = define(
    "kit.knowledge-locked",
    403,
    Text("まちがいが続いたので、受付を止めました", "Too many wrong answers; this is closed now"),
    _BRANCH,
)
CHANGED_SINCE = define(
    "kit.changed-since",
    409,
    Text("そのあとに変更があり、元に戻せません", "It was changed since and cannot be undone"),
    Text("今の状態を確かめてからやり直してください", "Look at the present state and begin again"),
    who="operator",
)

BAD_EVENT = define(
    "kit.bad-event",
    400,
    Text("通知を検証できません（{why}）", "The event does not verify ({why})"),
    Text(
        "署名・発行者・宛先・形式を確かめてください",
        "Check signature, issuer, audience and form",
    ),
    who="integrator",
    source="RFC 8417; RFC 8935 2.4",
)
EVENT_DIFFERS = define(
    "kit.event-differs",
    400,
    Text("同じ番号で、内容の違う通知です", "The same event number with another content"),
    Text("送り手の jti を確かめてください", "Check the sender's jti"),
    who="integrator",
    source="RFC 8417 2.2",
)

LATEST_UNREACHABLE = define(
    "kit.latest-unreachable",
    503,
    Text(
        "最新の情報を確かめるサービスにつながりません",
        "The service for latest attributes cannot be reached",
    ),
    Text("しばらくしてからもう一度お試しください", "Please try again in a while"),
)
LATEST_FAILED = define(
    "kit.latest-failed",
    502,
    Text(
        "最新の情報を確かめるサービスが要求を受け付けません（{code}）",
        "The service for latest attributes does not accept the request ({code})",
    ),
    Text("システム担当者に連絡してください", "Tell the operator of this service"),
    who="operator",
)
NOTHING_SUPPLIED = define(
    "kit.nothing-supplied",
    403,
    Text("いまは最新の情報を受け取れません", "Nothing can be received at present"),
    Text(
        "理由は知らされません。後日もう一度確かめます",
        "No reason is given. It is asked again later",
    ),
    who="operator",
    source="identity §3; one answer whatever the reason",
)
CONSENT_ENDED = define(
    "kit.consent-ended",
    403,
    Text("同意は終わっています", "The consent has ended"),
    Text(
        "もう一度同意をもらうまで、確かめられません", "Nothing can be asked without a new consent"
    ),
    who="operator",
)
