"""Why a birth is not entered."""

from kazasu.foundation.faults import define

DAY_AHEAD = define("municipality.birth-day-ahead", 422,
    "生まれた日が、今日より後です", "The day of the birth is still to come",
    "出生届・通知の日を確かめてください。何も書いていません", "See the day in what it rests on. Nothing was written", who="clerk", source="戸籍法 49条")  # fmt: skip
DAY_TOO_FAR = define("municipality.birth-day-too-far", 422,
    "生まれた日が、1年より前です", "The day of the birth is more than a year ago",
    "年を確かめてください。正しいときは国外転入です。戸籍に記載される手続の途中の子なら、「何に基づくか」でそれを選びます。何も書いていません", "See the year. If it is right, this is somebody who comes from abroad. Of a child whom the family register is still to have, choose that as what it rests on. Nothing was written", who="clerk", source="戸籍法 49条; 総行市143号（平成20年7月7日）")  # fmt: skip
PARENT_NOT_HERE = define("municipality.birth-parent-not-here", 409,
    "{name}さんは、この市区町村の住民ではありません（{state}）", "{name_en} is no resident of this municipality now ({state_en})",
    "子の記載は、親が登録されている市区町村がします。転入の途中なら、登録されてから、新しい市区町村で記載します。何も書いていません", "The municipality where a parent is registered enters the child; of who is on the way the new one, once they are registered there. Nothing was written", who="clerk", source="住民基本台帳法 8条, 同法施行令 7条・12条2項1号")  # fmt: skip
NOT_IN_HOUSEHOLD = define("municipality.birth-other-parent", 422,
    "もう一人の親が、同じ世帯の人から選ばれていません", "The other parent is nobody of this household",
    "同じ世帯の人か、「同じ世帯にいない」を選んでください。何も書いていません", "Choose somebody of this household, or that they are not in it. Nothing was written", who="clerk", source="住民基本台帳法 7条4号")  # fmt: skip
NO_DOMICILE = define("municipality.birth-domicile-missing", 422,
    "本籍と筆頭者が書かれていません", "Registered domicile and the head of the family register are missing",
    "出生届のとおりに書いてください。親がどちらも外国籍で、子も外国籍のときだけ、両方を空にします。何も書いていません", "Write them as the notice of birth has them. Both are left empty only of a child of foreign parents that is a foreign national. Nothing was written", who="clerk", source="住民基本台帳法 7条5号・30条の45")  # fmt: skip
ENTERED = define("municipality.birth-entered", 409,
    "この子の住民票が、もうあります（{resident_id}）", "This child has a record already ({resident_id})",
    "住民票を開いて確かめてください。書いたことが違うときは、その住民票で訂正します。何も書いていません", "Open that record. If something there is wrong, correct it there. Nothing was written", who="clerk", source="住民基本台帳法 8条")  # fmt: skip
TOLD_BEFORE = define("municipality.birth-entered-and-closed", 409,
    "この子の記載は、前に書かれ、いまは閉じられています（{resident_id}）", "This child was entered before, and the record is closed by now ({resident_id})",
    "住民票を開いて、なぜ閉じられたかを確かめてください。何も書いていません", "Open the record and see why it was closed. Nothing was written", who="clerk", source="住民基本台帳法 8条")  # fmt: skip
OTHER_TOO_YOUNG = define("municipality.birth-other-too-young", 422,
    "{name}さんは、子が生まれた日に15歳になっていません", "{name_en} was not fifteen on the day of the birth",
    "もう一人の親を選び直してください。本当にその人が親なら、その人の住民票から記載を始めます。何も書いていません", "Choose the other parent again. If they really are the parent, begin from their own record. Nothing was written", who="clerk", source="民法 780条・781条2項・961条")  # fmt: skip
