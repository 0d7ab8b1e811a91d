"""A resident's phone as the house knows it."""

from kazasu.exchange.institution import AssuredAction, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="phone",
    room="card.phone",
    host="phone",
    name=Text("スマートフォン", "Phone"),
    mark="phone",
    actions=(
        AssuredAction(
            "enrolment",
            ("aal3",),
            "the phone's certificates stand for the card",
            "公的個人認証法 16条の2・35条の2",
            signs=True,
            card_only=True,
        ),
        AssuredAction(
            "lost",
            ("aal3",),
            "whoever holds another's phone must not lift its suspension",
            "公的個人認証法 16条の9 (simulated protocol)",
            card_only=True,
        ),
    ),
    stateless=True,
    lives_with="terminal",
    about=About(
        does=Text(
            "あなたのスマートフォンです。カードの代わりにサインインや署名ができます。",
            "Your phone: it signs in and signs in place of the card.",
        ),
        holds=Text(
            "電子証明書とその鍵は、このスマートフォンの中だけにあります。",
            "Certificates and their keys, inside this phone alone.",
        ),
        never=Text(
            "どのサービスで何をしたかを、ほかの人に知らせることはありません。",
            "It tells nobody what you do at which service.",
        ),
        questions=(
            (
                Text("機種を変えるときは", "I am getting another phone"),
                Text(
                    "人に譲る前、売る前に電子証明書を消してください。初期化しても電子証明書は失効しません。",
                    "Delete the certificates before you give it away or sell it. A factory reset does not end them.",
                ),
            ),
            (
                Text("暗証番号を忘れた・ロックされた", "I forgot the PIN, or it is locked"),
                Text(
                    "スマートフォンの暗証番号と署名用パスワードは、窓口では決め直せません。「電子証明書を消す」を開き、カードで消して入れ直すと、新しく決められます。それまではカードを使えます。",
                    "No counter can reset the phone’s PIN or signing password. Open “Delete the certificates”, delete them with your card and put new ones on the phone: then you choose new ones. Until then use your card.",
                ),
            ),
            (
                Text("なくしたとき・見つかったときは", "I lost the phone, or found it"),
                Text(
                    "「スマートフォンをなくした・見つかった」でカードをかざすと、いつでも止められ、見つかれば自分で再開できます。窓口へ行く必要はありません。",
                    "Under “A phone was lost or found” hold your card: you suspend it at any hour, and use it again once it is found. You need not go to a counter.",
                ),
            ),
        ),
        real=Text(
            "スマホ用電子証明書と、カード代替電磁的記録（mdoc）の決まりに沿っています。カードの証明書が失効すると、こちらも失効します。",
            "It follows the rules for certificates on phones and for the electronic record (mdoc). When the card’s certificates end, so do these.",
        ),
        simplified=Text(
            "鍵はファイルに置かれ、顔や指紋はスイッチです。申請の手順は公表されていないため、作ったものです。",
            "Keys lie in a file, and face or finger is a switch. How a phone applies is not published, so ours is made up.",
        ),
    ),
)
