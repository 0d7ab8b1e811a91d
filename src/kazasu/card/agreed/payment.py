"""A payment that a tap approves (RFC 9396, ``authorization_details``), as its bytes say it: the reader shows these words.

The digest of the canonical form is in the consent (:mod:`kazasu.card.agreed.consent`), whose digest the card signs.
"""

import hashlib
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64url_text

PURPOSE: Final = Text("{payee}に{amount:,}円を払う", "Pay {amount:,} yen to {payee}")
_Name = Annotated[str, Field(min_length=1, max_length=40)]


class _Amount(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    currency: Literal["JPY"]
    amount: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,6}$")]
    """Whole yen, as digits: RFC 9396 has amounts as text."""


class Payment(BaseModel):
    """One element of ``authorization_details``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["payment"]
    instructedAmount: _Amount  # noqa: N815 - the name of the wire (RFC 9396 2)
    payee_ja: _Name = Field(alias="creditorName#ja")
    payee_en: _Name = Field(alias="creditorName#en")
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    """The asker's own number of the payment; unguessable, so that the digest tells nothing."""

    @property
    def payee(self) -> Text:
        return Text(self.payee_ja, self.payee_en)

    @property
    def amount(self) -> int:
        return int(self.instructedAmount.amount)


_DETAILS: Final = TypeAdapter(Annotated[list[Payment], Field(min_length=1, max_length=1)])


def approved(details: str | bytes) -> Payment:
    """The payment of such details. Raises ``ValueError`` (pydantic's) for anything else."""
    (payment,) = _DETAILS.validate_json(details)
    return payment


def digest(details: str | bytes) -> str:
    """SHA-256 of the canonical form, base64url: what stays of it in the consent."""
    content = details.encode() if isinstance(details, str) else details
    return base64url_text(hashlib.sha256(content).digest())


def purpose(details: str | bytes) -> Text:
    """What the person reads at the reader."""
    payment = approved(details)
    return Text(
        PURPOSE.ja.format(payee=payment.payee_ja, amount=payment.amount),
        PURPOSE.en.format(payee=payment.payee_en, amount=payment.amount),
    )
