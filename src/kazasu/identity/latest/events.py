"""What J-LIS tells about certificates of people whom this service knows."""

from kazasu.contracts.identity import CertificateEvent
from kazasu.exchange.letters import Received
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.identity.faults import WRONG_SENDER

_HEARD = Text("電子証明書の変化の知らせ", "Word of a change of your certificates")


def certificate_event(tx: Transaction, letter: CertificateEvent, received: Received) -> None:
    """Put it on record for the person. Raises Refusal ``identity.wrong-sender``."""
    if received.sender != "jpki":
        raise Refusal(WRONG_SENDER, sender=received.sender)
    tx.audit(
        Access(
            "institution:jpki",
            "identity.certificate.event",
            _HEARD,
            (letter.person_ref,),
            fields=(letter.event,),
        )
    )
