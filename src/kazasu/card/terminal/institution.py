"""The terminal beside a card reader as the house knows it."""

from kazasu.exchange.institution import Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="terminal",
    room="card.terminal",
    host="terminal",
    name=Text("カード端末", "Card terminal"),
    colour="#454545",
    mark="terminal",
    stateless=True,
)
