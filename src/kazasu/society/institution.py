"""The sandbox itself as the house knows it: tray, clock, catalogue of faults."""

from kazasu.exchange.institution import Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="society",
    room="society",
    host="sandbox",
    name=Text("体験環境", "The sandbox"),
    colour="#8A3B00",
    mark="sandbox",
    stateless=True,
    sandbox_only=True,
    lives_with="terminal",
    about=About(
        does=Text(
            "架空の国の入り口です。カード、時計、断られる場合の一覧があります。",
            "The door of an invented country: its cards, its clock, its catalogue of faults.",
        ),
        holds=Text("作りものの住民とカードだけです。", "Invented people and their cards only."),
        never=Text(
            "本物の個人情報は持ちません。入れないでください。",
            "It holds no real person’s data; do not enter any.",
        ),
        questions=(
            (
                Text("時計を進めると、どうなりますか", "What happens when I move the clock?"),
                Text(
                    "期限や予定日が進み、サインインは終わります。",
                    "Deadlines and dates follow it, and sign-ins end.",
                ),
            ),
        ),
        real=Text(
            "カードの仕組み、期限、手続きの決まりは、本物の法律と公表された仕様から作っています。",
            "Cards, deadlines and procedures are made from the real law and published specifications.",
        ),
        simplified=Text(
            "人、番号、市区町村の職員はすべて作りものです。時計を進められるのは、ここだけです。",
            "People, numbers and clerks are invented. Only here can the clock be moved.",
        ),
    ),
)
