"""Why the portal does not go on; for the resident before the screen."""

from kazasu.foundation.faults import define

_KEPT = "入力した内容は残っています"

UNKNOWN_CASE = define("portal.unknown-case", 404,
    "その手続きは見つかりません", "There is no such procedure of yours",
    "一覧から選び直してください", "Choose it from your list",
    easy=("その手続きは ありません", "一覧から えらんでください"))  # fmt: skip
ALREADY_MOVING = define("portal.already-moving", 409,
    "引越しの手続きが、もう進んでいます", "A move of yours is under way already",
    "進んでいる手続きの画面で、変更や取消しができます", "Change or cancel it on its own page",
    easy=("引っ越しの手続きは、もう はじまっています", "その手続きの画面で、変えたり やめたり できます"))  # fmt: skip
REGISTERED_ELSEWHERE = define("portal.registered-elsewhere", 409,
    "別の市区町村で登録されたので、この届出はもう直せません。何も送っていません", "You are registered in another city by now, so this notice can no longer be corrected. Nothing was sent",
    "この手続きを取り消してください。引っ越すときは、初めから届け出てください", "Cancel this procedure; if you move, give notice from the beginning",
    easy=("ほかの 市や区に 住所が 変わりました。この手続きは 直せません", "この手続きを やめてください。引っ越すときは、はじめから もう一度 出してください"))  # fmt: skip
NO_DRAFT = define("portal.no-draft", 409,
    "書きかけの届出がありません", "There is no draft to go on with",
    "「引っ越す」からはじめてください", "Begin with “Move house”",
    easy=("とちゅうまで 書いたものが ありません", "「引っ越す」から はじめてください"))  # fmt: skip
SENT_ALREADY = define("portal.sent-already", 409,
    "この届出は、もう送ってあります", "This notice was sent already",
    "進みぐあいは、その手続きの画面で見られます。変更や取消しも、そこからできます", "Follow it on its own page, where it can be changed or cancelled",
    easy=("この 手紙は、もう 送りました", "手続きの画面で、見たり、変えたり できます"))  # fmt: skip
INCOMPLETE = define("portal.incomplete", 409,
    "まだ入力していない項目があります", "Something is not filled in yet",
    "確認の画面で、足りない項目を埋めてください", "Fill in what the review page lacks",
    easy=("まだ 書いていないところが あります", "最後の画面を 見て、書いてください"))  # fmt: skip
CITY_NOT_HERE = define("portal.city-not-here", 422,
    "{city}は、この体験環境にありません", "{city_en} is not in this sandbox",
    "体験環境にある市区町村の郵便番号を入れてください: {here}", "Enter a postcode of a city that is in the sandbox: {here_en}",
    easy=("{city}は、ここには ありません", "ほかの 市や町を えらんでください: {here}"))  # fmt: skip
TOO_LATE_TO_CHANGE = define("portal.too-late-to-change", 409,
    "この手続きは、もう変更や取消しができません", "It is too late to change or cancel this",
    "新しい市区町村の窓口に相談してください", "Ask at the counter of your new city",
    easy=("この手続きは、もう 変えられません", "新しい 市や区の 役所の窓口で 聞いてください"))  # fmt: skip
TOO_LATE_WITHIN = define("portal.too-late-within", 409,
    "この手続きは、もう変更や取消しができません", "It is too late to change or cancel this",
    "市区町村の窓口に相談してください", "Ask at the counter of your city",
    easy=("この手続きは、もう 変えられません", "役所の窓口で 聞いてください"))  # fmt: skip
CANCELLED_ALREADY = define("portal.cancelled-already", 409,
    "この手続きは、取り消しています", "This procedure is cancelled already",
    "することはありません。市区町村の返事は、この画面に出ます", "There is nothing left to do. What the city answers is shown on this page",
    easy=("この手続きは、もう やめています", "何も しなくて いいです"))  # fmt: skip
NO_APPOINTMENT = define("portal.no-appointment", 409,
    "この手続きには、窓口へ行く日の予約がありません", "This procedure has no appointment at a counter",
    "取り消したか、終わったか、予約がなくなっています。手続きの画面で確かめてください", "It was cancelled, is done, or its appointment is void: see the page of the procedure",
    easy=("この手続きには、予約が ありません", "やめたか、もう 終わっています。手続きの画面を 見てください"))  # fmt: skip
