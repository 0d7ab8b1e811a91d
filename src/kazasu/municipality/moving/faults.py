"""Why a move does not go on: for residents, clerks and other institutions."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_OTHER_SLOT = Text("別の日時を選んでください", "Choose another time")
SLOT_UNKNOWN = define("municipality.slot-unknown", 422,
    "その日時の窓口はありません", "There is no such appointment",
    *_OTHER_SLOT)  # fmt: skip
SLOT_FULL = define("municipality.slot-full", 409,
    "その日時は満員になりました", "That time has just been taken",
    *_OTHER_SLOT)  # fmt: skip
NO_RESIDENCE_CARD = define("municipality.no-residence-card", 404,
    "この件に、在留カードを書きかえる人として登録された人はいません", "Nobody registered by this case has a residence card to be updated as chosen",
    "件を開き直し、出ている人から選んでください。何も変更されていません", "Open the case again and choose one of those shown. Nothing was changed", who="clerk", source="入管法 19条の9")  # fmt: skip
ANSWER_NEEDED = define("municipality.answer-needed", 422,
    "本人に伝えることが書かれていません", "What the resident is told is missing",
    "何を直せばよいか、なぜ受理できないかを書いてください。本人がそのまま読みます。何も変更されていません", "Write what to correct, or why it cannot be accepted: the resident reads it as it stands. Nothing was changed", who="clerk", source="good practice: 行政手続法 7条・8条 do not bind here (住民基本台帳法 32条)")  # fmt: skip
NOT_ACCEPTABLE = define("municipality.not-acceptable", 409,
    "確認が済んでいない項目があります", "Not all checks are good",
    "理由を見て、訂正を求めるか却下してください", "Ask for a correction, or reject it", who="clerk")  # fmt: skip
HEAD_NEEDED = define("municipality.head-needed", 422,
    "残る世帯に世帯主がいなくなります。新しい世帯主を選んでください", "Nobody would head the household that remains. Name its new head",
    "本人に確かめて選んでください", "Ask the residents, then choose", who="clerk", source="municipal §1.3 (標準仕様書 4.0.4)")  # fmt: skip
RELATED_ANEW = define("municipality.related-anew", 422,
    "残る人（{names}）の、新しい世帯主から見た続柄が書かれていません", "Nobody has written how they stand to the new head: {names_en}",
    "台帳の続柄は前の世帯主から見たものです。下のらんで確かめ、本人に聞いて入力してください。何も変更されていません", "The register says how they stood to the old head. See the fields below, ask them, and enter it. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号; 住民記録システム標準仕様書 4.1.4.2")  # fmt: skip
RELATED_OTHERWISE = define("municipality.related-otherwise", 422,
    "{names}の続柄が、住民票の今の続柄から言えるものと違います。理由が書かれていません", "The relationship of {names_en} is another one than the register says, and the reason is missing",
    "続柄を確かめてください。そのとおりなら、何で確かめたか（戸籍、本人の申出など）を理由に書いてください。何も変更されていません", "See whether it is right. If so, write what it rests on, such as the family register. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号・8条; 住民記録システム標準仕様書 4.1.4.2")  # fmt: skip
JOINS_WHICH = define("municipality.joins-which", 422,
    "加わる世帯の世帯番号が書かれていません", "The number of the household that they join is missing",
    "世帯番号を入力するか、引っ越す人から世帯主を選んでください。登録していません", "Enter it, or choose one of the movers as the head. Nothing was registered", who="clerk", source="municipal §1.3")  # fmt: skip
JOINS_AND_HEADS = define("municipality.joins-and-heads", 422,
    "いまある世帯に加わるのに、引っ越す人が世帯主になっています", "They join a household that has a head, and one of the movers is its head, too",
    "「世帯主にならない（いまある世帯に加わる）」を選び、続柄をその世帯主から見たものに直すか、世帯番号を空にしてください。登録していません", "Choose “none of them: they join a household” and correct the relationships, or empty the number. Nothing was registered", who="clerk", source="municipal §1.3, §7: a household has one head")  # fmt: skip
LEFT_OUT = define("municipality.left-out", 409,
    "登録されない人がいます（{names}）。その理由が書かれていません", "Not everybody is registered ({names_en}), and it is not written why",
    "いっしょに住むなら、「異動する」を選んで仮登録し直してください。住まないなら、どこに住むかを確かめて理由を書いてください。登録していません", "If they live here, choose “moves” and enter it again. If not, ask where they live and write the reason. Nothing was registered", who="clerk", source="住民基本台帳法 22条・26条; 民法 820条")  # fmt: skip
LIVES_THERE_ALREADY = define("municipality.lives-there-already", 422,
    "入力した住所は、今の住所と同じです", "The address entered is the one where they live already",
    "転居ではありません。新しい住所を本人に確かめて入力するか、届出をやめてもらってください。登録していません", "This is no change of address. Ask for the new one and enter it, or have the notice taken back. Nothing was registered", who="clerk", source="住民基本台帳法 23条")  # fmt: skip
CHILD_LEFT_ALONE = define("municipality.child-left-alone", 409,
    "15歳未満の人だけが残ります（{names}）。だれが世話をするかを決めた理由が書かれていません", "Only people under 15 would remain ({names_en}), and it is not written who looks after them",
    "本人と児童相談の担当に確かめ、決めたことを書いてから受理してください。決められなければ、訂正を求めてください。何も変更されていません", "Ask the resident and the child welfare office, write what was decided, then accept; or ask for a correction. Nothing was changed", who="clerk", source="民法 820条・822条; 住民基本台帳法 26条; municipal §1.3")  # fmt: skip
NOT_OF_THIS_MOVE = define("municipality.not-of-this-move", 403,
    "この届出の人のカードではありません。何も表示していません", "This card belongs to nobody of this move. Nothing was shown",
    "届け出た人のカードをかざしてもらってください", "Ask for the card of one of the movers", who="clerk", source="design §3.4 (wrong person)")  # fmt: skip
ATTRIBUTES_DIFFER = define("municipality.attributes-differ", 409,
    "カードと転出証明書情報が一致しません（{items}）", "Card and certificate data differ ({items_en})",
    "前の市区町村に確かめてください。仮登録は行っていません", "Ask the old city. Nothing was registered", who="clerk")  # fmt: skip
MOVED_IN_FUTURE = define("municipality.moved-in-future", 422,
    "異動日が先の日付です", "The moving day lies in the future",
    "転入届・転居届は、住み始めてから受け付けます", "Notice is taken once they live there", who="clerk", source="住民基本台帳法 22条・23条")  # fmt: skip
MOVED_BEFORE = define("municipality.moved-before", 422,
    "異動日（{on}）が、{name}さんの{since_what}（{since}）より前です", "The moving day ({on}) is before {since_what_en} of {name_en} ({since})",
    "住み始めた日を本人に確かめて、直してください", "Ask since when they live there, and correct it", who="clerk", source="住民基本台帳法 22条・23条")  # fmt: skip
SPECIAL_ROUTE_CLOSED = define("municipality.special-route-closed", 409,
    "転出証明書情報を使える期間（{until}まで）が過ぎています", "The certificate data could be used until {until}",
    "前の市区町村が窓口で交付する、紙の転出証明書が必要です。あれば、この画面でその番号を入力してください", "A paper certificate of moving out is needed, which the old city issues at its desk. If they have it, enter its number on this page", who="clerk", source="住民基本台帳法 24条の2; municipal §1.2")  # fmt: skip
NOBODY_CHOSEN = define("municipality.nobody-chosen", 422,
    "引っ越す人が選ばれていません", "Nobody was chosen to move",
    "一人以上を選んでください", "Choose at least one person", who="clerk")  # fmt: skip
ONE_HEAD = define("municipality.one-head", 422,
    "世帯主はちょうど一人です", "A household has exactly one head",
    "世帯主を一人選び、続柄を直してください", "Choose one head and correct the relationships", who="clerk", source="municipal §1.3, §7")  # fmt: skip
HEAD_IS_ANOTHER = define("municipality.head-is-another", 422,
    "世帯主に選んだ{name}さんの続柄が「世帯主」ではありません（{relationship}）", "{name_en} is chosen as the head, and the relationship says otherwise ({relationship})",
    "世帯主を選び直すか、続柄を新しい世帯主から見たものに直してください", "Choose the head again, or write every relationship as it is to the new head", who="clerk", source="municipal §1.3, §7: 続柄 is how somebody stands to the head")  # fmt: skip
HEAD_TOO_YOUNG = define("municipality.head-too-young", 422,
    "15歳未満の人は世帯主にできません", "Nobody under 15 is head of a household",
    "ほかの人を世帯主にするか、加わる世帯の世帯番号を入力してください", "Choose another head, or enter the number of the household they join", who="clerk", source="municipal §1.3")  # fmt: skip
NO_SUCH_HOUSEHOLD = define("municipality.no-such-household", 422,
    "その世帯番号の世帯は、この市区町村にありません", "No household of this city has this number",
    "加わる世帯の住民票で、世帯番号を確かめてください。何も変更されていません", "See the number in the record of the household that they join. Nothing was changed", who="clerk", source="住民基本台帳法 7条4号")  # fmt: skip
NOBODY_STAYS = define("municipality.nobody-stays", 409,
    "加わる世帯に、これからも住む人がいません（転出・転居で、だれも残りません）", "Nobody stays in the household that they join: everybody in it is moving out",
    "どこに加わるかを本人に確かめてください。新しい世帯なら、世帯番号を空にして、世帯主を選んでください。登録していません", "Ask them which household they join. For one of their own, empty the number and choose a head. Nothing was registered", who="clerk", source="municipal §1.3: a household has a head")  # fmt: skip
LEAVES_THIS_CITY = define("municipality.leaves-this-city", 409,
    "この人は、この市区町村から転出する人です。転入の届出は受けられません", "This is the city that they leave: they cannot arrive here",
    "引っ越すなら、新しい市区町村の窓口へ案内してください。やめるなら、転出届の画面で取り消せます（本人がマイナポータルで取り消すこともできます）。何も送っていません", "If they move, send them to the counter of the new city. If they stay, cancel the move on the page of its notice, or they cancel it at the portal. Nothing was sent", who="clerk", source="住民基本台帳法 22条; municipal §1.6 T4")  # fmt: skip
HOUSEHOLD_ELSEWHERE = define("municipality.household-elsewhere", 422,
    "加わる世帯の住所と、入力した住所が違います", "The household that they join lives at another address than the one entered",
    "世帯番号と住所を、加わる世帯の人の住民票で確かめてください。一つの世帯の住所は一つです。登録していません", "See number and address in a record of that household: one household has one address. Nothing was registered", who="clerk", source="住民基本台帳法 7条4号・7号: who lives and makes a living together")  # fmt: skip
LEAVING_ALREADY = define("municipality.leaving-already", 409,
    "{names}さんには、すでに受理した転出届があります（{cases}）", "A notice of moving out was accepted already for {names_en} ({cases_en})",
    "転出をやめて市内で引っ越すなど、こちらにするなら、先にその転出を取り消してもらってください（マイナポータルの引越しの画面で、本人が取り消せます）。ほかの人だけが異動するなら、この人を外してください。何も変更されていません", "If this is the move that they want, they cancel the other one first, on its page at the portal. If only the others move, leave this person out. Nothing was changed", who="clerk", source="住民基本台帳法 23条・24条; municipal §1.6 T4")  # fmt: skip
LEAVING_THE_COUNTRY = define("municipality.leaving-the-country", 409,
    "{names}さんは、国外転出を受け付けています", "A move abroad was entered for {names_en}",
    "国外へ移らないことになったのなら、先に住民票の「国外転出を取り消す」で取り消してください。ほかの人だけが異動するなら、この人を外してください。何も変更されていません", "If they do not move abroad after all, cancel that first, from their record. If only the others move, leave this person out. Nothing was changed", who="clerk", source="住民基本台帳法 23条・24条")  # fmt: skip
NOT_AS_ENTERED = define("municipality.not-as-entered", 409,
    "画面の内容が、仮登録した内容と違います（{items}）", "The page does not say what was entered provisionally ({items_en})",
    "直した内容で仮登録してから、登録してください。登録していません", "Enter it provisionally as it is now, then register. Nothing was registered", who="clerk", source="design §3.12: what is shown is what is registered")  # fmt: skip
NOBODY_TO_COME = define("municipality.nobody-to-come", 409,
    "この転出で、これから転入する人はいません（転入したか、取り消されています）", "Nobody of this move is still to arrive: they arrived, or it was cancelled",
    "画面を開き直して、いまの状態を確かめてください。何も変更されていません", "Open the page again and see where it stands. Nothing was changed", who="clerk", source="municipal §1.6 T4")  # fmt: skip
PAPER_NOT_HEARD = define("municipality.paper-not-heard", 409,
    "この転出が、住基ネットにまだ届いていません", "The network has not heard of this move yet",
    "数分待って、もう一度押してください。続くときは、滞留している通知を確かめてください。何も変更されていません", "Wait some minutes and press again. If it goes on, look at the letters that wait. Nothing was changed", who="clerk", source="municipal §1.6 T4")  # fmt: skip
PAPER_UNKNOWN = define("municipality.paper-unknown", 404,
    "この番号の転出証明書は、{municipality_ja}にありません", "{municipality_en} has issued no certificate of moving out with this number",
    "番号と、紙にある市区町村の名前を確かめて、もう一度入力してください", "Check the number and the name of the municipality on the paper, and enter them again", who="clerk", source="住民基本台帳法施行令 23条")  # fmt: skip
PAPER_REPLACED = define("municipality.paper-replaced", 409,
    "この転出証明書は、再交付されたので使えません", "This certificate was issued again since, and holds no more",
    "新しいほうの紙（「再交付」とあるもの）を出してもらってください", "Ask for the newer paper, which says 再交付", who="clerk", source="住民基本台帳法施行令 24条2項")  # fmt: skip
PAPER_NEEDED = define("municipality.paper-needed", 409,
    "紙の転出証明書の番号が、まだ入力されていません", "The number of a paper certificate has not been entered yet",
    "先に番号を入力してください。紙がなければ、本人のカードで確かめます", "Enter it first. Without a paper the visitor is identified by their card", who="clerk", source="住民基本台帳法 22条・24条の2")  # fmt: skip
DOCUMENT_NEEDED = define("municipality.document-needed", 422,
    "来た人と、見た本人確認書類が選ばれていません", "Who came, and which document was seen, is not chosen",
    "両方を選んでください。何も変更されていません", "Choose both. Nothing was changed", who="clerk", source="住民基本台帳法 27条2項")  # fmt: skip
OLD_CITY_UNKNOWN = define("municipality.old-city-unknown", 422,
    "「{area}」という市区町村が見つからないか、二つ以上あります", "There is no municipality “{area}”, or more than one",
    "紙にある名前（例: 横浜市）か、6けたの団体コードを入力してください。つながっていない市区町村なら、窓口の最初の画面の「つながっていない市区町村から来た人」で受け付けます", "Enter its name as on the paper, such as 横浜市, or its code of six digits. Of a municipality that is not connected they are taken under “Somebody from a municipality that is not connected”, on the desk’s first page", who="clerk")  # fmt: skip
NOT_LEAVING = define("municipality.not-leaving", 409,
    "転出の届出がない転入の知らせです", "An arrival is told of somebody who gave no notice of moving out",
    "相手の市区町村に確かめてください", "Ask the other city", who="clerk")  # fmt: skip
BEING_REGISTERED = define("municipality.being-registered", 409,
    "亡くなった人の転入を、いま登録しているところです", "The arrival of somebody who died is being registered at this moment",
    "登録が終わるか、住基ネットが断ると、自動で反映します", "It is applied by itself once they are registered, or the network has refused it", who="clerk", source="住民基本台帳法 9条; reliability §4 I1")  # fmt: skip
NETWORK_SILENT = define("municipality.network-silent", 409,
    "転入の登録を、住基ネットからまだ知らされていません", "The network has not told yet that the arrival is registered",
    "知らせが届くと自動で反映します。一日たっても届かなければ、システム担当者に伝えてください", "It is applied by itself once the network tells. If nothing came after a day, tell the operator", who="clerk", source="住民基本台帳法 9条; reliability §4 I5")  # fmt: skip
TRANSFER_NOT_OPENED = define("municipality.transfer-not-opened", 409,
    "取り消す転出を、住基ネットがまだ知りません", "The network has not heard yet of a transfer that is to be cancelled",
    "届くと自動で取り消します。一日たっても続くときは、滞留している通知を確かめてください", "It is cancelled by itself once the network has heard. If it goes on for a day, look at the letters that wait", who="operator", source="municipal §1.6 T4")  # fmt: skip
NOT_AS_THE_NETWORK_SAYS = define("municipality.not-as-the-network-says", 409,
    "転入の知らせが住基ネットの知らせと違います（住基ネット: {municipality_ja}、登録の番号 {expected}。この知らせの番号 {epoch}）", "It does not say what the network said: an arrival in {municipality_en}, epoch {expected} (this letter: {epoch})",
    "反映していません。送り主の市区町村に確かめてください", "It was not applied; ask the city that sent it", who="clerk", source="住民基本台帳法 9条; reliability §4 I5")  # fmt: skip
REVISION_SKIPPED = define("municipality.revision-skipped", 409,
    "転入通知の版が続いていません（届いた版 {revision}、次は {expected}）", "The revision of the notice of moved-in does not follow (it is {revision}, the next is {expected})",
    "反映していません。相手の市区町村に確かめてください", "It was not applied; ask the other city", who="clerk", source="municipal §1.5")  # fmt: skip
DESTINATION_UNKNOWN = define("municipality.destination-unknown", 422,
    "転出先「{area}」という市区町村が見つからないか、二つ以上あります", "There is no municipality “{area}” to move to, or more than one",
    "都道府県からの名前（例: 北海道札幌市）か、6けたの団体コードを入力してください。何も書いていません", "Enter its name with the prefecture, such as 北海道札幌市, or its code of six digits. Nothing was written", who="clerk", source="住民基本台帳法 24条")  # fmt: skip
MOVES_WITHIN = define("municipality.moves-within", 422,
    "転出先が、この市区町村です", "They would move within this municipality",
    "市内で引っ越すのは転居の届出です。ほかの市区町村へ行くなら、その名前を入力してください。何も書いていません", "Within it, it is a change of address. If they leave, enter the other municipality. Nothing was written", who="clerk", source="住民基本台帳法 23条・24条")  # fmt: skip
MOVES_IN_A_YEAR = define("municipality.moves-in-a-year", 422,
    "異動日が、1年より先です", "The moving day is more than a year away",
    "年を確かめてください。転出届は、あらかじめ（引っ越す日が決まってから）受け付けます。何も書いていません", "Check the year. Notice is taken before the move, once its day is known. Nothing was written", who="clerk", source="住民基本台帳法 24条")  # fmt: skip
NOT_THEIR_NOTICE = define("municipality.not-their-notice", 422,
    "その人は、この届出を出せません", "They cannot give this notice",
    "同じ世帯の15歳以上の人か、代理人を選んでください。何も書いていません", "Choose somebody of 15 or older of the same household, or a representative. Nothing was written", who="clerk", source="住民基本台帳法 26条・27条")  # fmt: skip
MANDATE_MISSING = define("municipality.mandate-missing", 422,
    "代理人の氏名と、代理権を確かめた書類が書かれていません", "Name of the representative, or what shows that they represent them, is missing",
    "委任状や、法定代理人なら戸籍・登記事項証明書を見て、氏名とともに書いてください。何も書いていません", "See the mandate, or of a legal representative the family register or certificate of registration, and write it with the name. Nothing was written", who="clerk", source="住民基本台帳法 27条")  # fmt: skip
LATE_BECAUSE = define("municipality.late-because", 422,
    "転出から14日（{until}）を過ぎています。いつ転出したかを、何で確かめたかが書かれていません", "More than 14 days have passed since the move (until {until}), and it is not written by what it was made sure of",
    "届出ではなく職権での記載になります。賃貸借契約の終わり、公共料金、本人の申出など、確かめたことを書いてください。何も書いていません", "It is recorded ex officio, and not by notice. Write what shows when they left, such as the end of a lease or what they say. Nothing was written", who="clerk", source="住民基本台帳法 8条, 同法施行令 12条1項")  # fmt: skip
NOT_BY_CARD = define("municipality.not-by-card", 422,
    "カードでの転入はできません（引っ越す人にカードがないか、カードだけで転入できる期間が過ぎています）", "They cannot arrive by card: none of them has one, or its period is over",
    "「紙の転出証明書」を選んでください。何も書いていません", "Choose the paper certificate. Nothing was written", who="clerk", source="住民基本台帳法 24条の2, 同法施行令 23条")  # fmt: skip
NOT_AT_THE_PORTAL = define("municipality.not-at-the-portal", 409,
    "この届出は窓口で受け付けたので、本人がマイナポータルで直すことはできません", "This notice was taken at the counter: nobody can correct it at the portal",
    "本人に聞いて、違うところがあれば却下し、住民票から受け付け直してください。何も変更していません", "Ask the person. If something is wrong, reject it and take it anew from their record. Nothing was changed", who="clerk", source="住民基本台帳法 24条")  # fmt: skip
NO_DEPARTURE = define("municipality.no-departure", 409,
    "この人の転出は登録されていません。転出届がまだか、まだ受理されていません", "No departure of this person is registered: no notice of moving out was given, or it is not accepted yet",
    "届け出ていない人は、マイナポータルか、いま登録のある市区町村の窓口で、先に転出届をします。届け出たという人は、その市区町村に確かめてください。何も書いていません", "Who has given none gives notice first, at the portal or at the counter of the municipality where they are registered. Who says that they did: ask that municipality. Nothing was written", who="clerk", source="住民基本台帳法 24条・24条の2")  # fmt: skip
