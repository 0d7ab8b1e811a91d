"""What can go wrong with a request itself."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_BACK = Text("前のページに戻ってやり直してください", "Go back to the page before and try again")

NOT_FOUND = define("web.not-found", 404,
    "ページが見つかりません", "There is no such page",
    "アドレスを確かめるか、最初のページからお探しください", "Check the address, or start from the first page",
    easy=("このページは ありません", "アドレスを 見てください。または、最初のページから さがしてください"))  # fmt: skip
WRONG_METHOD = define("web.wrong-method", 405,
    "このページではその操作はできません", "This page does not do that",
    *_BACK,
    easy=("このページでは、それは できません", "前のページに もどって、もう一度 してください"))  # fmt: skip
SIGNED_OUT = define("web.signed-out", 401,
    "サインインしてください", "You need to sign in",
    "カードをかざしてサインインすると、続けられます。しばらく操作がないと、サインインは切れます。保存された内容は残っています", "Sign in by holding your card over the reader, and go on. A sign-in ends after a while without use; what was saved is kept",
    easy=("サインインを してください", "カードを かざすと、つづけられます。しばらく 使わないと、サインインは 終わります。書いて 保存したものは 消えません"))  # fmt: skip
SESSION_ENDED = define("web.session-ended", 401,
    "サインインが切れていたため、送った内容は実行されていません", "Your session had ended, so what you sent was not carried out",
    "内容を確かめて、もう一度送ってください", "Check what you entered, and send it again",
    easy=("サインインが 終わっていました。送ったことは していません", "書いたことを 見て、もう一度 送ってください"))  # fmt: skip
WRONG_ORIGIN = define("web.wrong-origin", 403,
    "別のサイトから送られたため、受け付けませんでした", "Sent from another site, so it was not accepted",
    "このサイトのページから操作してください。何も変更されていません", "Use the page of this site. Nothing was changed", source="OWASP ASVS 5.0 V3",
    easy=("ほかのサイトから 来たので、できませんでした", "このサイトの ページから してください。何も 変わっていません"))  # fmt: skip
TOO_MANY = define("web.too-many-requests", 429,
    "短い時間に操作が多すぎます", "Too many requests in a short time",
    "1分ほど待ってからやり直してください", "Wait about a minute and try again",
    easy=("短い時間に たくさん しすぎました", "1分ぐらい 待って、もう一度 してください"))  # fmt: skip
TOO_LARGE = define("web.too-large", 413,
    "送られた内容が大きすぎます", "What was sent is too large",
    "ファイルや文章を小さくしてください。何も変更されていません", "Send less. Nothing was changed",
    easy=("送ったものが 大きすぎます", "もっと 短くしてください。何も 変わっていません"))  # fmt: skip
UNREADABLE = define("web.unreadable", 400,
    "送られた内容を読み取れません", "What was sent cannot be read",
    *_BACK,
    easy=("送ったものを 読めません", "前のページに もどって、もう一度 してください"))  # fmt: skip
UNEXPECTED = define("web.unexpected", 500,
    "こちらの不具合で、最後まで進めませんでした", "Something went wrong on our side",
    "少し待って、送った手続きが済んだかどうかを確かめてから、もう一度お試しください。続くときは番号 {incident} を窓口にお伝えください", "Wait a moment, see whether what you sent was done, and only then try again. If it goes on, tell the desk the number {incident}",
    easy=("こちらが まちがえました", "少し 待って、送ったことが できたかどうか 見てください。できていないときは、もう一度 してください。まだ だめなときは、番号 {incident} を 窓口で 言ってください"))  # fmt: skip
BUSY = define("web.busy", 503,
    "いま同じところに多くの手続きが重なっていて、進められませんでした", "Too many are at work on the same records just now",
    "少し待って、もう一度してください", "Wait a moment and try again",
    easy=("今、使う人が 多いので、できませんでした", "少し 待って、もう一度 してください"))  # fmt: skip
OUT_OF_REACH = define("web.out-of-reach", 503,
    "いま記録に届きません", "The records cannot be reached just now",
    "少し待って、送った手続きが済んだかどうかを最初のページで確かめてから、もう一度お試しください", "Wait a moment, see on the first page whether what you sent was done, and only then try again",
    easy=("今、記録を 見ることが できません", "少し 待って、送ったことが できたかどうか、最初のページで 見てください。できていないときは、もう一度 してください"))  # fmt: skip
NO_SPACE = define("web.no-space", 507,
    "こちらの記録の置き場所がいっぱいで、最後まで書き込めませんでした", "There is no room left for our records, so it could not be written to its end",
    "運用者が空きを作ったあとで、送った手続きが済んだかどうかを確かめてから、もう一度送ってください", "Once the operator has made room, see whether what you sent was done, and only then send it again", who="operator", source="RFC 4918 §11.5",
    easy=("記録を 書く場所が なくて、最後まで 書けませんでした", "あとで、送ったことが できたかどうか 見てください。できていないときは、もう一度 送ってください"))  # fmt: skip
OTHER_PERSONS_PAGE = define("web.other-persons-page", 409,
    "この画面は、前にサインインした人のものです", "This page belongs to the person who was signed in before",
    "何も書き込んでいません。最初のページからやり直してください", "Nothing was written. Begin again from the first page", source="design §3.4; reliability §3 row 14",
    easy=("これは、前に使った人の ページです", "何も 書いていません。最初のページから もう一度 してください"))  # fmt: skip
TAKEN_ALREADY = define("web.taken-already", 409,
    "これは、もう受け取って進めています", "This was taken already and is being dealt with",
    "少し待ってから最初のページを開くと、済んだかどうかがわかります", "Wait a moment, then open the first page: it shows whether it was done",
    easy=("これは、もう うけとりました", "少し 待って、最初のページを 見てください。できたかどうかが 分かります"))  # fmt: skip
CHANGED_SINCE_SHOWN = define("web.changed-since-shown", 409,
    "この画面を開いたあとで、内容が変わりました。まだ何も送っていません", "It was changed after this page was opened. Nothing was sent",
    "下の今の内容を確かめて、もう一度押してください", "Read below what it says now, then press again",
    easy=("この画面を 見ているあいだに、書いたことが 変わりました。まだ 送っていません", "今 書いてあることを 見て、もう一度 おしてください"))  # fmt: skip
TOO_MANY_FIELDS = define("web.too-many-fields", 413,
    "送られた項目が多すぎます", "Too many fields were sent",
    "項目を減らしてください。何も変更されていません", "Send fewer. Nothing was changed")  # fmt: skip
LONG_ADDRESS = define("web.too-long-address", 414,
    "アドレスが長すぎます", "The address is too long",
    "リンクやパラメーターを短くしてください。何も変更されていません", "Use a shorter link or fewer parameters. Nothing was changed", source="RFC 9110 §15.5.15")  # fmt: skip
LONG_HEAD = define("web.too-long-head", 431,
    "要求のヘッダーが大きすぎます", "The headers of the request are too large",
    "このサイトの Cookie を消して、もう一度お試しください", "Delete the cookies of this site and try again", source="RFC 6585 §5")  # fmt: skip
TOO_SLOW = define("web.too-slow", 408,
    "時間内に全部が届きませんでした", "Not everything arrived in time",
    "通信の状態を確かめて、もう一度送ってください。何も変更されていません", "Check your connection and send it again. Nothing was changed",
    easy=("時間がかかりすぎて、全部は 来ませんでした", "インターネットを たしかめて、もう一度 送ってください。何も 変わっていません"))  # fmt: skip
NO_ROOM = define("web.no-room", 503,
    "いま大変混み合っています", "It is very crowded just now",
    "少し待って、もう一度送ってください。何も変更されていません", "Wait a moment and send it again. Nothing was changed",
    easy=("今、とても こんでいます", "少し 待って、もう一度 送ってください。何も 変わっていません"), undone=True)  # fmt: skip
UNKNOWN_HOST = define("web.unknown-host", 421,
    "この名前の機関はここにありません", "No institution has this name here",
    "アドレスを確かめてください", "Check the address", source="RFC 9110 §15.5.20")  # fmt: skip
