"""The Basic Resident Register Network of J-LIS as the house knows it."""

from kazasu.exchange.institution import OPERATORS_DESK, Client, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="jukinet",
    by_record_code=True,
    room="jukinet",
    host="jukinet",
    name=Text("住基ネット（体験）", "Basic Resident Register Network"),
    mark="jukinet",
    client=Client(),
    actions=(OPERATORS_DESK,),
    sessions={"staff": "/signin"},
    staff=("operator",),
    lives_with="jpki",
    about=About(
        does=Text(
            "どの人がどの市区町村に住民登録されているかを、市区町村と国の機関に答えるネットワークです。",
            "The network that tells cities and national institutions in which city a person is registered.",
        ),
        holds=Text(
            "住民票コードと登録先の市区町村、引越しの引継ぎの記録です。",
            "Resident record codes with the city of registration, and hand-overs of moves.",
        ),
        never=Text("民間のサービスの記録は届きません。", "No records of private services."),
        real=Text(
            "J-LIS が運ぶ住民基本台帳ネットワークにあたります。市区町村をまたぐ引越しは、本物と同じく市区町村どうしの通知で伝わり、聞いてよい人は法律の条文で決まります。",
            "It stands for the network that J-LIS runs. Moves between cities travel as notices of one city to another, and the law says who may ask, as in the real one.",
        ),
        simplified=Text(
            "氏名などの4情報は持ちません。個人番号は、付番の順番からその場で作って市区町村に渡し、番号そのものは持ちません。電文の形と、取消しと転入のどちらが先かを決める引継ぎの番号は、作ったものです。",
            "It holds neither name nor address. An individual number is made from the place of its request and handed to the city; the number itself is not held. The layout of messages, and the token that decides whether a move is cancelled or arrives, are our own.",
        ),
        speaks_to_programs=True,
    ),
)
