"""A payment service as the house knows it: a private relying party."""

from kazasu.exchange.institution import OPERATORS_DESK, AssuredAction, Client, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="pay",
    room="business.pay",
    host="pay",
    name=Text("かざすペイ（体験）", "Kazasu Pay"),
    colour="#5109AD",
    mark="pay",
    client=Client(
        scopes=("name", "address", "birthdate", "gender", "sign", "latest_attributes"),
        public=False,
        strict=True,
        own_requests=True,
        events=True,
    ),
    actions=(
        OPERATORS_DESK,
        AssuredAction(
            "login",
            ("aal3", "aal2"),
            "one's own wallet; a bank account is linked at the bank",
            "simulated",
        ),
    ),
    sessions={"customer": "/signin", "staff": "/desk/signin"},
    staff=("operator",),
    own_identifiers=True,
    about=About(
        does=Text(
            "残高を入れて使う支払いサービスです（架空）。",
            "A payment service with a balance (invented).",
        ),
        holds=Text(
            "残高とその出入り、つないだ銀行口座、年齢を確かめた結果と時刻です。",
            "Your balance and its movements, the linked bank account, and when your age was checked with which result.",
        ),
        never=Text(
            "氏名や生年月日は持ちません。銀行とつなぐときに一度だけ通り、残りません。画面に氏名が出ないのはそのためです。",
            "It has neither your name nor your date of birth: they pass through once when a bank is linked and are not kept. That is why its pages show no name.",
        ),
        real=Text(
            "銀行口座をつなぐときに、氏名と生年月日を一度だけ比べて残さないやり方と、年齢だけを見せる決まり（mdoc）は本物と同じです。",
            "Comparing name and birth date once when a bank is linked, and showing an age alone (mdoc), are done as in the real world.",
        ),
        simplified=Text(
            "架空のサービスです。つなげる銀行は一つで、口座をつなぐ手順は作ったものです。",
            "The service is invented. There is one bank to link, and the protocol for it is our own.",
        ),
    ),
)
