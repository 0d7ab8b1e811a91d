"""What stands around the body of a sealed message: read once, strictly, before anything is believed or kept.

A signature proves who wrote, not that it makes sense; what a message holds is as foreign as a form.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Self, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kazasu.exchange.faults import UNREADABLE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import EARLIEST, LATEST

Short = Annotated[str, Field(max_length=200)]
At = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
_MOST_SEQ: Final = 2**63 - 1
"""``bigint``."""


class Envelope(BaseModel):
    """Closed, of exact JSON types. No text of it holds NUL, which PostgreSQL keeps nowhere."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    iss: Short
    aud: Short

    @model_validator(mode="after")
    def _without_nul(self) -> Self:
        if any("\0" in text for text in _texts(dict(self))):
            raise ValueError("NUL in a text")
        return self


class SentLetter(Envelope):
    jti: UUID
    iat: At
    kind: Short
    case: Annotated[str, Field(pattern=r"^[!-~]+$", max_length=200)]
    """A number that clerks read and compare: nothing in it is invisible or turns the line."""
    seq: Annotated[int, Field(ge=1, le=_MOST_SEQ)]
    body: dict[str, Any]


class SentInquiry(Envelope):
    jti: UUID
    iat: At
    kind: Short
    basis: Short
    actor: Short
    purpose: tuple[Short, Short]
    """Japanese, English."""
    body: dict[str, Any]


class SentAnswer(Envelope):
    """One of ``answer`` and ``fault``."""

    irt: UUID
    answer: dict[str, Any] | None = None
    fault: dict[str, Any] | None = None


class SentReceipt(BaseModel):
    """What its receiver asks of it; all that it says is kept as it was signed."""

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    irt: UUID


E = TypeVar("E", bound=BaseModel)


def opened(cls: type[E], payload: bytes, typ: str) -> E:
    """What these signed bytes say. Raises Refusal ``exchange.unreadable``, which names ``typ``."""
    try:
        return cls.model_validate_json(payload)
    except ValidationError:
        raise Refusal(UNREADABLE, kind=typ) from None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in (*value, *value.values()):
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
