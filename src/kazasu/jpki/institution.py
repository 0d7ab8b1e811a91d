"""The public-key certification service of J-LIS as the house knows it."""

from kazasu.exchange.institution import OPERATORS_DESK, Client, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="jpki",
    by_record_code=True,
    room="jpki",
    host="jpki",
    name=Text("公的個人認証サービス（体験）", "Public-key certification service"),
    colour="#0f6c56",
    about=About(
        does=Text(
            "マイナンバーカードの電子証明書を発行し、いま有効かどうかを答えるところです。",
            "It issues the certificates of My Number Cards and answers whether they are valid.",
        ),
        holds=Text(
            "電子証明書と、その有効・失効の記録、同意にもとづいて知らせた最新の4情報の記録です。",
            "Certificates and their status, and what was told of your latest four attributes with your consent.",
        ),
        never=Text(
            "個人番号、カードの暗証番号、どのサービスで何をしたかは届きません。",
            "Neither your individual number nor your card’s PIN, nor what you did at a service.",
        ),
        real=Text(
            "J-LIS（地方公共団体情報システム機構）が運ぶ公的個人認証サービスにあたります。証明書の形、失効の一覧、有効性の確認（OCSP）は公表された仕様どおりです。",
            "It stands for the certification service that J-LIS runs. Certificates, revocation lists and status answers (OCSP) follow the published profiles.",
        ),
        simplified=Text(
            "認証局の名前は体験用とわかるもので、カードへの書き込みの命令や、スマートフォンの申請の手順は、公表されていないため作ったものです。",
            "The authorities’ names say that they are a sandbox; the commands that write to a card and the protocol of phones are not published, so ours are made up.",
        ),
        speaks_to_programs=True,
    ),
    mark="jpki",
    client=Client(),
    actions=(OPERATORS_DESK,),
    sessions={"staff": "/signin"},
    staff=("operator",),
)
