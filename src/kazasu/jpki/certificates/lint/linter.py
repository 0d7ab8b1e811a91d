"""The rules, found and asked.

A rule is a module of ``rules`` with ``RULE`` and ``check(case) -> str``: empty, or what is wrong. Rules are
independent: none relies on another's having passed, so that a certificate which breaks one breaks only that one.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from cryptography import x509

from kazasu.foundation.text import Text
from kazasu.jpki.certificates.lint import rules
from kazasu.jpki.terms import CertificateKind


@dataclass(frozen=True)
class Rule:
    """One requirement of the profile."""

    name: str
    text: Text
    source: str
    kinds: tuple[CertificateKind, ...] = ("signing", "authentication")


@dataclass(frozen=True)
class Case:
    """A certificate, and what it is to be judged by."""

    certificate: x509.Certificate
    kind: CertificateKind
    issuer: x509.Certificate
    born: date | None = None
    """The holder's birth date, where known: what the end of validity is counted from."""
    issued_on: date | None = None
    card_expires_on: date | None = None
    media: str = ""
    """``card`` or ``phone``, where known: what the policy is judged by."""
    letters: Callable[[str], bool] = lambda _: True
    """Is this letter in the card's charset?"""

    @cached_property
    def extensions(self) -> Mapping[str, x509.Extension[x509.ExtensionType]]:
        """By dotted OID; empty when they do not read (rule ``extensions`` says so)."""
        try:
            return {one.oid.dotted_string: one for one in self.certificate.extensions}
        except (ValueError, x509.DuplicateExtension):
            return {}

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """UTF-8 values of the subjectAltName's otherNames by OID, in order."""
        names = self.extensions.get("2.5.29.17")
        if names is None or not isinstance(names.value, x509.SubjectAlternativeName):
            return {}
        return {
            name.type_id.dotted_string: _text(name.value)
            for name in names.value
            if isinstance(name, x509.OtherName)
        }


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a certificate breaks, and how."""

    rule: Rule
    found: str


def lint(case: Case) -> list[Broken]:
    """All rules that are broken; empty: the certificate is to the profile."""
    findings = []
    for rule, check in RULES.items():
        if case.kind in rule.kinds and (found := check(case)):
            findings.append(Broken(rule, found))
    return findings


def _text(der: bytes) -> str:
    """A UTF8String's text; empty for anything else."""
    if len(der) < 2 or der[0] != 0x0C:
        return ""
    start = 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
    return der[start:].decode("utf-8", "replace")


def _found() -> dict[Rule, Callable[[Case], str]]:
    modules = [
        importlib.import_module(f"{rules.__name__}.{one.name}")
        for one in pkgutil.iter_modules(rules.__path__)
    ]
    return {module.RULE: module.check for module in modules}


RULES: Final[Mapping[Rule, Callable[[Case], str]]] = _found()