CORRECTED_MEANWHILE = define("portal.corrected-meanwhile", 409,
    "別の画面で、この届出の訂正を送りました。予約は変更していません", "You sent a correction of this notice in another window meanwhile. The appointment was not changed",
    "手続きの画面で確かめ、変えるときは、もう一度日時を選んでください", "See the page of the procedure, and choose a time again if you still want another one",
    easy=("ほかの 画面で、直した手紙を 送りました。予約は 変わっていません", "手続きの画面を 見てください。変えるときは、もう一度 えらんでください"))  # fmt: skip
NOT_SENT_CANCELLED = define("portal.not-sent-cancelled", 409,
    "訂正は送っていません。別の画面で、この引越しを取り消しました", "Your correction was not sent: you cancelled this move in another window",
    "引っ越すことになったら、初めから届け出てください", "If you move after all, give notice from the beginning",
    easy=("直したものは 送っていません。ほかの 画面で、この引っ越しを やめました", "引っ越すときは、はじめから 出してください"))  # fmt: skip
NOT_SENT_DELETED = define("portal.not-sent-deleted", 409,
    "訂正は送っていません。別の画面で、書きかけの訂正を消したか、書き直しました", "Your correction was not sent: you deleted it or began it again in another window",
    "前に送った届出は、そのままです。この画面から、もう一度直せます", "What you sent before stands. You can correct it again from this page",
    easy=("直したものは 送っていません。ほかの 画面で 消しました", "前に 送ったものは、そのままです。ここから、もう一度 直せます"))  # fmt: skip
NOT_SENT_UNASKED = define("portal.not-sent-unasked", 409,
    "訂正は送っていません。市区町村が、訂正を待たずに進めました", "Your correction was not sent: your city went on without it",
    "前に送った届出で進んでいます。違うところがあるときは、市区町村に伝えてください", "What you sent before goes on. If something in it is wrong, tell your city",
    easy=("直したものは 送っていません。役所が 先に 進めました", "前に 送ったもので 進んでいます。ちがう ところが あるときは、役所に 伝えてください"))  # fmt: skip
OTHER_KIND_OF_MOVE = define("portal.other-kind-of-move", 422,
    "今お住まいの市区町村の中への引越しには、訂正では変えられません", "A correction cannot turn this into a move within your present city",
    "同じ市区町村の中で引っ越すときは、この引越しを取り消して、初めから届け出てください", "If you move within your city, cancel this move and give notice from the beginning",
    easy=("いまの 市や区の 中の 引っ越しには、変えられません", "この引っ越しを やめて、はじめから 出してください"))  # fmt: skip
NOT_OF_THIS_MOVE = define("portal.not-of-this-move", 403,
    "{city} は、案件 {case} の「{event}」を伝える立場にありません", "{city} has no part in case {case} that would let it tell “{event}”",
    "反映せずに保留しています。前の市区町村がその市区町村を伝えると自動で進みます。伝えなければ、送り主に確かめてください", "It is kept and not applied. It goes on by itself once the old city names that one; if it does not, ask the institution that sent it", who="operator", source="design §2")  # fmt: skip
SLOT_GONE = define("portal.slot-gone", 409,
    "選んだ日時は、予約がいっぱいになりました", "The appointment you chose has been taken",
    f"別の日時を選んでください。{_KEPT}", "Choose another time. All you entered is kept",
    easy=("えらんだ時間は、もう いっぱいです", "ほかの時間を えらんでください。書いたものは 消えません"))  # fmt: skip
SLOT_PAST = define("portal.slot-past", 409,
    "選んだ日時は、もう過ぎました", "The time you chose is past",
    f"別の日時を選んでください。引っ越す日が変わったときは、「引っ越す日」も直してください。{_KEPT}", "Choose another time; if the moving day has changed, correct it too. All you entered is kept",
    easy=("えらんだ 時間は、もう すぎました", "ほかの時間を えらんでください。引っ越す日が 変わったら、それも 直してください。書いたものは 消えません"))  # fmt: skip
NO_SUCH_PERIOD = define("portal.no-such-period", 422,
    "期間の日付が正しくありません", "The dates of the period do not hold",
    "年・月・日を確かめ、初めの日を終わりの日より前にしてください", "Check year, month and day, and let the first day come before the last",
    easy=("日が 正しくありません", "年・月・日を 見てください。はじめの日を、終わりの日より 前に してください"))  # fmt: skip
TOO_MANY_RECORDS = define("portal.too-many-records", 422,
    "記録が多すぎて、一つのファイルにできません", "There are too many records for one file",
    "期間を短くするか、一つの機関を選んで、分けて保存してください", "Choose a shorter period or a single institution, and save them in parts")  # fmt: skip
