"""How a ``login_hint`` of the sandbox can be wrong: rows of the table of OAuth refusals."""

from functools import partial
from typing import Final

from kazasu.foundation.text import Text
from kazasu.identity.oauth.model import Check, row

# fmt: off
PLAYED: Final = Check(Text("体験環境の login_hint", "The sandbox's login_hint"), only_with="login_hint")

_hint = partial(row, error="invalid_request", check=PLAYED)
UNREADABLE = _hint("hint.unreadable", description="login_hint does not read: persona:<card id> or fault:<code>, and ;auto",
    ja="persona:sato-hanako、fault:card.locked、末尾に ;auto の形で書いてください",
    en="Write persona:sato-hanako or fault:card.locked, and ;auto at the end")
NO_FAULT = _hint("hint.no-fault", description="login_hint names no fault that can be played",
    ja="fault: の後は、断られる場合を試すページにある番号です",
    en="After fault: comes a code from the page of faults to try")
NO_RUN = _hint("hint.no-run", description="login_hint names no conformance run of this client",
    ja="適合試験は終わっています。適合試験のページから始めてください",
    en="That run is over; begin one on the page of conformance runs")
NO_CARD = _hint("hint.no-card", description="login_hint names no card of the tray",
    ja="persona: の後は、カード置き場のカードの名前（sato-hanako など）です",
    en="After persona: comes the name of a card of the tray, such as sato-hanako")
