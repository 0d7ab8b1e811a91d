"""What rings: each kind with its words, what to do about it, and whether it is an incident to report."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kazasu.foundation.text import Text


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    name: Text
    todo: Text
    """What whoever looks should do first."""
    incident: bool = False
    """Somebody's data or key may be another's: the page drafts the report (個人情報保護法 26条 of businesses, 68条 of offices, 番号法 29条の4)."""


MANY_PEOPLE: Final = Kind(
    "many-people",
    Text("一人の職員に、ふだんより多くの人の情報が表示されています", "One member of staff was shown many more people than is usual for the post"),
    Text("下の「見たもの」で、何のための仕事かを上司が確かめてください。心当たりがなければ、この画面でその職を止めます", "Have a superior find out from “What was looked at” below what the work is. If nobody knows of it, stop the post on this page"),
)  # fmt: skip
SPREAD: Final = Kind(
    "spread",
    Text("窓口全体で、ふだんより多くの人の情報が表示されています", "All staff together were shown many more people than is usual"),
    Text("だれがどの目的で見たかを監査記録で確かめてください。少しずつ分けて集めているかもしれません", "Look in the audit log at who looked what for. Somebody may gather a little with each of many posts"),
)  # fmt: skip
ONE_TERMINAL: Final = Kind(
    "one-terminal",
    Text("一つの端末で、多くの人がカードをかざしています", "Many people’s cards were held at one terminal"),
    Text("その端末を見に行ってください。窓口の混雑なら、そう書いて閉じます", "Go and see that terminal. If it is a busy counter, close the alarm saying so"),
)  # fmt: skip
OWNER_MISMATCH: Final = Kind(
    "owner-mismatch",
    Text("記録された人と、カードや鍵の持ち主が違います", "A card or key belongs to another person than the one recorded"),
    Text("カードを使わせず、発行と登録の記録を比べてください。下の報告書の案を、期限までに出すかを決めます", "Do not let the card be used; compare what was issued with what was registered. Decide on the draft report below before its time"),
    incident=True,
)  # fmt: skip
WRONG_SENDER: Final = Kind(
    "wrong-sender",
    Text("送ることのできない機関から、文書や照会が来ました", "A letter or inquiry came from an institution that may not send it"),
    Text("送った機関に電話で確かめてください。鍵を盗まれているかもしれません。文書は反映されていません", "Ask that institution by telephone: its key may be stolen. Nothing of it was applied"),
)  # fmt: skip
TWICE: Final = Kind(
    "seen-twice",
    Text("同じ番号で中身の違う文書が来ました", "A letter came whose number has been used for another one"),
    Text("送った機関に確かめてください。二つ目は受け取っていません", "Ask the institution that sent it. The second one was not taken"),
)  # fmt: skip
KEY_TWICE: Final = Kind(
    "key-twice",
    Text("同じ鍵が、二度現れました", "The same key was seen twice"),
    Text("どちらのカードも発行を止め、鍵の作り方（カードの製造番号、乱数）を確かめてください", "Stop both cards, and find out how the key was made (the card’s maker, its random numbers)"),
    incident=True,
)  # fmt: skip
EMERGENCY_LOOK: Final = Kind(
    "emergency-look",
    Text("緊急の閲覧が開かれました（60分）", "An emergency look was opened (60 minutes)"),
    Text("求めた職員と同意した職員に、用件を確かめてください。おかしければ「緊急の閲覧」の画面で終えさせるか、この画面でその職を止めます", "Ask the two members of staff what it is for. If it is not right, have it ended on the page of emergency looks, or stop the post on this page"),
)  # fmt: skip
EMERGENCY_WRONG: Final = Kind(
    "emergency-wrong",
    Text("緊急の閲覧が、点検で「適切でない」とされました", "An emergency look was found wrong in its review"),
    Text("だれに何が伝わったかを、2人の職員と監査記録で確かめてください。下の報告書の案を、期限までに出すかを決めます", "Find out from the two members of staff and the audit log who learnt what. Decide on the draft report below before its time"),
    incident=True,
)  # fmt: skip
EMERGENCY_LATE: Final = Kind(
    "emergency-late",
    Text("緊急の閲覧の点検が、24時間を過ぎても済んでいません", "An emergency look was not reviewed within 24 hours"),
    Text("「監査」の権限がある、求めた人でも同意した人でもない職員に、「緊急の閲覧」の画面で点検してもらってください。そのような職員がいなければ、職員を任命する人に頼みます。警報を閉じても点検したことにはならず、24時間後にまた鳴ります", "Have somebody with the role “reviews”, who neither asked nor agreed, review it on the page of emergency looks. Where there is nobody, ask whoever gives posts. Closing the alarm reviews nothing: it rings again 24 hours later"),
)  # fmt: skip
STAFF_CARD: Final = Kind(
    "staff-card",
    Text("職員のカードの電子証明書が、まもなく切れます", "The certificate of a staff card ends soon"),
    Text("新しいカードをつくり（kazasu pki renew-card）、本人に渡してください。使うまでは今のカードで入れます。切れたあとでも、同じ方法でつくれます", "Make a new card (kazasu pki renew-card) and give it to them. Until it is used the present one lets them in. It can be made in the same way after it has ended"),
)  # fmt: skip

KINDS: Final = MappingProxyType({one.key: one for one in (
    MANY_PEOPLE, SPREAD, ONE_TERMINAL, OWNER_MISMATCH, WRONG_SENDER, TWICE, KEY_TWICE, EMERGENCY_LOOK, EMERGENCY_WRONG, EMERGENCY_LATE,
    STAFF_CARD,
)})  # fmt: skip
