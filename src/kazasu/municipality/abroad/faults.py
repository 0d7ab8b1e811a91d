"""Why somebody is not entered as moving abroad."""

from kazasu.foundation.faults import define

NOBODY = define("municipality.abroad-nobody", 422,
    "国外へ移る人が選ばれていないか、この世帯で移れる人ではありません", "Nobody was chosen to move abroad, or somebody who cannot",
    "この世帯の住民を選んでください。ほかの転出届が受理されている人は、先にそれを取り消します。何も書いていません", "Choose residents of this household. Who has an accepted notice of moving out has that one cancelled first. Nothing was written", who="clerk", source="住民基本台帳法 24条")  # fmt: skip
COUNTRY_EMPTY = define("municipality.abroad-country", 422,
    "行き先の国・地域が書かれていません", "The country that they go to is missing",
    "国や地域の名前を書いてください（例: アメリカ合衆国）。何も書いていません", "Write the name of the country, such as アメリカ合衆国. Nothing was written", who="clerk", source="住民基本台帳法 24条")  # fmt: skip
IN_A_YEAR = define("municipality.abroad-in-a-year", 422,
    "異動日が、1年より先です", "The day of leaving is more than a year away",
    "年を確かめてください。何も書いていません", "Check the year. Nothing was written", who="clerk", source="住民基本台帳法 24条")  # fmt: skip
BEFORE_THEY_CAME = define("municipality.abroad-before-they-came", 422,
    "異動日が、{name}さんが住民となった日（{since}）より前です", "The day of leaving is before {name_en} became a resident here ({since})",
    "日を確かめてください。何も書いていません", "Check the day. Nothing was written", who="clerk", source="住民基本台帳法 7条6号")  # fmt: skip
LATE_BECAUSE = define("municipality.abroad-late-because", 422,
    "異動から14日（{until}）を過ぎています。いつ出国したかを、何で確かめたかが書かれていません", "More than 14 days have passed since they left (until {until}), and it is not written by what it was made sure of",
    "届出ではなく職権での記載になります。旅券の出国印、家族の申出など、確かめたことを書いてください。何も書いていません", "It is recorded ex officio, and not by notice. Write what shows when they left, such as the stamp in the passport. Nothing was written", who="clerk", source="住民基本台帳法 8条, 同法施行令 12条1項")  # fmt: skip
LEFT_ALONE = define("municipality.abroad-left-alone", 422,
    "15歳未満の人だけが残ります（{names}）。だれが世話をするかが書かれていません", "Only people under 15 would remain ({names_en}), and it is not written who looks after them",
    "決裁者が、だれが世話をするかを「理由・確かめたこと」に書いてください。何も書いていません", "Write as the reason who looks after them. Nothing was written", who="clerk", source="民法 820条・822条; 住民基本台帳法 26条")  # fmt: skip
NOT_THEIRS = define("municipality.abroad-not-their-notice", 422,
    "その人は、この届出を出せません", "They cannot give this notice",
    "同じ世帯の15歳以上の人か、代理人を選んでください。代理人なら、氏名と代理権を確かめた書類も書きます。何も書いていません", "Choose somebody of 15 or older of this household, or a representative with their name and what shows that they represent them. Nothing was written", who="clerk", source="住民基本台帳法 26条・27条")  # fmt: skip
CARD_ENDS = define("municipality.abroad-card-ends", 422,
    "{name}さんのカードは、国外では続けて使えません", "The card of {name_en} cannot go on abroad",
    "国外継続利用は、日本国籍の人の、有効なカードについて、出国する日の前日までに受け付けます。選ばずに進めると、カードは出国の日に失効します。何も書いていません", "Only a Japanese with a card has it continued, until the day before they leave. Go on without it: the card ends on that day. Nothing was written", who="clerk", source="番号法 17条, 同法施行令 14条; 西郷村・栗東市の案内")  # fmt: skip
NOT_PLANNED = define("municipality.abroad-not-planned", 409,
    "取り消せる国外転出がありません", "There is no move abroad that can be cancelled",
    "予定日の前なら取り消せます。予定日を過ぎて出国しなかった人は、国外からの転入として受け付けます。何も変更されていません", "It can be cancelled before its day. Who stayed after it is entered as coming from abroad. Nothing was changed", who="clerk", source="住民基本台帳法 24条")  # fmt: skip
