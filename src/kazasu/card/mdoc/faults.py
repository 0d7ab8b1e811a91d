"""Why an mdoc is not issued, shown or believed."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_AGAIN = Text(
    "サービスの画面に戻って、はじめからやり直してください",
    "Go back to the service and begin again",
)
_RENEW = Text(
    "スマートフォンの記録を更新してください。カードが失効しているときは市区町村の窓口へ",
    "Refresh the record on your phone. If your card was revoked, go to your city hall",
)

MALFORMED = define("mdoc.malformed", 422,
    "mdoc の形が正しくありません: {why}", "This is not a well-formed mdoc message: {why}",
    *_AGAIN, who="integrator", source="ISO/IEC 18013-5 §8; RFC 8949 §5.3")  # fmt: skip
NUMBER_NOT_ASKED = define("mdoc.number-not-asked", 422,
    "個人番号はこの方法で求めることも渡すこともできません", "The individual number is neither asked for nor given in this way",
    "個人番号の項目を外してください", "Leave the individual number out", who="integrator", source="番号法 15条・19条・20条")  # fmt: skip
UNKNOWN_ELEMENT = define("mdoc.unknown-element", 422,
    "「{element}」という項目はありません", "There is no element “{element}”",
    "docs/institutions/mdoc.md の項目から選んでください", "Choose among the elements in docs/institutions/mdoc.md", who="integrator")  # fmt: skip
WRONG_DOCTYPE = define("mdoc.wrong-doctype", 422,
    "カード代替電磁的記録ではありません（{given}）", "This is not the electronic record of a My Number Card ({given})",
    "別の証明書は受け付けていません", "Other credentials are not accepted here", who="integrator")  # fmt: skip
UNKNOWN_ISSUER = define("mdoc.unknown-issuer", 403,
    "この記録は、信頼する発行者が発行したものではありません", "This record was not issued by an issuer that is trusted here",
    *_RENEW, source="ISO/IEC 18013-5 §9.3.3")  # fmt: skip
BAD_SIGNER = define("mdoc.bad-signer", 403,
    "発行者の証明書は、この記録に署名するためのものではありません: {why}", "The issuer's certificate is not one for signing such records: {why}",
    *_RENEW, source="ISO/IEC 18013-5 Annex B (DS certificate)")  # fmt: skip
BAD_ISSUER_SIGNATURE = define("mdoc.bad-issuer-signature", 403,
    "発行者の署名を確認できません", "The issuer's signature does not verify",
    *_RENEW, source="ISO/IEC 18013-5 §9.1.2.4")  # fmt: skip
ALTERED = define("mdoc.altered", 403,
    "項目が発行されたときのままではありません: {why}", "An item is not as it was issued: {why}",
    *_RENEW, source="ISO/IEC 18013-5 §9.1.2.5")  # fmt: skip
NOT_YET_VALID = define("mdoc.not-yet-valid", 403,
    "この記録はまだ有効ではありません", "This record is not valid yet",
    *_AGAIN, source="ISO/IEC 18013-5 §9.1.2.4 (validityInfo)")  # fmt: skip
EXPIRED = define("mdoc.expired", 403,
    "この記録の有効期限は {until} でした", "This record was valid until {until}",
    *_RENEW, source="ISO/IEC 18013-5 §9.1.2.4 (validityInfo)")  # fmt: skip
REVOKED = define("mdoc.revoked", 403,
    "この記録は、失効しているか、一時停止されています", "This record was revoked, or is suspended",
    "カードかスマートフォンを一時停止しているときは解除してください。そうでなければ、カードで記録を入れ直してください", "End the suspension if you suspended your card or phone. If not, get the record anew with your card", source="draft-ietf-oauth-status-list")  # fmt: skip
STATUS_UNKNOWN = define("mdoc.status-unknown", 503,
    "この記録が失効していないか、いま確かめられません", "It cannot be learned now whether this record was revoked",
    "しばらくしてからやり直してください。何も進んでいません", "Try again later; nothing was done", who="operator", source="draft-ietf-oauth-status-list", undone=True)  # fmt: skip
OTHER_SESSION = define("mdoc.other-session", 403,
    "このやりとりのために、その端末が署名したものではありません", "The phone did not sign this for this very exchange",
    *_AGAIN, source="ISO/IEC 18013-5 §9.1.3; ISO/IEC 18013-7 Annex B")  # fmt: skip
NOT_ASKED = define("mdoc.not-asked", 403,
    "求めていない項目が含まれています", "It holds items that were not asked for",
    *_AGAIN, who="integrator", source="個人情報保護法 17条・20条 (取得は必要な範囲で)")  # fmt: skip
ITEM_REFUSED = define("mdoc.item-refused", 409,
    "手続きに必要な項目が渡されませんでした: {items}", "Items that the procedure needs were not given: {items}",
    "項目を選び直すか、別の方法で手続きしてください", "Choose again, or use another way for this procedure")  # fmt: skip
DECLINED = define("mdoc.declined", 409,
    "提示を断りました", "Nothing was shown",
    "別の方法で手続きできます", "You can use another way for this procedure")  # fmt: skip
UNKNOWN_REQUEST = define("mdoc.unknown-request", 409,
    "この提示の要求は、終わったか、期限が切れています", "This request was answered before, or its time is over",
    *_AGAIN)  # fmt: skip
UNPROVEN_REQUEST = define("mdoc.unproven-request", 403,
    "この要求は、名乗っている相手からのものと確認できません: {why}", "This request does not come from whom it names: {why}",
    "何も渡さず、画面を閉じてください", "Give nothing and close the page", source="OpenID4VP 1.0 §5.9; RFC 9101")  # fmt: skip
NOTHING_HELD = define("mdoc.nothing-held", 404,
    "このスマートフォンにはカード代替電磁的記録がありません", "There is no electronic record of a My Number Card on this phone",
    "カードを使って発行を受けてください", "Have one issued with your card")  # fmt: skip
NO_AUTHORITY = define("mdoc.no-authority", 503,
    "記録の発行者の証明書を、いま取得できません", "The certificate of who issues the records cannot be had now",
    "しばらくしてからやり直してください。何も進んでいません", "Try again later; nothing was done", who="operator", undone=True)  # fmt: skip
