"""A move is taken back: both cities of a case are told, each takes back what it has; or it leads to another city now."""

from typing import Final

from kazasu.contracts.municipality import WithdrawMove
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import own
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.expecting import ExpectedArrivals
from kazasu.municipality.moving.store import arrivals, notices

WITHDRAW: Final = own("move.withdraw", Text("引っ越しの取りやめ", "Taking back a move"))


class Withdrawing:
    def __init__(self, cancelling: Cancelling, expected: ExpectedArrivals) -> None:
        self._cancelling = cancelling
        self._expected = expected

    def withdraw(self, tx: Transaction, letter: WithdrawMove, _: Received) -> None:
        tx.audit(WITHDRAW.by(case=letter.case_id))
        if letter.elsewhere:
            if (dropped := arrivals.find(tx, letter.case_id)) is not None:
                self._expected.drop(tx, dropped)
            return
        if (notice := notices.find(tx, letter.case_id)) is not None:
            self._cancelling.withdraw(tx, notice, letter.at)
        if (arrival := arrivals.find(tx, letter.case_id)) is not None:
            self._expected.withdraw(tx, arrival, letter.at)
