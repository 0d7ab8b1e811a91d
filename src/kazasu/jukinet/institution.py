"""The Basic Resident Register Network of J-LIS as the house knows it."""

from kazasu.exchange.institution import Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="jukinet",
    by_record_code=True,
    room="jukinet",
    host="jukinet",
    name=Text("住基ネット（体験）", "Basic Resident Register Network"),
    mark="jukinet",
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
    ),
)
