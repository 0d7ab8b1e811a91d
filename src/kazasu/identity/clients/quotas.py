"""How often one party may ask for what costs the service something that others need too.

By party, once its token has proven who it is: a party that floods is slowed, and the others beside it are not, from however few
addresses they all come. Equal processes divide each quota as they divide the limits of addresses (``KAZASU_PROCESSES``,
:mod:`kazasu.foundation.web.edge.rates`): together they give what one alone would, and none asks the database for it. Simulated: the public
service publishes no figures.
"""

from collections.abc import Callable
from typing import Final, Literal

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.edge.rates import RateLimit
from kazasu.foundation.web.faults import TOO_MANY
from kazasu.identity.clients.model import Client, Mode
from kazasu.identity.faults import QUOTA

Of = Literal["sign", "events"]
"""Documents that are deposited to be signed, a consent's among them; events that are fetched."""
PER_MINUTE: Final[dict[Mode, int]] = {"test": 240, "team": 240, "live": 6_000}
"""Of each kind; a quarter of it at once. What is deposited lies here for half an hour."""


class Quotas:
    def __init__(self, limit: Callable[[int], RateLimit]) -> None:
        """``limit``: makes one of so many a minute (:meth:`Site.limit`)."""
        self._by_mode = {mode: limit(most) for mode, most in PER_MINUTE.items()}

    def spend(self, client: Client, of: Of) -> None:
        """Raises Refusal ``identity.quota``."""
        try:
            self._by_mode[client.mode].take(f"{of} {client.client_id}")
        except Refusal as refusal:
            if refusal.fault is not TOO_MANY:
                raise
            raise Refusal(QUOTA, most=PER_MINUTE[client.mode]) from refusal
