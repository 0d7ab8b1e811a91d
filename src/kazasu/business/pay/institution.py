"""A payment service as the house knows it: a private relying party."""

from kazasu.exchange.institution import AssuredAction, Client, Institution
from kazasu.foundation.text import Text

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
    ),
    actions=(
        AssuredAction(
            "login",
            ("aal3", "aal2"),
            "one's own wallet; a bank account is linked at the bank",
            "simulated",
        ),
    ),
    sessions={"customer": "/signin"},
    own_identifiers=True,
)
