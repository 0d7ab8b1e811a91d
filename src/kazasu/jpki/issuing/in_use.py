"""What a card must be for anything to be issued on it, whoever orders it and by which way."""

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil
from kazasu.jpki.faults import CARD_ENDED, CARD_EXPIRED, ON_HOLD
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CardRow


def must_be_in_use(tx: Transaction, card: CardRow) -> None:
    """Asked in the transaction that records the certificate: whoever found a lost card has it neither renewed nor continued, and
    what has ended has ended.

    Raises Refusal ``jpki.card-ended``, ``jpki.on-hold``, ``jpki.card-expired``.
    """
    _must_stand(tx, card)
    if card.expires_on < civil(tx.now):
        raise Refusal(CARD_EXPIRED, expired_on=card.expires_on)


def must_not_have_ended(tx: Transaction, card: CardRow) -> None:
    """For another card in its place, which may come after its day: that it ran out is no reason against it.

    Raises Refusal ``jpki.card-ended``, ``jpki.on-hold``.
    """
    _must_stand(tx, card)


def _must_stand(tx: Transaction, card: CardRow) -> None:
    standing = register_store.card_standing(tx, card.card_id)
    if standing == "ended":
        raise Refusal(CARD_ENDED)
    if standing == "held":
        raise Refusal(ON_HOLD)
