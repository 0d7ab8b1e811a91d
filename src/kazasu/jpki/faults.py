"""Why a certificate or signature is not accepted; one fault for each reason."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_AGAIN = Text(
    "はじめからやり直してください。続くときはカードを発行した市区町村の窓口へ",
    "Begin again. If it goes on, go to the city hall that issued the card",
)
_AT_THE_CITY = Text(
    "住んでいる市区町村の窓口で、新しい電子証明書の発行を受けてください（無料）。転出して、まだ転入の届出をしていないときは、転入の届出といっしょに受けます。国外に住んでいるときは、在外公館か、本籍地や一時帰国先の市区町村の窓口で（日本国籍の人）、日本に戻ったら転入の届出といっしょに受けます",
    "Get a new certificate at the counter of your city hall (no fee). If you have moved out and not yet in: there, with your notice of moving in. If you live abroad: at an embassy or consulate, or at the city of your family register or of where you stay in Japan (Japanese nationals); once you are back, with your notice of moving in",
)

BAD_CERTIFICATE = define("jpki.unreadable-certificate", 422,
    "電子証明書を読み取れません", "The certificate cannot be read",
    *_AGAIN, source="RFC 5280 §4")  # fmt: skip
UNKNOWN_ISSUER = define("jpki.unknown-issuer", 403,
    "この電子証明書は公的個人認証サービスが発行したものではありません", "This certificate was not issued by the public-key certification service",
    "マイナンバーカードを使ってください", "Use a My Number Card", source="公的個人認証法 3条・22条")  # fmt: skip
WRONG_PURPOSE = define("jpki.wrong-purpose", 403,
    "この手続きに使う種類の電子証明書ではありません", "This is not the kind of certificate that the procedure needs",
    "署名には署名用、サインインには利用者証明用の電子証明書を使います。はじめからやり直してください", "Signing needs the signing certificate, sign-in the user-authentication one. Begin again", source="card §1 X.509 (policies, key usage)")  # fmt: skip
WRONG_CHALLENGE = define("jpki.wrong-challenge", 403,
    "この手続きのための署名ではありません", "The signature was made for something else",
    "はじめからやり直してください。身に覚えのない画面でカードをかざさないでください", "Begin again. Do not hold your card for a page that you did not open", source="reliability §3 threat 1")  # fmt: skip
BAD_SIGNATURE = define("jpki.bad-signature", 403,
    "署名を確認できません", "The signature does not verify",
    *_AGAIN, source="RFC 8017 §8.2")  # fmt: skip
EXPIRED = define("jpki.expired", 403,
    "電子証明書の有効期限が {expired_on} に切れました", "The certificate expired on {expired_on}",
    *_AT_THE_CITY, source="公的個人認証法 5条・24条")  # fmt: skip
NOT_YET_VALID = define("jpki.not-yet-valid", 403,
    "電子証明書はまだ有効ではありません", "The certificate is not valid yet",
    *_AGAIN, source="RFC 5280 §4.1.2.5")  # fmt: skip
REVOKED = define("jpki.revoked", 403,
    "電子証明書は失効しています", "The certificate has been revoked",
    _AT_THE_CITY.ja + "。カードが使えなくなっているとき（期限までに住所を書きかえなかったなど）は、新しいカードを申請してください",
    _AT_THE_CITY.en + ". If the card itself has ended, for instance since it was not updated in time after a move, apply for a new card", source="公的個人認証法 12条・31条; 番号法施行令 14条")  # fmt: skip
LAPSED_BY_CHANGE = define("jpki.lapsed-by-change", 403,
    "住所や氏名などが変わったか、転出して住民票が閉じられたため、署名用電子証明書は失効しています", "The signing certificate lapsed because your address, name or the like changed, or you moved out and your record was closed",
    *_AT_THE_CITY, source="公的個人認証法 12条1項1号・2号, 15条1項2号; municipal §1.4")  # fmt: skip
NOT_RECORDED = define("jpki.not-recorded", 403,
    "この電子証明書の発行の記録がありません", "There is no record that this certificate was issued",
    "カードを発行した市区町村の窓口に届け出てください", "Report it to the city hall that issued the card", source="reliability §2 (DigiNotar)")  # fmt: skip
BAD_SURFACE = define("jpki.bad-card-surface", 403,
    "カードの券面情報が本物と確認できません", "The data read from the card is not genuine",
    "カードを発行した市区町村の窓口に届け出てください", "Report it to the city hall that issued the card", source="card §1 TLV, TEXT 03")  # fmt: skip
UNKNOWN_PERSON = define("jpki.unknown-person", 404,
    "該当する人がいません", "There is no such person",
    *_AGAIN, who="integrator")  # fmt: skip
UNKNOWN_CARD = define("jpki.unknown-card", 404,
    "このカードの記録がありません", "There is no record of this card",
    "別のカードと取り違えていないか確かめてください", "Check that it is the right card", who="clerk")  # fmt: skip
NEVER_SIGNED = define("jpki.no-signing-certificate", 409,
    "このカードには、署名用電子証明書が発行されていません（15歳になる前に交付されたカードなど）。失効ではありません", "No signing certificate was ever issued for this card, as of one that was given before the age of fifteen. Nothing of it was revoked by that",
    "この方法は、署名用電子証明書の内容から更新します。住んでいる市区町村の窓口で、署名用電子証明書の発行（15歳から）か、新しいカードの申請をしてください。何も変えていません", "What is renewed here is made by the data of the signing certificate. At the counter of the city ask for a signing certificate (from fifteen on), or apply for a new card. Nothing was changed", source="公的個人認証法 3条; none is issued below fifteen (identity §2)")  # fmt: skip
CARD_EXPIRED = define("jpki.card-expired", 409,
    "このカードの有効期限は {expired_on} に切れました", "This card expired on {expired_on}",
    "継続利用はできません。新しいカードを申請してください", "It cannot be continued; apply for a new card", source="番号法施行令 14条")  # fmt: skip
CARD_ENDED = define("jpki.card-ended", 409,
    "このカードは使えなくなっています（失効）", "This card has ended",
    "何も書き込んでいません。新しいカードを申請してください", "Nothing was written. Apply for a new card", source="番号法 17条10項; 番号法施行令 14条")  # fmt: skip
NOT_REGISTERED_THERE = define("jpki.not-registered-there", 409,
    "この人が貴市区町村に登録されているという住基ネットの知らせがありません", "The network has not told that this person is registered in your city",
    "登録したばかりなら、少し待ってやり直してください。転出した人のカードは、いま登録のある市区町村で書きかえます。何も書き込んでいません", "If you have just registered them, wait a moment and try again. Who has moved on has the card updated where they are registered now. Nothing was written", who="clerk", source="番号法 17条7項")  # fmt: skip
CARD_OF_OTHER = define("jpki.card-of-other-person", 409,
    "このカードは別の人のものです", "This card is another person's",
    "本人のカードを置いてください。何も書き込んでいません", "Put the person's own card on the reader. Nothing was written", who="clerk", source="design §3.4", alarm="owner-mismatch")  # fmt: skip
WEAK_KEY = define("jpki.weak-key", 422,
    "この鍵では電子証明書を発行できません", "No certificate is issued for this key",
    "カードで鍵を作り直してください", "Make a new key pair on the card", who="clerk", source="reliability §2 (ROCA, key copies)")  # fmt: skip
ISSUED_AGAIN = define("jpki.issued-again", 409,
    "同じ鍵の電子証明書の発行が、もう一度始められています", "Another issue for the same key has been started since",
    "あとから始めた発行の結果を使ってください。この発行では何も渡していません", "Use the result of the later one. Nothing was handed out by this one", who="clerk")  # fmt: skip
KEYS_WAITING = define("jpki.keys-waiting", 409,
    "{institution} の前の取り替えの鍵が、まだ使われていません（{since} から）", "The keys of the last replacement of {institution} are not in use yet (from {since})",
    "その時刻を過ぎてからやり直してください。何も変えていません", "Try again after that time. Nothing was changed", who="operator")  # fmt: skip
KEY_TWICE = define("jpki.key-seen-twice", 422,
    "この鍵は、別の人の電子証明書で使われています", "This key is in use for another person’s certificate",
    "発行していません。両方のカードを止めて、認証局の運用担当に連絡してください", "Nothing was issued. Stop both cards, and tell the authority’s operators", who="clerk", source="reliability §2 (key copies)", alarm="key-twice")  # fmt: skip
BAD_HIERARCHY = define("jpki.bad-hierarchy", 500,
    "認証局の宣言（hierarchy.toml）が読めません: {why}", "hierarchy.toml does not read: {why}",
    "直してから、もう一度セレモニーを行ってください", "Mend it and hold the ceremony again", who="operator")  # fmt: skip
NO_TOKEN = define("jpki.no-token", 503,
    "PKCS #11 トークンを使えません: {why}", "The PKCS #11 token cannot be used: {why}",
    "KAZASU_PKCS11_MODULE、KAZASU_PKCS11_TOKEN、KAZASU_PKCS11_PIN_FILE を確かめてください", "Check KAZASU_PKCS11_MODULE, KAZASU_PKCS11_TOKEN and KAZASU_PKCS11_PIN_FILE", who="operator")  # fmt: skip
KEY_LOCKED = define("jpki.key-locked", 500,
    "{name} の鍵が開きません", "The key of {name} does not open",
    "KAZASU_PKI_PASSPHRASE_FILE の合言葉を確かめてください", "Check the passphrase in KAZASU_PKI_PASSPHRASE_FILE", who="operator")  # fmt: skip
SHARES_MISSING = define("jpki.shares-missing", 409,
    "{name} の鍵を開けるには、保管者の分担が足りません（いま {have}）", "Too few custodians' shares to open the key of {name} (there are {have})",
    "保管者が分担を pki/shares に置いてから、やり直してください", "Let custodians put their shares into pki/shares and try again", who="operator")  # fmt: skip
BAD_TRANSCRIPT = define("jpki.bad-transcript", 500,
    "セレモニーの記録が正しくありません: {why}", "A ceremony's transcript is not good: {why}",
    "使うのをやめ、記録の控えと比べてください", "Stop using these authorities and compare with the copies", who="operator")  # fmt: skip
OFF_PROFILE = define("jpki.off-profile", 500,
    "証明書がプロファイルに合いません: {rules}", "The certificate is not to the profile: {rules}",
    "docs/institutions/jpki.md の規則の一覧を見てください。発行はしていません", "See the list of rules in docs/institutions/jpki.md. Nothing was issued", who="operator", source="card §1 X.509", undone=True)  # fmt: skip
ON_HOLD = define("jpki.on-hold", 403,
    "電子証明書は一時停止中です", "The certificate is suspended",
    "カードが見つかったときは、一時停止の解除を市区町村の窓口（国外に住んでいるときは在外公館）で受けてください。カードが止まっている間は、カードに付いたスマートフォンの電子証明書も止まっています", "If the card was found, have the suspension lifted at your city hall, or at an embassy or consulate if you live abroad. While the card is suspended, so are the certificates of the phones that hang on it", source="J-LIS の紛失時の一時停止（24時間受付）")  # fmt: skip
STATUS_UNKNOWN = define("jpki.status-unknown", 503,
    "電子証明書が失効していないか、いま確かめられません", "It cannot be learned now whether the certificate was revoked",
    "しばらくしてからやり直してください。何も進んでいません", "Try again later; nothing was done", who="operator", undone=True)  # fmt: skip
TOO_EARLY = define("jpki.too-early", 409,
    "電子証明書は {first} から更新できます", "These certificates can be renewed from {first} on",
    "その日以降に窓口へお越しください", "Come to the counter on or after that day", source="公的個人認証法 3条・22条; J-LIS: 有効期間満了の3か月前から")  # fmt: skip
NOT_HELD = define("jpki.not-held", 409,
    "一時停止されていません", "Nothing is suspended",
    "何もしていません。カードはそのまま使えます", "Nothing was done; the card can be used")  # fmt: skip
UNKNOWN_REASON = define("jpki.unknown-reason", 422,
    "失効の理由「{given}」はありません", "There is no reason for revocation “{given}”",
    "次から選んでください: {known}", "Choose one of: {known}", who="operator", source="RFC 5280 §5.3.1")  # fmt: skip
NO_LIST = define("jpki.no-list", 404,
    "その失効リストはありません", "There is no such revocation list",
    "認証局・世代・市区町村コードを確かめてください", "Check authority, generation and municipality code", who="integrator")  # fmt: skip
_CONSENT_SOURCE = (
    "identity §3 (最新の利用者情報提供: separate document, signed with the signing key)"
)
BAD_CONSENT = define("jpki.bad-consent", 422,
    "同意の内容が、署名された文書と一致しないか、決まりに合いません（{why}）", "The consent differs from the signed document, or breaks a rule ({why})",
    "同意の文書を、認証サービスで作り直してください", "Have the identity service make the consent document again", who="integrator", source=_CONSENT_SOURCE)  # fmt: skip
NOT_CONSENTED = define("jpki.not-consented", 403,
    "本人が同意していない項目です（{items}）", "The person did not consent to {items}",
    "同意された項目だけを求めてください", "Ask only for the items that were consented to", who="integrator", source="identity §3 (only items consented to)")  # fmt: skip
CONSENT_ENDED = define("jpki.consent-ended", 410,
    "有効な同意がありません", "There is no consent in force",
    "続けるには、本人にあらためて同意を求めてください。断られても不利に扱ってはいけません", "To go on, ask the person again; a refusal must not cost them anything", who="integrator", source="identity §6.4 (one answer: withdrawn, expired, unknown, of another party)")  # fmt: skip
NOTHING_SUPPLIED = define("jpki.nothing-supplied", 403,
    "いま提供できる情報はありません", "Nothing can be supplied now",
    "日をおいてもう一度確認するか、本人に尋ねてください。理由はお伝えできません", "Check again another day, or ask the person. The reason cannot be told", who="integrator", source="identity §3; 住民基本台帳事務処理要領 第5-10 (one answer, whatever the reason)")  # fmt: skip
UNKNOWN_CERTIFICATE_ID = define("jpki.unknown-certificate-id", 404,
    "その証明書IDはありません", "There is no such certificate id",
    "署名の結果にあった certificate_id を、その署名を受け取った事業者として使ってください", "Use the certificate_id of the signing result, as the party that received it", who="integrator")  # fmt: skip
PHONE_EXISTS = define("jpki.phone-exists", 409,
    "別のスマートフォンに、すでに電子証明書があります", "Another phone of yours has certificates already",
    "機種を変えるときは「前のスマートフォンの電子証明書を終わらせる」を選んでください。何も発行していません", "To change phones, choose “End the certificates of the phone before”. Nothing was issued", source="スマホ用電子証明書は1人1台 (simulated: one in total, Android or iPhone)")  # fmt: skip
PHONE_TOO_YOUNG = define("jpki.phone-too-young", 403,
    "15歳になるまで、スマートフォンの電子証明書は発行されません", "Certificates for a phone are issued from the age of 15",
    "カードを使ってください", "Use the card", source="公的個人認証法 3条・16条の2")  # fmt: skip
PHONE_NEEDS_CARD = define("jpki.phone-needs-card", 403,
    "この手続きには、マイナンバーカードそのものが必要です", "This needs the My Number Card itself",
    "スマートフォンではなく、カードをかざしてください", "Hold the card, not a phone's certificates", source="公的個人認証法 16条の2")  # fmt: skip
BAD_APPLICATION = define("jpki.bad-phone-application", 422,
    "スマートフォンの申請を確認できません（{why}）", "The phone's application does not hold ({why})",
    "はじめから申し込んでください。何も発行していません", "Apply again. Nothing was issued", source="reliability §3 threat 1")  # fmt: skip
NO_PHONE = define("jpki.no-phone", 404,
    "電子証明書のあるスマートフォンがありません", "There is no phone of yours with certificates",
    "何もしていません", "Nothing was done")  # fmt: skip
NO_MDOC_ISSUER = define("jpki.no-mdoc-issuer", 503,
    "カード代替電磁的記録の認証局（mdoc-ca）がありません", "There is no authority for electronic records of cards (mdoc-ca)",
    "pki/hierarchy.toml に mdoc-ca を加え、./kazasu pki ceremony を行ってください", "Add mdoc-ca to pki/hierarchy.toml and hold ./kazasu pki ceremony", who="operator")  # fmt: skip
STALE_APPLICATION = define("jpki.stale-application", 409,
    "申込みから時間がたちすぎています", "The application is too old",
    "はじめからやり直してください", "Begin again", source="reliability §3 (replay)")  # fmt: skip
NOT_THE_PHONE = define("jpki.not-the-phone", 403,
    "申込みの鍵がそのスマートフォンのものと確認できません", "The application does not come from the phone whose key it names",
    "はじめからやり直してください", "Begin again", source="OpenID4VCI 1.0 Appendix F (proof of possession)")  # fmt: skip
OTHERS_PHONE = define("jpki.other-persons-phone", 403,
    "このスマートフォンの電子証明書は、カードの持ち主のものではありません", "The certificates on this phone are not those of the card's holder",
    "スマートフォンの持ち主のカードを使うか、カードの持ち主のスマートフォンで行ってください。何も変えていません", "Use the card of the phone’s owner, or the phone of the card’s holder. Nothing was changed", source="simulated: one's own phone alone stands for one's card", alarm="owner-mismatch")  # fmt: skip
UNKNOWN_MDOC = define("jpki.unknown-mdoc", 404,
    "そのカード代替電磁的記録はないか、終わっています", "There is no such electronic record, or it has ended",
    "カードを使って、あらためて発行を受けてください", "Have one issued anew with the card")  # fmt: skip
NETWORK_SILENT = define("jpki.network-silent", 409,
    "カードの失効の知らせです。その転入を、住基ネットからまだ知らされていません", "A card is said to have ended with an arrival of which the network has not told yet",
    "知らせが届くと自動で反映します。一日たっても届かなければ、滞留している通知を確かめてください", "It is applied by itself once the network tells. If nothing came after a day, look at the letters that wait", who="operator", source="番号法施行令 14条; reliability §4 I5")  # fmt: skip
NOT_OF_THIS_CITY = define("jpki.not-of-this-city", 403,
    "支援措置を終えられるのは、いま住民登録のある市区町村だけです", "Only the city where the person is registered now can end a protective measure",
    "保護は続いています。転入したばかりの人なら、住基ネットの知らせが届くと自動で反映します。そうでなければ、登録のある市区町村に頼んでください", "The protection goes on. Of somebody who has just arrived it is applied by itself once the network tells. Otherwise ask the city where they are registered", who="clerk", source="住民基本台帳事務処理要領 第5-10")  # fmt: skip
