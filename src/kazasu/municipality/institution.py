"""The city halls as the house knows them: one for each municipality."""

from kazasu.exchange.institution import AssuredAction, Client, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="city",
    by_record_code=True,
    holds_numbers=True,
    room="municipality",
    host="city",
    name=Text("市区町村", "City hall"),
    colour="#197A4B",
    mark="city",
    each="municipality",
    client=Client(scopes=("name", "address", "birthdate", "gender", "resident"), handles=True),
    actions=(
        AssuredAction(
            "staff-desk",
            ("aal3",),
            "the resident register is behind it",
            "simulated (municipal: two factors for staff)",
            card_only=True,
        ),
        AssuredAction(
            "visitor",
            ("aal3",),
            "the four attributes are compared, and the card gives them for a PIN only",
            "card §1 (TEXT AP)",
        ),
        AssuredAction(
            "walk-in",
            ("aal3", "aal2"),
            "a clerk sees the person; nothing but the link is passed on",
            "simulated (公的個人認証法 38条の4)",
        ),
    ),
    sessions={"staff": "/signin"},
    staff=("counter", "decider", "operator", "protection", "auditor"),
    about=About(
        does=Text(
            "市区町村の窓口です。住所の届出を受け付け、カードの住所を書きかえます。",
            "The counter of a city: it takes notices of address and updates cards.",
        ),
        holds=Text(
            "住民基本台帳にある氏名、生年月日、性別、住所、世帯などの記録と、窓口で行った手続きの記録です。",
            "The resident register’s records – name, date of birth, sex, address, household – and what was done at the counter.",
        ),
        never=Text(
            "ほかの市区町村の住民の記録、銀行などの民間の記録、カードの暗証番号は届きません。",
            "Neither other cities’ residents, nor the records of banks and the like, nor your card’s PIN.",
        ),
        questions=(
            (
                Text(
                    "窓口に行く前に、家でできることはありますか",
                    "What can I do from home before I come?",
                ),
                Text(
                    "転出の届出と来庁の予約は、マイナポータルから送れます。",
                    "The notice of moving out and the appointment can be sent from the resident portal.",
                ),
            ),
        ),
        real=Text(
            "住民基本台帳法の届出（転出、転入、転居）と、住民記録システムの標準仕様に沿っています。カードの継続利用も窓口で行います。",
            "It follows the notices of the Basic Resident Register Act and the standard of resident systems; cards are continued at the counter.",
        ),
        simplified=Text(
            "予約の時刻と窓口の数は作ったものです。印鑑登録、住民票の写しの交付、職権の手続きの多くはありません。",
            "Appointments with a time and the number of counters are our own. Seals, copies of records and most ex officio procedures are missing.",
        ),
    ),
)
