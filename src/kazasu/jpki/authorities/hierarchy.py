"""Which authorities there are: ``hierarchy.toml``, read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from kazasu.foundation.algorithms import ALGORITHMS, Algorithm
from kazasu.foundation.faults import Refusal
from kazasu.jpki.faults import BAD_HIERARCHY

Role = Literal["root", "iaca", "ocsp", "timestamp", "cv"]
SELF_SIGNED: Final = ("root", "iaca")
Custody = Literal["online", "shared", "pkcs11"]
DECLARED: Final = Path(__file__).parent / "hierarchy.toml"
_SANDBOX: Final = "SANDBOX"
_FOLLOWS_PARENT: Final = ("ocsp",)
"""A responder is certified by the very generation that it answers for (RFC 6960 §4.2.2.2)."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One authority with its generations."""

    name: str
    unit: str
    role: Role
    keys: tuple[Algorithm, ...]
    issued_by: str = ""
    custody: Custody = "online"

    def algorithm(self, generation: int) -> Algorithm:
        """Of the n-th generation, from 1; a responder's last one goes on."""
        return self.keys[min(generation, len(self.keys)) - 1]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    organisation: str
    agency: str
    years: int
    begun_years_ago: int
    threshold: int
    custodians: int
    authorities: tuple[Declared, ...]
    """Issuers before those whom they certify."""

    def generations(self, declared: Declared) -> int:
        if declared.role in _FOLLOWS_PARENT:
            return len(self._named(declared.issued_by).keys)
        return len(declared.keys)

    def issuing_generation(self, declared: Declared, generation: int) -> int:
        """Which generation of its issuer certifies this one."""
        parent = self._named(declared.issued_by)
        return generation if declared.role in _FOLLOWS_PARENT else len(parent.keys)

    def _named(self, name: str) -> Declared:
        return next(one for one in self.authorities if one.name == name)


def read_hierarchy(path: Path) -> Hierarchy:
    """Raises Refusal ``jpki.bad-hierarchy`` with what is wrong."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        head = {n: document.pop(n) for n in ("organisation", "agency", "years", "begun_years_ago", "threshold", "custodians")}  # fmt: skip
        made: dict[str, Declared] = {}
        for name, given in document.items():
            made[name] = _declared(name, given, made)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Refusal(BAD_HIERARCHY, why=str(error)) from error
    return Hierarchy(**head, authorities=tuple(made.values()))


def _declared(name: str, given: Mapping[str, Any], before: Mapping[str, Declared]) -> Declared:
    values = {**given, "keys": tuple(given["keys"])}
    unknown = [key for key in values["keys"] if key not in ALGORITHMS]
    if unknown or not values["keys"]:
        raise ValueError(f"{name}: keys {unknown}")
    issuer = values.get("issued_by", "")
    if bool(issuer) == (values["role"] in SELF_SIGNED) or (issuer and issuer not in before):
        raise ValueError(f"{name}: issued_by {issuer!r}")
    return Declared(name=name, **values)


def is_of_sandbox(organisation: str) -> bool:
    """Does an authority's O say that it is invented?"""
    return _SANDBOX in organisation.upper()
