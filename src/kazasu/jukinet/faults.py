"""Why the Basic Resident Register Network refuses."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_CHECK_WITH_CITY = Text(
    "転出元の市区町村に確認してください", "Check with the municipality that the person moves from"
)

TRANSFER_UNKNOWN = define("jukinet.transfer-unknown", 404,
    "この転出の届出は登録されていません", "No such transfer is registered",
    *_CHECK_WITH_CITY, who="clerk")  # fmt: skip
TRANSFER_CANCELLED = define("jukinet.transfer-cancelled", 409,
    "この転出は取り消されています。転入の登録はしていません", "This transfer was cancelled. The arrival was not registered",
    "本人に、転出を取り消したか確かめてください", "Ask the person whether they cancelled the move", who="clerk", source="municipal §1.6 T4")  # fmt: skip
TRANSFER_EXPIRED = define("jukinet.transfer-expired", 409,
    "特例転入の期限（{expires_on}）を過ぎています。転入の登録はしていません", "The special route ended on {expires_on}. The arrival was not registered",
    "転出元の市区町村が交付する転出証明書で受け付けてください", "Accept the move with a paper certificate of moving out from the old municipality", who="clerk", source="住民基本台帳法施行令 24条の2第1項2号")  # fmt: skip
TRANSFER_CONSUMED_ELSEWHERE = define("jukinet.transfer-consumed-elsewhere", 409,
    "この転出は、{municipality_ja}への転入にすでに使われています", "This transfer was already used for an arrival in {municipality_en}",
    "現在の登録地を確かめてください。二重には登録されません", "Check where the person is registered now; nobody is registered twice", who="clerk", source="municipal §1.6 T4")  # fmt: skip
TRANSFER_ALREADY_OPEN = define("jukinet.transfer-already-open", 409,
    "この人には別の転出の届出が開いています", "Another transfer of this person is open",
    "先の転出を完了するか取り消すと、この届出が進みます", "Complete or cancel the earlier transfer; this one then goes on", who="clerk", source="reliability §4 I2")  # fmt: skip
TRANSFER_DIFFERS = define("jukinet.transfer-differs", 409,
    "同じ番号の転出が、別の内容で登録されています", "A transfer of this number is registered with other content",
    *_CHECK_WITH_CITY, who="operator")  # fmt: skip
OTHER_PERSON = define("jukinet.transfer-of-other-person", 409,
    "この転出は、照会された人のものではありません", "This transfer is not of the person given",
    "窓口の人と転出証明書情報を見比べてください", "Compare the person at the desk with the certificate data", who="clerk", source="design §3.4", alarm="owner-mismatch")  # fmt: skip
SAME_CITY = define("jukinet.transfer-to-same-city", 409,
    "転出元と同じ市区町村への転入はできません", "A move into the municipality one moves out of cannot be registered",
    "転出を取り消してください", "Cancel the notice of moving out instead", who="clerk")  # fmt: skip
MOVED_IN_FUTURE = define("jukinet.moved-in-future", 422,
    "異動日（{moved_on}）が今日より後です", "The date of the move ({moved_on}) is to come",
    "新しい家に住み始めた日より後に届け出てください", "Register after the person has moved in", who="clerk", source="住民基本台帳法 22条")  # fmt: skip
BEFORE_REGISTRATION = define("jukinet.date-before-registration", 422,
    "異動日（{on}）が、前の登録の日（{since}）より前です", "The date ({on}) is before the earlier registration began ({since})",
    "異動日を確かめてください", "Check the date of the move", who="clerk")  # fmt: skip
NOT_REGISTERED_THERE = define("jukinet.not-registered-there", 409,
    "この人は、届け出た市区町村に登録されていません", "The person is not registered in the municipality that reports this",
    *_CHECK_WITH_CITY, who="operator")  # fmt: skip
ALREADY_REGISTERED = define("jukinet.already-registered", 409,
    "この人はすでに登録されています", "The person is already registered",
    "住民票コードを確かめてください", "Check the resident record code", who="operator", source="reliability §4 I1")  # fmt: skip
PERSON_TAKEN = define("jukinet.person-taken", 409,
    "この人は、{municipality_ja}が登録しています（または登録の手続き中です）", "{municipality_en} has registered this person, or is about to",
    "ほかの市区町村に登録のある人は、そこでの転出届から始めます。二重には登録されません。何も書いていません", "Who is registered elsewhere gives notice of moving out there first; nobody is registered twice. Nothing was written", who="clerk", source="住民基本台帳法 5条・22条; reliability §4 I1")  # fmt: skip
PERSON_KNOWN = define("jukinet.person-known", 409,
    "住基ネットが、この人をもう知っています：{standing}", "The network knows this person already: {standing_en}",
    "途中の人は転入届として、国外へ移った人は国外転入として受け付けます。何も書いていません", "Who is on the way is taken as an arrival, who moved abroad as coming from there. Nothing was written", who="clerk", source="住民基本台帳法 22条・30条の3")  # fmt: skip
NUMBER_OF_ANOTHER = define("jukinet.number-of-another", 409,
    "この個人番号は、住基ネットでは別の人のものです", "By the network this individual number is somebody else's",
    "転出証明書の番号と住民票コードを一字ずつ確かめてください。合っているときは、前の市区町村に確かめてください。何も書いていません", "Compare number and resident record code with the certificate, digit by digit. If they agree, ask the old municipality. Nothing was written", who="clerk", source="番号法 8条2項1号; 住民基本台帳法 30条の7第3項", alarm="owner-mismatch")  # fmt: skip
NOT_REGISTERED = define("jukinet.not-registered", 404,
    "現在の登録地がありません", "The person is not registered anywhere now",
    "お住まいの市区町村に相談してください", "Ask at the city hall where you live")  # fmt: skip
IN_TRANSIT = define("jukinet.in-transit", 409,
    "転出の後、新しい市区町村での転入の届出がまだです", "You have moved out, and your arrival is not registered yet",
    "新しい市区町村の窓口で転入の届出をしてください", "Register your arrival at the city hall of your new home", source="reliability §4 I2")  # fmt: skip
MOVED_ABROAD = define("jukinet.moved-abroad", 409,
    "{since}に国外へ移ったため、いま、どの市区町村にも登録されていません", "You moved abroad on {since}, and no city has you registered now",
    "国外からの引越しは、ポータルでは届け出られません。日本に戻って住み始めたら、14日以内に、その市区町村の窓口で転入の届出をしてください（旅券、戸籍謄本と戸籍の附票の写しを持って）。何も変更されていません", "A move from abroad cannot be notified at the portal. Once you live in Japan again, give notice within 14 days at the counter of that city, with your passport and copies of your family register and its supplement. Nothing was changed", source="住民基本台帳法 22条1項7号; 同法施行令 22条")  # fmt: skip
NOT_YOURS = define("jukinet.not-your-transfer", 403,
    "ほかの市区町村の届出は扱えません", "This belongs to another municipality",
    "団体コードを確認してください", "Check the municipality code", who="operator")  # fmt: skip
