"""A document that a card is asked to sign, and the words of it that the person reads before: taken from the very bytes.

The asker's service reads it as it takes the document, the terminal reads it again as it shows it (design §3.12). Both refuse what the
other would: a text that hides something, a part that no page shows.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.terminal import DisplayedLine
from kazasu.foundation.values.signed_json import unambiguous
from kazasu.foundation.values.visible import seen, unseen_letter

MOST_AUDIENCES: Final = 10


class Unreadable(ValueError):
    """``where``: the member that a person could not read, ``lines.2.value``, or ``JSON``; with the reason, ``lines.2.value: U+202E``."""

    def __init__(self, where: str, why: str = "") -> None:
        super().__init__(f"{where}: {why}" if why else where)
        self.where: Final = where


class Title(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    ja: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=200)


class Document(BaseModel):
    """All of it is shown: ``title`` and ``lines`` in words of both languages, ``audiences`` by their names, ``data`` as it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Title
    lines: tuple[DisplayedLine, ...] = Field(min_length=1, max_length=60)
    audiences: Annotated[tuple[InstitutionId, ...], Field(max_length=MOST_AUDIENCES)] = ()
    """Institutions that will be sent the signing certificate, with the name, birth date, sex and address in it."""
    data: dict[str, Any] = {}
    """For the receiving institution."""

    @property
    def data_text(self) -> str:
        """``data`` as it is shown; empty where there is none."""
        return json.dumps(self.data, ensure_ascii=False, indent=1) if self.data else ""


def read(content: bytes) -> Document:
    """What the person will read. Raises :class:`Unreadable`."""
    try:
        found = Document.model_validate(unambiguous(content))
        hidden = next(_hidden(found), None)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Unreadable(where or "JSON", first["msg"] if where else "") from None
    except (ValueError, RecursionError):
        raise Unreadable("JSON") from None
    if hidden:
        raise Unreadable(*hidden)
    for number, line in enumerate(found.lines):
        if line.value_en and not line.value:  # one language would show what the other does not
            raise Unreadable(f"lines.{number}.value", "empty, beside a value_en")
    if not any(line.value for line in found.lines):
        raise Unreadable("lines", "no line has a value")
    if len(set(found.audiences)) != len(found.audiences):
        raise Unreadable("audiences", "one of them stands twice")
    return found


def readable(text: str, *, lines: bool = False) -> bool:
    """Does it leave a mark, and show what was signed? By the rule of everything that people read (design §3.13).

    ``lines``: line feeds may stand in it.
    """
    return not _unreadable(text, lines=lines)


def _unreadable(text: str, *, lines: bool) -> str:
    """Why it is not: the letter, or that nothing leaves a mark; empty: it can be read."""
    if letter := unseen_letter(text, lines=lines) or ("U+000D" if "\r" in text else ""):
        return f"{letter} cannot be seen"
    return "" if seen(text) else "nothing of it can be seen"


def _hidden(found: Document) -> Iterator[tuple[str, str]]:
    """Where something stands that nobody can see, and what."""
    for where, text in _words(found):
        if why := _unreadable(text, lines=where.rpartition(".")[2].startswith("value")):
            yield where, why
    for where, text in _texts(found.data, "data"):
        if letter := unseen_letter(text, lines=True):
            yield where, f"{letter} cannot be seen"


def _words(found: Document) -> Iterator[tuple[str, str]]:
    """Where a text stands, and the text. A value may be left open."""
    yield "title.ja", found.title.ja
    yield "title.en", found.title.en
    for number, line in enumerate(found.lines):
        yield f"lines.{number}.label_ja", line.label_ja
        yield f"lines.{number}.label_en", line.label_en
        if line.value:
            yield f"lines.{number}.value", line.value
        if line.value_en:
            yield f"lines.{number}.value_en", line.value_en


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every name and every text within ``data``; the place of a hidden name is its parent's."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield where, name
            yield from _texts(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{where}.{number}")
