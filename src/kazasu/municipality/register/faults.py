"""Why the resident register does not do what it was asked."""

from kazasu.foundation.faults import define

NOT_RESIDENT = define("municipality.not-resident", 404,
    "この市の住民として登録されていません", "You are not registered in this city",
    "お住まいの市区町村の窓口で確かめてください", "Ask at the city where you live")  # fmt: skip
UNKNOWN_RESIDENT = define("municipality.unknown-resident", 404,
    "その宛名番号の記録はありません", "There is no record with this number",
    "番号を確かめてください", "Check the number", who="clerk")  # fmt: skip
RELATIONSHIP_NEEDED = define("municipality.relationship-needed", 422,
    "続柄を入力してください", "Enter the relationship",
    "新しい世帯主から見た続柄を、本人に確かめて入力してください", "Ask how they stand to the head of the new household, and enter it", who="clerk", source="municipal §7 続柄")  # fmt: skip
BAD_RELATIONSHIP = define("municipality.bad-relationship", 422,
    "続柄「{relationship}」は使えません", "“{relationship}” is no relationship of the register",
    "代わりに書くもの：{instead}", "Write {instead_en} instead", who="clerk", source="住民記録システム標準仕様書 1.1.11")  # fmt: skip
REASON_NEEDED = define("municipality.reason-needed", 422,
    "理由が書かれていません", "The reason is missing",
    "何に基づくのかを書いてください。何も変更されていません", "Write what it rests on. Nothing was changed", who="clerk", source="住民基本台帳法 8条; good practice: 行政手続法 8条 does not bind here (同法 32条)")  # fmt: skip
RECORD_CHANGED = define("municipality.record-changed", 409,
    "この記録は、この画面を開いたあとで変わりました", "This record changed after this page was opened",
    "ページを開き直して、今の内容を確かめてください。何も変更されていません", "Open the page again and look at what it says now. Nothing was changed", who="clerk", source="municipal §1.6 I9: one clerk edits at a time")  # fmt: skip
CORRECTED_BY_YOU = define("municipality.corrected-by-you", 409,
    "あなたが先に、この記録を修正しています（もう一つの画面で、または二度押して）", "You have corrected this record already, in another window or by pressing twice",
    "ページを開き直して、今の内容を確かめてください。この画面からは何も変更されていません", "Open the page again and look at what it says now. Nothing was changed from this page", who="clerk", source="municipal §1.6 I9: one clerk edits at a time")  # fmt: skip
NOTHING_CORRECTED = define("municipality.nothing-corrected", 422,
    "修正された項目がありません", "Nothing was changed",
    "直す項目を書き換えてください", "Change the item that is wrong", who="clerk")  # fmt: skip
HOUSEHOLD_TOGETHER = define("municipality.household-moves-together", 409,
    "同じ世帯に、ほかに{number}人います。一つの世帯の住所は一つです", "Others live in this household ({number}), and one household has one address",
    "全員の住所の誤りなら「世帯の全員の住所を直す」を選んでください。この人だけが移ったのなら、修正ではなく転居の届出です。何も変更されていません", "If the address is wrong for all of them, choose to correct it for the whole household. If only this person moved, that is a notice of a change of address and no correction. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号・7号, 23条")  # fmt: skip
ITEM_EMPTY = define("municipality.item-empty", 422,
    "「{item}」が空です", "“{item_en}” is empty",
    "空にできない項目です。書いてから送ってください。何も変更されていません", "The register needs this item: write it. Nothing was changed", who="clerk", source="住民基本台帳法 7条1号・7号")  # fmt: skip
ITEM_MALFORMED = define("municipality.item-malformed", 422,
    "「{item}」が、その項目の形ではありません", "“{item_en}” does not have the form of that item",
    "郵便番号は7けた、番地には数字（ないときは 無番地）、地名は漢字かかな、氏名には文字が必要です。何も変更されていません", "A postcode has seven digits, a block a number (or 無番地), a place is written in Japanese, a name has letters. Nothing was changed", who="clerk", source="住民基本台帳法 7条1号・5号・7号; 住居表示に関する法律 2条")  # fmt: skip
NOT_ON_A_CARD = define("municipality.not-on-a-card", 422,
    "「{item}」の「{letter}」は、カードと証明書に書けません", "{letter} in “{item_en}” cannot be written on a card or in a certificate",
    "住民に確かめて、ほかの書き方にしてください（丸で囲んだ数字は、ふつうの数字に）。何も変更されていません", "Agree on another way to write it with the person, such as a plain number for one in a circle. Nothing was changed", who="clerk", source="住民基本台帳法施行規則; 文字の範囲は見本")  # fmt: skip
ADDRESS_ELSEWHERE = define("municipality.address-elsewhere", 422,
    "「{area}」はこの市区町村の住所ではありません", "“{area}” is no address of this municipality",
    "市区を、区まで書いてください（例: {own}）。何も変更されていません", "Write city and ward, such as {own}. Nothing was changed", who="clerk", source="住民基本台帳法 7条7号")  # fmt: skip
