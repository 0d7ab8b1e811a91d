"""The terminal beside a card reader as the house knows it."""

from kazasu.exchange.institution import Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="terminal",
    room="card.terminal",
    host="terminal",
    name=Text("カード端末", "Card terminal"),
    colour="#454545",
    mark="terminal",
    stateless=True,
    about=About(
        does=Text(
            "カードを読み取る機械です。手続きの画面から、ここに来ます。",
            "The machine that reads your card. Services send you here.",
        ),
        holds=Text(
            "何も残しません。直前のかざしの命令だけを、暗証番号と内容を除いて、しばらく見せます。",
            "Nothing. Only the commands of the last tap, without PINs and contents, can be seen for a while.",
        ),
        never=Text(
            "個人番号は読みません。暗証番号はこの機械から出ません。",
            "It does not read your individual number, and your PIN does not leave it.",
        ),
        questions=(
            (
                Text("いつカードを離せますか", "When may I take the card off?"),
                Text(
                    "「カードを離してください」と出たらです。それまでは置いたままにしてください。",
                    "When the page says “Take the card away”. Keep it there until then.",
                ),
            ),
        ),
        real=Text(
            "カードとのやりとり（ISO 7816 の命令、暗証番号の回数、読んでよい範囲）は本物のカードと同じ決まりです。実物の読取機もつなげます。",
            "Card and reader speak as real ones do: ISO 7816 commands, counters of wrong PINs, access rules. A real reader can be connected.",
        ),
        simplified=Text(
            "体験環境のカードはプログラムの中にあり、顔の確認はボタンです。本物のカードでは確かめていません。",
            "The sandbox’s cards are programs, and the comparison of a face is a button. No real card was at hand to prove it.",
        ),
    ),
)
