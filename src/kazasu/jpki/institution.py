"""The public-key certification service of J-LIS as the house knows it."""

from kazasu.exchange.institution import Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="jpki",
    by_record_code=True,
    room="jpki",
    host="jpki",
    name=Text("公的個人認証サービス（体験）", "Public-key certification service"),
    colour="#0f6c56",
    mark="jpki",
)