NUMBER_HELD = define("municipality.number-held", 409,
    "この個人番号は、この市区町村の別の人の記録にあります", "This individual number stands in another person's record of this city",
    "登録せずに、転出元の市区町村と J-LIS に番号を確かめてください", "Register nobody; have the number checked by the old city and J-LIS", who="clerk", source="番号法 8条2項: no number is given twice", alarm="owner-mismatch")  # fmt: skip
GIVEN_BACK = define("municipality.opening-given-back", 409,
    "登録の手続きが時間内に終わらず、取りやめになりました", "This registration took too long and was given up",
    "もう一度「登録する」を押してください。何も書いていません", "Press “Register” once more. Nothing was written", who="clerk", source="reliability §4 I1")  # fmt: skip
NUMBER_NOT_HERE = define("municipality.number-not-here", 422,
    "個人番号・住民票コードは、この欄では探せません", "An individual number or a resident record code is not looked for in this field",
    "下の「個人番号・住民票コード・在留カード番号で探す」に入力してください。番号は、画面のアドレスから消しました。探していません", "Enter it at the end of the page. The number was taken out of the page's address. Nobody was looked for", who="clerk", source="番号法 12条: nothing of a number is kept where it need not be")  # fmt: skip
PURPOSE_BEFORE_PAPER = define("municipality.purpose-before-paper", 409,
    "支援措置の対象者の書類です。何のために印刷するかを、先に記録してください", "This paper is of a protected person: record first what it is printed for",
    "この画面の上で目的を選び、「理由を記録して、住所を表示する」を押してから、印刷してください。住所のない書類は印刷しません", "Choose the purpose at the top of this page, have the address shown, then print. No paper is printed without its addresses", who="clerk", source="住民基本台帳法施行令 23条2項; municipal §1.6 I8")  # fmt: skip
NO_STATUS = define("municipality.first-entry-status", 422,
    "在留資格が選ばれていません", "No status of residence was chosen",
    "住民票を作るのは、中長期在留者と特別永住者です。短期滞在・外交・公用の人や、在留期間が3か月以下の人には作りません。何も書いていません", "A record is made of mid- to long-term residents and special permanent residents: not of temporary visitors, diplomats and officials, nor of who may stay for three months or less. Nothing was written", who="clerk", source="住民基本台帳法 30条の45・30条の46; 入管法 19条の3")  # fmt: skip
STAY_UNFIT = define("municipality.first-entry-stay", 422,
    "在留期間の満了の日が、在留資格と合わないか、もう過ぎています", "The end of the period of stay does not go with the status, or is past",
    "在留カードのとおりに書いてください。永住者・特別永住者・高度専門職2号では空にします。何も書いていません", "Write it as the residence card has it; leave it empty of permanent and special permanent residents and of highly skilled professionals (ii). Nothing was written", who="clerk", source="住民基本台帳法 30条の45; 入管法 2条の2")  # fmt: skip
CARD_NUMBER_UNFIT = define("municipality.first-entry-card-number", 422,
    "在留カード・特別永住者証明書の番号ではありません", "That is no number of a residence card or special permanent resident certificate",
    "英字2字、数字8けた、英字2字です（例: AB12345678CD）。空港で「後日交付」となった人だけ空にし、見た書類は旅券を選びます。何も書いていません", "Two letters, eight digits, two letters, such as AB12345678CD. Only of who is to be given the card later, as the passport says, leave it empty and choose the passport as the document. Nothing was written", who="clerk", source="住民基本台帳法 30条の46; 入管法 19条の4")  # fmt: skip
BORN_AHEAD = define("municipality.birth-corrected-ahead", 422,
    "生年月日が、今日より後です", "The date of birth is still to come",
    "修正の根拠（戸籍・在留カードなど）で確かめてください。何も変更されていません", "See it in what the correction rests on. Nothing was changed", who="clerk", source="住民基本台帳法 7条2号・8条")  # fmt: skip
BORN_AFTER = define("municipality.birth-corrected-after", 422,
    "生年月日が、この人がここの住民となった日より後です", "The date of birth is after the day on which they became a resident here",
    "修正の根拠で確かめてください。住民となった日のほうが誤りなら、その届出を確かめます。何も変更されていません", "See it in what the correction rests on. If the day on which they became a resident is wrong, look at that notice. Nothing was changed", who="clerk", source="住民基本台帳法 7条2号・6号")  # fmt: skip
WHICH_ERA = define("municipality.birth-which-era", 422,
    "生年月日の{words}", "The date of birth: {words_en}",
    "元号から入力してください。何も変更されていません", "Enter it with its era, or by the western calendar. Nothing was changed", who="clerk", source="元号法")  # fmt: skip
