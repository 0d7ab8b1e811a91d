"""Why a change of household is not taken."""

from kazasu.foundation.faults import define

PEOPLE_NEEDED = define("municipality.household-people", 422,
    "世帯を移る人が選ばれていません", "Nobody is chosen who changes household",
    "この世帯の人から、移る人を選んでください。何も変更されていません", "Choose who changes household, of those who live in this one. Nothing was changed", who="clerk", source="住民基本台帳法 25条")  # fmt: skip
EVERYBODY_GOES = define("municipality.household-everybody", 422,
    "全員が移ると、もとの世帯にだれも残りません", "Nobody would be left in this household",
    "全員が別の世帯に加わるのは世帯合併です。全員で住所を移るのは転居の届出です。何も変更されていません", "All of it joining another household is a 世帯合併 (merging); all of it moving is a change of address. Nothing was changed", who="clerk", source="住民基本台帳法 23条・25条")  # fmt: skip
LEAVES_SOON = define("municipality.household-leaving", 409,
    "転出届が受理されている人がいます（{names}）", "A notice of moving out is accepted for {names_en}",
    "その人は世帯を変えられません。転出の日が過ぎてから、または転出の取消しのあとで、もう一度受け付けてください。何も変更されていません", "They change no household any more. Take this notice after their day, or after the move is cancelled. Nothing was changed", who="clerk", source="municipal §1.3: who is leaving goes as the certificate data say")  # fmt: skip
NAME_A_HEAD = define("municipality.household-head", 422,
    "世帯主になる人が選ばれていません", "It is not said who heads the household",
    "どの世帯にも世帯主が一人います。本人に確かめて選んでください。何も変更されていません", "Each household has one head: ask them, and choose. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号; 住民記録システム標準仕様書 4.0.4")  # fmt: skip
SAME_HEAD = define("municipality.household-same-head", 422,
    "世帯主は、今もその人です", "They are the head already",
    "新しく世帯主になる人を選んでください。何も変更されていません", "Choose who becomes the head. Nothing was changed", who="clerk", source="住民基本台帳法 25条")  # fmt: skip
YOUNG_HEAD = define("municipality.household-young-head", 422,
    "15歳以上の人がいる世帯では、15歳未満の人は世帯主になれません", "Nobody under 15 heads a household with somebody older in it",
    "ほかの人を世帯主にしてください。何も変更されていません", "Choose somebody else. Nothing was changed", who="clerk", source="municipal §1.3")  # fmt: skip
CHILDREN_ALONE = define("municipality.household-children-alone", 422,
    "15歳未満の人だけの世帯になります（{names}）", "Only children under 15 would live in a household: {names_en}",
    "だれが面倒をみるのかを確かめ、「理由・確かめたこと」に書いてください。何も変更されていません", "Ask who looks after them, and write it as the reason. Nothing was changed", who="clerk", source="民法 820条・822条")  # fmt: skip
NO_HOUSEHOLD = define("municipality.household-unknown", 422,
    "その世帯番号の世帯は、この市区町村にありません", "No household of this city has this number",
    "加わる世帯の住民票で、世帯番号を確かめてください。何も変更されていません", "See the number in the record of the household that they join. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号")  # fmt: skip
SAME_HOUSEHOLD = define("municipality.household-same", 422,
    "それは、この世帯の番号です", "This is the number of this household itself",
    "加わる世帯の世帯番号を入力してください。何も変更されていません", "Enter the number of the household that they join. Nothing was changed", who="clerk")  # fmt: skip
NOBODY_THERE = define("municipality.household-empty", 409,
    "加わる世帯に、これからも住む人がいません", "Nobody stays in the household that they join",
    "転出の予定がある人だけの世帯には加われません。何も変更されていません", "Everybody in it is moving out: nobody joins it any more. Nothing was changed", who="clerk", source="municipal §1.3: a household has a head")  # fmt: skip
NO_HEAD_THERE = define("municipality.household-headless", 409,
    "加わる世帯に、まだ世帯主がいません", "The household that they join has no head yet",
    "先に、その世帯の世帯主変更の届出を受け付けてください。何も変更されていません", "Take the notice of its new head first. Nothing was changed", who="clerk", source="住民記録システム標準仕様書 4.0.4")  # fmt: skip
OTHER_HOUSE = define("municipality.household-other-house", 422,
    "加わる世帯は、別の住所の世帯です", "That household lives at another address",
    "世帯の変更は、同じ住所の世帯の間だけです。住所を移ったのなら、転居の届出です。何も変更されていません", "Without a move people pass between households of one address alone. If they moved, it is a change of address. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号・7号, 23条, 25条")  # fmt: skip
PROTECTED_THERE = define("municipality.household-protected", 409,
    "支援措置の人がいる世帯は、この画面では合わせられません", "A household with a protected person cannot be joined with another one here",
    "支援措置の担当に相談してください。何も変更されていません", "Ask who is in charge of protection. Nothing was changed", who="clerk", source="municipal §1.6 I8 (simulated)")  # fmt: skip
STANDS_HOW = define("municipality.household-related", 422,
    "新しい世帯主から見た続柄が書かれていない人がいます（{names}）", "How {names_en} stand to the head is not written",
    "住民票の今の続柄は、前の世帯主から見たものです。本人に聞いて入力してください。何も変更されていません", "The register says how they stood to another head: ask them, and enter it. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号; 住民記録システム標準仕様書 4.1.4.2")  # fmt: skip
STANDS_OTHERWISE = define("municipality.household-related-otherwise", 422,
    "{names}の続柄が、住民票の今の続柄から言えるものと違います", "The relationship of {names_en} is another one than follows from the register",
    "そのとおりなら、何で確かめたか（戸籍、本人の申出など）を「理由・確かめたこと」に書いてください。何も変更されていません", "If it is right, write as the reason what it rests on, such as the family register. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号・8条")  # fmt: skip
DAY_TO_COME = define("municipality.household-day-ahead", 422,
    "変更の日が、これから先の日です", "The day of the change is still to come",
    "世帯が変わった日を入力してください。届出は、変わってからです。何も変更されていません", "Enter the day on which the household changed: notice is given after it. Nothing was changed", who="clerk", source="住民基本台帳法 25条; 住民記録システム標準仕様書 1.2 (異動日)")  # fmt: skip
DAY_BEFORE = define("municipality.household-day-before", 422,
    "変更の日に、{names}はまだその住所に住んでいません", "On that day {names_en} did not live at this address yet",
    "その住所に住み始めた日より後の日を確かめて入力してください。何も変更されていません", "Enter a day on which they lived there. Nothing was changed", who="clerk", source="住民基本台帳法 25条: households of one address")  # fmt: skip
GIVER_UNKNOWN = define("municipality.household-giver", 422,
    "その人は、この届出を出せません", "They cannot give this notice",
    "世帯主か、同じ世帯の15歳以上の人か、代理人です。何も変更されていません", "The head, somebody of 15 or older of the same household, or a representative can. Nothing was changed", who="clerk", source="住民基本台帳法 25条・26条")  # fmt: skip
MANDATE_NEEDED = define("municipality.household-mandate", 422,
    "代理人の氏名と、代理権を確かめた書類が書かれていません", "Name of the representative, or what shows that they represent them, is missing",
    "任意代理人は委任状、法定代理人は戸籍や登記事項証明書などを見て、氏名とともに書いてください。何も変更されていません", "See the mandate, or of a legal representative the family register or certificate of registration, and write it with the name. Nothing was changed", who="clerk", source="住民基本台帳法 27条")  # fmt: skip
