"""The residents' portal (マイナポータル) as the house knows it."""

from kazasu.exchange.institution import AssuredAction, Client, Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="portal",
    room="portal",
    host="portal",
    name=Text("マイナポータル（体験）", "Resident portal"),
    mark="portal",
    client=Client(
        scopes=("name", "address", "birthdate", "gender", "resident", "sign"),
        own_requests=True,
        handles=True,
    ),
    actions=(
        AssuredAction(
            "sign-in",
            ("aal3",),
            "everything about the person is behind it",
            "マイナポータル: 利用者証明用電子証明書と暗証番号",
        ),
        AssuredAction(
            "move-notice",
            ("aal3",),
            "a notice by law, signed by who gives it",
            "住民基本台帳法 24条; 公的個人認証法 3条",
            signs=True,
        ),
    ),
    sessions={"resident": "/signin"},
)