WHO_MISSING = define("municipality.from-abroad-who", 422,
    "住民票コードではありません（11けた）", "That is no resident record code, which has 11 digits",
    "戸籍の附票の写しにある、11けたの番号を入力してください。日本で一度も住民票のない人は「はじめての住民票」で受け付けます。何も書いていません", "Enter the eleven digits from the copy of the family register’s supplement. Who never had a record in Japan is taken under “first record in Japan”. Nothing was written", who="clerk", source="住民基本台帳法 22条1項6号・7号")  # fmt: skip
NOT_FROM_ABROAD = define("municipality.not-from-abroad", 409,
    "国外転出の人ではありません。住基ネットでは：{standing}", "They did not move abroad. The network says: {standing_en}",
    "登録のある人は、その市区町村の転出届から、途中の人は転入届として受け付けます。番号の読みちがいなら、入力し直してください。何も書いていません", "Who is registered gives notice of moving out there first; who is on the way is taken as an arrival. If the number was misread, enter it again. Nothing was written", who="clerk", source="住民基本台帳法 5条・22条")  # fmt: skip
NO_RECORD = define("municipality.from-abroad-no-record", 409,
    "最後に登録されていた市区町村に、国外転出の記録がありません", "The city that had them last has no record of their moving abroad",
    "その市区町村に確かめてください。何も書いていません", "Ask that city. Nothing was written", who="clerk", source="住民基本台帳法 22条")  # fmt: skip
DAY_AHEAD = define("municipality.from-abroad-day-ahead", 422,
    "住み始めた日が、今日より後です", "The day from which they live here is still to come",
    "転入届は、住み始めてから受け付けます。何も書いていません", "Notice of moving in is taken once they live here. Nothing was written", who="clerk", source="住民基本台帳法 22条")  # fmt: skip
DAY_BEFORE_LEAVING = define("municipality.from-abroad-day-before", 422,
    "住み始めた日が、国外へ移った日（{until}）より前です", "The day is before they moved abroad ({until})",
    "日を確かめてください。何も書いていません", "Check the day. Nothing was written", who="clerk", source="住民基本台帳法 22条")  # fmt: skip
HOUSEHOLD_NEEDED = define("municipality.from-abroad-household", 422,
    "加わる世帯が、この市区町村にありません（だれも残らない世帯には加われません）", "There is no such household here, or nobody stays in it",
    "加わる世帯の住民票で、世帯番号を確かめてください。新しい世帯なら空にします。何も書いていません", "See the number in the record of the household that they join; leave it empty for one of their own. Nothing was written", who="clerk", source="住民基本台帳法 7条4号")  # fmt: skip
TOO_YOUNG = define("municipality.from-abroad-too-young", 422,
    "15歳未満の人だけの世帯になります", "It would be a household of somebody under 15",
    "加わる世帯の世帯番号を入力してください。家族で来たときは、世帯主になる人を先に受け付けます。何も書いていません", "Enter the number of the household that they join. Of a family the one who heads it is taken first. Nothing was written", who="clerk", source="住民基本台帳法 7条4号; municipal §1.3")  # fmt: skip
DOMICILE_OF_JAPANESE = define("municipality.first-entry-domicile", 422,
    "日本国籍の人の本籍と筆頭者が書かれていません", "Registered domicile and head of the family register of a Japanese are missing",
    "戸籍謄本（全部事項証明書）のとおりに書いてください。何も書いていません", "Write them as the copy of the family register has them. Nothing was written", who="clerk", source="住民基本台帳法 7条5号・22条1項7号")  # fmt: skip
FOREIGN_ITEMS = define("municipality.first-entry-nationality", 422,
    "国籍が、選んだ区分と合いません", "The nationality does not go with who they are said to be",
    "外国籍の人は、国籍・地域を旅券と在留カードのとおりに書きます。日本国籍の人では、外国人の項目（国籍・在留資格・在留期間・在留カード）を空にします。何も書いていません", "Of a foreign national write it as passport and residence card have it. Of a Japanese leave all items of foreign nationals empty: nationality, status, period and residence card. Nothing was written", who="clerk", source="住民基本台帳法 30条の45")  # fmt: skip