PARENT_TOO_YOUNG = define("municipality.birth-parent-too-young", 422,
    "{name}さんは、子の親になる年齢ではありません（10歳未満）", "{name_en} is too young to be a parent: under ten",
    "届出・通知で親の氏名と生年月日を確かめ、親の住民票から記載を始めてください。親の生年月日の記載が誤りなら、先に職権で修正します。何も書いていません", "See name and date of birth of the parent in what it rests on, and begin from that record. If the date of birth of this record is wrong, correct it ex officio first. Nothing was written", who="clerk", source="戸籍法 49条2項3号; 人口動態統計 母の年齢; SDG indicator 3.7.2 (births are counted from ten years of age)")  # fmt: skip
PASSED = define("municipality.birth-sixty-days", 422,
    "外国籍の子が、生まれて60日を過ぎています。在留資格が書かれていません", "This child of foreign nationality was born more than sixty days ago, and no status of residence is given",
    "出生による経過滞在者として記載できるのは、生まれた日から60日までです。在留カードか特別永住者証明書のとおりに、在留資格・満了の日・番号を書いてください。在留資格をまだ取っていない子は記載できません。出入国在留管理庁へ案内してください。何も書いていません", "Without a status a child is entered for sixty days from the birth only. Write status, end of the stay and number as the residence card or the certificate of a special permanent resident has them. A child who has no status yet cannot be entered: send them to the Immigration Services Agency. Nothing was written", who="clerk", source="住民基本台帳法 30条の45; 入管法 22条の2; 入管特例法 4条")  # fmt: skip
FOREIGN_ITEMS = define("municipality.birth-foreign-items", 422,
    "日本国籍の子に、在留資格が書かれています", "A child with a registered domicile is a Japanese and has no status of residence",
    "日本国籍の子では、在留資格・満了の日・番号を空にします。外国籍の子では、本籍と筆頭者を空にします。何も書いていません", "Of a Japanese leave status, end of the stay and number empty; of a foreign national registered domicile and its head. Nothing was written", who="clerk", source="住民基本台帳法 7条5号・30条の45")  # fmt: skip
BEFORE_MOTHER = define("municipality.birth-before-mother", 422,
    "戸籍に記載される手続の途中の子は、日本国籍の母の住民票から記載します", "A child whom the family register is still to have is entered from the record of its mother, who is a Japanese",
    "母の住民票から始めてください。母が外国籍なら、この扱いにはなりません。何も書いていません", "Begin from the mother’s record. Where she is a foreign national this does not apply. Nothing was written", who="clerk", source="総行市143号（平成20年7月7日）")  # fmt: skip
BEFORE_FATHER = define("municipality.birth-before-father", 422,
    "父は、戸籍に記載されるまで決まりません", "Who the father is, is not settled before the family register has it",
    "もう一人の親を「同じ世帯にいない、または届出にない」にしてください。続柄は母から決まります。何も書いていません", "Choose that the other parent is not in this household, or not in the notice: the relationship follows from the mother. Nothing was written", who="clerk", source="総行市143号（平成20年7月7日）; 民法 772条")  # fmt: skip
BEFORE_DOMICILE = define("municipality.birth-before-domicile", 422,
    "戸籍に記載されていない子に、本籍か筆頭者が書かれています", "A child whom no family register has is given a registered domicile",
    "両方を空にしてください。戸籍に記載されたら、職権修正で書きます。何も書いていません", "Leave both empty. Once the family register has them they are written ex officio. Nothing was written", who="clerk", source="総行市143号（平成20年7月7日）; 住民基本台帳法 7条5号")  # fmt: skip
BEFORE_COURT = define("municipality.birth-before-court", 422,
    "戸籍の記載のための手続が、何で進んでいるかが書かれていません", "It is not written what shows that proceedings for an entry are under way",
    "申立てを受理した家庭裁判所と事件の番号を、「届出・通知の番号、確かめたこと」に書いてください。何も書いていません", "Write the family court that accepted the application, and the number of the case, as what was made sure of. Nothing was written", who="clerk", source="総行市143号（平成20年7月7日）")  # fmt: skip
