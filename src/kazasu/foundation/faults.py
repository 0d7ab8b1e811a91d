"""The catalogue of faults: every refusal a person or program can meet, with a stable code.

A room declares its faults once, at import, in its ``faults.py`` by :func:`define`; code raises
:class:`Refusal` with the facts; the web edge alone maps it to an RFC 9457 problem or to a page
(design §3.7). Nothing ever matches on message text.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from kazasu.foundation.alarms.kinds import KINDS
from kazasu.foundation.text import LANGUAGES, Language, Text
from kazasu.foundation.time.dates import long_date

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
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
    undone: bool = False
    """Nothing was done, though our side failed (5xx). Without it nobody knows whether what was being done then was done."""
    alarm: str = ""
    """Kind of the alarm that it rings wherever it is raised (:mod:`kazasu.foundation.alarms`); empty: none."""


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
        return self._filled(self.fault.title)

    @property
    def todo(self) -> Text:
        return self._filled(self.fault.todo)

    def _filled(self, text: Text) -> Text:
        """Days are written as each language writes them, also after they travelled as ISO 8601."""
        ja, en = (
            {name: _day(fact, language) for name, fact in self.facts.items()}
            for language in LANGUAGES
        )
        return Text(text.ja.format_map(ja), text.en.format_map(en), text.easy.format_map(ja))

    def to_document(self) -> dict[str, Any]:
        """As it travels and is kept: an RFC 9457 problem with both languages and the facts.

        Its texts travel too, since the faults of an institution are known where it lives.
        """
        fault, title, todo = self.fault, self.title, self.todo
        facts = {
            name: fact if isinstance(fact, int | float | bool) else str(fact)
            for name, fact in self.facts.items()
        }
        return {
            "type": f"urn:kazasu:fault:{fault.code}",
            "code": fault.code,
            "status": fault.status,
            "title": title.en,
            "detail": todo.en,
            "title_ja": title.ja,
            "title_en": title.en,
            "todo_ja": todo.ja,
            "todo_en": todo.en,
            "who": fault.who,
            "facts": facts,
        }

    @classmethod
    def of(cls, document: Any) -> "Refusal":
        """The refusal in a document of :meth:`to_document`: our own fault where we know its code.

        Raises ``ValueError``: it is no such document.
        """
        try:
            facts = {str(name): fact for name, fact in document["facts"].items()}
            fault = CATALOGUE.get(document["code"]) or Fault(
                str(document["code"]),
                int(document["status"]),
                Text(*(_literally(document[f"title_{language}"]) for language in LANGUAGES)),
                Text(*(_literally(document[f"todo_{language}"]) for language in LANGUAGES)),
                document["who"],
            )
            refusal = cls(fault, **facts)
            _ = (refusal.title, refusal.todo)  # the facts fill the places
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError("no document of a refusal") from error
        return refusal

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.fault.code} ({facts})" if facts else self.fault.code


def _day(fact: Any, language: Language) -> Any:
    """A day in words; everything else as it is."""
    if isinstance(fact, str) and _ISO_DAY.match(fact):
        with suppress(ValueError):  # it only looks like one
            fact = date.fromisoformat(fact)
    is_day = isinstance(fact, date) and not isinstance(fact, datetime)
    return long_date(fact, language) if is_day else fact


def _literally(text: str) -> str:
    """Filled already: its braces are no places."""
    return text.replace("{", "{{").replace("}", "}}")


_catalogue: dict[str, Fault] = {}
CATALOGUE = MappingProxyType(_catalogue)
"""All faults that have been imported, by code."""


def define(
    code: str,
    status: int,
    ja: str,
    en: str,
    todo_ja: str,
    todo_en: str,
    *,
    who: Actor = "resident",
    source: str = "",
    easy: tuple[str, str] = ("", ""),
    undone: bool = False,
    alarm: str = "",
) -> Fault:
    """Enter a fault into the catalogue: what happened, and what to do now, in both languages.

    ``easy``: both in やさしい日本語. They stay at home: another institution's process tells the Japanese ones.
    ``undone``: of our side's failures (5xx), those that are only raised before anything is done.
    ``alarm``: the kind that it rings (:data:`kazasu.foundation.alarms.kinds.KINDS`).

    Raises:
        ValueError: the code is taken, malformed, the status is no HTTP error, or there is no such alarm.
    """
    if code in _catalogue:
        raise ValueError(f"fault code {code} is taken")
    if "." not in code or code != code.lower() or not 400 <= status <= 599:
        raise ValueError(f"fault {code} ({status}): code is room.what-is-wrong, status 4xx or 5xx")
    if alarm and alarm not in KINDS:
        raise ValueError(f"fault {code}: no alarm is called {alarm!r}")
    what, todo = Text(ja, en, easy[0]), Text(todo_ja, todo_en, easy[1])
    fault = Fault(code, status, what, todo, who, source, undone, alarm)
    _catalogue[code] = fault
    return fault
