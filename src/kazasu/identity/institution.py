"""The card identity service as the house knows it."""

from kazasu.exchange.institution import AssuredAction, Client, Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="identity",
    room="identity",
    host="id",
    name=Text("カード認証サービス", "Card identity service"),
    mark="identity",
    client=Client(id="account"),  # its own pages are a relying party like any other
    actions=(
        AssuredAction(
            "account",
            ("aal3",),
            "links and consents are ended here, passkeys bound",
            "simulated (公的個人認証法 36条)",
        ),
        AssuredAction(
            "latest-attributes-consent",
            ("aal3",),
            "consent in a signed document of its own",
            "公的個人認証法 17条・18条 (最新の利用者情報)",
            signs=True,
        ),
    ),
    sessions={
        "resident": "/signin",
        "integrator": "/integrators/signin",
        "operator": "/operator/signin",
    },
)
