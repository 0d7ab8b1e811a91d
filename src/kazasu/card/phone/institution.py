"""A resident's phone as the house knows it."""

from kazasu.exchange.institution import AssuredAction, Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="phone",
    room="card.phone",
    host="phone",
    name=Text("スマートフォン", "Phone"),
    mark="phone",
    actions=(
        AssuredAction(
            "enrolment",
            ("aal3",),
            "the phone's certificates stand for the card",
            "公的個人認証法 16条の2・35条の2",
            signs=True,
            card_only=True,
        ),
        AssuredAction(
            "lost",
            ("aal3",),
            "whoever holds another's phone must not lift its suspension",
            "公的個人認証法 16条の9 (simulated protocol)",
            card_only=True,
        ),
    ),
    stateless=True,
    lives_with="terminal",
)