NO_DOMICILE_OF_FOREIGNERS = define("municipality.first-entry-no-domicile", 422,
    "外国籍の人に、本籍か筆頭者が書かれています", "A foreign national has no registered domicile",
    "戸籍のある人なら「日本国籍」を選びます。外国籍の人では空にします。何も書いていません", "Who has a family register is a Japanese; of a foreign national leave both empty. Nothing was written", who="clerk", source="住民基本台帳法 7条5号・30条の45")  # fmt: skip
BORN_AHEAD = define("municipality.first-entry-born", 422,
    "生年月日が、ここに住み始めた日より後です", "The date of birth is after the day from which they live here",
    "旅券の生年月日と、住み始めた日を確かめてください。何も書いていません", "See the date of birth in the passport, and the day. Nothing was written", who="clerk", source="住民基本台帳法 7条2号")  # fmt: skip
KNOWN_HERE = define("municipality.first-entry-known", 409,
    "この人の住民票が、もうあります（{resident_id}）", "There is a record of this person already ({resident_id})",
    "在留カードの番号か、住民票コードか、前の受付で与えられた番号が同じです。住民票を開いて確かめ、書いたことが違うなら、その住民票で訂正します。閉じられた人は、国外転入か転入として受け付けます。何も書いていません", "The residence card, the resident record code, or the numbers given for an earlier notice are the same. Open that record; what is wrong there is corrected there. Of one that is closed they are taken as coming back, or as moving in. Nothing was written", who="clerk", source="住民基本台帳法 5条・30条の46")  # fmt: skip
OUTSIDE_CITY = define("municipality.outside-city", 422,
    "「{typed}」という市区町村がありません", "There is no municipality “{typed}”",
    "都道府県から、転出証明書のとおりに書いてください（例: 愛知県名古屋市）。何も書いていません", "Write it from the prefecture on, as the certificate has it, such as 愛知県名古屋市. Nothing was written", who="clerk", source="住民基本台帳法 22条2項; 同法施行令 23条")  # fmt: skip
OUTSIDE_IS_HERE = define("municipality.outside-connected", 422,
    "{municipality_ja}には、電子でたずねられます", "{municipality_en} is connected: it is asked electronically",
    "「紙の転出証明書を持って来た人」で、証明書の番号から受け付けてください。何も書いていません", "Take them by the number of the certificate, under “A mover with a paper certificate of moving out”. Nothing was written", who="clerk", source="住民基本台帳法 22条")  # fmt: skip
OUTSIDE_CODE = define("municipality.outside-code", 422,
    "住民票コードではありません（11けた）", "That is no resident record code, which has 11 digits",
    "転出証明書にある11けたの番号を、もう一度入力してください。何も書いていません", "Enter the eleven digits from the certificate again. Nothing was written", who="clerk", source="住民基本台帳法施行令 23条2項")  # fmt: skip
OUTSIDE_NUMBER = define("municipality.outside-number", 422,
    "個人番号ではありません（12けた）", "That is no individual number, which has 12 digits",
    "転出証明書にある12けたの番号を、もう一度入力してください。何も書いていません", "Enter the twelve digits from the certificate again. Nothing was written", who="clerk", source="番号法 8条; 住民基本台帳法施行令 23条2項")  # fmt: skip
NETWORK_KNOWS = define("municipality.outside-known", 409,
    "住基ネットが、この住民票コードの人を知っています：{standing}", "The network knows who has this resident record code: {standing_en}",
    "登録のある人は、その市区町村の転出届から、途中の人は転入届として、国外へ移った人は国外転入として受け付けます。番号の読みちがいなら、入力し直してください。何も書いていません", "Who is registered gives notice of moving out there first; who is on the way is taken as an arrival, who moved abroad as coming from there. If the number was misread, enter it again. Nothing was written", who="clerk", source="住民基本台帳法 5条・22条")  # fmt: skip
LETTER_UNKNOWN = define("municipality.outside-letter-unknown", 404,
    "その転入通知はありません", "There is no such notice of moved-in",
    "一覧から選び直してください", "Choose it from the list", who="clerk")  # fmt: skip
LETTER_PROTECTED = define("municipality.outside-letter-protected", 403,
    "支援措置の対象になった人の転入通知です。「支援措置」の役割の職員だけが印刷できます", "This notice is of somebody who is protected: staff with the role for it alone print it",
    "その役割の職員に渡してください。何も印刷していません", "Hand it to one of them. Nothing was printed", who="clerk", source="住民記録システム標準仕様書 3（支援措置）")  # fmt: skip
