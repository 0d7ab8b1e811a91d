"""The Basic Resident Register Network of J-LIS as the house knows it."""

from kazasu.exchange.institution import Institution
from kazasu.foundation.text import Text

INSTITUTION = Institution(
    id="jukinet",
    by_record_code=True,
    room="jukinet",
    host="jukinet",
    name=Text("住基ネット（体験）", "Basic Resident Register Network"),
    mark="jukinet",
    lives_with="jpki",
)
