"""Certificates for people typed in the sandbox: recorded and signed as any others, at their own request."""

import base64
from collections.abc import Callable

from kazasu.contracts.jpki.cards import IssueOnRequest, RequestedCertificates
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.time.clock import Clock, today
from kazasu.foundation.values.encoding import base64_text
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.issuing.service import Issuing


def issue_typed(
    issuing: Issuing, authorities: Authorities, clock: Clock
) -> Callable[[IssueOnRequest, Asked], RequestedCertificates]:
    """The handler; the room registers it in a sandbox only."""

    def handle(inquiry: IssueOnRequest, _: Asked) -> RequestedCertificates:
        issued = issuing.issue(
            Order(
                card_id=inquiry.card_id,
                resident_record_code=inquiry.resident_record_code,
                municipality_code=inquiry.municipality_code,
                prefecture=inquiry.prefecture,
                city=inquiry.city,
                attributes=inquiry.attributes,
                name_flags=inquiry.name_flags,
                address_flags=inquiry.address_flags,
                issued_on=today(clock),
                card_expires_on=inquiry.expires_on,
                authentication_key=base64.b64decode(inquiry.authentication_key),
                signing_key=base64.b64decode(inquiry.signing_key) or None,
            )
        )
        return RequestedCertificates(
            authentication=base64_text(issued.authentication or b""),
            signing=base64_text(issued.signing or b""),
            authentication_ca=base64_text(authorities.der("authentication")),
            signing_ca=base64_text(authorities.der("signing")),
        )

    return handle
