"""The sandbox itself as the house knows it: tray, clock, catalogue of faults."""

from kazasu.exchange.institution import Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="society",
    room="society",
    host="sandbox",
    name=Text("体験環境", "The sandbox"),
    colour="#8A3B00",
    mark="sandbox",
    stateless=True,
    sandbox_only=True,
    lives_with="terminal",
)
