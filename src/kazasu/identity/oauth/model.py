"""A refusal of the protocol: what it is called on the wire, which check found it, what to change.

Refusals of our own are in :mod:`kazasu.identity.faults`.
"""

from dataclasses import dataclass
from typing import Any, Final

from kazasu.foundation.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One step of an endpoint as a relying party reads it."""

    title: Text
    faults: tuple[str, ...] = ()
    """Codes of our own catalogue by which this check refuses."""
    only_with: str = ""
    """The parameter or header without which the check has nothing to look at."""


@dataclass(frozen=True, slots=True, eq=False)
class OAuthFault:
    """One row of the table."""

    code: str
    """Our own name, kept by the inspector; no client is sent it."""
    error: str
    """The protocol's own name (RFC 6749 5.2, 7591 3.2.2, 9449 12.2 …)."""
    description: str
    """For developers, in ASCII; ``{name}`` stands for what differs."""
    check: Check
    hint: Text
    """What to change."""
    status: int = 400
    member: str = ""
    """Of a registration: the member that it is about."""


TABLE: Final[dict[str, OAuthFault]] = {}
"""All rows by their code, of the modules that were imported."""


def row(
    code: str, error: str, description: str, check: Check, ja: str, en: str,
    *, status: int = 400, member: str = "",
) -> OAuthFault:  # fmt: skip
    """A new row of the table. Raises ValueError: the code is taken, or the description is not ASCII."""
    if code in TABLE or not description.isascii():
        raise ValueError(code)
    return TABLE.setdefault(
        code, OAuthFault(code, error, description, check, Text(ja, en), status, member)
    )


class OAuthError(Exception):
    """An error that the protocol defines: a row of the table, and what differs this time."""

    def __init__(self, fault: OAuthFault, **facts: Any) -> None:
        self.fault: Final = fault
        self.description: Final = fault.description.format(**facts)
        self.member: Final = str(facts.get("name", fault.member))
        """Of a registration: the member that is meant."""
        super().__init__(f"{fault.error}: {self.description}")

    @property
    def error(self) -> str:
        return self.fault.error
