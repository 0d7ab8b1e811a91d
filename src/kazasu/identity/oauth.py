"""What OAuth itself says when it refuses; refusals of our own are in :mod:`kazasu.identity.faults`."""

from collections.abc import Iterable
from typing import Final


class OAuthError(Exception):
    """An error that the protocol defines; ``description`` is for developers, in ASCII."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error: Final = error
        self.description: Final = description
        self.status: Final = status


def single(parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each parameter at most once; empty ones count as absent (RFC 6749 3.1, 3.2).

    Raises OAuthError ``invalid_request``.
    """
    found: dict[str, str] = {}
    for name, value in parameters:
        if name in found:
            raise OAuthError("invalid_request", f"parameter {name} is repeated")
        found[name] = value
    return {name: value for name, value in found.items() if value}
