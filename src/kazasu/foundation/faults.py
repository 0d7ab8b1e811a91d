"""The catalogue of faults: every refusal a person or program can meet, with a stable code.

A room declares its faults once, at import, in its ``faults.py`` by :func:`define`; code raises
:class:`Refusal` with the facts; the web edge alone maps it to an RFC 9457 problem or to a page
(design §3.7). Nothing ever matches on message text.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from kazasu.foundation.text import Text

Actor = Literal["resident", "clerk", "operator", "integrator"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry: what happened, what to do now, who can do it."""

    code: str
    """Stable and readable, ``room.what-is-wrong``."""
    status: int
    title: Text
    todo: Text
    """What to do next; always something a person can really do."""
    who: Actor
    source: str = ""
    """Law, specification or fact sheet section that the rule comes from."""


class Refusal(Exception):
    """Raised instead of doing something: the fault, with the facts of this case.

    ``facts`` may be shown to the person (they fill the texts' places) and are logged, so they
    never hold an individual number, a PIN, a certificate serial or a protected address.
    """

    def __init__(self, fault: Fault, **facts: Any) -> None:
        super().__init__(fault.code)
        self.fault: Final = fault
        self.facts: Final = facts

    @property
    def title(self) -> Text:
        return self.fault.title.fill(**self.facts)

    @property
    def todo(self) -> Text:
        return self.fault.todo.fill(**self.facts)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.fault.code} ({facts})" if facts else self.fault.code


_catalogue: dict[str, Fault] = {}
CATALOGUE = MappingProxyType(_catalogue)
"""All faults that have been imported, by code."""


def define(
    code: str,
    status: int,
    title: Text,
    todo: Text,
    *,
    who: Actor = "resident",
    source: str = "",
) -> Fault:
    """Enter a fault into the catalogue.

    Raises:
        ValueError: the code is taken, malformed, or the status is no HTTP error.
    """
    if code in _catalogue:
        raise ValueError(f"fault code {code} is taken")
    if "." not in code or code != code.lower() or not 400 <= status <= 599:
        raise ValueError(f"fault {code} ({status}): code is room.what-is-wrong, status 4xx or 5xx")
    fault = Fault(code, status, title, todo, who, source)
    _catalogue[code] = fault
    return fault
