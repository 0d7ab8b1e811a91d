"""The city halls as the house knows them: one for each municipality."""

from kazasu.exchange.institution import AssuredAction, Client, Institution
from kazasu.foundation.text import Text

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
    staff=("counter", "decider", "operator"),
)
