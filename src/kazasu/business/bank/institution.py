"""A bank as the house knows it: a private relying party."""

from kazasu.exchange.institution import AssuredAction, Client, Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="bank",
    room="business.bank",
    host="bank",
    name=Text("ひなた銀行（体験）", "Hinata Bank"),
    colour="#8B3200",
    mark="bank",
    client=Client(
        scopes=("name", "address", "birthdate", "gender", "sign", "latest_attributes"),
        public=False,
        strict=True,
        own_requests=True,
        events=True,
    ),
    actions=(
        AssuredAction(
            "login",
            ("aal3", "aal2"),
            "a passkey will do for reading one's own account; money needs a signature",
            "simulated (犯罪収益移転防止法 concerns opening, not login)",
        ),
        AssuredAction(
            "account-opening",
            ("aal3",),
            "proofing by the signing certificate",
            "犯罪収益移転防止法施行規則 6条1項1号カ",
            signs=True,
        ),
        AssuredAction(
            "transfer", ("aal3",), "an order for money is signed", "simulated", signs=True
        ),
    ),
    sessions={"customer": "/signin"},
    own_identifiers=True,
)
