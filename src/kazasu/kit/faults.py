"""What the kit refuses, for every service that uses it."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_BRANCH = Text(
    "本人確認書類を持って、窓口にお越しください",
    "Please come to a branch with your identity document",
)

NOT_LINKED = define("kit.not-linked", 404,
    "このカードの人の登録は、まだありません", "The holder of this card is not registered here",
    "はじめての方は、登録からはじめてください", "If you are new here, begin with registration")  # fmt: skip
UNKNOWN_OWN_ID = define("kit.unknown-own-id", 404,
    "その番号の登録はありません", "Nobody is registered under this number",
    "番号を見直してください", "Check the number")  # fmt: skip
ALREADY_LINKED = define("kit.already-linked", 409,
    "このカードの人は、別の番号で登録されています", "The holder of this card is registered under another number",
    "二つの登録をまとめるには、窓口で両方の番号を示してください", "To join the two, show both numbers at a branch")  # fmt: skip
NEEDS_FRESH_SIGNATURE = define("kit.needs-fresh-signature", 403,
    "たった今の電子署名が必要です", "A signature made just now is needed",
    "もう一度カードで署名してください", "Sign again with your card", source="identity §1 (sub stability: re-linking)")  # fmt: skip
NOT_THE_SAME = define("kit.not-the-same", 403,
    "登録されている情報と、カードの情報が同じではありません", "What is registered and what your card says are not the same",
    *_BRANCH, source="peers, own-ID linkage")  # fmt: skip
WRONG_KNOWLEDGE = define("kit.wrong-knowledge", 403,
    "番号が登録と合いません（あと{left}回）", "The number does not fit ({left} tries left)",
    "番号を見直して、もう一度入力してください", "Check the number and enter it again")  # fmt: skip
KNOWLEDGE_LOCKED = define("kit.knowledge-locked", 403,
    "まちがいが続いたので、受付を止めました", "Too many wrong answers; this is closed now",
    *_BRANCH)  # fmt: skip
CHANGED_SINCE = define("kit.changed-since", 409,
    "そのあとに変更があり、元に戻せません", "It was changed since and cannot be undone",
    "今の状態を確かめてからやり直してください", "Look at the present state and begin again", who="operator")  # fmt: skip

BAD_EVENT = define("kit.bad-event", 400,
    "通知を検証できません（{why}）", "The event does not verify ({why})",
    "署名・発行者・宛先・形式を確かめてください", "Check signature, issuer, audience and form", who="integrator", source="RFC 8417; RFC 8935 2.4")  # fmt: skip
BAD_LOGOUT_TOKEN = define("kit.bad-logout-token", 400,
    "サインアウトの知らせを検証できません（{why}）", "The logout token does not verify ({why})",
    "署名・発行者・宛先・期限・形式を確かめてください", "Check signature, issuer, audience, times and form", who="integrator", source="OpenID Connect Back-Channel Logout 1.0 2.6")  # fmt: skip
EVENT_DIFFERS = define("kit.event-differs", 400,
    "同じ番号で、内容の違う通知です", "The same event number with another content",
    "送り手の jti を確かめてください", "Check the sender's jti", who="integrator", source="RFC 8417 2.2", alarm="seen-twice")  # fmt: skip

LATEST_UNREACHABLE = define("kit.latest-unreachable", 503,
    "最新の情報を確かめるサービスにつながりません", "The service for latest attributes cannot be reached",
    "しばらくしてからもう一度お試しください", "Please try again in a while")  # fmt: skip
LATEST_FAILED = define("kit.latest-failed", 502,
    "最新の情報を確かめるサービスが要求を受け付けません（{code}）", "The service for latest attributes does not accept the request ({code})",
    "システム担当者に連絡してください", "Tell the operator of this service", who="operator")  # fmt: skip
NOTHING_SUPPLIED = define("kit.nothing-supplied", 403,
    "いまは最新の情報を受け取れません", "Nothing can be received at present",
    "理由は知らされません。後日もう一度確かめます", "No reason is given. It is asked again later", who="operator", source="identity §3; one answer whatever the reason")  # fmt: skip
CONSENT_ENDED = define("kit.consent-ended", 403,
    "同意は終わっています", "The consent has ended",
    "もう一度同意をもらうまで、確かめられません", "Nothing can be asked without a new consent", who="operator")  # fmt: skip

NOT_STAFF = define("kit.not-staff", 403,
    "ここの職員のカードではありません", "This is not a staff card of this place",
    "職員証を登録する係に、この番号を見せてください: {subject}", "Show whoever registers staff cards this number: {subject}", who="clerk", source="docs/production.md")  # fmt: skip
NOT_YOUR_ROLE = define("kit.not-your-role", 403,
    "この操作には、{role}の権限が必要です", "This needs the role {role_en}",
    "権限のある職員に引き継いでください", "Hand it to somebody with that role", who="clerk")  # fmt: skip
NO_SUCH_ALARM = define("kit.no-such-alarm", 404,
    "その警報は、もうありません（ほかの人が閉じました）", "There is no such open alarm; somebody else has closed it",
    "一覧を開き直して、いまの様子を確かめてください", "Open the list anew to see what is open now", who="operator")  # fmt: skip
NO_SUCH_POST = define("kit.no-such-post", 404,
    "その職は、この警報にはありません（もう止められたか、任を解かれています）", "This alarm is about no such post, or it has been stopped or ended",
    "警報の画面を開き直して、いまの様子を確かめてください。何も変更されていません", "Open the alarm anew to see how things stand. Nothing was changed", who="operator")  # fmt: skip
NO_SUCH_LETTER = define("kit.no-such-letter", 404,
    "その通知は、もう滞留していません", "No such letter waits any more",
    "一覧を開き直して、いまの様子を確かめてください", "Open the list anew to see what waits now", who="operator")  # fmt: skip

EMERGENCY_NOT_OPEN = define("kit.emergency-not-open", 403,
    "緊急の閲覧は、いま開いていません", "No emergency look is open now",
    "60分が過ぎたか、終えられたか、まだ同意されていません。「緊急の閲覧」の画面で確かめ、まだ必要なら、もう一度求めてください", "Its 60 minutes are over, somebody has ended it, or nobody has agreed yet. See the page of emergency looks and, if it is still needed, ask again", who="clerk", source="reliability §6: two people, reason, 60 minutes")  # fmt: skip
NO_SUCH_LOOK = define("kit.no-such-look", 404,
    "その番号の緊急の閲覧は、ありません", "There is no emergency look of this number",
    "一覧を開き直して、番号を確かめてください", "Open the list anew and check the number", who="clerk")  # fmt: skip
NOTHING_CLOSED = define("kit.nothing-closed", 409,
    "この人の記録は、緊急の閲覧がなくても見られます", "This record can be seen without an emergency look",
    "記録の画面を開いてください。何も求めていません", "Open the record. Nothing was asked for", who="clerk")  # fmt: skip
SAME_PERSON_AGREES = define("kit.same-person-agrees", 403,
    "求めた人は、自分では同意できません", "Who asked cannot agree to it themselves",
    "決裁の権限のある、別の職員に同意を求めてください", "Have another member of staff agree, who has the deciding role", who="clerk", source="reliability §6: two people")  # fmt: skip
OWN_LOOK_REVIEWED = define("kit.own-look-reviewed", 403,
    "求めた人と同意した人は、この閲覧を点検できません", "Neither who asked nor who agreed can review this look",
    "監査の権限のある、別の職員に任せてください", "Leave it to another member of staff with the reviewing role", who="clerk")  # fmt: skip

STAFF_CARD_ENDED = define("kit.staff-card-ended", 403,
    "職員のカードの電子証明書の期限が切れています", "The certificate of this staff card has expired",
    "職員証を登録する係に、新しいカードをつくってもらってください（kazasu pki renew-card）。職員の登録はそのままで、新しいカードですぐに入れます。急ぐ件は、ほかの職員に頼んでください", "Have whoever registers staff cards make a new one (kazasu pki renew-card). Your post stays as it is, and the new card lets you in at once. What is urgent a colleague can do", who="clerk", source="docs/production.md")  # fmt: skip
