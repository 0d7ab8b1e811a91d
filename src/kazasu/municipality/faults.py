"""Why a city hall does not do what it was asked: for residents, clerks and other institutions."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_RELOAD = Text(
    "画面を開き直して、今の状態を確かめてください。何も変更されていません",
    "Open the page again and look at its present state. Nothing was changed",
)
_OTHER_SLOT = Text("別の日時を選んでください", "Choose another time")

NOT_RESIDENT = define(
    "municipality.not-resident",
    404,
    Text("この市の住民として登録されていません", "You are not registered in this city"),
    Text("お住まいの市区町村の窓口で確かめてください", "Ask at the city where you live"),
)
SLOT_UNKNOWN = define(
    "municipality.slot-unknown",
    422,
    Text("その日時の窓口はありません", "There is no such appointment"),
    _OTHER_SLOT,
)
SLOT_FULL = define(
    "municipality.slot-full",
    409,
    Text("その日時は満員になりました", "That time has just been taken"),
    _OTHER_SLOT,
)
NOT_STAFF = define(
    "municipality.not-staff",
    403,
    Text("この市の職員のカードではありません", "This is not a staff card of this city"),
    Text("職員証を登録した係に確かめてください", "Ask whoever registers staff cards"),
    who="clerk",
)
NOT_YOUR_ROLE = define(
    "municipality.not-your-role",
    403,
    Text("この操作は「{role}」の権限が要ります", "This needs the role “{role}”"),
    Text("権限のある職員に引き継いでください", "Hand it to somebody with that role"),
    who="clerk",
)
UNKNOWN_CASE = define(
    "municipality.unknown-case",
    404,
    Text("その届出・予約は見つかりません", "There is no such case"),
    Text("番号を確かめてください", "Check its number"),
    who="clerk",
)
UNKNOWN_RESIDENT = define(
    "municipality.unknown-resident",
    404,
    Text("その宛名番号の記録はありません", "There is no record with this number"),
    Text("番号を確かめてください", "Check the number"),
    who="clerk",
)
CHANGED_MEANWHILE = define(
    "municipality.changed-meanwhile",
    409,
    Text("ほかの職員が先に変更しました", "Somebody else changed this case first"),
    _RELOAD,
    who="clerk",
    source="municipal §1.6 I9: one clerk edits at a time",
)
WRONG_STATE = define(
    "municipality.wrong-state",
    409,
    Text(
        "今の状態では、この操作はできません（{state}）",
        "Not possible in its present state ({state})",
    ),
    _RELOAD,
    who="clerk",
)
NOT_ACCEPTABLE = define(
    "municipality.not-acceptable",
    409,
    Text("確認が済んでいない項目があります", "Not all checks are good"),
    Text("理由を見て、訂正を求めるか却下してください", "Ask for a correction, or reject it"),
    who="clerk",
)
HEAD_NEEDED = define(
    "municipality.head-needed",
    422,
    Text(
        "残る世帯に世帯主がいなくなります。新しい世帯主を選んでください",
        "Nobody would head the household that remains. Name its new head",
    ),
    Text("本人に確かめて選んでください", "Ask the residents, then choose"),
    who="clerk",
    source="municipal §1.3 (標準仕様書 4.0.4)",
)
NOT_OF_THIS_MOVE = define(
    "municipality.not-of-this-move",
    403,
    Text(
        "この届出の人のカードではありません。何も表示していません",
        "This card belongs to nobody of this move. Nothing was shown",
    ),
    Text("届け出た人のカードをかざしてもらってください", "Ask for the card of one of the movers"),
    who="clerk",
    source="design §3.4 (wrong person)",
)
ATTRIBUTES_DIFFER = define(
    "municipality.attributes-differ",
    409,
    Text(
        "カードと転出証明書情報が一致しません（{items}）",
        "Card and certificate data differ ({items})",
    ),
    Text(
        "前の市区町村に確かめてください。仮登録は行っていません",
        "Ask the old city. Nothing was registered",
    ),
    who="clerk",
)
MOVED_IN_FUTURE = define(
    "municipality.moved-in-future",
    422,
    Text("異動日が先の日付です", "The moving day lies in the future"),
    Text("転入届・転居届は、住み始めてから受け付けます", "Notice is taken once they live there"),
    who="clerk",
    source="住民基本台帳法 22条・23条",
)
SPECIAL_ROUTE_CLOSED = define(
    "municipality.special-route-closed",
    409,
    Text(
        "転出証明書情報を使える期間（{until}まで）が過ぎています",
        "The certificate data could be used until {until}",
    ),
    Text(
        "前の市区町村に紙の転出証明書（または準ずる証明書）を求めてください",
        "Ask the old city for a paper certificate of moving out",
    ),
    who="clerk",
    source="住民基本台帳法 24条の2; municipal §1.2",
)
NOBODY_CHOSEN = define(
    "municipality.nobody-chosen",
    422,
    Text("異動する人が選ばれていません", "Nobody was chosen to move"),
    Text("一人以上を選んでください", "Choose at least one person"),
    who="clerk",
)
ONE_HEAD = define(
    "municipality.one-head",
    422,
    Text("世帯主はちょうど一人です", "A household has exactly one head"),
    Text("世帯主を一人選び、続柄を直してください", "Choose one head and correct the relationships"),
    who="clerk",
    source="municipal §1.3, §7",
)
BAD_RELATIONSHIP = define(
    "municipality.bad-relationship",
    422,
    Text(
        "続柄「{relationship}」は使えません", "“{relationship}” is no relationship of the register"
    ),
    Text(
        "祖父・孫・甥などは「子の子」のようにつないで書きます",
        "Write chains such as 子の子; 祖父, 孫 or 甥 are not used",
    ),
    who="clerk",
    source="municipal §7 続柄",
)
NOT_LEAVING = define(
    "municipality.not-leaving",
    409,
    Text("転出の届出がない転入通知です", "A notice of moved-in without a notice of moving out"),
    Text("相手の市区町村に確かめてください", "Ask the other city"),
    who="clerk",
)
REASON_NEEDED = define(
    "municipality.reason-needed",
    422,
    Text("職権で修正する理由が書かれていません", "A correction ex officio needs its reason"),
    Text("何に基づく修正かを書いてください", "Write what the correction rests on"),
    who="clerk",
    source="住民基本台帳法 8条",
)
NOTHING_CORRECTED = define(
    "municipality.nothing-corrected",
    422,
    Text("修正された項目がありません", "Nothing was changed"),
    Text("直す項目を書き換えてください", "Change the item that is wrong"),
    who="clerk",
)
NO_FONTS = define(
    "municipality.no-fonts",
    503,
    Text("印刷用の書体がありません", "The typefaces for printing are missing"),
    Text(
        "fonts-ipamj-mincho と fonts-morisawa-bizud-gothic を入れてください",
        "Install fonts-ipamj-mincho and fonts-morisawa-bizud-gothic",
    ),
    who="operator",
)
CARD_TAP_OVER = define(
    "municipality.card-tap-over",
    410,
    Text("カードの手続きの時間が切れました", "The card procedure has run out of time"),
    Text("もう一度はじめてください。カードは元のままです", "Begin again. The card is unchanged"),
    who="clerk",
)
CARD_TOO_LATE = define(
    "municipality.card-too-late",
    409,
    Text("継続利用の期限（{until}）が過ぎています", "The card could be continued until {until}"),
    Text("カードは失効します。再交付を案内してください", "The card lapses. Offer a new one"),
    who="clerk",
    source="municipal §1.2 (90日)",
)
