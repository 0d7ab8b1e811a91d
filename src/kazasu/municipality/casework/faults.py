"""Why a case is not taken, handed over or noted on."""

from kazasu.foundation.faults import define

CASE_HELD = define("municipality.case-held", 409,
    "この件は、{name}さんが担当しています", "{name_en} has this case",
    "続ける必要があれば、担当者に確かめてから引き取ってください。何も変更されていません", "Ask them first; then take it over if you have to. Nothing was changed", who="clerk", source="ux.md, Staff: two clerks on one case")  # fmt: skip
CASE_OVER = define("municipality.case-over", 409,
    "この届出は終わっています。担当する人は、いりません", "This case is over: nobody needs to have it",
    "気づいたことは、メモに残せます。何も変更されていません", "What you noticed can be kept as a note. Nothing was changed", who="clerk")  # fmt: skip
NOBODY_TO_HAND_TO = define("municipality.nobody-to-hand-to", 422,
    "引き継ぐ相手を選んでください", "Choose to whom you hand it",
    "一覧から選んでください。担当は変わっていません", "Choose from the list. You still have the case", who="clerk")  # fmt: skip
NO_COLLEAGUE = define("municipality.no-such-colleague", 422,
    "引き継ぐ相手が、この窓口の職員ではありません", "Whom you hand it to does not work at this desk",
    "一覧から選び直してください", "Choose again from the list", who="clerk")  # fmt: skip
CANNOT_GO_ON = define("municipality.colleague-cannot", 422,
    "{name}さんには、この件の次の手続きをする権限がありません", "{name_en} has no role for what comes next on this case",
    "一覧から選び直してください。担当は変わっていません", "Choose again from the list. You still have the case", who="clerk", source="simulated: a case is not given to who cannot go on with it")  # fmt: skip
