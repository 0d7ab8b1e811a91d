"""The public-key certification service of J-LIS as the house knows it."""

from kazasu.exchange.institution import Institution
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
    ),
    mark="jpki",
)
