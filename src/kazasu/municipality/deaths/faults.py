"""Why a death is not entered."""

from kazasu.foundation.faults import define

DAY_AHEAD = define("municipality.death-day-ahead", 422,
    "亡くなった日が、今日より後です", "The day of the death is still to come",
    "死亡届・通知の日を確かめてください。何も変更されていません", "See the day in what it rests on. Nothing was changed", who="clerk", source="戸籍法 86条")  # fmt: skip
DAY_BEFORE = define("municipality.death-day-before", 422,
    "亡くなった日が、この市区町村の住民となった日（{since}）より前です", "The day of the death is before they became a resident here ({since})",
    "日を確かめてください。正しいときは、転入が誤載です。ほかの市区町村からの通知か戸籍の記載に基づいて、書いてください。何も変更されていません", "See the day. If it is right, they never became a resident here: enter it on a notification of another city or on the family register. Nothing was changed", who="clerk", source="住民基本台帳法施行令 8条・12条3項")  # fmt: skip
REGISTERED_SINCE = define("municipality.death-registered-elsewhere", 409,
    "この人は、{municipality_ja}で登録されています", "They are registered in {municipality_en} by now",
    "死亡は、今の市区町村で記載します。通知を{municipality_ja}へ送ってください。何も変更されていません", "The city where they are registered enters the death: send the notification to {municipality_en}. Nothing was changed", who="clerk", source="住民基本台帳法 9条2項")  # fmt: skip
